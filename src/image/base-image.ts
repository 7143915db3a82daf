import { aws_ecr as ecr, aws_ecr_assets as assets } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { BaseImageAssetOptions, BaseImageEcrOptions, BaseImageUriOptions } from './base-image-options';
import { repositoryImageUri, repositoryKeyArn } from './private/ecr-repository';
import { checkArchive, checkDirectory, checkRepository } from './private/validate-base-image';
import { platformOf, warnOfPlatform } from './private/warn-platform';
import { noAssetsProblem } from '../private/no-assets';
import { Problems } from '../private/problems';

/**
 * The result of binding a `BaseImage` to the image version that uses it.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-imageversion.html#cfn-sagemaker-imageversion-baseimage
 */
export interface BaseImageConfig {
  /**
   * The URI of the container image in ECR.
   *
   * 1 to 255 characters: `<account>.dkr.ecr.<region>.amazonaws.com/<repository>[:<tag>|@<digest>]`. A change **replaces** the
   * version and keeps the old one.
   */
  readonly imageUri: string;

  /**
   * The repository that holds the container image.
   *
   * The role of the SageMaker image is granted the permission to pull from it. A change updates that permission. The version
   * stays the same.
   *
   * @default - derived from the URI if it is known at synth. Otherwise, nothing is granted, and a warning is added.
   */
  readonly repository?: ecr.IRepositoryRef;

  /**
   * The ARN of the customer managed KMS key that encrypts the repository.
   *
   * The role is granted the permission to decrypt with it, through ECR only. A change updates that permission. The version
   * stays the same.
   *
   * @default - no key
   */
  readonly encryptionKeyArn?: string;

  /**
   * The tag in `imageUri`, for a URI that is a token.
   *
   * 1 to 128 letters, digits, `_`, `-` and `.`, not starting with `-` or `.`. The tag is only validated. A change of the tag
   * alone has no effect on deployed resources.
   *
   * @default - read from the URI
   */
  readonly tag?: string;

  /**
   * The digest in `imageUri`, for a URI that is a token.
   *
   * `sha256:` and 64 hexadecimal digits. The digest is only validated. A change of the digest alone has no effect on deployed
   * resources.
   *
   * @default - read from the URI
   */
  readonly digest?: string;

  /**
   * Whether the URI changes when the sources of the container image change, as it does for an asset.
   *
   * If true, a warning is added for a version with a fixed alias. A change has no effect on deployed resources.
   *
   * @default false
   */
  readonly builtFromSource?: boolean;

  /**
   * Whether each deployment resolves the tag in `imageUri` to its digest.
   *
   * If the tag has moved, the version is replaced and the old one is kept. A change of this option from false to true **replaces** the
   * version too.
   *
   * @default false
   */
  readonly followTag?: boolean;

  /**
   * A string whose change makes the next deployment resolve the tag again, 1 to 1024 characters.
   *
   * Only with `followTag`.
   *
   * @default - every deployment resolves the tag
   */
  readonly refresh?: string;

  /**
   * The platform that `preflight` expects, for example `linux/arm64`.
   *
   * A change checks the container image again. The version stays the same.
   *
   * @default 'linux/amd64'
   */
  readonly platform?: string;
}

/**
 * The source of the container image of an image version.
 *
 * A change of the container image creates a new image version and keeps the old one.
 *
 * @subclassable
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-imageversion.html#cfn-sagemaker-imageversion-baseimage
 * @example
 * image.addVersion('Built', { baseImage: BaseImage.fromAsset('docker/torch') });
 * image.addVersion('Pushed', { baseImage: BaseImage.fromEcrRepository(repository, '2.4.1') });
 */
export abstract class BaseImage {
  /**
   * Builds a container image from a Dockerfile and pushes it to the asset repository of the stack.
   *
   * Each change of a file in the directory creates a new image version in the next deployment.
   *
   * The platform is linux/amd64, which SageMaker Studio instances run, even if the machine that builds the image has another
   * platform. Pass `platform` to change it, which adds a warning.
   *
   * Throws when an image version uses the base image, if the directory or its Dockerfile does not exist, or if an option that
   * is needed before the deployment is a token.
   *
   * @param directory the directory with the Dockerfile
   * @param options options of the build
   * @returns a base image
   */
  public static fromAsset(directory: string, options: BaseImageAssetOptions = {}): BaseImage {
    return new BuiltBaseImage((problems) => problems.object(...optionsOf(options)) && checkDirectory(problems, directory, options.file),
      (scope) => new assets.DockerImageAsset(scope, 'BaseImage', {
        ...options,
        platform: options.platform ?? assets.Platform.LINUX_AMD64,
        directory,
      }));
  }

