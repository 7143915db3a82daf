import { aws_ecr as ecr, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { BaseImage, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { ENV, PublicApp } from './public-app';

/** The repository is in an account for tools, and images and domains in those of the teams. */
export const crossAccountRepository: PublicApp = (app, { tag = '1', domainId = 'd-abc123' } = {}) => {
  const tools = new Stack(app, 'Tools', { env: { ...ENV, account: '210987654321' } });
  const repository = new ecr.Repository(tools, 'Repository', { repositoryName: 'shared/torch' });

  const team = new Stack(app, 'Team', { env: ENV });
  const executionRole = iam.Role.fromRoleName(team, 'ExecutionRole', 'execution');
  new StudioImage(team, 'Torch', {
    displayName: 'PyTorch',
    baseImage: BaseImage.fromEcrRepository(repository, tag),
    app: StudioApp.jupyterLab(),
    attachTo: [StudioTarget.existingDomain(domainId, { executionRole })],
  });
};
