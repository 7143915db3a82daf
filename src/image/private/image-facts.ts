import { Arn, ArnFormat, aws_iam as iam, aws_sagemaker as sagemaker, CfnResource, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { cfnResourceOf } from '../../private/dependencies';
import { isUnknown } from '../../private/problems';

/** What an L2 and an import know about an image, and an L1 or another reference may not. */
interface KnownImage {
  readonly imageName?: string;
  readonly role?: iam.IRole;
}

/** The name of any image. A reference has only the ARN, so that it is split from it where nothing better is known. */
export function imageNameOf(image: sagemaker.IImageRef): string {
  return (image as KnownImage).imageName ?? Arn.split(image.imageRef.imageArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
}

/** The role that SageMaker assumes for an image, where it is known as a construct. */
export function imageRoleOf(image: sagemaker.IImageRef): iam.IRole | undefined {
  return (image as KnownImage).role;
}

/** The CloudFormation resource of an image of this app; undefined for an import. */
export function imageResourceOf(image: sagemaker.IImageRef): CfnResource | undefined {
  return cfnResourceOf(image);
}

/**
 * The ARN of an image, put together from its name.
 *
 * Unlike `Ref` it makes no dependency on the resource, so that a policy with it can be attached to any role, and it
 * can be used from other stacks, accounts and Regions.
 */
export function arnOfImage(image: sagemaker.IImageRef): string {
  return formatArn(image, 'image', lowerCase(imageNameOf(image)));
}

/** The ARN of one version of an image by its number, or with `*` of all its versions. */
export function arnOfImageVersion(image: sagemaker.IImageRef, version: string = '*'): string {
  return formatArn(image, 'image-version', `${lowerCase(imageNameOf(image))}/${version}`);
}

/** SageMaker lower-cases names in ARNs: its ARN patterns allow nothing else. */
export function lowerCase(name: string): string {
  return isUnknown(name) ? name : name.toLowerCase();
}

function formatArn(image: IConstruct & sagemaker.IImageRef, resource: string, resourceName: string): string {
  return Stack.of(image).formatArn({ service: 'sagemaker', ...image.env, resource, resourceName });
}
