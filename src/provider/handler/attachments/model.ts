import type { StudioAppSettings, StudioAttachmentsProperties, StudioCustomImage, StudioSettings } from '../../kinds/studio-attachments';
import type { Json } from '../service/json';

/** The properties of the custom resource, before anything is known about their values. */
export type Given = { readonly [name in keyof StudioAttachmentsProperties]?: unknown };

/** What holds settings with lists of custom images: a domain, a user profile or a space. */
export interface Target {
  readonly kind: 'Domain' | 'UserProfile' | 'Space';
  /** What names it in requests. */
  readonly key: Readonly<Record<string, string>>;
}

/** The settings blocks of each kind of target that hold lists. */
export const BLOCKS: Readonly<Record<Target['kind'], readonly StudioSettings[]>> = {
  Domain: ['DefaultUserSettings', 'DefaultSpaceSettings'],
  UserProfile: ['UserSettings'],
  Space: ['SpaceSettings'],
};

/** One entry, and the list that it belongs to. */
export interface Entry {
  readonly settings: StudioSettings;
  readonly app: StudioAppSettings;
  readonly image: StudioCustomImage;
}

/** Settings blocks as the service sends them. One that the target does not have is left out. */
export type Blocks = { readonly [settings in StudioSettings]?: Json };

/** The target at one moment. */
export interface Reading {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: string;
  readonly failureReason?: string;
  /** The same as long as nobody wrote. */
  readonly stamp: string;
  readonly blocks: Blocks;
}
