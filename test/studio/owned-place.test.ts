import {
  App, aws_iam as iam, aws_sagemaker as sagemaker, CfnDeletionPolicy, CfnParameter, CfnResource, NestedStack, RemovalPolicy, Stack, Stage,
} from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, Image, ImageVersion, StudioAppType, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { expectOrder } from '../helpers/deployment-graph';
import { baseImage, errorOf, HERE, OTHER_ACCOUNT, OTHER_REGION, stackIn } from '../helpers/fixtures';
import { specDatabase, specOf } from '../helpers/service-spec';
import { APPS, attach, domainIn, entryOf, imageIn, propertiesOf, ROLE_ARN } from '../helpers/studio';

type Resource = sagemaker.CfnDomain | sagemaker.CfnUserProfile | sagemaker.CfnSpace;
type Owned = [settings: string, make: (stack: Stack) => { resource: Resource; target: StudioTarget }];

const PLACES: Owned[] = [
  ['AWS::SageMaker::Domain DefaultUserSettings', (stack) => {
    const resource = domainIn(stack);
    return { resource, target: StudioTarget.domain(resource) };
  }],
  ['AWS::SageMaker::Domain DefaultSpaceSettings', (stack) => {
    const resource = domainIn(stack, { defaultSpaceSettings: { executionRole: ROLE_ARN } });
    return { resource, target: StudioTarget.domainSharedSpaces(resource) };
  }],
  ['AWS::SageMaker::UserProfile UserSettings', (stack) => {
    const resource = new sagemaker.CfnUserProfile(stack, 'Profile', { domainId: 'd-1', userProfileName: 'jo' });
    return { resource, target: StudioTarget.userProfile(resource) };
  }],
  ['AWS::SageMaker::Space SpaceSettings', (stack) => {
    const resource = new sagemaker.CfnSpace(stack, 'Space', { domainId: 'd-1', spaceName: 'team' });
    return { resource, target: StudioTarget.space(resource) };
  }],
];

/** Whether CloudFormation knows a list of images there. */
function existsInSchema(place: string, appType: string): boolean {
  const [type, settings] = place.split(' ');
  const follow = (propertyType: any) => specDatabase().get('typeDefinition', propertyType.reference.$ref).properties;
  const app = follow(specOf(type).properties[settings].type)[`${appType}AppSettings`];
  return app !== undefined && 'CustomImages' in follow(app.type);
}

describe('a place of this app', () => {
  const combinations = PLACES.flatMap(([place, make]) => Object.entries(APPS).map(([appType, app]) => ({ place, make, appType, app })));
  const [possible, impossible] = [true, false].map((wanted) =>
    combinations.filter(({ place, appType }) => existsInSchema(place, appType) === wanted));

  test('is there in the schema ten times, and six times not', () => {
    expect([possible.length, impossible.length]).toEqual([10, 6]);
  });

  test.each(possible)('$place takes an image for $appType by the number of its version', ({ place, make, appType, app }) => {
    const stack = stackIn();
    const { resource, target } = make(stack);
    const attachment = attach(stack, target, app);
    const settings = propertiesOf(resource)[place.split(' ')[1]];
    const { ExecutionRole: _, ...rest } = settings;
    expect(rest).toEqual({ [`${appType}AppSettings`]: { CustomImages: [entryOf(stack, attachment)] } });
  });

  test.each(impossible)('$place takes no image for $appType', ({ make, app }) => {
    const stack = stackIn();
    const { target } = make(stack);
    expect(errorOf(() => attach(stack, target, app))).toMatch(/^Stack\/torch-attachment: 1 problem\n {2}.* takes no image for /);
  });

  test('is named in the error, with where the app could go and which apps the place takes', () => {
    const stack = stackIn();
    const space = new sagemaker.CfnSpace(stack, 'Space', { domainId: 'd-1', spaceName: 'team' });
    expect(errorOf(() => attach(stack, StudioTarget.space(space), APPS.CodeEditor))).toBe([
      'Stack/torch-attachment: 1 problem',
      '  a space takes no image for CodeEditor: attach it to the default user settings of a domain or a user profile, or choose KernelGateway',
    ].join('\n'));
  });

  test.each(PLACES)('%s is changed after the configuration is there', (_, make) => {
    const stack = stackIn();
    const { resource, target } = make(stack);
    const attachment = attach(stack, target, APPS.KernelGateway);
    expectOrder(stack.node.root as App, [attachment.appImageConfig, resource]);
    expectOrder(stack.node.root as App, [attachment.imageVersion, resource]);
  });
});

