import { aws_ecr as ecr, aws_iam as iam, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { BaseImage, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { PublicApp } from './public-app';

/** A domain with shared spaces: JupyterLab everywhere, Code Editor for users only, since shared spaces do not have it. */
export const sharedSpaces: PublicApp = (app, { tag = '1' } = {}) => {
  const stack = new Stack(app, 'SharedSpaces');
  const executionRole = new iam.Role(stack, 'Execution', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  const domain = new sagemaker.CfnDomain(stack, 'Domain', {
    domainName: 'collaboration',
    authMode: 'IAM',
    vpcId: 'vpc-12345678',
    subnetIds: ['subnet-12345678'],
    defaultUserSettings: { executionRole: executionRole.roleArn },
    defaultSpaceSettings: { executionRole: executionRole.roleArn },
  });
  const lab = StudioApp.jupyterLab();
  const image = new StudioImage(stack, 'Torch', {
    imageName: 'shared-torch',
    baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch'), tag),
    app: lab,
    additionalApps: [StudioApp.codeEditor()],
    attachTo: [StudioTarget.domain(domain)],
  });
  image.attach(StudioTarget.domainSharedSpaces(domain), { apps: [lab] });

  const owner = new sagemaker.CfnUserProfile(stack, 'Owner', { domainId: domain.attrDomainId, userProfileName: 'owner' });
  const space = new sagemaker.CfnSpace(stack, 'Team', {
    domainId: domain.attrDomainId,
    spaceName: 'team',
    ownershipSettings: { ownerUserProfileName: owner.userProfileName },
    spaceSharingSettings: { sharingType: 'Shared' },
    spaceSettings: { appType: 'JupyterLab' },
  });
  space.node.addDependency(owner, image);
};
