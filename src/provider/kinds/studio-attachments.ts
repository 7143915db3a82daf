/** The custom resource that keeps images attached to one existing domain, user profile or space. */
export const STUDIO_ATTACHMENTS_TYPE = 'Custom::SageMakerStudioAttachments';

/** The settings of a domain, user profile or space that hold custom images. */
export type StudioSettings = 'DefaultUserSettings' | 'DefaultSpaceSettings' | 'UserSettings' | 'SpaceSettings';

/** The part of these settings that is for one kind of app. */
export type StudioAppSettings = 'KernelGatewayAppSettings' | 'JupyterLabAppSettings' | 'CodeEditorAppSettings' | 'RSessionAppSettings';

/** One entry of a list of custom images. */
export interface StudioCustomImage {
  readonly ImageName: string;
  readonly AppImageConfigName: string;
  /** Without it, the latest version. CloudFormation sends it as a string. */
  readonly ImageVersionNumber?: number;
  /** The alias of the feed that moves the entry. The number is then only for a new entry. Not a member of the SageMaker API. */
  readonly FollowedAlias?: string;
}

/** The version that an app starts by default. */
export interface StudioDefaultImage {
  readonly SageMakerImageArn: string;
  readonly SageMakerImageVersionArn: string;
  /** The alias of the feed that moves the default image. The version is then only for a new one. Not a member of the SageMaker API. */
  readonly FollowedAlias?: string;
}

/** What to keep in the settings of one app: at least one of the two. */
export interface StudioAppImages<DefaultImage = StudioDefaultImage> {
  readonly CustomImages?: readonly StudioCustomImage[];
  readonly DefaultResourceSpec?: DefaultImage;
}

/** The entries and default images to keep in the settings of a target. */
export type StudioAttachedImages<DefaultImage = StudioDefaultImage> = { readonly [app in StudioAppSettings]?: StudioAppImages<DefaultImage> };

/** The target and what to keep there: names and shape are those of the SageMaker API. */
export interface StudioAttachmentsProperties<DefaultImage = StudioDefaultImage>
  extends Partial<Readonly<Record<StudioSettings, StudioAttachedImages<DefaultImage>>>> {
  readonly DomainId: string;
  /** Only for a user profile, together with `UserSettings`. */
  readonly UserProfileName?: string;
  /** Only for a space, together with `SpaceSettings`. */
  readonly SpaceName?: string;
  /** Strings whose change makes the function check the target. It does not read them. */
  readonly Refresh?: readonly string[];
  /** The settings whose execution role the function may pass to SageMaker, so that it can send them back whole. */
  readonly PassExecutionRole?: readonly StudioSettings[];
  /** Whether to wait for running apps to stop if SageMaker refuses the change. CloudFormation sends it as a string. */
  readonly WaitForApps?: boolean;
}
