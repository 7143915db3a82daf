import { Arn, ArnFormat, aws_sagemaker as sagemaker, IResource, RemovalPolicy, Resource, Stack } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { AppImageConfigGrants } from './app-image-config-grants';
import { TAG_VALUE, validateAppImageConfigArn, validateAppImageConfigName, validateAppImageConfigProps } from './private/validate-app-image-config';
import { StudioApp, StudioAppType } from './studio-app';
import { lowerCase } from '../image/private/image-facts';
import { validateRemovalPolicy } from '../image/private/validate-image';
import { splittableArn } from '../private/arn';
import { givenOrGeneratedName } from '../private/generated-name';
import { requireValue } from '../private/problems';
import { validateAllTags } from '../private/tags';

const APP_IMAGE_CONFIG_SYMBOL = Symbol.for('cdk-sagemaker-images.AppImageConfig');

/**
 * How the container images of a SageMaker image run as an app of Studio.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sagemaker-appimageconfig.html
 */
export interface IAppImageConfig extends IResource, sagemaker.IAppImageConfigRef {
  /**
   * ARN of the configuration, for example `arn:aws:sagemaker:us-east-1:123456789012:app-image-config/torch`.
   * @attribute
   */
  readonly appImageConfigArn: string;

  /**
   * Name of the configuration.
   * @attribute
   */
  readonly appImageConfigName: string;

  /**
   * The kind of app that the configuration is for; `undefined` if it is not known.
   */
  readonly appType?: StudioAppType;

  /**
   * Permissions on this configuration.
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
   * The app that the container images run as. A change updates the configuration in place; for another kind of app
   * rather make another configuration, since SageMaker may keep what it knows of the former.
   */
  readonly app: StudioApp;

  /**
   * Name of the configuration, unique in the account and Region.
   *
   * 1 to 63 letters and digits, with hyphens between them, and no dots. A change replaces the configuration. SageMaker
   * may lower-case it, so prefer lower case.
   *
   * @default - generated from the path of the construct: unique, lower case and stable as long as the path is
   */
  readonly appImageConfigName?: string;

  /**
   * Tags of the configuration, at most 50, keys and values 1 to 128 characters: letters, digits, spaces and `_.:/=+-@`.
   * Keys do not start with `aws:`. A change updates the configuration in place.
   *
   * @default - only the tags that `Tags.of()` adds
   */
  readonly tags?: { [key: string]: string };

  /**
   * What happens to the configuration when it is removed from the stack, or replaced by one with another name. A change
   * has no effect until then. `SNAPSHOT` is no choice.
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
   * Name of the configuration. A change means another configuration: it is attached instead of the former.
   */
  readonly appImageConfigName: string;

  /**
   * The kind of app that the configuration is for. With it, the configuration can be attached to Studio. A change has no
   * effect on the configuration, and moves what is attached to the list of the other app.
   *
   * @default - not known
   */
  readonly appType?: StudioAppType;
}

