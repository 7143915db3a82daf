import { aws_iam as iam, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AppImageConfig } from './app-image-config';
import { keyOfPlace } from './private/places';
import { validateStudioImageProps, validateTarget, validateVersionId } from './private/validate-studio-image';
import { StudioApp } from './studio-app';
import { StudioAttachment } from './studio-attachment';
import { StudioTarget } from './studio-target';
import { Image, ImageVersion, ImageVersionOptions } from '../image';

/**
 * Properties of a `StudioImage`: those of the image, of its version, and where it runs.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/studio-byoi.html
 */
export interface StudioImageProps extends ImageVersionOptions {
  /**
   * The app of Studio that the container image runs as. A change of its options updates its configuration in place;
   * another kind of app makes another configuration and attaches it, and the former is detached and deleted.
   */
  readonly app: StudioApp;

  /**
   * More apps that the same container image runs as, each of another kind. A change does to each what a change of `app`
   * does.
   *
   * @default - none
   */
  readonly additionalApps?: StudioApp[];

  /**
   * Where users find the image. Each place has to take each of the apps. A change attaches to places that are new and
   * detaches from those that are gone; another order has no effect on what is deployed.
   *
   * @default - nowhere, until `attach` is called
   */
  readonly attachTo?: StudioTarget[];

  /**
   * Name of the image, unique in the account and Region.
   *
   * 1 to 63 letters and digits, single `-` and `.` between them. A change replaces the image and all its versions.
   * SageMaker lower-cases names in ARNs, so prefer lower case.
   *
   * @default - generated from the path of the construct: unique, lower case and stable as long as the path is
   */
  readonly imageName?: string;

  /**
   * Name shown in SageMaker Studio, 1 to 128 characters: letters, digits, spaces inside, and the characters of ASCII from
   * `!` to `_`. A change updates the image in place.
   *
   * @default - the image name is shown
   */
  readonly displayName?: string;

  /**
   * Description of the image, 1 to 512 characters. A change updates the image in place.
   *
   * @default - no description
   */
  readonly description?: string;

  /**
   * The role that SageMaker assumes to pull container images from ECR. A change updates the image in place.
   *
   * It must trust `sagemaker.amazonaws.com`. It gets the permission to pull the base image of each version.
   *
   * @default - a new role that only SageMaker can assume, and only for images of this account and Region
   */
  readonly role?: iam.IRole;

  /**
   * Tags of the image and of the configurations of its apps, at most 50, keys and values 1 to 128 characters: letters,
   * digits, spaces and `_.:/=+-@`. Keys do not start with `aws:`. A change updates all of them in place.
   *
   * @default - only the tags that `Tags.of()` adds
   */
  readonly tags?: { [key: string]: string };
}

/**
 * A container image that users choose in SageMaker Studio: an image with a version, the configuration of each app that
 * it runs as, and its attachment to domains, user profiles and spaces.
 *
 * When the container image changes, a deployment makes a new version, moves all places to it and keeps the old one.
 * `removalPolicy` holds for the image, its versions and their configurations.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/studio-byoi.html
 * @example
 * new StudioImage(this, 'Torch', {
 *   displayName: 'PyTorch',
 *   baseImage: BaseImage.fromAsset('docker/torch'),
 *   app: StudioApp.jupyterLab(),
 *   attachTo: [StudioTarget.existingDomain('d-abc123')],
 * });
 */
export class StudioImage extends Construct {
  /**
   * The image.
   */
  public readonly image: Image;

  /**
   * The version of the base image.
   */
  public readonly imageVersion: ImageVersion;

  private readonly apps: StudioApp[];
  private readonly targets: StudioTarget[] = [];
  private readonly versions: { readonly version: ImageVersion; readonly configs: AppImageConfig[] }[] = [];
  private readonly made: StudioAttachment[] = [];

  /**
   * @param scope where to put everything
   * @param id id of the construct; the names and ids of everything in it come from its path
   * @param props what the image is, and where it runs
   * @throws an error with everything that is wrong in `props`
   */
  constructor(scope: Construct, id: string, private readonly props: StudioImageProps) {
    super(scope, id);
    validateStudioImageProps(this, props);
    this.apps = [props.app, ...props.additionalApps ?? []];

    const { imageName, displayName, description, role, tags, removalPolicy } = props;
    this.image = new Image(this, 'Image', { imageName, displayName, description, role, tags, removalPolicy });
    this.imageVersion = this.add(this, 'Version', props);
    props.attachTo?.forEach((target) => this.attachVersions(target));
  }

  /**
   * The configurations of all apps, for each version one after the other.
   */
  public get appImageConfigs(): AppImageConfig[] {
    return this.versions.flatMap(({ configs }) => configs);
  }

  /**
   * All attachments.
   */
  public get attachments(): StudioAttachment[] {
    return [...this.made];
  }

  /**
   * Adds another container image, a variant for other processors for example: a further version of the image, which runs
   * as the same apps and is attached to the same places. Without a `removalPolicy` of its own, which holds for its
   * configurations too, it has that of the image.
   *
   * @param id id of the version among the constructs of this image; another id makes another version
   * @param options what the version contains
   * @returns the version
   * @throws one error with everything that is wrong in `options`, or if the id is taken
   */
  public addVersion(id: string, options: ImageVersionOptions): ImageVersion {
    validateVersionId(this, this.image, id);
    const version = this.add(new Construct(this, id), id, options);
    this.targets.forEach((target) => this.attachVersion(this.versions.length - 1, target));
    return version;
  }

  /**
   * Attaches all versions to another place, as all apps.
   *
   * @param target the place
   * @throws one error with everything that is wrong: the place does not take one of the apps, its ids can be none, it is in
   * another account or Region, or the image is attached to it already
   */
  public attach(target: StudioTarget): void {
    validateTarget(this, this.apps, target, this.targets);
    this.attachVersions(target);
  }

  private attachVersions(target: StudioTarget): void {
    this.targets.push(target);
    this.versions.forEach((_, index) => this.attachVersion(index, target));
  }

  private add(scope: Construct, id: string, options: ImageVersionOptions): ImageVersion {
    const { tags } = this.props;
    const removalPolicy = options.removalPolicy ?? this.props.removalPolicy;
    const version = this.image.addVersion(id, { ...options, removalPolicy });
    // A place finds an entry by image and configuration, so that each version has configurations of its own.
    const configs = this.apps.map((app) => new AppImageConfig(scope, app.appType, { app, tags, removalPolicy }));
    this.versions.push({ version, configs });
    return version;
  }

  private attachVersion(index: number, target: StudioTarget): void {
    const { version, configs } = this.versions[index];
    const key = keyOfPlace(target._place);
    const place = Token.isUnresolved(key) ? `${target._place.settings}-${this.targets.indexOf(target)}` : key;
    this.made.push(...configs.map((appImageConfig) =>
      new StudioAttachment(appImageConfig, place, { imageVersion: version, appImageConfig, target })));
  }
}
