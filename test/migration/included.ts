import { join } from 'path';
import { aws_ecr as ecr, aws_iam as iam, aws_sagemaker as sagemaker, Stack, StackProps } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { BaseImage, ImageVersion, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';

export class NotebooksStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const template = new CfnInclude(this, 'Template', { templateFile: join(__dirname, 'torch.yaml') });
    const executionRole = iam.Role.fromRoleName(this, 'ExecutionRole', 'execution');
    const image = template.getResource('TorchImage') as sagemaker.CfnImage;
    new StudioAttachment(this, 'Torch', {
      imageVersion: template.getResource('TorchVersion') as sagemaker.CfnImageVersion,
      appImageConfig: template.getResource('TorchConfig') as sagemaker.CfnAppImageConfig,
      target: StudioTarget.existingDomain(this.node.getContext('domainId'), { executionRole }),
    });
    new ImageVersion(this, 'Next', {
      image,
      baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(this, 'Repository', 'torch'), '2.5'),
    });
  }
}
