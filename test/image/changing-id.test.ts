import { join } from 'path';
import { App, Aspects, aws_ecr as ecr, aws_sagemaker as sagemaker, CfnParameter, RemovalPolicies, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { BaseImage, Image, ImageVersion, StudioApp, StudioImage } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { baseImage, ecrUri, stackIn, warningsOf } from '../helpers/fixtures';

const ID = 'cdk-sagemaker-images:versionIdChanges';
const pathsIn = (stack: Stack) => warningsOf(stack).filter(({ id }) => id === ID).map(({ path }) => path);

/** Creates versions with the given ids, and returns the ids with a warning. */
function warnedOf(...ids: string[]): string[] {
  const stack = stackIn();
  const image = new Image(stack, 'Torch');
  ids.forEach((id, index) => image.addVersion(id, { baseImage: baseImage(`t${index}`) }));
  return pathsIn(stack).map((path) => path.split('/').slice(2).join('/'));
}

test.each(['V3f2a91bc', '3F2A91BC', 'build-0a1b2c3d4e5f', 'Vdeadbeef12ab', 'a94a8fe5ccb19ba61c4c0873d391e987982fbbd3'])('an id with a hash adds a warning: %s', (id) => {
  expect(warnedOf(id)).toEqual([id]);
  expect(warnedOf('Other', id)).toEqual([id]);
});

test.each(['V', 'V1', 'Release', '2024-11-25', '20241125', '111111111111', 'Decade2024', 'Facade12345678', 'abcdefabcdef', 'py311cuda121', 'A1B2C3D', 'A100Bf16', 'Cuda12Bf16'])(
  'an id without a hash adds none: %s', (id) => {
    expect(warnedOf(id)).toEqual([]);
  });

test('an id that is the tag adds a warning if the image has no other version', () => {
  expect([warnedOf('t0'), warnedOf('t0', 't1'), warnedOf('t1'), warnedOf('T0')]).toEqual([['t0'], [], [], []]);
});

test('a tag that is the id of the image adds none', () => {
  const stack = stackIn();
  new Image(stack, 't1').addVersion('V', { baseImage: baseImage('t1') });
  expect(pathsIn(stack)).toEqual([]);
});

test('an id that is the tag in a repository adds a warning, and a token does not', () => {
  const stack = stackIn();
  const repository = ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch');
  const parameter = new CfnParameter(stack, 'Tag').valueAsString;
  new Image(stack, 'A').addVersion('2.4.1', { baseImage: BaseImage.fromEcrRepository(repository, '2.4.1') });
  new Image(stack, 'B').addVersion('2.4.1', { baseImage: BaseImage.fromEcrRepository(repository, parameter) });
  new Image(stack, 'C').addVersion('2.4.1', { baseImage: BaseImage.fromUri(parameter, { repository }) });
  expect(pathsIn(stack)).toEqual(['Stack/A/2.4.1']);
});

test('the hash of an asset in an id adds a warning', () => {
  const stack = stackIn();
  const scope = new Construct(stack, 'Va94a8fe5ccb19ba6');
  new StudioImage(scope, 'Torch', { baseImage: BaseImage.fromAsset(join(__dirname, '..', '..', 'examples', 'studio', 'torch')), app: StudioApp.jupyterLab() });
  expect(pathsIn(stack)).toEqual(['Stack/Va94a8fe5ccb19ba6/Torch/Image/Version']);
});

test('the id of the stack does not count', () => {
  const stack = new Stack(new App(), 'Stack-3f2a91bc');
  new Image(stack, 'Torch').addVersion('V', { baseImage: baseImage('1') });
  expect(pathsIn(stack)).toEqual([]);
});

describe('a removal policy', () => {
  test.each([
    [RemovalPolicy.RETAIN, false], [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, false], [RemovalPolicy.DESTROY, true], [undefined, true],
  ])('%s decides whether the id matters', (removalPolicy, warns) => {
    const stack = stackIn();
    new Image(stack, 'Torch').addVersion('V3f2a91bc', { baseImage: baseImage('1'), removalPolicy });
    expect(pathsIn(stack)).toEqual(warns ? ['Stack/Torch/V3f2a91bc'] : []);
  });

  test('that is set later counts', () => {
    const stack = stackIn();
    new Image(stack, 'Torch').addVersion('V3f2a91bc', { baseImage: baseImage('1') });
    Aspects.of(stack).add({ visit: (node) => node instanceof ImageVersion && node.applyRemovalPolicy(RemovalPolicy.RETAIN) });
    expect(pathsIn(stack)).toEqual([]);
  });

  test('of all resources counts', () => {
    const stack = stackIn();
    new Image(stack, 'Torch').addVersion('V3f2a91bc', { baseImage: baseImage('1') });
    RemovalPolicies.of(stack).retain();
    expect(pathsIn(stack)).toEqual([]);
  });
});

test('an L1 counts too', () => {
  const stack = stackIn();
  new Image(stack, 'Torch').addVersion('V', { baseImage: baseImage('1') });
  new sagemaker.CfnImageVersion(stack, 'V3f2a91bc', { imageName: 'other', baseImage: ecrUri('1') });
  new sagemaker.CfnImageVersion(stack, '2.4.1', { imageName: 'third', baseImage: ecrUri('2.4.1') });
  expect(pathsIn(stack)).toEqual(['Stack/2.4.1', 'Stack/V3f2a91bc'].sort().reverse());
});

test('the warning names the id and the remedy', () => {
  const stack = stackIn();
  new Image(stack, 'Torch').addVersion('V3f2a91bc', { baseImage: baseImage('1') });
  expect(warningsOf(stack).map(({ text }) => text)).toEqual([
    "the id 'V3f2a91bc' seems to change with the container image, and another id deletes this version in the next deployment, "
    + 'even if notebooks use it: give an id that stays the same, or removalPolicy RETAIN_ON_UPDATE_OR_DELETE',
  ]);
});
