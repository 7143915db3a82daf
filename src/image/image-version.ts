import { aws_sagemaker as sagemaker, Fn, IResource, Lazy, RemovalPolicy, Resource, ResourceProps, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { BaseImage, BaseImageConfig } from './base-image';
import { ImageVersionGrants } from './image-version-grants';
import { addContainerImage } from './private/container-image';
import { arnOfImageVersion, dependOnImage, imageNameOf } from './private/image-facts';
import { numberAsString, splitImageVersionArn, textOf } from './private/image-version-facts';
import { grantPull } from './private/pull-policy';
import { checkSiblingVersions } from './private/sibling-versions';
import { lowerCase } from './private/spellings';
import { validateRemovalPolicy } from './private/validate-image';
import { validateImageVersionArn, validateImageVersionAttributes, validateImageVersionProps } from './private/validate-image-version';
import { VersionResource } from './private/version-resource';
import { warnOfExportedVersions } from './private/warn-exported-version';
import type { JobType, MlFramework, Processor, ProgrammingLang, VendorGuidance } from './version-metadata';
import { formatArn, tokenIfDummy } from '../private/arn';
import { dependOn } from '../private/dependencies';
import { lateNameProblems } from '../private/late-names';
import { finalValue } from '../private/overrides';
import { requireProps } from '../private/problems';
import { checkSharedNamesOf } from '../private/shared-names';
import { StagePass } from '../private/stage-pass';

const IMAGE_VERSION_SYMBOL = Symbol.for('cdk-sagemaker-images.ImageVersion');

/**
 * A version of a SageMaker image.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-imageversion.html
 */
export interface IImageVersion extends IResource, sagemaker.IImageVersionRef {
  /**
   * The ARN of the version, for example `arn:aws:sagemaker:us-east-1:123456789012:image-version/torch/3`.
   * @attribute
   */
  readonly imageVersionArn: string;

  /**
   * The ARN of the image that the version belongs to.
   * @attribute
   */
  readonly imageArn: string;

  /**
   * The number of the version, 1 or more, which SageMaker assigns during deployment.
   *
   * It is a token until then. Pass it on as a number. Do not make a string of it, neither by `+` nor with a format such as `%d`:
   * in several languages, the template then contains a number with 290 digits. Use `versionAsString` instead.
   * @attribute
   */
  readonly version: number;

  /**
   * The number of the version as a string, for example for an output, a tag or a longer string.
   *
   * Use it in the stack of the version. By default, another stack would import it, and CloudFormation refuses to change an imported
   * value ("Cannot update export"), so the next version could not be created. To use the number there, store this string in an
   * `ssm.StringParameter` with a fixed name in the stack of the version, and read it in the other stack with
   * `ssm.StringParameter.valueForStringParameter`. An attachment to Studio does this on its own. In newer releases of the CDK, the
   * feature flag `@aws-cdk/core:defaultCrossStackReferences` with the value `weak` avoids the import too.
   * @attribute
   */
  readonly versionAsString: string;

  /**
   * The grants for this version.
   */
  readonly grants: ImageVersionGrants;
}

/**
 * Options for an image version.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-imageversion.html
 */
export interface ImageVersionOptions {
  /**
   * The source of the container image.
   *
   * A change **replaces** the version: CloudFormation creates a new version with the next number and keeps the old one.
   */
  readonly baseImage: BaseImage;

  /**
   * An alias of this version, 1 to 128 letters, digits, `-`, `_` and `.`, not starting with `-` or `.`.
   *
   * An alias names at most one version of an image. The property has the same effect as one entry of `aliases`: CloudFormation
   * has both properties and documents no difference between them. For an alias that moves from version to version, use an
   * `ImageAlias`. A change updates the version in place.
   *
   * Spaces and apps can be started with an alias only if it is a number (`2`), two numbers (`2.4`) or a semantic version (`2.4.1`,
   * `2.4.1-gpu`).
   *
   * @default - no alias
   * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceSpec.html
   */
  readonly alias?: string;

  /**
   * Aliases of this version, each 1 to 128 letters, digits, `-`, `_` and `.`, not starting with `-` or `.`.
   *
   * A change updates the version in place. See `alias` for those that spaces and apps can be started with.
   *
   * @default - no aliases
   */
  readonly aliases?: string[];

  /**
   * The stability of the version, as its maintainer sees it.
   *
   * A change updates the version in place.
   *
   * @default - not set, which SageMaker treats as `NOT_PROVIDED`
   */
  readonly vendorGuidance?: VendorGuidance;

  /**
   * The kind of job that the version supports.
   *
   * A change updates the version in place.
   *
   * @default - not set
   */
  readonly jobType?: JobType;

  /**
   * The machine learning framework of the version, with its own version.
   *
   * A change updates the version in place.
   *
   * @default - not set
   */
  readonly mlFramework?: MlFramework;

  /**
   * The programming language of the version, with its own version.
   *
   * A change updates the version in place.
   *
   * @default - not set
   */
  readonly programmingLang?: ProgrammingLang;

  /**
   * The kind of processor that the version supports.
   *
   * A change updates the version in place.
   *
   * @default - not set
   */
  readonly processor?: Processor;

  /**
   * Whether the version supports Horovod.
   *
   * A change updates the version in place.
   *
   * @default - not set
   */
  readonly horovod?: boolean;

  /**
   * The release notes of the maintainer, 1 to 255 characters.
   *
   * A change updates the version in place.
   *
   * @default - no release notes
   */
  readonly releaseNotes?: string;

  /**
   * Whether to check the container image before the version is created.
   *
   * The deployment fails if the container image does not exist in the repository, is archived, is too large, is not for the platform
   * of the base image, if it is not a container image but another artifact, or if the role of the image may not pull it. The error
   * says what was found and what to do. What cannot be checked, for example because a permission is missing, does not fail the
   * deployment. The log of the function lists it.
   *
   * It needs a custom resource, whose function reads the repository and simulates the policies of the role. It runs only when the
   * container image or another of these options changes, and not when they return to those of the deployment before, which looks
   * like a rollback. A change has no effect on the version.
   *
   * Throws if it is true and the stack accepts no assets, which the function needs, or if the repository is unknown.
   *
   * @default false, but true for the versions of a `StudioImage`, if the stack accepts assets, the repository is known, and the app can
   * add policies to the role of the function
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-byoi-specs.html
   */
  readonly preflight?: boolean;

  /**
   * The removal policy of the version, which applies when the version is removed from the stack.
   *
   * It does not apply to a version that is replaced, which is always kept. Deleting the image deletes all of its versions,
   * whatever their removal policy. A change has no effect until the version is removed. `SNAPSHOT` is not supported.
   *
   * With `RETAIN`, the version also stays if the deployment that creates it fails, and keeps its aliases, so that the next
   * deployment cannot give them to another version. `RETAIN_ON_UPDATE_OR_DELETE` avoids that.
   *
   * @default RemovalPolicy.DESTROY, but RETAIN_ON_UPDATE_OR_DELETE for a version that is attached to Studio in another stack,
   * which still refers to it while this stack is deployed
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
   * The image that the version belongs to: an `Image`, an import or a `CfnImage`.
   *
   * A change replaces the version.
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
   * The image that the version belongs to.
   *
   * A change imports another version. Resources that use the import are updated to it.
   */
  readonly image: sagemaker.IImageRef;

  /**
   * The number of the version, 1 or more.
   *
   * A change imports another version. Resources that use the import are updated to it.
   */
  readonly version: number;
}

/** The base class of new and imported image versions. */
abstract class ImageVersionBase extends Resource implements IImageVersion {
  public abstract readonly imageVersionArn: string;
  public abstract readonly imageArn: string;
  public abstract readonly version: number;
  private imageVersionGrants?: ImageVersionGrants;

  public get versionAsString(): string {
    return numberAsString(this);
  }

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
 * Versions of an image are created one after the other, in the order of declaration, because SageMaker does not process two
 * of them at the same time. A version also waits until the role of the image has the permission to pull the container image.
 *
 * When the base image changes, CloudFormation creates a new version and keeps the old one.
 *
 * The constructor throws one error with all problems in `props`.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-imageversion.html
 * @resource AWS::SageMaker::ImageVersion
 * @example
 * new ImageVersion(this, 'Release', {
 *   image: Image.fromImageName(this, 'Torch', 'torch'),
 *   baseImage: BaseImage.fromEcrRepository(repository, '2.4.1-gpu'),
 *   mlFramework: MlFramework.pytorch('2.4.1'),
 *   processor: Processor.GPU,
 *   aliases: ['2.4.1-gpu'],
 * });
 */
export class ImageVersion extends ImageVersionBase {
  /**
   * Checks whether a value is an `ImageVersion`, even one of another copy of this library.
   *
   * @param x any value
   * @returns true if the value is an `ImageVersion`
   */
  public static isImageVersion(x: any): x is ImageVersion {
    return x !== null && typeof x === 'object' && IMAGE_VERSION_SYMBOL in x;
  }

  /**
   * Imports an existing image version by its ARN.
   *
   * Throws if the ARN is known and is not the ARN of an image version.
   *
   * @param scope the scope of the import
   * @param id the id of the import
   * @param imageVersionArn the ARN, `arn:<partition>:sagemaker:<region>:<account>:image-version/<name>/<number>`
   * @returns the version
   */
  public static fromImageVersionArn(scope: Construct, id: string, imageVersionArn: string): IImageVersion {
    validateImageVersionArn(scope, id, imageVersionArn);
    const arn = tokenIfDummy(imageVersionArn);
    const { imageName, version } = splitImageVersionArn(arn);
    return new ImportedImageVersion(scope, id, { environmentFromArn: arn }, arn, imageName, version);
  }

  /**
   * Imports an existing version of an image by its number.
   *
   * Throws if the number is known and is not a whole number of 1 or more.
   *
   * @param scope the scope of the import
   * @param id the id of the import
   * @param attrs the attributes of the version
   * @returns the version
   */
  public static fromImageVersionAttributes(scope: Construct, id: string, attrs: ImageVersionAttributes): IImageVersion {
    requireProps(scope, id, 'attrs', attrs);
    validateImageVersionAttributes(scope, id, attrs);
    const arn = arnOfImageVersion(attrs.image, textOf(attrs.version));
    return new ImportedImageVersion(scope, id, attrs.image.env, arn, imageNameOf(attrs.image), attrs.version);
  }

  /**
   * The image that this version belongs to.
   */
  public readonly image: sagemaker.IImageRef;

  /**
   * The source of the container image, for other roles that pull it.
   * @internal
   */
  public readonly _source: BaseImageConfig;
  private readonly resource: VersionResource;
  private isRemovalPolicyGiven: boolean;

  /**
   * @param scope the scope of the version
   * @param id the id of the version. With another id, the version is deleted and a new one is created, so do not put a hash or the
   * tag of the container image into it, which adds a warning.
   * @param props the properties of the version
   */
  constructor(scope: Construct, id: string, props: ImageVersionProps) {
    requireProps(scope, id, 'props', props);
    super(scope, id);
    const source = validateImageVersionProps(this, props);
    Object.defineProperty(this, IMAGE_VERSION_SYMBOL, { value: true });

    this.image = props.image;
    this._source = source;
    const containerImage = addContainerImage(this, props, source, () => finalValue(this.resource, 'BaseImage'));
    this.resource = new VersionResource(this, 'Resource', {
      imageName: imageNameOf(props.image),
      baseImage: containerImage?.imageUri ?? source.imageUri,
      aliases: aliasesOf(props),
      vendorGuidance: props.vendorGuidance,
      jobType: props.jobType,
      mlFramework: props.mlFramework?.name,
      programmingLang: props.programmingLang?.name,
      processor: props.processor,
      horovod: props.horovod,
      releaseNotes: props.releaseNotes,
    });
    this.resource.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.DESTROY);
    this.isRemovalPolicyGiven = props.removalPolicy !== undefined;

    dependOnImage(this.resource, props.image);
    if (containerImage) {
      dependOn(this.resource, containerImage.resource);
    }
    grantPull(this, [this.resource, ...containerImage ? [containerImage.resource] : []], props.image, source);
    StagePass.add(this, checkSiblingVersions);
    checkSharedNamesOf(this);
    StagePass.add(this, warnOfExportedVersions);
    const { imageName } = this.resource;
    this.node.addValidation({ validate: () => lateNameProblems(this.resource, 'ImageName', imageName, 'pass the image with that name instead') });
  }

  /**
   * The ARN of the version.
   * @attribute
   */
  public get imageVersionArn(): string {
    return this.resource.ref;
  }

  /**
   * The ARN of the image that the version belongs to.
   * @attribute
   */
  public get imageArn(): string {
    return this.resource.attrImageArn;
  }

  /**
   * The number of the version, 1 or more, which SageMaker assigns during deployment.
   *
   * It is a token until then. Do not make a string of it: use `versionAsString`.
   * @attribute
   */
  public get version(): number {
    return this.resource.attrVersion;
  }

  /**
   * The URI of the container image that SageMaker runs for this version.
   * @attribute
   */
  public get containerImage(): string {
    return this.resource.attrContainerImage;
  }

  /**
   * Sets the removal policy of the version, which applies when the version is removed from the stack.
   *
   * It does not apply to a version that is replaced, which is always kept.
   *
   * Throws if `policy` is `SNAPSHOT`, which is not supported.
   *
   * @param policy the removal policy
   */
  public applyRemovalPolicy(policy: RemovalPolicy): void {
    validateRemovalPolicy(this, policy);
    this.isRemovalPolicyGiven = true;
    this.resource.applyRemovalPolicy(policy);
  }

  /**
   * Retains the version when it is removed from the stack, unless the app sets a removal policy.
   * @internal
   */
  public _retainByDefault(): void {
    if (!this.isRemovalPolicyGiven) {
      // Not RETAIN: a version of a deployment that fails would keep its alias, which the next deployment could not use.
      this.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    }
  }
}

/** An imported image version. */
class ImportedImageVersion extends ImageVersionBase {
  public readonly imageArn: string;

  constructor(
    scope: Construct, id: string, props: ResourceProps,
    public readonly imageVersionArn: string,
    public readonly imageName: string,
    public readonly version: number,
  ) {
    super(scope, id, props);
    this.imageArn = formatArn(this, { service: 'sagemaker', ...this.env, resource: 'image', resourceName: lowerCase(imageName) });
  }
}

/** `alias` and `aliases` are one list in SageMaker. */
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
