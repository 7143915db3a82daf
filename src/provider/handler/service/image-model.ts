import type { ImageVersionAttributes } from '../../kinds/image-version';

/** Selects a version by number or by alias. Without both, it selects the latest version. */
export interface VersionSelector {
  readonly ImageName: string;
  readonly Version?: number;
  readonly Alias?: string;
}

/** The state of an image version at the time of a read. */
export interface FoundVersion {
  readonly status: string;
  readonly failureReason?: string;
  /** Without `ContainerImage` if the status is not CREATED. */
  readonly attributes: ImageVersionAttributes;
}

/** A version in a list. */
export interface ListedVersion {
  readonly number: number;
  readonly status: string;
  readonly imageVersionArn: string;
  /** In seconds since 1970. */
  readonly created: number;
  /** In seconds since 1970. */
  readonly modified?: number;
  readonly failureReason?: string;
}

/** The first versions or aliases of an image, for messages. */
export interface Listing {
  readonly names: readonly string[];
  /** Whether there are more. */
  readonly more: boolean;
}
