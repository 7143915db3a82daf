import { aws_ecr as ecr, aws_iam as iam, Stack, StackProps } from 'aws-cdk-lib';
import {
  AppImageConfig, BaseImage, Image, ImageVersionLookup, ImageVersionSelector, StudioApp, StudioAttachment, StudioTarget,
} from 'cdk-sagemaker-images';
import { Construct } from 'constructs';

export class NotebooksStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const repository = ecr.Repository.fromRepositoryName(this, 'Repository', 'torch');
    const executionRole = iam.Role.fromRoleName(this, 'ExecutionRole', 'execution');
    const image = Image.fromImageAttributes(this, 'Torch', {
      imageName: 'torch',
      role: iam.Role.fromRoleName(this, 'ImageRole', 'torch-image'),
    });
    new StudioAttachment(this, 'Attachment', {
      imageVersion: new ImageVersionLookup(this, 'Stable', { image, version: ImageVersionSelector.alias('stable'), repository }),
      appImageConfig: new AppImageConfig(this, 'Config', { app: StudioApp.codeEditor() }),
      target: StudioTarget.existingDomain(this.node.getContext('domainId'), { executionRole }),
    });
    image.addVersion('Next', { baseImage: BaseImage.fromEcrRepository(repository, '2.5') });
  }
}
