import { aws_ecr as ecr, aws_sagemaker as sagemaker, CfnResource, Resource, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ImageVersionSelector } from './image-version-selector';
import { BaseImageConfig, IImageVersion, ImageVersionGrants } from '../image';
import { validateImageVersionLookup } from './private/validate-image-version-lookup';
import { arnsOfImage, arnsOfImageVersion, dependOnImage, imageNameOf } from '../image/private/image-facts';
import { numberAsString, textOf } from '../image/private/image-version-facts';
import { checkSiblingVersions } from '../image/private/sibling-versions';
import { warnOfExportedVersions } from '../image/private/warn-exported-version';
import { statementsOn } from '../private/policy-size';
import { requireProps } from '../private/problems';
import { StagePass } from '../private/stage-pass';
import type { ImageVersionAttributes } from '../provider/kinds/image-version';
import { IMAGE_VERSION_LOOKUP_TYPE } from '../provider/kinds/image-version-lookup';
import { Provider } from '../provider/private/provider';

/**
 * Properties of an `ImageVersionLookup`.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeImageVersion.html
 */
export interface ImageVersionLookupProps {
  /**
   * The image: an `Image`, an import or a `CfnImage`, in the account and Region of the stack.
   *
   * A change looks up the version again.
   */
  readonly image: sagemaker.IImageRef;

  /**
   * The version to look up: by alias, by a range of aliases, by number, or the latest.
   *
   * A change looks up the version again.
   *
   * @default ImageVersionSelector.latest()
   */
  readonly version?: ImageVersionSelector;

  /**
   * A string whose change makes the next deployment look up the version again, 1 to 1024 characters.
   *
   * For example, the number of a release, or `Refresh.everyDeployment()`. Without a change of any property, the result of the last
   * look-up stays, even if the alias has moved in the meantime.
   *
   * @default - the version is looked up once, and again when `image` or `version` changes
   */
  readonly refresh?: string;

  /**
   * The repository that holds the container images.
   *
   * Execution roles are granted the permission to pull from it when the version is attached to Studio. A change moves that
   * permission to the other repository.
   *
   * @default - unknown. A warning lists the permissions that an execution role needs.
   */
  readonly repository?: ecr.IRepositoryRef;
}

/**
 * A version of an existing image that is looked up during deployment.
 *
 * It can be used wherever an image version is expected. If the version does not exist, the deployment fails, and the error lists
 * the versions and aliases of the image.
 *
 * If the same app owns the image, the look-up waits for its versions, so that it finds versions of the same deployment.
 *
 * The constructor throws one error with all problems in `props`.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeImageVersion.html
 * @resource AWS::SageMaker::ImageVersion
 * @example
 * const stable = new ImageVersionLookup(this, 'Stable', {
 *   image: Image.fromImageName(this, 'Torch', 'torch'),
 *   version: ImageVersionSelector.alias('stable'),
 *   refresh: 'release-42',
 * });
 * stable.grants.read(analyst);
 */
export class ImageVersionLookup extends Resource implements IImageVersion {
  /**
   * The image of the version.
   */
  public readonly image: sagemaker.IImageRef;

  /**
   * The grants for the version.
   */
  public readonly grants: ImageVersionGrants;

  /**
   * @internal
   */
  public readonly _source?: BaseImageConfig;
  private readonly resource: CfnResource;

  /**
   * @param scope the scope of the look-up
   * @param id the id of the look-up. With another id, the version is looked up again.
   * @param props the properties of the look-up
   */
  constructor(scope: Construct, id: string, props: ImageVersionLookupProps) {
    requireProps(scope, id, 'props', props);
    super(scope, id);
    const version = props.version ?? ImageVersionSelector.latest();
    validateImageVersionLookup(this, { ...props, version });
    this.image = props.image;
    this.grants = ImageVersionGrants.fromImageVersion(this);

    this.resource = Provider.of(this).add(this, 'Resource', {
      kind: IMAGE_VERSION_LOOKUP_TYPE,
      properties: { ImageName: imageNameOf(props.image), ...version._properties, Refresh: props.refresh },
      statements: [
        ...statementsOn(['sagemaker:DescribeImageVersion'], arnsOfImageVersion(props.image, textOf(version._number))),
        // For the error that lists the versions and aliases of the image.
        ...statementsOn(['sagemaker:ListImageVersions', 'sagemaker:ListAliases'], arnsOfImage(props.image)),
        ...statementsOn(['sagemaker:ListAliases'], arnsOfImageVersion(props.image)),
      ],
      cleansUp: false,
    });
    dependOnImage(this.resource, props.image);
    StagePass.add(this, checkSiblingVersions);
    StagePass.add(this, warnOfExportedVersions);
    this._source = props.repository && { imageUri: this.containerImage, repository: props.repository };
  }

  /**
   * The ARN of the version.
   * @attribute
   */
  public get imageVersionArn(): string {
    return this.attribute('ImageVersionArn');
  }

  /**
   * The ARN of the image.
   * @attribute
   */
  public get imageArn(): string {
    return this.attribute('ImageArn');
  }

  /**
   * The number of the version, which is known only during deployment.
   *
   * It is a token until then. Do not make a string of it: use `versionAsString`.
   * @attribute
   */
  public get version(): number {
    return Token.asNumber(this.resource.getAtt('Version'));
  }

  /**
   * The number of the version as a string, for example for an output, a tag or a longer string.
   *
   * Use it in the stack of the look-up. Another stack needs a look-up of its own, because CloudFormation refuses to change an
   * imported value.
   * @attribute
   */
  public get versionAsString(): string {
    return numberAsString(this);
  }

  /**
   * The URI of the container image that SageMaker runs for the version.
   * @attribute
   */
  public get containerImage(): string {
    return this.attribute('ContainerImage');
  }

  public get imageVersionRef(): sagemaker.ImageVersionReference {
    return { imageVersionArn: this.imageVersionArn };
  }

  private attribute(name: keyof ImageVersionAttributes): string {
    return Token.asString(this.resource.getAtt(name));
  }
}
