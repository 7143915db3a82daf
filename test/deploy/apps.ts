import { App, aws_ecr as ecr, aws_iam as iam, aws_sagemaker as sagemaker, Stack, StackProps } from 'aws-cdk-lib';
import { BaseImage, Image, ImageProps, ImageVersionOptions } from 'cdk-sagemaker-images';
import { AppBuilder } from './cloud';

/** The options of a version, with the tag of its container image in the repository `torch`. */
export type VersionByTag = { readonly tag: string } & Partial<ImageVersionOptions>;

/** Returns the container image with a tag in the repository `torch`. */
export function torch(stack: Stack, tag: string): BaseImage {
  const id = 'Repository';
  const existing = stack.node.tryFindChild(id) as ecr.IRepository | undefined;
  return BaseImage.fromEcrRepository(existing ?? ecr.Repository.fromRepositoryName(stack, id, 'torch'), tag);
}

/** Creates a domain of the app with an execution role, which is part of the settings of its users. */
export function newDomain(stack: Stack, userSettings: Omit<sagemaker.CfnDomain.UserSettingsProperty, 'executionRole'> = {}): { domain: sagemaker.CfnDomain; executionRole: iam.Role } {
  const executionRole = new iam.Role(stack, 'Execution', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  const domain = new sagemaker.CfnDomain(stack, 'Domain', {
    domainName: 'ml',
    authMode: 'IAM',
    vpcId: 'vpc-1',
    subnetIds: ['subnet-1'],
    defaultUserSettings: { executionRole: executionRole.roleArn, ...userSettings },
  });
  return { domain, executionRole };
}

/** A stack `Images` with an image `torch` and these versions, in the given order. */
export function torchApp(versions: Record<string, VersionByTag>, imageProps: ImageProps = {}, stackProps: StackProps = {}): AppBuilder {
  return (app: App) => {
    const stack = new Stack(app, 'Images', stackProps);
    const image = new Image(stack, 'Torch', { imageName: 'torch', ...imageProps });
    for (const [id, { tag, ...options }] of Object.entries(versions)) {
      image.addVersion(id, { baseImage: torch(stack, tag), ...options });
    }
  };
}
