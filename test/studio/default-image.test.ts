import { App, aws_sagemaker as sagemaker, CfnCondition, CfnParameter, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, Image, ImageVersion, ImageVersionLookup, ImageVersionSelector, StudioAppType, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { attachDefault, defaultOf, imageArn } from '../helpers/default-image';
import { expectOrder } from '../helpers/deployment-graph';
import { baseImage, errorOf, HERE, stackIn } from '../helpers/fixtures';
import { membersInSchema, OWNED_TARGETS, OwnedResource, OwnedTarget } from '../helpers/owned-targets';
import { runs } from '../helpers/property';
import { APPS, attach, domainIn, entryOf, imageIn, propertiesOf, ROLE_ARN } from '../helpers/studio';

/** The settings of a domain with these default user settings, after an image became the default for JupyterLab. */
function settingsBeside(settings: (stack: Stack) => any): { stack: Stack; settings: any; ours: object; entry: object } {
  const stack = stackIn();
  new CfnCondition(stack, 'Prod', { expression: Fn.conditionEquals(1, 1) });
  const domain = domainIn(stack, { defaultUserSettings: settings(stack) });
  const attachment = attachDefault(stack, StudioTarget.domain(domain));
  return { stack, settings: propertiesOf(domain).DefaultUserSettings, ours: defaultOf(stack, attachment), entry: entryOf(stack, attachment) };
}

describe('a default image of an owned target', () => {
  const combinations = OWNED_TARGETS.flatMap(([name, make]) => Object.entries(APPS).map(([appType, app]) => ({ name, make, appType, app })));
  const [possible, impossible] = [true, false].map((wanted) =>
    combinations.filter(({ name, appType }) => membersInSchema(name, appType).includes('DefaultResourceSpec') === wanted));

  test('exists in the schema for twelve of 16 combinations of settings and apps, for two of them without a list', () => {
    expect([possible.length, impossible.length]).toEqual([12, 4]);
    expect(possible.filter(({ name, appType }) => !membersInSchema(name, appType).includes('CustomImages')).map(({ name, appType }) => `${name} ${appType}`))
      .toEqual(['AWS::SageMaker::Space SpaceSettings JupyterLab', 'AWS::SageMaker::Space SpaceSettings CodeEditor']);
  });

  test.each(possible)('is possible in $name for $appType, together with the entry, if there is a list', ({ name, make, appType, app }) => {
    const stack = stackIn();
    const { resource, target } = make(stack);
    const attachment = attachDefault(stack, target, app);
    const { ExecutionRole: _, ...settings } = propertiesOf(resource)[name.split(' ')[1]];
    const hasList = membersInSchema(name, appType).includes('CustomImages');
    expect(settings).toEqual({
      [`${appType}AppSettings`]: { ...hasList && { CustomImages: [entryOf(stack, attachment)] }, DefaultResourceSpec: defaultOf(stack, attachment) },
    });
  });

  test.each(impossible)('is not possible in $name for $appType', ({ make, app, appType }) => {
    const stack = stackIn();
    const { target } = make(stack);
    expect(errorOf(() => attachDefault(stack, target, app))).toMatch(
      new RegExp(`^Stack/torch-attachment: 1 problem\n  .* (?:do|does) not support images for ${appType}: use StudioTarget\\.`));
  });

  test('is not set without defaultImage', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    const { version: imageVersion, config: appImageConfig } = imageIn(stack);
    new StudioAttachment(stack, 'A', { imageVersion, appImageConfig, target: StudioTarget.domain(domain), defaultImage: false });
    expect(Object.keys(propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings)).toEqual(['CustomImages']);
  });

  test('must be true or false', () => {
    const stack = stackIn();
    const { version: imageVersion, config: appImageConfig } = imageIn(stack);
    expect(errorOf(() => new StudioAttachment(stack, 'A', {
      imageVersion, appImageConfig, target: StudioTarget.existingDomain('d-1'), defaultImage: 'yes' as any,
    }))).toBe("Stack/A: 1 problem\n  defaultImage must be true or false, got 'yes'");
  });

  test.each(OWNED_TARGETS)('is set after the version is created: %s', (_, make) => {
    const stack = stackIn();
    const { resource, target } = make(stack);
    const { imageVersion } = attachDefault(stack, target, APPS.KernelGateway);
    expectOrder(stack.node.root as App, [imageVersion, resource]);
  });

  test('of a space is set after the version is created, without a list too', () => {
    const stack = stackIn();
    const space = new sagemaker.CfnSpace(stack, 'Space', { domainId: 'd-1', spaceName: 'team' });
    const { imageVersion } = attachDefault(stack, StudioTarget.space(space), APPS.CodeEditor);
    expectOrder(stack.node.root as App, [imageVersion, space]);
  });
});

