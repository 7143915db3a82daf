import { aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { appTypesOf } from './private/app-image-config-facts';
import { attachToExisting } from './private/existing-settings';
import { entryIn } from './private/image-version-entry';
import { attachToOwned } from './private/owned-settings';
import { validateStudioAttachment } from './private/validate-studio-attachment';
import { StudioTarget } from './studio-target';

/**
 * Properties of a `StudioAttachment`.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-sagemaker-domain-customimage.html
 */
export interface StudioAttachmentProps {
  /**
   * The version that is attached: an `ImageVersion`, an import or a `CfnImageVersion`. A change to another
   * version updates the entry in place, another image takes the place of the former.
   */
  readonly imageVersion: sagemaker.IImageVersionRef;

  /**
   * How the version runs: an `AppImageConfig`, an import that says its kind of app, or a `CfnAppImageConfig`. A change
   * attaches with the other configuration instead of the former.
   */
  readonly appImageConfig: sagemaker.IAppImageConfigRef;

  /**
   * Where users find it. A change attaches there and takes the entry out of the former place.
   */
  readonly target: StudioTarget;
}

/**
 * An image version in a place of SageMaker Studio, where users can choose it.
 *
 * The place refers to the version by its own number: when another version takes its place in the app, users get it with
 * the same deployment. Removed from the app, the entry is taken out of the place again, and nothing else.
 *
 * In a place that exists already, an attachment is known by what the template says of the place, the image and the configuration.
 * Where that is said in another way, or in another stack, in one deployment, the image is **detached**: CloudFormation makes the
 * new attachment, which finds its entry there, and then deletes the former one, and the entry with it. This is so when
 * a literal domain id becomes a token, for example, or `StudioTarget.existingDomain` becomes `StudioTarget.domain`. Remove the
 * attachment in one deployment, and add the other in the next.
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
   * The version that is attached.
   */
  public readonly imageVersion: sagemaker.IImageVersionRef;

  /**
   * How the version runs.
   */
  public readonly appImageConfig: sagemaker.IAppImageConfigRef;

  /**
   * Where users find it.
   */
  public readonly target: StudioTarget;

  /**
   * @param scope where to put the attachment
   * @param id id of the attachment; another id, or another place in the app, changes nothing in Studio
   * @param props what is attached, and where
   * @throws one error with everything that is wrong in `props`
   */
  constructor(scope: Construct, id: string, props: StudioAttachmentProps) {
    super(scope, id);
    validateStudioAttachment(this, props);
    this.imageVersion = props.imageVersion;
    this.appImageConfig = props.appImageConfig;
    this.target = props.target;

    const place = props.target._place;
    const what = {
      ...props,
      appType: appTypesOf(props.appImageConfig)[0],
      image: entryIn(Stack.of(place.resource ?? this), props.imageVersion, props.appImageConfig),
    };
    if (place.resource) {
      attachToOwned(this, place, what);
    } else {
      attachToExisting(this, place, what);
    }
  }
}
