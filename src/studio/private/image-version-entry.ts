import type { aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { nameOfAppImageConfig } from './app-image-config-facts';
import type { CustomImage } from './custom-images';
import type { DefaultImage } from './default-image';
import { arnsForPolicies, arnsOfImageOf, arnsOfNumber, changesByItself, imageNameOfVersion } from '../../image/private/image-version-facts';
import { isOfAnotherStack, numberIn, numberTextIn } from '../../image/private/number-in-stack';
import { lowerCase } from '../../image/private/spellings';

/**
 * Returns the entry for a version in a stack. It contains the number of the version, so that the target moves to another version
 * with the deployment that creates it.
 */
export function entryIn(stack: Stack, version: sagemaker.IImageVersionRef, config: sagemaker.IAppImageConfigRef): CustomImage {
  return {
    imageName: imageNameOfVersion(version),
    imageVersionNumber: numberIn(stack, version),
    appImageConfigName: nameOfAppImageConfig(config),
  };
}

/** Returns the ARNs of a version in a stack, as SageMaker spells them. Like the entry, they follow the version. */
export function defaultImageIn(stack: Stack, version: sagemaker.IImageVersionRef): DefaultImage {
  const [sageMakerImageArn] = arnsOfImageOf(version);
  const sageMakerImageVersionArn = isOfAnotherStack(stack, version)
    ? arnsOfNumber(version, numberTextIn(stack, version))[0] : lowerCase(version.imageVersionRef.imageVersionArn);
  return { sageMakerImageArn, sageMakerImageVersionArn };
}

/** Returns the ARNs of a version for a policy in a stack: one for each spelling of the name of its image. */
export function arnsIn(stack: Stack, version: sagemaker.IImageVersionRef): string[] {
  const isShared = isOfAnotherStack(stack, version) && !changesByItself(version);
  return isShared ? arnsOfNumber(version, numberTextIn(stack, version)) : arnsForPolicies(version);
}
