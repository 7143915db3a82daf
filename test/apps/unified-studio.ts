import { aws_ecr as ecr, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { BaseImage, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { PublicApp } from './public-app';

/** A project of Unified Studio: its own domain of SageMaker AI is the target. */
export const unifiedStudio: PublicApp = (app, { tag = '1', domainId = 'd-abc123' } = {}) => {
  const stack = new Stack(app, 'UnifiedStudio');
  const executionRole = iam.Role.fromRoleName(stack, 'ProjectRole', 'datazone_usr_role_abc_def');
  new StudioImage(stack, 'Torch', {
    displayName: 'SageMaker Distribution with Lightning',
    baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Repository', 'distribution'), tag),
    app: StudioApp.jupyterLab(),
    additionalApps: [StudioApp.codeEditor()],
    attachTo: [StudioTarget.existingDomain(domainId, { unifiedStudio: true, executionRole })],
  });
};
