import { Arn, ArnFormat, aws_iam as iam, aws_sagemaker as sagemaker, IResource, PhysicalName, RemovalPolicy, Resource, ResourceProps } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { ImageGrants } from './image-grants';
import { ImageVersion, ImageVersionOptions } from './image-version';
import { lookUpImage } from './private/look-up-image';
import { lowerCase } from './private/spellings';
import { TAG_VALUE, validateImageArn, validateImageAttributes, validateImageProps, validateRemovalPolicy } from './private/validate-image';
import { formatArn, tokenIfDummy } from '../private/arn';
import { givenOrGeneratedName } from '../private/generated-name';
import { lateNameProblems } from '../private/late-names';
import { requireProps, requireValue } from '../private/problems';
import { checkSharedNamesOf } from '../private/shared-names';
import { validateAllTags } from '../private/tags';
import { uniqueName } from '../private/unique-name';

const IMAGE_SYMBOL = Symbol.for('cdk-sagemaker-images.Image');

/**
 * A SageMaker image: a named set of image versions.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-image.html
 */
export interface IImage extends IResource, sagemaker.IImageRef {
  /**
   * The ARN of the image, for example `arn:aws:sagemaker:us-east-1:123456789012:image/torch`.
   * @attribute
   */
  readonly imageArn: string;

  /**
   * The name of the image.
   * @attribute
   */
  readonly imageName: string;

  /**
   * The grants for this image and its versions.
   */
  readonly grants: ImageGrants;

  /**
   * Adds a version to the image.
   *
   * Versions of an image are created one after the other, in the order of declaration.
   *
   * Throws one error with all problems in `options`.
   *
   * @param id the id of the version in the scope of this image. Another id creates another version.
   * @param options the options of the version
   * @returns the version
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
   * The name of the image, unique in the account and Region.
   *
   * 1 to 63 letters and digits, with single `-` and `.` between them. SageMaker converts names to lower case in ARNs, so prefer
   * lower case. A change replaces the image and all of its versions.
   *
   * @default - generated from the path of the construct: unique, in lower case, and stable as long as the path is
   */
  readonly imageName?: string;

  /**
   * Whether the generated name ends with a part of the id of the stack, so that one template can be launched several times in
   * an account and Region.
   *
   * The part has 8 hexadecimal digits. It differs between stacks of one template, as AWS Service Catalog launches them, and stays the
   * same as long as the stack exists. Other stacks of the app in the same account and Region can refer to the image.
   *
   * Throws together with `imageName`. A change replaces the image and all of its versions.
   *
   * @default false
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
   */
  readonly uniqueToStack?: boolean;

  /**
   * The name that SageMaker Studio shows.
   *
   * 1 to 128 characters: letters, digits, the ASCII characters from `!` to `_`, and spaces, but not at the start or end. A
   * change updates the image in place.
   *
   * @default - the image name
   */
  readonly displayName?: string;

  /**
   * The description of the image, 1 to 512 characters.
   *
   * A change updates the image in place.
   *
   * @default - no description
   */
  readonly description?: string;

  /**
   * The role that SageMaker assumes to pull container images from ECR.
   *
   * It must trust `sagemaker.amazonaws.com`. Each version grants it the permission to pull the base image, in a separate
   * policy. A change updates the image in place.
   *
   * @default - a new role that only SageMaker can assume, and only for images of this account and Region
   */
  readonly role?: iam.IRole;

  /**
   * The tags of the image, at most 50.
   *
   * Keys have 1 to 128 characters and do not start with `aws:`. Values have at most 256 characters. Both can contain letters,
   * digits, spaces and `_.:/=+-@`. Image versions cannot be tagged. A change updates the image in place.
   *
   * @default - only the tags that `Tags.of()` adds
   */
  readonly tags?: { [key: string]: string };

  /**
   * The removal policy of the image.
   *
   * It applies when the image is removed from the stack, or replaced by an image with another name. Deleting an image deletes
   * all of its versions, including those that an earlier update kept. The container images in ECR are kept. A change has no
   * effect until the image is removed or replaced. `SNAPSHOT` is not supported.
   *
   * With `RETAIN`, the image also stays if the deployment that creates it fails, and the next deployment then cannot create an
   * image with the same name. `RETAIN_ON_UPDATE_OR_DELETE` avoids that.
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
   * The name of the image.
   *
   * A change imports another image. Versions that are added to the import are replaced.
   */
  readonly imageName: string;

