import { aws_ecr as ecr, aws_ecr_assets as assets, IgnoreMode, SymlinkFollowMode } from 'aws-cdk-lib';

/**
 * Options for a base image that is built from a Dockerfile.
 *
 * They are those of a `DockerImageAsset` of the lowest aws-cdk-lib that works with this library, but for the default of the
 * platform. For what came later, give such an asset to `BaseImage.fromDockerImageAsset()`. What is part of the hash of the
 * asset makes a new image version when it changes; the old version is kept.
 *
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ecr_assets.DockerImageAssetOptions.html
 */
export interface BaseImageAssetOptions {
  /**
   * Path of the Dockerfile, relative to the directory. A change makes a new image version.
   *
   * @default 'Dockerfile'
   */
  readonly file?: string;

  /**
   * The stage of the Dockerfile to build. A change makes a new image version.
   *
   * @default - the last stage
   */
  readonly target?: string;

  /**
   * The platform to build for. A change makes a new image version.
   *
   * SageMaker Studio runs linux/amd64, so that an image for another platform does not start there.
   *
   * @default Platform.LINUX_AMD64
   */
  readonly platform?: assets.Platform;

  /**
   * Build arguments. A change makes a new image version.
   *
   * They are needed before the deployment starts, so that neither names nor values can be tokens.
   *
   * @default - no build arguments
   */
  readonly buildArgs?: { [name: string]: string };

  /**
   * Build secrets, which need BuildKit: name, and where it comes from as `DockerBuildSecret` says it. A change of
   * that makes a new image version, a change of the secret itself does not.
   *
   * @default - no build secrets
   */
  readonly buildSecrets?: { [name: string]: string };

  /**
   * Socket or keys of the SSH agent for the build, which need BuildKit. A change makes a new image version.
   *
   * @default - no SSH agent
   */
  readonly buildSsh?: string;

  /**
   * Network of the `RUN` commands of the build. A change makes a new image version.
   *
   * @default - that of the program that builds
   */
  readonly networkMode?: assets.NetworkMode;

  /**
   * Outputs of the build. A change makes a new image version.
   *
   * @default - the container image alone
   */
  readonly outputs?: string[];

  /**
   * Caches that the build reads from. A change has no effect on what is deployed.
   *
   * @default - the cache of the program that builds
   */
  readonly cacheFrom?: assets.DockerCacheOption[];

  /**
   * Cache that the build writes to. A change has no effect on what is deployed.
   *
   * @default - the cache of the program that builds
   */
  readonly cacheTo?: assets.DockerCacheOption;

  /**
   * Whether the build does without a cache. A change has no effect on what is deployed.
   *
   * @default false
   */
  readonly cacheDisabled?: boolean;

  /**
   * Patterns of files that are left out of the directory. A change that leaves out or takes in a file makes a new image
   * version.
   *
   * @default - what the `.dockerignore` file of the directory says
   */
  readonly exclude?: string[];

  /**
   * How the patterns of `exclude` and of the `.dockerignore` file are read. A change makes a new image version.
   *
   * @default IgnoreMode.DOCKER
   */
  readonly ignoreMode?: IgnoreMode;

  /**
   * What becomes of symbolic links in the directory. A change makes a new image version.
   *
   * @default SymlinkFollowMode.EXTERNAL
   */
  readonly followSymlinks?: SymlinkFollowMode;

  /**
   * Any text that becomes part of the hash of the asset. A change makes a new image version, even if no file changes.
   *
   * @default - the hash is made of the files and of these options
   */
  readonly extraHash?: string;

  /**
   * Which of these options are part of the hash of the asset. A change of an option that is not makes no new image
   * version; a change of what is part of it does.
   *
   * @default - all that have an effect on the container image
   */
  readonly invalidation?: assets.DockerImageAssetInvalidationOptions;

  /**
   * Name of the asset over all its changes. `AppScopedStagingSynthesizer` requires it and names the repository by it, so
   * that a change makes a new image version there; with other synthesizers it has no effect on what is deployed.
   *
   * @default - no name
   */
  readonly assetName?: string;

  /**
   * How the CDK calls the asset in what it prints. A change has no effect on what is deployed.
   *
   * @default - the asset name, or the path of the construct in its stack
   */
  readonly displayName?: string;
}

/**
 * Options for a base image that is given by its URI.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-imageversion.html#cfn-sagemaker-imageversion-baseimage
 */
export interface BaseImageUriOptions {
  /**
   * The repository that holds the container image. The role of the SageMaker image is allowed to pull from it.
   *
   * A change replaces the statement that allows it; the image version stays.
   *
   * @default - derived from the URI where it is known at synth; otherwise nothing is granted, and a warning says so
   */
  readonly repository?: ecr.IRepositoryRef;
}
