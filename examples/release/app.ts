/**
 * Releases of a Dockerfile: `staging` follows each version, `prod` is promoted, and an existing domain follows `prod`.
 *
 * `cdk deploy -c domainId=d-... -c executionRole=arn:aws:iam::...`
 */
import { Annotations, App, aws_ecr_assets as assets, aws_iam as iam, CfnOutput, Stack } from 'aws-cdk-lib';
import {
  AppImageConfig, BaseImage, Image, ImageAlias, ImageRetention, ImageVersion, StudioApp, StudioAttachment, StudioTarget,
} from 'cdk-sagemaker-images';

/** The version in production. Change the number to promote a version, or to roll back. */
const PROD = 1;

const app = new App();
const stack = new Stack(app, 'Release');
const image = new Image(stack, 'Torch', { imageName: 'release-torch' });

const asset = new assets.DockerImageAsset(stack, 'Asset', { directory: 'torch', platform: assets.Platform.LINUX_AMD64 });
const newest = image.addVersion('Version', { baseImage: BaseImage.fromDockerImageAsset(asset) });
new ImageAlias(stack, 'Staging', { image, alias: 'staging', version: newest });

const released = ImageVersion.fromImageVersionAttributes(stack, 'Released', { image, version: PROD });
const prod = new ImageAlias(stack, 'Prod', { image, alias: 'prod', version: released });
// Spaces can be started with an alias such as 1 or 1.0, but not with prod.
new ImageAlias(stack, 'Major', { image, alias: '1', version: prod });

const executionRole = iam.Role.fromRoleArn(stack, 'ExecutionRole', app.node.getContext('executionRole'));
new StudioAttachment(stack, 'Attachment', {
  imageVersion: prod,
  appImageConfig: new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() }),
  target: StudioTarget.existingDomain(app.node.getContext('domainId'), { executionRole }),
});
// The library does not know the container image of a version given by its number. In this app, all are assets.
asset.repository.grantPull(executionRole);
Annotations.of(stack).acknowledgeWarning('cdk-sagemaker-images:studioExecutionRole', 'The role can pull all assets');

const retention = new ImageRetention(stack, 'Retention', { image, keepVersions: 2 });
new CfnOutput(stack, 'RetentionReport', { value: retention.report });
