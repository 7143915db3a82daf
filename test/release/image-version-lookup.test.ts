import { App, aws_ecr as ecr, aws_iam as iam, aws_sagemaker as sagemaker, CfnOutput, CfnParameter, CfnResource, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import {
  AppImageConfig, BaseImage, Image, ImageVersionLookup, ImageVersionLookupProps, ImageVersionSelector, StudioAttachment, StudioTarget,
} from 'cdk-sagemaker-images';
import { DeploymentGraph, expectOrder } from '../helpers/deployment-graph';
import { baseImage, errorOf, HERE, OTHER_REGION, stackIn, warningsOf } from '../helpers/fixtures';
import { allowedIn } from '../helpers/policies';
import { APPS, domainIn } from '../helpers/studio';

const TYPE = 'Custom::SageMakerImageVersionLookup';

function lookup(stack: Stack, props: Partial<ImageVersionLookupProps> = {}, id = 'Lookup'): ImageVersionLookup {
  return new ImageVersionLookup(stack, id, { image: Image.fromImageName(stack, `${id}Image`, 'torch'), ...props });
}

const resourceOf = (construct: ImageVersionLookup) => construct.node.findChild('Resource').node.defaultChild as CfnResource;
const idOf = (construct: ImageVersionLookup) => construct.stack.getLogicalId(resourceOf(construct));

test.each<[string, ImageVersionSelector | undefined, object]>([
  ['its alias', ImageVersionSelector.alias('stable'), { Alias: 'stable' }],
  ['a range of aliases', ImageVersionSelector.aliasRange('^2.4'), { AliasRange: '^2.4' }],
  ['its number', ImageVersionSelector.number(3), { Version: 3 }],
  ['being the latest', ImageVersionSelector.latest(), {}],
  ['being the latest, by default', undefined, {}],
])('a version is looked up by %s', (_, version, selected) => {
  const stack = stackIn();
  lookup(stack, { version, refresh: '1' });
  const [{ Properties: { ServiceToken, ServiceTimeout, ...properties } }] = Object.values(Template.fromStack(stack).findResources(TYPE));
  expect(ServiceToken).toBeDefined();
  expect(ServiceTimeout).toBe('1500');
  expect(properties).toEqual({ ImageName: 'torch', ...selected, Refresh: '1' });
});

test('its attributes are those of the custom resource', () => {
  const stack = stackIn();
  const version = lookup(stack);
  const attribute = (name: string) => ({ 'Fn::GetAtt': [idOf(version), name] });
  expect(stack.resolve([version.version, version.imageVersionArn, version.imageArn, version.containerImage, version.imageVersionRef])).toEqual([
    attribute('Version'), attribute('ImageVersionArn'), attribute('ImageArn'), attribute('ContainerImage'), { imageVersionArn: attribute('ImageVersionArn') },
  ]);
  expect(Token.isUnresolved(version.version)).toBe(true);
});

describe('the function', () => {
  const ACTIONS = ['DescribeImageVersion', 'ListImageVersions', 'ListAliases', 'DescribeImage', 'UpdateImageVersion', 'DeleteImageVersion'].map((action) => `sagemaker:${action}`);
  const arn = (rest: string) => `arn:aws:sagemaker:eu-west-1:111111111111:${rest}`;
  const ARNS = ['image/torch', 'image/other', 'image-version/torch/3', 'image-version/torch/4', 'image-version/other/3'].map(arn);

  test.each<[string, ImageVersionSelector, string[]]>([
    ['an alias', ImageVersionSelector.alias('stable'), ['image-version/torch/3', 'image-version/torch/4']],
    ['a range', ImageVersionSelector.aliasRange('2'), ['image-version/torch/3', 'image-version/torch/4']],
    ['the latest', ImageVersionSelector.latest(), ['image-version/torch/3', 'image-version/torch/4']],
    ['a number', ImageVersionSelector.number(3), ['image-version/torch/3']],
  ])('may read what it looks up by %s, and list what exists, and nothing else', (_, version, readable) => {
    const stack = stackIn();
    lookup(stack, { version });
    expect(allowedIn(stack, ACTIONS, ARNS).sort()).toEqual([
      ...readable.map((name) => `sagemaker:DescribeImageVersion ${arn(name)}`),
      `sagemaker:ListImageVersions ${arn('image/torch')}`,
      ...['image/torch', 'image-version/torch/3', 'image-version/torch/4'].map((name) => `sagemaker:ListAliases ${arn(name)}`),
    ].sort());
  });

  test('has them before it looks up', () => {
    const stack = stackIn();
    const version = lookup(stack);
    const [policy] = Object.keys(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    Template.fromStack(stack).hasResource(TYPE, { DependsOn: Match.arrayWith([policy]) });
    expect(idOf(version)).toBeDefined();
  });

  test('is one for all look-ups of a stack, which share one policy', () => {
    const stack = stackIn();
    ['stable', 'next', 'old'].forEach((alias) => lookup(stack, { version: ImageVersionSelector.alias(alias) }, alias));
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Lambda::Function', 1);
    template.resourceCountIs('AWS::IAM::Policy', 1);
    template.resourceCountIs(TYPE, 3);
  });
});

describe('a look-up can be used as a version:', () => {
  const config = (stack: Stack) => new AppImageConfig(stack, 'Config', { app: APPS.JupyterLab });

  test('attached to an existing domain', () => {
    const stack = stackIn();
    const imageVersion = lookup(stack);
    new StudioAttachment(stack, 'A', { imageVersion, appImageConfig: config(stack), target: StudioTarget.existingDomain('d-1') });
    Template.fromStack(stack).hasResourceProperties('Custom::SageMakerStudioAttachments', {
      DefaultUserSettings: {
        JupyterLabAppSettings: {
          CustomImages: [Match.objectLike({
            ImageName: 'torch', ImageVersionNumber: { 'Fn::GetAtt': [idOf(imageVersion), 'Version'] },
          })],
        },
      },
    });
  });

  test('attached to an owned domain, whose role is granted the use of the version and of its repository', () => {
    const stack = stackIn();
    const executionRole = new iam.Role(stack, 'Execution', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    const domain = domainIn(stack, { defaultUserSettings: { executionRole: executionRole.roleArn } });
    const imageVersion = lookup(stack, { repository: ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch') });
    new StudioAttachment(stack, 'A', { imageVersion, appImageConfig: config(stack), target: StudioTarget.domain(domain) });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::SageMaker::Domain', {
      DefaultUserSettings: {
        JupyterLabAppSettings: {
          CustomImages: [Match.objectLike({
            ImageVersionNumber: { 'Fn::GetAtt': [idOf(imageVersion), 'Version'] },
          })],
        },
      },
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('^StudioImages'),
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Action: 'sagemaker:DescribeImage' }),
          Match.objectLike({ Action: 'sagemaker:DescribeImageVersion', Resource: { 'Fn::GetAtt': [idOf(imageVersion), 'ImageVersionArn'] } }),
          Match.objectLike({ Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'] }),
        ],
      },
    });
    expect(warningsOf(stack)).toEqual([]);
  });

  test('attached in another stack, which does not import its number', () => {
    const app = new App();
    const imageVersion = lookup(new Stack(app, 'Lookups', { env: HERE }));
    const stack = new Stack(app, 'Studio', { env: HERE });
    new StudioAttachment(stack, 'A', { imageVersion, appImageConfig: config(stack), target: StudioTarget.existingDomain('d-1') });
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('Fn::ImportValue');
    Template.fromStack(imageVersion.stack).hasResourceProperties('AWS::SSM::Parameter', { Value: { 'Fn::GetAtt': [idOf(imageVersion), 'Version'] } });
    expect(stack.dependencies).toContain(imageVersion.stack);
  });

  test('granted', () => {
    const stack = stackIn();
    const version = lookup(stack);
    const role = new iam.Role(stack, 'Analyst', { assumedBy: new iam.AccountRootPrincipal() });
    version.grants.read(role);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: Match.stringLikeRegexp('^Analyst') }],
      PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sagemaker:DescribeImageVersion', Resource: { 'Fn::GetAtt': [idOf(version), 'ImageVersionArn'] } }] },
    });
  });

  test('referred to by an L1', () => {
    const stack = stackIn();
    const version = lookup(stack);
    new CfnOutput(stack, 'Number', { value: Token.asString(version.version) });
    Template.fromStack(stack).hasOutput('Number', { Value: { 'Fn::GetAtt': [idOf(version), 'Version'] } });
  });
});

