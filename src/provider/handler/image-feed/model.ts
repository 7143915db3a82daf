import type { ImageFeedMetadata, ImageFeedProperties } from '../../kinds/image-feed';

/** The validated properties. */
export interface Feed extends Omit<ImageFeedProperties, 'Needed' | 'Refresh'> {
  readonly Needed: boolean;
}

/** A container image that was pushed with a tag. */
export interface Push {
  readonly digest: string;
  readonly tag: string;
  /** When it was pushed, in seconds since 1970. */
  readonly time: number;
}

/** An image version, as far as a feed needs it. */
export interface FeedVersion {
  readonly number: number;
  readonly status: string;
  readonly arn: string;
  /** In seconds since 1970. */
  readonly created: number;
  readonly failureReason?: string;
  /** The URIs of the container image, as it was given and as SageMaker resolved it. */
  readonly uris: readonly string[];
  readonly notes: string;
}

/** Metadata from labels, and the labels whose values SageMaker does not accept. */
export interface LabelMetadata {
  readonly metadata: ImageFeedMetadata;
  readonly dropped: readonly string[];
}

/** A container image in the list of a repository. */
export interface StoredImage {
  readonly imageDigest?: string;
  readonly imageTags?: readonly string[];
  readonly imagePushedAt?: Date | number;
  readonly imageStatus?: string;
  readonly artifactMediaType?: string;
}
