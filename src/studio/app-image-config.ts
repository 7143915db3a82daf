import { Arn, ArnFormat, aws_sagemaker as sagemaker, IResource, RemovalPolicy, Resource, ResourceProps } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { AppImageConfigGrants } from './app-image-config-grants';
import { addStudioWarnings } from './private/studio-warnings';
import { TAG_VALUE, validateAppImageConfigArn, validateAppImageConfigName, validateAppImageConfigProps } from './private/validate-app-image-config';
import type { StudioApp, StudioAppType } from './studio-app';
import { lowerCase } from '../image/private/spellings';
import { validateRemovalPolicy } from '../image/private/validate-image';
import { formatArn, tokenIfDummy } from '../private/arn';
import { givenOrGeneratedName } from '../private/generated-name';
import { lateNameProblems } from '../private/late-names';
import { requireProps, requireValue } from '../private/problems';
import { checkSharedNamesOf } from '../private/shared-names';
import { validateAllTags } from '../private/tags';
import { uniqueName } from '../private/unique-name';

const APP_IMAGE_CONFIG_SYMBOL = Symbol.for('cdk-sagemaker-images.AppImageConfig');

/**
 * The configuration with which container images of a SageMaker image run as an app in Studio.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-appimageconfig.html
 */
export interface IAppImageConfig extends IResource, sagemaker.IAppImageConfigRef {
  /**
   * The ARN of the configuration, for example `arn:aws:sagemaker:us-east-1:123456789012:app-image-config/torch`.
   * @attribute
   */
  readonly appImageConfigArn: string;

  /**
   * The name of the configuration.
   * @attribute
   */
  readonly appImageConfigName: string;

  /**
   * The kind of app that the configuration is for, or `undefined` if it is unknown.
   */
  readonly appType?: StudioAppType;

  /**
   * The grants for this configuration.
   */
  readonly grants: AppImageConfigGrants;
}

/**
 * Properties of an `AppImageConfig`.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-appimageconfig.html
 */
export interface AppImageConfigProps {
  /**
   * The app that the container images run as.
   *
   * A change updates the configuration in place. To change the kind of app, create another configuration instead, because
   * SageMaker may keep the settings of the former app.
   */
  readonly app: StudioApp;

  /**
   * The name of the configuration, unique in the account and Region.
   *
   * 1 to 63 letters and digits, with hyphens between them, and no dots. SageMaker may convert the name to lower case, so prefer
   * lower case. A change replaces the configuration.
   *
   * @default - generated from the path of the construct: unique, in lower case, and stable as long as the path is
   */
  readonly appImageConfigName?: string;

  /**
   * Whether the generated name ends with a part of the id of the stack, so that one template can be launched several times in
   * an account and Region.
   *
   * The part has 8 hexadecimal digits. It differs between stacks of one template, as AWS Service Catalog launches them, and stays the
   * same as long as the stack exists. Other stacks of the app in the same account and Region can refer to the configuration.
   *
   * Throws together with `appImageConfigName`. A change replaces the configuration.
   *
   * @default false
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
   */
  readonly uniqueToStack?: boolean;

  /**
   * The tags of the configuration, at most 50.
   *
   * Keys and values have 1 to 128 characters: letters, digits, spaces and `_.:/=+-@`. Keys do not start with `aws:`. A change
   * updates the configuration in place.
   *
   * @default - only the tags that `Tags.of()` adds
   */
  readonly tags?: { [key: string]: string };

  /**
   * The removal policy of the configuration.
   *
   * It applies when the configuration is removed from the stack, or replaced by a configuration with another name. A change has
   * no effect until the configuration is removed or replaced. `SNAPSHOT` is not supported.
   *
   * With `RETAIN`, the configuration also stays if the deployment that creates it fails, and the next deployment then cannot
   * create one with the same name. `RETAIN_ON_UPDATE_OR_DELETE` avoids that.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Attributes of an existing configuration.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-appimageconfig.html
 */
export interface AppImageConfigAttributes {
  /**
   * The name of the configuration.
   *
   * A change imports another configuration, which is attached instead of the former one.
   */
  readonly appImageConfigName: string;

  /**
   * The kind of app that the configuration is for.
   *
   * It is required to attach the configuration to Studio. A change has no effect on the configuration, and moves attached images
   * to the list of the other app.
   *
   * @default - unknown
   */
  readonly appType?: StudioAppType;
}

/** The base class of new and imported configurations. */
abstract class AppImageConfigBase extends Resource implements IAppImageConfig {
  public abstract readonly appImageConfigArn: string;
  public abstract readonly appImageConfigName: string;
  public abstract readonly appType?: StudioAppType;
  private configGrants?: AppImageConfigGrants;

  public get appImageConfigRef(): sagemaker.AppImageConfigReference {
    return { appImageConfigArn: this.appImageConfigArn, appImageConfigName: this.appImageConfigName };
  }

  public get grants(): AppImageConfigGrants {
    return (this.configGrants ??= AppImageConfigGrants.fromAppImageConfig(this));
  }
}

/**
 * The configuration with which container images of a SageMaker image run as an app in Studio.
 *
 * The app is JupyterLab, Code Editor, a Jupyter kernel or an RStudio session.
 *
 * The constructor throws one error with all problems in `props`.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-appimageconfig.html
 * @resource AWS::SageMaker::AppImageConfig
 * @example
 * new AppImageConfig(this, 'Config', {
 *   app: StudioApp.jupyterLab({ containerEnvironmentVariables: { HF_HOME: '/home/sagemaker-user/models' } }),
 * });
 */
export class AppImageConfig extends AppImageConfigBase {
  /**
   * Checks whether a value is an `AppImageConfig`, even one of another copy of this library.
   *
   * @param x any value
   * @returns true if the value is an `AppImageConfig`
   */
  public static isAppImageConfig(x: any): x is AppImageConfig {
    return x !== null && typeof x === 'object' && APP_IMAGE_CONFIG_SYMBOL in x;
  }

