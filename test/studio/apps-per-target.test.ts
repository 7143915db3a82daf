import { App, CfnParameter, CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { StudioApp, StudioAttachment, StudioImage, StudioImageAttachOptions, StudioImageProps, StudioTarget } from 'cdk-sagemaker-images';
import { baseImage, errorOf, HERE, stackIn, TROUBLESHOOTING, warningsOf } from '../helpers/fixtures';
import { APPS, domainIn, propertiesOf } from '../helpers/studio';

const LAB = StudioApp.jupyterLab();
const CODE = StudioApp.codeEditor();
const BARE_LAB = StudioApp.jupyterLab({ containerArguments: ['--bare'] });
const DOMAIN = StudioTarget.existingDomain('d-1');
const SPACES = StudioTarget.existingDomainSharedSpaces('d-1');
const JO = StudioTarget.existingUserProfile('d-1', 'jo');

function imageIn(stack: Stack, props: Partial<StudioImageProps> = {}): StudioImage {
  return new StudioImage(stack, 'Torch', { baseImage: baseImage('1'), app: LAB, ...props });
}

/** Returns each attachment as `<settings> <app> <version> <configuration>`, with the paths below the image. */
function attachmentsOf({ node, attachments }: StudioImage): string[] {
  const below = (path: string) => path.replace(`${node.path}/`, '');
  return attachments.map(({ target, imageVersion, appImageConfig }: StudioAttachment) =>
    `${target._config.settings} ${(appImageConfig as any).appType} ${below(imageVersion.node.path)} ${below(appImageConfig.node.path)}`).sort();
}

function configsIn(stack: Stack): Record<string, any> {
  return Template.fromStack(stack).findResources('AWS::SageMaker::AppImageConfig');
}

function namesIn(stack: Stack): string[] {
  return Object.values(configsIn(stack)).map(({ Properties }) => Properties.AppImageConfigName).sort();
}

/** Returns the problems of the error that an action throws. */
function problemsOf(action: () => unknown): string[] | undefined {
  return errorOf(action)?.split('\n').slice(1).map((line) => line.trim());
}

describe('apps per target', () => {
  test('offer some of the apps in some of the targets, with the same configurations', () => {
    const stack = stackIn();
    const image = imageIn(stack, { additionalApps: [CODE], attachTo: [DOMAIN] });
    image.attach(SPACES, { apps: [LAB] });
    expect(attachmentsOf(image)).toEqual([
      'DefaultSpaceSettings JupyterLab Image/Version JupyterLab',
      'DefaultUserSettings CodeEditor Image/Version CodeEditor',
      'DefaultUserSettings JupyterLab Image/Version JupyterLab',
    ]);
    expect(image.appImageConfigs.map(({ node }) => node.path)).toEqual(['Stack/Torch/JupyterLab', 'Stack/Torch/CodeEditor']);
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('Custom::SageMakerStudioAttachments'));
    expect([Properties.DefaultUserSettings, Properties.DefaultSpaceSettings].map((settings) => Object.keys(settings))).toEqual([
      ['CodeEditorAppSettings', 'JupyterLabAppSettings'], ['JupyterLabAppSettings'],
    ]);
  });

  test('offer two configurations of one kind of app in two targets', () => {
    const stack = stackIn();
    const image = imageIn(stack, { attachTo: [DOMAIN] });
    image.attach(JO, { apps: [BARE_LAB] });
    expect(attachmentsOf(image)).toEqual([
      'DefaultUserSettings JupyterLab Image/Version JupyterLab',
      'UserSettings JupyterLab Image/Version UserSettings.d-1.jo/JupyterLab',
    ]);
    expect(Object.values(configsIn(stack)).map(({ Properties }) => Properties.JupyterLabAppImageConfig)).toEqual([
      {}, { ContainerConfig: { ContainerArguments: ['--bare'] } },
    ]);
  });

  test('can be added to a target one after the other', () => {
    const image = imageIn(stackIn(), { attachTo: [DOMAIN] });
    image.attach(StudioTarget.existingDomain('d-1'), { apps: [CODE] });
    image.attach(DOMAIN, { apps: [APPS.KernelGateway, APPS.RSession] });
    expect(attachmentsOf(image)).toEqual([
      'DefaultUserSettings CodeEditor Image/Version DefaultUserSettings.d-1/CodeEditor',
      'DefaultUserSettings JupyterLab Image/Version JupyterLab',
      'DefaultUserSettings KernelGateway Image/Version DefaultUserSettings.d-1/KernelGateway python3',
      'DefaultUserSettings RSession Image/Version DefaultUserSettings.d-1/RSession',
    ]);
  });

  test('can be several kernels, also in other versions', () => {
    const stack = stackIn();
    const image = imageIn(stack, { attachTo: [DOMAIN] });
    const kernel = (kernelName: string) => StudioApp.kernelGateway({ kernelName });
    image.attach(DOMAIN, { apps: [kernel('python3'), kernel('ir')] });
    image.attach(DOMAIN, { apps: [kernel('julia')], appImageConfigNames: { KernelGateway: 'torch-julia' } });
    image.addVersion('Gpu', { baseImage: baseImage('gpu-1') });
    expect(attachmentsOf(image).filter((attachment) => attachment.includes('KernelGateway'))).toEqual([
      'DefaultUserSettings KernelGateway Image/Gpu Gpu/DefaultUserSettings.d-1/KernelGateway ir',
      'DefaultUserSettings KernelGateway Image/Gpu Gpu/DefaultUserSettings.d-1/KernelGateway julia',
      'DefaultUserSettings KernelGateway Image/Gpu Gpu/DefaultUserSettings.d-1/KernelGateway python3',
      'DefaultUserSettings KernelGateway Image/Version DefaultUserSettings.d-1/KernelGateway ir',
      'DefaultUserSettings KernelGateway Image/Version DefaultUserSettings.d-1/KernelGateway julia',
      'DefaultUserSettings KernelGateway Image/Version DefaultUserSettings.d-1/KernelGateway python3',
    ]);
    const kernels = Object.values(configsIn(stack)).flatMap(({ Properties: { KernelGatewayImageConfig: config } }) => config?.KernelSpecs ?? []);
    expect(kernels.map(({ Name }) => Name).sort()).toEqual(['ir', 'ir', 'julia', 'julia', 'python3', 'python3']);
    expect(problemsOf(() => image.attach(DOMAIN, { apps: [kernel('ir')] }))).toEqual([
      'the image is already attached to this target as KernelGateway ir: attach it once as each kind of app, or as each kernel',
    ]);
    expect(problemsOf(() => image.attach(JO, { apps: [kernel('a'), kernel('b')], appImageConfigNames: { KernelGateway: 'x' } }))).toEqual([
      'appImageConfigNames.KernelGateway cannot be the name of several configurations: call attach for each app of this kind',
    ]);
  });

  test('can be kernels whose names differ only in characters that ids of constructs cannot contain', () => {
    const stack = stackIn();
    const names = ['a/b', 'a--b', 'a%2Fb'];
    imageIn(stack).attach(DOMAIN, { apps: names.map((kernelName) => StudioApp.kernelGateway({ kernelName })) });
    const kernels = Object.values(configsIn(stack)).flatMap(({ Properties: { KernelGatewayImageConfig: config } }) => config.KernelSpecs[0].Name);
    expect(kernels.sort()).toEqual([...names].sort());
    expect(new Set(namesIn(stack)).size).toBe(3);
  });

  test('can be a kernel of the image and one with an unknown name, in another stack', () => {
    const stack = stackIn();
    const other = new Stack(stack.node.root as App, 'Other', { env: HERE });
    const domain = domainIn(other);
    const image = imageIn(stack, { app: APPS.KernelGateway, attachTo: [StudioTarget.domain(domain)] });
    image.attach(StudioTarget.domain(domain), { apps: [StudioApp.kernelGateway({ kernelName: new CfnParameter(other, 'Kernel').valueAsString })] });
    const { CustomImages: entries } = propertiesOf(domain).DefaultUserSettings.KernelGatewayAppSettings;
    expect(entries.map(({ AppImageConfigName: name }: any) => name).sort()).toEqual(namesIn(other));
    expect(namesIn(other)).toHaveLength(2);
  });

  const attachAll = (image: StudioImage) => {
    image.attach(DOMAIN);
    image.attach(SPACES, { apps: [LAB] });
    image.attach(JO, { apps: [BARE_LAB, CODE] });
  };

  test('have each version, with configurations of its own, in whatever order versions and targets are added', () => {
    const addGpu = (image: StudioImage) => image.addVersion('Gpu', { baseImage: baseImage('gpu') });
    const templates = [[attachAll, addGpu], [addGpu, attachAll]].map((steps) => {
      const stack = stackIn();
      const image = imageIn(stack);
      steps.forEach((step) => step(image));
      expect(attachmentsOf(image)).toEqual([
        'DefaultSpaceSettings JupyterLab Image/Gpu Gpu/JupyterLab',
        'DefaultSpaceSettings JupyterLab Image/Version JupyterLab',
        'DefaultUserSettings JupyterLab Image/Gpu Gpu/JupyterLab',
        'DefaultUserSettings JupyterLab Image/Version JupyterLab',
        'UserSettings CodeEditor Image/Gpu Gpu/UserSettings.d-1.jo/CodeEditor',
        'UserSettings CodeEditor Image/Version UserSettings.d-1.jo/CodeEditor',
        'UserSettings JupyterLab Image/Gpu Gpu/UserSettings.d-1.jo/JupyterLab',
        'UserSettings JupyterLab Image/Version UserSettings.d-1.jo/JupyterLab',
      ]);
      return configsIn(stack);
    });
    expect(Object.keys(templates[1]).sort()).toEqual(Object.keys(templates[0]).sort());
  });

  test('have logical ids and names that do not depend on the order of targets', () => {
    const targets = (stack: Stack) => [
      DOMAIN, JO, ...['A', 'B'].map((id) => StudioTarget.existingDomain(new CfnParameter(stack, id).valueAsString)), StudioTarget.domain(domainIn(stack)),
    ];
    const configsFor = (order: (targets: StudioTarget[]) => StudioTarget[]) => {
      const stack = stackIn();
      const image = imageIn(stack);
      order(targets(stack)).forEach((target) => image.attach(target, { apps: [CODE] }));
      return Object.entries(configsIn(stack)).map(([id, { Properties }]) => `${id} ${Properties.AppImageConfigName}`).sort();
    };
    const configs = configsFor((list) => list);
    expect(new Set(configs).size).toBe(5);
    expect(configsFor((list) => list.reverse())).toEqual(configs);
  });

  test('can be those of targets with lazy ids', () => {
    const ids: string[] = [];
    const stack = stackIn();
    const image = imageIn(stack);
    [0, 1, 2].forEach((index) => image.attach(StudioTarget.existingDomain(Lazy.string({ produce: () => ids[index] })), { apps: [CODE] }));
    expect(image.appImageConfigs.map(({ node }) => node.path)).toEqual([
      'Stack/Torch/DefaultUserSettings-0/CodeEditor', 'Stack/Torch/DefaultUserSettings-1/CodeEditor', 'Stack/Torch/DefaultUserSettings-2/CodeEditor',
    ]);
    ids.push('d-1', 'd-2', 'd-3');
    expect(Object.keys(configsIn(stack))).toHaveLength(3);
  });

  test('keep the logical id of the simple case', () => {
    const stack = stackIn();
    imageIn(stack, { attachTo: [DOMAIN] });
    expect(Object.keys(configsIn(stack))).toEqual(['TorchJupyterLabB9FFBA29']);
  });
});

