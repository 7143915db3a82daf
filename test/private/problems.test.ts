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

// What `tryGetContext` gives where somebody wrote something else; to the compiler it is of any type.
const studioImage = (stack: Stack, props: Partial<StudioImageProps>) =>
  new StudioImage(stack, 'Studio', { baseImage: BaseImage.fromUri(ecrUri('1')), app: StudioApp.jupyterLab(), ...props });
const attachment = (stack: Stack, props: Partial<StudioAttachmentProps>) => new StudioAttachment(stack, 'Attachment', {
  imageVersion: versionOf(stack, {}),
  appImageConfig: new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() }),
  target: StudioTarget.existingDomain('d-abc123'),
  ...props,
});

test.each<[string, any, (stack: Stack, value: any) => unknown]>([
  ['Torch: imageName is not a text but 5: give 1 to 63 characters', 5, (stack, value) => new Image(stack, 'Torch', { imageName: value })],
  ["Torch: role is 'arn:aws:iam::111111111111:role/r': give a Role or an import by Role.fromRoleArn", 'arn:aws:iam::111111111111:role/r',
    (stack, value) => new Image(stack, 'Torch', { role: value })],
  ["Torch: tags is not a map but 'team=vision': give { team: 'vision' } for example", 'team=vision',
    (stack, value) => new Image(stack, 'Torch', { tags: value })],
  ["Torch: tags is not a map but [ [Object] ]: give { team: 'vision' } for example", [{ Key: 'team', Value: 'vision' }],
    (stack, value) => new Image(stack, 'Torch', { tags: value })],
  ["Torch: the value of tag 'k' is not a text but true: give 0 to 256 characters", true, (stack, value) => new Image(stack, 'Torch', { tags: { k: value } })],
  ["Torch: removalPolicy is 'delete': use DESTROY, RETAIN, RETAIN_ON_UPDATE_OR_DELETE or leave it out", 'delete',
    (stack, value) => new Image(stack, 'Torch', { removalPolicy: value })],
  ['Torch: imageName is not a text but [ \'torch\' ]: give 1 to 63 characters', ['torch'], (stack, value) => new Image(stack, 'Torch', { imageName: value })],
  ["Import: role is 'r': give a Role or an import by Role.fromRoleArn", 'r',
    (stack, value) => Image.fromImageAttributes(stack, 'Import', { imageName: 'torch', role: value })],
  ["Import: imageArn 5 is not the ARN of an image: give 'arn:", 5, (stack, value) => Image.fromImageArn(stack, 'Import', value)],
  ["Torch/V: image is 'torch': give an Image, an import or a CfnImage", 'torch',
    (stack, value) => new ImageVersion(new Construct(stack, 'Torch'), 'V', { image: value, baseImage: BaseImage.fromUri(ecrUri('1')) })],
  ["Import: image is 'torch': give an Image, an import or a CfnImage", 'torch',
    (stack, value) => ImageVersion.fromImageVersionAttributes(stack, 'Import', { image: value, version: 1 })],
  ["Torch/V: baseImage is 'docker/torch': give BaseImage.fromAsset('docker/torch') or another", 'docker/torch',
    (stack, value) => versionOf(stack, { baseImage: value })],
  ['Torch/V: baseImage is not a text but { uri: \'u\' }: give 1 to 255 characters', { uri: 'u' },
    (stack, value) => versionOf(stack, { baseImage: BaseImage.fromUri(value) })],
  ["Torch/V: the directory of baseImage is not a text but 5: give one with a Dockerfile, for example 'docker/torch'", 5,
    (stack, value) => versionOf(stack, { baseImage: BaseImage.fromAsset(value) })],
  ["Torch/V: the option file of baseImage is not a text but 5: give its path in the directory, for example 'gpu.Dockerfile'", 5,
    (stack, value) => versionOf(stack, { baseImage: BaseImage.fromAsset(__dirname, { file: value }) })],
  ["Torch/V: the asset of baseImage is 'torch': give a DockerImageAsset", 'torch',
    (stack, value) => versionOf(stack, { baseImage: BaseImage.fromDockerImageAsset(value) })],
  ["Torch/V: the repository of baseImage is 'torch': give a repository of this app or an import", 'torch',
    (stack, value) => versionOf(stack, { baseImage: BaseImage.fromEcrRepository(value, '1') })],
  ["Torch/V: the repository of baseImage is 'torch': give a repository of this app or an import", 'torch',
    (stack, value) => versionOf(stack, { baseImage: BaseImage.fromUri(ecrUri('1'), { repository: value }) })],
  ["Torch/V: the tag of baseImage is not a text but 2.1: give a tag such as '2.4.1'", 2.10,
    (stack, value) => versionOf(stack, { baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'R', 'torch'), value) })],
  ['Torch/V: the digest of baseImage is not a text but 5', 5,
    (stack, value) => versionOf(stack, { baseImage: BaseImage.fromEcrRepositoryDigest(ecr.Repository.fromRepositoryName(stack, 'R', 'torch'), value) })],
  ["Torch/V: aliases is not a list but 'latest': give ['latest'] for example", 'latest', (stack, value) => versionOf(stack, { aliases: value })],
  ['Torch/V: aliases[0] is not a text but [ \'a\' ]: give 1 to 128 characters', ['a'], (stack, value) => versionOf(stack, { aliases: [value] })],
  ["Torch/V: vendorGuidance is 'stable': use NOT_PROVIDED, STABLE, TO_BE_ARCHIVED, ARCHIVED or leave it out", 'stable',
    (stack, value) => versionOf(stack, { vendorGuidance: value })],
  ["Torch/V: jobType is 'KERNEL': use TRAINING, INFERENCE, NOTEBOOK_KERNEL or leave it out", 'KERNEL', (stack, value) => versionOf(stack, { jobType: value })],
  ['Torch/V: processor is [ \'GPU\' ]: use CPU, GPU or leave it out', ['GPU'], (stack, value) => versionOf(stack, { processor: value })],
  ["Torch/V: horovod is 'yes': give true or false or leave it out", 'yes', (stack, value) => versionOf(stack, { horovod: value })],
  ["Torch/V: mlFramework is 'PyTorch 2.4': write it as MlFramework.pytorch('2.4')", 'PyTorch 2.4', (stack, value) => versionOf(stack, { mlFramework: value })],
  ["Lab: app is 'JupyterLab': give StudioApp.jupyterLab() or another", 'JupyterLab', (stack, value) => new AppImageConfig(stack, 'Lab', { app: value })],
  ["Lab: containerArguments is not a list but '--debug': give ['--debug'] for example", '--debug',
    (stack, value) => new AppImageConfig(stack, 'Lab', { app: StudioApp.jupyterLab({ containerArguments: value }) })],
  ["Lab: containerEnvironmentVariables is not a map but [ 'A=b' ]: give { HF_HOME: '/models' } for example", ['A=b'],
    (stack, value) => new AppImageConfig(stack, 'Lab', { app: StudioApp.jupyterLab({ containerEnvironmentVariables: value }) })],
  ["Lab: the value of environment variable 'K' is not a text but 1: give 1 to 256 characters", 1,
    (stack, value) => new AppImageConfig(stack, 'Lab', { app: StudioApp.jupyterLab({ containerEnvironmentVariables: { K: value } }) })],
  ["Lab: defaultUid '1000' and defaultGid 100 (the default) are no user that SageMaker supports: use 0 and 0, or 1000 and 100", '1000',
    (stack, value) => new AppImageConfig(stack, 'Lab', { app: StudioApp.kernelGateway({ kernelName: 'python3', defaultUid: value }) })],
  ["Studio: app is 'JupyterLab': give StudioApp.jupyterLab() or another", 'JupyterLab', (stack, value) => studioImage(stack, { app: value })],
  ['Studio: additionalApps is not a list but StudioApp {', StudioApp.codeEditor(), (stack, value) => studioImage(stack, { additionalApps: value })],
  ["Studio: additionalApps[0] is 'CodeEditor': give StudioApp.jupyterLab() or another", 'CodeEditor',
    (stack, value) => studioImage(stack, { additionalApps: [value] })],
  ["Studio: attachTo is not a list but 'd-abc123': give [StudioTarget.existingDomain('d-abc123')] for example", 'd-abc123',
    (stack, value) => studioImage(stack, { attachTo: value })],
  ["Studio: attachTo[0] is 'd-abc123': give StudioTarget.existingDomain('d-abc123') or another", 'd-abc123',
    (stack, value) => studioImage(stack, { attachTo: [value] })],
  ["Studio: domain is 'd-abc123': give a CfnDomain of this app, or StudioTarget.existingDomain for one that exists already", 'd-abc123',
    (stack, value) => studioImage(stack, { attachTo: [StudioTarget.domain(value)] })],
  ["Studio: target is 'd-abc123': give StudioTarget.existingDomain('d-abc123') or another", 'd-abc123',
    (stack, value) => studioImage(stack, {}).attach(value)],
  ["Attachment: target is 'd-abc123': give StudioTarget.existingDomain('d-abc123') or another", 'd-abc123',
    (stack, value) => attachment(stack, { target: value })],
  ["Attachment: domain is 'd-abc123': give a CfnDomain of this app, or StudioTarget.existingDomain for one that exists already", 'd-abc123',
    (stack, value) => attachment(stack, { target: StudioTarget.domain(value) })],
  ["Attachment: domainId [ 'd-abc123' ] is no domain id: give 'd-'", ['d-abc123'],
    (stack, value) => attachment(stack, { target: StudioTarget.existingDomain(value) })],
  ['Attachment: imageVersion is 3: give an ImageVersion, an import or a CfnImageVersion', 3, (stack, value) => attachment(stack, { imageVersion: value })],
  ["Attachment: appImageConfig is 'lab': give an AppImageConfig, an import or a CfnAppImageConfig", 'lab',
    (stack, value) => attachment(stack, { appImageConfig: value })],
  ["Attachment: executionRole is '': give a Role or an import by Role.fromRoleArn", '',
    (stack, value) => attachment(stack, { target: StudioTarget.existingDomain('d-abc123', { executionRole: value }) })],
  ["Attachment: executionRole is 'analyst': give a Role or an import by Role.fromRoleArn", 'analyst',
    (stack, value) => attachment(stack, { target: StudioTarget.existingDomain('d-abc123', { executionRole: value }) })],
])('%s', (problem, value, make) => {
  const stack = stackIn();
  const [where, what] = problem.split(/: (.*)/);
  expect(errorOf(() => make(stack, value))).toContain(`Stack/${where}: 1 problem\n  ${what}`);
});
