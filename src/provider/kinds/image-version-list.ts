/** The custom resource that lists versions of an image. */
export const IMAGE_VERSION_LIST_TYPE = 'Custom::SageMakerImageVersionList';

/** Separates the versions in an attribute. No ARN, alias or URI contains it. */
export const LIST_SEPARATOR = '|';

/** The attributes: what they contain of each version, newest first. */
export interface ImageVersionListAttributes {
  readonly ImageVersionArns: string;
  readonly Versions: string;
  /** The aliases of a version are separated by commas. */
  readonly Aliases: string;
  /** Empty for a version without a container image. */
  readonly ContainerImages: string;
}

/** The values that a version must have, with the names of the API. */
export interface ImageVersionFilter {
  readonly ImageVersionStatus?: string;
  readonly JobType?: string;
  readonly MLFramework?: string;
  readonly Processor?: string;
  readonly ProgrammingLang?: string;
  readonly VendorGuidance?: string;
}

/** Which versions to list. */
export interface ImageVersionListProperties {
  readonly ImageName: string;
  readonly Filter?: ImageVersionFilter;
  /** CloudFormation sends it as a string. */
  readonly MaxVersions?: number;
  /** CloudFormation sends it as a string. */
  readonly AllowEmpty?: boolean;
  /** The attributes that the app uses. Others are neither read nor returned. */
  readonly Attributes?: readonly (keyof ImageVersionListAttributes)[];
  /** Not used by the function: another value makes CloudFormation list again. */
  readonly Refresh?: string;
}
