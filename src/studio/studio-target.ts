import type { aws_iam as iam, aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import type { TargetConfig } from './private/target-config';
import { Problems } from '../private/problems';

/**
 * Options of a target in Studio.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-sagemaker-domain-usersettings.html#cfn-sagemaker-domain-usersettings-executionrole
 */
export interface StudioTargetOptions {
  /**
   * The execution role of the apps in this target.
   *
   * It is granted the permissions to describe and to pull the attached images.
   *
   * For an existing domain or user profile: if this is the execution role of its settings, the function that attaches images is
   * granted the permission to pass it to SageMaker, and sends the complete settings back. Without this option, the function omits
   * the execution role of the settings and relies on SageMaker to keep it, as the instructions of AWS do.
   *
   * If the target is a whole domain, the execution roles that user profiles of the same app have of their own are granted the
   * permissions too.
   *
   * A change moves the permissions to the other role. The images stay attached.
   *
   * @default - the execution role of the settings, if the app owns both. Otherwise, a warning lists the permissions to grant.
   */
  readonly executionRole?: iam.IRole;

  /**
   * Whether the target belongs to a project of SageMaker Unified Studio.
   *
   * Such a target only takes images that are built from SageMaker Distribution 2.6 or later, without an entry point of their own.
   * If true, a warning is added for an image that is known to be another. A change has no effect on deployed resources.
   *
   * @see https://docs.aws.amazon.com/sagemaker-unified-studio/latest/userguide/byoi-specifications.html
   * @default false
   */
  readonly unifiedStudio?: boolean;
}

/**
 * Options of an existing target in Studio.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateDomain.html
 */
export interface ExistingStudioTargetOptions extends StudioTargetOptions {
  /**
   * A string whose change makes the next deployment check the target and attach what is missing there, 1 to 1024 characters.
   *
   * CloudFormation does not see that somebody else removed an image from the target, for example an update of the project in
   * SageMaker Unified Studio. For example, use the number of a release, or the current time to check in every deployment.
   *
   * @default - the target is checked when one of its images, versions or configurations in this stack changes
   */
  readonly refresh?: string;

  /**
   * Whether the function waits until running apps of the target have stopped, if SageMaker refuses to change the target.
   *
   * AWS says that all apps of a domain must be deleted before its custom images can be changed. Others saw that it is not necessary,
   * so the function only waits after a refusal. It waits about 25 minutes, deletes no app, and then fails as without this option: the
   * error names the apps that run. An app of JupyterLab or Code Editor only stops when its user or an idle timeout stops it.
   *
   * A change has no effect on what is attached. If images of one stack are attached to the target in several places, it waits if one
   * of them says so.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-byoi-how-to-detach-from-domain.html
   * @default false
   */
  readonly waitForApps?: boolean;
}

/**
 * A target in SageMaker Studio, which offers attached images to its users.
 *
 * For an owned target, a resource of the same app, the image is added in the template. An existing target, no matter who owns
 * it, is changed during deployment: an entry is added, and everything else in the target stays the same. Always refer to an
 * existing target in the same way. If a literal id becomes a token, or the reverse, the images are detached, see `StudioAttachment`.
 *
 * Owned targets are L1s: aws-cdk-lib has no L2s for SageMaker domains, and the image becomes part of a property of the L1,
 * which references and imports do not have. Use an existing target for those.
 *
 * The table shows how many images each target takes for each app. Each of them can be the default. A space without a list for an
 * app takes a default only, see `defaultImage` of `StudioAttachment`.
 *
 * | Target | JupyterLab | Code Editor | Kernel Gateway | RStudio |
 * |---|---|---|---|---|
 * | default user settings of a domain | 200 | 200 | 200 | 200 |
 * | default space settings of a domain | 200 | none | 200 | none |
 * | user profile | 200 | 200 | 5 | none |
 * | space | default only | default only | 5 | none |
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-sagemaker-domain-customimage.html
 * @example
 * declare const domain: sagemaker.CfnDomain;
 * declare const notebook: StudioImage;
 *
 * notebook.attach(StudioTarget.domain(domain));
 * notebook.attach(StudioTarget.existingUserProfile('d-abc123', 'jo', { executionRole: analyst }));
 */
export class StudioTarget {
  /**
   * All users of a domain that the app owns: its default user settings.
   *
   * Throws when an image is attached, if the target does not support the app type or is in another account or Region.
   *
   * @param domain the domain, whose settings the image is added to
   * @param options options of the target
   * @returns the target
   */
  public static domain(domain: sagemaker.CfnDomain, options: StudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ resource: domain, settings: 'DefaultUserSettings' }, options);
  }

  /**
   * All shared spaces of a domain that the app owns: its default space settings.
   *
   * Throws when an image is attached, if the target does not support the app type or is in another account or Region.
   *
   * @param domain the domain with default space settings, which the image is added to
   * @param options options of the target
   * @returns the target
   */
  public static domainSharedSpaces(domain: sagemaker.CfnDomain, options: StudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ resource: domain, settings: 'DefaultSpaceSettings' }, options);
  }

  /**
   * A user profile that the app owns.
   *
   * Throws when an image is attached, if the target does not support the app type or is in another account or Region.
   *
   * @param userProfile the user profile, whose settings the image is added to
   * @param options options of the target
   * @returns the target
   */
  public static userProfile(userProfile: sagemaker.CfnUserProfile, options: StudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ resource: userProfile, settings: 'UserSettings' }, options);
  }

  /**
   * A space that the app owns.
   *
   * Throws when an image is attached, if the target does not support the app type or is in another account or Region.
   *
   * @param space the space, whose settings the image is added to
   * @param options options of the target
   * @returns the target
   */
  public static space(space: sagemaker.CfnSpace, options: StudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ resource: space, settings: 'SpaceSettings' }, options);
  }

  /**
   * All users of an existing domain: its default user settings.
   *
   * A domain id is `d-` followed by lower-case letters, digits or hyphens, at most 63 characters in all.
   *
   * Throws when an image is attached, if the target does not support the app type, or if the domain id is not valid.
   *
   * @param domainId the id of the domain, for example `d-abc123`
   * @param options options of the target
   * @returns the target
   */
  public static existingDomain(domainId: string, options: ExistingStudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ domainId, settings: 'DefaultUserSettings' }, options);
  }

  /**
   * All shared spaces of an existing domain: its default space settings.
   *
   * A domain id is `d-` followed by lower-case letters, digits or hyphens, at most 63 characters in all.
   *
   * Throws when an image is attached, if the target does not support the app type, or if the domain id is not valid.
   *
   * @param domainId the id of the domain, for example `d-abc123`
   * @param options options of the target
   * @returns the target
   */
  public static existingDomainSharedSpaces(domainId: string, options: ExistingStudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ domainId, settings: 'DefaultSpaceSettings' }, options);
  }

  /**
   * An existing user profile.
   *
   * A domain id is `d-` followed by lower-case letters, digits or hyphens, at most 63 characters in all.
   *
   * Throws when an image is attached, if the target does not support the app type, or if an id or name is not valid.
   *
   * @param domainId the id of the domain, for example `d-abc123`
   * @param userProfileName the name of the user profile, 1 to 63 letters and digits, with hyphens between them
   * @param options options of the target
   * @returns the target
   */
  public static existingUserProfile(domainId: string, userProfileName: string, options: ExistingStudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ domainId, userProfileName, settings: 'UserSettings' }, options);
  }

  /**
   * An existing space.
   *
   * A domain id is `d-` followed by lower-case letters, digits or hyphens, at most 63 characters in all.
   *
   * Throws when an image is attached, if the target does not support the app type, or if an id or name is not valid.
   *
   * @param domainId the id of the domain, for example `d-abc123`
   * @param spaceName the name of the space, 1 to 63 letters and digits, with hyphens between them
   * @param options options of the target
   * @returns the target
   */
  public static existingSpace(domainId: string, spaceName: string, options: ExistingStudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ domainId, spaceName, settings: 'SpaceSettings' }, options);
  }

  /**
   * The execution role of the apps in this target, if it was given.
   */
  public readonly executionRole?: iam.IRole;

  /**
   * Whether the target belongs to a project of SageMaker Unified Studio.
   */
  public readonly unifiedStudio: boolean;

  /** @internal */
  public readonly _refresh?: string;

  /** @internal */
  public readonly _waitForApps: boolean;

  private constructor(
    /** @internal */
    public readonly _config: TargetConfig,
    options: ExistingStudioTargetOptions,
  ) {
    const problems = new Problems();
    if (problems.object('options', options, 'give an object such as { executionRole }, or leave it out')) {
      problems.boolean('unifiedStudio', options.unifiedStudio);
      problems.length('refresh', options.refresh, 1, 1024);
      problems.boolean('waitForApps', options.waitForApps);
    }
    problems.throwIfAny('StudioTarget');
    this.executionRole = options.executionRole;
    this.unifiedStudio = options.unifiedStudio ?? false;
    this._refresh = options.refresh;
    this._waitForApps = options.waitForApps ?? false;
  }
}
