import { aws_sagemaker as sagemaker, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';
import { arnOfImage, imageNameOf, lowerCase } from './image-facts';
import { formatArn } from '../../private/arn';
import { once } from '../../private/once';
import { topLevelStack } from '../../private/stacks';

/** Members of an L2 or an L1 that another reference may not have. */
interface KnownImageVersion {
  readonly image?: sagemaker.IImageRef;
  readonly imageName?: string;
}

/** Returns the image of an owned version, if the app has it as a construct. */
export function imageOfVersion(version: sagemaker.IImageVersionRef): sagemaker.IImageRef | undefined {
  return (version as KnownImageVersion).image;
}

/** Returns the ARN of the image of any version. */
export function arnOfImageOf(version: sagemaker.IImageVersionRef): string {
  const image = imageOfVersion(version);
  return image ? arnOfImage(image) : arnOf(version, 'image', imageNameOfVersion(version));
}

/**
 * Returns the ARN of a version for use in a policy.
 *
 * A policy in another stack gets the pattern for all versions of the image. The number that SageMaker assigns to the version
 * cannot be imported from another account or Region. From another stack in the same environment it can, but CloudFormation
 * then refuses each change of the number, and so of the base image.
 */
export function arnForPolicies(version: sagemaker.IImageVersionRef): string {
  const arn = version.imageVersionRef.imageVersionArn;
  if (!Token.isUnresolved(arn)) {
    return arn;
  }
  return once(version, arnForPolicies, () => Lazy.uncachedString({
    produce: ({ scope }) => topLevelStack(Stack.of(scope)) === topLevelStack(Stack.of(version))
      ? arn
      : arnOf(version, 'image-version', `${imageNameOfVersion(version)}/*`),
  }));
}

/** Formats the ARN of the version with a number, of the same image. */
export function arnOfNumber(version: sagemaker.IImageVersionRef, number: string): string {
  return arnOf(version, 'image-version', `${imageNameOfVersion(version)}/${number}`);
}

/** Splits the ARN of a version into the name of the image and the number. */
export function splitImageVersionArn(arn: string): { imageName: string; version: number } {
  const literal = arn.split('/');
  const [imageName, version] = [1, 2].map((index) => literal.length === 3 ? literal[index] : Fn.select(index, Fn.split('/', arn)));
  return { imageName, version: Token.isUnresolved(version) ? Token.asNumber(version) : Number(version) };
}

/** Returns the name of the image of any version. */
export function imageNameOfVersion(version: sagemaker.IImageVersionRef): string {
  const image = imageOfVersion(version);
  return (image ? imageNameOf(image) : (version as KnownImageVersion).imageName)
    ?? splitImageVersionArn(version.imageVersionRef.imageVersionArn).imageName;
}

function arnOf(version: sagemaker.IImageVersionRef, resource: string, resourceName: string): string {
  return formatArn(version, { service: 'sagemaker', ...version.env, resource, resourceName: lowerCase(resourceName) });
}
