import { aws_ecr as ecr, aws_iam as iam, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { BaseImage, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { PublicApp } from './public-app';

/** Images by user: each user profile has a role and a list of its own. */
const IMAGES: Record<string, string[]> = { jo: ['torch'], kim: ['torch', 'jax'], lee: ['jax'] };

/** Users of one domain, who can each choose other images. */
export const profiles: PublicApp = (app, { tag = '1' } = {}) => {
  const stack = new Stack(app, 'Profiles');
  const roleFor = (id: string) => new iam.Role(stack, `Role-${id}`, { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  const domain = new sagemaker.CfnDomain(stack, 'Domain', {
    domainName: 'teams',
    authMode: 'IAM',
    vpcId: 'vpc-12345678',
    subnetIds: ['subnet-12345678'],
    defaultUserSettings: { executionRole: roleFor('domain').roleArn },
  });
  const images = Object.fromEntries(['torch', 'jax'].map((imageName) => [imageName, new StudioImage(stack, imageName, {
    imageName,
    baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, `Repository-${imageName}`, imageName), tag),
    app: StudioApp.jupyterLab(),
  })]));
  Object.entries(IMAGES).forEach(([userProfileName, names]) => {
    const userSettings = { executionRole: roleFor(userProfileName).roleArn };
    const profile = new sagemaker.CfnUserProfile(stack, userProfileName, { domainId: domain.attrDomainId, userProfileName, userSettings });
    names.forEach((name) => images[name].attach(StudioTarget.userProfile(profile)));
  });
};
