import { aws_ecr as ecr, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { BaseImage, MlFramework, Processor, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { PublicApp } from './public-app';

/** Kernels of one container image, each with a configuration of its own, since one describes exactly one kernel. */
const KERNELS = { conda_py311: 'Python 3.11', conda_py312: 'Python 3.12', conda_r: 'R' };

/** One image in JupyterLab, and with several kernels of Studio Classic. */
export const multiKernel: PublicApp = (app, { tag = '1', domainId = 'd-abc123' } = {}) => {
  const stack = new Stack(app, 'MultiKernel');
  const target = StudioTarget.existingDomain(domainId, { executionRole: iam.Role.fromRoleName(stack, 'ExecutionRole', 'execution') });

  const image = new StudioImage(stack, 'Torch', {
    imageName: 'multi-kernel',
    displayName: 'PyTorch, three kernels',
    baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch'), tag),
    mlFramework: MlFramework.pytorch('2.4'),
    processor: Processor.CPU,
    app: StudioApp.jupyterLab(),
    attachTo: [target],
  });
  image.attach(target, {
    apps: Object.entries(KERNELS).map(([kernelName, kernelDisplayName]) =>
      StudioApp.kernelGateway({ kernelName, kernelDisplayName, mountPath: '/root', defaultUid: 0, defaultGid: 0 })),
  });
};
