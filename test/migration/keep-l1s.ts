import { aws_ecr as ecr, aws_iam as iam, aws_sagemaker as sagemaker, Stack, StackProps } from 'aws-cdk-lib';
import { BaseImage, ImageVersion, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { createDomain } from './domain';

export class NotebooksStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    // As before.
    const role = new iam.CfnRole(this, 'ImageRole', {
      assumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      policies: [{
        policyName: 'pull',
        policyDocument: {
          Version: '2012-10-17',
          Statement: [{
            Effect: 'Allow',
            Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
            Resource: `arn:aws:ecr:${this.region}:${this.account}:repository/torch`,
          }],
        },
      }],
    });
    const image = new sagemaker.CfnImage(this, 'TorchImage', { imageName: 'torch', imageDisplayName: 'PyTorch', imageRoleArn: role.attrArn });
    const version = new sagemaker.CfnImageVersion(this, 'TorchVersion', {
      imageName: 'torch',
      baseImage: `${this.account}.dkr.ecr.${this.region}.amazonaws.com/torch:2.4`,
      aliases: ['stable'],
      mlFramework: 'PyTorch 2.4',
    });
    version.node.addDependency(image);
    const config = new sagemaker.CfnAppImageConfig(this, 'TorchConfig', {
      appImageConfigName: 'torch-lab',
      jupyterLabAppImageConfig: { containerConfig: { containerArguments: ['--debug'] } },
    });

    // New: the domain does not list the image, an attachment does.
    const domain = createDomain(this);
    new StudioAttachment(this, 'Torch', { imageVersion: version, appImageConfig: config, target: StudioTarget.domain(domain) });
    new ImageVersion(this, 'Next', {
      image,
      baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(this, 'Repository', 'torch'), '2.5'),
    });
  }
}
