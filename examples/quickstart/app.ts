/**
 * An image with two versions, a CPU and a GPU build of PyTorch.
 *
 * Deploy with `cdk deploy -c release=1`, then 2 (other metadata: the versions change in place), then 3 (another base image:
 * CloudFormation creates a new version and keeps the old one).
 *
 * With `-c domainId=d-...`, the image is also attached to that existing Studio domain. With `-c prod=2.4`, there is another stack,
 * for `cdk deploy Releases`, and with `-c existing=base` one for `cdk deploy ExistingImage`.
 */
import { App, aws_ecr as ecr, aws_iam as iam, CfnOutput, Stack } from 'aws-cdk-lib';
import {
  AppImageConfig, BaseImage, Image, JobType, MlFramework, Processor, ProgrammingLang, StudioApp, StudioAttachment, StudioImage, StudioTarget,
  VendorGuidance,
} from 'cdk-sagemaker-images';
import { ExistingImage } from './existing-image';
import { Releases } from './releases';

const RELEASES: Record<string, { gpuTag: string; gpuNotes: string; gpuGuidance: VendorGuidance; gpuAliases: string[] }> = {
  1: { gpuTag: '2.4-gpu', gpuNotes: 'CUDA 12.4', gpuGuidance: VendorGuidance.NOT_PROVIDED, gpuAliases: ['2.4.0-gpu'] },
  2: { gpuTag: '2.4-gpu', gpuNotes: 'CUDA 12.4, tested by the platform team', gpuGuidance: VendorGuidance.STABLE, gpuAliases: ['2.4.0-gpu', 'gpu-tested'] },
  3: { gpuTag: '2.5-gpu', gpuNotes: 'CUDA 12.6', gpuGuidance: VendorGuidance.NOT_PROVIDED, gpuAliases: ['2.5.0-gpu'] },
};

const app = new App();
const release = RELEASES[app.node.tryGetContext('release') ?? '1'];
if (!release) {
  throw new Error(`context value release '${app.node.tryGetContext('release')}' is unknown: use ${Object.keys(RELEASES).join(', ')}`);
}

const stack = new Stack(app, 'Quickstart');
const repository = ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch');

const image = new Image(stack, 'Torch', {
  imageName: 'torch',
  displayName: 'PyTorch',
  description: 'PyTorch for notebooks, kept by the platform team',
  tags: { team: 'ml-platform' },
});

const cpu = image.addVersion('Cpu', {
  baseImage: BaseImage.fromEcrRepository(repository, '2.4-cpu'),
  alias: '2.4.0-cpu',
  mlFramework: MlFramework.pytorch('2.4'),
  programmingLang: ProgrammingLang.python('3.11'),
  processor: Processor.CPU,
  jobType: JobType.NOTEBOOK_KERNEL,
  vendorGuidance: VendorGuidance.STABLE,
  horovod: false,
  releaseNotes: 'Small, for laptops and tests',
});

const gpu = image.addVersion('Gpu', {
  baseImage: BaseImage.fromEcrRepository(repository, release.gpuTag),
  aliases: release.gpuAliases,
  mlFramework: MlFramework.pytorch(release.gpuTag.split('-')[0]),
  programmingLang: ProgrammingLang.python('3.11'),
  processor: Processor.GPU,
  jobType: JobType.NOTEBOOK_KERNEL,
  vendorGuidance: release.gpuGuidance,
  horovod: true,
  releaseNotes: release.gpuNotes,
});

const pipeline = new iam.Role(stack, 'Pipeline', { assumedBy: new iam.ServicePrincipal('codebuild.amazonaws.com') });
image.grants.createVersion(pipeline);
image.grants.listVersions(pipeline);
const analyst = new iam.Role(stack, 'Analyst', { assumedBy: new iam.AccountRootPrincipal() });
cpu.grants.read(analyst);
gpu.grants.read(analyst);

const domainId = app.node.tryGetContext('domainId');
if (domainId) {
  const domain = StudioTarget.existingDomain(domainId);

  // Attach one of the versions above, as JupyterLab.
  new StudioAttachment(stack, 'GpuInJupyterLab', {
    imageVersion: gpu,
    appImageConfig: new AppImageConfig(stack, 'JupyterLab', {
      app: StudioApp.jupyterLab({ containerEnvironmentVariables: { TEAM: 'ml-platform' } }),
    }),
    target: domain,
  });

  // Or create the image, its version, the configuration of the app and the attachment at once.
  new StudioImage(stack, 'Editor', {
    imageName: 'editor',
    displayName: 'PyTorch for editors',
    baseImage: BaseImage.fromEcrRepository(repository, '2.4-cpu'),
    processor: Processor.CPU,
    app: StudioApp.codeEditor(),
    attachTo: [domain],
    keepVersions: 5,
  });
}

new CfnOutput(stack, 'ImageArn', { value: image.imageArn });
new CfnOutput(stack, 'CpuVersion', { value: cpu.versionAsString });
new CfnOutput(stack, 'GpuVersion', { value: gpu.versionAsString });
new CfnOutput(stack, 'GpuContainerImage', { value: gpu.containerImage });

const prod = app.node.tryGetContext('prod');
if (prod) {
  new Releases(app, 'Releases', String(prod), domainId);
}

const existing = app.node.tryGetContext('existing');
if (existing) {
  new ExistingImage(app, 'ExistingImage', existing);
}