  /**
   * The role of the image.
   *
   * New versions grant it the permission to pull their base image. A change moves that permission to the other role, and has no
   * effect on the image.
   *
   * @default - unknown. A warning lists the permissions that the role needs.
   */
  readonly role?: iam.IRole;
}

/**
 * Options of a look-up of an image during synth.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/context.html
 */
export interface ImageLookupOptions {
  /**
   * The name of the image, which must be known during synth.
   *
   * A change looks up another image. Versions that are added to the import are replaced.
   */
  readonly imageName: string;
}

/** The base class of new and imported images. */
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
   * Versions of an image are created one after the other, in the order of declaration.
   *
   * Throws one error with all problems in `options`.
   *
   * @param id the id of the version in the scope of this image. Another id creates another version.
   * @param options the options of the version
   * @returns the version
   */
  public addVersion(id: string, options: ImageVersionOptions): ImageVersion {
    return new ImageVersion(this, id, { ...options, image: this });
  }
}

/**
 * A SageMaker image: a named set of versions, each of which represents a container image in ECR.
 *
 * The constructor throws one error with all problems in `props`.
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
   * Checks whether a value is an `Image`, even one of another copy of this library.
   *
   * @param x any value
   * @returns true if the value is an `Image`
   */
  public static isImage(x: any): x is Image {
    return x !== null && typeof x === 'object' && IMAGE_SYMBOL in x;
  }

  /**
   * Imports an existing image by its ARN.
   *
   * Throws if the ARN is known and is not the ARN of an image.
   *
   * @param scope the scope of the import
   * @param id the id of the import
   * @param imageArn the ARN, `arn:<partition>:sagemaker:<region>:<account>:image/<name>`
   * @returns the image, which versions can be added to
   */
  public static fromImageArn(scope: Construct, id: string, imageArn: string): IImage {
    validateImageArn(scope, id, imageArn);
    const arn = tokenIfDummy(imageArn);
    return new ImportedImage(scope, id, { environmentFromArn: arn }, arn, Arn.split(arn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!);
  }

  /**
   * Imports an existing image in the account and Region of the stack by its name.
   *
   * Throws if the name is known and is not a valid image name.
   *
   * @param scope the scope of the import
   * @param id the id of the import
   * @param imageName the name of the image
   * @returns the image, which versions can be added to
   */
  public static fromImageName(scope: Construct, id: string, imageName: string): IImage {
    return Image.fromImageAttributes(scope, id, { imageName });
  }

  /**
   * Imports an existing image in the account and Region of the stack, together with its role.
   *
   * Throws if the name is known and is not a valid image name.
   *
   * @param scope the scope of the import
   * @param id the id of the import
   * @param attrs the attributes of the image
   * @returns the image, which versions can be added to
   */
  public static fromImageAttributes(scope: Construct, id: string, attrs: ImageAttributes): IImage {
    requireProps(scope, id, 'attrs', attrs);
    validateImageAttributes(scope, id, attrs);
    return new ImportedImage(scope, id, {}, Image.arnForImageName(scope, attrs.imageName), attrs.imageName, attrs.role);
  }

  /**
   * Looks up an existing image in the account and Region of the stack during synth, together with its role.
   *
   * Versions that are added to it grant the role of the image the permission to pull their base image. If you know the role, or if
   * another team manages its permissions, use `fromImageAttributes` or `fromImageName` instead.
   *
   * The CDK CLI reads the image through the AWS Cloud Control API, with the role for look-ups of the bootstrap stack, and keeps the
   * ARN of the role in cdk.context.json. Commit that file. If the image gets another role, `cdk context --reset` looks it up again.
   * The stack must have an account and a Region.
   *
   * Throws if the name is missing, not valid or unknown during synth, if the stack has no account and Region, or if cdk.context.json
   * has no valid value. If the image does not exist or cannot be read, the import has an error, which makes the synth fail.
   *
   * @param scope the scope of the import
   * @param id the id of the import
   * @param options the image to look up
   * @returns the image, which versions can be added to
   * @see https://docs.aws.amazon.com/cdk/v2/guide/context.html
   */
  public static fromLookup(scope: Construct, id: string, options: ImageLookupOptions): IImage {
    requireProps(scope, id, 'options', options);
    const { roleArn, report } = lookUpImage(scope, id, options);
    const { imageName } = options;
    const image = new ImportedImage(scope, id, {}, Image.arnForImageName(scope, imageName), imageName);
    image.role = iam.Role.fromRoleArn(image, 'Role', roleArn);
    report(image);
    return image;
  }

  /**
   * Formats the ARN of an image in the account and Region of the stack.
   *
   * The name is not validated. It is converted to lower case, as SageMaker does.
   *
   * Throws if the name is missing, or if the construct is not in a stack.
   *
   * @param scope a construct in the stack
   * @param imageName the name of the image
   * @returns the ARN
   */
  public static arnForImageName(scope: IConstruct, imageName: string): string {
    requireValue(scope, 'imageName', imageName, 'give the name of an image');
    return formatArn(scope, { service: 'sagemaker', resource: 'image', resourceName: lowerCase(imageName) });
  }

  public readonly imageName: string;

  /**
   * The role that SageMaker assumes to pull container images from ECR.
   */
  public readonly role: iam.IRole;
  private readonly resource: sagemaker.CfnImage;

  /**
   * @param scope the scope of the image
   * @param id the id of the image
   * @param props the properties of the image
   */
  constructor(scope: Construct, id: string, props: ImageProps = {}) {
    requireProps(scope, id, 'props', props);
    const { imageName: given, uniqueToStack } = props;
    const imageName = givenOrGeneratedName(scope, id, { given, uniqueToStack });
    super(scope, id, { physicalName: imageName });
    validateImageProps(this, props);
    Object.defineProperty(this, IMAGE_SYMBOL, { value: true });

    this.role = props.role ?? this.createRole(imageName);
    this.resource = new sagemaker.CfnImage(this, 'Resource', {
      imageName,
      imageRoleArn: this.role.roleArn,
      imageDisplayName: props.displayName,
      imageDescription: props.description,
      tags: props.tags && Object.entries(props.tags).map(([key, value]) => ({ key, value })),
    });
    this.imageName = uniqueToStack ? uniqueName(this, imageName, { property: 'imageName', arn: this.resource.ref }) : imageName;
    this.resource.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.DESTROY);
    validateAllTags(this.resource, TAG_VALUE);
    checkSharedNamesOf(this);
    this.node.addValidation({ validate: () => lateNameProblems(this.resource, 'ImageName', imageName, 'pass imageName instead') });
  }

  /**
   * The ARN of the image.
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
   * Sets the removal policy of the image.
   *
   * It applies when the image is removed from the stack, or replaced by an image with another name.
   *
   * Throws if `policy` is `SNAPSHOT`, which is not supported.
   *
   * @param policy the removal policy
   */
  public applyRemovalPolicy(policy: RemovalPolicy): void {
    validateRemovalPolicy(this, policy);
    super.applyRemovalPolicy(policy);
  }

  private createRole(imageName: string): iam.Role {
    // The two pages of the guide on confused deputies differ: SageMaker sends a kind of resource, with or without `/*`. It may
    // send no account, which these ARNs contain anyway.
    const sources = ['image', 'image/*', 'image-version', 'image-version/*'].map((resource) => formatArn(this, { service: 'sagemaker', resource }));
    return new iam.Role(this, 'Role', {
      description: `Pulls the container images of SageMaker image ${imageName}`,
      roleName: PhysicalName.GENERATE_IF_NEEDED,
      assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com', {
        conditions: { ArnLike: { 'aws:SourceArn': sources } },
      }),
    });
  }
}

/** An imported image. */
class ImportedImage extends ImageBase {
  constructor(
    scope: Construct, id: string, props: ResourceProps,
    public readonly imageArn: string,
    public readonly imageName: string,
    public role?: iam.IRole,
  ) {
    super(scope, id, props);
  }
}