describe('a default image is merged', () => {
  const spec = { instanceType: 'ml.t3.medium', lifecycleConfigArn: 'arn:lcc' };
  const jupyterLabAppSettings = { defaultResourceSpec: spec, lifecycleConfigArns: ['arn:lcc'] };
  const executionRole = ROLE_ARN;

  test.each<[string, () => any]>([
    ['a plain object', () => ({ executionRole, jupyterLabAppSettings })],
    ['a token', () => Token.asAny({ executionRole, jupyterLabAppSettings })],
    ['a lazy object', () => Lazy.any({ produce: () => ({ executionRole, jupyterLabAppSettings }) })],
    ['an object with a lazy part', () => ({ executionRole, jupyterLabAppSettings: Lazy.any({ produce: () => jupyterLabAppSettings }) })],
    ['an object with a lazy spec', () => ({ executionRole, jupyterLabAppSettings: { ...jupyterLabAppSettings, defaultResourceSpec: Lazy.any({ produce: () => spec }) } })],
    ['an object with missing ARNs', () => ({
      executionRole,
      jupyterLabAppSettings: { ...jupyterLabAppSettings, defaultResourceSpec: { ...spec, sageMakerImageArn: Fn.ref('AWS::NoValue') } },
    })],
  ])('into existing settings: %s', (_, given) => {
    const { settings, ours, entry } = settingsBeside(given);
    expect(settings.JupyterLabAppSettings).toEqual({
      CustomImages: [entry],
      DefaultResourceSpec: { InstanceType: 'ml.t3.medium', LifecycleConfigArn: 'arn:lcc', ...ours },
      LifecycleConfigArns: ['arn:lcc'],
    });
  });

  test('into settings that are set afterwards', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    const attachment = attachDefault(stack, StudioTarget.domain(domain));
    domain.defaultUserSettings = { executionRole: 'other', jupyterLabAppSettings };
    expect(propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings.DefaultResourceSpec)
      .toEqual({ InstanceType: 'ml.t3.medium', LifecycleConfigArn: 'arn:lcc', ...defaultOf(stack, attachment) });
  });

  test('into both branches of a condition, for the spec, the settings of the app and all settings', () => {
    const none = { Ref: 'AWS::NoValue' };
    const ofSpec = settingsBeside(() => ({
      executionRole,
      jupyterLabAppSettings: { defaultResourceSpec: Fn.conditionIf('Prod', { InstanceType: 'ml.t3.medium', SageMakerImageVersionAlias: '1.2' }, none) },
    }));
    expect(ofSpec.settings.JupyterLabAppSettings.DefaultResourceSpec).toEqual(
      { 'Fn::If': ['Prod', { InstanceType: 'ml.t3.medium', SageMakerImageVersionAlias: '1.2', ...ofSpec.ours }, ofSpec.ours] });
    const ofApp = settingsBeside(() => ({
      executionRole,
      jupyterLabAppSettings: Fn.conditionIf('Prod', { DefaultResourceSpec: { LifecycleConfigArn: 'arn:lcc' } }, none),
    }));
    expect(ofApp.settings.JupyterLabAppSettings).toEqual({
      'Fn::If': ['Prod',
        { CustomImages: [ofApp.entry], DefaultResourceSpec: { LifecycleConfigArn: 'arn:lcc', ...ofApp.ours } },
        { CustomImages: [ofApp.entry], DefaultResourceSpec: ofApp.ours }],
    });
    const ofAll = settingsBeside(() => Fn.conditionIf('Prod', { ExecutionRole: 'yes' }, { ExecutionRole: 'no' }));
    const added = { JupyterLabAppSettings: { CustomImages: [ofAll.entry], DefaultResourceSpec: ofAll.ours } };
    expect(ofAll.settings).toEqual({ 'Fn::If': ['Prod', { ExecutionRole: 'yes', ...added }, { ExecutionRole: 'no', ...added }] });
  });

  test('into settings that name the same image and version by themselves', () => {
    const stack = stackIn();
    const { version: imageVersion, config: appImageConfig } = imageIn(stack);
    const domain = domainIn(stack, {
      defaultUserSettings: {
        executionRole: ROLE_ARN, jupyterLabAppSettings: { defaultResourceSpec: { sageMakerImageVersionArn: imageVersion.imageVersionArn } },
      },
    });
    const attachment = new StudioAttachment(stack, 'A', { imageVersion, appImageConfig, target: StudioTarget.domain(domain), defaultImage: true });
    expect(propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings.DefaultResourceSpec).toEqual(defaultOf(stack, attachment));
  });

  test('into any settings, without another change', () => {
    const text = fc.stringMatching(/^[a-z]{1,8}$/);
    const resourceSpec = fc.record({ instanceType: text, lifecycleConfigArn: text }, { requiredKeys: [] });
    const part = fc.record({ defaultResourceSpec: resourceSpec, lifecycleConfigArns: fc.array(text) }, { requiredKeys: [] });
    const any = fc.record({
      jupyterLabAppSettings: part, codeEditorAppSettings: part, securityGroups: fc.array(text), studioWebPortal: text,
    }, { requiredKeys: [] });
    fc.assert(fc.property(any, fc.boolean(), (given, lazy) => {
      const render = (defaultImage: boolean) => {
        const stack = stackIn();
        const value = { executionRole: ROLE_ARN, ...given };
        const domain = domainIn(stack, { defaultUserSettings: lazy ? Lazy.any({ produce: () => value }) : value });
        const { version: imageVersion, config: appImageConfig } = imageIn(stack);
        const attachment = new StudioAttachment(stack, 'A', { imageVersion, appImageConfig, target: StudioTarget.domain(domain), defaultImage });
        return { ours: defaultOf(stack, attachment), properties: propertiesOf(domain) };
      };
      const expected = render(false).properties;
      const { ours, properties } = render(true);
      const { JupyterLabAppSettings } = expected.DefaultUserSettings;
      JupyterLabAppSettings.DefaultResourceSpec = { ...JupyterLabAppSettings.DefaultResourceSpec, ...ours };
      expect(properties).toEqual(expected);
    }), runs(25));
  });

  test('only for its own app, beside other images of the same app', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    const target = StudioTarget.domain(domain);
    const other = attach(stack, target, APPS.JupyterLab, 'other');
    const attachment = attachDefault(stack, target);
    const editor = attach(stack, target, APPS.CodeEditor, 'editor');
    const { JupyterLabAppSettings, CodeEditorAppSettings } = propertiesOf(domain).DefaultUserSettings;
    expect(JupyterLabAppSettings).toEqual({
      CustomImages: [entryOf(stack, other, 'other'), entryOf(stack, attachment)], DefaultResourceSpec: defaultOf(stack, attachment),
    });
    expect(CodeEditorAppSettings).toEqual({ CustomImages: [entryOf(stack, editor, 'editor')] });
  });
});

