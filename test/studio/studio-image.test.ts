import { join } from 'path';
import {
  App, aws_ecr as ecr, aws_ecr_assets as assets, aws_iam as iam, CfnParameter, CfnResource, Lazy, NestedStack, RemovalPolicy, Stack, Stage,
} from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { BaseImage, BaseImageConfig, JobType, MlFramework, Processor, StudioApp, StudioAttachment, StudioImage, StudioImageProps, StudioTarget } from 'cdk-sagemaker-images';
import { expectOneAtATime } from '../helpers/deployment-graph';
import { baseImage, errorOf, HERE, stackIn, TROUBLESHOOTING, warningsOf } from '../helpers/fixtures';
import { APPS, attach, domainIn, entriesIn, propertiesOf, resourceOf, STUDIO_ATTACHMENTS } from '../helpers/studio';

function studioImageIn(stack: Stack, props: Partial<StudioImageProps> = {}): StudioImage {
  return new StudioImage(stack, 'Torch', { baseImage: baseImage('1'), app: StudioApp.jupyterLab(), ...props });
}

describe('a StudioImage', () => {
  test('consists of an image, a version, a configuration and an attachment, which are its properties', () => {
    const stack = stackIn();
    const { image, imageVersion, appImageConfigs, attachments } = studioImageIn(stack, { attachTo: [StudioTarget.existingDomain('d-1')] });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::SageMaker::Image', { ImageName: image.imageName });
    template.hasResourceProperties('AWS::SageMaker::ImageVersion', { ImageName: image.imageName });
    template.hasResourceProperties('AWS::SageMaker::AppImageConfig', { AppImageConfigName: appImageConfigs[0].appImageConfigName });
    template.hasResourceProperties(STUDIO_ATTACHMENTS, {
      DomainId: 'd-1',
      DefaultUserSettings: {
        JupyterLabAppSettings: {
          CustomImages: [{
            ImageName: image.imageName,
            ImageVersionNumber: stack.resolve(imageVersion.version),
            AppImageConfigName: appImageConfigs[0].appImageConfigName,
          }],
        },
      },
    });
    expect([appImageConfigs.length, attachments.length, attachments[0].imageVersion]).toEqual([1, 1, imageVersion]);
  });

  test('passes the properties of the image and the version on', () => {
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

  test('has one image and one version for several apps, each with a configuration and an attachment', () => {
    const stack = stackIn();
    const image = studioImageIn(stack, { additionalApps: [APPS.CodeEditor, APPS.KernelGateway], attachTo: [StudioTarget.existingDomain('d-1')] });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::SageMaker::Image', 1);
    template.resourceCountIs('AWS::SageMaker::ImageVersion', 1);
    expect(image.appImageConfigs.map(({ appType, node }) => [appType, node.id])).toEqual(
      [['JupyterLab', 'JupyterLab'], ['CodeEditor', 'CodeEditor'], ['KernelGateway', 'KernelGateway']]);
    expect(image.attachments.map(({ appImageConfig }) => appImageConfig)).toEqual(image.appImageConfigs);
    template.resourceCountIs(STUDIO_ATTACHMENTS, 1);
    const { DefaultUserSettings } = propertiesOf(resourceOf(image.attachments[0]));
    expect(Object.keys(DefaultUserSettings).sort()).toEqual(['CodeEditorAppSettings', 'JupyterLabAppSettings', 'KernelGatewayAppSettings']);
    (['JupyterLab', 'CodeEditor', 'KernelGateway'] as const).forEach((appType, index) =>
      expect(entriesIn(image.attachments[index], appType)).toEqual([{
        ImageName: image.image.imageName,
        ImageVersionNumber: stack.resolve(image.imageVersion.version),
        AppImageConfigName: image.appImageConfigs[index].appImageConfigName,
      }]));
  });

  test('is attached to owned and existing targets, by its props or later', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    const image = studioImageIn(stack, { attachTo: [StudioTarget.domain(domain), StudioTarget.existingUserProfile('d-1', 'jo')] });
    image.attach(StudioTarget.existingDomainSharedSpaces('d-1'));
    expect(image.attachments.map(({ target }) => target._config.settings)).toEqual(['DefaultUserSettings', 'UserSettings', 'DefaultSpaceSettings']);
    expect(propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings.CustomImages).toHaveLength(1);
    Template.fromStack(stack).resourceCountIs(STUDIO_ATTACHMENTS, 2);
  });

  test('is not attached without a target', () => {
    const stack = stackIn();
    expect(studioImageIn(stack, { preflight: false }).attachments).toEqual([]);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 0);
  });

  test('can have more versions, with configurations of their own, attached to the same targets', () => {
    const stack = stackIn();
    const image = studioImageIn(stack, { additionalApps: [APPS.CodeEditor], attachTo: [StudioTarget.existingDomain('d-1')] });
    const gpu = image.addVersion('Gpu', { baseImage: baseImage('gpu'), processor: Processor.GPU });
    image.attach(StudioTarget.existingUserProfile('d-1', 'jo'));
    const entriesFor = (app: number) => [0, 1].map((index) => ({
      ImageName: image.image.imageName,
      AppImageConfigName: image.appImageConfigs[2 * index + app].appImageConfigName,
      ImageVersionNumber: stack.resolve([image.imageVersion, gpu][index].version),
    })).sort((one, other) => one.AppImageConfigName < other.AppImageConfigName ? -1 : 1);
    const settings = { JupyterLabAppSettings: { CustomImages: entriesFor(0) }, CodeEditorAppSettings: { CustomImages: entriesFor(1) } };
    const resources = [...new Set(image.attachments.map(resourceOf))];
    expect(resources.map(propertiesOf).map(({ ServiceToken: _, ServiceTimeout: __, ...rest }) => rest)).toEqual([
      { DomainId: 'd-1', DefaultUserSettings: settings },
      { DomainId: 'd-1', UserProfileName: 'jo', UserSettings: settings },
    ]);
    const domain = { settings: 'DefaultUserSettings', domainId: 'd-1' };
    const profile = { settings: 'UserSettings', domainId: 'd-1', userProfileName: 'jo' };
    const [cpuConfigs, gpuConfigs] = [image.appImageConfigs.slice(0, 2), image.appImageConfigs.slice(2)];
    expect(image.attachments.map(({ target, imageVersion, appImageConfig }) => [target._config, imageVersion, appImageConfig])).toEqual([
      ...cpuConfigs.map((config) => [domain, image.imageVersion, config]), ...gpuConfigs.map((config) => [domain, gpu, config]),
      ...cpuConfigs.map((config) => [profile, image.imageVersion, config]), ...gpuConfigs.map((config) => [profile, gpu, config]),
    ]);
    expect(new Set(image.appImageConfigs.map(({ appImageConfigName }) => appImageConfigName)).size).toBe(4);
    expectOneAtATime(stack.node.root as App, resources);
  });

  test.each([RemovalPolicy.RETAIN, RemovalPolicy.DESTROY])('applies its removal policy to all parts: %s', (removalPolicy) => {
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
  ])('with removalPolicy %s and another version with %s gives the latter and its configurations the DeletionPolicy %s', (ofImage, ofVersion, deletion) => {
    const stack = stackIn();
    const image = studioImageIn(stack, { removalPolicy: ofImage, additionalApps: [APPS.CodeEditor] });
    const gpu = image.addVersion('Gpu', { baseImage: baseImage('gpu'), removalPolicy: ofVersion });
    const { Resources } = Template.fromStack(stack).toJSON();
    const made = [gpu, ...image.appImageConfigs.slice(2)].map(({ node }) => Resources[stack.getLogicalId(node.defaultChild as CfnResource)]);
    expect(made.map(({ Type, DeletionPolicy }) => [Type, DeletionPolicy])).toEqual([
      ['AWS::SageMaker::ImageVersion', deletion], ['AWS::SageMaker::AppImageConfig', deletion], ['AWS::SageMaker::AppImageConfig', deletion],
    ]);
  });

  test('warns once of an unknown execution role, and not at all of one that is given', () => {
    const warningsFor = (makeTarget: (stack: Stack) => StudioTarget) => {
      const stack = stackIn();
      const image = studioImageIn(stack, { additionalApps: [APPS.CodeEditor], attachTo: [makeTarget(stack)] });
      image.addVersion('Gpu', { baseImage: baseImage('gpu-1') });
      Template.fromStack(stack);
      return warningsOf(stack).map(({ id, path }) => [id, path]);
    };
    expect(warningsFor(() => StudioTarget.existingDomain('d-1'))).toEqual([
      ['cdk-sagemaker-images:studioExecutionRole', 'Stack/Torch/JupyterLab/DefaultUserSettings.d-1'],
    ]);
    expect(warningsFor((stack) => StudioTarget.existingDomain('d-1', {
      executionRole: iam.Role.fromRoleArn(stack, 'Execution', 'arn:aws:iam::111111111111:role/execution'),
    }))).toEqual([]);
  });
});

