import { aws_ecr as ecr, aws_ssm as ssm, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  AppImageConfig, BaseImage, Image, ImageVersion, ImageVersionOptions, MlFramework, ProgrammingLang, StudioApp, StudioAttachment,
  StudioAttachmentProps, StudioImage, StudioImageProps, StudioTarget,
} from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { ecrUri, errorOf, stackIn } from '../helpers/fixtures';
import { attach } from '../helpers/studio';

const UNKNOWN: [string, (stack: Stack) => string][] = [
  ['a token', (stack) => new CfnParameter(stack, 'Parameter').valueAsString],
  // The CDK looks these up after the first synth, which must not fail before.
  ['a parameter that has not been looked up yet', (stack) => ssm.StringParameter.valueFromLookup(stack, '/Studio/x_y')],
  ['a dynamic reference', () => '{{resolve:ssm:/Studio/x_y}}'],
];

describe.each(UNKNOWN)('%s passes all checks', (_, valueIn) => {
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

  test('of an app image config', () => {
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

  test('of a target', () => {
    const stack = stackIn();
    const value = valueIn(stack);
    attach(stack, StudioTarget.existingUserProfile(value, value));
    Template.fromStack(stack).hasResourceProperties('Custom::SageMakerStudioAttachments', {
      DomainId: stack.resolve(value), UserProfileName: stack.resolve(value),
    });
  });

  test('of an import by name, and keeps its case', () => {
    const stack = stackIn();
    const value = valueIn(stack);
    const arns = [Image.fromImageName(stack, 'I', value).imageArn, AppImageConfig.fromAppImageConfigName(stack, 'C', value).appImageConfigArn];
    arns.forEach((arn) => expect(JSON.stringify(stack.resolve(arn))).toContain(JSON.stringify(stack.resolve(value)).replace(/^"|"$/g, '')));
  });
});

// The value of `tryGetContext` and of environment variables that are not set.
const versionOf = (stack: Stack, options: Partial<ImageVersionOptions>) =>
  new Image(stack, 'Torch').addVersion('V', { baseImage: BaseImage.fromUri(ecrUri('1')), ...options });

describe.each<[any]>([[undefined], [null]])('a required value that is %s', (value) => {
  test.each<[string, (stack: Stack) => unknown]>([
    ['Import: imageName is missing: give 1 to 63 characters', (stack) => Image.fromImageName(stack, 'Import', value)],
    ["Import: imageArn is missing: give 'arn:<partition>:sagemaker:<region>:<account>:image/<name>'", (stack) => Image.fromImageArn(stack, 'Import', value)],
    ["Import: imageVersionArn is missing: give 'arn:<partition>:sagemaker:<region>:<account>:image-version/<name>/<number>'",
      (stack) => ImageVersion.fromImageVersionArn(stack, 'Import', value)],
    ['Import: image is missing: give an Image, an import or a CfnImage',
      (stack) => ImageVersion.fromImageVersionAttributes(stack, 'Import', { image: value, version: 1 })],
    [`Import: version ${value} is not a valid version number: give 1, 2, 3 and so on`,
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
    ["Torch/V: the archive of baseImage is missing: give the path of the output of 'docker save'",
      (stack) => versionOf(stack, { baseImage: BaseImage.fromTarball(value) })],
    ['Torch/V: the asset of baseImage is missing: give a DockerImageAsset', (stack) => versionOf(stack, { baseImage: BaseImage.fromDockerImageAsset(value) })],
    ['Torch/V: the repository of baseImage is missing: give a Repository, an import or a CfnRepository',
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
  ])('is reported: %s', (expected, use) => {
    const [path, ...problem] = expected.split(': ');
    expect(errorOf(() => use(stackIn()))).toBe(`${['Stack', path].filter((part) => part).join('/')}: 1 problem\n  ${problem.join(': ')}`);
  });
});

// The CDK would render it, and CloudFormation would reject the template.
test('null is not the same as undefined', () => {
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
])('the remedy is to leave out a value only if it is optional: %s', (problem, use) => {
  expect(errorOf(() => use(stackIn()))?.split('\n  ')).toEqual([expect.anything(), problem]);
});

const IMPORTS: [string, (stack: Stack, arn: string) => unknown][] = [
  ['an image', (stack, arn) => Image.fromImageArn(stack, 'Import', arn).imageName],
  ['an image version', (stack, arn) => ImageVersion.fromImageVersionArn(stack, 'Import', arn).version],
  ['an app image config', (stack, arn) => AppImageConfig.fromAppImageConfigArn(stack, 'Import', arn).appImageConfigName],
];

describe.each(IMPORTS)('the ARN of %s', (_, importIn) => {
  test('can be a parameter that has not been looked up yet', () => {
    const stack = stackIn();
    const read = importIn(stack, ssm.StringParameter.valueFromLookup(stack, '/a/b'));
    expect(errorOf(() => stack.resolve(read))).toBeUndefined();
  });

  // CloudFormation cannot split it.
  test('cannot be a dynamic reference', () => {
    expect(errorOf(() => importIn(stackIn(), '{{resolve:ssm:/a/b}}'))).toMatch(/Arn '{{resolve:ssm:\/a\/b}}' is not a valid ARN of an? (image|image version|app image config): give 'arn:/);
  });
});

// JavaScript and `tryGetContext` can pass values of any type.
const studioImage = (stack: Stack, props: Partial<StudioImageProps>) =>
  new StudioImage(stack, 'Studio', { baseImage: BaseImage.fromUri(ecrUri('1')), app: StudioApp.jupyterLab(), ...props });
const attachment = (stack: Stack, props: Partial<StudioAttachmentProps>) => new StudioAttachment(stack, 'Attachment', {
  imageVersion: versionOf(stack, {}),
  appImageConfig: new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() }),
  target: StudioTarget.existingDomain('d-abc123'),
  ...props,
});

test.each<[string, any, (stack: Stack, value: any) => unknown]>([
  ['Torch: imageName must be a string, got 5: give 1 to 63 characters or leave it out', 5, (stack, value) => new Image(stack, 'Torch', { imageName: value })],
  ["Torch: role must be a Role or an import by Role.fromRoleArn, got 'arn:aws:iam::111111111111:role/r'", 'arn:aws:iam::111111111111:role/r',
    (stack, value) => new Image(stack, 'Torch', { role: value })],
  ["Torch: tags must be a map, got 'team=vision': give { team: 'vision' } for example", 'team=vision',
    (stack, value) => new Image(stack, 'Torch', { tags: value })],
  ["Torch: tags must be a map, got [ [Object] ]: give { team: 'vision' } for example", [{ Key: 'team', Value: 'vision' }],
    (stack, value) => new Image(stack, 'Torch', { tags: value })],
  ["Torch: the value of tag 'k' must be a string, got true: give 0 to 256 characters or leave it out", true, (stack, value) => new Image(stack, 'Torch', { tags: { k: value } })],
  ["Torch: removalPolicy must be DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE, got 'delete'", 'delete',
    (stack, value) => new Image(stack, 'Torch', { removalPolicy: value })],
  ['Torch: imageName must be a string, got [ \'torch\' ]: give 1 to 63 characters or leave it out', ['torch'], (stack, value) => new Image(stack, 'Torch', { imageName: value })],
  ["Import: role must be a Role or an import by Role.fromRoleArn, got 'r'", 'r',
    (stack, value) => Image.fromImageAttributes(stack, 'Import', { imageName: 'torch', role: value })],
  ["Import: imageArn 5 is not a valid ARN of an image: give 'arn:<partition>:sagemaker:<region>:<account>:image/<name>'", 5, (stack, value) => Image.fromImageArn(stack, 'Import', value)],
  ["Torch/V: image must be an Image, an import or a CfnImage, got 'torch'", 'torch',
    (stack, value) => new ImageVersion(new Construct(stack, 'Torch'), 'V', { image: value, baseImage: BaseImage.fromUri(ecrUri('1')) })],
  ["Import: image must be an Image, an import or a CfnImage, got 'torch'", 'torch',
    (stack, value) => ImageVersion.fromImageVersionAttributes(stack, 'Import', { image: value, version: 1 })],
  ["Torch/V: baseImage must be a BaseImage, for example BaseImage.fromAsset('docker/torch'), got 'docker/torch'", 'docker/torch',
    (stack, value) => versionOf(stack, { baseImage: value })],
  ['Torch/V: baseImage must be a string, got { uri: \'u\' }: give 1 to 255 characters', { uri: 'u' },
    (stack, value) => versionOf(stack, { baseImage: BaseImage.fromUri(value) })],
  ["Torch/V: the directory of baseImage must be a string, got 5: give one with a Dockerfile, for example 'docker/torch'", 5,
    (stack, value) => versionOf(stack, { baseImage: BaseImage.fromAsset(value) })],
  ["Torch/V: the option file of baseImage must be a string, got 5: give its path in the directory, for example 'gpu.Dockerfile'", 5,
    (stack, value) => versionOf(stack, { baseImage: BaseImage.fromAsset(__dirname, { file: value }) })],
  ["Torch/V: the asset of baseImage must be a DockerImageAsset, got 'torch'", 'torch',
    (stack, value) => versionOf(stack, { baseImage: BaseImage.fromDockerImageAsset(value) })],
  ["Torch/V: the repository of baseImage must be a Repository, an import or a CfnRepository, got 'torch'", 'torch',
    (stack, value) => versionOf(stack, { baseImage: BaseImage.fromEcrRepository(value, '1') })],
  ["Torch/V: the repository of baseImage must be a Repository, an import or a CfnRepository, got 'torch'", 'torch',
    (stack, value) => versionOf(stack, { baseImage: BaseImage.fromUri(ecrUri('1'), { repository: value }) })],
  ["Torch/V: the tag of baseImage must be a string, got 2.1: give a tag such as '2.4.1'", 2.10,
    (stack, value) => versionOf(stack, { baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'R', 'torch'), value) })],
  ["Torch/V: the digest of baseImage must be a string, got 5: give 'sha256:' and 64 hexadecimal digits", 5,
    (stack, value) => versionOf(stack, { baseImage: BaseImage.fromEcrRepositoryDigest(ecr.Repository.fromRepositoryName(stack, 'R', 'torch'), value) })],
  ["Torch/V: aliases must be a list, got 'latest': give ['latest'] for example", 'latest', (stack, value) => versionOf(stack, { aliases: value })],
  ['Torch/V: aliases[0] must be a string, got [ \'a\' ]: give 1 to 128 characters or leave it out', ['a'], (stack, value) => versionOf(stack, { aliases: [value] })],
  ["Torch/V: vendorGuidance must be NOT_PROVIDED, STABLE, TO_BE_ARCHIVED or ARCHIVED, got 'stable'", 'stable',
    (stack, value) => versionOf(stack, { vendorGuidance: value })],
  ["Torch/V: jobType must be TRAINING, INFERENCE or NOTEBOOK_KERNEL, got 'KERNEL'", 'KERNEL', (stack, value) => versionOf(stack, { jobType: value })],
  ['Torch/V: processor must be CPU or GPU, got [ \'GPU\' ]', ['GPU'], (stack, value) => versionOf(stack, { processor: value })],
  ["Torch/V: horovod must be true or false, got 'yes'", 'yes', (stack, value) => versionOf(stack, { horovod: value })],
  ["Torch/V: mlFramework must be an MlFramework, for example MlFramework.pytorch('2.4'), got 'PyTorch 2.4'", 'PyTorch 2.4', (stack, value) => versionOf(stack, { mlFramework: value })],
  ["Lab: app must be a StudioApp, for example StudioApp.jupyterLab(), got 'JupyterLab'", 'JupyterLab', (stack, value) => new AppImageConfig(stack, 'Lab', { app: value })],
  ["Lab: containerArguments must be a list, got '--debug': give ['--debug'] for example", '--debug',
    (stack, value) => new AppImageConfig(stack, 'Lab', { app: StudioApp.jupyterLab({ containerArguments: value }) })],
  ["Lab: containerEnvironmentVariables must be a map, got [ 'A=b' ]: give { HF_HOME: '/models' } for example", ['A=b'],
    (stack, value) => new AppImageConfig(stack, 'Lab', { app: StudioApp.jupyterLab({ containerEnvironmentVariables: value }) })],
  ["Lab: the value of environment variable 'K' must be a string, got 1: give 1 to 256 characters or leave it out", 1,
    (stack, value) => new AppImageConfig(stack, 'Lab', { app: StudioApp.jupyterLab({ containerEnvironmentVariables: { K: value } }) })],
  ["Lab: defaultUid '1000' and defaultGid 100 (the default) are not supported by SageMaker: use 0 and 0, or 1000 and 100", '1000',
    (stack, value) => new AppImageConfig(stack, 'Lab', { app: StudioApp.kernelGateway({ kernelName: 'python3', defaultUid: value }) })],
  ["Studio: app must be a StudioApp, for example StudioApp.jupyterLab(), got 'JupyterLab'", 'JupyterLab', (stack, value) => studioImage(stack, { app: value })],
  ['Studio: additionalApps must be a list, got an instance of StudioApp: give', StudioApp.codeEditor(), (stack, value) => studioImage(stack, { additionalApps: value })],
  ["Studio: additionalApps[0] must be a StudioApp, for example StudioApp.jupyterLab(), got 'CodeEditor'", 'CodeEditor',
    (stack, value) => studioImage(stack, { additionalApps: [value] })],
  ["Studio: attachTo must be a list, got 'd-abc123': give [StudioTarget.existingDomain('d-abc123')] for example", 'd-abc123',
    (stack, value) => studioImage(stack, { attachTo: value })],
  ["Studio: attachTo[0] must be a StudioTarget, for example StudioTarget.existingDomain('d-abc123'), got 'd-abc123'", 'd-abc123',
    (stack, value) => studioImage(stack, { attachTo: [value] })],
  ["Studio: domain must be a CfnDomain (for an existing one, use StudioTarget.existingDomain), got 'd-abc123'", 'd-abc123',
    (stack, value) => studioImage(stack, { attachTo: [StudioTarget.domain(value)] })],
  ["Studio: target must be a StudioTarget, for example StudioTarget.existingDomain('d-abc123'), got 'd-abc123'", 'd-abc123',
    (stack, value) => studioImage(stack, {}).attach(value)],
  ["Attachment: target must be a StudioTarget, for example StudioTarget.existingDomain('d-abc123'), got 'd-abc123'", 'd-abc123',
    (stack, value) => attachment(stack, { target: value })],
  ["Attachment: domain must be a CfnDomain (for an existing one, use StudioTarget.existingDomain), got 'd-abc123'", 'd-abc123',
    (stack, value) => attachment(stack, { target: StudioTarget.domain(value) })],
  ["Attachment: domainId [ 'd-abc123' ] is not a valid domain id: give 'd-' and lower-case letters or digits, at most 63 characters in all", ['d-abc123'],
    (stack, value) => attachment(stack, { target: StudioTarget.existingDomain(value) })],
  ['Attachment: imageVersion must be an ImageVersion, an import or a CfnImageVersion, got 3', 3, (stack, value) => attachment(stack, { imageVersion: value })],
  ["Attachment: appImageConfig must be an AppImageConfig, an import or a CfnAppImageConfig, got 'lab'", 'lab',
    (stack, value) => attachment(stack, { appImageConfig: value })],
  ["Attachment: executionRole must be a Role or an import by Role.fromRoleArn, got ''", '',
    (stack, value) => attachment(stack, { target: StudioTarget.existingDomain('d-abc123', { executionRole: value }) })],
  ["Attachment: executionRole must be a Role or an import by Role.fromRoleArn, got 'analyst'", 'analyst',
    (stack, value) => attachment(stack, { target: StudioTarget.existingDomain('d-abc123', { executionRole: value }) })],
])('%s', (problem, value, make) => {
  const stack = stackIn();
  const [where, what] = problem.split(/: (.*)/);
  expect(errorOf(() => make(stack, value))).toContain(`Stack/${where}: 1 problem\n  ${what}`);
});
