import { aws_iam as iam, aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import { arnOfAppImageConfig } from './private/app-image-config-facts';
import { grant } from '../image/private/grant';

/**
 * Permissions on a configuration of a SageMaker image.
 *
 * The verbs hold exactly the actions that AWS documents for the create, read, update and delete handlers of
 * `AWS::SageMaker::AppImageConfig`, on this one configuration.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 * @example
 * const config = AppImageConfig.fromAppImageConfigName(this, 'Config', 'torch');
 * config.grants.update(pipeline);
 */
export class AppImageConfigGrants {
  /**
   * Permissions on any configuration: an `AppImageConfig`, an import or a `CfnAppImageConfig`.
   *
   * @param appImageConfig the configuration that the permissions are on
   * @returns the verbs
   */
  public static fromAppImageConfig(appImageConfig: sagemaker.IAppImageConfigRef): AppImageConfigGrants {
    return new AppImageConfigGrants(appImageConfig);
  }

  private constructor(private readonly appImageConfig: sagemaker.IAppImageConfigRef) {}

  /**
   * Allows to create this configuration: `CreateAppImageConfig`, `DescribeAppImageConfig`, `AddTags` and `ListTags`.
   *
   * @param grantee who gets the permission
   * @returns the grant; `success` is false, and a warning says so, where the grantee can hold no policy of this app
   */
  public create(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['CreateAppImageConfig', 'DescribeAppImageConfig', 'AddTags', 'ListTags']);
  }

  /**
   * Allows to read this configuration: `DescribeAppImageConfig` and `ListTags`.
   *
   * @param grantee who gets the permission
   * @returns the grant; `success` is false, and a warning says so, where the grantee can hold no policy of this app
   */
  public read(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['DescribeAppImageConfig', 'ListTags']);
  }

  /**
   * Allows to update this configuration: `UpdateAppImageConfig`, `DescribeAppImageConfig`, `AddTags`, `DeleteTags` and
   * `ListTags`.
   *
   * @param grantee who gets the permission
   * @returns the grant; `success` is false, and a warning says so, where the grantee can hold no policy of this app
   */
  public update(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['UpdateAppImageConfig', 'DescribeAppImageConfig', 'AddTags', 'DeleteTags', 'ListTags']);
  }

  /**
   * Allows to delete this configuration: `DeleteAppImageConfig`, `DescribeAppImageConfig` and `DeleteTags`.
   *
   * @param grantee who gets the permission
   * @returns the grant; `success` is false, and a warning says so, where the grantee can hold no policy of this app
   * @jsii suppress reserved-word the field's term; Go exports methods in upper case
   */
  public delete(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['DeleteAppImageConfig', 'DescribeAppImageConfig', 'DeleteTags']);
  }

  private grant(grantee: iam.IGrantable, actions: string[]): iam.Grant {
    return grant(this.appImageConfig, grantee, [{ actions, resource: arnOfAppImageConfig(this.appImageConfig) }]);
  }
}