describe('a look-up of an image of the same app', () => {
  test('waits for the image and its versions, in the same stack or another', () => {
    const app = new App();
    const images = new Stack(app, 'Images', { env: HERE });
    const image = new Image(images, 'Torch');
    const early = lookup(images, { image }, 'Early');
    const versions = ['1', '2'].map((tag) => image.addVersion(`V${tag}`, { baseImage: baseImage(tag) }));
    const late = lookup(new Stack(app, 'Others', { env: HERE }), { image });
    expectOrder(app, [...versions, resourceOf(early), resourceOf(late)]);
  });

  test('comes before a version that is made from it', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    const first = image.addVersion('V1', { baseImage: baseImage('1') });
    const found = lookup(stack, { image });
    const second = image.addVersion('V2', { baseImage: BaseImage.fromUri(found.containerImage) });
    expect(DeploymentGraph.of(stack.node.root as App).cycle()).toBeUndefined();
    expectOrder(stack.node.root as App, [first, resourceOf(found), second]);
  });

  test('can be that of an L1', () => {
    const stack = stackIn();
    const image = new sagemaker.CfnImage(stack, 'Torch', { imageName: 'torch', imageRoleArn: 'arn:aws:iam::111111111111:role/torch' });
    expectOrder(stack.node.root as App, [image, resourceOf(lookup(stack, { image }))]);
  });
});

