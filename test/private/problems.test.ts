import { aws_ecr as ecr, aws_ssm as ssm, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, BaseImage, Image, ImageVersion, ImageVersionOptions, MlFramework, ProgrammingLang, StudioApp, StudioTarget } from 'cdk-sagemaker-images';
import { ecrUri, errorOf, stackIn } from '../helpers/fixtures';
import { attach } from '../helpers/studio';

const UNKNOWN: [string, (stack: Stack) => string][] = [
  ['a token', (stack) => new CfnParameter(stack, 'Parameter').valueAsString],
  // What the CDK looks up after the first synth; an error there, and it would never do so.
  ['a parameter that is not looked up yet', (stack) => ssm.StringParameter.valueFromLookup(stack, '/Studio/x_y')],
  ['a dynamic reference', () => '{{resolve:ssm:/Studio/x_y}}'],
];

describe.each(UNKNOWN)('%s passes every check', (_, valueIn) => {
  test('of an image and of a version', () => {
    const stack = stackIn();
    const value = valueIn(stack);
    new Image(stack, 'Torch', { imageName: value, displayName: value, description: value, tags: { team: value } }).addVersion('V', {
      baseImage: BaseImage.fromUri(value),
      alias: value,
      aliases: [value],
      mlFramework: MlFramework.of(value),
      programmingLang: ProgrammingLang.of(value),
      releaseNotes: value,
    });
    Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::ImageVersion', {
      ImageName: stack.resolve(value), BaseImage: stack.resolve(value), MLFramework: stack.resolve(value),
    });
  });

  test('of a part of a base image', () => {
    const stack = stackIn();
    const value = valueIn(stack);
    const image = new Image(stack, 'Torch');
    const repository = (id: string) => ecr.Repository.fromRepositoryName(stack, id, id);
    expect(errorOf(() => image.addVersion('Uri', {
      baseImage: BaseImage.fromUri(`111111111111.dkr.ecr.eu-west-1.amazonaws.com/torch:${value}`),
    }))).toBeUndefined();
    expect(errorOf(() => image.addVersion('Tag', { baseImage: BaseImage.fromEcrRepository(repository('a'), value) }))).toBeUndefined();
    expect(errorOf(() => image.addVersion('Digest', { baseImage: BaseImage.fromEcrRepositoryDigest(repository('b'), value) }))).toBeUndefined();
  });

  test('of the configuration of an app', () => {
    const stack = stackIn();
    const value = valueIn(stack);
    new AppImageConfig(stack, 'Lab', {
      appImageConfigName: value,
      tags: { team: value },
      app: StudioApp.jupyterLab({ containerArguments: [value], containerEntrypoint: [value], containerEnvironmentVariables: { NAME: value } }),
    });
    new AppImageConfig(stack, 'Kernel', { app: StudioApp.kernelGateway({ kernelName: value, kernelDisplayName: value, mountPath: value }) });
    Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::AppImageConfig', { AppImageConfigName: stack.resolve(value) });
  });

  test('of a place', () => {
    const stack = stackIn();
    const value = valueIn(stack);
    attach(stack, StudioTarget.existingUserProfile(value, value));
    Template.fromStack(stack).hasResourceProperties('Custom::SageMakerStudioAttachment', {
      DomainId: stack.resolve(value), UserProfileName: stack.resolve(value),
    });
  });

  test('of an import by name, in the case that it was given', () => {
    const stack = stackIn();
    const value = valueIn(stack);
    const arns = [Image.fromImageName(stack, 'I', value).imageArn, AppImageConfig.fromAppImageConfigName(stack, 'C', value).appImageConfigArn];
    arns.forEach((arn) => expect(JSON.stringify(stack.resolve(arn))).toContain(JSON.stringify(stack.resolve(value)).replace(/^"|"$/g, '')));
  });
});

// What `tryGetContext` and the environment give where nothing is set; to the compiler it is any text.
const none: any = undefined;
const versionOf = (stack: Stack, options: Partial<ImageVersionOptions>) =>
  new Image(stack, 'Torch').addVersion('V', { baseImage: BaseImage.fromUri(ecrUri('1')), ...options });

