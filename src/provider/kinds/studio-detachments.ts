import type { StudioAttachmentsProperties } from './studio-attachments';

/** The custom resource that removes images from domains, user profiles and spaces of its stack when their templates no longer list them. */
export const STUDIO_DETACHMENTS_TYPE = 'Custom::SageMakerStudioDetachments';

/** The lists in the template that contain images, and these images, without their version numbers. */
export interface StudioDetachmentsProperties {
  /** By the logical id of the domain, user profile or space, which stays the same when it is replaced. */
  readonly Targets: { readonly [logicalId: string]: StudioAttachmentsProperties };
}
