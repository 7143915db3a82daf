import { Aws, aws_sagemaker as sagemaker, CfnOutput, CfnParameter } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Image, ImageVersion, ImageVersionGrants } from 'cdk-sagemaker-images';
import { agnosticStack, baseImage, errorOf, HERE, stackIn } from '../helpers/fixtures';

const ARN = 'arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/3';

describe('an image version imported by its ARN', () => {
  test('has that ARN, its number and its image', () => {
    const stack = stackIn();
    const version = ImageVersion.fromImageVersionArn(stack, 'Import', ARN);
    expect([version.imageVersionArn, version.imageVersionRef.imageVersionArn, version.version]).toEqual([ARN, ARN, 3]);
    expect(stack.resolve(version.imageArn)).toEqual({ 'Fn::Sub': 'arn:${AWS::Partition}:sagemaker:eu-west-1:111111111111:image/torch' });
  });

  test('is in the account and Region of the ARN, as is its image', () => {
    const stack = stackIn(HERE);
    const version = ImageVersion.fromImageVersionArn(stack, 'Import', 'arn:aws:sagemaker:us-east-1:222222222222:image-version/torch/12');
    expect(version.env).toEqual({ account: '222222222222', region: 'us-east-1' });
    expect(version.version).toBe(12);
    expect(JSON.stringify(stack.resolve(version.imageArn))).toContain(':sagemaker:us-east-1:222222222222:image/torch"');
  });

  test('splits an ARN that is a token at deploy time', () => {
    const stack = agnosticStack();
    const version = ImageVersion.fromImageVersionArn(stack, 'Import', new CfnParameter(stack, 'Arn').valueAsString);
    const part = (separator: string, index: number) => ({ 'Fn::Select': [index, { 'Fn::Split': [separator, { Ref: 'Arn' }] }] });
    expect(stack.resolve(version.imageVersionArn)).toEqual({ Ref: 'Arn' });
    expect(stack.resolve(version.version)).toEqual(part('/', 2));
    expect(stack.resolve(version.imageArn)).toEqual({
      'Fn::Join': ['', [
        'arn:', { Ref: 'AWS::Partition' }, ':sagemaker:', part(':', 3), ':', part(':', 4), ':image/', part('/', 1),
      ]],
    });
  });

  test('uses the known parts of an ARN with tokens at synth time', () => {
    const stack = agnosticStack();
    const arn = `arn:${Aws.PARTITION}:sagemaker:${Aws.REGION}:${Aws.ACCOUNT_ID}:image-version/torch/3`;
    const version = ImageVersion.fromImageVersionArn(stack, 'Import', arn);
    expect([version.env.region, version.env.account]).toEqual([Aws.REGION, Aws.ACCOUNT_ID]);
    expect(stack.resolve(version.imageVersionArn)).toEqual(stack.resolve(arn));
    expect(stack.resolve(version.version)).toEqual(3);
    expect(JSON.stringify(stack.resolve(version.imageArn))).toContain(':image/torch"');
  });

  test.each([
    'torch/3',
    'arn:aws:sagemaker:eu-west-1:111111111111:image/torch',
    'arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch',
    'arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/0',
    'arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/latest',
    'arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/3/4',
    'arn:aws:sagemaker:eu-west-1:111111111111:image-version/to_rch/3',
    'arn:aws:ecr:eu-west-1:111111111111:image-version/torch/3',
    'arn:aws:sagemaker:eu-west-1:111111111111:image-version/-torch/3',
  ])('rejects %s', (arn) => {
    const shown = arn.length > 80 ? `${arn.slice(0, 77)}...` : arn;
    expect(errorOf(() => ImageVersion.fromImageVersionArn(stackIn(), 'Import', arn))).toBe(
      `Stack/Import: 1 problem\n  imageVersionArn '${shown}' is not a valid ARN of an image version: `
      + "give 'arn:<partition>:sagemaker:<region>:<account>:image-version/<name>/<number>'");
  });

  test('rejects a name that is too long', () => {
    const arn = `arn:aws:sagemaker:eu-west-1:111111111111:image-version/${'a'.repeat(64)}/3`;
    expect(errorOf(() => ImageVersion.fromImageVersionArn(stackIn(), 'Import', arn)))
      .toBe('Stack/Import: 1 problem\n  imageName has 64 characters, at most 63 are allowed');
  });
});

