import type { ImageRetentionLimit, ImageRetentionProperties } from '../../kinds/image-retention';

/** The properties of the custom resource before validation. */
export type RawProperties = { readonly [name in keyof ImageRetentionProperties]?: unknown };

/** The properties after validation. */
export interface Options {
  readonly image: string;
  readonly delete?: ImageRetentionLimit;
  readonly toBeArchived?: ImageRetentionLimit;
  readonly archived?: ImageRetentionLimit;
  readonly expendableAliases: readonly string[];
  readonly dryRun: boolean;
  readonly failIfUnreadable: boolean;
}

/** The part of the settings of Studio, or of an app, that names the image. */
export interface Reference {
  /** For messages. */
  readonly where: string;
  readonly number?: number;
  readonly alias?: string;
  /** When an app started that names no version: in seconds since 1970. It runs what was the latest version then. */
  readonly started?: number;
  /** When an app started with an alias that may have moved since: it runs one of the versions that existed then. */
  readonly existedAt?: number;
  /** Whether it names a version in a way that is not known. */
  readonly unclear?: boolean;
}

/** The vendor guidance of a version that is being retired. */
export type Guidance = 'TO_BE_ARCHIVED' | 'ARCHIVED';
