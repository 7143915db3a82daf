import { App, Aspects, aws_sagemaker as sagemaker, CfnCondition, CfnResource, Fn, Lazy, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as library from 'cdk-sagemaker-images';
import { StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { attachDefault, defaultOf, imageArn } from '../helpers/default-image';
import { baseImage, ecrUri, errorOf, HERE, OTHER_REGION, stackIn, TROUBLESHOOTING, warningsOf } from '../helpers/fixtures';
import { secondCopy } from '../helpers/second-copy';
import { APPS, attach, domainIn, entryOf, propertiesOf, resourceOf, ROLE_ARN } from '../helpers/studio';

const SPEC = 'DefaultUserSettings.JupyterLabAppSettings.DefaultResourceSpec';
const OTHER = 'arn:aws:sagemaker:eu-west-1:111111111111:image-version/other/1';

const spaceIn = (stack: Stack) => new sagemaker.CfnSpace(stack, 'Space', { domainId: 'd-1', spaceName: 'team' });

describe('a default image of an existing target', () => {
  test('is part of the custom resource, beside the entry', () => {
    const stack = stackIn();
    const attachment = attachDefault(stack, StudioTarget.existingDomain('d-1'));
    expect(propertiesOf(resourceOf(attachment))).toMatchObject({
      DomainId: 'd-1',
      DefaultUserSettings: {
        JupyterLabAppSettings: { CustomImages: [entryOf(stack, attachment)], DefaultResourceSpec: defaultOf(stack, attachment) },
      },
    });
  });

  test.each(['JupyterLab', 'CodeEditor'] as const)('that is a space is all that the app gets there: %s', (app) => {
    const stack = stackIn();
    const attachment = attachDefault(stack, StudioTarget.existingSpace('d-1', 'team'), APPS[app]);
    expect(propertiesOf(resourceOf(attachment)).SpaceSettings).toEqual({ [`${app}AppSettings`]: { DefaultResourceSpec: defaultOf(stack, attachment) } });
  });

  test('does not change the other lists of the target', () => {
    const stack = stackIn();
    const target = StudioTarget.existingDomain('d-1');
    const other = attach(stack, target, APPS.CodeEditor, 'other');
    const { DefaultUserSettings } = propertiesOf(resourceOf(attachDefault(stack, target)));
    expect(DefaultUserSettings.CodeEditorAppSettings).toEqual({ CustomImages: [entryOf(stack, other, 'other')] });
  });

  test('that is a space needs defaultImage', () => {
    expect(errorOf(() => attach(stackIn(), StudioTarget.existingSpace('d-1', 'team')))).toBe('Stack/torch-attachment: 1 problem\n'
      + '  a space does not support images for JupyterLab, except for a default: set defaultImage, use StudioTarget.existingDomain or '
      + 'StudioTarget.existingDomainSharedSpaces or StudioTarget.existingUserProfile, or keep the target and use StudioApp.kernelGateway'
      + `. See ${TROUBLESHOOTING}#a-target-does-not-take-the-app`);
  });
});

describe('the custom resource that detaches from owned targets', () => {
  const targetsIn = (stack: Stack) => Object.values(Template.fromStack(stack).findResources('Custom::SageMakerStudioDetachments'))[0].Properties.Targets;

  test('lists the images of defaults, without their versions', () => {
    const stack = stackIn();
    attachDefault(stack, StudioTarget.domain(domainIn(stack)));
    attachDefault(stack, StudioTarget.space(spaceIn(stack)), APPS.CodeEditor, 'editor');
    expect(targetsIn(stack)).toEqual({
      Domain: {
        DomainId: { 'Fn::GetAtt': ['Domain', 'DomainId'] },
        DefaultUserSettings: {
          JupyterLabAppSettings: {
            CustomImages: [{ ImageName: 'torch', AppImageConfigName: 'torch-config' }],
            DefaultResourceSpec: { SageMakerImageArn: imageArn() },
          },
        },
        PassExecutionRole: ['DefaultUserSettings'],
      },
      Space: { DomainId: 'd-1', SpaceName: 'team', SpaceSettings: { CodeEditorAppSettings: { DefaultResourceSpec: { SageMakerImageArn: imageArn('editor') } } } },
    });
  });

  test('waits for the version of a default, and for its configuration only if an entry names it', () => {
    const stack = stackIn();
    const { imageVersion, appImageConfig } = attachDefault(stack, StudioTarget.space(spaceIn(stack)));
    const [{ DependsOn }] = Object.values(Template.fromStack(stack).findResources('Custom::SageMakerStudioDetachments'));
    const [version, config] = [imageVersion, appImageConfig].map(({ node }) => stack.getLogicalId(node.defaultChild as CfnResource));
    expect(DependsOn).toContain(version);
    expect(DependsOn).not.toContain(config);
    expect(Template.fromStack(stack).findResources('AWS::SageMaker::Space').Space.DependsOn ?? []).not.toContain(config);
  });

  test('is not changed by another release, in another stack either', () => {
    const targetsFor = (tag: string) => {
      const app = new App();
      const [images, studio] = ['Images', 'Studio'].map((id) => new Stack(app, id, { env: HERE }));
      const imageVersion = new library.Image(images, 'Torch', { imageName: 'torch' }).addVersion('V', { baseImage: baseImage(tag) });
      const appImageConfig = new library.AppImageConfig(studio, 'Config', { app: APPS.JupyterLab });
      new StudioAttachment(images, 'A', { imageVersion, appImageConfig, target: StudioTarget.space(spaceIn(studio)), defaultImage: true });
      return targetsIn(studio);
    };
    expect(targetsFor('2')).toEqual(targetsFor('1'));
    expect(JSON.stringify(targetsFor('1'))).not.toMatch(/Ref":"(?!AWS::)/);
  });
});

describe('an override that removes or changes a default image is an error', () => {
  const refused = (override: string) => `[Stack/Domain] the override of ${override} removes or changes the default image of Stack/torch-attachment: `
    + 'remove the override, or set the property defaultUserSettings of Stack/Domain instead: the library adds the image to it';
  const branch = { SageMakerImageVersionArn: OTHER };

  test.each<[string, (resource: CfnResource) => void, string]>([
    ['of the version', (one) => one.addPropertyOverride(`${SPEC}.SageMakerImageVersionArn`, OTHER), `${SPEC}.SageMakerImageVersionArn`],
    ['of the image', (one) => one.addPropertyOverride(`${SPEC}.SageMakerImageArn`, OTHER), `${SPEC}.SageMakerImageArn`],
    ['of the spec, with null', (one) => one.addPropertyOverride(SPEC, null), SPEC],
    ['of the spec, with a string', (one) => one.addPropertyOverride(SPEC, 'x'), SPEC],
    ['of the spec, with a condition', (one) => one.addPropertyOverride(SPEC, { 'Fn::If': ['Prod', branch, branch] }), SPEC],
    ['of the spec, with another function', (one) => one.addPropertyOverride(SPEC, { 'Fn::ImportValue': 'spec' }), SPEC],
    ['that deletes the version', (one) => one.addPropertyDeletionOverride(`${SPEC}.SageMakerImageVersionArn`), `${SPEC}.SageMakerImageVersionArn`],
    ['that deletes the spec', (one) => one.addPropertyDeletionOverride(SPEC), SPEC],
  ])('%s, before and after the image is attached', (_, override, path) => {
    for (const when of ['before', 'after']) {
      const stack = stackIn();
      new CfnCondition(stack, 'Prod', { expression: Fn.conditionEquals(1, 1) });
      const domain = domainIn(stack);
      if (when === 'before') {
        override(domain);
      }
      attachDefault(stack, StudioTarget.domain(domain));
      if (when === 'after') {
        override(domain);
      }
      expect(errorOf(() => Template.fromStack(stack))).toContain(refused(path));
    }
  });

  test('by an aspect, in a space without a list', () => {
    const stack = stackIn();
    const space = spaceIn(stack);
    attachDefault(stack, StudioTarget.space(space));
    Aspects.of(stack).add({ visit: (node) => node === space && space.addPropertyDeletionOverride('SpaceSettings.JupyterLabAppSettings') }, { priority: 1000 });
    expect(errorOf(() => Template.fromStack(stack))).toContain('[Stack/Space] the override of SpaceSettings.JupyterLabAppSettings removes or changes the default image of '
      + 'Stack/torch-attachment: remove the override, or set the property spaceSettings of Stack/Space instead: the library adds the image to it');
  });

  test('in the custom resource of an existing target', () => {
    const stack = stackIn();
    const attachment = attachDefault(stack, StudioTarget.existingDomain('d-1'));
    resourceOf(attachment).addPropertyDeletionOverride(SPEC);
    expect(errorOf(() => Template.fromStack(stack))).toContain(`[Stack/torch-attachment] the override of ${SPEC} of ${resourceOf(attachment).node.path} `
      + 'removes or changes its default image: remove the override, or the attachment');
  });

  test('but not an override of other members, which the default image stays beside, in both branches of a condition too', () => {
    const stack = stackIn();
    new CfnCondition(stack, 'Prod', { expression: Fn.conditionEquals(1, 1) });
    const [domain, other] = ['Domain', 'Other'].map((id) => domainIn(stack, {}, id));
    const attachment = attachDefault(stack, StudioTarget.domain(domain));
    const second = attachDefault(stack, StudioTarget.domain(other), APPS.JupyterLab, 'other');
    domain.addPropertyOverride(`${SPEC}.SageMakerImageVersionAlias`, '1.2');
    const ours = defaultOf(stack, second, 'other');
    other.addOverride(`Properties.${SPEC}`, { 'Fn::If': ['Prod', ours, { ...ours, InstanceType: 'ml.t3.medium' }] });
    expect(propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings.DefaultResourceSpec)
      .toEqual({ ...defaultOf(stack, attachment), SageMakerImageVersionAlias: '1.2' });
  });
});

test('an aspect that sets the settings after a default image was merged is an error', () => {
  const stack = stackIn();
  const space = spaceIn(stack);
  attachDefault(stack, StudioTarget.space(space));
  Aspects.of(stack).add({ visit: (node) => { if (node === space) { space.spaceSettings = {}; } } }, { priority: 1000 });
  expect(errorOf(() => Template.fromStack(stack))).toContain('[Stack/Space] Stack/Space.SpaceSettings was set by an aspect after Stack/torch-attachment had been attached: '
    + 'give the aspect a priority below 900');
});

describe('a default image of a space that nobody offers gets a warning', () => {
  const ID = 'cdk-sagemaker-images:studioDefaultNotOffered';
  const text = (app: string) => `the image is the default of a space, but this app attaches it to no user profile and no domain for ${app}, `
    + 'and SageMaker starts only images that they offer: attach it there too';
  /** Attaches the image of a default to more targets, and returns the warnings. */
  const warned = (app: keyof typeof APPS, ...targets: [StudioTarget, (keyof typeof APPS)?][]) => {
    const stack = stackIn();
    const { imageVersion } = attachDefault(stack, StudioTarget.existingSpace('d-1', 'team'), APPS[app]);
    const elsewhere = new Stack(stack.node.root as App, 'Elsewhere', { env: HERE });
    targets.forEach(([target, other = app], index) => new StudioAttachment(elsewhere, `A${index}`, {
      imageVersion, appImageConfig: new library.AppImageConfig(elsewhere, `C${index}`, { app: APPS[other] }), target,
    }));
    (stack.node.root as App).synth();
    return warningsOf(stack).filter(({ id }) => id === ID).map(({ path, text: message }) => `${path}: ${message}`);
  };

  test.each(['JupyterLab', 'CodeEditor'] as const)('for %s', (app) => {
    expect(warned(app)).toEqual([`Stack/torch-attachment: ${text(app)}`]);
  });

  test('if it is offered for another app, or is the default of another space', () => {
    expect(warned('JupyterLab', [StudioTarget.existingDomain('d-1'), 'CodeEditor'])).toHaveLength(1);
    expect(warned('CodeEditor', [StudioTarget.existingSpace('d-1', 'other'), 'KernelGateway'])).toHaveLength(1);
  });

  test.each([
    ['a domain', StudioTarget.existingDomain('d-1')], ['shared spaces', StudioTarget.existingDomainSharedSpaces('d-1')],
    ['a user profile', StudioTarget.existingUserProfile('d-1', 'jo')],
  ])('but not if another stack of the app attaches it to %s', (_, target) => {
    expect(warned('JupyterLab', [target])).toEqual([]);
  });

  test('but not for a kernel, which a space has a list for', () => {
    expect(warned('KernelGateway')).toEqual([]);
  });

  test('but not for another default', () => {
    const stack = stackIn();
    attachDefault(stack, StudioTarget.existingDomain('d-1'));
    expect(warningsOf(stack).filter(({ id }) => id === ID)).toEqual([]);
  });
});

describe('two default images of one app', () => {
  const problem = (second: string, first: string, target: string, app = 'JupyterLab') =>
    `[${second}] ${first} is the default ${app} image of ${target} already: set defaultImage of one of them only`;
  /** Attaches two images as defaults, and returns the error. */
  const errorFor = (first: (stack: Stack) => StudioTarget, second = first, stacks: (app: App) => Stack[] = (app) => {
    const stack = new Stack(app, 'Stack', { env: HERE });
    return [stack, stack];
  }) => {
    const [one, other] = stacks(new App());
    attachDefault(one, first(one), APPS.JupyterLab, 'one');
    attachDefault(other, second(other), APPS.JupyterLab, 'other');
    return errorOf(() => (other.node.root as App).synth()) ?? '';
  };
  const domainOf = (stack: Stack) => stack.node.root.node.findAll().find(sagemaker.CfnDomain.isCfnDomain)
    ?? domainIn(stack, { defaultSpaceSettings: { executionRole: ROLE_ARN } });

  test.each<[string, (stack: Stack) => StudioTarget, string]>([
    ['an owned domain', (stack) => StudioTarget.domain(domainOf(stack)), 'Stack/Domain'],
    ['its shared spaces', (stack) => StudioTarget.domainSharedSpaces(domainOf(stack)), 'Stack/Domain'],
    ['an owned profile', (stack) => StudioTarget.userProfile((stack.node.tryFindChild('P')
      ?? new sagemaker.CfnUserProfile(stack, 'P', { domainId: 'd-1', userProfileName: 'jo' })) as sagemaker.CfnUserProfile), 'Stack/P'],
    ['an owned space', (stack) => StudioTarget.space((stack.node.tryFindChild('Space') ?? spaceIn(stack)) as sagemaker.CfnSpace), 'Stack/Space'],
    ['an existing domain', () => StudioTarget.existingDomain('d-1'), 'domain d-1'],
    ['its shared spaces by id', () => StudioTarget.existingDomainSharedSpaces('d-1'), 'domain d-1'],
    ['an existing profile', () => StudioTarget.existingUserProfile('d-1', 'jo'), 'user profile jo of domain d-1'],
    ['an existing space', () => StudioTarget.existingSpace('d-1', 'team'), 'space team of domain d-1'],
  ])('are an error for %s', (_, target, name) => {
    expect(errorFor(target)).toContain(`  ${problem('Stack/other-attachment', 'Stack/one-attachment', name)}`);
  });

  test('are an error if the target is owned and given by its id, before and afterwards', () => {
    const owned = (stack: Stack) => StudioTarget.domain(domainOf(stack));
    const existing = (stack: Stack) => StudioTarget.existingDomain(domainOf(stack).ref);
    expect(errorFor(owned, existing)).toContain(problem('Stack/other-attachment', 'Stack/one-attachment', 'Stack/Domain'));
    expect(errorFor(existing, owned)).toContain(problem('Stack/other-attachment', 'Stack/one-attachment', 'domain (a token)'));
  });

  test('are an error if the id is known late', () => {
    expect(errorFor(() => StudioTarget.existingDomain('d-1'), () => StudioTarget.existingDomain(Lazy.string({ produce: () => 'd-1' }))))
      .toContain(problem('Stack/other-attachment', 'Stack/one-attachment', 'domain d-1'));
  });

  test('are an error over the stacks and stages of an app', () => {
    const stacks = (env?: object) => (app: App) => ['One', 'Other'].map((id) => new Stack(app, id, { env: env as any }));
    const stages = (env?: object) => (app: App) => ['One', 'Other'].map((id) => new Stack(new Stage(app, id), 'Stack', { env: env as any }));
    const target = () => StudioTarget.existingDomain('d-1');
    expect(errorFor(target, target, stacks(HERE))).toContain(problem('Other/other-attachment', 'One/one-attachment', 'domain d-1'));
    expect(errorFor(target, target, stacks())).toContain(problem('Other/other-attachment', 'One/one-attachment', 'domain d-1'));
    expect(errorFor(target, target, stages(HERE))).toContain(
      'Other/Stack/other-attachment: One/Stack/one-attachment is the default JupyterLab image of domain d-1 already: set defaultImage of one of them only');
    // Stages without an environment can be deployed to two accounts or Regions.
    expect(errorFor(target, target, stages())).toBe('');
    expect(errorFor(target, target, stages({ account: HERE.account }))).toBe('');
    expect(errorFor(target, target, stages({ region: HERE.region }))).toBe('');
  });

  test('are an error if one stack without an environment attaches an import', () => {
    const app = new App();
    const [studio, images] = [new Stack(app, 'Studio', { env: HERE }), new Stack(app, 'Images')];
    const profile = new sagemaker.CfnUserProfile(studio, 'Profile', { domainId: 'd-1', userProfileName: 'jo' });
    attachDefault(studio, StudioTarget.userProfile(profile), APPS.JupyterLab, 'one');
    new StudioAttachment(images, 'Other', {
      imageVersion: library.ImageVersion.fromImageVersionArn(images, 'V', OTHER),
      appImageConfig: library.AppImageConfig.fromAppImageConfigAttributes(images, 'C', { appImageConfigName: 'lab', appType: library.StudioAppType.JUPYTER_LAB }),
      target: StudioTarget.userProfile(profile),
      defaultImage: true,
    });
    expect(errorOf(() => app.synth())).toContain(problem('Images/Other', 'Studio/one-attachment', 'Studio/Profile'));
  });

  test('are possible for the domains of two stages, which are deployed separately', () => {
    const app = new App();
    const stacks = ['Test', 'Prod'].map((id) => new Stack(new Stage(app, id), 'Stack', { env: HERE }));
    const domains = stacks.map((stack) => domainIn(stack));
    const attachments = domains.map((domain, index) => attachDefault(stacks[index], StudioTarget.domain(domain), APPS.JupyterLab, `torch-${index}`));
    expect(errorOf(() => app.synth())).toBeUndefined();
    stacks.forEach((stack, index) => {
      const { Resources } = Template.fromStack(stack).toJSON();
      expect(Resources.Domain.Properties.DefaultUserSettings.JupyterLabAppSettings.DefaultResourceSpec).toEqual(defaultOf(stack, attachments[index], `torch-${index}`));
    });
  });

  test('are possible for different apps, targets, settings and environments', () => {
    const stack = stackIn();
    const domain = domainIn(stack, { defaultSpaceSettings: { executionRole: ROLE_ARN } });
    attachDefault(stack, StudioTarget.domain(domain), APPS.JupyterLab, 'a');
    attachDefault(stack, StudioTarget.domain(domain), APPS.CodeEditor, 'b');
    attachDefault(stack, StudioTarget.domainSharedSpaces(domain), APPS.JupyterLab, 'c');
    attachDefault(stack, StudioTarget.existingDomain('d-1'), APPS.JupyterLab, 'd');
    attachDefault(stack, StudioTarget.existingUserProfile('d-1', 'jo'), APPS.JupyterLab, 'e');
    attachDefault(stack, StudioTarget.existingSpace('d-1', 'jo'), APPS.JupyterLab, 'f');
    attachDefault(stack, StudioTarget.existingUserProfile('d-1', 'al'), APPS.JupyterLab, 'g');
    attachDefault(stack, StudioTarget.existingSpace('d-1', 'al'), APPS.JupyterLab, 'i');
    const elsewhere = new Stack(stack.node.root as App, 'Elsewhere', { env: OTHER_REGION });
    new StudioAttachment(elsewhere, 'h', {
      imageVersion: library.ImageVersion.fromImageVersionAttributes(elsewhere, 'V', { image: library.Image.fromImageName(elsewhere, 'I', 'torch'), version: 1 }),
      appImageConfig: new library.AppImageConfig(elsewhere, 'C', { app: APPS.JupyterLab }),
      target: StudioTarget.existingDomain('d-1'),
      defaultImage: true,
    });
    expect(errorOf(() => Template.fromStack(stack))).toBeUndefined();
  });

  describe('of two copies of the library', () => {
    const copy = secondCopy();
    const domainWith = (...attachments: [string, typeof library, boolean][]) => {
      const stack = stackIn();
      const domain = domainIn(stack);
      attachments.forEach(([name, from, defaultImage]) => new from.StudioAttachment(stack, name, {
        imageVersion: new from.Image(stack, `${name}Image`, { imageName: name }).addVersion('V', { baseImage: from.BaseImage.fromUri(ecrUri(name)) }),
        appImageConfig: new from.AppImageConfig(stack, `${name}Config`, { app: from.StudioApp.jupyterLab() }),
        target: from.StudioTarget.domain(domain),
        defaultImage,
      }));
      return domain;
    };

    test.each([[true, false], [false, true]])('are one default image beside the entries of both, if only one has it', (first, second) => {
      const { JupyterLabAppSettings } = propertiesOf(domainWith(['one', library, first], ['other', copy, second])).DefaultUserSettings;
      const { CustomImages, DefaultResourceSpec } = JupyterLabAppSettings;
      expect(CustomImages.map(({ ImageName }: any) => ImageName)).toEqual(['one', 'other']);
      expect(DefaultResourceSpec.SageMakerImageArn).toEqual(imageArn(first ? 'one' : 'other'));
    });

    test('are an error for an owned target', () => {
      const domain = domainWith(['one', library, true], ['other', copy, true]);
      expect(errorOf(() => propertiesOf(domain))).toContain('[Stack/Domain] Stack/Domain.DefaultUserSettings.JupyterLabAppSettings.DefaultResourceSpec '
        + 'already has sageMakerImageArn and sageMakerImageVersionArn, so that Stack/other cannot be its image: remove them, or leave out defaultImage of the attachment');
    });
  });
});
