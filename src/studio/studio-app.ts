import { type aws_sagemaker as sagemaker, Token } from 'aws-cdk-lib';
import { checkContainer, checkKernel } from './private/validate-app-image-config';
import type { Problems } from '../private/problems';

/**
 * The kind of SageMaker Studio app that a container image runs as.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UserSettings.html
 */
export enum StudioAppType {
  /** JupyterLab in SageMaker Studio. */
  JUPYTER_LAB = 'JupyterLab',
  /** Code Editor in SageMaker Studio. */
  CODE_EDITOR = 'CodeEditor',
  /** A Jupyter kernel in SageMaker Studio Classic. */
  KERNEL_GATEWAY = 'KernelGateway',
  /** An RStudio session. */
  R_SESSION = 'RSession',
}

/**
 * Options for a container that runs as JupyterLab or Code Editor.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-sagemaker-appimageconfig-containerconfig.html
 */
export interface StudioContainerOptions {
  /**
   * The arguments of the container, at most 50, each with 1 to 64 characters.
   *
   * A change updates the configuration in place. A warning is added for a port other than 8888, and for a base URL other than
   * `/jupyterlab/default` or `/codeeditor/default`, since Studio does not find such a server.
   *
   * @default - the arguments of the container image
   */
  readonly containerArguments?: string[];

  /**
   * The entry point of the container, at most one entry with 1 to 256 characters: an executable file, without arguments.
   *
   * A change updates the configuration in place. A warning is added if it contains blanks, since arguments belong in
   * `containerArguments`.
   *
   * @default - the entry point of the container image
   */
  readonly containerEntrypoint?: string[];

  /**
   * The environment variables of the container, at most 25, with names and values of 1 to 256 characters.
   *
   * Do not use them for secrets: everybody who has the permission to describe the configuration can read them. A change updates
   * the configuration in place. A warning is added for variables that Studio sets itself, such as `AWS_REGION` and
   * `SAGEMAKER_APP_TYPE`.
   *
   * @default - the environment variables of the container image
   */
  readonly containerEnvironmentVariables?: { [name: string]: string };
}

/**
 * Options for a container image that runs as a Jupyter kernel.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-sagemaker-appimageconfig-kernelgatewayimageconfig.html
 */
export interface StudioKernelOptions {
  /**
   * The name of the kernel in the container image, 1 to 1024 characters.
   *
   * The command `jupyter kernelspec list` prints it in the container. A change updates the configuration in place.
   */
  readonly kernelName: string;

  /**
   * The name of the kernel that Studio shows to its users, 1 to 1024 characters.
   *
   * A change updates the configuration in place.
   *
   * @default - the name of the kernel
   */
  readonly kernelDisplayName?: string;

  /**
   * The path at which the home directory of the user is mounted in the container.
   *
   * The path of an empty directory, 1 to 1024 characters, starting with `/`. A change updates the configuration in place.
   *
   * @default - /home/sagemaker-user, set by SageMaker
   */
  readonly mountPath?: string;

  /**
   * The id of the POSIX user of the container.
   *
   * SageMaker supports user 0 with group 0, and user 1000 with group 100. A change updates the configuration in place.
   *
   * @default - 1000, set by SageMaker
   */
  readonly defaultUid?: number;

  /**
   * The id of the POSIX group of the container.
   *
   * SageMaker supports user 0 with group 0, and user 1000 with group 100. A change updates the configuration in place.
   *
   * @default - 100, set by SageMaker
   */
  readonly defaultGid?: number;
}

/**
 * The SageMaker Studio app that a container image runs as, with its options.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-appimageconfig.html
 * @example
 * new AppImageConfig(this, 'Lab', { app: StudioApp.jupyterLab() });
 * new AppImageConfig(this, 'Kernel', {
 *   app: StudioApp.kernelGateway({ kernelName: 'python3', mountPath: '/root', defaultUid: 0, defaultGid: 0 }),
 * });
 */