describe('what is attached', () => {
  test('may be imports, which are known by number at synth', () => {
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
  ])('may be L1s, which say their app by their block: %s', (appType, block) => {
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

  test('may be an L1 whose block is an override', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    const appImageConfig = new sagemaker.CfnAppImageConfig(stack, 'C', { appImageConfigName: 'config' });
    appImageConfig.addPropertyOverride('CodeEditorAppImageConfig.ContainerConfig.ContainerArguments', ['-v']);
    new StudioAttachment(stack, 'Attachment', { imageVersion: imageIn(stack).version, appImageConfig, target: StudioTarget.domain(domain) });
    expect(propertiesOf(domain).DefaultUserSettings).toHaveProperty('CodeEditorAppSettings');
  });

  test('may be no L1 for several apps', () => {
    const stack = stackIn();
    const appImageConfig = new sagemaker.CfnAppImageConfig(stack, 'C', {
      appImageConfigName: 'config', jupyterLabAppImageConfig: {}, codeEditorAppImageConfig: {},
    });
    expect(errorOf(() => new StudioAttachment(stack, 'Attachment', {
      imageVersion: imageIn(stack).version, appImageConfig, target: StudioTarget.domain(domainIn(stack)),
    }))).toBe('Stack/Attachment: 1 problem\n  appImageConfig Stack/C is for JupyterLab and CodeEditor: make one for each app');
  });

  test('may be references that have an ARN only', () => {
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

  test('must say which app it is for', () => {
    const stack = stackIn();
    expect(errorOf(() => new StudioAttachment(stack, 'Attachment', {
      imageVersion: imageIn(stack).version,
      appImageConfig: AppImageConfig.fromAppImageConfigName(stack, 'C', 'config'),
      target: StudioTarget.domain(domainIn(stack)),
    }))).toBe('Stack/Attachment: 1 problem\n  appImageConfig Stack/C does not say which app it is for: '
      + 'import it by AppImageConfig.fromAppImageConfigAttributes, with its appType');
  });

  test.each([['account', OTHER_ACCOUNT], ['Region', OTHER_REGION]])('must be in the %s of the place', (_, env) => {
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

  test('must be in the stage of the place, and so must the execution role, unless they are imports', () => {
    const app = new App();
    const [one, two] = ['One', 'Two'].map((id) => new Stack(new Stage(app, id), 'Stack', { env: HERE }));
    const { version, config } = imageIn(one);
    const executionRole = new iam.Role(one, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    const domain = domainIn(two);
    const attachIt = (id: string, stack: Stack, target: StudioTarget) =>
      errorOf(() => new StudioAttachment(stack, id, { imageVersion: version, appImageConfig: config, target }));
    const problem = (name: string, path: string, place: string) => `  ${name} '${path}' is in stage One and the target in ${place}, `
      + 'which are deployed apart: import it there, or attach it in its own stage';
    const problems = (place: string) => ['imageVersion One/Stack/torch/V', 'appImageConfig One/Stack/torch-config', 'executionRole One/Stack/Role']
      .map((text) => problem(...text.split(' ') as [string, string], place));
    expect(attachIt('A', two, StudioTarget.domain(domain, { executionRole }))).toBe(['Two/Stack/A: 3 problems', ...problems('stage Two')].join('\n'));
    expect(attachIt('B', two, StudioTarget.existingDomain('d-1', { executionRole }))).toBe(['Two/Stack/B: 3 problems', ...problems('stage Two')].join('\n'));
    const inApp = new Stack(app, 'Stack', { env: HERE });
    expect(attachIt('C', inApp, StudioTarget.existingDomain('d-1'))).toBe(
      ['Stack/C: 2 problems', ...problems('the app itself').slice(0, 2)].join('\n'));
    const imported = Image.fromImageName(one, 'Imported', 'torch');
    new StudioAttachment(two, 'D', {
      imageVersion: ImageVersion.fromImageVersionAttributes(one, 'ImportedV', { image: imported, version: 1 }),
      appImageConfig: AppImageConfig.fromAppImageConfigAttributes(one, 'ImportedC', { appImageConfigName: 'c', appType: StudioAppType.JUPYTER_LAB }),
      target: StudioTarget.domain(domain),
    });
    expect(() => app.synth()).not.toThrow();
  });

  // The compiler asks for these; JavaScript does not.
  test('must be there', () => {
    expect(errorOf(() => new StudioAttachment(stackIn(), 'A', {} as any))).toBe([
      'Stack/A: 3 problems',
      "  target is missing: give StudioTarget.existingDomain('d-abc123') or another",
      '  imageVersion is missing: give an ImageVersion, an import or a CfnImageVersion',
      '  appImageConfig is missing: give an AppImageConfig, an import or a CfnAppImageConfig',
    ].join('\n'));
  });

  test('is reachable from the attachment', () => {
    const stack = stackIn();
    const { version, config } = imageIn(stack);
    const target = StudioTarget.domain(domainIn(stack));
    const attachment = new StudioAttachment(stack, 'Attachment', { imageVersion: version, appImageConfig: config, target });
    expect([attachment.imageVersion, attachment.appImageConfig, attachment.target]).toEqual([version, config, target]);
  });
});

describe('a domain in another stack than the image', () => {
  const twoStacks = (studioScope: (app: App) => Stack = (app) => new Stack(app, 'Studio', { env: HERE })) => {
    const app = new App();
    const studio = studioScope(app);
    const images = new Stack(app, 'Images', { env: HERE });
    const executionRole = new iam.Role(studio, 'Execution', { assumedBy: new iam.AccountRootPrincipal() });
    const domain = domainIn(studio, { defaultUserSettings: { executionRole: executionRole.roleArn } });
    return { app, studio, images, domain, attachment: attach(images, StudioTarget.domain(domain)) };
  };

  test('is changed after the image is there', () => {
    const { app, domain, attachment } = twoStacks();
    expectOrder(app, [attachment.imageVersion, domain]);
    expectOrder(app, [attachment.appImageConfig, domain]);
  });

  // CloudFormation refuses to change what another stack imports: with an import, the next version could never be made.
  test('imports nothing of it: the number is read from a parameter, which follows the version', () => {
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

  // The CDK deploys a stack anew only if the parameter is one of its own template, not of a nested one.
  test('may be nested: the parameter is one of the top-level stack', () => {
    const { studio, domain } = twoStacks((app) => new NestedStack(new Stack(app, 'Studio', { env: HERE }), 'Nested'));
    const [{ ImageVersionNumber: { Ref: inner } }] = propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings.CustomImages;
    const top = Template.fromStack(studio.nestedStackParent!);
    const [outer] = Object.keys(top.findParameters('*', { Type: 'AWS::SSM::Parameter::Value<String>', Default: Match.stringLikeRegexp('^/cdk-sage') }));
    top.hasResourceProperties('AWS::CloudFormation::Stack', { Parameters: { [inner]: { Ref: outer } } });
  });

  test('needs no parameter in the same template, nested or not', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    attach(new NestedStack(stack, 'Nested'), StudioTarget.domain(domain));
    const [{ ImageVersionNumber: number }] = propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings.CustomImages;
    expect(number).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Nested/), expect.stringMatching(/^Outputs\./)] });
  });

  // The stack of the image is deployed first: it would delete what the domain still refers to.
  describe('keeps a version that is removed', () => {
    const VERSION = 'AWS::SageMaker::ImageVersion';
    const attachFrom = (images: Stack, studio: Stack, version: sagemaker.IImageVersionRef) => new StudioAttachment(images, 'A', {
      imageVersion: version,
      appImageConfig: new AppImageConfig(images, 'C', { app: APPS.JupyterLab }),
      target: StudioTarget.domain(domainIn(studio)),
    });

    test('and a domain in the same stack does not', () => {
      const { images } = twoStacks();
      Template.fromStack(images).hasResource(VERSION, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
      const stack = stackIn();
      attach(stack, StudioTarget.domain(domainIn(stack)));
      Template.fromStack(stack).hasResource(VERSION, { DeletionPolicy: 'Delete' });
    });

    test('unless the app says something else, before or after', () => {
      for (const removalPolicy of [RemovalPolicy.DESTROY, undefined]) {
        const { images } = twoStacks();
        const version = new Image(images, 'Other').addVersion('V', { baseImage: baseImage('other'), removalPolicy });
        attachFrom(images, new Stack(images.node.root, 'More', { env: HERE }), version);
        if (!removalPolicy) {
          version.applyRemovalPolicy(RemovalPolicy.DESTROY);
        }
        const id = images.getLogicalId(version.node.defaultChild as CfnResource);
        expect(Template.fromStack(images).toJSON().Resources[id]).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Retain' });
      }
    });

    test.each([
      [undefined, 'Retain'], [CfnDeletionPolicy.DELETE, 'Delete'],
    ])('that is an L1, and one that is replaced too (%p)', (policy, expected) => {
      const app = new App();
      const [images, studio] = ['Images', 'Studio'].map((id) => new Stack(app, id, { env: HERE }));
      const version = new sagemaker.CfnImageVersion(images, 'V', { imageName: 'torch', baseImage: 'uri' });
      version.cfnOptions.deletionPolicy = version.cfnOptions.updateReplacePolicy = policy;
      attachFrom(images, studio, version);
      Template.fromStack(images).hasResource(VERSION, { DeletionPolicy: expected, UpdateReplacePolicy: expected });
    });
  });

  test('shares the parameter with others', () => {
    const { app, images, attachment } = twoStacks();
    const other = domainIn(new Stack(app, 'Other', { env: HERE }));
    new StudioAttachment(images, 'Attachment', { ...attachment, target: StudioTarget.domain(other) });
    Template.fromStack(images).resourceCountIs('AWS::SSM::Parameter', 1);
  });
});
