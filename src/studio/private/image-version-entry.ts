import { aws_sagemaker as sagemaker, aws_ssm as ssm, CfnDeletionPolicy, Names, Stack, Token, Tokenization } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { nameOfAppImageConfig } from './app-image-config-facts';
import type { CustomImage } from './custom-images';
import type { DefaultImage } from './default-image';
import type { ImageVersion } from '../../image';
import { arnsForPolicies, arnsOfImageOf, arnsOfNumber, changesByItself, imageNameOfVersion, numberOf } from '../../image/private/image-version-facts';
import { lowerCase } from '../../image/private/spellings';
import { cfnResourceOf, dependOnStack } from '../../private/dependencies';
import { topLevelStack } from '../../private/stacks';

/**
 * Returns the entry for a version in a stack. It contains the number of the version, so that the target moves to another version
 * with the deployment that creates it.
 */
export function entryIn(stack: Stack, version: sagemaker.IImageVersionRef, config: sagemaker.IAppImageConfigRef): CustomImage {
  return {
    imageName: imageNameOfVersion(version),
    imageVersionNumber: isOfAnotherStack(stack, version) ? Token.asNumber(sharedNumberIn(stack, version)) : numberOf(version),
    appImageConfigName: nameOfAppImageConfig(config),
  };
}

/** Returns the ARNs of a version in a stack, as SageMaker spells them. Like the entry, they follow the version. */
export function defaultImageIn(stack: Stack, version: sagemaker.IImageVersionRef): DefaultImage {
  const [sageMakerImageArn] = arnsOfImageOf(version);
  const sageMakerImageVersionArn = isOfAnotherStack(stack, version)
    ? arnsOfNumber(version, sharedNumberIn(stack, version))[0] : lowerCase(version.imageVersionRef.imageVersionArn);
  return { sageMakerImageArn, sageMakerImageVersionArn };
}

/** Returns the ARNs of a version for a policy in a stack: one for each spelling of the name of its image. */
export function arnsIn(stack: Stack, version: sagemaker.IImageVersionRef): string[] {
  const isShared = isOfAnotherStack(stack, version) && !changesByItself(version);
  return isShared ? arnsOfNumber(version, sharedNumberIn(stack, version)) : arnsForPolicies(version);
}

/** Whether the number is created by the deployment of another stack. */
function isOfAnotherStack(stack: Stack, version: sagemaker.IImageVersionRef): boolean {
  return cfnResourceOf(version) !== undefined && topLevelStack(stack) !== topLevelStack(Stack.of(version));
}

/**
 * Returns the number of a version of another stack.
 *
 * It is not imported, because CloudFormation does not change exports that are imported, so the next version could not be created.
 * The stack reads a parameter instead. The CDK deploys the stack each time, because the parameter may have changed.
 */
function sharedNumberIn(stack: Stack, version: sagemaker.IImageVersionRef): string {
  const parameterName = `/cdk-sagemaker-images/${Names.uniqueResourceName(version, { maxLength: 200, separator: '-' })}`;
  const id = 'StudioNumber';
  if (!version.node.tryFindChild(id)) {
    new ssm.StringParameter(version as unknown as Construct, id, {
      parameterName,
      stringValue: Tokenization.stringifyNumber(numberOf(version)),
      description: 'Number of a SageMaker image version, for the Studio domains of other stacks',
    });
    retainByDefault(version);
  }
  dependOnStack(topLevelStack(stack), topLevelStack(Stack.of(version)), 'Studio refers to an image version by its number');
  return ssm.StringParameter.valueForStringParameter(topLevelStack(stack), parameterName);
}

/**
 * Retains a version by default. Its stack is deployed before the stack that refers to it. When another version replaces it in the
 * app, it would be deleted while the domain still refers to it. If the deployment that creates it fails, it is deleted, so that it
 * does not keep its alias.
 */
function retainByDefault(version: sagemaker.IImageVersionRef): void {
  if (sagemaker.CfnImageVersion.isCfnImageVersion(version)) {
    version.cfnOptions.deletionPolicy ??= CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
    version.cfnOptions.updateReplacePolicy ??= CfnDeletionPolicy.RETAIN;
  } else {
    (version as Partial<ImageVersion>)._retainByDefault?.();
  }
}
