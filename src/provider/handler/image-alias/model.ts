import type { ImageAliasProperties } from '../../kinds/image-alias';
import type { ImageVersionAttributes } from '../../kinds/image-version';

/** The properties of the custom resource before validation. */
export type RawProperties = { readonly [name in keyof ImageAliasProperties]?: unknown };

/** Where an alias of an image should be. */
export interface AliasMove {
  /** Whether to stop, without an error, when somebody else moves the alias after this did. */
  readonly yields?: boolean;
  readonly imageName: string;
  readonly alias: string;
  /** The number of the version that gets the alias. Without it, the alias is removed. */
  readonly version?: number;
  /** The version where the alias should be now. Another holder is reported in the log. If none has it, a failed move puts it there. */
  readonly home?: number;
  /** The only version from which the alias is taken. If another version has it, nothing is changed. */
  readonly onlyFrom?: number;
}

/** The result of a move. */
export interface AliasMoved {
  /** The version that had the alias before. */
  readonly former?: number;
  /** The version that has the alias now. */
  readonly attributes?: ImageVersionAttributes;
}
