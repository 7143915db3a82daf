import { aws_iam as iam, aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import { grant } from './private/grant';
import { arnOfImage, arnOfImageVersion, imageRoleOf } from './private/image-facts';

/**
 * Permissions on a SageMaker image and its versions.
 *
 * The verbs for versions hold exactly the actions that AWS documents for the create, delete, list, read and update
 * handlers of `AWS::SageMaker::ImageVersion`, each on the resource type that IAM knows the action for: the image, or
 * all versions of this one image.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 * @example
 * image.grants.createVersion(pipeline);
 * image.grants.readVersions(analyst);
 * ImageGrants.fromImage(Image.fromImageName(this, 'Torch', 'torch')).listVersions(analyst);
 */
export class ImageGrants {
  /**
   * Permissions on any image: an `Image`, an import or a `CfnImage`.
   *
   * @param image the image that the permissions are on; each version of it is meant too
   * @returns the verbs
   */
  public static fromImage(image: sagemaker.IImageRef): ImageGrants {
    return new ImageGrants(image);
  }

  private constructor(private readonly image: sagemaker.IImageRef) {}

  /**
   * Allows to create versions of this image: `CreateImageVersion` and `DescribeImageVersion`.
   *
   * @param grantee who gets the permission
   * @returns the grant; `success` is false, and a warning says so, where the grantee can hold no policy of this app
   */
  public createVersion(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['CreateImageVersion'], ['DescribeImageVersion']);
  }

  /**
   * Allows to delete any version of this image: `DeleteImageVersion` and `DescribeImageVersion`.
   *
   * @param grantee who gets the permission
   * @returns the grant; `success` is false, and a warning says so, where the grantee can hold no policy of this app
   */
  public deleteVersions(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, [], ['DeleteImageVersion', 'DescribeImageVersion']);
  }

  /**
   * Allows to list the versions of this image: `ListImageVersions`.
   *
   * @param grantee who gets the permission
   * @returns the grant; `success` is false, and a warning says so, where the grantee can hold no policy of this app
   */
  public listVersions(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['ListImageVersions'], []);
  }

  /**
   * Allows to read any version of this image: `DescribeImageVersion`.
   *
   * @param grantee who gets the permission
   * @returns the grant; `success` is false, and a warning says so, where the grantee can hold no policy of this app
   */
  public readVersions(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, [], ['DescribeImageVersion']);
  }

  /**
   * Allows to update any version of this image, its aliases included: `UpdateImageVersion`, `DescribeImageVersion` and
   * `ListAliases`.
   *
   * @param grantee who gets the permission
   * @returns the grant; `success` is false, and a warning says so, where the grantee can hold no policy of this app
   */
  public updateVersions(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['ListAliases'], ['UpdateImageVersion', 'DescribeImageVersion', 'ListAliases']);
  }

  /**
   * Allows everything on the versions of this image: create, delete, list, read and update.
   *
   * @param grantee who gets the permission
   * @returns the grant; `success` is false, and a warning says so, where the grantee can hold no policy of this app
   */
  public manageVersions(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee,
      ['CreateImageVersion', 'ListImageVersions', 'ListAliases'],
      ['DescribeImageVersion', 'UpdateImageVersion', 'DeleteImageVersion', 'ListAliases']);
  }

  /**
   * Allows what a deployment of this image and its versions calls: everything that `manageVersions` allows, to create,
   * read, update, tag and delete the image itself, and to pass the image's role to SageMaker (that role only, and only
   * where it is known).
   *
   * @param grantee who gets the permission, for example the execution role of CloudFormation
   * @returns the grant; `success` is false, and a warning says so, where the grantee can hold no policy of this app
   */
  public deploy(grantee: iam.IGrantable): iam.Grant {
    const grants = this.grant(grantee,
      [
        'CreateImage', 'DescribeImage', 'UpdateImage', 'DeleteImage', 'AddTags', 'ListTags', 'DeleteTags',
        'CreateImageVersion', 'ListImageVersions', 'ListAliases',
      ],
      ['DescribeImageVersion', 'UpdateImageVersion', 'DeleteImageVersion', 'ListAliases']);
    const role = imageRoleOf(this.image);
    return role ? grants.combine(iam.Grant.addToPrincipal({
      grantee,
      actions: ['iam:PassRole'],
      resourceArns: [role.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    })) : grants;
  }

  private grant(grantee: iam.IGrantable, onImage: string[], onVersions: string[]): iam.Grant {
    return grant(this.image, grantee, [
      { actions: onImage, resource: arnOfImage(this.image) },
      { actions: onVersions, resource: arnOfImageVersion(this.image) },
    ]);
  }
}
