import { aws_ecr as ecr, aws_iam as iam, CfnResource, Stack, StackProps } from 'aws-cdk-lib';
import { AppImageConfig, BaseImage, Image, MlFramework, StudioApp, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { Construct, IConstruct } from 'constructs';
import { createDomain } from './domain';

export class NotebooksStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    const image = new Image(this, 'Torch', { imageName: 'torch', displayName: 'PyTorch', role });
    const version = image.addVersion('Release', {
      baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(this, 'Repository', 'torch'), '2.4'),
      aliases: ['stable'],
      mlFramework: MlFramework.pytorch('2.4'),
    });
    const config = new AppImageConfig(this, 'Config', {
      appImageConfigName: 'torch-lab',
      app: StudioApp.jupyterLab({ containerArguments: ['--debug'] }),
    });
    new StudioAttachment(this, 'Attachment', { imageVersion: version, appImageConfig: config, target: StudioTarget.domain(createDomain(this)) });

    keepLogicalId(role, 'ImageRole');
    keepLogicalId(image, 'TorchImage');
    keepLogicalId(version, 'TorchVersion');
    keepLogicalId(config, 'TorchConfig');
  }
}

/** Keeps the resource that an L1 created before. */
function keepLogicalId(construct: IConstruct, logicalId: string): void {
  (construct.node.defaultChild as CfnResource).overrideLogicalId(logicalId);
}