  /**
   * Loads a container image from a tar archive and pushes it to the asset repository of the stack.
   *
   * The archive is the output of `docker save`.
   *
   * Throws when an image version uses the base image, if the archive does not exist or is a directory.
   *
   * @param tarballFile the path of the archive
   * @returns a base image
   */
  public static fromTarball(tarballFile: string): BaseImage {
    return new BuiltBaseImage((problems) => checkArchive(problems, tarballFile),
      (scope) => new assets.TarballImageAsset(scope, 'BaseImage', { tarballFile }));
  }

  /**
   * Uses a container image asset that is defined elsewhere in the app.
   *
   * A warning is added if its platform is not linux/amd64, or if it has none and the machine has another platform.
   *
   * Throws when an image version uses the base image, if the asset is known to be in another Region.
   *
   * @param asset the asset, built for linux/amd64, which SageMaker Studio instances run
   * @returns a base image
   */
  public static fromDockerImageAsset(asset: assets.DockerImageAsset): BaseImage {
    return new AssetBaseImage(asset);
  }

  /**
   * Uses the container image with a tag in an ECR repository.
   *
   * SageMaker resolves the tag once, when it creates the version. Pushing the same tag again does not create a new version,
   * because the template does not change. Prefer a tag that is never used again, `fromEcrRepositoryDigest`, or `followTag`, which
   * makes each deployment resolve the tag.
   *
   * A warning is added if the tag has no digit, as `main` or `nightly`, or contains the word `latest`, since it is probably pushed
   * again. There is none for a tag with a digit, a token, or a repository of the app with immutable tags. Without a tag, `latest`
   * is used. Another warning is added if a lifecycle rule of a repository of the app can remove the container image.
   *
   * Throws when an image version uses the base image, if the tag or an option is not valid, if the repository is known to be in
   * another Region, or if the tag is followed and the stack accepts no assets, which the function needs.
   *
   * @param repository the repository, in the Region of the stack
   * @param tag the tag, 1 to 128 letters, digits, `_`, `-` and `.`, not starting with `-` or `.`
   * @param options whether and when to follow the tag, and the platform
   * @returns a base image
   */
  public static fromEcrRepository(repository: ecr.IRepositoryRef, tag?: string, options: BaseImageEcrOptions = {}): BaseImage {
    return new EcrBaseImage(repository, 'tag', tag ?? 'latest', options);
  }

  /**
   * Uses the container image with a digest in an ECR repository.
   *
   * Throws when an image version uses the base image, if the digest is not valid, or if the repository is known to be in
   * another Region.
   *
   * @param repository the repository, in the Region of the stack
   * @param digest the digest, `sha256:` and 64 hexadecimal digits
   * @returns a base image
   */
  public static fromEcrRepositoryDigest(repository: ecr.IRepositoryRef, digest: string): BaseImage {
    return new EcrBaseImage(repository, 'digest', digest, {});
  }

  /**
   * Uses a container image in ECR by its URI.
   *
   * A warning is added for a tag that is probably pushed again, as for `fromEcrRepository`, and for a URI without a tag.
   *
   * Throws when an image version uses the base image, if the URI is known and is not the URI of a container image in ECR, has
   * more than 255 characters, or is in another Region.
   *
   * @param uri the URI, `<account>.dkr.ecr.<region>.amazonaws.com/<repository>[:<tag>|@<digest>]`, in the Region of the stack
   * @param options options that the URI does not contain
   * @returns a base image
   */
  public static fromUri(uri: string, options: BaseImageUriOptions = {}): BaseImage {
    return new UriBaseImage(uri, options);
  }

  /**
   * Binds this base image to the image version that uses it.
   *
   * Each image version that uses the base image calls this method once.
   *
   * Throws if the container image cannot be provided, for example because its sources do not exist. The image version reports
   * the error together with all other problems.
   *
   * @param scope the image version, as the scope for further constructs
   * @returns the configuration of the base image
   */
  public abstract bind(scope: Construct): BaseImageConfig;
}

