import { App, CfnOutput, CfnResource, aws_iam as iam, Lazy, NestedStack, aws_sagemaker as sagemaker, Stack, Tokenization } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, Image, ImageVersion, ImageVersionLookup, IImageVersion, StudioApp, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { baseImage, ecrUri, HERE, OTHER_REGION, warningsOf } from '../helpers/fixtures';
import { domainIn } from '../helpers/studio';

const ID = 'cdk-sagemaker-images:versionExported';

/** Creates a version in one stack and something with it in another, and returns the warnings of the first. */
function warningsFor(use: (version: ImageVersion, other: Stack, images: Stack) => unknown, env = HERE): string[][] {
  const app = new App();
  const images = new Stack(app, 'Images', { env: HERE, crossRegionReferences: true });
  const version = new Image(images, 'Torch', { imageName: 'torch' }).addVersion('V', { baseImage: baseImage('1') });
  use(version, new Stack(app, 'Other', { env, crossRegionReferences: true }), images);
  return warningsOf(images).filter(({ id }) => id === ID).map(({ path, text }) => [path, /^the number, ARN or container image of the version is (.*), and CloudFormation refuses/.exec(text)![1]]);
}

const domainWith = (stack: Stack, defaultResourceSpec: sagemaker.CfnDomain.ResourceSpecProperty, id = 'Domain') =>
  domainIn(stack, { defaultUserSettings: { executionRole: 'arn:aws:iam::111111111111:role/r', jupyterLabAppSettings: { defaultResourceSpec } } }, id);
const valueIn = (stack: Stack, value: unknown, id = 'User') => new CfnResource(stack, id, { type: 'Custom::User', properties: { Value: value } });

test.each<[string, (version: ImageVersion, other: Stack) => unknown, string]>([
  ['a raw default image', (version, other) => domainWith(other, { sageMakerImageVersionArn: version.imageVersionArn }), 'Other/Domain'],
  ['the number', (version, other) => valueIn(other, version.version), 'Other/User'],
  ['the number as text', (version, other) => valueIn(other, `v${Tokenization.stringifyNumber(version.version)}`), 'Other/User'],
  ['a lazy value', (version, other) => valueIn(other, Lazy.string({ produce: () => version.imageVersionArn })), 'Other/User'],
  ['the container image', (version, other) => valueIn(other, version.containerImage), 'Other/User'],
  ['a nested stack', (version, other) => valueIn(new NestedStack(other, 'Nested'), version.imageVersionArn), 'Other/Nested/User'],
])('a version that another stack uses in the same Region adds a warning: %s', (_, use, user) => {
  expect(warningsFor(use).map(([path, how]) => [path, how.split(' and ')[0]])).toEqual([['Images/Torch/V', `used in another stack by ${user}`]]);
});

test('several uses of a version have one warning', () => {
  expect(warningsFor((version, other) => {
    valueIn(other, [version.version, version.imageVersionArn]);
    domainWith(other, { sageMakerImageVersionArn: version.imageVersionArn });
  })).toEqual([['Images/Torch/V', 'used in another stack by Other/User and Other/Domain']]);
});

test('a use in another Region adds a warning', () => {
  expect(warningsFor((version, other) => valueIn(other, version.imageVersionArn), OTHER_REGION)).toEqual([['Images/Torch/V', 'used in another stack by Other/User']]);
});

test('an export of the app adds a warning, and so does an output of another stack', () => {
  expect(warningsFor((version, _, images) => new CfnOutput(images, 'Arn', { value: version.imageVersionArn, exportName: 'arn' })))
    .toEqual([['Images/Torch/V', 'exported']]);
  expect(warningsFor((version, other) => new CfnOutput(other, 'Arn', { value: version.imageVersionArn }))).toEqual([
    ['Images/Torch/V', 'exported'],
  ]);
});

test('a version of a nested stack that another stack uses adds a warning', () => {
  expect(warningsFor((_, other, images) => {
    const image = new Image(new NestedStack(images, 'Nested'), 'Gpu');
    valueIn(other, image.addVersion('V', { baseImage: baseImage('2') }).version);
    image.addVersion('Unused', { baseImage: baseImage('3') });
  })).toEqual([['Images/Nested/Gpu/V', 'used in another stack by Other/User']]);
});

test.each<[string, (version: ImageVersion, other: Stack, images: Stack) => unknown]>([
  ['a use in the same stack', (version, _, images) => domainWith(images, { sageMakerImageVersionArn: version.imageVersionArn })],
  ['an output without export', (version, _, images) => new CfnOutput(images, 'Arn', { value: version.imageVersionArn })],
  ['the ARN of the image, which does not change', (version, other) => domainWith(other, { sageMakerImageArn: version.imageArn })],
  ['another resource', (version, other, images) => valueIn(other, valueIn(images, version.version).ref)],
  ['a nested stack of the same stack', (version, _, images) => valueIn(new NestedStack(images, 'Nested'), version.imageVersionArn)],
  ['an attachment to an owned domain', (version, other) => new StudioAttachment(other, 'Attachment', {
    imageVersion: version, appImageConfig: new AppImageConfig(other, 'Config', { app: StudioApp.jupyterLab() }), target: StudioTarget.domain(domainIn(other)),
  })],
  ['an attachment to an existing domain', (version, other) => new StudioAttachment(other, 'Attachment', {
    imageVersion: version, appImageConfig: new AppImageConfig(other, 'Config', { app: StudioApp.jupyterLab() }), target: StudioTarget.existingDomain('d-1'),
  })],
])('%s adds no warning', (_, use) => {
  expect(warningsFor(use)).toEqual([]);
});

test.each<[string, (version: ImageVersion, images: Stack) => IImageVersion]>([
  ['a version', (version) => version],
  ['a look-up', (version, images) => new ImageVersionLookup(images, 'Lookup', { image: version.image })],
])('grants on %s to a principal of another stack export nothing', (_, versionIn) => {
  const app = new App();
  const [images, other] = ['Images', 'Other'].map((id) => new Stack(app, id, { env: HERE }));
  const version = versionIn(new Image(images, 'Torch').addVersion('V', { baseImage: baseImage('1') }), images);
  const role = new iam.Role(other, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
  [version.grants.read(role), version.grants.update(role), version.grants.delete(role)].forEach((grant) => grant.assertSuccess());
  expect(Template.fromStack(images).findOutputs('*')).toEqual({});
  expect(warningsOf(images)).toEqual([]);
});

test('a look-up and a raw version of a stage with a version add warnings too', () => {
  const app = new App();
  const [images, other] = ['Images', 'Other'].map((id) => new Stack(app, id, { env: HERE }));
  const lookup = new ImageVersionLookup(images, 'Lookup', { image: Image.fromImageName(images, 'Torch', 'torch') });
  const raw = new sagemaker.CfnImageVersion(images, 'Raw', { imageName: 'raw', baseImage: ecrUri('1') });
  valueIn(other, [lookup.version, lookup.imageArn, raw.attrVersion]);
  expect(warningsOf(images).filter(({ id }) => id === ID).map(({ path }) => path).sort()).toEqual(['Images/Lookup', 'Images/Raw']);
});
