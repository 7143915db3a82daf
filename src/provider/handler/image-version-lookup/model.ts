import type { ImageVersionLookupProperties } from '../../kinds/image-version-lookup';
import type { VersionSelector } from '../service/image-model';

/** The properties of the custom resource before validation. */
export type RawProperties = { readonly [name in keyof ImageVersionLookupProperties]?: unknown };

/** The version to look up: a selector of SageMaker, or a range of aliases. */
export interface Selection extends VersionSelector {
  readonly AliasRange?: string;
}
