import type { ImageVersionLookupProperties } from '../../kinds/image-version-lookup';

/** The properties of the custom resource before validation. */
export type RawProperties = { readonly [name in keyof ImageVersionLookupProperties]?: unknown };
