import { aws_ecr as ecr, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { AppImageConfig, BaseImage, Image, MlFramework, Processor, StudioApp, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { PublicApp } from './public-app';

/** Kernels of one container image, each with a configuration of its own, since one describes exactly one kernel. */
const KERNELS = { conda_py311: 'Python 3.11', conda_py312: 'Python 3.12', conda_r: 'R' };

/** One image with several kernels of Studio Classic, and the same image in JupyterLab. */
export const multiKernel: PublicApp = (app, { tag = '1', domainId = 'd-abc123' } = {}) => {
  const stack = new Stack(app, 'MultiKernel');
  const repository = ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch');
  const executionRole = iam.Role.fromRoleName(stack, 'ExecutionRole', 'execution');
  const target = StudioTarget.existingDomain(domainId, { executionRole });

  const image = new Image(stack, 'Torch', { imageName: 'multi-kernel', displayName: 'PyTorch, three kernels' });
  const imageVersion = image.addVersion('Release', {
    baseImage: BaseImage.fromEcrRepository(repository, tag), mlFramework: MlFramework.pytorch('2.4'), processor: Processor.CPU,
  });
  const apps = {
    ...Object.fromEntries(Object.entries(KERNELS).map(([kernelName, kernelDisplayName]) =>
      [kernelName, StudioApp.kernelGateway({ kernelName, kernelDisplayName, mountPath: '/root', defaultUid: 0, defaultGid: 0 })])),
    lab: StudioApp.jupyterLab(),
  };
  Object.entries(apps).forEach(([id, studioApp]) => {
    const appImageConfig = new AppImageConfig(stack, id, { app: studioApp });
    new StudioAttachment(appImageConfig, 'Attachment', { imageVersion, appImageConfig, target });
  });
};
