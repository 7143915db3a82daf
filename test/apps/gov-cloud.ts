import { aws_ecr as ecr, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { BaseImage, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { PublicApp } from './public-app';

/** An image by digest in AWS GovCloud (US), for an existing domain. */
export const govCloud: PublicApp = (app, { domainId = 'd-abc123' } = {}) => {
  const stack = new Stack(app, 'GovCloud', { env: { account: '123456789012', region: 'us-gov-west-1' } });
  const repository = ecr.Repository.fromRepositoryArn(stack, 'Repository', 'arn:aws-us-gov:ecr:us-gov-west-1:123456789012:repository/hardened/torch');
  const executionRole = iam.Role.fromRoleArn(stack, 'ExecutionRole', 'arn:aws-us-gov:iam::123456789012:role/studio/Execution');
  new StudioImage(stack, 'Torch', {
    displayName: 'PyTorch, hardened',
    baseImage: BaseImage.fromEcrRepositoryDigest(repository, `sha256:${'0123456789abcdef'.repeat(4)}`),
    app: StudioApp.jupyterLab(),
    attachTo: [StudioTarget.existingDomain(domainId, { executionRole })],
  });
};
