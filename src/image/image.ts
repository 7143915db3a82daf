import { Arn, ArnFormat, aws_iam as iam, aws_sagemaker as sagemaker, IResource, PhysicalName, RemovalPolicy, Resource, Stack } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { ImageGrants } from './image-grants';
import { ImageVersion, ImageVersionOptions } from './image-version';
import { lowerCase } from './private/image-facts';
import { TAG_VALUE, validateImageArn, validateImageAttributes, validateImageProps, validateRemovalPolicy } from './private/validate-image';
import { formatArn, splittableArn } from '../private/arn';
import { givenOrGeneratedName } from '../private/generated-name';
import { requireValue } from '../private/problems';
import { validateAllTags } from '../private/tags';

const IMAGE_SYMBOL = Symbol.for('cdk-sagemaker-images.Image');

/**
 * A SageMaker image: a named set of image versions.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-image.html
 */
export interface IImage extends IResource, sagemaker.IImageRef {
  /**
   * ARN of the image, for example `arn:aws:sagemaker:us-east-1:123456789012:image/torch`.
   * @attribute
   */
  readonly imageArn: string;

  /**
   * Name of the image.
   * @attribute
   */
  readonly imageName: string;

  /**
   * Permissions on this image and its versions.
   */
  readonly grants: ImageGrants;

  /**
   * Adds a version to the image.
   *
   * Versions of one image are created one after the other, in the order of declaration.
   *
   * @param id id of the version among the constructs of this image; another id makes another version
   * @param options what the version contains
   * @returns the version
   * @throws one error with everything that is wrong in `options`
   */
  addVersion(id: string, options: ImageVersionOptions): ImageVersion;
}

/**
 * Properties of an `Image`.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-image.html
 */
export interface ImageProps {
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
   * Description, 1 to 512 characters. A change updates the image in place.
   *
   * @default - no description
   */
  readonly description?: string;

  /**
   * The role that SageMaker assumes to pull container images from ECR. A change updates the image in place.
   *
   * It must trust `sagemaker.amazonaws.com`. Each version adds the permission to pull its own base image, in a policy
   * of its own.
   *
   * @default - a new role that only SageMaker can assume, and only for images of this account and Region
   */
  readonly role?: iam.IRole;

  /**
   * Tags of the image, at most 50: keys of 1 to 128 characters that do not start with `aws:`, values of at most 256, both
   * of letters, digits, spaces and `_.:/=+-@`. A change updates the image in place. Image versions cannot be tagged.
   *
   * @default - only the tags that `Tags.of()` adds
   */
  readonly tags?: { [key: string]: string };

  /**
   * What happens to the image when it is removed from the stack, or replaced by one with another name.
   *
   * Deleting an image deletes all of its versions, also those that an earlier update kept. The container images in
   * ECR stay. A change has no effect until then. `SNAPSHOT` is no choice.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Attributes of an existing image.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-image.html
 */
export interface ImageAttributes {
  /**
   * Name of the image. A change means another image: the versions that are added here are replaced.
   */
  readonly imageName: string;

  /**
   * The role of the image. With it, new versions can be allowed to pull their base image. A change moves that permission
   * to the other role, and has no effect on the image.
   *
   * @default - not known: what the role needs is said in a warning
   */
  readonly role?: iam.IRole;
}

/** What new and imported images share. */
abstract class ImageBase extends Resource implements IImage {
  public abstract readonly imageArn: string;
  public abstract readonly imageName: string;
  private imageGrants?: ImageGrants;

  public get imageRef(): sagemaker.ImageReference {
    return { imageArn: this.imageArn };
  }

  public get grants(): ImageGrants {
    return (this.imageGrants ??= ImageGrants.fromImage(this));
  }

  /**
   * Adds a version to the image.
   *
   * Versions of one image are created one after the other, in the order of declaration.
   *
   * @param id id of the version among the constructs of this image; another id makes another version
   * @param options what the version contains
   * @returns the version
   * @throws one error with everything that is wrong in `options`
   */
  public addVersion(id: string, options: ImageVersionOptions): ImageVersion {
    return new ImageVersion(this, id, { ...options, image: this });
  }
}

/**
 * A SageMaker image: a named set of versions, each of which stands for a container image in ECR.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-image.html
 * @resource AWS::SageMaker::Image
 * @example
 * const image = new Image(this, 'Torch', { displayName: 'PyTorch' });
 * image.addVersion('Release', {
 *   baseImage: BaseImage.fromAsset('docker/torch'),
 *   jobType: JobType.NOTEBOOK_KERNEL,
 * });
 */
export class Image extends ImageBase {
  /**
   * Whether a value is an `Image`, also when it comes from another copy of this library.
   *
   * @param x any value
   * @returns true if it is one
   */
  public static isImage(x: any): x is Image {
    return x !== null && typeof x === 'object' && IMAGE_SYMBOL in x;
  }

