import {
  App, aws_iam as iam, aws_sagemaker as sagemaker, CfnDeletionPolicy, CfnParameter, CfnResource, NestedStack, RemovalPolicy, Stack, Stage,
} from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, Image, ImageVersion, StudioAppType, StudioAttachment, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { Construct, RootConstruct } from 'constructs';
import { expectOrder } from '../helpers/deployment-graph';
import { baseImage, errorOf, HERE, OTHER_ACCOUNT, OTHER_REGION, stackIn, TROUBLESHOOTING } from '../helpers/fixtures';
import { membersInSchema, OWNED_TARGETS } from '../helpers/owned-targets';
import { APPS, attach, domainIn, entryOf, imageIn, propertiesOf, ROLE_ARN } from '../helpers/studio';

describe('an owned target', () => {
  const combinations = OWNED_TARGETS.flatMap(([name, make]) => Object.entries(APPS).map(([appType, app]) => ({ name, make, appType, app })));
  const [possible, impossible] = [true, false].map((wanted) =>
    combinations.filter(({ name, appType }) => membersInSchema(name, appType).includes('CustomImages') === wanted));

  test('has ten lists of images in the schema, of 16 combinations of settings and apps', () => {
    expect([possible.length, impossible.length]).toEqual([10, 6]);
  });

  test.each(possible)('$name takes an image for $appType by the number of its version', ({ name, make, appType, app }) => {
    const stack = stackIn();
    const { resource, target } = make(stack);
    const attachment = attach(stack, target, app);
    const settings = propertiesOf(resource)[name.split(' ')[1]];
    const { ExecutionRole: _, ...rest } = settings;
    expect(rest).toEqual({ [`${appType}AppSettings`]: { CustomImages: [entryOf(stack, attachment)] } });
  });

  test.each(impossible)('$name takes no images for $appType', ({ make, appType, app }) => {
    const stack = stackIn();
    const { target } = make(stack);
    expect(errorOf(() => attach(stack, target, app))).toMatch(new RegExp(`^Stack/torch-attachment: 1 problem\n  .* (?:do|does) not support images for ${appType}(: |, except for a default: set defaultImage, )use StudioTarget.`));
  });

  test('that does not support an app is named in the error, with the remedies', () => {
    const stack = stackIn();
    const space = new sagemaker.CfnSpace(stack, 'Space', { domainId: 'd-1', spaceName: 'team' });
    expect(errorOf(() => attach(stack, StudioTarget.space(space), APPS.CodeEditor))).toBe([
      'Stack/torch-attachment: 1 problem',
      '  a space does not support images for CodeEditor, except for a default: set defaultImage, use StudioTarget.domain or StudioTarget.userProfile, or keep the target and use StudioApp.kernelGateway'
        + `. See ${TROUBLESHOOTING}#a-target-does-not-take-the-app`,
    ].join('\n'));
  });

  test.each(OWNED_TARGETS)('%s is changed after the configuration and the version are created', (_, make) => {
    const stack = stackIn();
    const { resource, target } = make(stack);
    const attachment = attach(stack, target, APPS.KernelGateway);
    expectOrder(stack.node.root as App, [attachment.appImageConfig, resource]);
    expectOrder(stack.node.root as App, [attachment.imageVersion, resource]);
  });
});