describe('the ids of attachments and of their custom resources', () => {
  const idsOf = (attachTo: (stack: Stack) => StudioTarget[]) => {
    const stack = stackIn();
    const image = studioImageIn(stack, { attachTo: attachTo(stack) });
    return image.attachments.map((attachment) => stack.resolve(resourceOf(attachment).logicalId));
  };

  // Otherwise, two targets that change places in the list would each detach the image from the other.
  test('are those of their targets, whose order has no effect', () => {
    const targets = [StudioTarget.existingDomain('d-1'), StudioTarget.existingDomain('d-2'), StudioTarget.existingDomainSharedSpaces('d-1')];
    expect(idsOf(() => [...targets].reverse()).reverse()).toEqual(idsOf(() => targets));
    expect(idsOf(() => targets.slice(1))).toEqual(idsOf(() => targets).slice(1));
    // Both settings of a domain are one custom resource.
    const [users, other, spaces] = idsOf(() => targets);
    expect([users === spaces, users === other]).toEqual([true, false]);
    const constructIds = (attachTo: StudioTarget[]) => studioImageIn(stackIn(), { attachTo }).attachments.map(({ node }) => node.id);
    expect(constructIds(targets)).toEqual(['DefaultUserSettings.d-1', 'DefaultUserSettings.d-2', 'DefaultSpaceSettings.d-1']);
    expect(constructIds([...targets].reverse()).reverse()).toEqual(constructIds(targets));
  });

  test('are those of their targets if these are tokens', () => {
    const targets = (stack: Stack) => ['A', 'B'].map((id) => StudioTarget.existingDomain(new CfnParameter(stack, id).valueAsString));
    const ids = idsOf(targets);
    expect(new Set(ids).size).toBe(2);
    expect(idsOf((stack) => targets(stack).reverse()).reverse()).toEqual(ids);
    const stack = stackIn();
    const { attachments } = studioImageIn(stack, { attachTo: targets(stack) });
    // Other ids would replace the configurations of apps that only one target has.
    expect(attachments.map(({ node }) => node.id)).toEqual(['DefaultUserSettings.EE286994', 'DefaultUserSettings.D76C78DE']);
  });
});

