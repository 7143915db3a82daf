import { Aspects, aws_sagemaker as sagemaker, CfnParameter, Lazy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Image, ImageVersion } from 'cdk-sagemaker-images';
import { baseImage, errorOf, stackIn } from '../helpers/fixtures';

type Named = sagemaker.CfnImage | sagemaker.CfnImageVersion;
const CHANGES: [string, (resource: Named) => void][] = [
  ['an override', (resource) => resource.addPropertyOverride('ImageName', 'other')],
  ['its deletion', (resource) => resource.addPropertyDeletionOverride('ImageName')],
  ['the property of the L1', (resource) => { resource.imageName = 'other'; }],
  ['an aspect', (resource) => Aspects.of(resource).add({ visit: (node) => { (node as Named).imageName = 'other'; } })],
];

// Versions, grants and attachments contain the name as it was.
describe.each(CHANGES)('a name that is changed by %s is an error', (_, change) => {
  test('of an image', () => {
    const stack = stackIn();
    change(new Image(stack, 'Torch').node.defaultChild as sagemaker.CfnImage);
    expect(errorOf(() => Template.fromStack(stack))).toContain('[Stack/Torch] ImageName of Stack/Torch/Resource was changed after its creation, '
      + 'but grants and attachments use the former name: pass imageName instead');
  });

  test('of a version', () => {
    const stack = stackIn();
    const version = new Image(stack, 'Torch').addVersion('V', { baseImage: baseImage('1') });
    change(version.node.defaultChild as sagemaker.CfnImageVersion);
    expect(errorOf(() => Template.fromStack(stack))).toContain('[Stack/Torch/V] ImageName of Stack/Torch/V/Resource was changed after its creation, '
      + 'but grants and attachments use the former name: pass the image with that name instead');
  });

  test('of an L1 that has a version', () => {
    const stack = stackIn();
    const image = new sagemaker.CfnImage(stack, 'Torch', { imageName: 'torch', imageRoleArn: 'arn:aws:iam::111111111111:role/r' });
    new ImageVersion(stack, 'V', { image, baseImage: baseImage('1') });
    change(image);
    expect(errorOf(() => Template.fromStack(stack))).toContain('[Stack/V] ImageName of Stack/Torch was changed after its creation, '
      + 'but grants and attachments use the former name: set imageName before versions are added');
  });
});

test('a name that is unknown is not changed', () => {
  for (const nameIn of [(stack: any) => new CfnParameter(stack, 'P').valueAsString, () => Lazy.string({ produce: () => 'torch' }), () => undefined]) {
    const stack = stackIn();
    const image = new Image(stack, 'Torch', { imageName: nameIn(stack) });
    image.addVersion('V', { baseImage: baseImage('1') });
    (image.node.defaultChild as sagemaker.CfnImage).addPropertyOverride('ImageDescription', 'x');
    expect(errorOf(() => Template.fromStack(stack))).toBeUndefined();
  }
});
