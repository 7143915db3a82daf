import type { ImageVersionAttributes } from './image-version';

/** The custom resource that keeps an alias of an image on one version. */
export const IMAGE_ALIAS_TYPE = 'Custom::SageMakerImageAlias';

export interface ImageAliasProperties {
  readonly ImageName: string;
  readonly Alias: string;
  /** CloudFormation sends it as a string. */
  readonly Version: number | string;
}

export interface ImageAliasAttributes extends ImageVersionAttributes {
  /** What the last event did. */
  readonly Report: string;
}