describe('settings that do not take a default image', () => {
  const problem = (members: string, them: string) => '[Stack/Domain] Stack/Domain.DefaultUserSettings.JupyterLabAppSettings.DefaultResourceSpec '
    + `already has ${members}, so that Stack/torch-attachment cannot be its image: remove ${them}, or leave out defaultImage of the attachment`;
  const other = 'arn:aws:sagemaker:eu-west-1:111111111111:image';
  const withSpec = (defaultResourceSpec: any) => () => ({ executionRole: ROLE_ARN, jupyterLabAppSettings: { defaultResourceSpec } });

  test.each<[string, () => any, string]>([
    ['another image', withSpec({ sageMakerImageArn: `${other}/other` }), problem('sageMakerImageArn', 'it')],
    ['another version', withSpec({ sageMakerImageVersionArn: `${other}-version/torch/1` }), problem('sageMakerImageVersionArn', 'it')],
    ['another image and version', withSpec({ sageMakerImageArn: `${other}/other`, sageMakerImageVersionArn: `${other}-version/other/1` }),
      problem('sageMakerImageArn and sageMakerImageVersionArn', 'them')],
    ['another image in a token', withSpec(Token.asAny({ sageMakerImageArn: `${other}/other` })), problem('sageMakerImageArn', 'it')],
    ['a conditional image', withSpec({ sageMakerImageArn: Fn.conditionIf('Prod', `${other}/other`, Fn.ref('AWS::NoValue')) }), problem('sageMakerImageArn', 'it')],
    ['another image in a branch', () => Fn.conditionIf('Prod', { ExecutionRole: ROLE_ARN },
      { ExecutionRole: ROLE_ARN, JupyterLabAppSettings: { DefaultResourceSpec: { SageMakerImageArn: `${other}/other` } } }), problem('sageMakerImageArn', 'it')],
  ])('name %s', (_, settings, expected) => {
    expect(errorOf(() => settingsBeside(settings))).toContain(`  ${expected}`);
  });

  test('are known only at deploy time', () => {
    const arn = (stack: Stack) => new CfnParameter(stack, 'Spec').valueAsString;
    expect(errorOf(() => settingsBeside((stack) => withSpec(Token.asAny({ 'Fn::ImportValue': arn(stack) }))()))).toContain(
      '[Stack/Domain] Stack/Domain.DefaultUserSettings.JupyterLabAppSettings.DefaultResourceSpec is known at deploy time only (Fn::ImportValue), '
      + 'so that Stack/torch-attachment cannot be its image: give it as a value, or with Fn::If');
  });

  test('are missing, although they need a role', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    attachDefault(stack, StudioTarget.domainSharedSpaces(domain));
    expect(errorOf(() => propertiesOf(domain))).toContain('[Stack/Domain] Stack/Domain.DefaultSpaceSettings is not set, '
      + 'so that Stack/torch-attachment cannot be attached to it: set it, with its executionRole');
  });

  test('are reported once if the whole list is known only at deploy time', () => {
    const message = errorOf(() => settingsBeside(() => Token.asAny({ 'Fn::ImportValue': 'settings' })))!;
    expect(message.match(/\S+ is known at deploy time only/g)).toEqual(['Stack/Domain.DefaultUserSettings.JupyterLabAppSettings.CustomImages is known at deploy time only']);
  });
});