export class StudioApp {
  /**
   * Runs the container image as JupyterLab.
   *
   * Throws one error with all problems in `options` when a configuration uses the app.
   *
   * @param options options of the container
   * @returns a value for `app`
   */
  public static jupyterLab(options: StudioContainerOptions = {}): StudioApp {
    return new StudioApp(
      StudioAppType.JUPYTER_LAB,
      (problems) => checkContainer(problems, options),
      () => ({ jupyterLabAppImageConfig: renderContainer(options) }),
    );
  }

  /**
   * Runs the container image as Code Editor.
   *
   * Throws one error with all problems in `options` when a configuration uses the app.
   *
   * @param options options of the container
   * @returns a value for `app`
   */
  public static codeEditor(options: StudioContainerOptions = {}): StudioApp {
    return new StudioApp(
      StudioAppType.CODE_EDITOR,
      (problems) => checkContainer(problems, options),
      () => ({ codeEditorAppImageConfig: renderContainer(options) }),
    );
  }

  /**
   * Runs the container image as a Jupyter kernel in Studio Classic.
   *
   * Throws one error with all problems in `options` when a configuration uses the app.
   *
   * @param options options of the kernel and its file system
   * @returns a value for `app`
   */
  public static kernelGateway(options: StudioKernelOptions): StudioApp {
    return new StudioApp(
      StudioAppType.KERNEL_GATEWAY,
      (problems) => checkKernel(problems, options),
      () => ({ kernelGatewayImageConfig: renderKernel(options) }),
      typeof options?.kernelName === 'string' && !Token.isUnresolved(options.kernelName) ? options.kernelName : undefined,
    );
  }

  /**
   * Runs the container image as an RStudio session, which has no options.
   *
   * @returns a value for `app`
   */
  public static rSession(): StudioApp {
    // In the developer guide, a configuration for RStudio has nothing but a name.
    return new StudioApp(StudioAppType.R_SESSION, () => {}, () => ({}));
  }

  private constructor(
    /** The kind of app. */
    public readonly appType: StudioAppType,
    /**
     * Checks the options.
     * @internal
     */
    public readonly _check: (problems: Problems) => void,
    /**
     * Renders the properties of the CloudFormation resource for this app.
     * @internal
     */
    public readonly _render: () => Partial<sagemaker.CfnAppImageConfigProps>,
    private readonly kernelName?: string,
  ) {}

  /**
   * The kind of app, and the kernel if its name is known. A target can have several kernels of an image, since a configuration
   * describes one of them.
   * @internal
   */
  public get _kind(): string {
    return this.kernelName === undefined ? this.appType : `${this.appType} ${this.kernelName}`;
  }
}

/** JupyterLab and Code Editor have the same options. */
function renderContainer(options: StudioContainerOptions): sagemaker.CfnAppImageConfig.JupyterLabAppImageConfigProperty {
  const { containerArguments, containerEntrypoint, containerEnvironmentVariables: variables } = options;
  const containerConfig = {
    containerArguments,
    containerEntrypoint,
    containerEnvironmentVariables: variables && Object.entries(variables).map(([key, value]) => ({ key, value })),
  };
  // Without options, an empty block is rendered, because it determines the app that the configuration is for.
  return Object.values(containerConfig).some((value) => value !== undefined) ? { containerConfig } : {};
}

function renderKernel(options: StudioKernelOptions): sagemaker.CfnAppImageConfig.KernelGatewayImageConfigProperty {
  const { kernelName: name, kernelDisplayName: displayName, mountPath, defaultUid, defaultGid } = options;
  const hasFileSystem = [mountPath, defaultUid, defaultGid].some((value) => value !== undefined);
  return {
    kernelSpecs: [{ name, displayName }],
    fileSystemConfig: hasFileSystem ? { mountPath, defaultUid, defaultGid } : undefined,
  };
}
