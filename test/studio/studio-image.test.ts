import { join } from 'path';
import { App, Aspects, aws_ecr as ecr, aws_ecr_assets as assets, aws_iam as iam, CfnParameter, CfnResource, Lazy, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { BaseImage, JobType, MlFramework, Processor, StudioApp, StudioAttachment, StudioImage, StudioImageProps, StudioTarget } from 'cdk-sagemaker-images';
import { expectOneAtATime } from '../helpers/deployment-graph';
import { baseImage, errorOf, HERE, stackIn, warningsOf } from '../helpers/fixtures';
import { APPS, domainIn, propertiesOf } from '../helpers/studio';

const ATTACHMENT = 'Custom::SageMakerStudioAttachment';

function studioImageIn(stack: Stack, props: Partial<StudioImageProps> = {}): StudioImage {
  return new StudioImage(stack, 'Torch', { baseImage: baseImage('1'), app: StudioApp.jupyterLab(), ...props });
}

const resourceOf = (attachment: StudioAttachment) => attachment.node.findChild('Resource').node.defaultChild as CfnResource;

describe('an image for Studio', () => {
  test('is an image, a version, a configuration and an attachment, all of which can be reached', () => {
    const stack = stackIn();
    const { image, imageVersion, appImageConfigs, attachments } = studioImageIn(stack, { attachTo: [StudioTarget.existingDomain('d-1')] });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::SageMaker::Image', { ImageName: image.imageName });
    template.hasResourceProperties('AWS::SageMaker::ImageVersion', { ImageName: image.imageName });
    template.hasResourceProperties('AWS::SageMaker::AppImageConfig', { AppImageConfigName: appImageConfigs[0].appImageConfigName });
    template.hasResourceProperties(ATTACHMENT, {
      DomainId: 'd-1',
      ImageName: image.imageName,
      ImageVersionNumber: stack.resolve(imageVersion.version),
      AppImageConfigName: appImageConfigs[0].appImageConfigName,
    });
    expect([appImageConfigs.length, attachments.length, attachments[0].imageVersion]).toEqual([1, 1, imageVersion]);
  });

  test('passes on what the image and the version are', () => {
    const stack = stackIn();
    const role = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111111111111:role/images');
    studioImageIn(stack, {
      imageName: 'torch',
      displayName: 'PyTorch',
      description: 'For notebooks',
      role,
      tags: { team: 'ml' },
      mlFramework: MlFramework.pytorch('2.4'),
      processor: Processor.GPU,
      jobType: JobType.NOTEBOOK_KERNEL,
      releaseNotes: 'CUDA',
      aliases: ['gpu'],
    });
    const template = Template.fromStack(stack);
    const tags = [{ Key: 'team', Value: 'ml' }];
    template.hasResourceProperties('AWS::SageMaker::Image', {
      ImageName: 'torch', ImageDisplayName: 'PyTorch', ImageDescription: 'For notebooks', ImageRoleArn: role.roleArn, Tags: tags,
    });
    template.hasResourceProperties('AWS::SageMaker::ImageVersion', {
      MLFramework: 'PyTorch 2.4', Processor: 'GPU', JobType: 'NOTEBOOK_KERNEL', ReleaseNotes: 'CUDA', Aliases: ['gpu'],
    });
    template.hasResourceProperties('AWS::SageMaker::AppImageConfig', { Tags: tags });
  });

  test('is one image and one version for several apps, each with a configuration and an attachment', () => {
    const stack = stackIn();
    const image = studioImageIn(stack, { additionalApps: [APPS.CodeEditor, APPS.KernelGateway], attachTo: [StudioTarget.existingDomain('d-1')] });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::SageMaker::Image', 1);
    template.resourceCountIs('AWS::SageMaker::ImageVersion', 1);
    expect(image.appImageConfigs.map(({ appType, node }) => [appType, node.id])).toEqual(
      [['JupyterLab', 'JupyterLab'], ['CodeEditor', 'CodeEditor'], ['KernelGateway', 'KernelGateway']]);
    expect(image.attachments.map((attachment) => propertiesOf(resourceOf(attachment)).AppSettings)).toEqual(
      ['JupyterLabAppSettings', 'CodeEditorAppSettings', 'KernelGatewayAppSettings']);
  });

  test('is attached wherever it is asked for, in this app and outside, when it is made or later', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    const image = studioImageIn(stack, { attachTo: [StudioTarget.domain(domain), StudioTarget.existingUserProfile('d-1', 'jo')] });
    image.attach(StudioTarget.existingDomainSharedSpaces('d-1'));
    expect(image.attachments.map(({ target }) => target._place.settings)).toEqual(['DefaultUserSettings', 'UserSettings', 'DefaultSpaceSettings']);
    expect(propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings.CustomImages).toHaveLength(1);
    Template.fromStack(stack).resourceCountIs(ATTACHMENT, 2);
  });

  test('is nowhere if no place is given', () => {
    const stack = stackIn();
    expect(studioImageIn(stack).attachments).toEqual([]);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 0);
  });

  test('has further versions with configurations of their own, in the same places', () => {
    const stack = stackIn();
    const image = studioImageIn(stack, { additionalApps: [APPS.CodeEditor], attachTo: [StudioTarget.existingDomain('d-1')] });
    const gpu = image.addVersion('Gpu', { baseImage: baseImage('gpu'), processor: Processor.GPU });
    image.attach(StudioTarget.existingUserProfile('d-1', 'jo'));
    const attached = image.attachments.map((attachment) => propertiesOf(resourceOf(attachment)));
    const entries = (versions: number[], place: object) => versions.flatMap((index) => ['JupyterLab', 'CodeEditor'].map((appType, app) => ({
      ...place,
      AppSettings: `${appType}AppSettings`,
      ImageName: image.image.imageName,
      AppImageConfigName: image.appImageConfigs[2 * index + app].appImageConfigName,
      ImageVersionNumber: stack.resolve([image.imageVersion, gpu][index].version),
    })));
    const domain = { DomainId: 'd-1', Settings: 'DefaultUserSettings' };
    const profile = { DomainId: 'd-1', Settings: 'UserSettings', UserProfileName: 'jo' };
    expect(attached.map(({ ServiceToken: _, ServiceTimeout: __, ...rest }) => rest)).toEqual([
      ...entries([0], domain), ...entries([1], domain), ...entries([0], profile), ...entries([1], profile),
    ]);
    expect(new Set(image.appImageConfigs.map(({ appImageConfigName }) => appImageConfigName)).size).toBe(4);
    expectOneAtATime(stack.node.root as App, image.attachments.map(resourceOf));
  });

  test.each([RemovalPolicy.RETAIN, RemovalPolicy.DESTROY])('follows its removal policy as a whole: %s', (removalPolicy) => {
    const stack = stackIn();
    studioImageIn(stack, { removalPolicy });
    for (const type of ['Image', 'ImageVersion', 'AppImageConfig']) {
      Template.fromStack(stack).hasResource(`AWS::SageMaker::${type}`, { DeletionPolicy: removalPolicy === 'retain' ? 'Retain' : 'Delete' });
    }
  });

  test.each([
    [RemovalPolicy.RETAIN, undefined, 'Retain'],
    [RemovalPolicy.RETAIN, RemovalPolicy.DESTROY, 'Delete'],
    [undefined, RemovalPolicy.RETAIN, 'Retain'],
    [undefined, undefined, 'Delete'],
  ])('with the removal policy %s has a further version with %s that is %s, with its configurations', (ofImage, ofVersion, deletion) => {
    const stack = stackIn();
    const image = studioImageIn(stack, { removalPolicy: ofImage, additionalApps: [APPS.CodeEditor] });
    const gpu = image.addVersion('Gpu', { baseImage: baseImage('gpu'), removalPolicy: ofVersion });
    const { Resources } = Template.fromStack(stack).toJSON();
    const made = [gpu, ...image.appImageConfigs.slice(2)].map(({ node }) => Resources[stack.getLogicalId(node.defaultChild as CfnResource)]);
    expect(made.map(({ Type, DeletionPolicy }) => [Type, DeletionPolicy])).toEqual([
      ['AWS::SageMaker::ImageVersion', deletion], ['AWS::SageMaker::AppImageConfig', deletion], ['AWS::SageMaker::AppImageConfig', deletion],
    ]);
  });

  test('warns once of a role that it does not know, and can be told that it is known', () => {
    const stack = stackIn();
    studioImageIn(stack, { attachTo: [StudioTarget.existingDomain('d-1')] });
    expect(warningsOf(stack).map(({ id }) => id)).toEqual(['cdk-sagemaker-images:studioExecutionRole']);
  });
});

