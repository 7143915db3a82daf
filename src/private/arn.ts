import { ArnComponents, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';

/**
 * An ARN in the environment of a stack, as `Fn::Sub` where only the partition is left for CloudFormation: a third of the
 * bytes of the `Fn::Join` that the CDK makes of it.
 */
export function formatArn(stack: Stack, { service, resource, resourceName }: Pick<ArnComponents, 'service' | 'resource' | 'resourceName'>): string {
  const known = [service, stack.region, stack.account, [resource, ...resourceName === undefined ? [] : [resourceName]].join('/')].join(':');
  return Token.isUnresolved(known) || known.includes('${')
    ? stack.formatArn({ service, resource, resourceName })
    : Fn.sub(`arn:\${AWS::Partition}:${known}`);
}

/** An ARN that can be taken apart: what the CDK gives until it has looked one up cannot, unless it is a token. */
export function splittableArn(arn: string): string {
  return typeof arn === 'string' && arn.includes('dummy-value-for-') ? Lazy.string({ produce: () => arn }) : arn;
}
