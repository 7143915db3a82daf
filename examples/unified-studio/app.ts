/**
 * A Dockerfile in a project of SageMaker Unified Studio: `cdk deploy -c domainId=d-... -c executionRole=arn:aws:iam::...`.
 */
import { App, aws_iam as iam, CfnOutput, Stack } from 'aws-cdk-lib';
import { BaseImage, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';

const app = new App();
const stack = new Stack(app, 'ProjectImages');
const image = new StudioImage(stack, 'Vision', {
  displayName: 'Computer vision',
  baseImage: BaseImage.fromAsset('vision'),
  // The scripts of SageMaker Distribution that start the apps in Unified Studio.
  app: StudioApp.jupyterLab({ containerEntrypoint: ['entrypoint-sagemaker-ui-jupyter-server'] }),
  additionalApps: [StudioApp.codeEditor({ containerEntrypoint: ['entrypoint-code-editor'] })],
  attachTo: [StudioTarget.existingDomain(app.node.getContext('domainId'), {
    unifiedStudio: true,
    executionRole: iam.Role.fromRoleArn(stack, 'ProjectRole', app.node.getContext('executionRole')),
    // Another value attaches the image again, after an update of the project removed it.
    refresh: app.node.tryGetContext('refresh'),
  })],
});
new CfnOutput(stack, 'Version', { value: image.imageVersion.versionAsString });