describe('the ARNs of a default image', () => {
  /** The default image for Code Editor of a domain in a stack with this version. */
  const specOfVersion = (make: (stack: Stack) => sagemaker.IImageVersionRef) => {
    const stack = stackIn();
    const domain = domainIn(stack);
    new StudioAttachment(stack, 'Attachment', {
      imageVersion: make(stack),
      appImageConfig: AppImageConfig.fromAppImageConfigAttributes(stack, 'C', { appImageConfigName: 'config', appType: StudioAppType.CODE_EDITOR }),
      target: StudioTarget.domain(domain),
      defaultImage: true,
    });
    return propertiesOf(domain).DefaultUserSettings.CodeEditorAppSettings.DefaultResourceSpec;
  };
  const versionArn = 'arn:aws:sagemaker:eu-west-1:111111111111:image-version';

  test('are those of an import, in lower case as in SageMaker', () => {
    expect(specOfVersion((stack) => ImageVersion.fromImageVersionArn(stack, 'V', `${versionArn}/Torch/3`))).toEqual(
      { SageMakerImageArn: imageArn(), SageMakerImageVersionArn: `${versionArn}/torch/3` });
    expect(specOfVersion((stack) => ImageVersion.fromImageVersionAttributes(stack, 'V', { image: Image.fromImageName(stack, 'I', 'Torch'), version: 3 }))).toEqual({
      SageMakerImageArn: imageArn(),
      SageMakerImageVersionArn: { 'Fn::Sub': 'arn:${AWS::Partition}:sagemaker:eu-west-1:111111111111:image-version/torch/3' },
    });
  });

  test('are those of a version of an image with upper-case letters, in lower case', () => {
    expect(specOfVersion((stack) => new Image(stack, 'Torch', { imageName: 'Torch' }).addVersion('V', { baseImage: baseImage('1') })))
      .toEqual({ SageMakerImageArn: imageArn('torch'), SageMakerImageVersionArn: { Ref: expect.stringMatching(/^TorchV/) } });
  });

  test('are those of an L1', () => {
    expect(specOfVersion((stack) => new sagemaker.CfnImageVersion(stack, 'V', { imageName: 'Torch', baseImage: 'uri' })))
      .toEqual({ SageMakerImageArn: imageArn('torch'), SageMakerImageVersionArn: { Ref: 'V' } });
  });

  test('are those of a look-up', () => {
    const spec = specOfVersion((stack) => new ImageVersionLookup(stack, 'Lookup', {
      image: Image.fromImageName(stack, 'I', 'torch'), version: ImageVersionSelector.latest(),
    }));
    expect(spec).toEqual({ SageMakerImageArn: imageArn(), SageMakerImageVersionArn: { 'Fn::GetAtt': [expect.stringMatching(/Lookup/), 'ImageVersionArn'] } });
  });

  test('are those of a reference that has only an ARN', () => {
    const spec = specOfVersion((stack) => Object.assign(new Construct(stack, 'V'), {
      imageVersionRef: { imageVersionArn: new CfnParameter(stack, 'Arn').valueAsString }, env: HERE,
    }));
    const name = { 'Fn::Select': [1, { 'Fn::Split': ['/', { Ref: 'Arn' }] }] };
    expect(spec).toEqual({
      SageMakerImageArn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sagemaker:eu-west-1:111111111111:image/', name]] },
      SageMakerImageVersionArn: { Ref: 'Arn' },
    });
  });

  test('are those of an image with a lazy name', () => {
    expect(specOfVersion((stack) => new Image(stack, 'I', { imageName: Lazy.string({ produce: () => 'Torch' }) }).addVersion('V', { baseImage: baseImage('1') })))
      .toEqual({
        SageMakerImageArn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sagemaker:eu-west-1:111111111111:image/torch']] },
        SageMakerImageVersionArn: { Ref: expect.stringMatching(/^IV/) },
      });
  });
});

