/** The same with the library. */
import { aws_ecr as ecr, Stack } from 'aws-cdk-lib';
import { BaseImage, Image, JobType, MlFramework, Processor, ProgrammingLang, VendorGuidance } from 'cdk-sagemaker-images';
import { imageNameIn, tagOf } from './versions';

export function build(stack: Stack, versions: number): void {
  const repository = new ecr.CfnRepository(stack, 'Repository');
  const image = new Image(stack, 'Torch', { imageName: imageNameIn(stack.node.id), displayName: 'PyTorch' });
  for (let index = 0; index < versions; index++) {
    image.addVersion(`V${index}`, {
      baseImage: BaseImage.fromEcrRepository(repository, tagOf(index)),
      aliases: [`gpu-${index}`],
      vendorGuidance: VendorGuidance.STABLE,
      jobType: JobType.NOTEBOOK_KERNEL,
      mlFramework: MlFramework.pytorch('2.4'),
      programmingLang: ProgrammingLang.python('3.11'),
      processor: Processor.GPU,
      horovod: false,
      releaseNotes: 'CUDA 12.4',
    });
  }
}
