import { App, aws_iam as iam, aws_sagemaker as sagemaker, CfnParameter, Lazy, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  AppImageConfig, AppImageConfigGrants, Image, ImageGrants, ImageVersion, ImageVersionGrants, ImageVersionLookup, ImageVersionSelector, StudioApp,
  StudioAttachment, StudioTarget,
} from 'cdk-sagemaker-images';
import { baseImage, errorOf, HERE, stackIn, warningIdsOf, warningsOf } from '../helpers/fixtures';
import { allowedIn, statementsIn } from '../helpers/policies';

const PREFIX = 'arn:aws:sagemaker:eu-west-1:111111111111';
const ROLE_ARN = 'arn:aws:iam::111111111111:role/torch';
const roleIn = (stack: Stack) => new iam.Role(stack, 'Grantee', { assumedBy: new iam.AccountRootPrincipal() });
const configIn = (stack: Stack, appImageConfigName?: string) => new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab(), appImageConfigName });

/** Returns which spellings of a resource the policies of a stack cover: the two that SageMaker may use, and another. */
function covered(stack: Stack, action: string, resourceOf: (name: string) => string): string[] {
  const arns = ['torch-gpu', 'Torch-GPU', 'TORCH-gpu'].map((name) => `${PREFIX}:${resourceOf(name)}`);
  return allowedIn(stack, [`sagemaker:${action}`], arns).map((permission) => permission.split(/[ /]/)[2]);
}