describe('the ids of attachments', () => {
  const idsOf = (attachTo: (stack: Stack) => StudioTarget[]) => {
    const stack = stackIn();
    const image = studioImageIn(stack, { attachTo: attachTo(stack) });
    return image.attachments.map((attachment) => stack.resolve(resourceOf(attachment).logicalId));
  };

  // Else two places that change their order would each take the image away from the other.
  test('are those of their places, whatever order these have', () => {
    const targets = [StudioTarget.existingDomain('d-1'), StudioTarget.existingDomain('d-2'), StudioTarget.existingDomainSharedSpaces('d-1')];
    expect(idsOf(() => [...targets].reverse()).reverse()).toEqual(idsOf(() => targets));
    expect(idsOf(() => targets.slice(1))).toEqual(idsOf(() => targets).slice(1));
  });

  test('are those of tokens too', () => {
    const targets = (stack: Stack) => ['A', 'B'].map((id) => StudioTarget.existingDomain(new CfnParameter(stack, id).valueAsString));
    const ids = idsOf(targets);
    expect(new Set(ids).size).toBe(2);
    expect(idsOf((stack) => targets(stack).reverse()).reverse()).toEqual(ids);
  });
});

test('a domain may be known after the image is made', () => {
  const stack = stackIn();
  const ids: string[] = [];
  const attachTo = [0, 1].map((index) => StudioTarget.existingDomain(Lazy.string({ produce: () => ids[index] })));
  const image = studioImageIn(stack, { attachTo });
  image.addVersion('Gpu', { baseImage: baseImage('gpu') });
  ids.push('d-1', 'd-2');
  expect(image.attachments.map((attachment) => propertiesOf(resourceOf(attachment)).DomainId)).toEqual(['d-1', 'd-2', 'd-1', 'd-2']);
});

