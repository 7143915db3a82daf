import type { StudioAppSettings, StudioAttachmentsProperties, StudioCustomImage, StudioSettings } from '../../kinds/studio-attachments';
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

/** An entry and its list. */
export interface Entry {
  readonly settings: StudioSettings;
  readonly app: StudioAppSettings;
  readonly image: StudioCustomImage;
}

/** Settings blocks as SageMaker returns them, without those that the target does not have. */
export type Blocks = { readonly [settings in StudioSettings]?: Json };

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
