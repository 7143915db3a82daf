import { App, aws_sagemaker as sagemaker, CfnOutput, CfnParameter, Lazy, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Image, ImageVersion, ImageVersionLookup } from 'cdk-sagemaker-images';
import { baseImage, errorOf, HERE, stackIn } from '../helpers/fixtures';

/** The last part of the ARN of a version, which is a string. */
const lastPartOf = (arn: object) => ({ 'Fn::Select': [2, { 'Fn::Split': ['/', arn] }] });
const versionIn = (stack: Stack) => new Image(stack, 'Torch', { imageName: 'torch' }).addVersion('V', { baseImage: baseImage('1') });
const idOf = (stack: Stack, type: string) => Object.keys(Template.fromStack(stack).findResources(type))[0];

// The validation engine takes seconds to start.
jest.setTimeout(60_000);

describe('versionAsString', () => {
  test('of a version is its number as a string', () => {
    const stack = stackIn();
    new CfnOutput(stack, 'Number', { value: versionIn(stack).versionAsString });
    expect(Template.fromStack(stack).toJSON().Outputs.Number.Value).toEqual(lastPartOf({ Ref: idOf(stack, 'AWS::SageMaker::ImageVersion') }));
  });

  test('of a look-up is the number that it finds', () => {
    const stack = stackIn();
    const lookup = new ImageVersionLookup(stack, 'Stable', { image: Image.fromImageName(stack, 'Torch', 'torch') });
    new CfnOutput(stack, 'Number', { value: lookup.versionAsString });
    const id = idOf(stack, 'Custom::SageMakerImageVersionLookup');
    expect(Template.fromStack(stack).toJSON().Outputs.Number.Value).toEqual(lastPartOf({ 'Fn::GetAtt': [id, 'ImageVersionArn'] }));
  });

  test.each([
    ['by its ARN', (stack: Stack) => ImageVersion.fromImageVersionArn(stack, 'V', 'arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/12')],
    ['by its number', (stack: Stack) => ImageVersion.fromImageVersionAttributes(stack, 'V', { image: Image.fromImageName(stack, 'Torch', 'torch'), version: 12 })],
  ])('of a version that is imported %s is literal', (_, importIn) => {
    expect(importIn(stackIn()).versionAsString).toBe('12');
  });

  test('of an import by an ARN or a number that is a token is a string at deploy time', () => {
    const stack = stackIn();
    const byArn = ImageVersion.fromImageVersionArn(stack, 'ByArn', new CfnParameter(stack, 'Arn').valueAsString);
    const image = Image.fromImageName(stack, 'Torch', 'torch');
    const byNumber = ImageVersion.fromImageVersionAttributes(stack, 'ByNumber', {
      image, version: new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber,
    });
    expect(stack.resolve([byArn, byNumber].map(({ versionAsString }) => versionAsString))).toEqual([
      lastPartOf({ Ref: 'Arn' }),
      { Ref: 'Number' },
    ]);
  });

  test('can be a part of a string', () => {
    const stack = stackIn();
    expect(stack.resolve(`v${versionIn(stack).versionAsString}`)).toEqual({ 'Fn::Join': ['', ['v', lastPartOf({ Ref: idOf(stack, 'AWS::SageMaker::ImageVersion') })]] });
  });

  test('passes into a nested stack as a parameter', () => {
    const stack = stackIn();
    const nested = new NestedStack(stack, 'Nested');
    new CfnOutput(nested, 'Number', { value: versionIn(stack).versionAsString });
    const { Value } = Template.fromStack(nested).toJSON().Outputs.Number;
    expect(Value).toEqual(lastPartOf({ Ref: expect.stringMatching(/^referencetoStackTorchV\w+Ref$/) }));
  });
});

