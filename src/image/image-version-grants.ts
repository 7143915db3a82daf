import { aws_iam as iam, aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { grant } from './private/grant';
import { imageRoleOf } from './private/image-facts';
import { arnForPolicies, arnOfImageOf, imageOfVersion } from './private/image-version-facts';
import { RolePolicy } from '../private/role-policy';

/**
 * Permissions on one version of a SageMaker image.
 *
 * To a grantee in another stack the number of a version that is made by this app is not known at synth: it
 * gets the permission on all versions of the image.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 * @example
 * version.grants.read(analyst);
 * version.grants.update(pipeline);
 */
export class ImageVersionGrants {
  /**
   * Permissions on any image version: an `ImageVersion`, an import or a `CfnImageVersion`.
   *
   * @param imageVersion the version that the permissions are on
   * @returns the verbs
   */
  public static fromImageVersion(imageVersion: sagemaker.IImageVersionRef): ImageVersionGrants {
    return new ImageVersionGrants(imageVersion);
  }

  private constructor(private readonly imageVersion: sagemaker.IImageVersionRef) {}

  /**
   * Allows to read this version: `DescribeImageVersion`.
   *
   * @param grantee who gets the permission
   * @returns the grant; `success` is false, and a warning says so, where the grantee can hold no policy of this app
   */
  public read(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['DescribeImageVersion']);
  }

  /**
   * Allows to update this version, its aliases included: `UpdateImageVersion`, `DescribeImageVersion` and
   * `ListAliases` (which IAM checks on the image too).
   *
   * @param grantee who gets the permission
   * @returns the grant; `success` is false, and a warning says so, where the grantee can hold no policy of this app
   */
  public update(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['UpdateImageVersion', 'DescribeImageVersion', 'ListAliases'], ['ListAliases']);
  }

  /**
   * Allows to delete this version: `DeleteImageVersion` and `DescribeImageVersion`.
   *
   * @param grantee who gets the permission
   * @returns the grant; `success` is false, and a warning says so, where the grantee can hold no policy of this app
   * @jsii suppress reserved-word the field's term; Go exports methods in upper case
   */
  public delete(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['DeleteImageVersion', 'DescribeImageVersion']);
  }

  private grant(grantee: iam.IGrantable, onVersion: string[], onImage: string[] = []): iam.Grant {
    return grant(this.imageVersion, this.holderOf(grantee), [
      { actions: onVersion, resource: arnForPolicies(this.imageVersion) },
      { actions: onImage, resource: arnOfImageOf(this.imageVersion) },
    ]);
  }

  /**
   * The image's own role gets a policy beside the version: the version may wait for the role's other policies, and
   * would then wait for itself.
   */
  private holderOf(grantee: iam.IGrantable): iam.IGrantable {
    const image = imageOfVersion(this.imageVersion);
    const role = image && imageRoleOf(image);
    if (!role || grantee.grantPrincipal !== role.grantPrincipal) {
      return grantee;
    }
    const id = 'ImageRolePolicy';
    return this.imageVersion.node.tryFindChild(id) as RolePolicy | undefined ?? new RolePolicy(this.imageVersion as unknown as Construct, id, role);
  }
}
