import { aws_sagemaker as sagemaker, aws_ssm as ssm, CfnDeletionPolicy, Names, Stack, Token, Tokenization } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { nameOfAppImageConfig } from './app-image-config-facts';
import { CustomImage } from './custom-images';
import type { ImageVersion } from '../../image';
import { arnForPolicies, arnOfNumber, imageNameOfVersion, splitImageVersionArn } from '../../image/private/image-version-facts';
import { cfnResourceOf, dependOnStack } from '../../private/dependencies';
import { topLevelStack } from '../../private/stacks';

/** What an L2 and an import know about a version, and another reference may not. */
interface KnownVersion {
  readonly version?: number;
}

/**
 * The entry for a version in a stack: by its own number, so that the place moves to another version with the deployment
 * that makes it.
 */
export function entryIn(stack: Stack, version: sagemaker.IImageVersionRef, config: sagemaker.IAppImageConfigRef): CustomImage {
  return {
    imageName: imageNameOfVersion(version),
    imageVersionNumber: isOfAnotherStack(stack, version) ? Token.asNumber(sharedNumberIn(stack, version)) : numberOf(version),
    appImageConfigName: nameOfAppImageConfig(config),
  };
}

/** The ARN of a version for a policy in a stack. */
export function arnIn(stack: Stack, version: sagemaker.IImageVersionRef): string {
  return isOfAnotherStack(stack, version) ? arnOfNumber(version, sharedNumberIn(stack, version)) : arnForPolicies(version);
}

function numberOf(version: sagemaker.IImageVersionRef): number {
  return sagemaker.CfnImageVersion.isCfnImageVersion(version)
    ? version.attrVersion
    : (version as KnownVersion).version ?? splitImageVersionArn(version.imageVersionRef.imageVersionArn).version;
}

/** Whether the number is made by a deployment that is not that of the stack. */
function isOfAnotherStack(stack: Stack, version: sagemaker.IImageVersionRef): boolean {
  return cfnResourceOf(version) !== undefined && topLevelStack(stack) !== topLevelStack(Stack.of(version));
}

/**
 * The number of a version of another stack.
 *
 * It is not imported, since CloudFormation refuses to change what is imported, and the next version could never be made.
 * The stack reads a parameter instead: the CDK deploys it anew each time, because it cannot know whether that has changed.
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
 * The stack of a version is deployed before the one that refers to it. When the version is removed from the app, and another takes
 * its place in the domain, it would be deleted while the domain still refers to it.
 */
function retainByDefault(version: sagemaker.IImageVersionRef): void {
  if (sagemaker.CfnImageVersion.isCfnImageVersion(version)) {
    version.cfnOptions.deletionPolicy ??= CfnDeletionPolicy.RETAIN;
    version.cfnOptions.updateReplacePolicy ??= CfnDeletionPolicy.RETAIN;
  } else {
    (version as Partial<ImageVersion>)._retainByDefault?.();
  }
}
