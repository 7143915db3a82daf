import { Names, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AppImageConfig } from './app-image-config';
import { keyOfTarget } from './private/target-config';
import { validateStudioImageProps, validateTarget, validateVersion } from './private/validate-studio-image';
import type { StudioApp } from './studio-app';
import { StudioAttachment } from './studio-attachment';
import type { StudioTarget } from './studio-target';
import { Image, ImageProps, ImageVersion, ImageVersionOptions } from '../image';
import { requireProps } from '../private/problems';
import { topLevelStack } from '../private/stacks';

/**
 * Properties of a `StudioImage`: those of the image and its version, the apps that it runs as, and its targets.
 *
 * `tags` also apply to the configurations of the apps, so values must have 1 to 128 characters.
 * `removalPolicy` applies to the image, its versions and their configurations.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/studio-byoi.html
 */
export interface StudioImageProps extends ImageProps, ImageVersionOptions {
  /**
   * The Studio app that the container image runs as.
   *
   * A change of its options updates its configuration in place. A change to another kind of app creates and attaches another
   * configuration, and detaches and deletes the former one.
   */
  readonly app: StudioApp;

  /**
   * More apps that the same container image runs as, each of another kind.
   *
   * A change has the same effect as a change of `app`.
   *
   * @default - none
   */
  readonly additionalApps?: StudioApp[];

  /**
   * The targets that offer the image to their users.
   *
   * Each target must support each of the apps. A change attaches the image to new targets and detaches it from removed ones. A
   * change of the order has no effect.
   *
   * @default - none, until `attach` is called
   */
  readonly attachTo?: StudioTarget[];
}

/** A version with its configurations, one for each app. */
interface AttachedVersion {
  readonly version: ImageVersion;
  readonly configs: AppImageConfig[];
  /** Those for owned targets in other stacks, by the stack. */
  readonly elsewhere: Map<Stack, AppImageConfig[]>;
  makeConfigs(scope: Construct): AppImageConfig[];
}

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
  private readonly targets: StudioTarget[] = [];
  private readonly versions: AttachedVersion[] = [];
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

    const { imageName, displayName, description, role, tags, removalPolicy } = props;
    this.image = new Image(this, 'Image', { imageName, displayName, description, role, tags, removalPolicy });
    this.imageVersion = this.add(this, 'Version', props);
    props.attachTo?.forEach((target) => this.attachVersions(target));
  }

  /**
   * The configurations of the apps, version by version.
   *
   * For an owned target in another stack, there are more of them in that stack.
   */
  public get appImageConfigs(): AppImageConfig[] {
    return this.versions.flatMap(({ configs, elsewhere }) => [...configs, ...[...elsewhere.values()].flat()]);
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
   * It runs as the same apps and is attached to the same targets. Its `removalPolicy`, which also applies to its
   * configurations, defaults to that of the image.
   *
   * Throws one error with all problems in `options`, or if the id is already used.
   *
   * @param id the id of the version in the scope of this image. Another id creates another version.
   * @param options the options of the version
   * @returns the version
   */
  public addVersion(id: string, options: ImageVersionOptions): ImageVersion {
    validateVersion(this, this.image, id, options);
    const version = this.add(new Construct(this, id), id, options);
    this.targets.forEach((target) => this.attachVersion(this.versions.length - 1, target));
    return version;
  }

  /**
   * Attaches all versions to another target, as all apps.
   *
   * Throws one error with all problems: the target does not support one of the apps, an id is not valid, the target is in
   * another account or Region, or the image is already attached to it.
   *
   * @param target the target that offers the image to its users
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
    // A target identifies an entry by image and configuration, so each version needs configurations of its own.
    const makeConfigs = (parent: Construct) => this.apps.map((app) => new AppImageConfig(parent, app.appType, { app, tags, removalPolicy }));
    this.versions.push({ version, configs: makeConfigs(scope), elsewhere: new Map(), makeConfigs });
    return version;
  }

  private attachVersion(index: number, target: StudioTarget): void {
    const { version, configs } = this.versions[index];
    const ofTarget = this.configsFor(this.versions[index], target);
    const key = keyOfTarget(target._config);
    const id = Token.isUnresolved(key) ? `${target._config.settings}-${this.targets.indexOf(target)}` : key;
    this.made.push(...configs.map((scope, app) =>
      new StudioAttachment(scope, id, { imageVersion: version, appImageConfig: ofTarget[app], target })));
  }

  /**
   * Returns the configurations for a target. An owned target in another stack is deployed later, so that a configuration would
   * be deleted while the target still names it. There, each stack has its own.
   */
  private configsFor({ version, configs, elsewhere, makeConfigs }: AttachedVersion, { _config: { resource } }: StudioTarget): AppImageConfig[] {
    const stack = Stack.of(resource ?? this);
    if (topLevelStack(stack) === topLevelStack(Stack.of(this))) {
      return configs;
    }
    const found = elsewhere.get(stack) ?? makeConfigs(new Construct(stack, Names.nodeUniqueId(version.node)));
    elsewhere.set(stack, found);
    return found;
  }
}
