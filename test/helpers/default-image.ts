import { CfnResource, Stack } from 'aws-cdk-lib';
import { StudioApp, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { APPS, imageIn } from './studio';

/** Creates an image and makes it the default of its app. */
export function attachDefault(stack: Stack, target: StudioTarget, app: StudioApp = APPS.JupyterLab, name = 'torch'): StudioAttachment {
  const { version, config } = imageIn(stack, app, name);
  return new StudioAttachment(stack, `${name}-attachment`, { imageVersion: version, appImageConfig: config, target, defaultImage: true });
}

/** The ARN of an image in the account and Region of `HERE`. */
export function imageArn(name = 'torch'): object {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:sagemaker:eu-west-1:111111111111:image/${name}` };
}

/** The default image that an attachment renders into a template of its own stack. */
export function defaultOf(stack: Stack, { imageVersion }: StudioAttachment, name = 'torch'): object {
  const version = { Ref: stack.getLogicalId(imageVersion.node.defaultChild as CfnResource) };
  return { SageMakerImageArn: imageArn(name), SageMakerImageVersionArn: version };
}