describe('a default image', () => {
  const specOf = (resource: CfnResource) => {
    const { DefaultUserSettings, SpaceSettings } = propertiesOf(resource);
    return Object.fromEntries(Object.entries<any>(DefaultUserSettings ?? SpaceSettings)
      .map(([app, settings]) => [app, settings.DefaultResourceSpec]));
  };

  test('is the first version in all targets, or in one of them', () => {
    const stack = stackIn();
    const [all, one] = ['All', 'One'].map((id) => domainIn(stack, {}, id));
    const image = imageIn(stack, { imageName: 'torch', defaultImage: true, attachTo: [StudioTarget.domain(all)] });
    image.addVersion('Gpu', { baseImage: baseImage('gpu') });
    image.attach(StudioTarget.domain(one), { apps: [LAB], defaultImage: false });
    const spec = { SageMakerImageVersionArn: { Ref: stack.getLogicalId(image.imageVersion.node.defaultChild as CfnResource) } };
    expect(specOf(all).JupyterLabAppSettings).toMatchObject(spec);
    expect(specOf(one).JupyterLabAppSettings).toBeUndefined();
  });

  test('in a space has no entry for other versions, in whatever order they are added', () => {
    const space = StudioTarget.existingSpace('d-1', 'team');
    for (const isFirst of [true, false]) {
      const image = imageIn(stackIn());
      const steps = [() => image.attach(space, { defaultImage: true }), () => image.addVersion('Gpu', { baseImage: baseImage('gpu') })];
      (isFirst ? steps : steps.reverse()).forEach((step) => step());
      expect(attachmentsOf(image)).toEqual(['SpaceSettings JupyterLab Image/Version JupyterLab']);
      expect(image.appImageConfigs.map(({ node }) => node.path)).toEqual(['Stack/Torch/JupyterLab']);
    }
  });

  test('is required for JupyterLab in a space', () => {
    const image = imageIn(stackIn(), { additionalApps: [APPS.KernelGateway] });
    const space = StudioTarget.existingSpace('d-1', 'team');
    expect(problemsOf(() => image.attach(space))).toEqual([
      'a space does not support images for JupyterLab, unless defaultImage is set: call attach(target, { apps: [...] }) with the app for KernelGateway'
        + `. See ${TROUBLESHOOTING}#a-target-does-not-take-the-app`,
    ]);
    expect(problemsOf(() => image.attach(space, { defaultImage: true }))).toBeUndefined();
  });
});

