import { aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { appTypesOf } from './private/app-image-config-facts';
import { attachToExisting } from './private/attach-existing';
import { attachToOwned } from './private/attach-owned';
import type { AttachedImage } from './private/attached-image';
import { shareDependencies } from './private/attachment-dependencies';
import { defaultImageIn, entryIn } from './private/image-version-entry';
import { checkOneDefault } from './private/one-default';
import { checkSpaceDefault } from './private/space-default';
import { addStudioWarnings } from './private/studio-warnings';
import { hasList } from './private/target-config';
import { checkForUnifiedStudio } from './private/unified-studio';
import { validateStudioAttachment } from './private/validate-studio-attachment';
import type { StudioTarget } from './studio-target';
import { requireProps } from '../private/problems';

/**
 * Properties of a `StudioAttachment`.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-sagemaker-domain-customimage.html
 */
export interface StudioAttachmentProps {
  /**
   * The version to attach: an `ImageVersion`, an import or a `CfnImageVersion`.
   *
   * A change to another version of the image updates the entry in place. A change to another image replaces the entry.
   */
  readonly imageVersion: sagemaker.IImageVersionRef;

  /**
   * The configuration of the version: an `AppImageConfig`, an import with its app type, or a `CfnAppImageConfig`.
   *
   * A change replaces the entry.
   */
  readonly appImageConfig: sagemaker.IAppImageConfigRef;

  /**
   * The target that offers the image to its users.
   *
   * A change attaches the image to the new target and detaches it from the former one.
   */
  readonly target: StudioTarget;

  /**
   * Whether the version is what this app starts by default in the target.
   *
   * The default resource spec of the app in the settings of the target gets the image and the version. Its instance type, lifecycle
   * config and image version alias stay as they are. If another version takes its place in the app, the default follows in the
   * same deployment.
   *
   * A space takes no custom images for JupyterLab and Code Editor, but a default image: attach it there with this option, and to
   * the user profile or the domain too, since SageMaker starts only images that they offer.
   *
   * If an existing target already has another custom image as its default, the deployment fails and changes nothing. A default
   * image of SageMaker is replaced, together with its alias.
   *
   * A change to `true` sets the default. A change to `false`, or the removal of the attachment, removes the default if it is still
   * this image. The former default of an existing target is not restored: what the app starts then is up to SageMaker.
   *
   * @default false
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-sagemaker-domain-resourcespec.html
   */
  readonly defaultImage?: boolean;
}

/**
 * Attaches an image version to a target in SageMaker Studio, where users can choose it.
 *
 * The target refers to the version by its number. When another version takes its place in the app, the deployment that
 * makes that version also moves the target to it. When the attachment is removed from the app, its entry and its default image
 * are removed from the target, and nothing else.
 *
 * All attachments of a stack to one existing domain, user profile or space are one custom resource: they are written
 * together. A construct that depends on an attachment waits for that resource, and so for all of them.
 *
 * The stack of the image is deployed before the stack of an owned target. If these are two stacks, remove the attachments in one
 * deployment, and the image in the next. Create an `AppImageConfig` in the stack of the target, as a `StudioImage` does.
 *
 * An existing target is identified by the values in the template. If the template states it in another way, or another
 * stack attaches to it, within one deployment, the image is **detached**: CloudFormation creates the new custom resource,
 * which finds its entry already there, and then deletes the former one together with the entry. This happens, for example,
 * when a literal domain id becomes a token, or `StudioTarget.existingDomain` becomes `StudioTarget.domain`. Remove the
 * attachment in one deployment, and add the other in the next.
 *
 * The constructor throws one error with all problems in `props`.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-sagemaker-domain-customimage.html
 * @example
 * new StudioAttachment(this, 'Attachment', {
 *   imageVersion: version,
 *   appImageConfig: new AppImageConfig(this, 'Config', { app: StudioApp.jupyterLab() }),
 *   target: StudioTarget.existingDomain('d-abc123'),
 * });
 */
export class StudioAttachment extends Construct {
  /**
   * The attached version.
   */
  public readonly imageVersion: sagemaker.IImageVersionRef;

  /**
   * The configuration of the version.
   */
  public readonly appImageConfig: sagemaker.IAppImageConfigRef;

  /**
   * The target that offers the image to its users.
   */
  public readonly target: StudioTarget;

  /**
   * @param scope the scope of the attachment
   * @param id the id of the attachment. Another id, or another scope in the stack, changes nothing in Studio.
   * @param props the version, its configuration and the target
   */
  constructor(scope: Construct, id: string, props: StudioAttachmentProps) {
    requireProps(scope, id, 'props', props);
    super(scope, id);
    validateStudioAttachment(this, props);
    const { imageVersion, appImageConfig, target, defaultImage } = props;
    this.imageVersion = imageVersion;
    this.appImageConfig = appImageConfig;
    this.target = target;
    addStudioWarnings(this);

    const config = target._config;
    const stack = Stack.of(config.resource ?? this);
    const [appType] = appTypesOf(appImageConfig);
    const image: AttachedImage = {
      attachment: this,
      imageVersion,
      appImageConfig,
      settings: config.settings,
      appType,
      entry: hasList(config.settings, appType) ? entryIn(stack, imageVersion, appImageConfig) : undefined,
      defaultImage: defaultImage ? defaultImageIn(stack, imageVersion) : undefined,
      executionRole: target.executionRole,
      refresh: target._refresh,
      waitForApps: target._waitForApps,
    };
    checkOneDefault(image, config);
    if (target.unifiedStudio) {
      checkForUnifiedStudio(image);
    }
    checkSpaceDefault(image);
    if (config.resource) {
      attachToOwned(image, config);
      shareDependencies({ attachment: this, resource: config.resource, withContainers: false });
    } else {
      const { resource } = attachToExisting(image, config);
      shareDependencies({ attachment: this, resource, withContainers: true });
    }
  }
}
