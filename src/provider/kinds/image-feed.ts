import type { StudioAttachmentsProperties } from './studio-attachments';
import type { StudioDetachedDefault } from './studio-detachments';

/** The custom resource that stands for the version that a feed made last, and makes up for events that got lost. */
export const IMAGE_FEED_TYPE = 'Custom::SageMakerImageFeed';
/** The custom resource that checks, after everything else, that what follows a feed has its version. */
export const IMAGE_FEED_TARGETS_TYPE = 'Custom::SageMakerImageFeedTargets';
/** What the function does with the event of a push. */
export const IMAGE_FEED_REACTION = 'ImageFeed';

/** The metric in the log of the function, with one dimension. */
export const IMAGE_FEED_METRIC = { namespace: 'SageMakerImages', name: 'FailedPushes', dimension: 'Feed' };

/** The metadata of a version, with the names of CreateImageVersion. */
export interface ImageFeedMetadata {
  readonly VendorGuidance?: string;
  readonly JobType?: string;
  readonly MLFramework?: string;
  readonly ProgrammingLang?: string;
  readonly Processor?: string;
  /** CloudFormation sends it as a string. */
  readonly Horovod?: boolean;
  readonly ReleaseNotes?: string;
}

/** The image, the repository that it follows, and what its versions get. */
export interface ImageFeedProperties {
  readonly ImageName: string;
  /** The alias of the newest version. */
  readonly Alias: string;
  /** In the account and Region of the stack. */
  readonly RepositoryName: string;
  /** The URI of the repository, without a tag. */
  readonly RepositoryUri: string;
  /** The tags to follow, in which `*` stands for any characters. */
  readonly Tags: readonly string[];
  /** For versions whose container image has no labels for it. */
  readonly Metadata: ImageFeedMetadata;
  /** Whether to read the labels. CloudFormation sends it as a string. */
  readonly ReadLabels: boolean;
  /** The value of the dimension of the metric. */
  readonly ReportedAs: string;
  /** Whether something in the template uses an attribute, so that a version must exist. CloudFormation sends it as a string. */
  readonly Needed?: boolean;
  /** Not used by the function: another value makes CloudFormation read again. */
  readonly Refresh?: string;
}

/** The target of an attachment, with entries and default images that get the number of the newest version. */
export type ImageFeedPlace = StudioAttachmentsProperties<StudioDetachedDefault>;

/** The properties of a rule, and of the custom resource that checks. */
export interface ImageFeedTargetsProperties extends Omit<ImageFeedProperties, 'Needed'> {
  readonly Places: readonly ImageFeedPlace[];
}

/** The detail of an event of Amazon ECR. */
export interface EcrImageAction {
  readonly 'image-tag': string;
  readonly 'image-digest': string;
  /** Missing for an index, and in older events. */
  readonly 'artifact-media-type'?: string;
}
