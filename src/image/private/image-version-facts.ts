import { aws_sagemaker as sagemaker, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';
import { arnsOf, arnsOfImage, imageNameOf } from './image-facts';
import { nameOfL1 } from '../../private/late-names';
import { once } from '../../private/once';
import { topLevelStack } from '../../private/stacks';

/** Members of an L2 or an L1 that another reference may not have. */
interface KnownImageVersion {
  readonly image?: sagemaker.IImageRef;
  readonly imageName?: string;
  readonly version?: number;
  /** Whether the number changes without a deployment, so that permissions on one version are not enough. */
  readonly _changesByItself?: boolean;
}

/** Returns the image of an owned version, if the app has it as a construct. */
export function imageOfVersion(version: sagemaker.IImageVersionRef): sagemaker.IImageRef | undefined {
  return (version as KnownImageVersion).image;
}

/** Returns the ARNs of the image of any version, for policies. */
export function arnsOfImageOf(version: sagemaker.IImageVersionRef): string[] {
  const image = imageOfVersion(version);
  return image ? arnsOfImage(image) : arnsOf(version, imageNameOfVersion(version), (name) => ['image', name]);
}

/**
 * Returns the ARNs of a version for use in a policy: one for each spelling of the name of its image.
 *
 * A policy in another stack gets the patterns for all versions of the image. The number that SageMaker assigns to the version
 * cannot be imported from another account or Region. From another stack in the same environment it can, but CloudFormation
 * then refuses each change of the number, and so of the base image.
 */
export function arnsForPolicies(version: sagemaker.IImageVersionRef): string[] {
  if (changesByItself(version)) {
    return arnsOfNumber(version, '*');
  }
  const arn = version.imageVersionRef.imageVersionArn;
  return once(version, arnsForPolicies, () => {
    const patterns = arnsOfNumber(version, '*');
    const numbered = patterns.length === 1 ? [arn] : arnsOfNumber(version, textOf(numberOf(version)));
    return Token.isUnresolved(arn) ? numbered.map((one, index) => Lazy.uncachedString({
      produce: ({ scope }) => topLevelStack(Stack.of(scope)) === topLevelStack(Stack.of(version)) ? one : patterns[index],
    })) : numbered;
  });
}

/** Whether the number of a version changes without a deployment. */
export function changesByItself(version: sagemaker.IImageVersionRef): boolean {
  return (version as KnownImageVersion)._changesByItself === true;
}

/** Formats the ARNs of the version with a number, of the same image, for policies. */
export function arnsOfNumber(version: sagemaker.IImageVersionRef, number: string): string[] {
  return arnsOf(version, imageNameOfVersion(version), (name) => ['image-version', `${name}/${number}`]);
}

/** Returns the number of any version. */
export function numberOf(version: sagemaker.IImageVersionRef): number {
  return sagemaker.CfnImageVersion.isCfnImageVersion(version)
    ? version.attrVersion
    : (version as KnownImageVersion).version ?? splitImageVersionArn(version.imageVersionRef.imageVersionArn).version;
}

/** Returns a number as it is written in an ARN. */
export function textOf(number: number | string): string {
  return Token.isUnresolved(number) ? Token.asString(number) : String(number);
}

/**
 * Returns the number of a version as a string.
 *
 * A number that is unknown is the last part of the ARN. Where CloudFormation expects a string, as in an output, the validation
 * of the CDK rejects the attribute with the number, even in `Fn::Sub` and `Fn::Join`, although CloudFormation converts it.
 */
export function numberAsString({ version, imageVersionArn }: { version: number; imageVersionArn: string }): string {
  return Token.isUnresolved(version) ? lastPartsOf(imageVersionArn)[1] : String(version);
}

/** Splits the ARN of a version into the name of the image and the number. */
export function splitImageVersionArn(arn: string): { imageName: string; version: number } {
  const [imageName, version] = lastPartsOf(arn);
  return { imageName, version: Token.isUnresolved(version) ? Token.asNumber(version) : Number(version) };
}

/** Returns the second and the third part of the ARN of a version: the name of the image and the number. */
function lastPartsOf(arn: string): string[] {
  const literal = arn.split('/');
  return [1, 2].map((index) => literal.length === 3 ? literal[index] : Fn.select(index, Fn.split('/', arn)));
}

/** Returns the name of the image of any version. */
export function imageNameOfVersion(version: sagemaker.IImageVersionRef): string {
  if (sagemaker.CfnImageVersion.isCfnImageVersion(version)) {
    return nameOfL1(version, 'ImageName', 'set imageName before the version is used');
  }
  const image = imageOfVersion(version);
  return (image ? imageNameOf(image) : (version as KnownImageVersion).imageName)
    ?? splitImageVersionArn(version.imageVersionRef.imageVersionArn).imageName;
}
