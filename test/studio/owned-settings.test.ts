import {
  App, Aspects, aws_iam as iam, aws_sagemaker as sagemaker, CfnCondition, CfnParameter, CfnResource, Fn, IAspect, Lazy, Stack, Token,
} from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, IAppImageConfig, Image, ImageVersion, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { baseImage, errorOf, HERE, stackIn, warningsOf } from '../helpers/fixtures';
import { runs } from '../helpers/property';
import { APPS, attach, domainIn, entryOf, propertiesOf, ROLE_ARN } from '../helpers/studio';

const ours = (stack: Stack, name = 'torch') => ({ ...entryOf(stack, stack.node.findChild(`${name}-attachment`) as any, name) });
const THEIRS = { imageName: 'theirs', appImageConfigName: 'their-config', imageVersionNumber: 7 };
const RENDERED = { ImageName: 'theirs', AppImageConfigName: 'their-config', ImageVersionNumber: 7 };

/** The list of a domain with these default user settings, after an image was attached. */
function listBeside(settings: (stack: Stack) => any): { stack: Stack; list: any; settings: any } {
  const stack = stackIn();
  const domain = domainIn(stack, { defaultUserSettings: settings(stack) });
  attach(stack, StudioTarget.domain(domain));
  const rendered = propertiesOf(domain).DefaultUserSettings;
  return { stack, settings: rendered, list: rendered.JupyterLabAppSettings?.CustomImages };
}

describe('an image is added', () => {
  const listed = { executionRole: ROLE_ARN, jupyterLabAppSettings: { customImages: [THEIRS], lifecycleConfigArns: ['arn'] } };

  test.each<[string, () => any]>([
    ['a plain object', () => listed],
    ['a token', () => Token.asAny(listed)],
    ['a lazy object', () => Lazy.any({ produce: () => listed })],
    ['an object with a lazy part', () => ({ ...listed, jupyterLabAppSettings: Lazy.any({ produce: () => listed.jupyterLabAppSettings }) })],
    ['an object with a lazy list', () => ({
      ...listed, jupyterLabAppSettings: { ...listed.jupyterLabAppSettings, customImages: Lazy.any({ produce: () => [THEIRS] }) },
    })],
    ['an object with a lazy entry', () => ({
      ...listed, jupyterLabAppSettings: { ...listed.jupyterLabAppSettings, customImages: [Token.asAny(THEIRS)] },
    })],
  ])('to existing settings: %s', (_, settings) => {
    const { stack, settings: rendered } = listBeside(settings);
    expect(rendered).toEqual({
      ExecutionRole: ROLE_ARN, JupyterLabAppSettings: { CustomImages: [RENDERED, ours(stack)], LifecycleConfigArns: ['arn'] },
    });
  });

  test('to a list whose order stays the same', () => {
    const others = ['c', 'a', 'b'].map((imageName) => ({ imageName, appImageConfigName: 'x' }));
    const { stack, list } = listBeside(() => ({ executionRole: ROLE_ARN, jupyterLabAppSettings: { customImages: others } }));
    expect(list).toEqual([...['c', 'a', 'b'].map((ImageName) => ({ ImageName, AppImageConfigName: 'x' })), ours(stack)]);
  });

  test('to both branches of a condition, for the list, the settings of the app and all settings', () => {
    const [yes, no] = [{ ExecutionRole: 'yes' }, { ExecutionRole: 'no' }];
    const inStack = (value: (stack: Stack) => any) => listBeside((stack) => {
      new CfnCondition(stack, 'Prod');
      return value(stack);
    });
    const list = inStack(() => ({
      executionRole: ROLE_ARN, jupyterLabAppSettings: { customImages: Fn.conditionIf('Prod', [RENDERED], Fn.ref('AWS::NoValue')) },
    }));
    expect(list.list).toEqual({ 'Fn::If': ['Prod', [RENDERED, ours(list.stack)], [ours(list.stack)]] });
    const part = inStack(() => ({
      executionRole: ROLE_ARN, jupyterLabAppSettings: Fn.conditionIf('Prod', { LifecycleConfigArns: ['arn'] }, { Ref: 'AWS::NoValue' }),
    }));
    expect(part.settings.JupyterLabAppSettings).toEqual({
      'Fn::If': ['Prod', { LifecycleConfigArns: ['arn'], CustomImages: [ours(part.stack)] }, { CustomImages: [ours(part.stack)] }],
    });
    const all = inStack(() => Fn.conditionIf('Prod', yes, no));
    const added = { JupyterLabAppSettings: { CustomImages: [ours(all.stack)] } };
    expect(all.settings).toEqual({ 'Fn::If': ['Prod', { ...yes, ...added }, { ...no, ...added }] });
  });

  test('to a list with a conditional entry', () => {
    const entry = { 'Fn::If': ['Prod', RENDERED, { Ref: 'AWS::NoValue' }] };
    const { stack, list } = listBeside(() => ({ executionRole: ROLE_ARN, jupyterLabAppSettings: { customImages: [Token.asAny(entry)] } }));
    expect(list).toEqual([entry, ours(stack)]);
  });

  test('to any settings, without another change', () => {
    const text = fc.stringMatching(/^[a-z]{1,8}$/);
    const image = fc.record({ imageName: text, appImageConfigName: text, imageVersionNumber: fc.nat() }, { requiredKeys: ['imageName', 'appImageConfigName'] });
    const part = fc.record({ customImages: fc.array(image), lifecycleConfigArns: fc.array(text) }, { requiredKeys: [] });
    const settings = fc.record({
      jupyterLabAppSettings: part, codeEditorAppSettings: part, kernelGatewayAppSettings: part, securityGroups: fc.array(text), studioWebPortal: text,
    }, { requiredKeys: [] });
    fc.assert(fc.property(settings, fc.boolean(), (given, lazy) => {
      const render = (attached: boolean) => {
        const stack = stackIn();
        const value = { executionRole: ROLE_ARN, ...given };
        const domain = domainIn(stack, { defaultUserSettings: lazy ? Lazy.any({ produce: () => value }) : value });
        if (attached) {
          attach(stack, StudioTarget.domain(domain));
        }
        return { stack, properties: propertiesOf(domain) };
      };
      const expected = render(false).properties;
      const { stack, properties } = render(true);
      const jupyterLab = (expected.DefaultUserSettings.JupyterLabAppSettings ??= {});
      jupyterLab.CustomImages = [...jupyterLab.CustomImages ?? [], ours(stack)];
      expect(properties).toEqual(expected);
    }), runs(40));
  });
});