describe('configurations', () => {
  test('exist for each app of an image that is attached to nothing', () => {
    const stack = stackIn();
    imageIn(stack, { additionalApps: [CODE] }).addVersion('Gpu', { baseImage: baseImage('gpu') });
    expect(Object.keys(configsIn(stack))).toHaveLength(4);
  });

  test('exist for the apps that targets have, as soon as there are targets', () => {
    const stack = stackIn();
    const image = imageIn(stack, { additionalApps: [CODE] });
    image.attach(DOMAIN, { apps: [BARE_LAB] });
    expect(image.appImageConfigs.map(({ node }) => node.path)).toEqual(['Stack/Torch/DefaultUserSettings.d-1/JupyterLab']);
    image.attach(JO, { apps: [CODE] });
    expect(image.appImageConfigs.map(({ node }) => node.path)).toEqual([
      'Stack/Torch/DefaultUserSettings.d-1/JupyterLab', 'Stack/Torch/CodeEditor',
    ]);
    expect(Object.keys(configsIn(stack))).toHaveLength(2);
  });

  test('stay if the app read them before the image was attached', () => {
    const stack = stackIn();
    const image = imageIn(stack);
    const [lab] = image.appImageConfigs;
    image.attach(DOMAIN, { apps: [BARE_LAB] });
    expect(image.appImageConfigs[0]).toBe(lab);
    expect(Object.keys(configsIn(stack))).toHaveLength(2);
  });

  test.each([undefined, { JupyterLab: 'lab' }])('keep changes of an image that is attached later, with the names %j', (appImageConfigNames) => {
    const stack = stackIn();
    const image = imageIn(stack, { appImageConfigNames });
    const lab = image.node.findChild('JupyterLab').node.defaultChild as CfnResource;
    lab.addPropertyOverride('JupyterLabAppImageConfig.ContainerConfig.ContainerArguments', ['--debug']);
    image.attach(DOMAIN);
    expect(Object.values(configsIn(stack)).map(({ Properties }) => Properties.JupyterLabAppImageConfig.ContainerConfig)).toEqual([
      { ContainerArguments: ['--debug'] },
    ]);
  });

  test.each([[true], [false]])('are in the stack of an owned target in another stack only, given to the constructor: %s', (isProp) => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: HERE });
    const studio = new Stack(app, 'Studio', { env: HERE });
    const target = StudioTarget.domain(domainIn(studio));
    const image = imageIn(stack, isProp ? { attachTo: [target] } : {});
    if (!isProp) {
      image.attach(target);
    }
    image.attach(target, { apps: [CODE] });
    image.addVersion('Gpu', { baseImage: baseImage('gpu') });
    expect([stack, studio].map((one) => Object.keys(configsIn(one)).length)).toEqual([0, 4]);
    expect(image.appImageConfigs.every((config) => Stack.of(config) === studio)).toBe(true);
    // Whatever depends on the image waits for its attachments.
    expect(image.attachments.every(({ node }) => node.path.startsWith('Stack/Torch/'))).toBe(true);
    expect(new Set(image.attachments.map(({ node }) => node.path)).size).toBe(4);
    expect(warningsOf(studio)).toEqual([]);
  });
});

