import { Annotations, aws_ecr as ecr, aws_iam as iam, Stack, StackProps } from 'aws-cdk-lib';
import { AppImageConfig, BaseImage, Image, MlFramework, StudioApp, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';

export class NotebooksStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const role = iam.Role.fromRoleName(this, 'ImageRole', 'torch-image', { mutable: false });
    const image = new Image(this, 'Torch', { imageName: 'torch', displayName: 'PyTorch', role });
    const version = image.addVersion('Release', {
      baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(this, 'Repository', 'torch'), '2.4'),
      aliases: ['stable'],
      mlFramework: MlFramework.pytorch('2.4'),
    });
    Annotations.of(this).acknowledgeWarning('cdk-sagemaker-images:baseImagePullNotGranted', 'the role can pull already');
    const config = new AppImageConfig(this, 'Config', { appImageConfigName: 'torch-lab', app: StudioApp.jupyterLab() });
    new StudioAttachment(this, 'Attachment', {
      imageVersion: version,
      appImageConfig: config,
      target: StudioTarget.existingDomain(this.node.getContext('domainId'), {
        executionRole: iam.Role.fromRoleName(this, 'ExecutionRole', 'execution'),
      }),
    });
  }
}
