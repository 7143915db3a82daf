import { aws_iam as iam, aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import { StudioPlace } from './private/places';

/**
 * Options of a place in Studio.
 */
export interface StudioTargetOptions {
  /**
   * The role that the apps of this place run with. It is allowed to describe and to pull what is attached here.
   *
   * For a domain or user profile that exists already: if this is the execution role of its settings, attaching may pass
   * it to SageMaker, and sends the settings back whole. Without it the execution role is left out of what is sent, and
   * attaching relies on SageMaker to keep it, as AWS's own instructions do.
   *
   * @default - the execution role of the settings, if both are defined in this app; otherwise a warning says what to allow
   */
  readonly executionRole?: iam.IRole;
}

/**
 * A place in SageMaker Studio where an image can be attached, so that users find it there.
 *
 * What this app defines itself gets the image in its own template. What exists already, whoever owns it, is changed when
 * the stack is deployed: one entry is added, and everything else in it stays as it is.
 *
 * | Place | JupyterLab | Code Editor | Kernel Gateway | RStudio |
 * |---|---|---|---|---|
 * | default user settings of a domain | 200 | 200 | 200 | 200 |
 * | default space settings of a domain | 200 | no | 200 | no |
 * | user profile | 200 | 200 | 5 | no |
 * | space | no | no | 5 | no |
 */
export class StudioTarget {
  /**
   * All users of a domain of this app: its default user settings.
   *
   * @param domain the domain
   * @param options options
   */
  public static domain(domain: sagemaker.CfnDomain, options: StudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ resource: domain, settings: 'DefaultUserSettings' }, options);
  }

  /**
   * All shared spaces of a domain of this app: its default space settings.
   *
   * @param domain the domain
   * @param options options
   */
  public static domainSharedSpaces(domain: sagemaker.CfnDomain, options: StudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ resource: domain, settings: 'DefaultSpaceSettings' }, options);
  }

  /**
   * One user profile of this app.
   *
   * @param userProfile the user profile
   * @param options options
   */
  public static userProfile(userProfile: sagemaker.CfnUserProfile, options: StudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ resource: userProfile, settings: 'UserSettings' }, options);
  }

  /**
   * One space of this app.
   *
   * @param space the space
   * @param options options
   */
  public static space(space: sagemaker.CfnSpace, options: StudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ resource: space, settings: 'SpaceSettings' }, options);
  }

  /**
   * All users of a domain that exists already: its default user settings.
   *
   * @param domainId id of the domain, for example `d-abc123`
   * @param options options
   */
  public static existingDomain(domainId: string, options: StudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ domainId, settings: 'DefaultUserSettings' }, options);
  }

  /**
   * All shared spaces of a domain that exists already: its default space settings.
   *
   * @param domainId id of the domain, for example `d-abc123`
   * @param options options
   */
  public static existingDomainSharedSpaces(domainId: string, options: StudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ domainId, settings: 'DefaultSpaceSettings' }, options);
  }

  /**
   * One user profile that exists already.
   *
   * @param domainId id of its domain, for example `d-abc123`
   * @param userProfileName name of the user profile
   * @param options options
   */
  public static existingUserProfile(domainId: string, userProfileName: string, options: StudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ domainId, userProfileName, settings: 'UserSettings' }, options);
  }

  /**
   * One space that exists already.
   *
   * @param domainId id of its domain, for example `d-abc123`
   * @param spaceName name of the space
   * @param options options
   */
  public static existingSpace(domainId: string, spaceName: string, options: StudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ domainId, spaceName, settings: 'SpaceSettings' }, options);
  }

  /**
   * The role that the apps of this place run with, if it was given.
   */
  public readonly executionRole?: iam.IRole;

  private constructor(
    /** @internal */
    public readonly _place: StudioPlace,
    options: StudioTargetOptions,
  ) {
    this.executionRole = options.executionRole;
  }
}