describe('an image version imported by its number', () => {
  test.each([
    ['an L2', (stack: any) => new Image(stack, 'Image', { imageName: 'Torch' })],
    ['an import', (stack: any) => Image.fromImageName(stack, 'Image', 'Torch')],
    ['an L1', (stack: any) => new sagemaker.CfnImage(stack, 'Image', { imageName: 'Torch', imageRoleArn: 'arn:aws:iam::111111111111:role/torch' })],
  ])('has the ARN of that version of %s, without a reference to it', (_, imageOf) => {
    const stack = stackIn();
    const version = ImageVersion.fromImageVersionAttributes(stack, 'Import', { image: imageOf(stack), version: 3 });
    const arn = (name: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:sagemaker:eu-west-1:111111111111:${name}` });
    expect(version.version).toBe(3);
    expect(stack.resolve(version.imageVersionArn)).toEqual(arn('image-version/torch/3'));
    expect(stack.resolve(version.imageArn)).toEqual(arn('image/torch'));
  });

  test('is in the account and Region of the image', () => {
    const stack = stackIn();
    const image = Image.fromImageArn(stack, 'Image', 'arn:aws:sagemaker:us-east-1:222222222222:image/torch');
    const version = ImageVersion.fromImageVersionAttributes(stack, 'Import', { image, version: 1 });
    expect(version.env).toEqual({ account: '222222222222', region: 'us-east-1' });
    expect(JSON.stringify(stack.resolve(version.imageVersionArn))).toContain(':sagemaker:us-east-1:222222222222:image-version/torch/1"');
  });

  test('accepts a number that is a token', () => {
    const stack = stackIn();
    const image = Image.fromImageName(stack, 'Image', 'torch');
    const { valueAsNumber } = new CfnParameter(stack, 'Number', { type: 'Number' });
    const version = ImageVersion.fromImageVersionAttributes(stack, 'Import', { image, version: valueAsNumber });
    expect(stack.resolve(version.version)).toEqual({ Ref: 'Number' });
    expect(stack.resolve(version.imageVersionArn)).toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sagemaker:eu-west-1:111111111111:image-version/torch/', { Ref: 'Number' }]],
    });
  });

  test('accepts the number of a version of the app', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Image', { imageName: 'torch' });
    const made = image.addVersion('V1', { baseImage: baseImage('1') });
    const version = ImageVersion.fromImageVersionAttributes(stack, 'Import', { image, version: made.version });
    new CfnOutput(stack, 'Arn', { value: version.imageVersionArn });
    expect(JSON.stringify(Template.fromStack(stack).findOutputs('Arn'))).toContain('"Version"');
  });

  test.each([[1], [Number.MAX_SAFE_INTEGER]])('accepts number %p', (version) => {
    const stack = stackIn();
    const image = Image.fromImageName(stack, 'Image', 'torch');
    expect(ImageVersion.fromImageVersionAttributes(stack, 'Import', { image, version }).version).toBe(version);
  });

  test.each([[0], [-2], [1.5], [NaN], [Infinity]])('rejects number %p', (version) => {
    const stack = stackIn();
    const image = Image.fromImageName(stack, 'Image', 'torch');
    expect(errorOf(() => ImageVersion.fromImageVersionAttributes(stack, 'Import', { image, version })))
      .toBe(`Stack/Import: 1 problem\n  version ${version} is not a valid version number: give 1, 2, 3 and so on`);
  });
});

describe('an imported image version', () => {
  test('creates no resource', () => {
    const stack = stackIn();
    ImageVersion.fromImageVersionArn(stack, 'Import', ARN);
    expect(Template.fromStack(stack).toJSON().Resources).toBeUndefined();
  });

  test('has grants', () => {
    const version = ImageVersion.fromImageVersionArn(stackIn(), 'Import', ARN);
    expect(version.grants).toBeInstanceOf(ImageVersionGrants);
    expect(version.grants).toBe(version.grants);
  });
});
