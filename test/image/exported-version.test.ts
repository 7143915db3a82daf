import { App, aws_iam as iam, aws_sagemaker as sagemaker, aws_ssm as ssm, CfnOutput, CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import { Image, ImageVersion, ImageVersionLookup } from 'cdk-sagemaker-images';
import { baseImage, HERE, warningsOf } from '../helpers/fixtures';
import { domainIn, ROLE_ARN } from '../helpers/studio';

const ID = 'cdk-sagemaker-images:imageVersionExported';
const TEXT = "stack 'Images' exports its ARN or number, and CloudFormation does not change a value that another stack imports, so the next version "
  + 'cannot be deployed: attach it with a StudioAttachment, with defaultImage for a default, or pass the value in an SSM parameter';

/** Returns the paths of the versions with a warning, after another stack used a version. */
function warned(use: (version: ImageVersion, other: Stack, images: Stack) => void): { path: string; text: string }[] {
  const app = new App();
  const [images, other] = ['Images', 'Other'].map((id) => new Stack(app, id, { env: HERE }));
  use(new Image(images, 'Torch', { imageName: 'torch' }).addVersion('V', { baseImage: baseImage('1') }), other, images);
  app.synth();
  return warningsOf(images).filter(({ id }) => id === ID).map(({ path, text }) => ({ path, text }));
}

const resource = (stack: Stack, value: unknown) => new CfnResource(stack, 'Used', { type: 'Test::Resource', properties: { Value: value } });

describe('a version whose values change with the next release gets a warning', () => {
  test.each<[string, (version: ImageVersion, other: Stack, images: Stack) => void]>([
    ['as a raw default image', ({ imageVersionArn: sageMakerImageVersionArn }, other) => domainIn(other, {
      defaultUserSettings: { executionRole: ROLE_ARN, jupyterLabAppSettings: { defaultResourceSpec: { sageMakerImageVersionArn } } },
    })],
    ['by its number', ({ version }, other) => resource(other, version)],
    ['by its number in a string', ({ version }, other) => resource(other, `v${version}`)],
    ['by its container image', ({ containerImage }, other) => resource(other, containerImage)],
    ['in an output with an export name', ({ version }, _, images) => new CfnOutput(images, 'Number', { value: `${version}`, exportName: 'number' })],
    ['by exportValue', ({ imageVersionArn }, _, images) => images.exportValue(imageVersionArn)],
  ])('if another stack uses it %s', (_, use) => {
    expect(warned(use)).toEqual([{ path: 'Images/Torch/V', text: TEXT }]);
  });

  test('if it is an L1 beside an L2', () => {
    expect(warned((_, other, images) => resource(other, new sagemaker.CfnImageVersion(images, 'L1', { imageName: 'l1', baseImage: 'uri' }).attrVersion)))
      .toEqual([{ path: 'Images/L1', text: TEXT }]);
  });

  test('if it is looked up', () => {
    expect(warned((_, other, images) => resource(other, new ImageVersionLookup(images, 'Lookup', { image: Image.fromImageName(images, 'I', 'x') }).version))
      .map(({ text }) => text)).toEqual([TEXT]);
  });
});

test.each<[string, (version: ImageVersion, other: Stack, images: Stack) => void]>([
  ['its image, which stays the same', ({ imageArn }, other) => resource(other, imageArn)],
  ['a grant', ({ grants }, other) => grants.read(new iam.User(other, 'User'))],
  ['an output without an export name', ({ version }, _, images) => new CfnOutput(images, 'Number', { value: `${version}` })],
  ['a nested stack', ({ version }, _, images) => resource(new NestedStack(images, 'Nested'), version)],
  ['a parameter', ({ version }, _, images) => new ssm.StringParameter(images, 'P', { stringValue: `${version}` })],
])('there is no warning for %s', (_, use) => {
  expect(warned(use)).toEqual([]);
});
