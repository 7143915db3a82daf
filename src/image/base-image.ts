import { aws_ecr as ecr, aws_ecr_assets as assets } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { BaseImageAssetOptions, BaseImageUriOptions } from './base-image-options';
import { repositoryImageUri, repositoryKeyArn } from './private/ecr-repository';
import { checkArchive, checkDirectory, checkRepository } from './private/validate-base-image';
import { Problems } from '../private/problems';

/**
 * What a `BaseImage` contributes to the image version that uses it.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-imageversion.html#cfn-sagemaker-imageversion-baseimage
 */
export interface BaseImageConfig {
  /**
   * URI of the container image, 1 to 255 characters:
   * `<account>.dkr.ecr.<region>.amazonaws.com/<repository>[:<tag>|@<digest>]`. A change **replaces** the version, and the
   * old one is kept.
   */
  readonly imageUri: string;

  /**
   * The repository that holds the container image. The role of the SageMaker image is allowed to pull from it. A change
   * changes that permission; the version stays.
   *
   * @default - derived from the URI where the URI is known at synth; otherwise nothing is granted, and a warning says so
   */
  readonly repository?: ecr.IRepositoryRef;

  /**
   * ARN of the customer managed KMS key that encrypts the repository. The role may then decrypt with it,
   * through ECR only. A change changes that permission; the version stays.
   *
   * @default - no key
   */
  readonly encryptionKeyArn?: string;

  /**
   * The tag in `imageUri`, where the URI itself is a token: 1 to 128 letters, digits, `_`, `-` and `.`, not starting with
   * `-` or `.`. It is checked, and a change of it alone has no effect on what is deployed.
   *
   * @default - read from the URI
   */
  readonly tag?: string;

  /**
   * The digest in `imageUri`, where the URI itself is a token: `sha256:` and 64 hexadecimal digits. It is checked, and a
   * change of it alone has no effect on what is deployed.
   *
   * @default - read from the URI
   */
  readonly digest?: string;

  /**
   * Whether the URI changes by itself when the sources of the container image change, as it does for an asset. A fixed
   * alias then gets a warning; nothing that is deployed depends on it.
   *
   * @default false
   */
  readonly builtFromSource?: boolean;
}

/**
 * Where the container image of an image version comes from.
 *
 * A change of the container image gives a new image version; the old one is kept.
 *
 * @subclassable
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-imageversion.html#cfn-sagemaker-imageversion-baseimage
 * @example
 * image.addVersion('Built', { baseImage: BaseImage.fromAsset('docker/torch') });
 * image.addVersion('Pushed', { baseImage: BaseImage.fromEcrRepository(repository, '2.4.1') });
 */
export abstract class BaseImage {
  /**
   * Builds a Dockerfile and pushes the result to the asset repository of the stack.
   *
   * Every change of a file in the directory gives a new image version at the next deployment.
   *
   * The platform is linux/amd64, which is what SageMaker Studio instances run, also when the machine that builds is
   * not: pass `platform` to change it.
   *
   * @param directory directory with the Dockerfile
   * @param options how to build it
   * @returns a base image
   * @throws when a version uses it: if the directory or its Dockerfile does not exist, or an option that is needed before
   * the deployment is a token
   */
  public static fromAsset(directory: string, options: BaseImageAssetOptions = {}): BaseImage {
    return new BuiltBaseImage((problems) => checkDirectory(problems, directory, options.file),
      (scope) => new assets.DockerImageAsset(scope, 'BaseImage', {
        ...options,
        platform: options.platform ?? assets.Platform.LINUX_AMD64,
        directory,
      }));
  }

  /**
   * Loads a container image from a tar archive (the output of `docker save`) and pushes it to the asset repository of
   * the stack.
   *
   * @param tarballFile path of the archive
   * @returns a base image
   * @throws when a version uses it: if the archive does not exist or is a directory
   */
  public static fromTarball(tarballFile: string): BaseImage {
    return new BuiltBaseImage((problems) => checkArchive(problems, tarballFile),
      (scope) => new assets.TarballImageAsset(scope, 'BaseImage', { tarballFile }));
  }

  /**
   * Uses a container image asset that is defined elsewhere in the app.
   *
   * @param asset built for linux/amd64, which is what SageMaker Studio instances run
   * @returns a base image
   * @throws when a version uses it: if the asset is known to be in another Region
   */
  public static fromDockerImageAsset(asset: assets.DockerImageAsset): BaseImage {
    return new AssetBaseImage(asset);
  }

