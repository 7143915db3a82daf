/** The custom resource that keeps images attached to one existing domain, user profile or space. */
export const STUDIO_ATTACHMENTS_TYPE = 'Custom::SageMakerStudioAttachments';

/** The settings of a domain, user profile or space that hold lists of custom images. */
export type StudioSettings = 'DefaultUserSettings' | 'DefaultSpaceSettings' | 'UserSettings' | 'SpaceSettings';

/** The part of these settings that is for one kind of app. */
export type StudioAppSettings = 'KernelGatewayAppSettings' | 'JupyterLabAppSettings' | 'CodeEditorAppSettings' | 'RSessionAppSettings';

/** One entry of a list of custom images. */
export interface StudioCustomImage {
  readonly ImageName: string;
  readonly AppImageConfigName: string;
  /** Without it, the latest version. CloudFormation sends it as a string. */
  readonly ImageVersionNumber?: number;
}

/** The entries to keep in the settings of a target. */
export type StudioAttachedImages = { readonly [app in StudioAppSettings]?: { readonly CustomImages: readonly StudioCustomImage[] } };

/** The target and the entries to keep there: names and shape are those of the SageMaker API. */
export interface StudioAttachmentsProperties extends Partial<Readonly<Record<StudioSettings, StudioAttachedImages>>> {
  readonly DomainId: string;
  /** Only for a user profile, together with `UserSettings`. */
  readonly UserProfileName?: string;
  /** Only for a space, together with `SpaceSettings`. */
  readonly SpaceName?: string;
  /** The settings whose execution role the function may pass to SageMaker, so that it can send them back whole. */
  readonly PassExecutionRole?: readonly StudioSettings[];
}
