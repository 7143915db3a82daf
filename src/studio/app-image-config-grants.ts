import type { aws_iam as iam, aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import { arnsOfAppImageConfig } from './private/app-image-config-facts';
import { grant, sagemakerActions } from '../image/private/grant';
import { requireInstance } from '../private/problems';

/**
 * Grants permissions on a configuration of a SageMaker image.
 *
 * The methods grant exactly the actions that AWS documents for the create, read, update and delete handlers of
 * `AWS::SageMaker::AppImageConfig`, on this configuration only.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 * @example
 * const config = AppImageConfig.fromAppImageConfigName(this, 'Config', 'torch');
 * config.grants.update(pipeline);
 */
export class AppImageConfigGrants {
  /**
   * Creates grants for any configuration: an `AppImageConfig`, an import or a `CfnAppImageConfig`.
   *
   * Throws if the value is not a configuration.
   *
   * @param appImageConfig the configuration that the permissions apply to
   * @returns the grants
   */
  public static fromAppImageConfig(appImageConfig: sagemaker.IAppImageConfigRef): AppImageConfigGrants {
    requireInstance('AppImageConfigGrants.fromAppImageConfig', 'appImageConfig', appImageConfig, 'appImageConfigRef',
      'an AppImageConfig, an import or a CfnAppImageConfig');
    return new AppImageConfigGrants(appImageConfig);
  }

  private constructor(private readonly appImageConfig: sagemaker.IAppImageConfigRef) {}

  /**
   * Grants the permission to create this configuration.
   *
   * The actions are `CreateAppImageConfig`, `DescribeAppImageConfig`, `AddTags` and `ListTags`.
   *
   * @param grantee the principal to grant the permission to
   * @returns the grant. Its `success` is false, and a warning is added, if the app cannot add policies to the grantee.
   */
  public create(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['CreateAppImageConfig', 'DescribeAppImageConfig', 'AddTags', 'ListTags']);
  }

  /**
   * Grants the permission to read this configuration: `DescribeAppImageConfig` and `ListTags`.
   *
   * @param grantee the principal to grant the permission to
   * @returns the grant. Its `success` is false, and a warning is added, if the app cannot add policies to the grantee.
   */
  public read(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['DescribeAppImageConfig', 'ListTags']);
  }

  /**
   * Grants the permission to update this configuration.
   *
   * The actions are `UpdateAppImageConfig`, `DescribeAppImageConfig`, `AddTags`, `DeleteTags` and `ListTags`.
   *
   * @param grantee the principal to grant the permission to
   * @returns the grant. Its `success` is false, and a warning is added, if the app cannot add policies to the grantee.
   */
  public update(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['UpdateAppImageConfig', 'DescribeAppImageConfig', 'AddTags', 'DeleteTags', 'ListTags']);
  }

  /**
   * Grants the permission to delete this configuration.
   *
   * The actions are `DeleteAppImageConfig`, `DescribeAppImageConfig` and `DeleteTags`.
   *
   * @param grantee the principal to grant the permission to
   * @returns the grant. Its `success` is false, and a warning is added, if the app cannot add policies to the grantee.
   * @jsii suppress reserved-word the field's term; Go exports methods in upper case
   */
  public delete(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['DeleteAppImageConfig', 'DescribeAppImageConfig', 'DeleteTags']);
  }

  private grant(grantee: iam.IGrantable, actions: string[]): iam.Grant {
    return grant(this.appImageConfig, grantee, [{ actions: sagemakerActions(...actions), resources: arnsOfAppImageConfig(this.appImageConfig) }]);
  }
}
