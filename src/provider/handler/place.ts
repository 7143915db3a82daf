import type { AttachmentProperties } from '../attachment';
import { Failure } from './events';

/** JSON as the service sends it; nothing is known about it but what this handler looks at. */
export type Json = { readonly [key: string]: unknown };

/** One entry of a list of custom images. */
export interface Entry {
  readonly ImageName: string;
  readonly AppImageConfigName: string;
  readonly ImageVersionNumber?: number;
}

/** Where a list of custom images stands: in the settings for one app, of one domain, user profile or space. */
export interface Place {
  readonly kind: 'Domain' | 'UserProfile' | 'Space';
  /** What names the holder in requests. */
  readonly key: Readonly<Record<string, string>>;
  readonly settings: AttachmentProperties['Settings'];
  readonly app: AttachmentProperties['AppSettings'];
  /** Whether the execution role in the settings may be sent back with them. */
  readonly passRole?: boolean;
}

const HOLDERS = {
  DefaultUserSettings: { kind: 'Domain' },
  DefaultSpaceSettings: { kind: 'Domain' },
  UserSettings: { kind: 'UserProfile', name: 'UserProfileName' },
  SpaceSettings: { kind: 'Space', name: 'SpaceName' },
} as const;

/** Reads the properties of a custom resource, as CloudFormation sends them: all values are strings. */
export function parse(properties: Json): { place: Place; entry: Entry } {
  const { Settings: settings, AppSettings: app, ImageVersionNumber: version } = properties as unknown as AttachmentProperties;
  const holder: { kind: Place['kind']; name?: string } | undefined = HOLDERS[settings];
  const names = ['DomainId', 'AppSettings', 'ImageName', 'AppImageConfigName', ...holder?.name ? [holder.name] : []];
  const wrong = names.filter((name) => typeof properties[name] !== 'string' || !properties[name]);
  const number = version === undefined || String(version) === '' ? undefined : Number(version);
  if (!holder || wrong.length > 0 || (number !== undefined && !(Number.isInteger(number) && number > 0))) {
    const values = ['Settings', ...names, 'ImageVersionNumber'].map((name) => `${name} ${JSON.stringify(properties[name])}`).join(', ');
    throw new Failure(`the properties of the attachment make no sense (${values}); nothing was changed; `
      + `Settings must be one of ${Object.keys(HOLDERS).join(', ')}, the names must be there, and a version is a whole number`, true);
  }
  const text = (name: string) => properties[name] as string;
  return {
    place: {
      kind: holder.kind,
      key: { DomainId: text('DomainId'), ...holder.name && { [holder.name]: text(holder.name) } },
      settings,
      app,
      ...String(properties.PassExecutionRole) === 'true' && { passRole: true },
    },
    entry: {
      ImageName: text('ImageName'),
      AppImageConfigName: text('AppImageConfigName'),
      ...number !== undefined && { ImageVersionNumber: number },
    },
  };
}

/**
 * `<domain>[/<user profile or space>]/<settings>/<app>/<image>/<config>`: everything but the number, which changes in place.
 *
 * Names that differ in case only are one entry, so they have one id: the deletion of a former one would take the new one away.
 */
export function physicalIdOf({ place, entry }: { place: Place; entry: Entry }): string {
  return [...Object.values(place.key), place.settings, place.app, entry.ImageName.toLowerCase(), entry.AppImageConfigName.toLowerCase()].join('/');
}

/** For messages. */
export function describePlace({ kind, key, settings, app }: Place): string {
  const { DomainId: domain, ...name } = key;
  const holder = { Domain: 'domain', UserProfile: `user profile '${name.UserProfileName}' of domain`, Space: `space '${name.SpaceName}' of domain` }[kind];
  return `${app} in ${settings} of ${holder} '${domain}'`;
}

/** For messages. */
export function describeEntry({ ImageName, AppImageConfigName, ImageVersionNumber }: Entry): string {
  return `image '${ImageName}' with app image config '${AppImageConfigName}'${ImageVersionNumber ? ` in version ${ImageVersionNumber}` : ''}`;
}