describe('what is wrong with an image for Studio', () => {
  test('is said in one error', () => {
    expect(errorOf(() => studioImageIn(stackIn(), {
      imageName: 'to..rch',
      mlFramework: MlFramework.of('Tensorflow'),
      app: StudioApp.kernelGateway({ kernelName: '' }),
      additionalApps: [StudioApp.codeEditor(), StudioApp.codeEditor({ containerEntrypoint: ['a', 'b'] })],
      tags: { 'aws:x': 'y' },
      attachTo: [StudioTarget.existingDomain('abc'), StudioTarget.existingSpace('d-1', 'team'), StudioTarget.existingDomain('abc')],
    }))).toBe([
      'Stack/Torch: 10 problems',
      "  imageName 'to..rch' is no image name: use letters and digits, with single hyphens or dots between them",
      "  mlFramework 'Tensorflow' has no version: write it as MlFramework.pytorch('2.4')",
      "  the tag key 'aws:x' starts with 'aws:', which AWS keeps for itself: choose another key",
      '  kernelName is empty: give 1 to 1024 characters',
      '  containerEntrypoint has 2 entries, at most 1 is allowed',
      '  additionalApps has a second app for CodeEditor: make another StudioImage of it, or an AppImageConfig and a StudioAttachment',
      "  domainId 'abc' is no domain id: give 'd-' and lower-case letters or digits, at most 63 characters in all",
      '  a space takes no image for CodeEditor: attach it to the default user settings of a domain or a user profile, or choose KernelGateway',
      "  domainId 'abc' is no domain id: give 'd-' and lower-case letters or digits, at most 63 characters in all",
      '  attachTo[2] is the same place as attachTo[0]: remove one of them',
    ].join('\n'));
  });

  // The compiler asks for these; JavaScript does not.
  test('may be what is missing', () => {
    const undefinedValues = { app: undefined, baseImage: undefined, additionalApps: [undefined], attachTo: [undefined, StudioTarget.existingDomain('d')] };
    expect(errorOf(() => studioImageIn(stackIn(), undefinedValues as any))).toBe([
      'Stack/Torch: 5 problems',
      "  baseImage is missing: give BaseImage.fromAsset('docker/torch') or another",
      '  app is missing: give StudioApp.jupyterLab() or another',
      '  additionalApps[0] is missing: give StudioApp.jupyterLab() or another',
      "  attachTo[0] is missing: give StudioTarget.existingDomain('d-abc123') or another",
      "  domainId 'd' is no domain id: give 'd-' and lower-case letters or digits, at most 63 characters in all",
    ].join('\n'));
    expect(errorOf(() => studioImageIn(stackIn()).addVersion('V', {} as any))).toContain('1 problem\n  baseImage is missing: ');
  });

  test('may be a place of this app that is there twice', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    const attachTo = [StudioTarget.domain(domain), StudioTarget.domainSharedSpaces(domain), StudioTarget.domain(domain)];
    expect(errorOf(() => studioImageIn(stack, { attachTo }))).toBe('Stack/Torch: 1 problem\n  attachTo[2] is the same place as attachTo[0]: remove one of them');
  });

  test('is found in a later place as well', () => {
    const image = studioImageIn(stackIn(), { app: APPS.CodeEditor });
    expect(errorOf(() => image.attach(StudioTarget.existingDomainSharedSpaces('d-1')))).toContain('takes no image for CodeEditor');
  });

  test('may be a later place that is missing, or there already, and is then forgotten', () => {
    const image = studioImageIn(stackIn(), { additionalApps: [APPS.CodeEditor], attachTo: [StudioTarget.existingDomain('d-1')] });
    expect(errorOf(() => image.attach(StudioTarget.existingDomain('d-1')))).toBe(
      'Stack/Torch: 1 problem\n  target is a place that the image is attached to already: attach it there once');
    expect(errorOf(() => image.attach(undefined as any))).toContain('target is missing: give StudioTarget.existingDomain');
    expect(errorOf(() => image.attach(StudioTarget.existingSpace('D-1', 'team')))?.split('\n')).toEqual([
      'Stack/Torch: 3 problems',
      expect.stringContaining("domainId 'D-1' is no domain id"),
      expect.stringContaining('takes no image for JupyterLab'),
      expect.stringContaining('takes no image for CodeEditor'),
    ]);
    expect(errorOf(() => image.addVersion('Gpu', { baseImage: baseImage('gpu') }))).toBeUndefined();
    expect(image.attachments).toHaveLength(4);
  });

  test('may be a place of another Region, account or stage, or a role of another stage, and is then forgotten', () => {
    const app = new App();
    const image = studioImageIn(new Stack(app, 'Stack', { env: HERE }));
    const there = domainIn(new Stack(app, 'There', { env: { ...HERE, region: 'us-east-1' } }));
    const staged = new Stack(new Stage(app, 'Prod'), 'Stack', { env: HERE });
    const executionRole = new iam.Role(staged, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    const problemsOf = (target: StudioTarget) => errorOf(() => image.attach(target))?.split('\n').slice(1);
    expect(problemsOf(StudioTarget.domain(there))).toEqual([
      "  image 'Stack/Torch' is in 111111111111/eu-west-1 and the target in 111111111111/us-east-1: Studio takes images of its own account and Region only",
    ]);
    expect(problemsOf(StudioTarget.domain(domainIn(staged)))).toEqual([
      "  image 'Stack/Torch' is in the app itself and the target in stage Prod, which are deployed apart: import it there, or attach it in its own stage",
    ]);
    expect(problemsOf(StudioTarget.existingDomain('d-1', { executionRole }))).toEqual([expect.stringMatching(/^ {2}executionRole 'Prod\/Stack\/Role' is in stage Prod/)]);
    image.addVersion('Gpu', { baseImage: baseImage('gpu') });
    expect(image.attachments).toEqual([]);
  });

  // The ids of places that only together are the same text.
  test('is not that two profiles have similar names', () => {
    const attachTo = [StudioTarget.existingUserProfile('d-a', 'b-c'), StudioTarget.existingUserProfile('d-a-b', 'c')];
    expect(studioImageIn(stackIn(), { attachTo }).attachments).toHaveLength(2);
  });

  test.each(['JupyterLab', 'Image', 'Version', 'Role', 'Resource', 'PullPolicy', 'Gpu'])('may be an id of a version that is taken: %s', (id) => {
    const image = studioImageIn(stackIn());
    image.addVersion('Gpu', { baseImage: baseImage('gpu') });
    expect(errorOf(() => image.addVersion(id, { baseImage: baseImage('2') }))).toBe(
      `Stack/Torch: 1 problem\n  the id '${id}' is taken by another construct of the image: choose another for the version`);
  });

  test('is found in the container image too', () => {
    const stack = new Stack(new App(), 'Stack', { env: { ...HERE, region: 'us-east-1' } });
    expect(errorOf(() => studioImageIn(stack, { displayName: '' }))?.split('\n')).toEqual([
      'Stack/Torch: 2 problems',
      expect.stringMatching(/^ {2}displayName is empty: /),
      expect.stringMatching(/^ {2}baseImage is in eu-west-1 and the stack in us-east-1: /),
    ]);
  });

  test('is found in a tag of a repository, together with the rest', () => {
    const stack = stackIn();
    const repository = ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch');
    expect(errorOf(() => studioImageIn(stack, { displayName: '', baseImage: BaseImage.fromEcrRepository(repository, '-') }))?.split('\n')).toEqual([
      'Stack/Torch: 2 problems',
      expect.stringMatching(/^ {2}displayName is empty: /),
      expect.stringMatching(/^ {2}the tag '-' of baseImage is no image tag: /),
    ]);
  });

  test.each<[string, (stack: Stack) => BaseImage, RegExp]>([
    ['directory', () => BaseImage.fromAsset('nowhere'), /^ {2}the directory of baseImage '.*\/nowhere' does not exist: give one with a Dockerfile, /],
    ['Dockerfile', () => BaseImage.fromAsset(__dirname), /^ {2}the Dockerfile of baseImage '.*\/studio\/Dockerfile' does not exist: give the option file /],
    ['file in its place', () => BaseImage.fromAsset(__dirname, { file: 'Gpu' }), /^ {2}the Dockerfile of baseImage '.*\/studio\/Gpu' does not exist: /],
    ['directory but a file', () => BaseImage.fromAsset(__filename), /^ {2}the directory of baseImage '.*\/studio-image.test.ts' is not a directory: /],
    ['Dockerfile but a directory', () => BaseImage.fromAsset(join(__dirname, '..'), { file: 'studio' }),
      /^ {2}the Dockerfile of baseImage '.*\/test\/studio' is not a file: /],
    ['directory but inside of a file', () => BaseImage.fromAsset(`${__filename}/docker`), /^ {2}the directory of baseImage '.*\/docker' does not exist: /],
    ['directory but far too long a path', () => BaseImage.fromAsset('x'.repeat(5_000)), /^ {2}the directory of baseImage '.*x' cannot be looked at \(ENAMETOOLONG\): /],
    ['archive but a directory', () => BaseImage.fromTarball(__dirname), /^ {2}the archive of baseImage '.*\/studio' is not a file: give the path /],
    ['archive', () => BaseImage.fromTarball('nowhere.tar'), /^ {2}the archive of baseImage '.*\/nowhere.tar' does not exist: /],
    ['repository', () => BaseImage.fromEcrRepository(undefined!, 'a'), /^ {2}the repository of baseImage is missing: /],
    ['digest', (stack) => BaseImage.fromEcrRepositoryDigest(ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch'), undefined!),
      /^ {2}the digest of baseImage is missing: /],
    ['asset', () => BaseImage.fromDockerImageAsset(undefined!), /^ {2}the asset of baseImage is missing: /],
  ])('may be that the base image has no %s, and is said with the rest', (_, baseImageIn, problem) => {
    const stack = stackIn();
    expect(errorOf(() => studioImageIn(stack, { displayName: '', baseImage: baseImageIn(stack) }))?.split('\n'))
      .toEqual(['Stack/Torch: 2 problems', expect.stringMatching(/^ {2}displayName is empty: /), expect.stringMatching(problem)]);
    expect(stack.node.findChild('Torch').node.children).toEqual([]);
  });

  test('is found in an asset of another Region, together with the rest', () => {
    const app = new App();
    const asset = new assets.DockerImageAsset(new Stack(app, 'Other', { env: { ...HERE, region: 'us-east-1' } }), 'Asset', {
      directory: __dirname, file: 'studio-image.test.ts',
    });
    expect(errorOf(() => studioImageIn(new Stack(app, 'Stack', { env: HERE }), { displayName: '', baseImage: BaseImage.fromDockerImageAsset(asset) })))
      .toMatch(/^Stack\/Torch: 2 problems\n.*\n {2}baseImage is in us-east-1 and the stack in eu-west-1: /);
  });

  test('may be a base image of another kind, which is asked once there is a version', () => {
    const bind = jest.fn(() => ({ imageUri: 'uri' }));
    expect(errorOf(() => studioImageIn(stackIn(), { baseImage: { bind } as any }))).toMatch(/^Stack\/Torch\/Image\/Version: 1 problem\n {2}baseImage 'uri' is no /);
    expect(bind).toHaveBeenCalledTimes(1);
  });
});

test('a domain of another stack is served too', () => {
  const app = new App();
  const domain = domainIn(new Stack(app, 'Studio', { env: HERE }));
  studioImageIn(new Stack(app, 'Images', { env: HERE }), { attachTo: [StudioTarget.domain(domain)] });
  const [entry] = propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings.CustomImages;
  expect(entry.ImageVersionNumber).toEqual({ Ref: expect.stringMatching(/^SsmParameterValue/) });
});

test('cdk-nag finds nothing', () => {
  const stack = stackIn();
  const executionRole = new iam.Role(stack, 'Execution', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  const domain = domainIn(stack, { defaultUserSettings: { executionRole: executionRole.roleArn } });
  studioImageIn(stack, {
    additionalApps: [APPS.KernelGateway],
    attachTo: [StudioTarget.domain(domain), StudioTarget.existingDomain('d-1', { executionRole })],
  });
  Aspects.of(stack).add(new AwsSolutionsChecks());
  expect(Annotations.fromStack(stack).findError('*', Match.anyValue())).toEqual([]);
  expect(warningsOf(stack)).toEqual([]);
});