  /**
   * Uses a tag in an ECR repository.
   *
   * SageMaker resolves the tag once, when it creates the version: pushing the same tag again makes no new version,
   * because the template does not change. Prefer a tag that is never used again, or `fromEcrRepositoryDigest`.
   *
   * @param repository the repository, in the Region of the stack
   * @param tag 1 to 128 letters, digits, `_`, `-` and `.`, not starting with `-` or `.`; without one, `latest` is used
   * and a warning is given
   * @returns a base image
   * @throws when a version uses it: if this can be no tag, or the repository is known to be in another Region
   */
  public static fromEcrRepository(repository: ecr.IRepositoryRef, tag?: string): BaseImage {
    return new EcrBaseImage(repository, 'tag', tag ?? 'latest');
  }

  /**
   * Uses exactly one container image in an ECR repository.
   *
   * @param repository the repository, in the Region of the stack
   * @param digest `sha256:` and 64 hexadecimal digits
   * @returns a base image
   * @throws when a version uses it: if this can be no digest, or the repository is known to be in another Region
   */
  public static fromEcrRepositoryDigest(repository: ecr.IRepositoryRef, digest: string): BaseImage {
    return new EcrBaseImage(repository, 'digest', digest);
  }

  /**
   * Uses the URI of a container image in ECR.
   *
   * @param uri `<account>.dkr.ecr.<region>.amazonaws.com/<repository>[:<tag>|@<digest>]`, in the Region of the stack
   * @param options what the URI does not say
   * @returns a base image
   * @throws when a version uses it: if this is known to be no container image in ECR, has more than 255 characters, or is
   * in another Region
   */
  public static fromUri(uri: string, options: BaseImageUriOptions = {}): BaseImage {
    return new UriBaseImage(uri, options.repository);
  }

  /**
   * Called by the image version that uses this base image, once.
   *
   * @param scope the image version, under which constructs can be made
   * @returns what the version needs to know
   * @throws if there is no container image to be had, because its sources do not exist for example
   */
  public abstract bind(scope: Construct): BaseImageConfig;

  /**
   * Adds what `bind` would fail for, and returns whether there is nothing.
   * @internal
   */
  public _check(_problems: Problems): boolean {
    return true;
  }

  /**
   * What `bind` returns, if that needs no construct.
   * @internal
   */
  public _bindEarly(): BaseImageConfig | undefined {
    return undefined;
  }
}

/** A container image that the CDK builds or loads, and pushes. */
class BuiltBaseImage extends BaseImage {
  constructor(private readonly check: (problems: Problems) => boolean, private readonly build: (scope: Construct) => BuiltAsset) {
    super();
  }

  public _check(problems: Problems): boolean {
    return this.check(problems);
  }

  public bind(scope: Construct): BaseImageConfig {
    return configOf(this.build(scope));
  }
}

/** A container image that the app makes elsewhere. */
class AssetBaseImage extends BaseImage {
  constructor(private readonly asset: BuiltAsset) {
    super();
  }

  public _check(problems: Problems): boolean {
    return problems.instance('the asset of baseImage', this.asset, 'imageUri', 'give a DockerImageAsset');
  }

  public bind(): BaseImageConfig {
    return configOf(this.asset);
  }

  public _bindEarly(): BaseImageConfig {
    return this.bind();
  }
}

type BuiltAsset = assets.DockerImageAsset | assets.TarballImageAsset;

function configOf({ imageUri, repository, assetHash }: BuiltAsset): BaseImageConfig {
  return { imageUri, repository, tag: assetHash, builtFromSource: true };
}

/** A container image in a repository. */
class EcrBaseImage extends BaseImage {
  constructor(private readonly repository: ecr.IRepositoryRef, private readonly which: 'tag' | 'digest', private readonly value: string) {
    super();
  }

  public _check(problems: Problems): boolean {
    const hasRepository = checkRepository(problems, this.repository);
    const name = `the ${this.which} of baseImage`;
    const remedy = this.which === 'tag' ? "give a tag such as '2.4.1'" : "give 'sha256:' and 64 hexadecimal digits";
    const hasValue = problems.text(name, this.value, remedy);
    return hasRepository && hasValue;
  }

  public bind(): BaseImageConfig {
    return {
      imageUri: repositoryImageUri(this.repository, `${this.which === 'tag' ? ':' : '@'}${this.value}`),
      repository: this.repository,
      encryptionKeyArn: repositoryKeyArn(this.repository),
      [this.which]: this.value,
    };
  }

  public _bindEarly(): BaseImageConfig {
    return this.bind();
  }
}

/** A container image by its URI. */
class UriBaseImage extends BaseImage {
  constructor(private readonly uri: string, private readonly repository?: ecr.IRepositoryRef) {
    super();
  }

  public _check(problems: Problems): boolean {
    return this.repository === undefined || checkRepository(problems, this.repository);
  }

  public bind(): BaseImageConfig {
    return {
      imageUri: this.uri,
      repository: this.repository,
      encryptionKeyArn: this.repository && repositoryKeyArn(this.repository),
    };
  }

  public _bindEarly(): BaseImageConfig {
    return this.bind();
  }
}