test('the id of a domain can become known after the image is created', () => {
  const stack = stackIn();
  const ids: string[] = [];
  const attachTo = [0, 1].map((index) => StudioTarget.existingDomain(Lazy.string({ produce: () => ids[index] })));
  const image = studioImageIn(stack, { attachTo });
  image.addVersion('Gpu', { baseImage: baseImage('gpu') });
  ids.push('d-1', 'd-2');
  expect(image.attachments.map((attachment) => propertiesOf(resourceOf(attachment)).DomainId)).toEqual(['d-1', 'd-2', 'd-1', 'd-2']);
  expect(image.attachments.map((attachment) => entriesIn(attachment).length)).toEqual([2, 2, 2, 2]);
});

describe('problems of a StudioImage', () => {
  test('are reported in one error', () => {
    expect(errorOf(() => studioImageIn(stackIn(), {
      imageName: 'to..rch',
      mlFramework: MlFramework.of('Tensorflow'),
      app: StudioApp.kernelGateway({ kernelName: '' }),
      additionalApps: [StudioApp.codeEditor(), StudioApp.codeEditor({ containerEntrypoint: ['a', 'b'] })],
      tags: { 'aws:x': 'y' },
      attachTo: [StudioTarget.existingDomain('abc'), StudioTarget.existingSpace('d-1', 'team'), StudioTarget.existingDomain('abc')],
    }))).toBe([
      'Stack/Torch: 10 problems',
      "  imageName 'to..rch' is not a valid image name: use letters and digits, with single hyphens or dots between them",
      "  mlFramework 'Tensorflow' has no version: add it, for example as MlFramework.tensorflow('1.0')",
      "  the tag key 'aws:x' starts with 'aws:', which AWS reserves: choose another key",
      '  kernelName is empty: give 1 to 1024 characters',
      '  containerEntrypoint has 2 entries, at most 1 is allowed',
      '  additionalApps has a second app for CodeEditor: attach it with attach(target, { apps: [...] })',
      "  domainId 'abc' is not a valid domain id: give 'd-' and lower-case letters or digits, at most 63 characters in all",
      '  a space does not support images for CodeEditor, unless defaultImage is set: leave attachTo[1] out, and call attach(target, { apps: [...] }) '
        + `with the app for KernelGateway. See ${TROUBLESHOOTING}#a-target-does-not-take-the-app`,
      "  domainId 'abc' is not a valid domain id: give 'd-' and lower-case letters or digits, at most 63 characters in all",
      '  attachTo[2] is the same target as attachTo[0]: remove one of them',
    ].join('\n'));
  });

  // The TypeScript compiler requires these; JavaScript does not.
  test('include missing properties', () => {
    const undefinedValues = { app: undefined, baseImage: undefined, additionalApps: [undefined], attachTo: [undefined, StudioTarget.existingDomain('d')] };
    expect(errorOf(() => studioImageIn(stackIn(), undefinedValues as any))).toBe([
      'Stack/Torch: 5 problems',
      '  app is missing: give a StudioApp, for example StudioApp.jupyterLab()',
      '  additionalApps[0] is missing: give a StudioApp, for example StudioApp.jupyterLab()',
      "  attachTo[0] is missing: give a StudioTarget, for example StudioTarget.existingDomain('d-abc123')",
      "  domainId 'd' is not a valid domain id: give 'd-' and lower-case letters or digits, at most 63 characters in all",
      "  baseImage is missing: give a BaseImage, for example BaseImage.fromAsset('docker/torch')",
    ].join('\n'));
    expect(errorOf(() => studioImageIn(stackIn()).addVersion('V', {} as any))).toContain('1 problem\n  baseImage is missing: ');
  });

  test('include missing props and options', () => {
    const stack = stackIn();
    expect(errorOf(() => new StudioImage(stack, 'I', undefined as any))).toBe('Stack/I: 1 problem\n  props is missing: give an object with the required properties');
    expect(errorOf(() => new StudioAttachment(stack, 'I', undefined as any))).toBe(
      'Stack/I: 1 problem\n  props is missing: give an object with the required properties');
    expect(errorOf(() => studioImageIn(stack).addVersion('V', undefined as any))).toBe(
      'Stack/Torch: 1 problem\n  options is missing: give an object with a baseImage');
    const problemOf = (app: StudioApp) => errorOf(() => studioImageIn(stackIn(), { app }));
    const container = "give an object such as { containerArguments: ['--debug'] }, or leave it out";
    expect(problemOf(StudioApp.jupyterLab(null as any))).toBe(`Stack/Torch: 1 problem\n  options is missing: ${container}`);
    expect(problemOf(StudioApp.jupyterLab('x' as any))).toBe(`Stack/Torch: 1 problem\n  options must be an object, got 'x': ${container}`);
    expect(problemOf(StudioApp.kernelGateway(undefined as any))).toBe(
      "Stack/Torch: 1 problem\n  options is missing: give an object such as { kernelName: 'python3' }");
  });

  test('include values of wrong types', () => {
    expect(errorOf(() => studioImageIn(stackIn(), {
      app: 5, baseImage: 'docker/torch', additionalApps: APPS.CodeEditor, attachTo: 'd-abc123', horovod: 'yes', defaultImage: 'no',
    } as any))?.split('\n')).toEqual([
      'Stack/Torch: 6 problems',
      "  horovod must be true or false, got 'yes'",
      "  defaultImage must be true or false, got 'no'",
      expect.stringMatching(/^ {2}additionalApps must be a list, got .*: give \[StudioApp.codeEditor\(\)\] for example$/),
      '  app must be a StudioApp, for example StudioApp.jupyterLab(), got 5',
      "  attachTo must be a list, got 'd-abc123': give [StudioTarget.existingDomain('d-abc123')] for example",
      "  baseImage must be a BaseImage, for example BaseImage.fromAsset('docker/torch'), got 'docker/torch'",
    ]);
  });

  test('include lists that are tokens, and lists of tokens', () => {
    const problemsOf = (props: object) => errorOf(() => studioImageIn(stackIn(), props as any))?.split('\n').slice(1);
    for (const token of [Lazy.any({ produce: () => [] }), Lazy.list({ produce: () => ['x'] }), Lazy.string({ produce: () => 'x' })]) {
      expect(problemsOf({ additionalApps: token, attachTo: token })).toEqual([
        '  additionalApps must be known at synth, got a token: give [StudioApp.codeEditor()] for example',
        "  attachTo must be known at synth, got a token: give [StudioTarget.existingDomain('d-abc123')] for example",
      ]);
    }
    const token = Lazy.any({ produce: () => undefined });
    expect(problemsOf({ app: token, additionalApps: [token, null], attachTo: [token, null] })).toEqual([
      '  app must be a StudioApp, for example StudioApp.jupyterLab(), got a token',
      '  additionalApps[0] must be a StudioApp, for example StudioApp.jupyterLab(), got a token',
      '  additionalApps[1] is missing: give a StudioApp, for example StudioApp.jupyterLab()',
      "  attachTo[0] must be a StudioTarget, for example StudioTarget.existingDomain('d-abc123'), got a token",
      "  attachTo[1] is missing: give a StudioTarget, for example StudioTarget.existingDomain('d-abc123')",
    ]);
    expect(problemsOf({ attachTo: [null] })).toEqual([
      "  attachTo[0] is missing: give a StudioTarget, for example StudioTarget.existingDomain('d-abc123')",
    ]);
    expect(problemsOf({ additionalApps: null, attachTo: null })).toBeUndefined();
  });

  test('name the class of a value, not its private members', () => {
    const target = StudioTarget.existingDomain('d-1');
    expect(errorOf(() => studioImageIn(stackIn(), { additionalApps: APPS.CodeEditor, attachTo: target } as any))?.split('\n').slice(1)).toEqual([
      '  additionalApps must be a list, got an instance of StudioApp: give [StudioApp.codeEditor()] for example',
      "  attachTo must be a list, got an instance of StudioTarget: give [StudioTarget.existingDomain('d-abc123')] for example",
    ]);
    expect(errorOf(() => studioImageIn(stackIn(), { app: target } as any))).toContain('got an instance of StudioTarget');
    expect(errorOf(() => studioImageIn(stackIn()).attach(Lazy.any({ produce: () => target }) as any))).toContain(
      "target must be a StudioTarget, for example StudioTarget.existingDomain('d-abc123'), got a token");
  });

  test('include an owned target that is given twice', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    const attachTo = [StudioTarget.domain(domain), StudioTarget.domainSharedSpaces(domain), StudioTarget.domain(domain)];
    expect(errorOf(() => studioImageIn(stack, { attachTo }))).toBe('Stack/Torch: 1 problem\n  attachTo[2] is the same target as attachTo[0]: remove one of them');
  });

  test('of a target that is attached later are reported', () => {
    const image = studioImageIn(stackIn(), { app: APPS.CodeEditor });
    expect(errorOf(() => image.attach(StudioTarget.existingDomainSharedSpaces('d-1')))).toContain('do not support images for CodeEditor');
  });

  test('of a target that is attached later have no effect on later calls', () => {
    const image = studioImageIn(stackIn(), { additionalApps: [APPS.CodeEditor], attachTo: [StudioTarget.existingDomain('d-1')] });
    expect(errorOf(() => image.attach(StudioTarget.existingDomain('d-1')))).toBe(
      'Stack/Torch: 1 problem\n  the image is already attached to this target as JupyterLab and CodeEditor: attach it once as each kind of app, or as each kernel');
    expect(errorOf(() => image.attach(undefined as any))).toBe(
      "Stack/Torch: 1 problem\n  target is missing: give a StudioTarget, for example StudioTarget.existingDomain('d-abc123')");
    expect(errorOf(() => image.attach(StudioTarget.existingSpace('D-1', 'team')))?.split('\n')).toEqual([
      'Stack/Torch: 3 problems',
      expect.stringContaining("domainId 'D-1' is not a valid domain id"),
      expect.stringContaining('not support images for JupyterLab'),
      expect.stringContaining('not support images for CodeEditor'),
    ]);
    expect(errorOf(() => image.addVersion('Gpu', { baseImage: baseImage('gpu') }))).toBeUndefined();
    expect(image.attachments).toHaveLength(4);
  });

  test('include targets of another Region or stage and roles of another stage, and have no effect on later calls', () => {
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
      "  image 'Stack/Torch' is in the app itself and the target in stage Prod, which are deployed separately: import it there, "
        + `or attach it in its own stage. See ${TROUBLESHOOTING}#stages-are-deployed-separately`,
    ]);
    expect(problemsOf(StudioTarget.existingDomain('d-1', { executionRole }))).toEqual([expect.stringMatching(/^ {2}executionRole 'Prod\/Stack\/Role' is in stage Prod/)]);
    image.addVersion('Gpu', { baseImage: baseImage('gpu') });
    expect(image.attachments).toEqual([]);
  });

  // Joined with a hyphen, the ids would be the same.
  test('do not include similar names of two profiles', () => {
    const attachTo = [StudioTarget.existingUserProfile('d-a', 'b-c'), StudioTarget.existingUserProfile('d-a-b', 'c')];
    expect(studioImageIn(stackIn(), { attachTo }).attachments).toHaveLength(2);
  });

  test.each(['JupyterLab', 'Image', 'Version', 'Role', 'Resource', 'PullPolicy', 'Gpu'])('include the id of a version that is already used: %s', (id) => {
    const image = studioImageIn(stackIn());
    image.addVersion('Gpu', { baseImage: baseImage('gpu') });
    expect(errorOf(() => image.addVersion(id, { baseImage: baseImage('2') }))).toBe(
      `Stack/Torch: 1 problem\n  the id '${id}' is already used by another construct of the image: choose another for the version`);
  });

  test('include the id of a version that is the kind of an app without a configuration so far', () => {
    const image = studioImageIn(stackIn(), { app: APPS.JupyterLab, additionalApps: [APPS.CodeEditor] });
    image.attach(StudioTarget.existingDomainSharedSpaces('d-1'), { apps: [APPS.JupyterLab] });
    expect(errorOf(() => image.addVersion('CodeEditor', { baseImage: baseImage('2') }))).toBe(
      "Stack/Torch: 1 problem\n  the id 'CodeEditor' is already used by another construct of the image: choose another for the version");
  });

  test('include those of the container image', () => {
    const stack = new Stack(new App(), 'Stack', { env: { ...HERE, region: 'us-east-1' } });
    expect(errorOf(() => studioImageIn(stack, { displayName: '' }))?.split('\n')).toEqual([
      'Stack/Torch: 2 problems',
      expect.stringMatching(/^ {2}displayName is empty: /),
      expect.stringMatching(/^ {2}baseImage is in eu-west-1 and the stack in us-east-1: /),
    ]);
  });

  test('include those of the tag of a repository', () => {
    const stack = stackIn();
    const repository = ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch');
    expect(errorOf(() => studioImageIn(stack, { displayName: '', baseImage: BaseImage.fromEcrRepository(repository, '-') }))?.split('\n')).toEqual([
      'Stack/Torch: 2 problems',
      expect.stringMatching(/^ {2}displayName is empty: /),
      expect.stringMatching(/^ {2}the tag '-' of baseImage is not a valid tag: /),
    ]);
  });

  test.each<[string, (stack: Stack) => BaseImage, RegExp]>([
    ['a missing directory', () => BaseImage.fromAsset('nowhere'), /^ {2}the directory of baseImage '.*\/nowhere' does not exist: give one with a Dockerfile, /],
    ['a missing Dockerfile', () => BaseImage.fromAsset(__dirname), /^ {2}the Dockerfile of baseImage '.*\/studio\/Dockerfile' does not exist: give the option file /],
    ['a missing Dockerfile with another name', () => BaseImage.fromAsset(__dirname, { file: 'Gpu' }), /^ {2}the Dockerfile of baseImage '.*\/studio\/Gpu' does not exist: /],
    ['a file instead of a directory', () => BaseImage.fromAsset(__filename), /^ {2}the directory of baseImage '.*\/studio-image.test.ts' is not a directory: /],
    ['a directory instead of a Dockerfile', () => BaseImage.fromAsset(join(__dirname, '..'), { file: 'studio' }),
      /^ {2}the Dockerfile of baseImage '.*\/test\/studio' is not a file: /],
    ['a directory inside a file', () => BaseImage.fromAsset(`${__filename}/docker`), /^ {2}the directory of baseImage '.*\/docker' does not exist: /],
    ['a path that is too long', () => BaseImage.fromAsset('x'.repeat(5_000)), /^ {2}the directory of baseImage '.*x' cannot be read \(ENAMETOOLONG\): /],
    ['a directory instead of an archive', () => BaseImage.fromTarball(__dirname), /^ {2}the archive of baseImage '.*\/studio' is not a file: give the path /],
    ['a missing archive', () => BaseImage.fromTarball('nowhere.tar'), /^ {2}the archive of baseImage '.*\/nowhere.tar' does not exist: /],
    ['no repository', () => BaseImage.fromEcrRepository(undefined!, 'a'), /^ {2}the repository of baseImage is missing: /],
    ['no digest', (stack) => BaseImage.fromEcrRepositoryDigest(ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch'), undefined!),
      /^ {2}the digest of baseImage is missing: /],
    ['no asset', () => BaseImage.fromDockerImageAsset(undefined!), /^ {2}the asset of baseImage is missing: /],
  ])('include those of the base image: %s', (_, baseImageIn, problem) => {
    const stack = stackIn();
    expect(errorOf(() => studioImageIn(stack, { displayName: '', baseImage: baseImageIn(stack) }))?.split('\n'))
      .toEqual(['Stack/Torch: 2 problems', expect.stringMatching(/^ {2}displayName is empty: /), expect.stringMatching(problem)]);
    // Nothing but the scope that the base image was bound to, and no resource in it.
    const [scope, ...others] = stack.node.findChild('Torch').node.findAll().slice(1);
    expect([scope.node.path, others]).toEqual(['Stack/Torch/BaseImage', []]);
  });

  test('include an asset of another Region', () => {
    const app = new App();
    const asset = new assets.DockerImageAsset(new Stack(app, 'Other', { env: { ...HERE, region: 'us-east-1' } }), 'Asset', {
      directory: __dirname, file: 'studio-image.test.ts',
    });
    expect(errorOf(() => studioImageIn(new Stack(app, 'Stack', { env: HERE }), { displayName: '', baseImage: BaseImage.fromDockerImageAsset(asset) })))
      .toMatch(/^Stack\/Torch: 2 problems\n.*\n {2}baseImage is in us-east-1 and the stack in eu-west-1: /);
  });

  test('include the error of a BaseImage subclass that throws, together with all others', () => {
    class Registry extends BaseImage {
      constructor(private readonly error: unknown) {
        super();
      }

      public bind(): BaseImageConfig {
        throw this.error;
      }
    }
    const stack = stackIn();
    const props: Partial<StudioImageProps> = {
      displayName: '',
      jobType: 'BATCH' as JobType,
      baseImage: new Registry(new Error('registry.example.com has no image torch')),
      app: StudioApp.kernelGateway({ kernelName: '' }),
      attachTo: [StudioTarget.existingDomain('abc')],
    };
    const problems = [
      '  displayName is empty: give 1 to 128 characters or leave it out',
      "  jobType must be TRAINING, INFERENCE or NOTEBOOK_KERNEL, got 'BATCH'",
      '  kernelName is empty: give 1 to 1024 characters',
      "  domainId 'abc' is not a valid domain id: give 'd-' and lower-case letters or digits, at most 63 characters in all",
    ];
    expect(errorOf(() => studioImageIn(stack, props))).toBe(['Stack/Torch: 5 problems', ...problems, '  registry.example.com has no image torch'].join('\n'));
    // JavaScript can throw anything.
    expect(errorOf(() => new StudioImage(stack, 'Other', { ...props, baseImage: new Registry('offline') } as StudioImageProps)))
      .toBe(['Stack/Other: 5 problems', ...problems, '  offline'].join('\n'));
    // It is the only problem.
    expect(errorOf(() => new StudioImage(stack, 'Only', { app: APPS.JupyterLab, baseImage: props.baseImage! })))
      .toBe('Stack/Only/Image/Version: 1 problem\n  registry.example.com has no image torch');
  });

  test('of a base image of another kind are found when the version binds it, once', () => {
    const bind = jest.fn(() => ({ imageUri: 'uri' }));
    expect(errorOf(() => studioImageIn(stackIn(), { baseImage: { bind } as any }))).toMatch(/^Stack\/Torch\/Image\/Version: 1 problem\n {2}baseImage 'uri' is not a valid URI of a container image in ECR: /);
    expect(bind).toHaveBeenCalledTimes(1);
  });
});

