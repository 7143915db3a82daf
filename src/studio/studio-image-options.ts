import type { StudioApp } from './studio-app';
import type { StudioTarget } from './studio-target';
import type { ImageProps, ImageVersionOptions } from '../image';

/**
 * Options of a version of a `StudioImage`.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/studio-byoi.html
 */
export interface StudioImageVersionOptions extends ImageVersionOptions {
  /**
   * The names of the configurations of the apps, by the kind of app: `JupyterLab`, `CodeEditor`, `KernelGateway` or `RSession`.
   *
   * 1 to 63 letters and digits, with hyphens between them, and no dots, unique in the account and Region. SageMaker may convert names
   * to lower case, so prefer lower case. Each version has configurations of its own, and so other names. A change replaces the
   * configuration and its entries in Studio.
   *
   * These are the names for the apps of the image, not for those that only `attach` adds. An owned target in another stack has
   * configurations in that stack: give their names in `attach`, so that no name moves to another stack when the target is removed.
   * CloudFormation would create the second configuration before it deletes the first.
   *
   * @default - generated from the path of the construct: unique, in lower case, and stable as long as the path is
   */
  readonly appImageConfigNames?: { [appType: string]: string };
}

/**
 * Properties of a `StudioImage`: those of the image and its version, the apps that it runs as, and its targets.
 *
 * `tags` also apply to the configurations of the apps, so values must have 1 to 128 characters. `uniqueToStack` also applies to their
 * generated names. `removalPolicy` applies to the image, its versions and their configurations.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/studio-byoi.html
 */
export interface StudioImageProps extends ImageProps, StudioImageVersionOptions {
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
   * For another app of the same kind, use `attach` with `apps`. A change has the same effect as a change of `app`.
   *
   * @default - none
   */
  readonly additionalApps?: StudioApp[];

  /**
   * The targets that offer the image to their users, as all of its apps.
   *
   * For a target that offers some of the apps only, use `attach` with `apps`. A change attaches the image to new targets and detaches
   * it from removed ones. A change of the order has no effect.
   *
   * @default - none, until `attach` is called
   */
  readonly attachTo?: StudioTarget[];

  /**
   * Whether `imageVersion` is what each of the apps starts by default in the targets.
   *
   * Versions of `addVersion` are never the default. A change sets the default, or takes it away if it still is this image.
   *
   * @default false
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-sagemaker-domain-resourcespec.html
   */
  readonly defaultImage?: boolean;

  /**
   * The number of newest versions of the image to keep, 1 or more: an `ImageRetention` deletes older ones that nothing uses.
   *
   * It runs at the end of each deployment that changes a version. Versions with an alias, and those that a domain, user profile,
   * space or running app of the Region uses, always stay. For other options, create an `ImageRetention` instead. A change runs the
   * retention, and removing it deletes nothing.
   *
   * @default - all versions are kept
   */
  readonly keepVersions?: number;
}

/**
 * Options of `StudioImage.attach`.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/studio-byoi.html
 */
export interface StudioImageAttachOptions {
  /**
   * The apps that the target offers the image as: one of each kind, or several kernels with different names, each of which has a
   * configuration of its own.
   *
   * An app that is one of the apps of the image, the same object, shares its configuration. Another one has a configuration of its own
   * for this target, even if its kind is that of an app of the image. A change attaches the image as new apps, and detaches it as
   * removed ones.
   *
   * @default - all apps of the image
   */
  readonly apps?: StudioApp[];

  /**
   * The names of the configurations of `imageVersion` that this target adds, by the kind of app: those of apps that only this
   * target has, and those in another stack than the image. Names of other versions are generated.
   *
   * 1 to 63 letters and digits, with hyphens between them, and no dots, unique in the account and Region. A change replaces the
   * configuration and its entries in Studio.
   *
   * @default - `appImageConfigNames` of the image for its apps, otherwise generated from the path of the construct
   */
  readonly appImageConfigNames?: { [appType: string]: string };

  /**
   * Whether `imageVersion` is what each of these apps starts by default in the target.
   *
   * A space takes no images for JupyterLab and Code Editor, but a default. A change sets the default, or takes it away if it still is
   * this image.
   *
   * @default - `defaultImage` of the image
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-sagemaker-domain-resourcespec.html
   */
  readonly defaultImage?: boolean;
}
