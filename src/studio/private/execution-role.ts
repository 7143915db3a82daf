import { aws_iam as iam, type aws_sagemaker as sagemaker, CfnResource, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { arnsIn } from './image-version-entry';
import { namedRole } from './settings-roles';
import { arnsOfImageOf, arnsOfNumber, changesByItself } from '../../image/private/image-version-facts';
import { grantAcrossAccounts, PULL_ACTIONS, pullStatements } from '../../image/private/pull-policy';
import { sourceOf } from '../../image/private/source-of-version';
import { dependOn } from '../../private/dependencies';
import { warnOfMissingPermissions } from '../../private/missing-permissions';
import { RoleStatement, statementsOn } from '../../private/policy-size';
import { RolePermissions } from '../../private/role-permissions';
import { takesStatements } from '../../private/role-policy';

/** The role must be able to use versions that are made before the next deployment, so that nothing can be done about a finding. */
const ALL_VERSIONS = {
  id: 'AwsSolutions-IAM5',
  reason: 'The versions of a feed are made without a deployment',
  applies_to: [{ regex: '/^Resource::.*:image-version\\/.*\\/\\*$/' }],
};

/** An execution role and the version that its apps use. */
export interface Use {
  readonly attachment: Construct;
  readonly version: sagemaker.IImageVersionRef;
  /** Undefined if the app does not have it as a construct. */
  readonly role?: iam.IRole;
  /** A key that is the same for the same role, if the role is known but not a construct. */
  readonly roleKey?: string;
  /** The owner of the role, for warnings. */
  readonly whose: string;
  /** The resource that changes the target. */
  readonly waiting: CfnResource;
  /** The remedy for an unknown role. */
  readonly remedy?: string;
}

/**
 * Grants an execution role the permissions to use a version, and makes the change of the target wait for them. Adds a warning
 * for permissions that cannot be granted.
 *
 * Returns the policies with the permissions.
 */
export function grantUse({ attachment, version, role, roleKey, whose, waiting, remedy }: Use): CfnResource[] {
  // Separate policies: the other policies of an execution role may refer to the domain, which waits for these.
  const permissions = role && RolePermissions.of(Stack.of(waiting), role, 'StudioImages');
  const source = sourceOf(version);
  const granted = permissions
    ? statementsFor(attachment, version, arnsIn(Stack.of(waiting), version)).map((statement) => permissions.grant(statement)) : [];
  const policies = [...new Set(granted.filter((policy) => policy !== undefined))];
  policies.forEach((policy) => dependOn(waiting, policy));
  if (changesByItself(version)) {
    policies.forEach((policy) => policy.addMetadata('cdk_nag', { rules_to_suppress: [ALL_VERSIONS] }));
  }
  // With `Role.customizeRoles`, the CDK reports the permissions instead of creating policies.
  const isGranted = role !== undefined && takesStatements(role);
  if (source && isGranted) {
    grantAcrossAccounts(attachment, [waiting], role, source);
  }
  const isRepositoryKnown = source !== undefined && pullStatements(attachment, source).length > 0;
  const missing: RoleStatement[] = [
    // The owner of the role does not know the numbers of future versions.
    ...isGranted ? [] : statementsFor(attachment, version, arnsOfNumber(version, '*')),
    ...isRepositoryKnown ? [] : [{ actions: PULL_ACTIONS, resource: 'the repository of the base image' }],
  ];
  const otherwise = remedy ?? 'pass executionRole to the target, or let the owner of the role grant it';
  if (missing.length > 0) {
    const { account, environment } = Stack.of(attachment);
    const key = role ? namedRole(role).key : roleKey;
    warnOfMissingPermissions({
      id: 'studioExecutionRole',
      // The ARN of a role may be relative to the account.
      key: key === undefined ? [environment, whose] : [account, key],
      construct: attachment,
      whose,
      statements: missing.map(({ actions, resource }) => ({ actions, resources: [resource] })),
      message: (all, needed) => `the execution role of ${all} may not be able to use the attached images: ${isGranted ? 'grant it' : otherwise} ${needed}`,
    });
  }
  return policies;
}

/**
 * Returns the permissions that an execution role needs to attach a version to a domain and to start its apps.
 *
 * @param arns the ARNs of the version, or patterns for all versions
 */
function statementsFor(attachment: Construct, version: sagemaker.IImageVersionRef, arns: string[]): RoleStatement[] {
  const source = sourceOf(version);
  const longest = arnsOfNumber(version, '99999');
  return [
    ...statementsOn(['sagemaker:DescribeImage'], arnsOfImageOf(version)),
    ...statementsOn(['sagemaker:DescribeImageVersion'], arns).map((statement, index) => ({ ...statement, longestResource: longest[index] })),
    ...source ? pullStatements(attachment, source) : [],
  ];
}
