import { Construct } from 'constructs';
import { AppImageConfig } from './app-image-config';
import { AppPlace, elsewhereFor, hasRoom, idOfTarget } from './private/app-places';
import type { NamedVersion } from './private/config-names';
import { StudioImageState, validateAttach, validateStudioImageProps, validateVersion } from './private/validate-studio-image';
import { VersionConfigs } from './private/version-configs';
import type { StudioApp } from './studio-app';
import { StudioAttachment } from './studio-attachment';
import type { StudioImageAttachOptions, StudioImageProps, StudioImageVersionOptions } from './studio-image-options';
import type { StudioTarget } from './studio-target';
import { Image, ImageVersion } from '../image';
import { setPreflightDefault } from '../image/private/container-image';
import { requireProps } from '../private/problems';
import { ImageRetention } from '../release';

/**
 * A container image that users can choose in SageMaker Studio.
 *
 * It consists of an image with a version, a configuration for each app that it runs as, and attachments to domains, user
 * profiles and spaces.
 *
 * When the container image changes, a deployment creates a new version, moves all targets to it and keeps the old one.
 *
 * The constructor throws one error with all problems in `props`.
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
  private readonly places: AppPlace[] = [];
  private readonly versions: NamedVersion[] = [];
  private readonly made: StudioAttachment[] = [];

  /**
   * @param scope the scope of the construct
   * @param id the id of the construct. Generated names and ids are derived from its path.
   * @param props the image, its version, the apps that it runs as, and its targets
   */
  constructor(scope: Construct, id: string, private readonly props: StudioImageProps) {
    requireProps(scope, id, 'props', props);
    super(scope, id);
    validateStudioImageProps(this, props);
    this.apps = [props.app, ...props.additionalApps ?? []];

    const { imageName, uniqueToStack, displayName, description, role, tags, removalPolicy } = props;
    this.image = new Image(this, 'Image', { imageName, uniqueToStack, displayName, description, role, tags, removalPolicy });
    setPreflightDefault(this.image, props.preflight ?? true);
    const targets = props.attachTo ?? [];
    this.imageVersion = this.add(this, 'Version', props, targets.length === 0);
    targets.forEach((target) => this.attachVersions(this.placesOf(target)));
    if (props.keepVersions !== undefined) {
      new ImageRetention(this, 'KeepVersions', { image: this.image, keepVersions: props.keepVersions });
    }
  }

  /**
   * The configurations of the apps, version by version.
   *
   * A configuration exists if a target uses it, in the stack of the image or, for an owned target in another stack, in that stack. An
   * image that is attached to nothing has one for each of its apps. They stay if you read this list before the image is attached.
   */
  public get appImageConfigs(): AppImageConfig[] {
    return this.versions.flatMap(({ configs }) => configs.all());
  }

  /**
   * All attachments.
   */
  public get attachments(): StudioAttachment[] {
    return [...this.made];
  }

  /**
   * Adds a version of the image with another container image, for example for another processor.
   *
   * It runs as the same apps and is attached to the same targets, including those that only have some of the apps or apps of their own.
   * Its `removalPolicy`, which also applies to its configurations, defaults to that of the image.
   *
   * Throws one error with all problems in `options`, or if the id is already used.
   *
   * @param id the id of the version in the scope of this image. Another id creates another version.
   * @param options the options of the version
   * @returns the version
   */
  public addVersion(id: string, options: StudioImageVersionOptions): ImageVersion {
    validateVersion(this, id, options, this.state);
    const version = this.add(new Construct(this, id), id, options, this.places.length === 0);
    this.places.forEach((place) => this.attachVersion(this.versions.length - 1, place));
    return version;
  }

  /**
   * Attaches all versions to a target, as all apps of the image or as other ones.
   *
   * A target can be attached several times, each time as other kinds of apps or as other kernels.
   *
   * Throws one error with all problems: the target does not support one of the apps, an id is not valid, the target is in
   * another account or Region, a name is not valid or already used, or the image is already attached to the target as one of the apps.
   *
   * @param target the target that offers the image to its users
   * @param options the apps of the target, the names of their configurations, and whether the version is their default
   */
  public attach(target: StudioTarget, options: StudioImageAttachOptions = {}): void {
    validateAttach(this, target, options, this.state, () => this.placesOf(target, options));
    this.attachVersions(this.placesOf(target, options));
    this.versions.forEach(({ configs }) => configs.removeUnused());
  }

  /** What the image consists of so far, for checks. */
  private get state(): StudioImageState {
    const { apps, props, image, places, versions } = this;
    return { apps, props, image, places, versions };
  }

  private placesOf(target: StudioTarget, options: StudioImageAttachOptions = {}): AppPlace[] {
    const { appImageConfigNames, defaultImage = this.props.defaultImage ?? false } = options;
    const common = { target, targetId: idOfTarget(this, target, this.places), elsewhere: elsewhereFor(this, target), defaultImage };
    return (options.apps ?? this.apps).map((app) => ({
      ...common, app, isOwnApp: !this.apps.includes(app), appImageConfigName: appImageConfigNames?.[app.appType],
    }));
  }

  private add(scope: Construct, id: string, options: StudioImageVersionOptions, isUnused: boolean): ImageVersion {
    const { tags, uniqueToStack } = this.props;
    const { appImageConfigNames: names, ...versionOptions } = options;
    const removalPolicy = options.removalPolicy ?? this.props.removalPolicy;
    const version = this.image.addVersion(id, { ...versionOptions, removalPolicy });
    const configs = new VersionConfigs(scope, version, (parent, configId, app, appImageConfigName) =>
      new AppImageConfig(parent, configId, { app, appImageConfigName, uniqueToStack, tags, removalPolicy }));
    this.versions.push({ configs, names });
    if (isUnused) {
      configs.makeUnused(this.apps, ({ appType }) => names?.[appType]);
    }
    return version;
  }

  private attachVersions(places: AppPlace[]): void {
    this.places.push(...places);
    this.versions.forEach((_, index) => places.forEach((place) => this.attachVersion(index, place)));
  }

  private attachVersion(index: number, place: AppPlace): void {
    const { configs, names } = this.versions[index];
    const { app, target } = place;
    const isFirst = index === 0;
    if (hasRoom(place, isFirst)) {
      const given = isFirst ? place.appImageConfigName : undefined;
      const appImageConfig = configs.use(place, given ?? (place.isOwnApp ? undefined : names?.[app.appType]));
      this.made.push(new StudioAttachment(...configs.scopeOfAttachment(place, appImageConfig), {
        imageVersion: configs.version, appImageConfig, target, defaultImage: isFirst && place.defaultImage,
      }));
    }
  }
}