describe('an image cannot be added', () => {
  test.each([
    ['a list', { executionRole: ROLE_ARN, jupyterLabAppSettings: { customImages: Token.asAny(Fn.getAtt('Other', 'List')) } }],
    ['settings', Token.asAny(Fn.getAtt('Other', 'Settings'))],
  ])('to a value that is known only at deploy time: %s', (_, settings: any) => {
    expect(errorOf(() => listBeside((stack) => {
      new CfnResource(stack, 'Other', { type: 'Test::Other' });
      return settings;
    }))).toContain('[Stack/Domain] Stack/Domain.DefaultUserSettings.JupyterLabAppSettings.CustomImages is known at deploy time only (Fn::GetAtt), '
      + 'so that Stack/torch-attachment cannot be added: give it as a value, or with Fn::If');
  });

  test.each([undefined, null])('to missing settings that require a role: %s', (defaultSpaceSettings) => {
    const stack = stackIn();
    const domain = domainIn(stack, { defaultSpaceSettings: defaultSpaceSettings as undefined });
    attach(stack, StudioTarget.domainSharedSpaces(domain));
    expect(errorOf(() => propertiesOf(domain))).toContain('[Stack/Domain] Stack/Domain.DefaultSpaceSettings is not set, '
      + 'so that Stack/torch-attachment cannot be attached to it: set it, with its executionRole');
  });
});

describe('settings that change after an image was attached', () => {
  test('are kept together with the image', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    attach(stack, StudioTarget.domain(domain));
    domain.defaultUserSettings = { executionRole: 'other', jupyterLabAppSettings: { customImages: [THEIRS] }, studioWebPortal: 'ENABLED' };
    expect(propertiesOf(domain).DefaultUserSettings).toEqual({
      ExecutionRole: 'other', JupyterLabAppSettings: { CustomImages: [RENDERED, ours(stack)] }, StudioWebPortal: 'ENABLED',
    });
  });

  test('are kept if they are set for the first time', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    attach(stack, StudioTarget.domainSharedSpaces(domain));
    domain.defaultSpaceSettings = { executionRole: 'other' };
    expect(propertiesOf(domain).DefaultSpaceSettings).toEqual({ ExecutionRole: 'other', JupyterLabAppSettings: { CustomImages: [ours(stack)] } });
  });

  test('are kept if they change between two synths', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: HERE });
    const domain = domainIn(stack);
    attach(stack, StudioTarget.domain(domain));
    const synth = () => app.synth({ force: true }).getStackByName('Stack').template.Resources.Domain.Properties.DefaultUserSettings;
    const first = synth();
    expect(first.JupyterLabAppSettings.CustomImages).toEqual([ours(stack)]);
    expect(synth()).toEqual(first);
    domain.defaultUserSettings = { executionRole: 'other' };
    expect(synth()).toEqual({ ...first, ExecutionRole: 'other' });
    expect(synth()).toEqual({ ...first, ExecutionRole: 'other' });
  });

  test('are kept if an escape hatch adds to them', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    attach(stack, StudioTarget.domain(domain));
    domain.addPropertyOverride('DefaultUserSettings.JupyterLabAppSettings.LifecycleConfigArns', ['arn']);
    expect(propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings).toEqual({ CustomImages: [ours(stack)], LifecycleConfigArns: ['arn'] });
  });
});

