import { aws_iam as iam, aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import { grant, GrantStatement, sagemakerActions } from './private/grant';
import { arnsOfImage, arnsOfImageVersion, imageRoleOf } from './private/image-facts';
import { IMAGE } from './private/validate-image';
import { requireInstance } from '../private/problems';

/**
 * Grants permissions on a SageMaker image and its versions.
 *
 * The methods for versions grant exactly the actions that AWS documents for the create, delete, list, read and update
 * handlers of `AWS::SageMaker::ImageVersion`. Each action is granted on the resource type that IAM supports for it: this
 * image, or all versions of this image.
 *
 * The permissions on versions end with `/*`, because SageMaker assigns the numbers. cdk-nag reports that as AwsSolutions-IAM5. To
 * grant the use of one version only, use the grants of that version, in the same stack.
 *
 * If the name has upper-case letters, it is granted as it is and in lower case, because IAM may compare either. A name that is
 * unknown before the deployment is granted as it is, and a warning is added.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 * @example
 * image.grants.createVersion(pipeline);
 * image.grants.readVersions(analyst);
 * ImageGrants.fromImage(Image.fromImageName(this, 'Torch', 'torch')).listVersions(analyst);
 */
export class ImageGrants {
  /**
   * Creates grants for any image: an `Image`, an import or a `CfnImage`.
   *
   * Throws if the value is not an image.
   *
   * @param image the image that the permissions, including those on its versions, apply to
   * @returns the grants
   */
  public static fromImage(image: sagemaker.IImageRef): ImageGrants {
    requireInstance('ImageGrants.fromImage', 'image', image, 'imageRef', IMAGE);
    return new ImageGrants(image);
  }

  private constructor(private readonly image: sagemaker.IImageRef) {}

  /**
   * Grants the permission to create versions of this image: `CreateImageVersion` and `DescribeImageVersion`.
   *
   * @param grantee the principal to grant the permission to
   * @returns the grant. Its `success` is false, and a warning is added, if the app cannot add policies to the grantee.
   */
  public createVersion(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['CreateImageVersion'], ['DescribeImageVersion']);
  }

  /**
   * Grants the permission to delete any version of this image: `DeleteImageVersion` and `DescribeImageVersion`.
   *
   * @param grantee the principal to grant the permission to
   * @returns the grant. Its `success` is false, and a warning is added, if the app cannot add policies to the grantee.
   */
  public deleteVersions(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, [], ['DeleteImageVersion', 'DescribeImageVersion']);
  }

  /**
   * Grants the permission to list the versions of this image: `ListImageVersions`.
   *
   * @param grantee the principal to grant the permission to
   * @returns the grant. Its `success` is false, and a warning is added, if the app cannot add policies to the grantee.
   */
  public listVersions(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['ListImageVersions'], []);
  }

  /**
   * Grants the permission to read any version of this image: `DescribeImageVersion`.
   *
   * @param grantee the principal to grant the permission to
   * @returns the grant. Its `success` is false, and a warning is added, if the app cannot add policies to the grantee.
   */
  public readVersions(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, [], ['DescribeImageVersion']);
  }

  /**
   * Grants the permission to update any version of this image, including its aliases.
   *
   * The actions are `UpdateImageVersion`, `DescribeImageVersion` and `ListAliases`.
   *
   * @param grantee the principal to grant the permission to
   * @returns the grant. Its `success` is false, and a warning is added, if the app cannot add policies to the grantee.
   */
  public updateVersions(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['ListAliases'], ['UpdateImageVersion', 'DescribeImageVersion', 'ListAliases']);
  }

  /**
   * Grants the permission to create, delete, list, read and update the versions of this image.
   *
   * @param grantee the principal to grant the permission to
   * @returns the grant. Its `success` is false, and a warning is added, if the app cannot add policies to the grantee.
   */
  public manageVersions(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee,
      ['CreateImageVersion', 'ListImageVersions', 'ListAliases'],
      ['DescribeImageVersion', 'UpdateImageVersion', 'DeleteImageVersion', 'ListAliases']);
  }

  /**
   * Grants the permissions to deploy this image and its versions.
   *
   * They are the permissions of `manageVersions`, the permissions to create, read, update, tag and delete the image itself, and
   * the permission to pass the role of the image to SageMaker, if the role is known.
   *
   * They include `sagemaker:DescribeImage` and `sagemaker:DescribeImageVersion`, which the handlers of an owned domain or user
   * profile call for each attached image.
   *
   * @param grantee the principal to grant the permissions to, for example the execution role of CloudFormation
   * @returns the grant. Its `success` is false, and a warning is added, if the app cannot add policies to the grantee.
   */
  public deploy(grantee: iam.IGrantable): iam.Grant {
    const role = imageRoleOf(this.image);
    return this.grant(grantee,
      [
        'CreateImage', 'DescribeImage', 'UpdateImage', 'DeleteImage', 'AddTags', 'ListTags', 'DeleteTags',
        'CreateImageVersion', 'ListImageVersions', 'ListAliases',
      ],
      ['DescribeImageVersion', 'UpdateImageVersion', 'DeleteImageVersion', 'ListAliases'],
      role && {
        actions: ['iam:PassRole'],
        resources: [role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
      });
  }

  private grant(grantee: iam.IGrantable, onImage: string[], onVersions: string[], more?: GrantStatement): iam.Grant {
    return grant(this.image, grantee, [
      { actions: sagemakerActions(...onImage), resources: arnsOfImage(this.image) },
      { actions: sagemakerActions(...onVersions), resources: arnsOfImageVersion(this.image) },
      ...more ? [more] : [],
    ]);
  }
}
