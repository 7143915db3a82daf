import type { ImageVersionAttributes } from './image-version';

/** The custom resource that keeps an alias of an image on one version. */
export const IMAGE_ALIAS_TYPE = 'Custom::SageMakerImageAlias';
/** The custom resource that reads which version has an alias, before the other one takes it over. */
export const ALIASED_VERSION_TYPE = 'Custom::SageMakerAliasedVersion';
/** Stands for the version if none has the alias. */
export const NONE = 'none';

export interface ImageAliasProperties {
  readonly ImageName: string;
  readonly Alias: string;
  /** CloudFormation sends it as a string. */
  readonly Version: number | string;
  /**
   * The version that had the alias before the resource was created, or `none`. CloudFormation sends it with the deletion, even if
   * the function was killed before it responded.
   */
  readonly FormerVersion: number | string;
}

export interface ImageAliasAttributes extends ImageVersionAttributes {
  /** What the last event did. */
  readonly Report: string;
}

export interface AliasedVersionProperties {
  readonly ImageName: string;
  readonly Alias: string;
}

export interface AliasedVersionAttributes {
  /** The number of the version, or `none`. */
  readonly AliasedVersion: number | string;
}
