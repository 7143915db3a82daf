import * as cdk from 'aws-cdk-lib';

/** Part of the CDK that the lowest supported version does not have. cdk-nag 3 reads what it records. */
interface Newer {
  readonly Validations?: { of(scope: cdk.CfnResource): { acknowledge(rule: { readonly id: string; readonly reason: string }): void } };
}

/** Records why a policy has the resource `*`, for cdk-nag. */
export function acceptWildcard(policy: cdk.CfnResource, reason: string): void {
  policy.addMetadata('cdk_nag', { rules_to_suppress: [{ id: 'AwsSolutions-IAM5', reason, applies_to: ['Resource::*'] }] });
  (cdk as Newer).Validations?.of(policy).acknowledge({ id: 'AwsSolutions-IAM5[Resource::*]', reason });
}