  /**
   * Uses an existing image by its ARN.
   *
   * @param scope where to put the import
   * @param id id of the import
   * @param imageArn `arn:<partition>:sagemaker:<region>:<account>:image/<name>`
   * @returns the image, to which versions can be added
   * @throws if the ARN is known and is not the ARN of an image
   */
  public static fromImageArn(scope: Construct, id: string, imageArn: string): IImage {
    const arn = splittableArn(imageArn);
    validateImageArn(scope, id, arn);
    return new ImportedImage(scope, id, arn, Arn.split(arn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!);
  }

  /**
   * Uses an existing image in the account and Region of the stack by its name.
   *
   * @param scope where to put the import
   * @param id id of the import
   * @param imageName name of the image
   * @returns the image, to which versions can be added
   * @throws if the name is known and no image can have it
   */
  public static fromImageName(scope: Construct, id: string, imageName: string): IImage {
    return Image.fromImageAttributes(scope, id, { imageName });
  }

  /**
   * Uses an existing image in the account and Region of the stack, together with its role.
   *
   * @param scope where to put the import
   * @param id id of the import
   * @param attrs what is known about the image
   * @returns the image, to which versions can be added
   * @throws if the name is known and no image can have it
   */
  public static fromImageAttributes(scope: Construct, id: string, attrs: ImageAttributes): IImage {
    validateImageAttributes(scope, id, attrs);
    return new ImportedImage(scope, id, Image.arnForImageName(scope, attrs.imageName), attrs.imageName, attrs.role);
  }

  /**
   * The ARN of an image in the account and Region of the stack.
   *
   * @param scope a construct of the stack
   * @param imageName name of the image; it is not checked, and lower-cased as SageMaker does
   * @returns the ARN
   * @throws if there is no name, or the construct is in no stack
   */
  public static arnForImageName(scope: IConstruct, imageName: string): string {
    requireValue(scope, 'imageName', imageName, 'give the name of an image');
    return Stack.of(scope).formatArn({ service: 'sagemaker', resource: 'image', resourceName: lowerCase(imageName) });
  }

  public readonly imageName: string;

  /**
   * The role that SageMaker assumes to pull container images from ECR.
   */
  public readonly role: iam.IRole;
  private readonly resource: sagemaker.CfnImage;

  /**
   * @param scope where to put the image
   * @param id id of the image
   * @param props what the image is
   * @throws one error with everything that is wrong in `props`
   */
  constructor(scope: Construct, id: string, props: ImageProps = {}) {
    const imageName = givenOrGeneratedName(scope, id, props.imageName);
    super(scope, id, { physicalName: imageName });
    validateImageProps(this, props);
    Object.defineProperty(this, IMAGE_SYMBOL, { value: true });

    this.imageName = imageName;
    this.role = props.role ?? this.createRole();
    this.resource = new sagemaker.CfnImage(this, 'Resource', {
      imageName: this.imageName,
      imageRoleArn: this.role.roleArn,
      imageDisplayName: props.displayName,
      imageDescription: props.description,
      tags: props.tags && Object.entries(props.tags).map(([key, value]) => ({ key, value })),
    });
    this.resource.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.DESTROY);
    validateAllTags(this.resource, TAG_VALUE);
  }

  /**
   * ARN of the image.
   * @attribute
   */
  public get imageArn(): string {
    return this.getResourceArnAttribute(this.resource.ref, {
      service: 'sagemaker',
      resource: 'image',
      resourceName: lowerCase(this.imageName),
    });
  }

  /**
   * Changes what happens to the image when it is removed from the stack, or replaced by one with another name.
   *
   * @param policy what happens; `SNAPSHOT` is no choice
   * @throws if `policy` is `SNAPSHOT`
   */
  public applyRemovalPolicy(policy: RemovalPolicy): void {
    validateRemovalPolicy(this, policy);
    super.applyRemovalPolicy(policy);
  }

  private createRole(): iam.Role {
    const stack = Stack.of(this);
    // SageMaker names the kind of resource it acts for, never one image: see the confused-deputy page of its guide.
    const sources = ['image', 'image-version'].map((kind) => formatArn(stack, { service: 'sagemaker', resource: kind }));
    return new iam.Role(this, 'Role', {
      description: `Pulls the container images of SageMaker image ${this.imageName}`,
      roleName: PhysicalName.GENERATE_IF_NEEDED,
      assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: { 'aws:SourceArn': sources },
        },
      }),
    });
  }
}

/** An image that is defined elsewhere. */
class ImportedImage extends ImageBase {
  constructor(
    scope: Construct, id: string,
    public readonly imageArn: string,
    public readonly imageName: string,
    public readonly role?: iam.IRole,
  ) {
    super(scope, id, { environmentFromArn: imageArn });
  }
}
