import { aws_iam as iam, aws_sagemaker as sagemaker, CfnElement, CfnResource } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { intrinsicOf, isMissing } from './custom-images';
import { OwnedPlace } from './places';
import { resolveReferences } from '../../private/references';

/** An execution role that settings name. */
export interface NamedRole {
  /** The same for the same role. */
  readonly key: string;
  /** Unknown, if it is not of this app. */
  readonly role?: iam.IRole;
}

/** The execution roles that a place of this app may turn out to have: several, where a condition decides. */
export function executionRolesOf(place: OwnedPlace): NamedRole[] {
  return rolesIn(settingsInOrder(place));
}

/** The execution roles that a user profile may turn out to have of its own. */
export function ownExecutionRolesOf(userProfile: sagemaker.CfnUserProfile): NamedRole[] {
  return rolesIn([{ resource: userProfile, settings: userProfile.userSettings }]);
}

/** A role, as settings that name it. */
export function namedRole(role: iam.IRole): NamedRole {
  return { key: JSON.stringify(resolveReferences(role.roleArn, role).value), role };
}

interface Settings {
  readonly resource: CfnResource;
  readonly settings: unknown;
}

/** Settings without a role leave it to the next. */
function rolesIn([first, ...others]: Settings[]): NamedRole[] {
  if (!first) {
    return [];
  }
  const { value, targets } = resolveReferences(first.settings, first.resource);
  return alternatives(value).flatMap((settings) => intrinsicOf(settings)
    ? [{ key: JSON.stringify(settings) }]
    : alternatives(settings?.executionRole ?? settings?.ExecutionRole).flatMap((name) => name === undefined
      ? rolesIn(others)
      : [{ key: JSON.stringify(name), role: roleNamed(name, targets) }]));
}

/** What a value may turn out to be, for either case of each condition. What stands in a function has the names of CloudFormation. */
function alternatives(value: any): any[] {
  return intrinsicOf(value) === 'Fn::If' ? value['Fn::If'].slice(1).flatMap(alternatives) : [isMissing(value) ? undefined : value];
}

/** The role of a profile or a space is that of its domain unless it has one of its own. */
function settingsInOrder({ resource, settings }: OwnedPlace): Settings[] {
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

/** The role of this app that a setting refers to. */
function roleNamed(name: any, targets: CfnElement[]): iam.IRole | undefined {
  const target = targets.find((candidate) => name.Ref === `${candidate.node.path}.Arn`);
  return target && iam.CfnRole.isCfnRole(target) ? roleOf(target) : undefined;
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
