import { aws_sagemaker as sagemaker, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, Image, ImageVersion, StudioApp, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { baseImage } from './fixtures';

export const ROLE_ARN = 'arn:aws:iam::111111111111:role/studio';

/** One app of each kind. */
export const APPS = {
  JupyterLab: StudioApp.jupyterLab(),
  CodeEditor: StudioApp.codeEditor(),
  KernelGateway: StudioApp.kernelGateway({ kernelName: 'python3' }),
  RSession: StudioApp.rSession(),
};

/** A domain with an execution role that is not of the app. */
export function domainIn(stack: Stack, props: Partial<sagemaker.CfnDomainProps> = {}, id = 'Domain'): sagemaker.CfnDomain {
  return new sagemaker.CfnDomain(stack, id, {
    authMode: 'IAM', domainName: 'ml', defaultUserSettings: { executionRole: ROLE_ARN }, vpcId: 'vpc-1', subnetIds: ['subnet-1'], ...props,
  });
}

/** A version of the image 'torch', and a configuration 'torch-config', in one stack. */
export function imageIn(stack: Stack, app: StudioApp = APPS.JupyterLab, name = 'torch'): { version: ImageVersion; config: AppImageConfig } {
  return {
    version: new Image(stack, name, { imageName: name }).addVersion('V', { baseImage: baseImage(name) }),
    config: new AppImageConfig(stack, `${name}-config`, { app, appImageConfigName: `${name}-config` }),
  };
}

/** Attaches a new image. */
export function attach(stack: Stack, target: StudioTarget, app: StudioApp = APPS.JupyterLab, name = 'torch'): StudioAttachment {
  const { version, config } = imageIn(stack, app, name);
  return new StudioAttachment(stack, `${name}-attachment`, { imageVersion: version, appImageConfig: config, target });
}

/** The entry that attaching this image renders. */
export function entryOf(stack: Stack, { imageVersion }: StudioAttachment, name = 'torch'): object {
  const resource = imageVersion.node.defaultChild as CfnResource;
  return { ImageName: name, AppImageConfigName: `${name}-config`, ImageVersionNumber: { 'Fn::GetAtt': [stack.getLogicalId(resource), 'Version'] } };
}

/** The rendered properties of an L1. */
export function propertiesOf(resource: CfnResource): Record<string, any> {
  return Template.fromStack(resource.stack).toJSON().Resources[resource.stack.resolve(resource.logicalId)].Properties;
}
