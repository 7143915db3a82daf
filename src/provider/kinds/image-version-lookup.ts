/** The custom resource that looks up one version of an existing image. */
export const IMAGE_VERSION_LOOKUP_TYPE = 'Custom::SageMakerImageVersionLookup';

/** The version to look up: by number, by alias, by a range of aliases, or, with none of them, the latest. */
export interface ImageVersionLookupProperties {
  readonly ImageName: string;
  /** CloudFormation sends it as a string. */
  readonly Version?: number;
  readonly Alias?: string;
  /** A range in the syntax of npm: the version with the highest alias in it. */
  readonly AliasRange?: string;
  /** Not used by the function: another value makes CloudFormation look up again. */
  readonly Refresh?: string;
}