describe('a default image in another stack', () => {
  const twoStacks = (target: (studio: Stack) => { resource: OwnedResource; target: StudioTarget }, app = APPS.JupyterLab) => {
    const root = new App();
    const [studio, images] = ['Studio', 'Images'].map((id) => new Stack(root, id, { env: HERE }));
    const { resource, target: studioTarget } = target(studio);
    return { root, studio, images, resource, attachment: attachDefault(images, studioTarget, app) };
  };

  // CloudFormation refuses to change an export that another stack imports, so the next version could never be created.
  test.each<[string, string, OwnedTarget[1], keyof typeof APPS]>([
    ['a domain', 'DefaultUserSettings', OWNED_TARGETS[0][1], 'JupyterLab'], ['a space', 'SpaceSettings', OWNED_TARGETS[3][1], 'CodeEditor'],
  ])('than %s has the number from the parameter of the entries, without an export', (_, settings, target, app) => {
    const { studio, images, resource } = twoStacks(target, APPS[app]);
    const [{ Properties: parameter }] = Object.values(Template.fromStack(images).findResources('AWS::SSM::Parameter'));
    const { Parameters, Resources } = Template.fromStack(studio).toJSON();
    const [[id]] = Object.entries<any>(Parameters).filter(([, { Default }]) => Default === parameter.Name);
    expect(propertiesOf(resource)[settings][`${app}AppSettings`].DefaultResourceSpec).toEqual({
      SageMakerImageArn: imageArn(),
      SageMakerImageVersionArn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sagemaker:eu-west-1:111111111111:image-version/torch/', { Ref: id }]] },
    });
    expect(JSON.stringify(Resources)).not.toContain('Fn::ImportValue');
    expect(Template.fromStack(images).toJSON().Outputs).toBeUndefined();
  });

  test('is retained when it is removed, since the target still refers to it, also without an entry', () => {
    const { images } = twoStacks(OWNED_TARGETS[3][1]);
    Template.fromStack(images).hasResource('AWS::SageMaker::ImageVersion', { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  });
});
