import { aws_iam as iam, aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import { StudioPlace } from './private/places';

/**
 * Options of a place in Studio.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-sagemaker-domain-usersettings.html#cfn-sagemaker-domain-usersettings-executionrole
 */
export interface StudioTargetOptions {
  /**
   * The role that the apps of this place run with. It is allowed to describe and to pull what is attached here.
   *
   * For a domain or user profile that exists already: if this is the execution role of its settings, attaching may pass
   * it to SageMaker, and sends the settings back whole. Without it the execution role is left out of what is sent, and
   * attaching relies on SageMaker to keep it, as AWS's own instructions do.
   *
   * User profiles of this app that have an execution role of their own are served besides, where the place is their whole domain.
   *
   * A change moves the permissions to the other role; what is attached stays.
   *
   * @default - the execution role of the settings, if both are defined in this app; otherwise a warning says what to allow
   */
  readonly executionRole?: iam.IRole;
}

/**
 * A place in SageMaker Studio where an image can be attached, so that users find it there.
 *
 * What this app defines itself gets the image in its own template. What exists already, whoever owns it, is changed when
 * the stack is deployed: one entry is added, and everything else in it stays as it is. Keep to one way to name it: an id
 * that is a literal and becomes a token, or the reverse, detaches what is attached there, see `StudioAttachment`.
 *
 * Places of this app are L1s: aws-cdk-lib has nothing above them for SageMaker domains, and the image becomes part of
 * their own property, which no reference or import holds. For those there are the places that exist already.
 *
 * | Place | JupyterLab | Code Editor | Kernel Gateway | RStudio |
 * |---|---|---|---|---|
 * | default user settings of a domain | 200 | 200 | 200 | 200 |
 * | default space settings of a domain | 200 | no | 200 | no |
 * | user profile | 200 | 200 | 5 | no |
 * | space | no | no | 5 | no |
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
   * All users of a domain of this app: its default user settings.
   *
   * @param domain an L1 of this app; the image becomes part of its template
   * @param options what the place does not say
   * @returns the place
   * @throws when something is attached: if this place takes no image for its kind of app, or is in another account or Region
   */
  public static domain(domain: sagemaker.CfnDomain, options: StudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ resource: domain, settings: 'DefaultUserSettings' }, options);
  }

  /**
   * All shared spaces of a domain of this app: its default space settings.
   *
   * @param domain an L1 of this app, with default space settings; the image becomes part of its template
   * @param options what the place does not say
   * @returns the place
   * @throws when something is attached: if this place takes no image for its kind of app, or is in another account or Region
   */
  public static domainSharedSpaces(domain: sagemaker.CfnDomain, options: StudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ resource: domain, settings: 'DefaultSpaceSettings' }, options);
  }

  /**
   * One user profile of this app.
   *
   * @param userProfile an L1 of this app; the image becomes part of its template
   * @param options what the place does not say
   * @returns the place
   * @throws when something is attached: if this place takes no image for its kind of app, or is in another account or Region
   */
  public static userProfile(userProfile: sagemaker.CfnUserProfile, options: StudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ resource: userProfile, settings: 'UserSettings' }, options);
  }

  /**
   * One space of this app.
   *
   * @param space an L1 of this app; the image becomes part of its template
   * @param options what the place does not say
   * @returns the place
   * @throws when something is attached: if this place takes no image for its kind of app, or is in another account or Region
   */
  public static space(space: sagemaker.CfnSpace, options: StudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ resource: space, settings: 'SpaceSettings' }, options);
  }

  /**
   * All users of a domain that exists already: its default user settings.
   *
   * @param domainId id of the domain, for example `d-abc123`: `d-` and lower-case letters, digits or hyphens, at most 63 characters
   * @param options what the place does not say
   * @returns the place
   * @throws when something is attached: if this place takes no image for its kind of app, or `domainId` can be none
   */
  public static existingDomain(domainId: string, options: StudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ domainId, settings: 'DefaultUserSettings' }, options);
  }

  /**
   * All shared spaces of a domain that exists already: its default space settings.
   *
   * @param domainId id of the domain, for example `d-abc123`: `d-` and lower-case letters, digits or hyphens, at most 63 characters
   * @param options what the place does not say
   * @returns the place
   * @throws when something is attached: if this place takes no image for its kind of app, or `domainId` can be none
   */
  public static existingDomainSharedSpaces(domainId: string, options: StudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ domainId, settings: 'DefaultSpaceSettings' }, options);
  }

  /**
   * One user profile that exists already.
   *
   * @param domainId id of its domain, for example `d-abc123`: `d-` and lower-case letters, digits or hyphens, at most 63 characters
   * @param userProfileName name of the user profile: 1 to 63 letters and digits, with hyphens between them
   * @param options what the place does not say
   * @returns the place
   * @throws when something is attached: if this place takes no image for its kind of app, or an id can be none
   */
  public static existingUserProfile(domainId: string, userProfileName: string, options: StudioTargetOptions = {}): StudioTarget {
    return new StudioTarget({ domainId, userProfileName, settings: 'UserSettings' }, options);
  }

  /**
   * One space that exists already.
   *
   * @param domainId id of its domain, for example `d-abc123`: `d-` and lower-case letters, digits or hyphens, at most 63 characters
   * @param spaceName name of the space: 1 to 63 letters and digits, with hyphens between them
   * @param options what the place does not say
   * @returns the place
   * @throws when something is attached: if this place takes no image for its kind of app, or an id can be none
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
