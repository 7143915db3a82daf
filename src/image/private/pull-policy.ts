import { aws_ecr as ecr, aws_iam as iam, aws_sagemaker as sagemaker, CfnResource, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { parseEcrUri, parseEcrUriIn } from './ecr-uri';
import { nameOf } from './grant';
import { imageResourceOf, imageRoleOf } from './image-facts';
import { formatArn } from '../../private/arn';
import { cfnResourceOf, dependOn } from '../../private/dependencies';
import { warnOfMissingPermissions } from '../../private/missing-permissions';
import type { RoleStatement } from '../../private/policy-size';
import { RolePermissions } from '../../private/role-permissions';
import { takesStatements } from '../../private/role-policy';
import type { BaseImageConfig } from '../base-image';

/** The actions that SageMaker calls with the role of the image when it creates a version. */
export const PULL_ACTIONS = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

/**
 * Grants the role of the image the permission to pull a base image, and makes resources wait for it.
 *
 * The permission is in a separate policy. A dependency on the other policies of the role could close a cycle, because they may
 * refer to the version or to a resource that uses it.
 */
export function grantPull(version: Construct, resources: CfnResource[], image: sagemaker.IImageRef, source: BaseImageConfig): void {
  const role = imageRoleOf(image);
  const statements = pullStatements(version, source);
  const granted = role ? statements.map((statement) => permissionsOf(version, image, role).grant(statement)) : [];
  const policies = granted.filter((policy) => policy !== undefined);
  resources.forEach((resource) => policies.forEach((policy) => dependOn(resource, policy)));
  if (statements.length === 0 || !role || !takesStatements(role)) {
    warnPullNotGrantedToRole(version, image, role, statements);
  }
  if (role && policies.length === 0) {
    // If the app grants it elsewhere, it is most likely in a policy of the role.
    version.node.addDependency(role);
  }
  grantAcrossAccounts(version, resources, role, source);
}

/** Says what to pass to the constructs, if that is enough, and what to grant otherwise. */
function warnPullNotGrantedToRole(version: Construct, image: sagemaker.IImageRef, role: iam.IRole | undefined, statements: RoleStatement[]): void {
  const whose = role ? `role ${nameOf(role)}` : 'the role of the image';
  const missing = [
    ...role || imageResourceOf(image) ? [] : ['import the image with its role by Image.fromImageAttributes(scope, id, { imageName, role })'],
    ...statements.length > 0 ? [] : ['specify the repository, for example with BaseImage.fromUri(uri, { repository })'],
  ];
  const needed = statements.length > 0 ? statements : [{ actions: PULL_ACTIONS, resource: 'the repository of the base image' }];
  warnPullNotGranted(version, [role ? role.node.addr : image.node.addr, missing], needed, (permissions) =>
    [...missing.length > 0 ? [missing.join(' and ')] : [], `grant ${whose} ${permissions}`].join(', or '));
}

/** Returns the permissions for all versions in the stack of `version`. Each stack has its own, so that none changes another stack. */
function permissionsOf(version: Construct, image: sagemaker.IImageRef, role: iam.IRole): RolePermissions {
  const isOwnRole = role.node.scope === image && Stack.of(image) === Stack.of(version);
  return RolePermissions.of(Stack.of(version), role, 'ImagePull', isOwnRole ? [image as unknown as Construct, 'PullPolicy'] : undefined);
}

/** Returns the statements that a pull requires, or none if the repository is unknown. */
export function pullStatements(version: Construct, source: BaseImageConfig): RoleStatement[] {
  const repositoryArn = repositoryArnOf(version, source);
  return [
    ...repositoryArn ? [{ actions: PULL_ACTIONS, resource: repositoryArn }] : [],
    ...repositoryArn && source.encryptionKeyArn ? [{
      actions: ['kms:Decrypt'],
      resource: source.encryptionKeyArn,
      conditions: { StringEquals: { 'kms:ViaService': `ecr.${Stack.of(version).region}.amazonaws.com` } },
    }] : [],
  ];
}

/** Returns the ARN of the repository that a base image is pulled from, if it is known. */
export function repositoryArnOf(version: Construct, source: BaseImageConfig): string | undefined {
  if (source.repository) {
    return source.repository.repositoryRef.repositoryArn;
  }
  const uri = parseEcrUriIn(version, source.imageUri);
  return uri && formatArn(version, {
    service: 'ecr', region: uri.region, account: uri.account, resource: 'repository', resourceName: uri.repositoryName,
  });
}

/** Grants the pull in the policy of a repository in another account, which is also required, if the same app owns it. */
export function grantAcrossAccounts(
  version: Construct, resources: CfnResource[], role: iam.IRole | undefined, source: BaseImageConfig, actions = PULL_ACTIONS,
): void {
  const stack = Stack.of(version);
  const owner = source.repository?.env.account ?? parseEcrUri(source.imageUri)?.account;
  if (owner === undefined || Token.compareStrings(owner, stack.account) !== TokenComparison.DIFFERENT) {
    return;
  }
  const repository = source.repository as Partial<ecr.IRepository> | undefined;
  const granted = role && repository?.addToResourcePolicy?.(new iam.PolicyStatement({
    actions,
    // The account with a condition, instead of the role: ECR rejects a policy with a role that does not exist yet.
    principals: [new iam.AccountPrincipal(stack.account)],
    conditions: { ArnEquals: { 'aws:PrincipalArn': role.roleArn } },
  })).statementAdded;
  const repositoryResource = source.repository && cfnResourceOf(source.repository);
  if (granted && repositoryResource) {
    resources.forEach((resource) => dependOn(resource, repositoryResource));
  } else {
    const repositoryName = source.repository?.repositoryRef.repositoryName ?? parseEcrUri(source.imageUri)!.repositoryName;
    warnPullNotGranted(version, ['account', owner, stack.account], [{ actions, resource: repositoryName }],
      (permissions) => `account ${owner}, which owns the repository, must grant account ${stack.account} ${permissions} in the policy of the repository`);
  }
}

/** Adds one warning for all versions and attachments with the same key. */
function warnPullNotGranted(version: Construct, key: unknown[], statements: RoleStatement[], remedy: (permissions: string) => string): void {
  warnOfMissingPermissions({
    id: 'baseImagePullNotGranted',
    key,
    construct: version,
    whose: '',
    statements: statements.map(({ actions, resource }) => ({ actions, resources: [resource] })),
    message: (_, permissions) => `SageMaker may not be able to pull the base image, and the version would then fail without a reason: ${remedy(permissions)}`,
  });
}
