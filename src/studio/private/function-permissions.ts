import type { aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import type { ExistingTargetConfig } from './target-config';
import { arnsOfImageVersion } from '../../image/private/image-facts';
import { formatArn } from '../../private/arn';
import { type RoleStatement, statementsOn } from '../../private/policy-size';

/** Returns the permissions that the function needs to change a domain, user profile or space. */
export function toChange(stack: Stack, { domainId, userProfileName, spaceName }: Omit<ExistingTargetConfig, 'settings'>): RoleStatement {
  const [kind, resource, resourceName] = userProfileName !== undefined ? ['UserProfile', 'user-profile', `${domainId}/${userProfileName}`]
    : spaceName !== undefined ? ['Space', 'space', `${domainId}/${spaceName}`] : ['Domain', 'domain', domainId];
  return {
    actions: [`sagemaker:Describe${kind}`, `sagemaker:Update${kind}`],
    resource: formatArn(stack, { service: 'sagemaker', resource, resourceName }),
  };
}

/** Returns the permission that the function needs to name running apps after a refusal. IAM has no resource for it. */
export function toListApps(): RoleStatement {
  return { actions: ['sagemaker:ListApps'], resource: '*' };
}

/** Returns the permissions that the function needs to find out whether a feed has moved an attachment. */
export function toReadVersions(image: sagemaker.IImageRef): RoleStatement[] {
  return statementsOn(['sagemaker:DescribeImageVersion'], arnsOfImageVersion(image));
}

/** Returns the permission that the function needs to send an execution role back to SageMaker with the other settings. */
export function toPass(roleArn: string): RoleStatement {
  return { actions: ['iam:PassRole'], resource: roleArn, conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } } };
}
