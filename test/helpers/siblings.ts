import { Stack } from 'aws-cdk-lib';
import { Image, ImageVersion } from 'cdk-sagemaker-images';
import { baseImage } from './fixtures';

/** Adds a version of an imported image to a stack. Each version has a different container image. */
export function addVersion(stack: Stack, imageName = 'torch', id = 'V'): ImageVersion {
  return new ImageVersion(stack, id, {
    image: Image.fromImageName(stack, `${id}Image`, imageName),
    baseImage: baseImage(`${stack.node.addr}${id}`),
  });
}