describe('names of configurations', () => {
  test('are those of the apps of the first version', () => {
    const stack = stackIn();
    imageIn(stack, { additionalApps: [CODE], attachTo: [DOMAIN], appImageConfigNames: { JupyterLab: 'corp-lab', CodeEditor: 'corp-code' } });
    expect(namesIn(stack)).toEqual(['corp-code', 'corp-lab']);
  });

  test('are those of apps of each version, with or without targets', () => {
    for (const attachTo of [[], [DOMAIN]]) {
      const stack = stackIn();
      const image = imageIn(stack, { attachTo, appImageConfigNames: { JupyterLab: 'lab' } });
      image.addVersion('Gpu', { baseImage: baseImage('gpu'), appImageConfigNames: { JupyterLab: 'lab-gpu' } });
      image.addVersion('Cpu', { baseImage: baseImage('cpu') });
      expect(namesIn(stack)).toEqual(['lab', 'lab-gpu', expect.stringMatching(/^stack-torch-cpu-jupyterlab-[0-9a-f]{8}$/)]);
    }
  });

  test('are those of a target, for the first version', () => {
    const stack = stackIn();
    const image = imageIn(stack, { attachTo: [DOMAIN], appImageConfigNames: { JupyterLab: 'lab' } });
    image.addVersion('Gpu', { baseImage: baseImage('gpu'), appImageConfigNames: { JupyterLab: 'lab-gpu' } });
    image.attach(JO, { apps: [BARE_LAB, CODE], appImageConfigNames: { JupyterLab: 'bare', CodeEditor: 'code' } });
    expect(namesIn(stack)).toEqual([
      'bare', 'code', 'lab', 'lab-gpu', ...['codeeditor', 'jupyterlab'].map((app) =>
        expect.stringMatching(new RegExp(`^stack-torch-gpu-usersettings.*${app}-[0-9a-f]{8}$`))),
    ]);
  });

  test('can be given to the first target of an image without names', () => {
    const stack = stackIn();
    imageIn(stack).attach(DOMAIN, { appImageConfigNames: { JupyterLab: 'lab' } });
    expect(namesIn(stack)).toEqual(['lab']);
  });

  test('are those of the stack of an owned target, if there is no other', () => {
    const app = new App();
    const studio = new Stack(app, 'Studio', { env: HERE });
    const image = imageIn(new Stack(app, 'Stack', { env: HERE }), { attachTo: [StudioTarget.domain(domainIn(studio))], appImageConfigNames: { JupyterLab: 'lab' } });
    image.attach(StudioTarget.domain(domainIn(studio, {}, 'Second')));
    expect(namesIn(studio)).toEqual(['lab']);
  });

  const twoStacks = () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: HERE });
    const studio = new Stack(app, 'Studio', { env: HERE });
    return { stack, studio, target: StudioTarget.domain(domainIn(studio)) };
  };
  const SEVERAL = "appImageConfigNames.JupyterLab 'lab' cannot be the name of several configurations, in the stack of the image and stack 'Studio': "
    + 'give the name of each further one in attach(target, { appImageConfigNames })';

  test('cannot serve configurations in two stacks', () => {
    const { stack, target } = twoStacks();
    const appImageConfigNames = { JupyterLab: 'lab' };
    expect(problemsOf(() => imageIn(stack, { attachTo: [DOMAIN, target], appImageConfigNames }))).toEqual([SEVERAL]);
    const other = twoStacks();
    const image = imageIn(other.stack, { attachTo: [DOMAIN], appImageConfigNames });
    expect(problemsOf(() => image.attach(other.target))).toEqual([SEVERAL]);
    image.attach(other.target, { appImageConfigNames: { JupyterLab: 'lab-studio' } });
    image.attach(StudioTarget.domain(domainIn(other.studio, {}, 'Second')));
    expect([other.stack, other.studio].map(namesIn)).toEqual([['lab'], ['lab-studio']]);
  });

  test('do not apply to apps that only a target has, in another stack either', () => {
    const { stack, studio, target } = twoStacks();
    const image = imageIn(stack, { attachTo: [DOMAIN], appImageConfigNames: { JupyterLab: 'lab' } });
    image.attach(target, { apps: [BARE_LAB] });
    expect([stack, studio].map(namesIn)).toEqual([['lab'], [expect.stringMatching(/^studio-.*-jupyterlab-[0-9a-f]{8}$/)]]);
  });

  // The name that is given together with the target is that of the first version only.
  test('of another version cannot serve configurations in the stack of a target that is attached later', () => {
    const { stack, target } = twoStacks();
    const image = imageIn(stack, { attachTo: [DOMAIN] });
    image.addVersion('Gpu', { baseImage: baseImage('gpu'), appImageConfigNames: { JupyterLab: 'lab' } });
    expect(problemsOf(() => image.attach(target, { appImageConfigNames: { JupyterLab: 'lab-studio' } }))).toEqual([
      SEVERAL.replace('give the name of each further one in attach(target, { appImageConfigNames })', 'leave it out, so that their names are generated'),
    ]);
  });

  test('of another version cannot serve configurations in two stacks', () => {
    for (const options of [{}, { appImageConfigNames: { JupyterLab: 'first-lab' } }]) {
      const { stack, target } = twoStacks();
      const image = imageIn(stack, { attachTo: [DOMAIN] });
      image.attach(target, options);
      expect(problemsOf(() => image.addVersion('Gpu', { baseImage: baseImage('gpu'), appImageConfigNames: { JupyterLab: 'lab' } }))).toEqual([
        SEVERAL.replace('give the name of each further one in attach(target, { appImageConfigNames })', 'leave it out, so that their names are generated'),
      ]);
    }
  });

  test('that are not valid are reported together', () => {
    expect(problemsOf(() => imageIn(stackIn(), {
      additionalApps: [CODE],
      appImageConfigNames: { JupyterLab: 'lab', CodeEditor: 'LAB', RSession: 'r', jupyterlab: 'x' },
      displayName: '',
    }))).toEqual([
      'displayName is empty: give 1 to 128 characters or leave it out',
      "appImageConfigNames.CodeEditor 'LAB' is already the name of that for JupyterLab: each configuration needs a name of its own",
      'appImageConfigNames.RSession is for an app that the image does not have: add the app to additionalApps, or give its name in '
        + 'attach(target, { apps, appImageConfigNames })',
      "appImageConfigNames has the key 'jupyterlab': use JupyterLab, CodeEditor, KernelGateway or RSession",
    ]);
    expect(problemsOf(() => imageIn(stackIn(), { appImageConfigNames: { JupyterLab: 'a.b' } }))).toEqual([
      "appImageConfigNames.JupyterLab 'a.b' is not a valid name of an app image config: use letters, digits and hyphens between them (unlike image names, no dots)",
    ]);
    const twice = { JupyterLab: 'a.b', CodeEditor: 'a.b' };
    expect(problemsOf(() => imageIn(stackIn(), { additionalApps: [CODE], appImageConfigNames: twice }))).toEqual(['JupyterLab', 'CodeEditor'].map((app) =>
      `appImageConfigNames.${app} 'a.b' is not a valid name of an app image config: use letters, digits and hyphens between them (unlike image names, no dots)`));
    expect(problemsOf(() => imageIn(stackIn(), { appImageConfigNames: { JupyterLab: undefined as any } }))).toEqual([
      'appImageConfigNames.JupyterLab is missing: give 1 to 63 characters',
    ]);
    expect(problemsOf(() => imageIn(stackIn(), { appImageConfigNames: ['lab'] as any }))).toEqual([
      expect.stringMatching(/^appImageConfigNames must be a map, got /),
    ]);
    expect(problemsOf(() => imageIn(stackIn(), { appImageConfigNames: Lazy.any({ produce: () => ({}) }) as any }))).toEqual([
      "appImageConfigNames must be known at synth, got a token: give { JupyterLab: 'torch-lab' } for example",
    ]);
  });

  // A context value that is not set: JavaScript and the other languages accept it.
  test('are generated if they are null', () => {
    const stack = stackIn();
    const image = imageIn(stack, { attachTo: [DOMAIN], appImageConfigNames: null as any });
    image.addVersion('Gpu', { baseImage: baseImage('gpu'), appImageConfigNames: null as any });
    image.attach(JO, { apps: [CODE], appImageConfigNames: null as any });
    expect(namesIn(stack)).toEqual(['stack-torch-gpu-jupyterlab', 'stack-torch-gpu-usersettings', 'stack-torch-jupyterlab', 'stack-torch-usersettings']
      .map((start) => expect.stringMatching(new RegExp(`^${start}.*-[0-9a-f]{8}$`))));
  });

  test('can be tokens that are not strings, which are not compared with others', () => {
    const name = Lazy.any({ produce: () => 'lab' }) as any;
    expect(problemsOf(() => imageIn(stackIn(), { displayName: '', appImageConfigNames: { JupyterLab: name } }))).toEqual([
      'displayName is empty: give 1 to 128 characters or leave it out',
    ]);
  });

  test('can be tokens, which are the same name if they are the same token', () => {
    const stack = stackIn();
    const name = new CfnParameter(stack, 'Name').valueAsString;
    imageIn(stack, { appImageConfigNames: { JupyterLab: name } });
    expect(namesIn(stack)).toEqual([{ Ref: 'Name' }]);
    expect(problemsOf(() => new StudioImage(stack, 'Other', {
      baseImage: baseImage('1'), app: LAB, additionalApps: [CODE], appImageConfigNames: { JupyterLab: name, CodeEditor: name },
    }))).toEqual([expect.stringContaining("appImageConfigNames.CodeEditor '<token>' is already the name of that for JupyterLab")]);
  });

  test('that another version or target already has are an error', () => {
    const image = imageIn(stackIn(), { attachTo: [DOMAIN], appImageConfigNames: { JupyterLab: 'lab' } });
    image.attach(JO, { apps: [CODE], appImageConfigNames: { CodeEditor: 'code' } });
    const taken = (property: string, name: string) =>
      [`appImageConfigNames.${property} '${name}' is already the name of another configuration of the image: each configuration needs a name of its own`];
    for (const name of ['lab', 'Code']) {
      expect(problemsOf(() => image.addVersion('Gpu', { baseImage: baseImage('gpu'), appImageConfigNames: { JupyterLab: name } }))).toEqual(taken('JupyterLab', name));
    }
    expect(problemsOf(() => image.attach(SPACES, { apps: [BARE_LAB], appImageConfigNames: { JupyterLab: 'lab' } }))).toEqual(taken('JupyterLab', 'lab'));
  });

  test('of a target whose configuration already exists are an error', () => {
    const image = imageIn(stackIn(), { attachTo: [DOMAIN] });
    expect(problemsOf(() => image.attach(JO, { appImageConfigNames: { JupyterLab: 'lab' } }))).toEqual([
      "appImageConfigNames.JupyterLab 'lab' is for a configuration that already exists as Stack/Torch/JupyterLab: leave it out, or give another StudioApp in apps",
    ]);
  });

  test('are generated, and unique to the stack, with uniqueToStack', () => {
    const stack = stackIn();
    const image = imageIn(stack, { uniqueToStack: true, attachTo: [DOMAIN] });
    image.attach(JO, { apps: [CODE] });
    const suffix = { 'Fn::Select': [0, { 'Fn::Split': ['-', { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }] }] };
    expect(namesIn(stack)).toEqual(Array(2).fill({ 'Fn::Join': ['', [expect.stringMatching(/^stack-torch-.*-[0-9a-f]{8}-$/), suffix]] }));
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::SageMaker::Image'));
    expect(Properties.ImageName['Fn::Join'][1][1]).toEqual(suffix);
    expect(warningsOf(stack).map(({ id }) => id).filter((id) => id?.includes('name'))).toEqual([]);
    const both = 'uniqueToStack is for generated names, and appImageConfigNames are given: remove one of them';
    expect(problemsOf(() => imageIn(stackIn(), { uniqueToStack: true, imageName: 'torch', appImageConfigNames: { JupyterLab: 'lab' } }))).toEqual([
      "uniqueToStack is for generated names, and imageName 'torch' is given: remove one of them", both,
    ]);
    expect(problemsOf(() => image.attach(SPACES, { apps: [BARE_LAB], appImageConfigNames: { JupyterLab: 'lab' } }))).toEqual([both]);
  });
});

