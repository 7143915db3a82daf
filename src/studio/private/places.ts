import { aws_sagemaker as sagemaker, Token } from 'aws-cdk-lib';
import { StudioAppType } from '../studio-app';

/** The settings of a domain, user profile or space that hold lists of images. */
export type StudioSettings = 'DefaultUserSettings' | 'DefaultSpaceSettings' | 'UserSettings' | 'SpaceSettings';

/** The part of these settings that is for one kind of app. */
export type StudioAppSettings = `${StudioAppType}AppSettings`;

/** Settings of a resource of this app. */
export interface OwnedPlace {
  readonly settings: StudioSettings;
  readonly resource: sagemaker.CfnDomain | sagemaker.CfnUserProfile | sagemaker.CfnSpace;
}

/** Settings of something that exists already, by its ids. */
export interface ExistingPlace {
  readonly settings: StudioSettings;
  readonly resource?: undefined;
  readonly domainId: string;
  readonly userProfileName?: string;
  readonly spaceName?: string;
}

/** How the factories of targets call what has these settings. */
export const OWNER: Record<StudioSettings, 'domain' | 'userProfile' | 'space'> = {
  DefaultUserSettings: 'domain',
  DefaultSpaceSettings: 'domain',
  UserSettings: 'userProfile',
  SpaceSettings: 'space',
};

export type StudioPlace = OwnedPlace | ExistingPlace;

/**
 * How many images each list holds; there is no other list. The API reference gives 200, 5 and 5 for kernels, and 200
 * for the lists that it says nothing more of.
 */
export const MAX_IMAGES: Record<StudioSettings, Partial<Record<StudioAppType, number>>> = {
  DefaultUserSettings: { KernelGateway: 200, JupyterLab: 200, CodeEditor: 200, RSession: 200 },
  DefaultSpaceSettings: { KernelGateway: 200, JupyterLab: 200 },
  UserSettings: { KernelGateway: 5, JupyterLab: 200, CodeEditor: 200 },
  SpaceSettings: { KernelGateway: 5 },
};

const NAMES: Record<StudioSettings, string> = {
  DefaultUserSettings: 'the default user settings of a domain',
  DefaultSpaceSettings: 'the default space settings of a domain',
  UserSettings: 'a user profile',
  SpaceSettings: 'a space',
};

/** The part of the settings that is for a kind of app. */
export function appSettingsOf(appType: StudioAppType): StudioAppSettings {
  return `${appType}AppSettings`;
}

/** How a message calls settings of this kind. */
export function nameOfSettings(settings: StudioSettings): string {
  return NAMES[settings];
}

/** How a message calls something that exists already. */
export function describePlace({ domainId, userProfileName, spaceName }: ExistingPlace): string {
  const readable = (id: string) => Token.isUnresolved(id) ? '(a token)' : id;
  const part = userProfileName !== undefined ? `user profile ${readable(userProfileName)} of `
    : spaceName !== undefined ? `space ${readable(spaceName)} of ` : '';
  return `${part}domain ${readable(domainId)}`;
}

/** The same for the same place only, as far as that is known before synth: tokens in it stay tokens. No id has a dot. */
export function keyOfPlace(place: StudioPlace): string {
  const names = place.resource ? [place.resource.node.addr] : [place.domainId, place.userProfileName ?? place.spaceName];
  return [place.settings, ...names.filter((name) => name !== undefined)].join('.');
}

/** The settings that can hold images for a kind of app. */
export function settingsFor(appType: StudioAppType): StudioSettings[] {
  return (Object.keys(MAX_IMAGES) as StudioSettings[]).filter((settings) => appType in MAX_IMAGES[settings]);
}
