import { aws_ecr as ecr, aws_iam as iam, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { BaseImage, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { PublicApp } from './public-app';

/** The image that starts in JupyterLab if a user chooses none. The instance type stays that of the domain. */
export const defaultImage: PublicApp = (app, { tag = '1' } = {}) => {
  const stack = new Stack(app, 'DefaultImage');
  const executionRole = new iam.Role(stack, 'Execution', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  const domain = new sagemaker.CfnDomain(stack, 'Domain', {
    domainName: 'defaults',
    authMode: 'IAM',
    vpcId: 'vpc-12345678',
    subnetIds: ['subnet-12345678'],
    defaultUserSettings: {
      executionRole: executionRole.roleArn,
      jupyterLabAppSettings: { defaultResourceSpec: { instanceType: 'ml.t3.medium' } },
    },
    defaultSpaceSettings: { executionRole: executionRole.roleArn },
  });
  new StudioImage(stack, 'Torch', {
    imageName: 'default-torch',
    baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch'), tag),
    app: StudioApp.jupyterLab(),
    defaultImage: true,
    attachTo: [StudioTarget.domain(domain), StudioTarget.domainSharedSpaces(domain)],
  });
};