test('an owned domain can be in another stack', () => {
  const app = new App();
  const domain = domainIn(new Stack(app, 'Studio', { env: HERE }));
  studioImageIn(new Stack(app, 'Images', { env: HERE }), { attachTo: [StudioTarget.domain(domain)] });
  const [entry] = propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings.CustomImages;
  expect(entry.ImageVersionNumber).toEqual({ Ref: expect.stringMatching(/^SsmParameterValue/) });
});

test('attachments to owned and existing domains add no warnings', () => {
  const stack = stackIn();
  const executionRole = new iam.Role(stack, 'Execution', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  const domain = domainIn(stack, { defaultUserSettings: { executionRole: executionRole.roleArn } });
  studioImageIn(stack, {
    additionalApps: [APPS.KernelGateway],
    attachTo: [StudioTarget.domain(domain), StudioTarget.existingDomain('d-1', { executionRole })],
  });
  expect(warningsOf(stack)).toEqual([]);
});

describe('an owned target in another stack', () => {
  const scene = (scopeOfTarget = (app: App): Stack => new Stack(app, 'Studio', { env: HERE })) => {
    const app = new App();
    const images = new Stack(app, 'Images', { env: HERE });
    return { app, images, studio: scopeOfTarget(app) };
  };
  const configsIn = (stack: Stack) => Object.keys(Template.fromStack(stack).findResources('AWS::SageMaker::AppImageConfig')).length;
  const listOf = (stack: Stack, id = 'Domain') => propertiesOf(stack.node.findChild(id) as CfnResource).DefaultUserSettings.JupyterLabAppSettings.CustomImages;

  // Otherwise, the deployment of the other stack would delete a configuration while the target still names it.
  test('has configurations in its own stack, which its targets share', () => {
    const { images, studio } = scene();
    const image = studioImageIn(images, { additionalApps: [APPS.CodeEditor], attachTo: [StudioTarget.domain(domainIn(studio))] });
    image.attach(StudioTarget.domain(domainIn(studio, {}, 'Other')));
    image.addVersion('Gpu', { baseImage: baseImage('gpu') });
    expect([configsIn(images), configsIn(studio)]).toEqual([0, 4]);
    const [first, , gpu] = image.appImageConfigs.filter((config) => Stack.of(config) === studio).map(({ appImageConfigName }) => appImageConfigName);
    expect(listOf(studio).map(({ AppImageConfigName }: any) => AppImageConfigName).sort()).toEqual([first, gpu].sort());
    expect(listOf(studio, 'Other')).toEqual(listOf(studio));
    expect(new Set(image.appImageConfigs.map(({ appImageConfigName }) => appImageConfigName)).size).toBe(4);
    expect(image.appImageConfigs.map(({ appType }) => appType)).toEqual(Array(2).fill(['JupyterLab', 'CodeEditor']).flat());
    expect(warningsOf(studio)).toEqual([]);
  });

  test('keeps its entry when the construct of the version does', () => {
    const nameFor = (tag: string) => {
      const { images, studio } = scene();
      studioImageIn(images, { baseImage: baseImage(tag), attachTo: [StudioTarget.domain(domainIn(studio))] });
      return listOf(studio)[0].AppImageConfigName;
    };
    expect(nameFor('2')).toBe(nameFor('1'));
  });

  test('needs no other configurations in a nested stack, which is deployed together with the image', () => {
    const { images } = scene();
    const nested = new NestedStack(images, 'Nested');
    studioImageIn(images, { attachTo: [StudioTarget.domain(domainIn(nested))] });
    expect([configsIn(images), configsIn(nested)]).toEqual([1, 0]);
  });

  test('of a configuration gets a warning', () => {
    const { images, studio } = scene();
    attach(images, StudioTarget.domain(domainIn(studio)));
    expect(warningsOf(images).filter(({ id }) => id?.endsWith('Stack'))).toEqual([{
      path: 'Images/torch-attachment',
      id: 'cdk-sagemaker-images:studioConfigInOtherStack',
      text: 'the app image config Images/torch-config/Resource is in a different stack from Studio/Domain. If both it and its attachment are removed '
        + "in one deployment, CloudFormation deletes it while Studio/Domain still refers to it: create it in stack 'Studio'",
    }]);
  });
});