describe('aspects', () => {
  const once = (action: () => void): IAspect => {
    let done = false;
    return { visit: () => done || (done = true, action()) };
  };
  const appWith = (aspectStabilization: boolean) => {
    const app = new App({ postCliContext: { '@aws-cdk/core:aspectStabilization': aspectStabilization } });
    const stack = new Stack(app, 'Stack', { env: HERE });
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    return { app, stack, role, domain: domainIn(stack, { defaultUserSettings: { executionRole: role.roleArn } }) };
  };

  test('can attach', () => {
    const { stack, domain } = appWith(true);
    Aspects.of(domain).add(once(() => attach(stack, StudioTarget.domain(domain))));
    expect(propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings.CustomImages).toEqual([ours(stack)]);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', { PolicyName: Match.stringLikeRegexp('^StudioImages') });
    expect(warningsOf(stack)).toEqual([]);
  });

  // Otherwise, the image would be missing without a message.
  test('that attach too late cause an error', () => {
    const { stack, domain } = appWith(false);
    Aspects.of(domain).add(once(() => attach(stack, StudioTarget.domain(domain))));
    expect(errorOf(() => propertiesOf(domain))).toContain('[Stack/Domain] Stack/torch-attachment was attached to Stack/Domain.DefaultUserSettings '
      + "by an aspect, which is too late: attach it before synth, or enable the feature flag '@aws-cdk/core:aspectStabilization'");
  });

  test.each([true, false])('can attach another image at any time (aspectStabilization: %p)', (stabilization) => {
    const { app, stack, domain } = appWith(stabilization);
    const last = new Construct(stack, 'Last');
    attach(stack, StudioTarget.domain(domain));
    Aspects.of(last).add(once(() => attach(stack, StudioTarget.domain(domain), APPS.JupyterLab, 'z')), { priority: 1000 });
    expect(app.synth().getStackByName('Stack').template.Resources.Domain.Properties.DefaultUserSettings.JupyterLabAppSettings.CustomImages)
      .toEqual([ours(stack), ours(stack, 'z')]);
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy', {
      Properties: { PolicyName: Match.stringLikeRegexp('^StudioImages') },
    }));
    expect(JSON.stringify(Properties)).toContain('image/z');
  });

  test('can replace the settings, but not with a late priority', () => {
    const synth = (priority: number) => {
      const { stack, domain } = appWith(true);
      attach(stack, StudioTarget.domain(domain));
      Aspects.of(domain).add(once(() => { domain.defaultUserSettings = { executionRole: ROLE_ARN }; }), { priority });
      return { stack, images: propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings.CustomImages };
    };
    const { stack, images } = synth(500);
    expect(images).toEqual([ours(stack)]);
    expect(errorOf(() => synth(950))).toContain('[Stack/Domain] Stack/Domain.DefaultUserSettings was set by an aspect after Stack/torch-attachment '
      + 'had been attached: give the aspect a priority below 900');
  });
});

