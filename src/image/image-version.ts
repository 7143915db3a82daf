import { aws_sagemaker as sagemaker, Fn, IResource, Lazy, RemovalPolicy, Resource, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { BaseImage, BaseImageConfig } from './base-image';
import { ImageVersionGrants } from './image-version-grants';
import { arnOfImageVersion, imageNameOf, imageResourceOf, lowerCase } from './private/image-facts';
import { splitImageVersionArn } from './private/image-version-facts';
import { ImageVersions } from './private/image-versions';
import { allowPull } from './private/pull-policy';
import { validateRemovalPolicy } from './private/validate-image';
import { validateImageVersionArn, validateImageVersionAttributes, validateImageVersionProps } from './private/validate-image-version';
import { VersionResource } from './private/version-resource';
import { JobType, MlFramework, Processor, ProgrammingLang, VendorGuidance } from './version-metadata';
import { splittableArn } from '../private/arn';
import { dependOn } from '../private/dependencies';

const IMAGE_VERSION_SYMBOL = Symbol.for('cdk-sagemaker-images.ImageVersion');

/**
 * A version of a SageMaker image.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-imageversion.html
 */
export interface IImageVersion extends IResource, sagemaker.IImageVersionRef {
  /**
   * ARN of the version, for example `arn:aws:sagemaker:us-east-1:123456789012:image-version/torch/3`.
   * @attribute
   */
  readonly imageVersionArn: string;

  /**
   * ARN of the image that the version belongs to.
   * @attribute
   */
  readonly imageArn: string;

  /**
   * Number of the version, 1 or more, as SageMaker gave it. Known at deploy time only.
   * @attribute
   */
  readonly version: number;

  /**
   * Permissions on this version.
   */
  readonly grants: ImageVersionGrants;
}

/**
 * What an image version contains.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-imageversion.html
 */
export interface ImageVersionOptions {
  /**
   * Where the container image comes from. A change **replaces** the version: a new one with the next number is made,
   * and the old one is kept.
   */
  readonly baseImage: BaseImage;

  /**
   * One alias of this version, 1 to 128 letters, digits, `-`, `_` and `.`, not starting with `-` or `.`.
   *
   * An alias names at most one version of an image. A change updates the version in place. The same as one entry of
   * `aliases`: CloudFormation has both properties, and no difference between them is documented.
   *
   * @default - no alias
   */
  readonly alias?: string;

  /**
   * Aliases of this version, each 1 to 128 letters, digits, `-`, `_` and `.`, not starting with `-` or `.`.
   *
   * A change updates the version in place.
   *
   * @default - no aliases
   */
  readonly aliases?: string[];

  /**
   * How stable the maintainer considers the version. A change updates the version in place.
   *
   * @default - not set: SageMaker treats it as not provided
   */
  readonly vendorGuidance?: VendorGuidance;

  /**
   * The kind of job that the version is made for. A change updates the version in place.
   *
   * @default - not set
   */
  readonly jobType?: JobType;

  /**
   * The machine learning framework, with its version. A change updates the version in place.
   *
   * @default - not set
   */
  readonly mlFramework?: MlFramework;

  /**
   * The programming language, with its version. A change updates the version in place.
   *
   * @default - not set
   */
  readonly programmingLang?: ProgrammingLang;

  /**
   * The kind of processor. A change updates the version in place.
   *
   * @default - not set
   */
  readonly processor?: Processor;

  /**
   * Whether the version works with Horovod. A change updates the version in place.
   *
   * @default - not set
   */
  readonly horovod?: boolean;

  /**
   * What the maintainer says about this version, 1 to 255 characters. A change updates the version in place.
   *
   * @default - no release notes
   */
  readonly releaseNotes?: string;

  /**
   * What happens to the version when it is removed from the stack.
   *
   * This does not concern a version that is replaced, which is always kept. Deleting the image deletes its versions
   * whatever this says. A change has no effect until then. `SNAPSHOT` is no choice.
   *
   * @default RemovalPolicy.DESTROY; but RETAIN for a version that is attached to Studio in another stack, which still refers
   * to it while this stack is deployed
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Properties of an `ImageVersion`.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-imageversion.html
 */
export interface ImageVersionProps extends ImageVersionOptions {
  /**
   * The image that the version belongs to: an `Image`, an import or a `CfnImage`. A change replaces the version.
   */
  readonly image: sagemaker.IImageRef;
}

/**
 * Attributes of an existing image version.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-imageversion.html
 */
export interface ImageVersionAttributes {
  /**
   * The image that the version belongs to. A change means another version: what uses the import is updated to it.
   */
  readonly image: sagemaker.IImageRef;

  /**
   * Number of the version, 1 or more. A change means another version: what uses the import is updated to it.
   */
  readonly version: number;
}

/** What new and imported image versions share. */
abstract class ImageVersionBase extends Resource implements IImageVersion {
  public abstract readonly imageVersionArn: string;
  public abstract readonly imageArn: string;
  public abstract readonly version: number;
  private imageVersionGrants?: ImageVersionGrants;

  public get imageVersionRef(): sagemaker.ImageVersionReference {
    return { imageVersionArn: this.imageVersionArn };
  }

  public get grants(): ImageVersionGrants {
    return (this.imageVersionGrants ??= ImageVersionGrants.fromImageVersion(this));
  }
}

/**
 * A version of a SageMaker image: a container image in ECR with a number, metadata and aliases.
 *
 * Versions of one image are created one after the other, in the order of declaration, since SageMaker refuses to work
 * on two of them at once. A version also waits for the permission of the image's role to pull the container image.
 *
 * When the base image changes, CloudFormation makes a new version and keeps the old one.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-imageversion.html
 * @resource AWS::SageMaker::ImageVersion
 * @example
 * new ImageVersion(this, 'Release', {
 *   image: Image.fromImageName(this, 'Torch', 'torch'),
 *   baseImage: BaseImage.fromEcrRepository(repository, '2.4.1-gpu'),
 *   mlFramework: MlFramework.pytorch('2.4.1'),
 *   processor: Processor.GPU,
 *   aliases: ['gpu-2.4.1'],
 * });
 */
export class ImageVersion extends ImageVersionBase {
  /**
   * Whether a value is an `ImageVersion`, also when it comes from another copy of this library.
   *
   * @param x any value
   * @returns true if it is one
   */
  public static isImageVersion(x: any): x is ImageVersion {
    return x !== null && typeof x === 'object' && IMAGE_VERSION_SYMBOL in x;
  }

  /**
   * Uses an existing image version by its ARN.
   *
   * @param scope where to put the import
   * @param id id of the import
   * @param imageVersionArn `arn:<partition>:sagemaker:<region>:<account>:image-version/<name>/<number>`
   * @returns the version
   * @throws if the ARN is known and is not the ARN of an image version
   */
  public static fromImageVersionArn(scope: Construct, id: string, imageVersionArn: string): IImageVersion {
    const arn = splittableArn(imageVersionArn);
    validateImageVersionArn(scope, id, arn);
    const { imageName, version } = splitImageVersionArn(arn);
    return new ImportedImageVersion(scope, id, arn, imageName, version);
  }

  /**
   * Uses an existing version of an image by its number.
   *
   * @param scope where to put the import
   * @param id id of the import
   * @param attrs what is known about the version
   * @returns the version
   * @throws if the number is known and is not a whole number of 1 or more
   */
  public static fromImageVersionAttributes(scope: Construct, id: string, attrs: ImageVersionAttributes): IImageVersion {
    validateImageVersionAttributes(scope, id, attrs);
    const arn = arnOfImageVersion(attrs.image, Token.asString(attrs.version));
    return new ImportedImageVersion(scope, id, arn, imageNameOf(attrs.image), attrs.version);
  }

  /**
   * The image that this version belongs to.
   */
  public readonly image: sagemaker.IImageRef;

  /**
   * Where the container image comes from, for whoever else has to pull it.
   * @internal
   */
  public readonly _baseImage: BaseImageConfig;
  private readonly resource: VersionResource;
  private isRemovalPolicyGiven: boolean;

  /**
   * @param scope where to put the version
   * @param id id of the version
   * @param props what the version is
   * @throws one error with everything that is wrong in `props`
   */
  constructor(scope: Construct, id: string, props: ImageVersionProps) {
    super(scope, id);
    const source = validateImageVersionProps(this, props);
    Object.defineProperty(this, IMAGE_VERSION_SYMBOL, { value: true });

    this.image = props.image;
    this._baseImage = source;
    this.resource = new VersionResource(this, 'Resource', {
      imageName: imageNameOf(props.image),
      baseImage: source.imageUri,
      aliases: aliasesOf(props),
      vendorGuidance: props.vendorGuidance,
      jobType: props.jobType,
      mlFramework: props.mlFramework?.name,
      programmingLang: props.programmingLang?.name,
      processor: props.processor,
      horovod: props.horovod,
      releaseNotes: props.releaseNotes,
    });
    this.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.DESTROY);
    this.isRemovalPolicyGiven = props.removalPolicy !== undefined;

    // The name of the image is plain text, so nothing else makes the version wait for it.
    const image = imageResourceOf(props.image);
    if (image) {
      dependOn(this.resource, image);
    }
    allowPull(this, this.resource, props.image, source);
    ImageVersions.of(this).add({
      version: this,
      resource: this.resource,
      aliases: this.resource.aliases,
      imageUri: source.imageUri,
    });
  }

  /**
   * ARN of the version.
   * @attribute
   */
  public get imageVersionArn(): string {
    return this.resource.ref;
  }

  /**
   * ARN of the image that the version belongs to.
   * @attribute
   */
  public get imageArn(): string {
    return this.resource.attrImageArn;
  }

  /**
   * Number of the version, 1 or more, as SageMaker gave it. Known at deploy time only.
   * @attribute
   */
  public get version(): number {
    return this.resource.attrVersion;
  }

  /**
   * URI of the container image that SageMaker runs for this version.
   * @attribute
   */
  public get containerImage(): string {
    return this.resource.attrContainerImage;
  }

  /**
   * Changes what happens to the version when it is removed from the stack. A version that is replaced is kept anyway.
   *
   * @param policy what happens; `SNAPSHOT` is no choice
   * @throws if `policy` is `SNAPSHOT`
   */
  public applyRemovalPolicy(policy: RemovalPolicy): void {
    validateRemovalPolicy(this, policy);
    this.isRemovalPolicyGiven = true;
    this.resource.applyRemovalPolicy(policy);
  }

  /**
   * Keeps the version when it is removed from the stack, unless the app says what happens then.
   * @internal
   */
  public _retainByDefault(): void {
    if (!this.isRemovalPolicyGiven) {
      this.applyRemovalPolicy(RemovalPolicy.RETAIN);
    }
  }
}

/** An image version that is defined elsewhere. */
class ImportedImageVersion extends ImageVersionBase {
  public readonly imageArn: string;

  constructor(
    scope: Construct, id: string,
    public readonly imageVersionArn: string,
    public readonly imageName: string,
    public readonly version: number,
  ) {
    super(scope, id, { environmentFromArn: imageVersionArn });
    this.imageArn = Stack.of(this).formatArn({ service: 'sagemaker', ...this.env, resource: 'image', resourceName: lowerCase(imageName) });
  }
}

/** `alias` and `aliases` are one list to SageMaker. */
function aliasesOf({ alias, aliases }: ImageVersionOptions): string[] | undefined {
  const withoutDuplicates = (list: string[]) => [...new Set(alias === undefined ? list : [alias, ...list])];
  if (!Token.isUnresolved(aliases)) {
    return alias === undefined && aliases === undefined ? undefined : withoutDuplicates(aliases ?? []);
  }
  return Lazy.uncachedList({
    produce: (context) => {
      const list = context.resolve(aliases);
      if (Array.isArray(list)) {
        return withoutDuplicates(list);
      }
      // A list that is known at deploy time only can be extended there: no alias contains a comma.
      return alias === undefined ? list : Fn.split(',', Fn.join(',', [alias, Fn.join(',', aliases!)]));
    },
  });
}
