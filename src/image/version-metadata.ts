/**
 * The stability of an image version, as its maintainer sees it.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-imageversion.html#cfn-sagemaker-imageversion-vendorguidance
 */
export enum VendorGuidance {
  /** The maintainer does not provide a status. */
  NOT_PROVIDED = 'NOT_PROVIDED',
  /** The version is stable. */
  STABLE = 'STABLE',
  /** The version is set to be archived, which SageMaker does after three months. */
  TO_BE_ARCHIVED = 'TO_BE_ARCHIVED',
  /** The version is archived. It cannot be searched for and is no longer supported. */
  ARCHIVED = 'ARCHIVED',
}

/**
 * The kind of SageMaker job that an image version supports.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-imageversion.html#cfn-sagemaker-imageversion-jobtype
 */
export enum JobType {
  /** Training jobs. */
  TRAINING = 'TRAINING',
  /** Inference jobs. */
  INFERENCE = 'INFERENCE',
  /** Notebook kernels, which SageMaker Studio runs. */
  NOTEBOOK_KERNEL = 'NOTEBOOK_KERNEL',
}

/**
 * The kind of processor that an image version supports.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-imageversion.html#cfn-sagemaker-imageversion-processor
 */
export enum Processor {
  /** Central processing units. */
  CPU = 'CPU',
  /** Graphics processing units. */
  GPU = 'GPU',
}

/**
 * The machine learning framework of an image version, with its version.
 *
 * SageMaker requires a name of letters and a version of two or three numbers, for example `PyTorch 2.4` or
 * `TensorFlow 2.16.1`. The image version that uses the value throws if it has another format.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-imageversion.html#cfn-sagemaker-imageversion-mlframework
 * @example
 * image.addVersion('Torch', {
 *   baseImage: BaseImage.fromEcrRepository(repository, '2.4.1'),
 *   mlFramework: MlFramework.pytorch('2.4.1'),
 * });
 */
export class MlFramework {
  /**
   * PyTorch.
   *
   * @param version the version of two or three numbers, for example `2.4` or `2.4.1`
   * @returns a value for `mlFramework`
   */
  public static pytorch(version: string): MlFramework {
    return new MlFramework(`PyTorch ${version}`);
  }

  /**
   * TensorFlow.
   *
   * @param version the version of two or three numbers, for example `2.16` or `2.16.1`
   * @returns a value for `mlFramework`
   */
  public static tensorflow(version: string): MlFramework {
    return new MlFramework(`TensorFlow ${version}`);
  }

  /**
   * JAX.
   *
   * @param version the version of two or three numbers, for example `0.4` or `0.4.30`
   * @returns a value for `mlFramework`
   */
  public static jax(version: string): MlFramework {
    return new MlFramework(`JAX ${version}`);
  }

  /**
   * Apache MXNet.
   *
   * @param version the version of two or three numbers, for example `1.9` or `1.9.1`
   * @returns a value for `mlFramework`
   */
  public static mxnet(version: string): MlFramework {
    return new MlFramework(`MXNet ${version}`);
  }

  /**
   * Scikit-learn, written without its hyphen, which SageMaker does not accept.
   *
   * @param version the version of two or three numbers, for example `1.5` or `1.5.1`
   * @returns a value for `mlFramework`
   */
  public static scikitLearn(version: string): MlFramework {
    return new MlFramework(`ScikitLearn ${version}`);
  }

  /**
   * XGBoost.
   *
   * @param version the version of two or three numbers, for example `2.1` or `2.1.0`
   * @returns a value for `mlFramework`
   */
  public static xgboost(version: string): MlFramework {
    return new MlFramework(`XGBoost ${version}`);
  }

  /**
   * Any other framework.
   *
   * @param framework the name and version as SageMaker stores them, for example `HuggingFace 4.44`
   * @returns a value for `mlFramework`
   */
  public static of(framework: string): MlFramework {
    return new MlFramework(framework);
  }

  private constructor(
    /** The name and version, as SageMaker stores them. */
    public readonly name: string,
  ) {}
}

/**
 * The programming language of an image version, with its version.
 *
 * SageMaker requires a name of letters and a version of two or three numbers, for example `Python 3.11`. The image version
 * that uses the value throws if it has another format.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-imageversion.html#cfn-sagemaker-imageversion-programminglang
 * @example
 * image.addVersion('Python', {
 *   baseImage: BaseImage.fromEcrRepository(repository, '2.4.1'),
 *   programmingLang: ProgrammingLang.python('3.11'),
 * });
 */
export class ProgrammingLang {
  /**
   * Python.
   *
   * @param version the version of two or three numbers, for example `3.11` or `3.11.9`
   * @returns a value for `programmingLang`
   */
  public static python(version: string): ProgrammingLang {
    return new ProgrammingLang(`Python ${version}`);
  }

  /**
   * R.
   *
   * @param version the version of two or three numbers, for example `4.4` or `4.4.1`
   * @returns a value for `programmingLang`
   */
  public static r(version: string): ProgrammingLang {
    return new ProgrammingLang(`R ${version}`);
  }

  /**
   * Julia.
   *
   * @param version the version of two or three numbers, for example `1.10` or `1.10.4`
   * @returns a value for `programmingLang`
   */
  public static julia(version: string): ProgrammingLang {
    return new ProgrammingLang(`Julia ${version}`);
  }

  /**
   * Scala.
   *
   * @param version the version of two or three numbers, for example `2.13` or `2.13.14`
   * @returns a value for `programmingLang`
   */
  public static scala(version: string): ProgrammingLang {
    return new ProgrammingLang(`Scala ${version}`);
  }

  /**
   * Any other language.
   *
   * @param language the name and version as SageMaker stores them, for example `Octave 9.2`
   * @returns a value for `programmingLang`
   */
  public static of(language: string): ProgrammingLang {
    return new ProgrammingLang(language);
  }

  private constructor(
    /** The name and version, as SageMaker stores them. */
    public readonly name: string,
  ) {}
}
