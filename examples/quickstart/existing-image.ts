/**
 * An image that exists already, for example that of another team: the app adds a version, and looks up others.
 */
import { aws_ecr as ecr, CfnOutput, Stack } from 'aws-cdk-lib';
import { BaseImage, Image, ImageVersionLookup, ImageVersionSelector, Processor } from 'cdk-sagemaker-images';
import type { Construct } from 'constructs';

export class ExistingImage extends Stack {
  /**
   * @param imageName the name of an image that has a version 1 and a version with the alias `stable`
   */
  constructor(scope: Construct, id: string, imageName: string) {
    // To look up an image during synth, the CDK has to know where it is.
    super(scope, id, { env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION } });
    const repository = ecr.Repository.fromRepositoryName(this, 'Repository', 'torch');

    // The CDK CLI keeps the role of the image in cdk.context.json. A version that is added grants this role the permission to pull.
    const image = Image.fromLookup(this, 'Image', { imageName });
    const added = image.addVersion('Cpu', { baseImage: BaseImage.fromEcrRepository(repository, '2.4-cpu'), processor: Processor.CPU });

    // Versions of others are looked up during the deployment.
    const first = new ImageVersionLookup(this, 'First', { image, version: ImageVersionSelector.number(1) });
    const stable = new ImageVersionLookup(this, 'Stable', { image, version: ImageVersionSelector.alias('stable') });
    const latest = new ImageVersionLookup(this, 'Latest', { image, version: ImageVersionSelector.latest() });

    new CfnOutput(this, 'AddedVersion', { value: added.versionAsString });
    new CfnOutput(this, 'FirstContainerImage', { value: first.containerImage });
    new CfnOutput(this, 'StableContainerImage', { value: stable.containerImage });
    new CfnOutput(this, 'LatestVersion', { value: latest.versionAsString });
  }
}