  /**
   * Imports an existing configuration by its ARN.
   *
   * Throws if the ARN is known and is not the ARN of a configuration.
   *
   * @param scope the scope of the import
   * @param id the id of the import
   * @param appImageConfigArn the ARN, `arn:<partition>:sagemaker:<region>:<account>:app-image-config/<name>`
   * @returns the configuration
   */
  public static fromAppImageConfigArn(scope: Construct, id: string, appImageConfigArn: string): IAppImageConfig {
    validateAppImageConfigArn(scope, id, appImageConfigArn);
    const arn = tokenIfDummy(appImageConfigArn);
    return new ImportedAppImageConfig(scope, id, { environmentFromArn: arn }, arn, Arn.split(arn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!);
  }

  /**
   * Imports an existing configuration in the account and Region of the stack by its name.
   *
   * Throws if the name is known and is not a valid name of a configuration.
   *
   * @param scope the scope of the import
   * @param id the id of the import
   * @param appImageConfigName the name of the configuration
   * @returns the configuration
   */
  public static fromAppImageConfigName(scope: Construct, id: string, appImageConfigName: string): IAppImageConfig {
    return AppImageConfig.fromAppImageConfigAttributes(scope, id, { appImageConfigName });
  }

  /**
   * Imports an existing configuration in the account and Region of the stack, together with the kind of its app.
   *
   * Throws if the name is known and is not a valid name of a configuration.
   *
   * @param scope the scope of the import
   * @param id the id of the import
   * @param attrs the attributes of the configuration
   * @returns the configuration
   */
  public static fromAppImageConfigAttributes(scope: Construct, id: string, attrs: AppImageConfigAttributes): IAppImageConfig {
    requireProps(scope, id, 'attrs', attrs);
    validateAppImageConfigName(scope, id, attrs.appImageConfigName);
    const arn = AppImageConfig.arnForAppImageConfigName(scope, attrs.appImageConfigName);
    return new ImportedAppImageConfig(scope, id, {}, arn, attrs.appImageConfigName, attrs.appType);
  }

  /**
   * Formats the ARN of a configuration in the account and Region of the stack.
   *
   * The name is not validated. It is converted to lower case, as SageMaker does.
   *
   * Throws if the name is missing, or if the construct is not in a stack.
   *
   * @param scope a construct in the stack
   * @param appImageConfigName the name of the configuration
   * @returns the ARN
   */
  public static arnForAppImageConfigName(scope: IConstruct, appImageConfigName: string): string {
    requireValue(scope, 'appImageConfigName', appImageConfigName, 'give the name of a configuration');
    return formatArn(scope, { service: 'sagemaker', resource: 'app-image-config', resourceName: lowerCase(appImageConfigName) });
  }

  public readonly appImageConfigName: string;

  /**
   * The kind of app that the configuration is for.
   */
  public readonly appType?: StudioAppType;
  private readonly resource: sagemaker.CfnAppImageConfig;

  /**
   * @param scope the scope of the configuration
   * @param id the id of the configuration
   * @param props the properties of the configuration
   */
  constructor(scope: Construct, id: string, props: AppImageConfigProps) {
    requireProps(scope, id, 'props', props);
    const { appImageConfigName: given, uniqueToStack } = props;
    const appImageConfigName = givenOrGeneratedName(scope, id, { given, uniqueToStack });
    super(scope, id, { physicalName: appImageConfigName });
    validateAppImageConfigProps(this, props);
    Object.defineProperty(this, APP_IMAGE_CONFIG_SYMBOL, { value: true });

    this.appType = props.app.appType;
    this.resource = new sagemaker.CfnAppImageConfig(this, 'Resource', {
      ...props.app._render(),
      appImageConfigName,
      tags: props.tags && Object.entries(props.tags).map(([key, value]) => ({ key, value })),
    });
    this.appImageConfigName = uniqueToStack
      ? uniqueName(this, appImageConfigName, { property: 'appImageConfigName', arn: this.resource.attrAppImageConfigArn }) : appImageConfigName;
    this.resource.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.DESTROY);
    validateAllTags(this.resource, TAG_VALUE);
    addStudioWarnings(this);
    checkSharedNamesOf(this);
    this.node.addValidation({ validate: () => lateNameProblems(this.resource, 'AppImageConfigName', appImageConfigName, 'pass appImageConfigName instead') });
  }

  /**
   * The ARN of the configuration.
   * @attribute
   */
  public get appImageConfigArn(): string {
    return this.getResourceArnAttribute(this.resource.attrAppImageConfigArn, {
      service: 'sagemaker',
      resource: 'app-image-config',
      resourceName: lowerCase(this.appImageConfigName),
    });
  }

  /**
   * Sets the removal policy of the configuration.
   *
   * It applies when the configuration is removed from the stack, or replaced by a configuration with another name.
   *
   * Throws if `policy` is `SNAPSHOT`, which is not supported.
   *
   * @param policy the removal policy
   */
  public applyRemovalPolicy(policy: RemovalPolicy): void {
    validateRemovalPolicy(this, policy);
    super.applyRemovalPolicy(policy);
  }
}

/** An imported configuration. */
class ImportedAppImageConfig extends AppImageConfigBase {
  constructor(
    scope: Construct, id: string, props: ResourceProps,
    public readonly appImageConfigArn: string,
    public readonly appImageConfigName: string,
    public readonly appType?: StudioAppType,
  ) {
    super(scope, id, props);
  }
}
