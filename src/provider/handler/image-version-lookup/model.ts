import type { ImageVersionLookupAttributes, ImageVersionLookupProperties } from '../../kinds/image-version-lookup';

/** The version to look up: by number, by alias, or, with neither, the latest. */
export type Selector = Omit<ImageVersionLookupProperties, 'Refresh'>;

/** The properties of the custom resource, before anything is known about their values. */
export type Given = { readonly [name in keyof ImageVersionLookupProperties]?: unknown };

/** An image version at one moment. */
export interface FoundVersion {
  readonly status: string;
  readonly failureReason?: string;
  readonly attributes: ImageVersionLookupAttributes;
}

/** What an image has, as far as it was listed. */
export interface Listing {
  readonly names: readonly string[];
  /** Whether there are more. */
  readonly more: boolean;
}