describe('the validation engine of the CDK', () => {
  beforeEach(() => { process.env.CDK_VALIDATION = 'true'; });
  afterEach(() => { process.env.CDK_VALIDATION = 'false'; });

  const synthError = (valueOf: (version: ImageVersion) => string) => {
    const stack = new Stack(new App({ context: { '@aws-cdk/core:validateAgainstDefaultRules': true } }), 'Stack', { env: HERE });
    new CfnOutput(stack, 'Number', { value: valueOf(versionIn(stack)) });
    return errorOf(() => (stack.node.root as App).synth());
  };
  /** aws-cdk-lib has the engine since 2.262. */
  const hasEngine = 'Validations' in jest.requireActual<object>('aws-cdk-lib');

  test('accepts versionAsString in an output, alone and in a longer string', () => {
    expect(synthError((version) => version.versionAsString)).toBeUndefined();
    expect(synthError((version) => `torch v${version.versionAsString}`)).toBeUndefined();
  });

  test('rejects the number token there', () => {
    expect(synthError((version) => `torch v${version.version}`)).toEqual(hasEngine ? expect.stringContaining('F6101') : undefined);
  });
});

describe('a number token that a language or a format turned into digits', () => {
  /** What Java and C#, `%d` of Python, and `%f` of Go make of the number. */
  const FORMATS: [string, (number: number) => string][] = [
    ['Java', (number) => String(number).replace('e+', 'E')],
    ['C#', (number) => String(number).replace('e+', 'E+')],
    ['Python', (number) => BigInt(number).toString()],
    ['Go', (number) => `${BigInt(number)}.000000`],
  ];

  test.each(FORMATS)('is not replaced in a template: %s', (_, format) => {
    const stack = stackIn();
    const text = `v${format(versionIn(stack).version)}`;
    expect(stack.resolve(text)).toBe(text);
  });

  test.each(FORMATS)('is an error with a remedy: %s', (_, format) => {
    const stack = stackIn();
    const text = `v${format(versionIn(stack).version)}`;
    const message = errorOf(() => new Image(stack, 'Other', { imageName: text, description: text }).addVersion('V', { baseImage: baseImage('1') }));
    const problem = (name: string) => `${name} contains the number token of Stack/Torch/V, formatted in a way that the CDK does not recognize: `
      + 'use versionAsString, or Tokenization.stringifyNumber for other numbers';
    expect(message).toBe(`Stack/Other: 2 problems\n  ${problem('imageName')}\n  ${problem('description')}`);
  });

  test('is an error even if so many digits are missing that its origin is unknown', () => {
    const stack = stackIn();
    const text = versionIn(stack).version.toExponential(6);
    expect(stack.resolve(text)).toBe(text);
    expect(errorOf(() => new Image(stack, 'Other', { description: text }))).toContain('description contains the number token, formatted');
  });

  test('is an error that names no construct if the number is not a reference', () => {
    const stack = stackIn();
    const description = `${BigInt(Lazy.number({ produce: () => 1 }))}`;
    expect(errorOf(() => new Image(stack, 'Other', { description }))).toContain('description contains the number token, formatted');
  });

  test.each([
    ['aliases', (text: string) => ({ aliases: [text] }), 'aliases[0]'],
    ['releaseNotes', (text: string) => ({ releaseNotes: text }), 'releaseNotes'],
  ])('is found in %s of another version', (_, optionsOf, name) => {
    const stack = stackIn();
    const { version } = versionIn(stack);
    expect(errorOf(() => new ImageVersion(stack, 'Next', {
      image: Image.fromImageName(stack, 'Import', 'torch'), baseImage: baseImage('2'), ...optionsOf(`v${BigInt(version)}`),
    }))).toContain(`${name} contains the number token of Stack/Torch/V, formatted`);
  });

  test('is accepted as TypeScript and Python write it, which the CDK replaces', () => {
    const stack = stackIn();
    const { version } = versionIn(stack);
    const next = new ImageVersion(stack, 'Next', { image: Image.fromImageName(stack, 'Import', 'jax'), baseImage: baseImage('2'), releaseNotes: `after ${version}` });
    expect(stack.resolve((next.node.defaultChild as sagemaker.CfnImageVersion).releaseNotes)).toEqual({ 'Fn::Join': ['', ['after ', { 'Fn::GetAtt': [expect.stringMatching(/^TorchV/), 'Version'] }]] });
  });
});
