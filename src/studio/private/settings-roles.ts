import { aws_iam as iam, aws_sagemaker as sagemaker, CfnResource } from 'aws-cdk-lib';
import { checkFinalValues } from './final-values';
import type { OwnedTargetConfig } from './target-config';
import { intrinsicOf, isMissing } from '../../private/intrinsics';
import { roleWithArn } from '../../private/owned-roles';
import { resolveReferences } from '../../private/references';

/** An execution role in settings. */
export interface NamedRole {
  /** A key that is the same for the same role. */
  readonly key: string;
  /** Undefined if the app does not own the role. */
  readonly role?: iam.IRole;
}

/** Returns the possible execution roles of an owned target. There are several if they depend on a condition. */
export function executionRolesOf(target: OwnedTargetConfig): NamedRole[] {
  return rolesIn(settingsInOrder(target));
}

/** Returns the possible execution roles that a user profile has of its own. */
export function ownExecutionRolesOf(userProfile: sagemaker.CfnUserProfile): NamedRole[] {
  return rolesIn([{ resource: userProfile, settings: userProfile.userSettings }]);
}

/** Converts a role to a named role. */
export function namedRole(role: iam.IRole): NamedRole {
  return { key: JSON.stringify(resolveReferences(role.roleArn, role).value), role };
}

interface Settings {
  readonly resource: CfnResource;
  readonly settings: unknown;
}

/** Returns the possible roles in a list of settings, where settings without a role inherit it from the next. */
function rolesIn([first, ...others]: Settings[]): NamedRole[] {
  if (!first) {
    return [];
  }
  checkFinalValues(first.resource);
  const { value, targets } = resolveReferences(first.settings, first.resource);
  return alternatives(value).flatMap((settings) => intrinsicOf(settings)
    ? [{ key: JSON.stringify(settings) }]
    : alternatives(settings?.executionRole ?? settings?.ExecutionRole).flatMap((name) => name === undefined
      ? rolesIn(others)
      : [{ key: JSON.stringify(name), role: roleWithArn(name, targets) }]));
}

/** Returns the possible values for both cases of each condition. Arguments of a function have the names of CloudFormation. */
function alternatives(value: any): any[] {
  return intrinsicOf(value) === 'Fn::If' ? value['Fn::If'].slice(1).flatMap(alternatives) : [isMissing(value) ? undefined : value];
}

/** Returns the settings of a target, followed by those of its domain, which a user profile or space inherits the role from. */
function settingsInOrder({ resource, settings }: OwnedTargetConfig): Settings[] {
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
