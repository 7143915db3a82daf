import type { ImageVersionFilter, ImageVersionListAttributes, ImageVersionListProperties } from '../../kinds/image-version-list';

/** The properties of the custom resource before validation. */
export type RawProperties = { readonly [name in keyof ImageVersionListProperties]?: unknown };

/** The valid properties. */
export interface Target {
  readonly ImageName: string;
  readonly filter: ImageVersionFilter;
  readonly maxVersions: number;
  readonly allowEmpty: boolean;
  readonly attributes: readonly (keyof ImageVersionListAttributes)[];
}

/** A version in the list. */
export type Row = ImageVersionListAttributes;
