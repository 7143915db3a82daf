import { readFileSync } from 'fs';
import { join } from 'path';
import { App, aws_iam as iam, aws_sagemaker as sagemaker, Environment, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Image, ImageGrants, ImageVersion, ImageVersionGrants } from 'cdk-sagemaker-images';
import { agnosticStack, baseImage, HERE, OTHER_ACCOUNT, OTHER_REGION, stackIn, warningIdsOf } from '../helpers/fixtures';
import { allowedIn, statementsIn } from '../helpers/policies';

/** The resource types of each action, from the service authorization reference. */
const REFERENCE: Record<string, { name: string; resourceTypes: { name: string }[] }> = JSON.parse(readFileSync(
  join(__dirname, '..', '..', 'node_modules', '@cloud-copilot', 'iam-data', 'data', 'actions', 'sagemaker.json'), 'utf8'));
const ACTIONS = Object.values(REFERENCE).map(({ name }) => `sagemaker:${name}`);

const PREFIX = 'arn:aws:sagemaker:eu-west-1:111111111111';
const IMAGE = `${PREFIX}:image/torch`;
const VERSION = `${PREFIX}:image-version/torch/1`;
const SIBLING = `${PREFIX}:image-version/torch/2`;
/** Resources that no grant on the image or the version may cover. */
const OTHERS = [
  `${PREFIX}:image/torch2`, `${PREFIX}:image-version/torch2/1`, `${PREFIX}:image/jax`, `${PREFIX}:image-version/jax/1`,
  'arn:aws:sagemaker:us-east-1:111111111111:image/torch', 'arn:aws:sagemaker:eu-west-1:222222222222:image-version/torch/1', `${PREFIX}:domain/d-1`, '*',
];
const ALL = [IMAGE, VERSION, SIBLING, ...OTHERS];

const READ = ['DescribeImageVersion'];
const UPDATE = ['UpdateImageVersion', 'DescribeImageVersion', 'ListAliases'];
const DELETE = ['DeleteImageVersion', 'DescribeImageVersion'];
const MANAGE = ['DescribeImageVersion', 'UpdateImageVersion', 'DeleteImageVersion', 'ListAliases'];
/** For each grant, the actions on the image and those on its versions, as AWS documents them. */
const IMAGE_GRANTS: [keyof Omit<ImageGrants, 'grant'>, string[], string[]][] = [
  ['createVersion', ['CreateImageVersion'], READ],
  ['readVersions', [], READ],
  ['updateVersions', ['ListAliases'], UPDATE],
  ['deleteVersions', [], DELETE],
  ['listVersions', ['ListImageVersions'], []],
  ['manageVersions', ['CreateImageVersion', 'ListImageVersions', 'ListAliases'], MANAGE],
  ['deploy', [
    'CreateImage', 'DescribeImage', 'UpdateImage', 'DeleteImage', 'AddTags', 'ListTags', 'DeleteTags',
    'CreateImageVersion', 'ListImageVersions', 'ListAliases',
  ], MANAGE],
];
const VERSION_GRANTS: ['read' | 'update' | 'delete', string[], string[]][] = [
  ['read', [], READ], ['update', ['ListAliases'], UPDATE], ['delete', [], DELETE],
];

const roleIn = (stack: Stack, id = 'Grantee') => new iam.Role(stack, id, { assumedBy: new iam.AccountRootPrincipal() });
const permissions = (onImage: string[], onVersions: string[], versions = [VERSION, SIBLING]) => [
  ...onImage.map((action) => `sagemaker:${action} ${IMAGE}`),
  ...versions.flatMap((version) => onVersions.map((action) => `sagemaker:${action} ${version}`)),
].sort();
/** The permissions that a stack grants among all SageMaker actions on the image, its versions and other resources. */
const allowed = (stack: Stack) => allowedIn(stack, ACTIONS, ALL).sort();

