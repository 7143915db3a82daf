import { Annotations, aws_ecr as ecr, aws_iam as iam, aws_sagemaker as sagemaker, CfnResource, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { parseEcrUri } from './ecr-uri';
import { imageRoleOf } from './image-facts';
import { cfnResourceOf, dependOn } from '../../private/dependencies';
import { RolePolicy } from '../../private/role-policy';
import { BaseImageConfig } from '../base-image';

/** What SageMaker calls with the image's role when it creates a version. */
export const PULL_ACTIONS = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

/**
 * Allows the image's role to pull a base image, and makes the version wait for that.
 *
 * The permission stands in a policy of its own beside the version: waiting for the role's other policies could be a
 * cycle, since those may name the version or something that uses it.
 */
export function allowPull(version: Construct, resource: CfnResource, image: sagemaker.IImageRef, source: BaseImageConfig): void {
  const role = imageRoleOf(image);
  const policy = role && pullPolicyFor(version, image, role, source);

  if (policy?.attached) {
    dependOn(resource, policy.node.defaultChild as CfnResource);
  } else {
    warnPullNotGranted(version, `allow the role of the image ${PULL_ACTIONS.join(' and ')} on the repository of the base image`);
    if (role) {
      // Whoever allows it elsewhere in the app most likely does so in a policy of the role.
      version.node.addDependency(role);
    }
  }
  allowAcrossAccounts(version, resource, role, source);
}

/** The policy that allows it, if it is known what there is to allow: the CDK takes no policy without a statement. */
function pullPolicyFor(version: Construct, image: sagemaker.IImageRef, role: iam.IRole, source: BaseImageConfig): PullPolicy | undefined {
  const repositoryArn = repositoryArnOf(version, source);
  if (!repositoryArn) {
    return undefined;
  }
  const policy = PullPolicy.of(version, image, role);
  policy.allowPull(repositoryArn);
  if (source.encryptionKeyArn) {
    policy.allowDecrypt(source.encryptionKeyArn);
  }
  return policy;
}

/** The permissions of an image's role that the versions of one stack need. */
class PullPolicy extends RolePolicy {
  /** The policy for the versions that stand in the stack of `version`. Another stack has its own: it may not change this one. */
  public static of(version: Construct, image: sagemaker.IImageRef, role: iam.IRole): PullPolicy {
    const stack = Stack.of(version);
    const [scope, id] = stack === Stack.of(image) ? [image as unknown as Construct, 'PullPolicy'] : [stack, `PullPolicy${image.node.addr}`];
    return scope.node.tryFindChild(id) as PullPolicy | undefined ?? new PullPolicy(scope, id, role);
  }

  private readonly allowed = new Set<string>();

  public allowPull(repositoryArn: string): void {
    this.allowOnce(repositoryArn, { actions: PULL_ACTIONS });
  }

  public allowDecrypt(keyArn: string): void {
    this.allowOnce(keyArn, {
      actions: ['kms:Decrypt'],
      conditions: { StringEquals: { 'kms:ViaService': `ecr.${this.stack.region}.amazonaws.com` } },
    });
  }

  private allowOnce(resource: string, statement: iam.PolicyStatementProps): void {
    if (!this.allowed.has(resource)) {
      this.allowed.add(resource);
      this.addStatements(new iam.PolicyStatement({ ...statement, resources: [resource] }));
    }
  }
}

/** The repository that a base image is pulled from, if it is known. */
export function repositoryArnOf(version: Construct, source: BaseImageConfig): string | undefined {
  if (source.repository) {
    return source.repository.repositoryRef.repositoryArn;
  }
  const uri = parseEcrUri(source.imageUri);
  return uri && Stack.of(version).formatArn({
    service: 'ecr', region: uri.region, account: uri.account, resource: 'repository', resourceName: uri.repositoryName,
  });
}

/** A repository in another account has to allow the pull too: it does so where this app owns it. */
export function allowAcrossAccounts(version: Construct, resource: CfnResource, role: iam.IRole | undefined, source: BaseImageConfig): void {
  const stack = Stack.of(version);
  const owner = source.repository?.env.account ?? parseEcrUri(source.imageUri)?.account;
  if (owner === undefined || Token.compareStrings(owner, stack.account) !== TokenComparison.DIFFERENT) {
    return;
  }
  const repository = source.repository as Partial<ecr.IRepository> | undefined;
  const granted = role && repository?.addToResourcePolicy?.(new iam.PolicyStatement({
    actions: PULL_ACTIONS,
    // The account with a condition, not the role itself: ECR refuses a policy with a role that does not exist yet.
    principals: [new iam.AccountPrincipal(stack.account)],
    conditions: { ArnEquals: { 'aws:PrincipalArn': role.roleArn } },
  })).statementAdded;
  const repositoryResource = source.repository && cfnResourceOf(source.repository);
  if (granted && repositoryResource) {
    dependOn(resource, repositoryResource);
  } else {
    warnPullNotGranted(version, `account ${owner}, which owns the repository, must allow account ${stack.account} `
      + `${PULL_ACTIONS.join(' and ')} in the policy of the repository`);
  }
}

function warnPullNotGranted(version: Construct, remedy: string): void {
  Annotations.of(version).addWarningV2('cdk-sagemaker-images:baseImagePullNotGranted',
    `SageMaker may not be able to pull the base image, and the version would only say that it failed: ${remedy}`);
}
