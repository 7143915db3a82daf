import { App, Aspects, aws_iam as iam, aws_sagemaker as sagemaker, CfnParameter, Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Image, ImageGrants, ImageVersion, ImageVersionGrants, ImageVersionLookup, ImageVersionSelector } from 'cdk-sagemaker-images';
import { expectOrder } from '../helpers/deployment-graph';
import { baseImage, errorOf, HERE, stackIn, TROUBLESHOOTING } from '../helpers/fixtures';

type Named = sagemaker.CfnImage | sagemaker.CfnImageVersion;
const CHANGES: [string, (resource: Named) => void][] = [
  ['an override', (resource) => resource.addPropertyOverride('ImageName', 'other')],
  ['its deletion', (resource) => resource.addPropertyDeletionOverride('ImageName')],
  ['the property of the L1', (resource) => { resource.imageName = 'other'; }],
  ['a part of it', (resource) => resource.addPropertyOverride('ImageName.Fn::Sub', 'other')],
  ['an override of all properties', (resource) => resource.addOverride('Properties', { ImageName: 'other' })],
  ['their deletion', (resource) => resource.addDeletionOverride('Properties.ImageName')],
  ...[undefined, 0, 200, 500, 900, 1000].map((priority): [string, (resource: Named) => void] => [
    `an aspect with the priority ${priority}`,
    (resource) => Aspects.of(resource.stack.node.root).add({
      visit: (node) => {
        if (node === resource) {
          resource.imageName = 'other';
        }
      },
    }, priority === undefined ? {} : { priority }),
  ]),
  ['an aspect with an override', (resource) => Aspects.of(resource).add({ visit: () => resource.addPropertyOverride('ImageName', 'other') })],
];

const ROLE_ARN = 'arn:aws:iam::111111111111:role/r';
const LATE = 'was changed after its creation, but grants and attachments use the former name: ';
const SEE = `. See ${TROUBLESHOOTING}#a-name-was-changed-too-late`;

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
    expect(errorOf(() => Template.fromStack(stack))).toContain('[Stack/Torch] ImageName of Stack/Torch was changed after its creation, '
      + 'but grants and attachments use the former name: set imageName before the image is used');
  });
});

describe.each(CHANGES)('a name of an L1 that is changed by %s is an error', (_, change) => {
  const grantee = (stack: Stack) => new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
  test.each<[string, (stack: Stack, image: sagemaker.CfnImage) => void]>([
    ['a version in another stack', (stack, image) => new ImageVersion(new Stack(stack.node.root, 'Other', { env: HERE }), 'V', { image, baseImage: baseImage('1') })],
    ['an import of a version', (stack, image) => ImageVersion.fromImageVersionAttributes(stack, 'V', { image, version: 1 })],
    ['a look-up', (stack, image) => new ImageVersionLookup(stack, 'V', { image, version: ImageVersionSelector.alias('stable') })],
    ['a grant', (stack, image) => ImageGrants.fromImage(image).readVersions(grantee(stack))],
  ])('after it was copied to %s', (__, use) => {
    const stack = stackIn();
    const image = new sagemaker.CfnImage(stack, 'Torch', { imageName: 'torch', imageRoleArn: ROLE_ARN });
    use(stack, image);
    change(image);
    expect(errorOf(() => Template.fromStack(stack))).toBe(
      `Validation failed with the following errors:\n  [Stack/Torch] ImageName of Stack/Torch ${LATE}set imageName before the image is used${SEE}`);
  });

  test('after it was copied to a grant on a version', () => {
    const stack = stackIn();
    const version = new sagemaker.CfnImageVersion(stack, 'V', { imageName: 'torch', baseImage: 'uri' });
    ImageVersionGrants.fromImageVersion(version).read(grantee(stack));
    change(version);
    expect(errorOf(() => Template.fromStack(stack))).toBe(
      `Validation failed with the following errors:\n  [Stack/V] ImageName of Stack/V ${LATE}set imageName before the version is used${SEE}`);
  });
});

describe('a name of an L1', () => {
  const imageIn = (stack: Stack) => new sagemaker.CfnImage(stack, 'Torch', { imageName: 'torch', imageRoleArn: ROLE_ARN });

  test('that is changed before it is used is the name', () => {
    const stack = stackIn();
    const image = imageIn(stack);
    image.addPropertyOverride('ImageName', 'other');
    new ImageVersion(stack, 'V', { image, baseImage: baseImage('1') });
    Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::ImageVersion', { ImageName: 'other' });
  });

  test('that nothing of this library uses can change', () => {
    const stack = stackIn();
    new Image(stack, 'Image');
    imageIn(stack).addPropertyOverride('ImageName', 'other');
    expect(errorOf(() => Template.fromStack(stack))).toBeUndefined();
  });

  test('can be replaced by the same name', () => {
    const stack = stackIn();
    const image = imageIn(stack);
    new ImageVersion(stack, 'V', { image, baseImage: baseImage('1') });
    image.addPropertyOverride('ImageName', 'torch');
    expect(errorOf(() => Template.fromStack(stack))).toBeUndefined();
  });

  test('that an override changes determines the order of its versions', () => {
    const stack = stackIn();
    const raw = new sagemaker.CfnImageVersion(stack, 'Raw', { imageName: 'torch', baseImage: 'uri' });
    raw.addPropertyOverride('ImageName', 'other');
    const version = new ImageVersion(stack, 'V', { image: Image.fromImageName(stack, 'Image', 'Other'), baseImage: baseImage('1') });
    expectOrder(stack.node.root as App, [raw, version]);
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