/** What new and imported configurations share. */
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
 * How the container images of a SageMaker image run as an app of Studio: as JupyterLab, Code Editor, a Jupyter kernel
 * or an RStudio session.
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
   * Whether a value is an `AppImageConfig`, also when it comes from another copy of this library.
   *
   * @param x any value
   * @returns true if it is one
   */
  public static isAppImageConfig(x: any): x is AppImageConfig {
    return x !== null && typeof x === 'object' && APP_IMAGE_CONFIG_SYMBOL in x;
  }

  /**
   * Uses an existing configuration by its ARN.
   *
   * @param scope where to put the import
   * @param id id of the import
   * @param appImageConfigArn `arn:<partition>:sagemaker:<region>:<account>:app-image-config/<name>`
   * @returns the configuration
   * @throws if the ARN is known and is not the ARN of a configuration
   */
  public static fromAppImageConfigArn(scope: Construct, id: string, appImageConfigArn: string): IAppImageConfig {
    const arn = splittableArn(appImageConfigArn);
    validateAppImageConfigArn(scope, id, arn);
    return new ImportedAppImageConfig(scope, id, arn, Arn.split(arn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!);
  }

  /**
   * Uses an existing configuration in the account and Region of the stack by its name.
   *
   * @param scope where to put the import
   * @param id id of the import
   * @param appImageConfigName name of the configuration
   * @returns the configuration
   * @throws if the name is known and no configuration can have it
   */
  public static fromAppImageConfigName(scope: Construct, id: string, appImageConfigName: string): IAppImageConfig {
    return AppImageConfig.fromAppImageConfigAttributes(scope, id, { appImageConfigName });
  }

  /**
   * Uses an existing configuration in the account and Region of the stack, together with the kind of its app.
   *
   * @param scope where to put the import
   * @param id id of the import
   * @param attrs what is known about the configuration
   * @returns the configuration
   * @throws if the name is known and no configuration can have it
   */
  public static fromAppImageConfigAttributes(scope: Construct, id: string, attrs: AppImageConfigAttributes): IAppImageConfig {
    validateAppImageConfigName(scope, id, attrs.appImageConfigName);
    const arn = AppImageConfig.arnForAppImageConfigName(scope, attrs.appImageConfigName);
    return new ImportedAppImageConfig(scope, id, arn, attrs.appImageConfigName, attrs.appType);
  }

  /**
   * The ARN of a configuration in the account and Region of the stack.
   *
   * @param scope a construct of the stack
   * @param appImageConfigName name of the configuration; it is not checked, and lower-cased as SageMaker does
   * @returns the ARN
   * @throws if there is no name, or the construct is in no stack
   */
  public static arnForAppImageConfigName(scope: IConstruct, appImageConfigName: string): string {
    requireValue(scope, 'appImageConfigName', appImageConfigName, 'give the name of a configuration');
    return Stack.of(scope).formatArn({ service: 'sagemaker', resource: 'app-image-config', resourceName: lowerCase(appImageConfigName) });
  }

  public readonly appImageConfigName: string;

  /**
   * The kind of app that the configuration is for.
   */
  public readonly appType?: StudioAppType;
  private readonly resource: sagemaker.CfnAppImageConfig;

  /**
   * @param scope where to put the configuration
   * @param id id of the configuration
   * @param props what the configuration is
   * @throws one error with everything that is wrong in `props`
   */
  constructor(scope: Construct, id: string, props: AppImageConfigProps) {
    const appImageConfigName = givenOrGeneratedName(scope, id, props.appImageConfigName);
    super(scope, id, { physicalName: appImageConfigName });
    validateAppImageConfigProps(this, props);
    Object.defineProperty(this, APP_IMAGE_CONFIG_SYMBOL, { value: true });

    this.appImageConfigName = appImageConfigName;
    this.appType = props.app.appType;
    this.resource = new sagemaker.CfnAppImageConfig(this, 'Resource', {
      ...props.app._render(),
      appImageConfigName,
      tags: props.tags && Object.entries(props.tags).map(([key, value]) => ({ key, value })),
    });
    this.resource.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.DESTROY);
    validateAllTags(this.resource, TAG_VALUE);
  }

  /**
   * ARN of the configuration.
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
   * Changes what happens to the configuration when it is removed from the stack, or replaced by one with another name.
   *
   * @param policy what happens; `SNAPSHOT` is no choice
   * @throws if `policy` is `SNAPSHOT`
   */
  public applyRemovalPolicy(policy: RemovalPolicy): void {
    validateRemovalPolicy(this, policy);
    super.applyRemovalPolicy(policy);
  }
}

/** A configuration that is defined elsewhere. */
class ImportedAppImageConfig extends AppImageConfigBase {
  constructor(
    scope: Construct, id: string,
    public readonly appImageConfigArn: string,
    public readonly appImageConfigName: string,
    public readonly appType?: StudioAppType,
  ) {
    super(scope, id, { environmentFromArn: appImageConfigArn });
  }
}
