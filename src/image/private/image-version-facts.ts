import { aws_sagemaker as sagemaker, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';
import { arnOfImage, imageNameOf, lowerCase } from './image-facts';
import { topLevelStack } from '../../private/stacks';

/** What an L2 or an L1 knows about a version, and another reference may not. */
interface KnownImageVersion {
  readonly image?: sagemaker.IImageRef;
  readonly imageName?: string;
}

/** The image of a version of this app, where it is known as a construct. */
export function imageOfVersion(version: sagemaker.IImageVersionRef): sagemaker.IImageRef | undefined {
  return (version as KnownImageVersion).image;
}

/** The ARN of the image of any version. */
export function arnOfImageOf(version: sagemaker.IImageVersionRef): string {
  const image = imageOfVersion(version);
  return image ? arnOfImage(image) : formatArn(version, 'image', imageNameOfVersion(version));
}

/**
 * The ARN of a version for use in a policy.
 *
 * A policy in another stack gets the pattern for all versions of the image. From another account or Region the number
 * that SageMaker gives to the version cannot be imported; from another stack beside it it could, but CloudFormation would
 * never let it change again, and with it the base image.
 */
export function arnForPolicies(version: sagemaker.IImageVersionRef): string {
  const arn = version.imageVersionRef.imageVersionArn;
  if (!Token.isUnresolved(arn)) {
    return arn;
  }
  return Lazy.uncachedString({
    produce: ({ scope }) => topLevelStack(Stack.of(scope)) === topLevelStack(Stack.of(version))
      ? arn
      : formatArn(version, 'image-version', `${imageNameOfVersion(version)}/*`),
  });
}

/** The ARN of the version of the same image that has a number. */
export function arnOfNumber(version: sagemaker.IImageVersionRef, number: string): string {
  return formatArn(version, 'image-version', `${imageNameOfVersion(version)}/${number}`);
}

/** Name and number from the ARN of a version. */
export function splitImageVersionArn(arn: string): { imageName: string; version: number } {
  const literal = arn.split('/');
  const [imageName, version] = [1, 2].map((index) => literal.length === 3 ? literal[index] : Fn.select(index, Fn.split('/', arn)));
  return { imageName, version: Token.isUnresolved(version) ? Token.asNumber(version) : Number(version) };
}

/** The name of the image of any version. */
export function imageNameOfVersion(version: sagemaker.IImageVersionRef): string {
  const image = imageOfVersion(version);
  return (image ? imageNameOf(image) : (version as KnownImageVersion).imageName)
    ?? splitImageVersionArn(version.imageVersionRef.imageVersionArn).imageName;
}

function formatArn(version: sagemaker.IImageVersionRef, resource: string, resourceName: string): string {
  return Stack.of(version).formatArn({ service: 'sagemaker', ...version.env, resource, resourceName: lowerCase(resourceName) });
}
