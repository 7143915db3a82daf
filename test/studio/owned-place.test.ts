import { App, aws_sagemaker as sagemaker, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, Image, ImageVersion, StudioAppType, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { expectOrder } from '../helpers/deployment-graph';
import { errorOf, HERE, OTHER_ACCOUNT, OTHER_REGION, stackIn } from '../helpers/fixtures';
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
    return { resource, target: StudioTarget.domainSpaces(resource) };
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

  test('is reachable from the attachment', () => {
    const stack = stackIn();
    const { version, config } = imageIn(stack);
    const target = StudioTarget.domain(domainIn(stack));
    const attachment = new StudioAttachment(stack, 'Attachment', { imageVersion: version, appImageConfig: config, target });
    expect([attachment.imageVersion, attachment.appImageConfig, attachment.target]).toEqual([version, config, target]);
  });
});

describe('a domain in another stack than the image', () => {
  test('imports the number of the version, and is changed after both are there', () => {
    const app = new App();
    const domain = domainIn(new Stack(app, 'Studio', { env: HERE }));
    const images = new Stack(app, 'Images', { env: HERE });
    const attachment = attach(images, StudioTarget.domain(domain));
    const [entry] = propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings.CustomImages;
    expect(entry.ImageVersionNumber).toEqual({ 'Fn::ImportValue': expect.stringMatching(/^Images:ExportsOutputFnGetAtttorchV/) });
    expectOrder(app, [attachment.imageVersion, domain]);
    expectOrder(app, [attachment.appImageConfig, domain]);
  });

  test('keeps to its template what has nothing to do with the image', () => {
    const app = new App();
    const domain = domainIn(new Stack(app, 'Studio', { env: HERE }));
    attach(new Stack(app, 'Images', { env: HERE }), StudioTarget.domain(domain));
    Template.fromStack(domain.stack).resourceCountIs('AWS::SageMaker::Domain', 1);
    expect(Object.keys(Template.fromStack(domain.stack).toJSON().Resources)).toEqual(['Domain']);
  });
});
