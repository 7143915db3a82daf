import { aws_sagemaker as sagemaker, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, Image, ImageVersion, StudioApp, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { baseImage } from './fixtures';

/** The custom resource for all attachments of a stack to one existing target. */
export const STUDIO_ATTACHMENTS = 'Custom::SageMakerStudioAttachments';

export const ROLE_ARN = 'arn:aws:iam::111111111111:role/studio';

/** One app of each kind. */
export const APPS = {
  JupyterLab: StudioApp.jupyterLab(),
  CodeEditor: StudioApp.codeEditor(),
  KernelGateway: StudioApp.kernelGateway({ kernelName: 'python3' }),
  RSession: StudioApp.rSession(),
};

/** Creates a domain with an imported execution role. */
export function domainIn(stack: Stack, props: Partial<sagemaker.CfnDomainProps> = {}, id = 'Domain'): sagemaker.CfnDomain {
  return new sagemaker.CfnDomain(stack, id, {
    authMode: 'IAM', domainName: 'ml', defaultUserSettings: { executionRole: ROLE_ARN }, vpcId: 'vpc-1', subnetIds: ['subnet-1'], ...props,
  });
}

/** Creates an image with a version, and an app image config for it. */
export function imageIn(stack: Stack, app: StudioApp = APPS.JupyterLab, name = 'torch'): { version: ImageVersion; config: AppImageConfig } {
  return {
    version: new Image(stack, name, { imageName: name }).addVersion('V', { baseImage: baseImage(`${name}-1.0`) }),
    config: new AppImageConfig(stack, `${name}-config`, { app, appImageConfigName: `${name}-config` }),
  };
}

/** Creates an image and attaches it. */
export function attach(stack: Stack, target: StudioTarget, app: StudioApp = APPS.JupyterLab, name = 'torch'): StudioAttachment {
  const { version, config } = imageIn(stack, app, name);
  return new StudioAttachment(stack, `${name}-attachment`, { imageVersion: version, appImageConfig: config, target });
}

/** Returns the rendered entry of an attached image. */
export function entryOf(stack: Stack, { imageVersion }: StudioAttachment, name = 'torch'): object {
  const resource = imageVersion.node.defaultChild as CfnResource;
  return { ImageName: name, AppImageConfigName: `${name}-config`, ImageVersionNumber: { 'Fn::GetAtt': [stack.getLogicalId(resource), 'Version'] } };
}

/**
 * Returns the resource that contains the entry of an attachment: the L1 of an owned target, or the stack's custom resource
 * for an existing one.
 */
export function resourceOf(attachment: StudioAttachment): CfnResource {
  const stack = Stack.of(attachment);
  const { resource, ...ids } = attachment.target._config as any;
  if (resource) {
    return resource;
  }
  const keyOf = (names: unknown[]) => JSON.stringify(stack.resolve(names));
  const candidates = stack.node.findAll().filter(CfnResource.isCfnResource)
    .filter((candidate) => candidate.cfnResourceType === STUDIO_ATTACHMENTS && candidate.stack === stack);
  const [found, ...others] = candidates.filter((candidate) => {
    const { DomainId, UserProfileName, SpaceName } = (candidate as any)._cfnProperties;
    return keyOf([DomainId, UserProfileName, SpaceName]) === keyOf([ids.domainId, ids.userProfileName, ids.spaceName]);
  });
  expect([found, ...others]).toHaveLength(1);
  return found;
}

/** Returns the rendered entries of the custom resource for an existing target. */
export function entriesIn(attachment: StudioAttachment, appType: keyof typeof APPS = 'JupyterLab'): any[] {
  return propertiesOf(resourceOf(attachment))[attachment.target._config.settings][`${appType}AppSettings`].CustomImages;
}

/** Returns the rendered properties of an L1. */
export function propertiesOf(resource: CfnResource): Record<string, any> {
  return Template.fromStack(resource.stack).toJSON().Resources[resource.stack.resolve(resource.logicalId)].Properties;
}
