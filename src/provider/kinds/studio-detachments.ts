import type { StudioAttachmentsProperties, StudioDefaultImage } from './studio-attachments';

/** The custom resource that removes images from domains, user profiles and spaces of its stack when their templates no longer name them. */
export const STUDIO_DETACHMENTS_TYPE = 'Custom::SageMakerStudioDetachments';

/** A default image without its version, so that a release does not change it. */
export type StudioDetachedDefault = Pick<StudioDefaultImage, 'SageMakerImageArn'>;

/** The lists and default images in the template, without the numbers and ARNs of versions. */
export interface StudioDetachmentsProperties {
  /** By the logical id of the domain, user profile or space, which stays the same when it is replaced. */
  readonly Targets: { readonly [logicalId: string]: StudioAttachmentsProperties<StudioDetachedDefault> };
}