describe('a grant on an image', () => {
  test.each(IMAGE_GRANTS)('%s grants exactly its actions, on this image and its versions only', (verb, onImage, onVersions) => {
    const stack = stackIn();
    const grant = new Image(stack, 'Torch', { imageName: 'torch' }).grants[verb](roleIn(stack));
    expect(grant.success).toBe(true);
    expect(allowed(stack)).toEqual(permissions(onImage, onVersions));
  });

  test.each<[string, (stack: Stack) => sagemaker.IImageRef]>([
    ['an L1', (stack) => new sagemaker.CfnImage(stack, 'L1', { imageName: 'torch', imageRoleArn: 'arn:aws:iam::111111111111:role/torch' })],
    ['an import by name', (stack) => Image.fromImageName(stack, 'ByName', 'torch')],
    ['an import by ARN', (stack) => Image.fromImageArn(stack, 'ByArn', IMAGE)],
    ['an import with its role', (stack) => Image.fromImageAttributes(stack, 'WithRole', { imageName: 'torch', role: roleIn(stack, 'Role') })],
  ])('is the same for %s', (_, imageIn) => {
    const stack = stackIn();
    ImageGrants.fromImage(imageIn(stack)).manageVersions(roleIn(stack));
    expect(allowed(stack)).toEqual(permissions(['CreateImageVersion', 'ListImageVersions', 'ListAliases'], MANAGE));
  });

  test('to deploy passes only the role of the image, and only to SageMaker', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    image.grants.deploy(roleIn(stack));
    expect(statementsIn(stack).filter(({ Action }) => Action === 'iam:PassRole')).toEqual([{
      Action: 'iam:PassRole',
      Effect: 'Allow',
      Resource: stack.resolve(image.role.roleArn),
      Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    }]);
  });

  test('to deploy passes no role if the role of the image is unknown', () => {
    const stack = stackIn();
    Image.fromImageName(stack, 'Torch', 'torch').grants.deploy(roleIn(stack));
    expect(statementsIn(stack).filter(({ Action }) => Action === 'iam:PassRole')).toEqual([]);
  });

  test.each<[string, Environment]>([['account', OTHER_ACCOUNT], ['Region', OTHER_REGION]])('works for a role in another %s', (_, env) => {
    const app = new App();
    const image = new Image(new Stack(app, 'Images', { env: HERE }), 'Torch', { imageName: 'torch' });
    const other = new Stack(app, 'Other', { env });
    image.grants.updateVersions(roleIn(other));
    expect(allowed(other)).toEqual(permissions(['ListAliases'], UPDATE));
  });

  test('uses pseudo parameters if the account and Region are unknown', () => {
    const stack = agnosticStack();
    new Image(stack, 'Torch', { imageName: 'torch' }).grants.listVersions(roleIn(stack));
    expect(statementsIn(stack)).toEqual([{
      Action: 'sagemaker:ListImageVersions',
      Effect: 'Allow',
      Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sagemaker:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':image/torch']] },
    }]);
  });

  test('adds a warning if the grantee takes no policy', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    expect(image.grants.readVersions(new iam.ServicePrincipal('lambda.amazonaws.com')).success).toBe(false);
    expect(warningIdsOf(image)).toEqual(['cdk-sagemaker-images:grantDropped']);
  });
});

describe('a grant on an image version', () => {
  test.each(VERSION_GRANTS)('to %s grants exactly its actions, on this version only', (verb, onImage, onVersion) => {
    const stack = stackIn();
    ImageVersion.fromImageVersionArn(stack, 'Torch', VERSION).grants[verb](roleIn(stack));
    expect(allowed(stack)).toEqual(permissions(onImage, onVersion, [VERSION]));
  });

  test('uses the ARN that CloudFormation returns for a version of the app', () => {
    const stack = stackIn();
    const version = new Image(stack, 'Torch').addVersion('V1', { baseImage: baseImage('1') });
    version.grants.delete(roleIn(stack));
    expect(statementsIn(stack)).toContainEqual({
      Action: DELETE.map((action) => `sagemaker:${action}`), Effect: 'Allow', Resource: stack.resolve(version.imageVersionArn),
    });
  });

  test('works for an L1', () => {
    const stack = stackIn();
    const l1 = new sagemaker.CfnImageVersion(stack, 'L1', { imageName: 'torch', baseImage: 'x' });
    ImageVersionGrants.fromImageVersion(l1).read(roleIn(stack));
    expect(statementsIn(stack)).toEqual([{ Action: 'sagemaker:DescribeImageVersion', Effect: 'Allow', Resource: { Ref: 'L1' } }]);
  });

  // The number cannot be imported from another account. From another stack it could, but an exported value can never change.
  test.each([['in another account', OTHER_ACCOUNT], ['in another stack', HERE]])('covers all versions of the image for a role %s', (_, env) => {
    const app = new App();
    const version = new Image(new Stack(app, 'Images', { env: HERE }), 'Torch', { imageName: 'torch' }).addVersion('V1', { baseImage: baseImage('1') });
    const other = new Stack(app, 'Other', { env });
    version.grants.read(roleIn(other));
    expect(allowed(other)).toEqual(permissions([], READ));
    expect(Template.fromStack(Stack.of(version)).toJSON().Outputs).toBeUndefined();
  });

  // The version waits for the policies of the role, so it would wait for itself if one of them named it.
  test('to the role of the image makes no cycle', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    const version = image.addVersion('V1', { baseImage: baseImage('1') });
    version.grants.read(image.role);
    version.grants.update(image.role);
    const template = Template.fromStack(stack).toJSON();
    const policies = Object.entries<any>(template.Resources).filter(([, { Properties }]) => JSON.stringify(Properties).includes('UpdateImageVersion'));
    expect(policies).toHaveLength(1);
    const [versionId] = Object.entries<any>(template.Resources).find(([, { Type }]) => Type === 'AWS::SageMaker::ImageVersion')!;
    expect(template.Resources[versionId].DependsOn).not.toContain(policies[0][0]);
  });
});

// A grant on a resource type that IAM does not check for the action would look right and have no effect.
test('IAM supports every granted action for the type of its resource', () => {
  const typesOf = Object.fromEntries(Object.values(REFERENCE).map(({ name, resourceTypes }) => [name, resourceTypes.map((type) => type.name)]));
  for (const [, onImage, onVersions] of [...IMAGE_GRANTS, ...VERSION_GRANTS]) {
    onImage.forEach((action) => expect([action, typesOf[action]]).toEqual([action, expect.arrayContaining(['image'])]));
    onVersions.forEach((action) => expect([action, typesOf[action]]).toEqual([action, expect.arrayContaining(['image-version'])]));
  }
});
