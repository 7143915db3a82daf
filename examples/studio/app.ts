/**
 * A Dockerfile in JupyterLab, on an existing domain: `cdk deploy -c domainId=d-... -c executionRole=arn:aws:iam::...`.
 */
import { App, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { BaseImage, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';

const app = new App();
const stack = new Stack(app, 'Notebooks');
const executionRole = iam.Role.fromRoleArn(stack, 'ExecutionRole', app.node.getContext('executionRole'));
new StudioImage(stack, 'Torch', {
  displayName: 'PyTorch',
  baseImage: BaseImage.fromAsset('torch'),
  app: StudioApp.jupyterLab(),
  attachTo: [StudioTarget.existingDomain(app.node.getContext('domainId'), { executionRole })],
});
