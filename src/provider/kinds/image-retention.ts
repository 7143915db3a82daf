/** The custom resource that deletes the versions of an image that nothing uses. */
export const IMAGE_RETENTION_TYPE = 'Custom::SageMakerImageRetention';

/** Applies to versions that are neither among the newest nor young: by both limits, if both are given. */
export interface ImageRetentionLimit<Count = number> {
  /** The number of newest versions that it does not apply to. */
  readonly Versions?: Count;
  /** The age in seconds from which on it applies. */
  readonly Age?: Count;
}

/** What to keep and what to do with the rest. CloudFormation sends numbers and booleans as strings. */
export interface ImageRetentionProperties {
  readonly ImageName: string;
  /** Which versions are deleted if nothing uses them. */
  readonly Delete?: ImageRetentionLimit;
  /** Which of them get the vendor guidance TO_BE_ARCHIVED. */
  readonly ToBeArchived?: ImageRetentionLimit;
  /** Which of them get the vendor guidance ARCHIVED. */
  readonly Archived?: ImageRetentionLimit;
  /** Aliases that do not protect a version, with `*` for any characters. */
  readonly ExpendableAliases?: readonly string[];
  readonly DryRun?: boolean;
  /** Whether an incomplete reading fails the deployment. */
  readonly FailIfUnreadable?: boolean;
  /** The versions that the app manages or refers to: by their numbers or ARNs. */
  readonly Managed?: readonly (number | string)[];
  /** Not used by the function: another value makes CloudFormation run it again. */
  readonly Refresh?: string;
}

/** The attributes of the custom resource. */
export interface ImageRetentionAttributes {
  /** What was deleted and kept, and why. */
  readonly Report: string;
  /** The numbers of the deleted versions, separated by commas. */
  readonly DeletedVersions: string;
}