describe('an attached image', () => {
  test('can be imported, with a version number that is known at synth', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    new StudioAttachment(stack, 'Attachment', {
      imageVersion: ImageVersion.fromImageVersionArn(stack, 'V', 'arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/3'),
      appImageConfig: AppImageConfig.fromAppImageConfigAttributes(stack, 'C', { appImageConfigName: 'config', appType: StudioAppType.CODE_EDITOR }),
      target: StudioTarget.domain(domain),
    });
    expect(propertiesOf(domain).DefaultUserSettings.CodeEditorAppSettings.CustomImages).toEqual(
      [{ ImageName: 'torch', ImageVersionNumber: 3, AppImageConfigName: 'config' }]);
  });

  test.each([
    ['JupyterLab', { jupyterLabAppImageConfig: {} }],
    ['CodeEditor', { codeEditorAppImageConfig: {} }],
    ['KernelGateway', { kernelGatewayImageConfig: { kernelSpecs: [{ name: 'k' }] } }],
    ['RSession', {}],
  ])('can consist of L1s, whose properties determine the app: %s', (appType, block) => {
    const stack = stackIn();
    const domain = domainIn(stack);
    const version = new sagemaker.CfnImageVersion(stack, 'V', { imageName: 'torch', baseImage: 'uri' });
    new StudioAttachment(stack, 'Attachment', {
      imageVersion: version,
      appImageConfig: new sagemaker.CfnAppImageConfig(stack, 'C', { appImageConfigName: 'config', ...block }),
      target: StudioTarget.domain(domain),
    });
    expect(propertiesOf(domain).DefaultUserSettings[`${appType}AppSettings`].CustomImages).toEqual(
      [{ ImageName: 'torch', ImageVersionNumber: { 'Fn::GetAtt': ['V', 'Version'] }, AppImageConfigName: 'config' }]);
  });

  test('can have an L1 configuration whose app is determined by a property override', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    const appImageConfig = new sagemaker.CfnAppImageConfig(stack, 'C', { appImageConfigName: 'config' });
    appImageConfig.addPropertyOverride('CodeEditorAppImageConfig.ContainerConfig.ContainerArguments', ['-v']);
    new StudioAttachment(stack, 'Attachment', { imageVersion: imageIn(stack).version, appImageConfig, target: StudioTarget.domain(domain) });
    expect(propertiesOf(domain).DefaultUserSettings).toHaveProperty('CodeEditorAppSettings');
  });

  test('cannot have an L1 configuration for several apps', () => {
    const stack = stackIn();
    const appImageConfig = new sagemaker.CfnAppImageConfig(stack, 'C', {
      appImageConfigName: 'config', jupyterLabAppImageConfig: {}, codeEditorAppImageConfig: {},
    });
    expect(errorOf(() => new StudioAttachment(stack, 'Attachment', {
      imageVersion: imageIn(stack).version, appImageConfig, target: StudioTarget.domain(domainIn(stack)),
    }))).toBe('Stack/Attachment: 1 problem\n  appImageConfig Stack/C is for JupyterLab and CodeEditor: make one for each app');
  });

  test('can be a reference that has only an ARN', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    const imageVersionArn = new CfnParameter(stack, 'Arn').valueAsString;
    const version = Object.assign(new Construct(stack, 'V'), { imageVersionRef: { imageVersionArn }, env: HERE });
    const { config } = imageIn(stack);
    new StudioAttachment(stack, 'Attachment', { imageVersion: version, appImageConfig: config, target: StudioTarget.domain(domain) });
    const part = (index: number) => ({ 'Fn::Select': [index, { 'Fn::Split': ['/', { Ref: 'Arn' }] }] });
    expect(propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings.CustomImages).toEqual(
      [{ ImageName: part(1), ImageVersionNumber: part(2), AppImageConfigName: 'torch-config' }]);
  });

  test('must have a configuration with a known app', () => {
    const stack = stackIn();
    expect(errorOf(() => new StudioAttachment(stack, 'Attachment', {
      imageVersion: imageIn(stack).version,
      appImageConfig: AppImageConfig.fromAppImageConfigName(stack, 'C', 'config'),
      target: StudioTarget.domain(domainIn(stack)),
    }))).toBe('Stack/Attachment: 1 problem\n  appImageConfig Stack/C does not say which app it is for: '
      + 'import it by AppImageConfig.fromAppImageConfigAttributes, with its appType');
  });

  test.each([['account', OTHER_ACCOUNT], ['Region', OTHER_REGION]])('must be in the %s of the target', (_, env) => {
    const app = new App();
    const images = new Stack(app, 'Images', { env });
    const version = ImageVersion.fromImageVersionAttributes(images, 'V', { image: Image.fromImageName(images, 'Torch', 'torch'), version: 1 });
    const config = new AppImageConfig(images, 'Config', { app: APPS.JupyterLab });
    const target = StudioTarget.domain(domainIn(new Stack(app, 'Studio', { env: HERE })));
    expect(errorOf(() => new StudioAttachment(images, 'Attachment', { imageVersion: version, appImageConfig: config, target }))).toBe([
      'Images/Attachment: 2 problems',
      ...[['imageVersion', version], ['appImageConfig', config]].map(([name, { node }]: any) =>
        `  ${name} '${node.path}' is in ${env.account}/${env.region} and the target in 111111111111/eu-west-1: `
        + 'Studio takes images of its own account and Region only'),
    ].join('\n'));
  });

  test('must be in the stage of the target, as must the execution role, unless they are imports', () => {
    const app = new App();
    const [one, two] = ['One', 'Two'].map((id) => new Stack(new Stage(app, id), 'Stack', { env: HERE }));
    const { version, config } = imageIn(one);
    const executionRole = new iam.Role(one, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    const domain = domainIn(two);
    const attachIt = (id: string, stack: Stack, target: StudioTarget) =>
      errorOf(() => new StudioAttachment(stack, id, { imageVersion: version, appImageConfig: config, target }));
    const problem = (name: string, path: string, stage: string) => `  ${name} '${path}' is in stage One and the target in ${stage}, `
      + `which are deployed separately: import it there, or attach it in its own stage. See ${TROUBLESHOOTING}#stages-are-deployed-separately`;
    const problems = (stage: string) => ['imageVersion One/Stack/torch/V', 'appImageConfig One/Stack/torch-config', 'executionRole One/Stack/Role']
      .map((text) => problem(...text.split(' ') as [string, string], stage));
    expect(attachIt('A', two, StudioTarget.domain(domain, { executionRole }))).toBe(['Two/Stack/A: 3 problems', ...problems('stage Two')].join('\n'));
    expect(attachIt('B', two, StudioTarget.existingDomain('d-1', { executionRole }))).toBe(['Two/Stack/B: 3 problems', ...problems('stage Two')].join('\n'));
    const inApp = new Stack(app, 'Stack', { env: HERE });
    expect(attachIt('C', inApp, StudioTarget.existingDomain('d-1'))).toBe(
      ['Stack/C: 2 problems', ...problems('the app itself').slice(0, 2)].join('\n'));
    const withoutApp = new Stack(new RootConstruct(), 'Stack', { env: HERE });
    expect(attachIt('C', withoutApp, StudioTarget.existingDomain('d-1'))).toBe(
      ['Stack/C: 2 problems', ...problems('the app itself').slice(0, 2)].join('\n'));
    const imported = Image.fromImageName(one, 'Imported', 'torch');
    new StudioAttachment(two, 'D', {
      imageVersion: ImageVersion.fromImageVersionAttributes(one, 'ImportedV', { image: imported, version: 1 }),
      appImageConfig: AppImageConfig.fromAppImageConfigAttributes(one, 'ImportedC', { appImageConfigName: 'c', appType: StudioAppType.JUPYTER_LAB }),
      target: StudioTarget.domain(domain),
    });
    expect(() => app.synth()).not.toThrow();
  });

  // The TypeScript compiler requires these; JavaScript does not.
  test('must be complete', () => {
    expect(errorOf(() => new StudioAttachment(stackIn(), 'A', {} as any))).toBe([
      'Stack/A: 3 problems',
      "  target is missing: give a StudioTarget, for example StudioTarget.existingDomain('d-abc123')",
      '  imageVersion is missing: give an ImageVersion, an import or a CfnImageVersion',
      '  appImageConfig is missing: give an AppImageConfig, an import or a CfnAppImageConfig',
    ].join('\n'));
  });

  test('must consist of values of the right types', () => {
    expect(errorOf(() => new StudioAttachment(stackIn(), 'A', { target: 'd-abc123', imageVersion: 5, appImageConfig: {} } as any))).toBe([
      'Stack/A: 3 problems',
      "  target must be a StudioTarget, for example StudioTarget.existingDomain('d-abc123'), got 'd-abc123'",
      '  imageVersion must be an ImageVersion, an import or a CfnImageVersion, got 5',
      '  appImageConfig must be an AppImageConfig, an import or a CfnAppImageConfig, got {}',
    ].join('\n'));
  });

  test.each<[string, (stack: Stack) => StudioTarget, string]>([
    ['a domain', () => StudioTarget.domain('d-1' as any), "domain must be a CfnDomain (for an existing one, use StudioTarget.existingDomain), got 'd-1'"],
    ['a user profile', () => StudioTarget.userProfile('jo' as any),
      "userProfile must be a CfnUserProfile (for an existing one, use StudioTarget.existingUserProfile), got 'jo'"],
    ['an execution role', (stack) => StudioTarget.domain(domainIn(stack), { executionRole: 'arn' as any }),
      "executionRole must be a Role or an import by Role.fromRoleArn, got 'arn'"],
  ])('must have a target of the right type: %s', (_, makeTarget, problem) => {
    const stack = stackIn();
    expect(errorOf(() => attach(stack, makeTarget(stack)))).toBe(`Stack/torch-attachment: 1 problem\n  ${problem}`);
  });

  describe('must have a target whose settings can be extended', () => {
    const generic = (stack: Stack, type: string) => new CfnResource(stack, 'Generic', { type, properties: { DomainName: 'ml' } }) as any;

    test.each<[string, (stack: Stack) => StudioTarget, string]>([
      ['a generic domain', (stack) => StudioTarget.domain(generic(stack, 'AWS::SageMaker::Domain')),
        "domain 'Stack/Generic' is a generic CfnResource, whose settings cannot be extended: make it a CfnDomain, or attach to its id with StudioTarget.existingDomain"],
      ['a generic domain for shared spaces', (stack) => StudioTarget.domainSharedSpaces(generic(stack, 'AWS::SageMaker::Domain')),
        "domain 'Stack/Generic' is a generic CfnResource, whose settings cannot be extended: make it a CfnDomain, or attach to its id with StudioTarget.existingDomain"],
      ['a generic user profile', (stack) => StudioTarget.userProfile(generic(stack, 'AWS::SageMaker::UserProfile')),
        "userProfile 'Stack/Generic' is a generic CfnResource, whose settings cannot be extended: make it a CfnUserProfile, "
        + 'or attach to its id with StudioTarget.existingUserProfile'],
      ['another resource', (stack) => StudioTarget.domain(new sagemaker.CfnUserProfile(stack, 'P', { domainId: 'd-1', userProfileName: 'jo' }) as any),
        'domain must be a CfnDomain (for an existing one, use StudioTarget.existingDomain), got Stack/P of type AWS::SageMaker::UserProfile'],
    ])('not %s', (_, makeTarget, problem) => {
      const stack = stackIn();
      expect(errorOf(() => attach(stack, makeTarget(stack)))).toBe(`Stack/torch-attachment: 1 problem\n  ${problem}`);
      expect(errorOf(() => new StudioImage(stack, 'Image', { baseImage: baseImage('1'), app: APPS.JupyterLab, attachTo: [makeTarget(stackIn())] })))
        .toContain(problem);
    });

    test('and is not checked any further if it is another resource', () => {
      const stack = stackIn();
      const profile = new sagemaker.CfnUserProfile(stack, 'P', { domainId: 'd-1', userProfileName: 'jo' });
      expect(errorOf(() => attach(stack, StudioTarget.domainSharedSpaces(profile as any), APPS.CodeEditor))).toBe('Stack/torch-attachment: 1 problem\n'
        + '  domain must be a CfnDomain (for an existing one, use StudioTarget.existingDomain), got Stack/P of type AWS::SageMaker::UserProfile');
    });

    test('which may be an L1 of another copy of aws-cdk-lib', () => {
      // Modules that are loaded twice, as in another folder `node_modules`.
      jest.resetModules();
      const other = jest.requireActual<typeof sagemaker>('aws-cdk-lib/aws-sagemaker');
      const stack = stackIn();
      const domain = new other.CfnDomain(stack, 'Domain', {
        authMode: 'IAM', domainName: 'ml', vpcId: 'vpc-1', subnetIds: ['subnet-1'], defaultUserSettings: { executionRole: ROLE_ARN },
      });
      expect(domain).not.toBeInstanceOf(sagemaker.CfnDomain);
      const attachment = attach(stack, StudioTarget.domain(domain));
      expect(propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings.CustomImages).toEqual([entryOf(stack, attachment)]);
    });
  });

  test('is a property of the attachment, together with the target', () => {
    const stack = stackIn();
    const { version, config } = imageIn(stack);
    const target = StudioTarget.domain(domainIn(stack));
    const attachment = new StudioAttachment(stack, 'Attachment', { imageVersion: version, appImageConfig: config, target });
    expect([attachment.imageVersion, attachment.appImageConfig, attachment.target]).toEqual([version, config, target]);
  });
});