describe('problems of apps per target', () => {
  test('name the pair of a target and an app', () => {
    expect(problemsOf(() => imageIn(stackIn(), { additionalApps: [CODE], attachTo: [DOMAIN, SPACES] }))).toEqual([
      'the default space settings of a domain do not support images for CodeEditor: leave attachTo[1] out, and call attach(target, { apps: [...] }) '
        + `with the app for JupyterLab. See ${TROUBLESHOOTING}#a-target-does-not-take-the-app`,
    ]);
    expect(problemsOf(() => imageIn(stackIn(), { additionalApps: [CODE] }).attach(SPACES))).toEqual([
      'the default space settings of a domain do not support images for CodeEditor: call attach(target, { apps: [...] }) with the app for JupyterLab'
        + `. See ${TROUBLESHOOTING}#a-target-does-not-take-the-app`,
    ]);
    for (const apps of [[CODE], [BARE_LAB, CODE]]) {
      expect(problemsOf(() => imageIn(stackIn(), { additionalApps: [CODE] }).attach(SPACES, { apps }))).toEqual([
        expect.stringMatching(/^the default space settings of a domain do not support images for CodeEditor: use StudioTarget\./),
      ]);
    }
  });

  test.each<[string, StudioImageAttachOptions, string[]]>([
    ['no apps', { apps: [] }, ['apps is empty: give [StudioApp.jupyterLab()] for example, or leave it out']],
    ['two apps of one kind', { apps: [CODE, APPS.CodeEditor] }, ['apps has a second app for CodeEditor: give one of each kind, or of each kernel']],
    ['an app that the target already has', { apps: [BARE_LAB, CODE] },
      ['the image is already attached to this target as JupyterLab: attach it once as each kind of app, or as each kernel']],
    ['null instead of apps, which means those of the image', { apps: null } as any,
      ['the image is already attached to this target as JupyterLab: attach it once as each kind of app, or as each kernel']],
    ['other values', { apps: [5], defaultImage: 'yes', appImageConfigNames: { CodeEditor: 'code' } } as any, [
      'apps[0] must be a StudioApp, for example StudioApp.jupyterLab(), got 5',
      "defaultImage must be true or false, got 'yes'",
      'appImageConfigNames.CodeEditor is for an app that is not attached: add it to apps',
    ]],
    ['a value that is not a list', { apps: CODE } as any, ['apps must be a list, got an instance of StudioApp: give [StudioApp.jupyterLab()] for example, or leave it out']],
    ['a token', { apps: Lazy.any({ produce: () => [] }) } as any, ['apps must be known at synth, got a token: give [StudioApp.jupyterLab()] for example, or leave it out']],
    ['an app with problems', { apps: [StudioApp.kernelGateway({ kernelName: '' })] }, ['kernelName is empty: give 1 to 1024 characters']],
    ['no options', null as any, ['options is missing: give an object such as { apps }, or leave it out']],
  ])('are reported for %s, and have no effect on later calls', (_, options, problems) => {
    const image = imageIn(stackIn(), { attachTo: [DOMAIN] });
    expect(problemsOf(() => image.attach(DOMAIN, options))).toEqual(problems);
    image.addVersion('Gpu', { baseImage: baseImage('gpu') });
    expect(attachmentsOf(image)).toEqual([
      'DefaultUserSettings JupyterLab Image/Gpu Gpu/JupyterLab', 'DefaultUserSettings JupyterLab Image/Version JupyterLab',
    ]);
  });

  test('have no effect on the configurations of an image without targets', () => {
    const stack = stackIn();
    const image = imageIn(stack);
    expect(problemsOf(() => image.attach(StudioTarget.existingDomain('x')))).toHaveLength(1);
    expect(Object.keys(configsIn(stack))).toHaveLength(1);
  });
});