/** A container image that the CDK builds or loads, and pushes. */
class BuiltBaseImage extends BaseImage {
  constructor(private readonly check: (problems: Problems) => void, private readonly build: (scope: Construct) => BuiltAsset) {
    super();
  }

  public bind(scope: Construct): BaseImageConfig {
    checked(scope, this.check);
    try {
      return configOf(scope, this.build(scope));
    } catch (error) {
      const { message } = error as Error;
      // All synthesizers that accept none say so. Other errors are about the options.
      checked(scope, (problems) => /\bassets\b/i.test(message) && problems.add(noAssetsProblem(
        scope, 'the container image of baseImage is an asset', message, 'push the container image to ECR and use BaseImage.fromEcrRepository')));
      throw error;
    }
  }
}

/** A container image that is built elsewhere in the app. */
class AssetBaseImage extends BaseImage {
  constructor(private readonly asset: BuiltAsset) {
    super();
  }

  public bind(scope: Construct): BaseImageConfig {
    checked(scope, (problems) => problems.instance('the asset of baseImage', this.asset, 'imageUri', 'a DockerImageAsset'));
    return configOf(scope, this.asset);
  }
}

type BuiltAsset = assets.DockerImageAsset | assets.TarballImageAsset;

function configOf(scope: Construct, asset: BuiltAsset): BaseImageConfig {
  warnOfPlatform(scope, asset);
  const { imageUri, repository, assetHash } = asset;
  return { imageUri, repository, tag: assetHash, builtFromSource: true, platform: platformOf(asset) };
}

/** A container image in a repository. */
class EcrBaseImage extends BaseImage {
  constructor(
    private readonly repository: ecr.IRepositoryRef,
    private readonly which: 'tag' | 'digest',
    private readonly value: string,
    private readonly options: BaseImageEcrOptions,
  ) {
    super();
  }

  public bind(scope: Construct): BaseImageConfig {
    checked(scope, (problems) => {
      if (problems.object(...optionsOf(this.options))) {
        checkPlatform(problems, this.options.platform);
      }
      checkRepository(problems, this.repository);
      problems.string(`the ${this.which} of baseImage`, this.value,
        this.which === 'tag' ? "give a tag such as '2.4.1'" : "give 'sha256:' and 64 hexadecimal digits");
    });
    return {
      imageUri: repositoryImageUri(this.repository, `${this.which === 'tag' ? ':' : '@'}${this.value}`),
      repository: this.repository,
      encryptionKeyArn: repositoryKeyArn(this.repository),
      [this.which]: this.value,
      followTag: this.options.followTag,
      refresh: this.options.refresh,
      platform: this.options.platform?.platform,
    };
  }
}

/** A container image by its URI. */
class UriBaseImage extends BaseImage {
  constructor(private readonly uri: string, private readonly options: BaseImageUriOptions) {
    super();
  }

  public bind(scope: Construct): BaseImageConfig {
    const { options } = this;
    checked(scope, (problems) => {
      if (problems.object(...optionsOf(options))) {
        checkPlatform(problems, options.platform);
        if (options.repository !== undefined) {
          checkRepository(problems, options.repository);
        }
      }
    });
    const { repository, platform } = options;
    return { imageUri: this.uri, repository, encryptionKeyArn: repository && repositoryKeyArn(repository), platform: platform?.platform };
  }
}

/** Checks an optional platform. The string in it is checked together with the rest of the base image. */
function checkPlatform(problems: Problems, platform: assets.Platform | undefined): void {
  if (platform !== undefined) {
    problems.instance('the platform of baseImage', platform, 'platform', 'a Platform, for example Platform.LINUX_AMD64');
  }
}

/** The options of a base image, for a check. */
function optionsOf(options: object): [name: string, options: object, remedy: string] {
  return ['the options of baseImage', options, 'give an object or leave them out'];
}

/** Throws one error with all problems, which the image version reports together with its own. */
function checked(scope: Construct, check: (problems: Problems) => void): void {
  const problems = new Problems();
  check(problems);
  problems.throwIfAny(scope);
}
