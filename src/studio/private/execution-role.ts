import { Annotations, aws_iam as iam, aws_sagemaker as sagemaker, CfnResource, Stack } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { arnIn } from './image-version-entry';
import { OwnedPlace } from './places';
import type { BaseImageConfig, ImageVersion } from '../../image';
import { arnOfImageOf, arnOfNumber } from '../../image/private/image-version-facts';
import { allowAcrossAccounts, PULL_ACTIONS, repositoryArnOf } from '../../image/private/pull-policy';
import { dependOn } from '../../private/dependencies';
import { resolveReferences } from '../../private/references';
import { RolePolicy } from '../../private/role-policy';

/** An execution role and what it has to be allowed to use. */
export interface Use {
  readonly attachment: Construct;
  readonly version: sagemaker.IImageVersionRef;
  /** Unknown, if it is not of this app. */
  readonly role?: iam.IRole;
  /** Who has the role. */
  readonly whose: string;
  /** What changes the place. */
  readonly waiting: CfnResource;
}

/** Lets an execution role use a version, and makes the change of the place wait for that. Warns of what cannot be allowed. */
export function allowUse({ attachment, version, role, whose, waiting }: Use): void {
  const policy = role && ExecutionPolicy.of(Stack.of(waiting), role);
  const source = sourceOf(version);
  policy?.addStatements(...statementsFor(Stack.of(waiting), attachment, version));
  if (policy?.attached) {
    dependOn(waiting, policy.node.defaultChild as CfnResource);
    if (source) {
      allowAcrossAccounts(attachment, waiting, role, source);
    }
  }
  const needs = [
    ...policy?.attached ? [] : describeStatements(attachment, version),
    ...source && repositoryArnOf(attachment, source) ? [] : [`${PULL_ACTIONS.join(' and ')} on the repository of the base image`],
  ];
  if (needs.length > 0) {
    Annotations.of(attachment).addWarningV2('cdk-sagemaker-images:studioExecutionRole',
      `the execution role of ${whose} may not be able to use the image, and the attachment or the start of an app would then fail: `
      + `${policy?.attached ? 'allow it' : 'pass executionRole to the target, or let the owner of the role allow it'} ${needs.join(', ')}`);
  }
}

/** The execution role that the settings of a resource of this app name, if it is a role of this app. */
export function executionRoleOf(place: OwnedPlace): iam.IRole | undefined {
  for (const { resource, settings } of settingsInOrder(place)) {
    const { value, targets } = resolveReferences(settings, resource);
    const name = value?.executionRole;
    if (name !== undefined) {
      const target = targets.find((candidate) => name.Ref === `${candidate.node.path}.Arn`);
      return target && iam.CfnRole.isCfnRole(target) ? roleOf(target) : undefined;
    }
  }
  return undefined;
}

/** The role of a profile or a space is that of its domain unless it has one of its own. */
function settingsInOrder({ resource, settings }: OwnedPlace): { resource: CfnResource; settings: unknown }[] {
  if (sagemaker.CfnDomain.isCfnDomain(resource)) {
    return [{ resource, settings: settings === 'DefaultUserSettings' ? resource.defaultUserSettings : resource.defaultSpaceSettings }];
  }
  const domain = resolveReferences(resource.domainId, resource).targets.find((target) => sagemaker.CfnDomain.isCfnDomain(target));
  const ofDomain = (which: 'DefaultUserSettings' | 'DefaultSpaceSettings') => domain ? settingsInOrder({ resource: domain, settings: which }) : [];
  if (sagemaker.CfnUserProfile.isCfnUserProfile(resource)) {
    return [{ resource, settings: resource.userSettings }, ...ofDomain('DefaultUserSettings')];
  }
  const sharing = resolveReferences(resource.spaceSharingSettings, resource).value?.sharingType;
  return ofDomain(sharing === 'Private' ? 'DefaultUserSettings' : 'DefaultSpaceSettings');
}

/** The L2 of a role; a bare L1 is imported. */
function roleOf(resource: iam.CfnRole): iam.IRole {
  const owner = resource.node.scope as IConstruct & Partial<iam.IRole>;
  if (owner.node.defaultChild === resource && owner.attachInlinePolicy) {
    return owner as iam.IRole;
  }
  const id = 'SageMakerImagesImport';
  return resource.node.tryFindChild(id) as iam.IRole | undefined ?? iam.Role.fromRoleName(resource, id, resource.ref);
}

/** Where the container image of a version comes from; not known for an import. */
function sourceOf(version: sagemaker.IImageVersionRef): BaseImageConfig | undefined {
  return sagemaker.CfnImageVersion.isCfnImageVersion(version) ? { imageUri: version.baseImage } : (version as Partial<ImageVersion>)._baseImage;
}

/** What an execution role calls when a domain takes a version and when an app of it starts. */
function statementsFor(stack: Stack, attachment: Construct, version: sagemaker.IImageVersionRef): iam.PolicyStatement[] {
  const source = sourceOf(version);
  const repositoryArn = source && repositoryArnOf(attachment, source);
  return [
    new iam.PolicyStatement({ actions: ['sagemaker:DescribeImage'], resources: [arnOfImageOf(version)] }),
    new iam.PolicyStatement({ actions: ['sagemaker:DescribeImageVersion'], resources: [arnIn(stack, version)] }),
    ...repositoryArn ? [new iam.PolicyStatement({ actions: PULL_ACTIONS, resources: [repositoryArn] })] : [],
    ...source?.encryptionKeyArn ? [new iam.PolicyStatement({
      actions: ['kms:Decrypt'],
      resources: [source.encryptionKeyArn],
      conditions: { StringEquals: { 'kms:ViaService': `ecr.${Stack.of(attachment).region}.amazonaws.com` } },
    })] : [],
  ];
}

/**
 * The permissions of one execution role, in the stack of what uses it.
 *
 * A policy of its own: the other policies of an execution role may name the domain, which waits for this one.
 */
class ExecutionPolicy extends RolePolicy {
  public static of(stack: Stack, role: iam.IRole): ExecutionPolicy {
    const id = `StudioImages${role.node.addr}`;
    return stack.node.tryFindChild(id) as ExecutionPolicy | undefined ?? new ExecutionPolicy(stack, id, role);
  }
}

/** The statements in words. Who allows them elsewhere does not know the numbers of future versions. */
function describeStatements(attachment: Construct, version: sagemaker.IImageVersionRef): string[] {
  const stack = Stack.of(attachment);
  const allVersions = readable(stack.resolve(arnOfNumber(version, '*')));
  return statementsFor(Stack.of(version), attachment, version).map((statement) => {
    const actions = statement.actions.join(' and ');
    return `${actions} on ${actions === 'sagemaker:DescribeImageVersion' ? allVersions : readable(stack.resolve(statement.resources[0]))}`;
  });
}

/** An ARN with its tokens as `${...}`. */
function readable(value: any): string {
  if (typeof value === 'string') {
    return value;
  }
  const [[name, inner]] = Object.entries<any>(value);
  switch (name) {
    case 'Ref': return `\${${inner}}`;
    case 'Fn::GetAtt': return `\${${inner.join('.')}}`;
    case 'Fn::Join': return inner[1].map(readable).join(inner[0]);
    default: return JSON.stringify(value);
  }
}
