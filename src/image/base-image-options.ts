import type { aws_ecr as ecr, aws_ecr_assets as assets, IgnoreMode, SymlinkFollowMode } from 'aws-cdk-lib';

/**
 * Options for a base image that is built from a Dockerfile.
 *
 * They are the options of `DockerImageAsset` in the oldest aws-cdk-lib that this library supports, except for the default
 * of `platform`. For newer options, pass an asset to `BaseImage.fromDockerImageAsset()`. A change of anything that is part
 * of the hash of the asset creates a new image version and keeps the old one.
 *
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ecr_assets.DockerImageAssetOptions.html
 */
export interface BaseImageAssetOptions {
  /**
   * The path of the Dockerfile, relative to the directory.
   *
   * A change creates a new image version.
   *
   * @default 'Dockerfile'
   */
  readonly file?: string;

  /**
   * The stage of the Dockerfile to build.
   *
   * A change creates a new image version.
   *
   * @default - the last stage
   */
  readonly target?: string;

  /**
   * The platform to build for.
   *
   * SageMaker Studio runs on linux/amd64. An image for another platform does not start there. A change creates a new image
   * version.
   *
   * @default Platform.LINUX_AMD64
   */
  readonly platform?: assets.Platform;

  /**
   * Build arguments.
   *
   * Names and values must not be tokens, because they are needed before the deployment starts. A change creates a new image
   * version.
   *
   * @default - no build arguments
   */
  readonly buildArgs?: { [name: string]: string };

  /**
   * Build secrets, as a map of their names to sources made by `DockerBuildSecret`.
   *
   * Build secrets require BuildKit. A change of a name or source creates a new image version. A change of the secret itself
   * does not.
   *
   * @default - no build secrets
   */
  readonly buildSecrets?: { [name: string]: string };

  /**
   * The socket or the keys of the SSH agent to pass to the build.
   *
   * SSH requires BuildKit. A change creates a new image version.
   *
   * @default - no SSH agent
   */
  readonly buildSsh?: string;

  /**
   * The networking mode of the `RUN` commands during the build.
   *
   * A change creates a new image version.
   *
   * @default - the default of the build tool
   */
  readonly networkMode?: assets.NetworkMode;

  /**
   * Outputs of the build.
   *
   * A change creates a new image version.
   *
   * @default - the container image only
   */
  readonly outputs?: string[];

  /**
   * Caches that the build reads from.
   *
   * A change has no effect on deployed resources.
   *
   * @default - the cache of the build tool
   */
  readonly cacheFrom?: assets.DockerCacheOption[];

  /**
   * The cache that the build writes to.
   *
   * A change has no effect on deployed resources.
   *
   * @default - the cache of the build tool
   */
  readonly cacheTo?: assets.DockerCacheOption;

  /**
   * Whether to build without a cache.
   *
   * A change has no effect on deployed resources.
   *
   * @default false
   */
  readonly cacheDisabled?: boolean;

  /**
   * Patterns of files to exclude from the directory.
   *
   * A change that excludes or includes a file creates a new image version.
   *
   * @default - the patterns in the `.dockerignore` file of the directory
   */
  readonly exclude?: string[];

  /**
   * The syntax of the patterns in `exclude` and in the `.dockerignore` file.
   *
   * A change creates a new image version.
   *
   * @default IgnoreMode.DOCKER
   */
  readonly ignoreMode?: IgnoreMode;

  /**
   * How to follow symbolic links in the directory.
   *
   * A change creates a new image version.
   *
   * @default SymlinkFollowMode.EXTERNAL
   */
  readonly followSymlinks?: SymlinkFollowMode;

  /**
   * Any string to include in the hash of the asset.
   *
   * A change creates a new image version, even if no file changes.
   *
   * @default - the hash covers the files and these options
   */
  readonly extraHash?: string;

  /**
   * The options to include in the hash of the asset.
   *
   * A change of an included option creates a new image version. A change of an excluded option does not.
   *
   * @default - all options that have an effect on the container image
   */
  readonly invalidation?: assets.DockerImageAssetInvalidationOptions;

  /**
   * A name for the asset that stays the same when the asset changes.
   *
   * `AppScopedStagingSynthesizer` requires it and names the repository after it, so a change creates a new image version
   * there. With other synthesizers, a change has no effect on deployed resources.
   *
   * @default - no name
   */
  readonly assetName?: string;

  /**
   * The name of the asset in the output of the CDK.
   *
   * A change has no effect on deployed resources.
   *
   * @default - the asset name, or the path of the construct in its stack
   */
  readonly displayName?: string;
}

/**
 * Options for a base image in an ECR repository that is given by its tag.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
 */
export interface BaseImageEcrOptions {
  /**
   * Whether each deployment resolves the tag to its digest.
   *
   * If the tag has moved, the deployment creates a new image version from the container image that has the tag now, and keeps the old
   * one. If it has not, nothing changes. A rollback restores the digest of the former deployment, even if the tag has moved again.
   *
   * It needs a custom resource, whose function reads the repository. A change from false to true creates a new image version, because
   * the digest replaces the tag in the URI.
   *
   * @default false: SageMaker resolves the tag once, when it creates the version
   */
  readonly followTag?: boolean;

  /**
   * A string whose change makes the next deployment resolve the tag again, 1 to 1024 characters.
   *
   * For example, the number of a release. Only with `followTag`. A change to the former value restores the former digest.
   *
   * @default Refresh.everyDeployment(): the template differs in each synth, so that each deployment resolves the tag
   */
  readonly refresh?: string;

  /**
   * The platform that `preflight` expects.
   *
   * SageMaker Studio runs on linux/amd64. A change checks the container image again. The image version stays the same.
   *
   * @default Platform.LINUX_AMD64
   */
  readonly platform?: assets.Platform;
}

/**
 * Options for a base image that is given by its URI.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-imageversion.html#cfn-sagemaker-imageversion-baseimage
 */
export interface BaseImageUriOptions {
  /**
   * The repository that holds the container image.
   *
   * The role of the SageMaker image is granted the permission to pull from it. A change replaces the policy statement with
   * that permission. The image version stays the same.
   *
   * @default - derived from the URI if it is known at synth. Otherwise, nothing is granted, and a warning is added.
   */
  readonly repository?: ecr.IRepositoryRef;

  /**
   * The platform that `preflight` expects.
   *
   * SageMaker Studio runs on linux/amd64. A change checks the container image again. The image version stays the same.
   *
   * @default Platform.LINUX_AMD64
   */
  readonly platform?: assets.Platform;
}
