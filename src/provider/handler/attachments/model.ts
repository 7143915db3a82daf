import type { StudioAppSettings, StudioAttachmentsProperties, StudioCustomImage, StudioDefaultImage, StudioSettings } from '../../kinds/studio-attachments';
import type { Json } from '../service/json';

/** The properties of the custom resource before validation. */
export type RawProperties = { readonly [name in keyof StudioAttachmentsProperties]?: unknown };

/** A domain, user profile or space, whose settings contain lists of custom images. */
export interface Target {
  readonly kind: 'Domain' | 'UserProfile' | 'Space';
  /** The request members that identify it. */
  readonly key: Readonly<Record<string, string>>;
}

/** The settings blocks with lists of custom images, by kind of target. */
export const BLOCKS: Readonly<Record<Target['kind'], readonly StudioSettings[]>> = {
  Domain: ['DefaultUserSettings', 'DefaultSpaceSettings'],
  UserProfile: ['UserSettings'],
  Space: ['SpaceSettings'],
};

/** The settings of one app. */
export interface AppSettings {
  readonly settings: StudioSettings;
  readonly app: StudioAppSettings;
}

/** An entry and its list. */
export interface Entry extends AppSettings {
  readonly image: Omit<StudioCustomImage, 'FollowedAlias'>;
  /** The alias of the feed that moves the entry, so that an existing one stays as it is. */
  readonly followedAlias?: string;
}

/** Entries and default images. */
export interface Attached {
  readonly entries: readonly Entry[];
  readonly defaults: readonly Default[];
}

/** An image to start by default. Without a version, the latest one. */
export type DefaultImage = Pick<StudioDefaultImage, 'SageMakerImageArn'> & Partial<Omit<StudioDefaultImage, 'FollowedAlias'>>;

/** A default image and its app. */
export interface Default extends AppSettings {
  readonly image: DefaultImage;
  /** The alias of the feed that moves it, so that another version of the image stays. */
  readonly followedAlias?: string;
}

/** Settings blocks as SageMaker returns them, without those that the target does not have. */
export type Blocks = { readonly [settings in StudioSettings]?: Json };

/** An app that runs or starts, as SageMaker lists it. */
export interface RunningApp {
  readonly DomainId: string;
  readonly UserProfileName?: string;
  readonly SpaceName?: string;
  readonly AppType: string;
  readonly AppName: string;
}

/** A version of an image, as far as it shows who attached it. */
export interface StudioVersion {
  readonly number: number;
  /** In seconds since 1970. */
  readonly created: number;
  readonly notes: string;
}

/** The state of a target at the time of a read. */
export interface Reading {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: string;
  readonly failureReason?: string;
  /** Changes with every write. */
  readonly stamp: string;
  readonly blocks: Blocks;
}