describe('an owned domain in another stack than the image', () => {
  const twoStacks = (studioScope: (app: App) => Stack = (app) => new Stack(app, 'Studio', { env: HERE })) => {
    const app = new App();
    const studio = studioScope(app);
    const images = new Stack(app, 'Images', { env: HERE });
    const executionRole = new iam.Role(studio, 'Execution', { assumedBy: new iam.AccountRootPrincipal() });
    const domain = domainIn(studio, { defaultUserSettings: { executionRole: executionRole.roleArn } });
    return { app, studio, images, domain, attachment: attach(images, StudioTarget.domain(domain)) };
  };

  test('is changed after the image is created', () => {
    const { app, domain, attachment } = twoStacks();
    expectOrder(app, [attachment.imageVersion, domain]);
    expectOrder(app, [attachment.appImageConfig, domain]);
  });

  // CloudFormation refuses to change an export that another stack imports, so the next version could never be created.
  test('reads the version number from a parameter instead of importing it', () => {
    const { studio, images, domain, attachment } = twoStacks();
    const [[name, { Properties: parameter }]] = Object.entries(Template.fromStack(images).findResources('AWS::SSM::Parameter'));
    expect(name).toMatch(/^torchVStudioNumber/);
    expect(parameter.Value).toEqual(images.resolve((attachment.imageVersion as ImageVersion).version));
    const { Parameters, Resources } = Template.fromStack(studio).toJSON();
    const [[id]] = Object.entries<any>(Parameters).filter(([, { Default }]) => Default === parameter.Name);
    expect(Parameters[id].Type).toBe('AWS::SSM::Parameter::Value<String>');
    expect(propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings.CustomImages).toEqual(
      [{ ImageName: 'torch', AppImageConfigName: 'torch-config', ImageVersionNumber: { Ref: id } }]);
    const version = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sagemaker:eu-west-1:111111111111:image-version/torch/', { Ref: id }]] };
    Template.fromStack(studio).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([{ Effect: 'Allow', Action: 'sagemaker:DescribeImageVersion', Resource: version }]) },
    });
    expect(JSON.stringify(Resources)).not.toContain('Fn::ImportValue');
    expect(Template.fromStack(images).toJSON().Outputs).toBeUndefined();
  });

  // The CDK redeploys an unchanged stack only if its own template has SSM parameters, not that of a nested stack.
  test('can be nested: the parameter belongs to the top-level stack', () => {
    const { studio, domain } = twoStacks((app) => new NestedStack(new Stack(app, 'Studio', { env: HERE }), 'Nested'));
    const [{ ImageVersionNumber: { Ref: inner } }] = propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings.CustomImages;
    const top = Template.fromStack(studio.nestedStackParent!);
    const [outer] = Object.keys(top.findParameters('*', { Type: 'AWS::SSM::Parameter::Value<String>', Default: Match.stringLikeRegexp('^/cdk-sage') }));
    top.hasResourceProperties('AWS::CloudFormation::Stack', { Parameters: { [inner]: { Ref: outer } } });
  });

  test('does not need a parameter if one of the stacks is nested in the other', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    attach(new NestedStack(stack, 'Nested'), StudioTarget.domain(domain));
    const [{ ImageVersionNumber: number }] = propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings.CustomImages;
    expect(number).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Nested/), expect.stringMatching(/^Outputs\./)] });
  });

  // The stack of the image is deployed first: it would delete a version that the domain still refers to.
  describe('retains a removed version', () => {
    const VERSION = 'AWS::SageMaker::ImageVersion';
    const attachFrom = (images: Stack, studio: Stack, version: sagemaker.IImageVersionRef) => new StudioAttachment(images, 'A', {
      imageVersion: version,
      appImageConfig: new AppImageConfig(images, 'C', { app: APPS.JupyterLab }),
      target: StudioTarget.domain(domainIn(studio)),
    });

    test('unlike a domain in the same stack', () => {
      const { images } = twoStacks();
      Template.fromStack(images).hasResource(VERSION, { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
      const stack = stackIn();
      attach(stack, StudioTarget.domain(domainIn(stack)));
      Template.fromStack(stack).hasResource(VERSION, { DeletionPolicy: 'Delete' });
    });

    test('unless the app sets another removal policy, before or after the attachment', () => {
      for (const when of ['constructor', 'before', 'after']) {
        const { images } = twoStacks();
        const removalPolicy = when === 'constructor' ? RemovalPolicy.DESTROY : undefined;
        const version = new Image(images, 'Other').addVersion('V', { baseImage: baseImage('other'), removalPolicy });
        if (when === 'before') {
          version.applyRemovalPolicy(RemovalPolicy.DESTROY);
        }
        attachFrom(images, new Stack(images.node.root, 'More', { env: HERE }), version);
        if (when === 'after') {
          version.applyRemovalPolicy(RemovalPolicy.DESTROY);
        }
        const id = images.getLogicalId(version.node.defaultChild as CfnResource);
        expect(Template.fromStack(images).toJSON().Resources[id]).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Retain' });
      }
    });

    test.each([
      [undefined, 'RetainExceptOnCreate', 'Retain'], [CfnDeletionPolicy.DELETE, 'Delete', 'Delete'],
    ])('that is an L1, also if it is replaced (deletion policy %p)', (policy, deletion, replacement) => {
      const app = new App();
      const [images, studio] = ['Images', 'Studio'].map((id) => new Stack(app, id, { env: HERE }));
      const version = new sagemaker.CfnImageVersion(images, 'V', { imageName: 'torch', baseImage: 'uri' });
      version.cfnOptions.deletionPolicy = version.cfnOptions.updateReplacePolicy = policy;
      attachFrom(images, studio, version);
      Template.fromStack(images).hasResource(VERSION, { DeletionPolicy: deletion, UpdateReplacePolicy: replacement });
    });
  });

  test('shares the parameter with other domains', () => {
    const { app, images, attachment } = twoStacks();
    const other = domainIn(new Stack(app, 'Other', { env: HERE }));
    new StudioAttachment(images, 'Attachment', { ...attachment, target: StudioTarget.domain(other) });
    Template.fromStack(images).resourceCountIs('AWS::SSM::Parameter', 1);
  });
});
