import { Aws, Fn, Lazy, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { resolveFinal } from './references';
import { isDummy, isToken } from './unknown';

/** The parts of an ARN. */
export interface ArnParts {
  readonly service: string;
  readonly resource: string;
  readonly resourceName?: string;
  /** @default - the account of the stack */
  readonly account?: string;
  /** @default - the Region of the stack */
  readonly region?: string;
}

/**
 * Formats an ARN. If all parts except the partition are known, it is a `Fn::Sub`, which has a third of the size of the
 * `Fn::Join` that the CDK renders.
 */
export function formatArn(scope: IConstruct, { service, resource, resourceName, ...environment }: ArnParts): string {
  const stack = Stack.of(scope);
  const { account = stack.account, region = stack.region } = environment;
  const known = [service, region, account, resourceName === undefined ? resource : `${resource}/${resourceName}`].join(':');
  // `Fn::Sub` would replace a `${` of a part.
  return isToken(known) || known.includes('${')
    ? stack.formatArn({ service, resource, resourceName, account, region })
    : Fn.sub(`arn:\${AWS::Partition}:${known}`);
}

/** Converts a dummy ARN, which the CDK returns until a look-up is done, to a token, so that it can be split. */
export function tokenIfDummy(arn: string): string {
  return isDummy(arn) ? Lazy.string({ produce: () => arn }) : arn;
}

/** Replaces the `Fn::Sub` of `formatArn` by a string with the token of the partition, which the reports of the CDK can read. */
export function joined(scope: IConstruct, arn: string): string {
  const text = resolveFinal(arn, scope)?.['Fn::Sub'];
  return typeof text === 'string' ? text.replace('${AWS::Partition}', Aws.PARTITION) : arn;
}
