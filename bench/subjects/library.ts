/** The same app with the library. */
import { aws_ecr as ecr, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { BaseImage, Image, JobType, MlFramework, Processor, ProgrammingLang, VendorGuidance } from 'cdk-sagemaker-images';
import { imageNameIn, SHARED_ROLE, tagOf } from './versions';

export function build(stack: Stack, images: number, versionsOfEach: number): void {
  const repository = new ecr.CfnRepository(stack, 'Repository');
  const assumedBy = new iam.ServicePrincipal('sagemaker.amazonaws.com');
  const role = images > 1 ? new iam.Role(stack, 'Role', { assumedBy, description: SHARED_ROLE }) : undefined;
  for (let which = 0; which < images; which++) {
    const image = new Image(stack, `Torch${which}`, { imageName: imageNameIn(stack.node.id, which), displayName: 'PyTorch', role });
    for (let index = 0; index < versionsOfEach; index++) {
      image.addVersion(`V${index}`, {
        baseImage: BaseImage.fromEcrRepository(repository, tagOf(which * versionsOfEach + index)),
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
}
