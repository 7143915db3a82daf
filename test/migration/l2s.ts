import { aws_ecr as ecr, aws_iam as iam, CfnResource, Stack, StackProps } from 'aws-cdk-lib';
import { BaseImage, MlFramework, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { Construct, IConstruct } from 'constructs';
import { createDomain } from './domain';

export class NotebooksStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    const torch = new StudioImage(this, 'Torch', {
      imageName: 'torch',
      displayName: 'PyTorch',
      role,
      baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(this, 'Repository', 'torch'), '2.4'),
      aliases: ['stable'],
      mlFramework: MlFramework.pytorch('2.4'),
      app: StudioApp.jupyterLab({ containerArguments: ['--debug'] }),
      appImageConfigNames: { JupyterLab: 'torch-lab' },
      attachTo: [StudioTarget.domain(createDomain(this))],
    });

    keepLogicalId(role, 'ImageRole');
    keepLogicalId(torch.image, 'TorchImage');
    keepLogicalId(torch.imageVersion, 'TorchVersion');
    keepLogicalId(torch.appImageConfigs[0], 'TorchConfig');
  }
}

/** Keeps the resource that an L1 created before. */
function keepLogicalId(construct: IConstruct, logicalId: string): void {
  (construct.node.defaultChild as CfnResource).overrideLogicalId(logicalId);
}
