import { App, aws_ecr as ecr, Stack, StackProps } from 'aws-cdk-lib';
import { BaseImage, Image, ImageProps, ImageVersionOptions } from 'cdk-sagemaker-images';
import { AppBuilder } from './cloud';

/** The options of a version, with the tag of its container image in the repository `torch`. */
export type VersionByTag = { readonly tag: string } & Partial<ImageVersionOptions>;

/** Returns the container image with a tag in the repository `torch`. */
export function torch(stack: Stack, tag: string): BaseImage {
  const id = 'Repository';
  const existing = stack.node.tryFindChild(id) as ecr.IRepository | undefined;
  return BaseImage.fromEcrRepository(existing ?? ecr.Repository.fromRepositoryName(stack, id, 'torch'), tag);
}

/** A stack `Images` with an image `torch` and these versions, in the given order. */
export function torchApp(versions: Record<string, VersionByTag>, imageProps: ImageProps = {}, stackProps: StackProps = {}): AppBuilder {
  return (app: App) => {
    const stack = new Stack(app, 'Images', stackProps);
    const image = new Image(stack, 'Torch', { imageName: 'torch', ...imageProps });
    for (const [id, { tag, ...options }] of Object.entries(versions)) {
      image.addVersion(id, { baseImage: torch(stack, tag), ...options });
    }
  };
}
