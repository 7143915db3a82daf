import { aws_iam as iam, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { grant, sagemakerActions } from './private/grant';
import { imageRoleOf } from './private/image-facts';
import { arnsForPolicies, arnsOfImageOf, imageOfVersion } from './private/image-version-facts';
import { once } from '../private/once';
import { requireInstance } from '../private/problems';
import { RolePolicy, takesStatements } from '../private/role-policy';

/**
 * Grants permissions on one version of a SageMaker image.
 *
 * A grantee in another stack gets the permissions on all versions of the image if the same app creates the version, because
 * its number is not known at synth.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 * @example
 * version.grants.read(analyst);
 * version.grants.update(pipeline);
 */
export class ImageVersionGrants {
  /**
   * Creates grants for any image version: an `ImageVersion`, an import or a `CfnImageVersion`.
   *
   * Throws if the value is not an image version.
   *
   * @param imageVersion the version that the permissions apply to
   * @returns the grants
   */
  public static fromImageVersion(imageVersion: sagemaker.IImageVersionRef): ImageVersionGrants {
    requireInstance('ImageVersionGrants.fromImageVersion', 'imageVersion', imageVersion, 'imageVersionRef',
      'an ImageVersion, an import or a CfnImageVersion');
    return new ImageVersionGrants(imageVersion);
  }

  private constructor(private readonly imageVersion: sagemaker.IImageVersionRef) {}

  /**
   * Grants the permission to read this version: `DescribeImageVersion`.
   *
   * @param grantee the principal to grant the permission to
   * @returns the grant. Its `success` is false, and a warning is added, if the app cannot add policies to the grantee.
   */
  public read(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['DescribeImageVersion']);
  }

  /**
   * Grants the permission to update this version, including its aliases.
   *
   * The actions are `UpdateImageVersion`, `DescribeImageVersion` and `ListAliases`. IAM checks `ListAliases` on the image too.
   *
   * @param grantee the principal to grant the permission to
   * @returns the grant. Its `success` is false, and a warning is added, if the app cannot add policies to the grantee.
   */
  public update(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['UpdateImageVersion', 'DescribeImageVersion', 'ListAliases'], ['ListAliases']);
  }

  /**
   * Grants the permission to delete this version: `DeleteImageVersion` and `DescribeImageVersion`.
   *
   * @param grantee the principal to grant the permission to
   * @returns the grant. Its `success` is false, and a warning is added, if the app cannot add policies to the grantee.
   * @jsii suppress reserved-word the field's term; Go exports methods in upper case
   */
  public delete(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['DeleteImageVersion', 'DescribeImageVersion']);
  }

  private grant(grantee: iam.IGrantable, onVersion: string[], onImage: string[] = []): iam.Grant {
    return grant(this.imageVersion, this.holderOf(grantee), [
      { actions: sagemakerActions(...onVersion), resources: arnsForPolicies(this.imageVersion) },
      { actions: sagemakerActions(...onImage), resources: arnsOfImageOf(this.imageVersion) },
    ]);
  }

  /**
   * For the role of the image itself, returns a separate policy, one for each stack. A version may depend on the other policies
   * of the role, and would then depend on itself.
   */
  private holderOf(grantee: iam.IGrantable): iam.IGrantable {
    const image = imageOfVersion(this.imageVersion);
    const role = image && imageRoleOf(image);
    if (!role || grantee?.grantPrincipal !== role.grantPrincipal || !takesStatements(role)) {
      return grantee;
    }
    const stack = Stack.of(this.imageVersion);
    return once(stack, `ImageVersionGrants ${role.node.addr}`, () => new RolePolicy(stack, `ImageVersionGrants${role.node.addr}`, role));
  }
}
