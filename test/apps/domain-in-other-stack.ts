import { aws_ecr as ecr, aws_iam as iam, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { BaseImage, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { PublicApp } from './public-app';

/** A domain of a platform team and images of another team, in two stacks of one app. */
export const domainInOtherStack: PublicApp = (app, { tag = '1' } = {}) => {
  const platform = new Stack(app, 'Platform');
  const executionRole = new iam.Role(platform, 'Execution', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  const domain = new sagemaker.CfnDomain(platform, 'Domain', {
    domainName: 'platform',
    authMode: 'IAM',
    vpcId: 'vpc-12345678',
    subnetIds: ['subnet-12345678'],
    defaultUserSettings: { executionRole: executionRole.roleArn },
  });

  const images = new Stack(app, 'Images');
  new StudioImage(images, 'Torch', {
    displayName: 'PyTorch',
    baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(images, 'Repository', 'torch'), tag),
    app: StudioApp.jupyterLab(),
    additionalApps: [StudioApp.codeEditor()],
    attachTo: [StudioTarget.domain(domain)],
  });
};