describe('several images of one target', () => {
  const attachAll = (names: string[], given: sagemaker.CfnDomain.CustomImageProperty[] = []) => {
    const stack = stackIn();
    const domain = domainIn(stack, { defaultUserSettings: { executionRole: ROLE_ARN, jupyterLabAppSettings: { customImages: given } } });
    names.forEach((name) => attach(stack, StudioTarget.domain(domain), APPS.JupyterLab, name));
    return { stack, domain };
  };

  // Another order of the list would be an unwanted update of the domain.
  test('are in an order that does not depend on the order of declaration', () => {
    fc.assert(fc.property(fc.shuffledSubarray(['a', 'b', 'c', 'd'], { minLength: 4 }), (names) => {
      const { stack, domain } = attachAll(names, [THEIRS]);
      expect(propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings.CustomImages).toEqual(
        [RENDERED, ...['a', 'b', 'c', 'd'].map((name) => ours(stack, name))]);
    }), runs(10));
  });

  test('are sorted by image name and configuration name, wherever in the construct tree they are attached', () => {
    const orderOf = (paths: Record<string, string>) => {
      const stack = stackIn();
      const target = StudioTarget.domain(domainIn(stack));
      const image = new Image(stack, 'Image', { imageName: 'm' });
      const versions = Object.fromEntries(['m1', 'm2'].map((name) => [name, image.addVersion(name, { baseImage: baseImage(name) })]));
      for (const [name, path] of Object.entries(paths)) {
        const scope = new Construct(stack, path);
        const imageVersion = versions[name] ?? new Image(scope, 'Image', { imageName: name }).addVersion('V', { baseImage: baseImage(name) });
        const appImageConfig = new AppImageConfig(scope, 'Config', { app: APPS.JupyterLab, appImageConfigName: `${name}-config` });
        new StudioAttachment(scope, 'Attachment', { imageVersion, appImageConfig, target });
      }
      const { CustomImages } = propertiesOf(stack.node.findChild('Domain') as CfnResource).DefaultUserSettings.JupyterLabAppSettings;
      return CustomImages.map(({ ImageName, AppImageConfigName }: any) => `${ImageName} ${AppImageConfigName}`);
    };
    const expected = ['a a-config', 'm m1-config', 'm m2-config', 'z z-config'];
    expect(orderOf({ a: '1', m1: '2', m2: '3', z: '4' })).toEqual(expected);
    expect(orderOf({ z: '1', m2: '2', m1: '3', a: '4' })).toEqual(expected);
    expect(orderOf({ m1: 'x', z: 'b', a: 'y', m2: 'c' })).toEqual(expected);
  });

  test('are in the lists of their apps', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    const target = StudioTarget.domain(domain);
    Object.entries(APPS).forEach(([appType, app]) => attach(stack, target, app, appType.toLowerCase()));
    const { ExecutionRole: _, ...lists } = propertiesOf(domain).DefaultUserSettings;
    expect(lists).toEqual(Object.fromEntries(Object.keys(APPS).map((appType) =>
      [`${appType}AppSettings`, { CustomImages: [ours(stack, appType.toLowerCase())] }])));
  });

  test('are not repeated if the app lists one itself', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    const { imageVersion } = attach(stack, StudioTarget.domain(domain));
    domain.defaultUserSettings = {
      executionRole: ROLE_ARN,
      jupyterLabAppSettings: {
        customImages: [{ imageVersionNumber: (imageVersion as any).version, appImageConfigName: 'torch-config', imageName: 'torch' }],
      },
    };
    expect(propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings.CustomImages).toEqual([ours(stack)]);
  });

  describe('with one configuration', () => {
    const CLASH = '[Stack/Domain] Stack/Domain.DefaultUserSettings.JupyterLabAppSettings.CustomImages already has another entry for the image '
      + 'and the app image config of Stack/torch-attachment: remove that entry, or give the attachment an app image config of its own';
    const OURS = { imageName: 'torch', appImageConfigName: 'torch-config' };
    const cased = { imageName: 'Torch', appImageConfigName: 'TORCH-config', imageVersionNumber: 1 };
    const rendered = { ImageName: 'torch', AppImageConfigName: 'torch-config', ImageVersionNumber: 2 };

    // It is not documented which of two entries Studio uses.
    test.each<[string, unknown]>([
      ['without a number', [OURS]],
      ['with another number', [THEIRS, { ...OURS, imageVersionNumber: 1 }]],
      ['in upper case', [cased]],
      ['in a token', Lazy.any({ produce: () => [OURS] })],
      ['under a condition', [Token.asAny({ 'Fn::If': ['Prod', RENDERED, { 'Fn::If': ['Test', rendered, { Ref: 'AWS::NoValue' }] }] })]],
      ['in a list under a condition', Token.asAny({ 'Fn::If': ['Prod', [RENDERED], [rendered]] })],
    ])('cannot be added if the app lists the same %s', (_, customImages: any) => {
      expect(errorOf(() => listBeside(() => ({ executionRole: ROLE_ARN, jupyterLabAppSettings: { customImages } })))).toContain(CLASH);
    });

    test.each([
      ['the same version', false],
      ['another version', true],
    ])('cannot be attached twice: %s', (_, isOther) => {
      const stack = stackIn();
      const target = StudioTarget.domain(domainIn(stack, { defaultSpaceSettings: { executionRole: ROLE_ARN } }));
      const first = attach(stack, target);
      const { image, imageVersion, appImageConfig } = { image: (first.imageVersion as ImageVersion).image as Image, ...first };
      const version = isOther ? image.addVersion('Other', { baseImage: baseImage('other') }) : imageVersion;
      const add = (id: string, config: IAppImageConfig, to: StudioTarget) => new StudioAttachment(stack, id, {
        imageVersion: version, appImageConfig: config, target: to,
      });
      add('OtherConfig', new AppImageConfig(stack, 'C', { app: APPS.JupyterLab }), target);
      add('OtherTarget', appImageConfig as AppImageConfig, StudioTarget.domainSharedSpaces(target._config.resource as sagemaker.CfnDomain));
      add('Twice', appImageConfig as AppImageConfig, target);
      expect(errorOf(() => Template.fromStack(stack))?.split('\n').slice(1)).toEqual(['  [Stack/Domain] Stack/Twice attaches the image and the app '
        + 'image config of Stack/torch-attachment to Stack/Domain.DefaultUserSettings.JupyterLabAppSettings.CustomImages too: '
        + 'remove one of them, or give it an app image config of its own']);
    });
  });

  test.each([
    ['user settings', 200, StudioTarget.domain, 'DefaultUserSettings'],
    ['space settings', 200, StudioTarget.domainSharedSpaces, 'DefaultSpaceSettings'],
  ])('are limited by the default %s of a domain', (_, max, target, where) => {
    const synth = (count: number) => {
      const stack = stackIn();
      const settings = {
        executionRole: ROLE_ARN,
        jupyterLabAppSettings: { customImages: Array.from({ length: count - 1 }, (__, index) => ({ ...THEIRS, imageName: `i${index}` })) },
      };
      const domain = domainIn(stack, { defaultUserSettings: settings, defaultSpaceSettings: settings });
      attach(stack, target(domain));
      propertiesOf(domain);
    };
    expect(() => synth(max)).not.toThrow();
    expect(errorOf(() => synth(max + 1))).toContain(
      `[Stack/Domain] Stack/Domain.${where}.JupyterLabAppSettings.CustomImages has 201 entries, at most 200 are allowed: detach some images`);
  });

  test.each([
    ['a user profile', (stack: Stack) => StudioTarget.userProfile(new sagemaker.CfnUserProfile(stack, 'P', { domainId: 'd-1', userProfileName: 'jo' }))],
    ['a space', (stack: Stack) => StudioTarget.space(new sagemaker.CfnSpace(stack, 'P', { domainId: 'd-1', spaceName: 'team' }))],
  ])('are limited to five kernels in %s', (_, makeTarget) => {
    const synth = (count: number) => {
      const stack = stackIn();
      const target = makeTarget(stack);
      Array.from({ length: count }, (__, index) => attach(stack, target, APPS.KernelGateway, `i${index}`));
      return Template.fromStack(stack);
    };
    expect(() => synth(5)).not.toThrow();
    expect(errorOf(() => synth(6))).toMatch(/Settings.KernelGatewayAppSettings.CustomImages has 6 entries, at most 5 are allowed: detach some images/);
  });

  test.each([[true], [false]])('are counted in the longest branch of a condition, however many entries of another are conditional (first: %p)', (isFirst) => {
    const stack = stackIn();
    new CfnParameter(stack, 'P');
    const branchOf = (CustomImages: unknown[]) => ({ ExecutionRole: ROLE_ARN, JupyterLabAppSettings: { CustomImages } });
    const long = branchOf(Array.from({ length: 200 }, (_, index) => ({ ...RENDERED, ImageName: `i${index}` })));
    const conditional = branchOf([{ 'Fn::If': ['Prod', RENDERED, { Ref: 'AWS::NoValue' }] }]);
    const domain = domainIn(stack, {
      defaultUserSettings: Token.asAny({ 'Fn::If': ['Prod', ...isFirst ? [long, conditional] : [conditional, long]] }) as any,
    });
    attach(stack, StudioTarget.domain(domain));
    expect(errorOf(() => Template.fromStack(stack))).toContain('CustomImages has 201 entries, at most 200 are allowed');
  });

  test('are not counted if their number is known only at deploy time', () => {
    const stack = stackIn();
    new CfnParameter(stack, 'P');
    const entry = Token.asAny({ 'Fn::If': ['Prod', RENDERED, { Ref: 'AWS::NoValue' }] });
    const jupyterLabAppSettings = { customImages: Array(201).fill(entry) };
    const domain = domainIn(stack, { defaultUserSettings: { executionRole: ROLE_ARN, jupyterLabAppSettings } });
    attach(stack, StudioTarget.domain(domain));
    expect(propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings.CustomImages).toHaveLength(202);
  });
});
