import { Arn, ArnFormat, aws_iam as iam, aws_sagemaker as sagemaker, CfnResource } from 'aws-cdk-lib';
import type { IEnvironmentAware } from 'aws-cdk-lib/interfaces';
import type { IConstruct } from 'constructs';
import { lowerCase, spellingsOf } from './spellings';
import { formatArn } from '../../private/arn';
import { cfnResourceOf, dependOn } from '../../private/dependencies';
import { nameOfL1 } from '../../private/late-names';
import { roleWithArn } from '../../private/owned-roles';
import { resolveFinal, resolveReferences } from '../../private/references';

/** Members of an L2 or an import that an L1 or another reference may not have. */
interface KnownImage {
  readonly imageName?: string;
  readonly role?: iam.IRole;
}

/** Returns the name of any image. It is taken from the ARN if the image has no name member, as in a reference. */
export function imageNameOf(image: sagemaker.IImageRef): string {
  if (sagemaker.CfnImage.isCfnImage(image)) {
    return nameOfL1(image, 'ImageName', 'set imageName before the image is used');
  }
  return (image as KnownImage).imageName ?? Arn.split(image.imageRef.imageArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
}

/** Returns the role that SageMaker assumes for an image, if the app has it as a construct: for an L1, a role of the app. */
export function imageRoleOf(image: sagemaker.IImageRef): iam.IRole | undefined {
  if (!sagemaker.CfnImage.isCfnImage(image)) {
    return (image as KnownImage).role;
  }
  const arn = resolveFinal(image.imageRoleArn, image);
  return arn && roleWithArn(arn, resolveReferences(image.imageRoleArn, image).targets);
}

/** Returns the CloudFormation resource of an owned image, or undefined for an import. */
export function imageResourceOf(image: sagemaker.IImageRef): CfnResource | undefined {
  return cfnResourceOf(image);
}

/** Makes a resource wait for an owned image. Nothing else does, because the name of the image is a literal. */
export function dependOnImage(resource: CfnResource, image: sagemaker.IImageRef): void {
  const target = imageResourceOf(image);
  if (target) {
    dependOn(resource, target);
  }
}

/**
 * Formats the ARNs of an image from its name, for policies: one for each spelling.
 *
 * Unlike `Ref`, they create no dependency on the resource, so a policy with them can be attached to any role. They can be used in
 * other stacks, accounts and Regions.
 */
export function arnsOfImage(image: sagemaker.IImageRef): string[] {
  return arnsOf(image, imageNameOf(image), (name) => ['image', name]);
}

/** Formats the ARNs of one version of an image, or the patterns for all of its versions, for policies. */
export function arnsOfImageVersion(image: sagemaker.IImageRef, version: string = '*'): string[] {
  return arnsOf(image, imageNameOf(image), (name) => ['image-version', `${name}/${version}`]);
}

/** Formats one ARN for each spelling of a name, in the environment of its owner. */
export function arnsOf(owner: IConstruct & IEnvironmentAware, name: string, partsOf: (name: string) => [resource: string, name: string]): string[] {
  return spellingsOf(owner, name).map(partsOf)
    .map(([resource, resourceName]) => formatArn(owner, { service: 'sagemaker', ...owner.env, resource, resourceName }));
}

/** Formats the ARN of one version of an image as SageMaker does. */
export function arnOfImageVersion(image: sagemaker.IImageRef, version: string): string {
  return formatArn(image, {
    service: 'sagemaker', ...image.env, resource: 'image-version', resourceName: `${lowerCase(imageNameOf(image))}/${version}`,
  });
}