// SageMaker converts names to lower case in ARNs, but IAM may compare the name as it is in the request.
describe('a name with upper-case letters is granted in both spellings:', () => {
  test.each<[string, (stack: Stack) => sagemaker.IImageRef]>([
    ['an image', (stack) => new Image(stack, 'Torch', { imageName: 'Torch-GPU' })],
    ['an L1', (stack) => new sagemaker.CfnImage(stack, 'Torch', { imageName: 'Torch-GPU', imageRoleArn: ROLE_ARN })],
    ['an import by name', (stack) => Image.fromImageName(stack, 'Torch', 'Torch-GPU')],
    ['an import by ARN', (stack) => Image.fromImageArn(stack, 'Torch', `${PREFIX}:image/Torch-GPU`)],
    ['a lazy name', (stack) => Image.fromImageName(stack, 'Torch', Lazy.string({ produce: () => 'Torch-GPU' }))],
  ])('%s and its versions', (_, imageIn) => {
    const stack = stackIn();
    const image = imageIn(stack);
    ImageGrants.fromImage(image).manageVersions(roleIn(stack));
    expect(covered(stack, 'CreateImageVersion', (name) => `image/${name}`)).toEqual(['torch-gpu', 'Torch-GPU']);
    expect(covered(stack, 'DeleteImageVersion', (name) => `image-version/${name}/3`)).toEqual(['torch-gpu', 'Torch-GPU']);
    expect(warningIdsOf(image)).toEqual([]);
  });

  test.each<[string, (stack: Stack) => sagemaker.IImageVersionRef]>([
    ['an import by ARN', (stack) => ImageVersion.fromImageVersionArn(stack, 'V', `${PREFIX}:image-version/Torch-GPU/3`)],
    ['an import by number', (stack) => ImageVersion.fromImageVersionAttributes(stack, 'V', { image: Image.fromImageName(stack, 'Torch', 'Torch-GPU'), version: 3 })],
  ])('one version, as %s', (_, versionIn) => {
    const stack = stackIn();
    ImageVersionGrants.fromImageVersion(versionIn(stack)).update(roleIn(stack));
    expect(covered(stack, 'UpdateImageVersion', (name) => `image-version/${name}/3`)).toEqual(['torch-gpu', 'Torch-GPU']);
    expect(covered(stack, 'UpdateImageVersion', (name) => `image-version/${name}/4`)).toEqual([]);
    expect(covered(stack, 'ListAliases', (name) => `image/${name}`)).toEqual(['torch-gpu', 'Torch-GPU']);
  });

  test.each<[string, (stack: Stack) => sagemaker.IImageVersionRef]>([
    ['an L2', (stack) => new Image(stack, 'Torch', { imageName: 'Torch-GPU' }).addVersion('V', { baseImage: baseImage('1') })],
    ['an L1', (stack) => new sagemaker.CfnImageVersion(stack, 'V', { imageName: 'Torch-GPU', baseImage: 'x' })],
  ])('one version of the app, by its number: %s', (_, versionIn) => {
    const stack = stackIn();
    const version = versionIn(stack);
    ImageVersionGrants.fromImageVersion(version).delete(roleIn(stack));
    const [{ Resource }] = statementsIn(stack).filter(({ Action }) => [Action].flat().includes('sagemaker:DeleteImageVersion'));
    const resource = sagemaker.CfnImageVersion.isCfnImageVersion(version) ? version : version.node.defaultChild as sagemaker.CfnImageVersion;
    const arn = (name: string) => ({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:sagemaker:eu-west-1:111111111111:image-version/${name}/`, { 'Fn::GetAtt': [stack.getLogicalId(resource), 'Version'] }]],
    });
    expect(Resource).toEqual([arn('torch-gpu'), arn('Torch-GPU')]);
  });

  test('all versions, for a role in another stack', () => {
    const app = new App();
    const [images, other] = ['Images', 'Other'].map((id) => new Stack(app, id, { env: HERE }));
    new Image(images, 'Torch', { imageName: 'Torch-GPU' }).addVersion('V', { baseImage: baseImage('1') }).grants.read(roleIn(other));
    expect(covered(other, 'DescribeImageVersion', (name) => `image-version/${name}/3`)).toEqual(['torch-gpu', 'Torch-GPU']);
  });

  test.each<[string, (stack: Stack) => sagemaker.IAppImageConfigRef]>([
    ['an L2', (stack) => configIn(stack, 'Torch-GPU')],
    ['an L1', (stack) => new sagemaker.CfnAppImageConfig(stack, 'Config', { appImageConfigName: 'Torch-GPU' })],
    ['an import by name', (stack) => AppImageConfig.fromAppImageConfigName(stack, 'Config', 'Torch-GPU')],
    ['an import by ARN', (stack) => AppImageConfig.fromAppImageConfigArn(stack, 'Config', `${PREFIX}:app-image-config/Torch-GPU`)],
  ])('a configuration, as %s', (_, appImageConfigIn) => {
    const stack = stackIn();
    AppImageConfigGrants.fromAppImageConfig(appImageConfigIn(stack)).update(roleIn(stack));
    expect(covered(stack, 'UpdateAppImageConfig', (name) => `app-image-config/${name}`)).toEqual(['torch-gpu', 'Torch-GPU']);
  });

  test('what the function looks up', () => {
    const stack = stackIn();
    new ImageVersionLookup(stack, 'Lookup', { image: Image.fromImageName(stack, 'Torch', 'Torch-GPU'), version: ImageVersionSelector.number(3) });
    expect(covered(stack, 'DescribeImageVersion', (name) => `image-version/${name}/3`)).toEqual(['torch-gpu', 'Torch-GPU']);
    expect(covered(stack, 'ListImageVersions', (name) => `image/${name}`)).toEqual(['torch-gpu', 'Torch-GPU']);
    expect(covered(stack, 'ListAliases', (name) => `image-version/${name}/4`)).toEqual(['torch-gpu', 'Torch-GPU']);
  });

  test('what an execution role uses', () => {
    const stack = stackIn();
    const image = Image.fromImageName(stack, 'Torch', 'Torch-GPU');
    const imageVersion = ImageVersion.fromImageVersionAttributes(stack, 'V', { image, version: 3 });
    new StudioAttachment(stack, 'Attachment', {
      imageVersion, appImageConfig: configIn(stack), target: StudioTarget.existingDomain('d-1', { executionRole: roleIn(stack) }),
    });
    expect(covered(stack, 'DescribeImage', (name) => `image/${name}`)).toEqual(['torch-gpu', 'Torch-GPU']);
    expect(covered(stack, 'DescribeImageVersion', (name) => `image-version/${name}/3`)).toEqual(['torch-gpu', 'Torch-GPU']);
  });
});

test('a name in lower case is granted once', () => {
  const stack = stackIn();
  new Image(stack, 'Torch', { imageName: 'torch' }).grants.listVersions(roleIn(stack));
  expect(statementsIn(stack)).toEqual([
    { Effect: 'Allow', Action: 'sagemaker:ListImageVersions', Resource: { 'Fn::Sub': 'arn:${AWS::Partition}:sagemaker:eu-west-1:111111111111:image/torch' } },
  ]);
});

describe('a name that is unknown before the deployment', () => {
  const [MESSAGE, ID] = ['the name is unknown until deployment and CloudFormation cannot convert it, so permissions are granted on it as it is: '
    + 'if it has upper-case letters, SageMaker may refuse access, so give a name in lower case', 'cdk-sagemaker-images:nameOfUnknownCase'];

  test.each<[string, (stack: Stack, name: string) => void]>([
    ['an image', (stack, name) => { new Image(stack, 'Owner', { imageName: name }).grants.manageVersions(roleIn(stack)); }],
    ['an imported image', (stack, name) => { Image.fromImageName(stack, 'Owner', name).grants.deploy(roleIn(stack)); }],
    ['a configuration', (stack, name) => { AppImageConfig.fromAppImageConfigName(stack, 'Owner', name).grants.delete(roleIn(stack)); }],
  ])('is granted as it is, with one warning: %s', (_, grantOn) => {
    const stack = stackIn();
    grantOn(stack, new CfnParameter(stack, 'Name').valueAsString);
    expect(warningsOf(stack)).toEqual([{ path: 'Stack/Owner', id: ID, text: MESSAGE }]);
    expect(JSON.stringify(statementsIn(stack))).toContain('{"Ref":"Name"}');
  });

  test('is granted as it is if a lazy value returns it', () => {
    const stack = stackIn();
    const { valueAsString } = new CfnParameter(stack, 'Name');
    Image.fromImageName(stack, 'Torch', Lazy.string({ produce: () => valueAsString })).grants.listVersions(roleIn(stack));
    expect(statementsIn(stack)).toEqual([{
      Effect: 'Allow',
      Action: 'sagemaker:ListImageVersions',
      // Once for each spelling of a lazy name, which are the same here.
      Resource: Array(2).fill({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sagemaker:eu-west-1:111111111111:image/', { Ref: 'Name' }]] }),
    }]);
  });

  test('has no warning if nothing is granted', () => {
    const stack = stackIn();
    new Image(stack, 'Owner', { imageName: new CfnParameter(stack, 'Name').valueAsString });
    expect(warningsOf(stack)).toEqual([]);
  });

  // SageMaker has written the ARN.
  test('has no warning if it is part of an ARN', () => {
    const stack = stackIn();
    Image.fromImageArn(stack, 'Torch', new CfnParameter(stack, 'Arn').valueAsString).grants.manageVersions(roleIn(stack));
    expect(warningsOf(stack)).toEqual([]);
  });
});

// A template with such an L1 cannot be deployed, but the policy of another stack could.
test.each<[string, (stack: Stack, name: string) => unknown]>([
  ['image', (stack, imageName) => ImageGrants.fromImage(new sagemaker.CfnImage(stack, 'L1', { imageName, imageRoleArn: ROLE_ARN })).readVersions(roleIn(stack))],
  ['version', (stack, imageName) => ImageVersionGrants.fromImageVersion(new sagemaker.CfnImageVersion(stack, 'L1', { imageName, baseImage: 'x' })).read(roleIn(stack))],
  ['configuration', (stack, appImageConfigName) => AppImageConfigGrants.fromAppImageConfig(new sagemaker.CfnAppImageConfig(stack, 'L1', { appImageConfigName })).read(roleIn(stack))],
])('no permission is granted on the name of an L1 that is a pattern: %s', (_, use) => {
  for (const name of ['*', 'torch-?', '${aws:username}', `${Token.asString({ Ref: 'P' })}*`]) {
    expect(errorOf(() => use(stackIn(), name))).toBe(`Stack/L1: 1 problem\n  the name '${name.replace(/\$\{Token.*\}/, '<token>')}' would extend permissions to other resources: `
      + "use letters, digits, '-' and '.'");
  }
});

test('a name that is synthesized twice has the same permissions', () => {
  const stack = stackIn();
  Image.fromImageName(stack, 'Torch', 'Torch-GPU').grants.listVersions(roleIn(stack));
  const [first, second] = [0, 1].map(() => Template.fromStack(stack).toJSON());
  expect(first).toEqual(second);
});
