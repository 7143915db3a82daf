import { aws_sagemaker as sagemaker, Token } from 'aws-cdk-lib';
import type { StudioAppSettings, StudioSettings } from '../../provider/kinds/studio-attachments';
import type { StudioAppType } from '../studio-app';

/** A target that the same app owns: settings of one of its resources. */
export interface OwnedTargetConfig {
  readonly settings: StudioSettings;
  readonly resource: sagemaker.CfnDomain | sagemaker.CfnUserProfile | sagemaker.CfnSpace;
}

/** The values that identify a target. */
export interface TargetIds {
  readonly domainId: string;
  readonly userProfileName?: string;
  readonly spaceName?: string;
}

/** An existing target: settings of a domain, user profile or space that is given by its ids. */
export interface ExistingTargetConfig extends TargetIds {
  readonly settings: StudioSettings;
  readonly resource?: undefined;
}

export type TargetConfig = OwnedTargetConfig | ExistingTargetConfig;

/** The parameter of the `StudioTarget` factories for the resource with these settings. */
export const TARGET_PARAMETER: Record<StudioSettings, 'domain' | 'userProfile' | 'space'> = {
  DefaultUserSettings: 'domain',
  DefaultSpaceSettings: 'domain',
  UserSettings: 'userProfile',
  SpaceSettings: 'space',
};

/**
 * The maximum number of images in each list. There are no other lists. The API reference documents 200, 5 and 5 for kernels, and
 * 200 for all other lists.
 */
export const MAX_IMAGES: Record<StudioSettings, Partial<Record<StudioAppType, number>>> = {
  DefaultUserSettings: { KernelGateway: 200, JupyterLab: 200, CodeEditor: 200, RSession: 200 },
  DefaultSpaceSettings: { KernelGateway: 200, JupyterLab: 200 },
  UserSettings: { KernelGateway: 5, JupyterLab: 200, CodeEditor: 200 },
  SpaceSettings: { KernelGateway: 5 },
};

/** The apps without a list that take a default image. */
const DEFAULT_ONLY: Partial<Record<StudioSettings, Partial<Record<StudioAppType, true>>>> = {
  SpaceSettings: { JupyterLab: true, CodeEditor: true },
};

const NAMES: Record<StudioSettings, string> = {
  DefaultUserSettings: 'the default user settings of a domain',
  DefaultSpaceSettings: 'the default space settings of a domain',
  UserSettings: 'a user profile',
  SpaceSettings: 'a space',
};

/** The factories of `StudioTarget` for an owned and for an existing target. */
const FACTORIES: Record<StudioSettings, [owned: string, existing: string]> = {
  DefaultUserSettings: ['domain', 'existingDomain'],
  DefaultSpaceSettings: ['domainSharedSpaces', 'existingDomainSharedSpaces'],
  UserSettings: ['userProfile', 'existingUserProfile'],
  SpaceSettings: ['space', 'existingSpace'],
};

/** Returns the name of the settings for a kind of app. */
export function appSettingsOf(appType: StudioAppType): StudioAppSettings {
  return `${appType}AppSettings`;
}

/** Whether settings have a list of images for a kind of app. */
export function hasList(settings: StudioSettings, appType: StudioAppType): boolean {
  return appType in MAX_IMAGES[settings];
}

/** Whether settings take a default image for a kind of app. All that have a list do. */
export function takesDefault(settings: StudioSettings, appType: StudioAppType): boolean {
  return hasList(settings, appType) || DEFAULT_ONLY[settings]?.[appType] === true;
}

/** Says in a message that settings take no images for a kind of app. */
export function noImagesFor(appType: StudioAppType, settings: StudioSettings): string {
  const name = NAMES[settings];
  return `${name} ${name.includes('settings') ? 'do' : 'does'} not support images for ${appType}`;
}

/** Describes an existing target in a message. */
export function describeTarget({ domainId, userProfileName, spaceName }: ExistingTargetConfig): string {
  const readable = (id: string) => Token.isUnresolved(id) ? '(a token)' : id;
  const part = userProfileName !== undefined ? `user profile ${readable(userProfileName)} of `
    : spaceName !== undefined ? `space ${readable(spaceName)} of ` : '';
  return `${part}domain ${readable(domainId)}`;
}

/** Returns the values that identify a target. */
export function idsOf(target: Omit<OwnedTargetConfig, 'settings'> | ExistingTargetConfig): TargetIds {
  const { resource } = target;
  return !resource ? target
    : sagemaker.CfnDomain.isCfnDomain(resource) ? { domainId: resource.attrDomainId }
      : sagemaker.CfnUserProfile.isCfnUserProfile(resource) ? { domainId: resource.domainId, userProfileName: resource.userProfileName }
        : { domainId: resource.domainId, spaceName: resource.spaceName };
}

/** Returns a key that is unique to settings, as far as known before synth: tokens stay tokens. Ids have no dots. */
export function keyOfTarget(target: TargetConfig): string {
  const names = target.resource ? [target.resource.node.addr] : [target.domainId, target.userProfileName ?? target.spaceName];
  return [target.settings, ...names.filter((name) => name !== undefined)].join('.');
}

/** Returns the factories of `StudioTarget` for targets that support images for a kind of app, owned or existing as the given target. */
export function factoriesFor(appType: StudioAppType, { resource }: TargetConfig): string[] {
  return (Object.keys(MAX_IMAGES) as StudioSettings[]).filter((settings) => hasList(settings, appType))
    .map((settings) => `StudioTarget.${FACTORIES[settings][resource ? 0 : 1]}`);
}