describe.each([[none], [null]])('a value that is %s', (value) => {
  test.each<[string, (stack: Stack) => unknown]>([
    ['Import: imageName is missing: give 1 to 63 characters', (stack) => Image.fromImageName(stack, 'Import', value)],
    ["Import: imageArn is missing: give 'arn:<partition>:sagemaker:<region>:<account>:image/<name>'", (stack) => Image.fromImageArn(stack, 'Import', value)],
    ["Import: imageVersionArn is missing: give 'arn:<partition>:sagemaker:<region>:<account>:image-version/<name>/<number>'",
      (stack) => ImageVersion.fromImageVersionArn(stack, 'Import', value)],
    ['Import: image is missing: give an Image, an import or a CfnImage',
      (stack) => ImageVersion.fromImageVersionAttributes(stack, 'Import', { image: value, version: 1 })],
    [`Import: version ${value} is no version number: SageMaker counts 1, 2, 3 and so on`,
      (stack) => ImageVersion.fromImageVersionAttributes(stack, 'Import', { image: Image.fromImageName(stack, 'Image', 'torch'), version: value })],
    ['Import: appImageConfigName is missing: give 1 to 63 characters', (stack) => AppImageConfig.fromAppImageConfigName(stack, 'Import', value)],
    ["Import: appImageConfigArn is missing: give 'arn:<partition>:sagemaker:<region>:<account>:app-image-config/<name>'",
      (stack) => AppImageConfig.fromAppImageConfigArn(stack, 'Import', value)],
    [': imageName is missing: give the name of an image', (stack) => Image.arnForImageName(stack, value)],
    [': appImageConfigName is missing: give the name of a configuration', (stack) => AppImageConfig.arnForAppImageConfigName(stack, value)],
    ['Kernel: kernelName is missing: give 1 to 1024 characters',
      (stack) => new AppImageConfig(stack, 'Kernel', { app: StudioApp.kernelGateway({ kernelName: value }) })],
    ['Torch/V: baseImage is missing: give 1 to 255 characters', (stack) => versionOf(stack, { baseImage: BaseImage.fromUri(value) })],
    ["Torch/V: the directory of baseImage is missing: give one with a Dockerfile, for example 'docker/torch'",
      (stack) => versionOf(stack, { baseImage: BaseImage.fromAsset(value) })],
    ["Torch/V: the archive of baseImage is missing: give the path of what 'docker save' wrote",
      (stack) => versionOf(stack, { baseImage: BaseImage.fromTarball(value) })],
    ['Torch/V: the asset of baseImage is missing: give a DockerImageAsset', (stack) => versionOf(stack, { baseImage: BaseImage.fromDockerImageAsset(value) })],
    ['Torch/V: the repository of baseImage is missing: give a repository of this app or an import',
      (stack) => versionOf(stack, { baseImage: BaseImage.fromEcrRepository(value, 'a') })],
    ["Torch/V: the digest of baseImage is missing: give 'sha256:' and 64 hexadecimal digits",
      (stack) => versionOf(stack, { baseImage: BaseImage.fromEcrRepositoryDigest(ecr.Repository.fromRepositoryName(stack, 'R', 'torch'), value) })],
    ["Torch/V: mlFramework is missing: write it as MlFramework.pytorch('2.4')", (stack) => versionOf(stack, { mlFramework: MlFramework.of(value) })],
    ["Torch/V: programmingLang is missing: write it as ProgrammingLang.python('3.11')",
      (stack) => versionOf(stack, { programmingLang: ProgrammingLang.of(value) })],
    ['Torch/V: aliases[1] is missing: give an alias or leave it out', (stack) => versionOf(stack, { aliases: ['a', value] })],
    ["Torch: the value of tag 'k' is missing: give one or leave the tag out", (stack) => new Image(stack, 'Torch', { tags: { k: value } })],
    ["Lab: the value of environment variable 'K' is missing: give 1 to 256 characters or leave it out",
      (stack) => new AppImageConfig(stack, 'Lab', { app: StudioApp.jupyterLab({ containerEnvironmentVariables: { K: value } }) })],
    ['Lab: containerArguments[0] is missing: give 1 to 64 characters or leave it out',
      (stack) => new AppImageConfig(stack, 'Lab', { app: StudioApp.codeEditor({ containerArguments: [value] }) })],
  ])('is said where it is needed: %s', (expected, use) => {
    const [path, ...problem] = expected.split(': ');
    expect(errorOf(() => use(stackIn()))).toBe(`${['Stack', path].filter((part) => part).join('/')}: 1 problem\n  ${problem.join(': ')}`);
  });
});

