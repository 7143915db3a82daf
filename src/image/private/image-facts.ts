import { Arn, ArnFormat, aws_iam as iam, aws_sagemaker as sagemaker, CfnResource } from 'aws-cdk-lib';
import { formatArn } from '../../private/arn';
import { cfnResourceOf } from '../../private/dependencies';
import { isUnknown } from '../../private/problems';

/** Members of an L2 or an import that an L1 or another reference may not have. */
interface KnownImage {
  readonly imageName?: string;
  readonly role?: iam.IRole;
}

/** Returns the name of any image. It is taken from the ARN if the image has no name member, as in a reference. */
export function imageNameOf(image: sagemaker.IImageRef): string {
  return (image as KnownImage).imageName ?? Arn.split(image.imageRef.imageArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
}

/** Returns the role that SageMaker assumes for an image, if the app has it as a construct. */
export function imageRoleOf(image: sagemaker.IImageRef): iam.IRole | undefined {
  return (image as KnownImage).role;
}

/** Returns the CloudFormation resource of an owned image, or undefined for an import. */
export function imageResourceOf(image: sagemaker.IImageRef): CfnResource | undefined {
  return cfnResourceOf(image);
}

/**
 * Formats the ARN of an image from its name.
 *
 * Unlike `Ref`, it creates no dependency on the resource, so a policy with it can be attached to any role. It can be used in
 * other stacks, accounts and Regions.
 */
export function arnOfImage(image: sagemaker.IImageRef): string {
  return formatArn(image, { service: 'sagemaker', ...image.env, resource: 'image', resourceName: lowerCase(imageNameOf(image)) });
}

/** Formats the ARN of one version of an image, or the pattern for all of its versions. */
export function arnOfImageVersion(image: sagemaker.IImageRef, version: string = '*'): string {
  return formatArn(image, {
    service: 'sagemaker', ...image.env, resource: 'image-version', resourceName: `${lowerCase(imageNameOf(image))}/${version}`,
  });
}

/** Converts a name to lower case, as SageMaker does in ARNs: its ARN patterns allow nothing else. */
export function lowerCase(name: string): string {
  return isUnknown(name) ? name : name.toLowerCase();
}
