import { aws_ecr as ecr, aws_iam as iam, aws_kms as kms, aws_ssm as ssm, Stack } from 'aws-cdk-lib';
import { BaseImage, ImagesProvider, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { ENV, PublicApp } from './public-app';

const BOUNDARY = `arn:aws:iam::${ENV.account}:policy/boundary`;

/** A regulated platform: the domain id in a parameter, roles by ARN, keys of the platform, and a permissions boundary on each role. */
export const existingDomain: PublicApp = (app, { tag = '1' } = {}) => {
  const stack = new Stack(app, 'ExistingDomain', { env: ENV });
  const key = new kms.Key(stack, 'Key', { enableKeyRotation: true });
  key.grantEncryptDecrypt(new iam.ServicePrincipal(`logs.${ENV.region}.amazonaws.com`));
  iam.PermissionsBoundary.of(app).apply(iam.ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', BOUNDARY));
  ImagesProvider.configure(stack, { encryptionKey: key });

  const executionRole = iam.Role.fromRoleArn(stack, 'ExecutionRole', `arn:aws:iam::${ENV.account}:role/execution`);
  const domainId = ssm.StringParameter.valueForStringParameter(stack, '/platform/studio/domain/id');
  new StudioImage(stack, 'Torch', {
    imageName: 'platform-torch',
    baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch'), tag),
    app: StudioApp.jupyterLab(),
    attachTo: [StudioTarget.existingDomain(domainId, { executionRole })],
    tags: { 'cost-center': '4711' },
  });
};
