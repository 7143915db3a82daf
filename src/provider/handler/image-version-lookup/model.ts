import type { ImageVersionLookupAttributes, ImageVersionLookupProperties } from '../../kinds/image-version-lookup';

/** Selects a version by number or by alias. Without both, it selects the latest version. */
export type Selector = Omit<ImageVersionLookupProperties, 'Refresh'>;

/** The properties of the custom resource before validation. */
export type RawProperties = { readonly [name in keyof ImageVersionLookupProperties]?: unknown };

/** The state of an image version at the time of a read. */
export interface FoundVersion {
  readonly status: string;
  readonly failureReason?: string;
  readonly attributes: ImageVersionLookupAttributes;
}

/** The first versions or aliases of an image. */
export interface Listing {
  readonly names: readonly string[];
  /** Whether there are more. */
  readonly more: boolean;
}
