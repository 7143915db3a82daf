import { aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import { lateNameProblems } from '../../private/late-names';

/** Checks that the image name of a version was changed neither in its L1 nor in that of its image. An `Image` checks its own. */
export function lateImageNameProblems(version: sagemaker.CfnImageVersion, image: sagemaker.IImageRef, imageName: string): string[] {
  return [
    ...lateNameProblems(version, 'ImageName', imageName, 'pass the image with that name instead'),
    ...sagemaker.CfnImage.isCfnImage(image) ? lateNameProblems(image, 'ImageName', imageName, 'set imageName before versions are added') : [],
  ];
}
