import { aws_sagemaker as sagemaker, aws_ssm as ssm, CfnDeletionPolicy, Names, Stack, Token, Tokenization } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { numberOf, textOf } from './image-version-facts';
import { cfnResourceOf, dependOnStack } from '../../private/dependencies';
import { topLevelStack } from '../../private/stacks';

/** A member of an owned version. */
interface Retainable {
  _retainByDefault?(): void;
}

/** Whether the number is created by the deployment of another stack. */
export function isOfAnotherStack(stack: Stack, version: sagemaker.IImageVersionRef): boolean {
  return cfnResourceOf(version) !== undefined && topLevelStack(stack) !== topLevelStack(Stack.of(version));
}

/** Returns the number of a version in a stack. */
export function numberIn(stack: Stack, version: sagemaker.IImageVersionRef): number {
  return isOfAnotherStack(stack, version) ? Token.asNumber(sharedNumberIn(stack, version)) : numberOf(version);
}

/** Returns the number of a version in a stack, as it is written in an ARN. */
export function numberTextIn(stack: Stack, version: sagemaker.IImageVersionRef): string {
  return isOfAnotherStack(stack, version) ? sharedNumberIn(stack, version) : textOf(numberOf(version));
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
      description: 'Number of a SageMaker image version, for other stacks',
    });
    retainByDefault(version);
  }
  dependOnStack(topLevelStack(stack), topLevelStack(Stack.of(version)), 'the stack reads the number of an image version');
  return ssm.StringParameter.valueForStringParameter(topLevelStack(stack), parameterName);
}

/**
 * Retains a version by default. Its stack is deployed before the stack that refers to it. When another version replaces it in the
 * app, it would be deleted while the other stack still refers to it. If the deployment that creates it fails, it is deleted, so that
 * it does not keep its alias.
 */
function retainByDefault(version: sagemaker.IImageVersionRef): void {
  if (sagemaker.CfnImageVersion.isCfnImageVersion(version)) {
    version.cfnOptions.deletionPolicy ??= CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
    version.cfnOptions.updateReplacePolicy ??= CfnDeletionPolicy.RETAIN;
  } else {
    (version as Retainable)._retainByDefault?.();
  }
}
