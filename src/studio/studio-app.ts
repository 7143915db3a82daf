import { aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import { checkContainer, checkKernel } from './private/validate-app-image-config';
import { Problems } from '../private/problems';

/**
 * The kind of SageMaker Studio app that a container image runs as.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UserSettings.html
 */
export enum StudioAppType {
  /** JupyterLab, in the current Studio. */
  JUPYTER_LAB = 'JupyterLab',
  /** Code Editor, in the current Studio. */
  CODE_EDITOR = 'CodeEditor',
  /** A Jupyter kernel, in Studio Classic. */
  KERNEL_GATEWAY = 'KernelGateway',
  /** A session of RStudio. */
  R_SESSION = 'RSession',
}

/**
 * How a container is started as JupyterLab or Code Editor.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-sagemaker-appimageconfig-containerconfig.html
 */
export interface StudioContainerOptions {
  /**
   * Arguments of the container, at most 50, each 1 to 64 characters. A change updates the configuration in place.
   *
   * @default - those of the container image
   */
  readonly containerArguments?: string[];

  /**
   * The entry point of the container, at most one entry of 1 to 256 characters. A change updates the configuration in
   * place.
   *
   * @default - that of the container image
   */
  readonly containerEntrypoint?: string[];

  /**
   * Environment variables of the container, at most 25, names and values 1 to 256 characters. They can be read by
   * everybody who may describe the configuration: no place for secrets. A change updates the configuration in place.
   *
   * @default - those of the container image
   */
  readonly containerEnvironmentVariables?: { [name: string]: string };
}

/**
 * The kernel that a container image has, and where it finds the files of its user.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-sagemaker-appimageconfig-kernelgatewayimageconfig.html
 */
export interface StudioKernelOptions {
  /**
   * Name of the kernel in the container image, 1 to 1024 characters: what `jupyter kernelspec list` prints there. A change
   * updates the configuration in place.
   */
  readonly kernelName: string;

  /**
   * Name of the kernel that is shown to users, 1 to 1024 characters. A change updates the configuration in place.
   *
   * @default - the name of the kernel
   */
  readonly kernelDisplayName?: string;

  /**
   * Where the home directory of the user is mounted in the container: an empty directory, 1 to 1024 characters,
   * starting with `/`. A change updates the configuration in place.
   *
   * @default - SageMaker uses /home/sagemaker-user
   */
  readonly mountPath?: string;

  /**
   * POSIX user of the container. SageMaker supports user 0 with group 0, and user 1000 with group 100. A change updates
   * the configuration in place.
   *
   * @default - SageMaker uses 1000
   */
  readonly defaultUid?: number;

  /**
   * POSIX group of the container. SageMaker supports user 0 with group 0, and user 1000 with group 100. A change updates
   * the configuration in place.
   *
   * @default - SageMaker uses 100
   */
  readonly defaultGid?: number;
}

/**
 * The app of SageMaker Studio that a container image runs as, and how.
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
   * @param options how the container is started
   * @returns a value for `app`
   * @throws when a configuration uses it: one error with everything that is wrong in `options`
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
   * @param options how the container is started
   * @returns a value for `app`
   * @throws when a configuration uses it: one error with everything that is wrong in `options`
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
   * @param options the kernel and its file system
   * @returns a value for `app`
   * @throws when a configuration uses it: one error with everything that is wrong in `options`
   */
  public static kernelGateway(options: StudioKernelOptions): StudioApp {
    return new StudioApp(
      StudioAppType.KERNEL_GATEWAY,
      (problems) => checkKernel(problems, options),
      () => ({ kernelGatewayImageConfig: renderKernel(options) }),
    );
  }

  /**
   * Runs the container image as a session of RStudio. There is nothing to configure.
   *
   * @returns a value for `app`
   */
  public static rSession(): StudioApp {
    // The developer guide makes the configuration for RStudio of its name alone.
    return new StudioApp(StudioAppType.R_SESSION, () => {}, () => ({}));
  }

  private constructor(
    /** The kind of app. */
    public readonly appType: StudioAppType,
    /**
     * Says what is wrong with the options.
     * @internal
     */
    public readonly _check: (problems: Problems) => void,
    /**
     * The part of the CloudFormation resource that describes this app.
     * @internal
     */
    public readonly _render: () => Partial<sagemaker.CfnAppImageConfigProps>,
  ) {}
}

/** JupyterLab and Code Editor have the same options. */
function renderContainer(options: StudioContainerOptions): sagemaker.CfnAppImageConfig.JupyterLabAppImageConfigProperty {
  const { containerArguments, containerEntrypoint, containerEnvironmentVariables: variables } = options;
  const containerConfig = {
    containerArguments,
    containerEntrypoint,
    containerEnvironmentVariables: variables && Object.entries(variables).map(([key, value]) => ({ key, value })),
  };
  // Without options the block is empty and still there: it is what says which app the configuration is for.
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