test('the image and the selector can be known only at deploy time', () => {
  const stack = stackIn();
  const parameter = (id: string) => new CfnParameter(stack, id).valueAsString;
  lookup(stack, { image: Image.fromImageName(stack, 'Named', parameter('Name')), version: ImageVersionSelector.alias(parameter('Alias')) }, 'A');
  lookup(stack, { version: ImageVersionSelector.aliasRange(`^${parameter('Release')}`) }, 'C');
  lookup(stack, { version: ImageVersionSelector.number(new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber) }, 'B');
  const template = Template.fromStack(stack);
  template.hasResourceProperties(TYPE, { ImageName: { Ref: 'Name' }, Alias: { Ref: 'Alias' } });
  template.hasResourceProperties(TYPE, { Version: { Ref: 'Number' } });
  template.hasResourceProperties(TYPE, { AliasRange: { 'Fn::Join': ['', ['^', { Ref: 'Release' }]] } });
});

test('all problems are one error', () => {
  const stack = stackIn();
  const problemsOf = (props: any) => errorOf(() => lookup(stack, props, `L${stack.node.children.length}`))?.split('\n').slice(1);
  expect(problemsOf({ image: 'torch', version: 'latest', refresh: '', repository: 'torch' })).toEqual([
    "  image must be an Image, an import or a CfnImage, got 'torch'",
    "  version must be an ImageVersionSelector, for example ImageVersionSelector.alias('stable'), got 'latest'",
    "  repository must be a Repository, an import or a CfnRepository, got 'torch'",
    '  refresh is empty: give 1 to 1024 characters or leave it out',
  ]);
  expect(problemsOf({ version: ImageVersionSelector.alias('.x') })).toEqual([expect.stringContaining("version.alias '.x' is not a valid alias: use ")]);
  expect(problemsOf({ version: ImageVersionSelector.alias('') })).toEqual(['  version.alias is empty: give 1 to 128 characters']);
  expect(problemsOf({ version: ImageVersionSelector.alias(undefined as any) })).toEqual(["  version.alias is missing: give an alias, for example 'stable'"]);
  const range = (given: any) => problemsOf({ version: ImageVersionSelector.aliasRange(given) });
  expect(range('latest')).toEqual(["  version.aliasRange 'latest' is not valid: write it as for npm, for example '^2.4', '~2.4.1' or '>=2.4 <3'"]);
  expect(range('')).toEqual(['  version.aliasRange is empty: give 1 to 256 characters']);
  expect(range(2)).toEqual(['  version.aliasRange must be a string, got 2: give 1 to 256 characters']);
  expect(range(undefined)).toEqual(['  version.aliasRange is missing: give 1 to 256 characters']);
  expect(problemsOf({ version: ImageVersionSelector.number(0) })).toEqual(['  version.number must be a whole number of 1 or more, got 0']);
  expect(problemsOf({ version: ImageVersionSelector.number(1.5) })).toEqual(['  version.number must be a whole number of 1 or more, got 1.5']);
  expect(problemsOf({ version: ImageVersionSelector.number(1e30) })).toEqual(['  version.number must be a whole number of 1 or more, got 1e+30']);
  const elsewhere = Image.fromImageName(new Stack(stack.node.root as App, 'Other', { env: OTHER_REGION }), 'Torch', 'torch');
  expect(problemsOf({ image: elsewhere })).toEqual([expect.stringContaining('image Other/Torch is in 111111111111/us-east-1 and the stack in 111111111111/eu-west-1')]);
});