// The CDK would write it into the template, where CloudFormation refuses it.
test('null is not the same as nothing', () => {
  const problem = 'releaseNotes is missing: give 1 to 255 characters or leave it out';
  expect(errorOf(() => versionOf(stackIn(), { releaseNotes: null as any }))).toBe(`Stack/Torch/V: 1 problem\n  ${problem}`);
  expect(errorOf(() => versionOf(stackIn(), { releaseNotes: undefined }))).toBeUndefined();
});

test.each<[string, (stack: Stack) => unknown]>([
  ['imageName is empty: give 1 to 63 characters', (stack) => Image.fromImageName(stack, 'Import', '')],
  ['appImageConfigName is empty: give 1 to 63 characters', (stack) => AppImageConfig.fromAppImageConfigName(stack, 'Import', '')],
  ['baseImage is empty: give 1 to 255 characters', (stack) => versionOf(stack, { baseImage: BaseImage.fromUri('') })],
  ['kernelName is empty: give 1 to 1024 characters', (stack) => new AppImageConfig(stack, 'K', { app: StudioApp.kernelGateway({ kernelName: '' }) })],
  ['imageName is empty: give 1 to 63 characters or leave it out', (stack) => new Image(stack, 'Torch', { imageName: '' })],
])('nobody is told to leave out what is needed: %s', (problem, use) => {
  expect(errorOf(() => use(stackIn()))?.split('\n  ')).toEqual([expect.anything(), problem]);
});

const IMPORTS: [string, (stack: Stack, arn: string) => unknown][] = [
  ['an image', (stack, arn) => Image.fromImageArn(stack, 'Import', arn).imageName],
  ['an image version', (stack, arn) => ImageVersion.fromImageVersionArn(stack, 'Import', arn).version],
  ['a configuration', (stack, arn) => AppImageConfig.fromAppImageConfigArn(stack, 'Import', arn).appImageConfigName],
];

describe.each(IMPORTS)('the ARN of %s', (_, importIn) => {
  test('may be a parameter that is not looked up yet', () => {
    const stack = stackIn();
    const read = importIn(stack, ssm.StringParameter.valueFromLookup(stack, '/a/b'));
    expect(errorOf(() => stack.resolve(read))).toBeUndefined();
  });

  // CloudFormation could not take it apart.
  test('may be no dynamic reference', () => {
    expect(errorOf(() => importIn(stackIn(), '{{resolve:ssm:/a/b}}'))).toMatch(/Arn '{{resolve:ssm:\/a\/b}}' is not the ARN of/);
  });
});

// What `tryGetContext` gives where somebody wrote a number or a list; to the compiler it is any text.
test.each<[string, any, (stack: Stack, value: any) => unknown]>([
  ['Torch: imageName is not a text but 5: give 1 to 63 characters', 5, (stack, value) => new Image(stack, 'Torch', { imageName: value })],
  ["Torch: the value of tag 'k' is not a text but true: give 0 to 256 characters", true, (stack, value) => new Image(stack, 'Torch', { tags: { k: value } })],
  ['Torch/V: aliases[0] is not a text but ["a"]: give 1 to 128 characters', ['a'], (stack, value) => versionOf(stack, { aliases: [value] })],
  ['Torch/V: baseImage is not a text but {"uri":"u"}: give 1 to 255 characters', { uri: 'u' }, (stack, value) => versionOf(stack, { baseImage: BaseImage.fromUri(value) })],
  ["Lab: the value of environment variable 'K' is not a text but 1: give 1 to 256 characters", 1,
    (stack, value) => new AppImageConfig(stack, 'Lab', { app: StudioApp.jupyterLab({ containerEnvironmentVariables: { K: value } }) })],
])('%s', (problem, value, make) => {
  const stack = stackIn();
  const [where, what] = problem.split(/: (.*)/);
  expect(errorOf(() => make(stack, value))).toContain(`Stack/${where}: 1 problem\n  ${what}`);
});
