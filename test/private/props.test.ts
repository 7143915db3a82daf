import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AppImageConfig, BaseImage, Image, ImageFeed, ImageVersion, ImageVersionLookup, StudioApp } from 'cdk-sagemaker-images';
import { baseImage, errorOf, stackIn } from '../helpers/fixtures';

const version = (stack: Stack, base: BaseImage) => new Image(stack, 'Torch').addVersion('V', { baseImage: base });
/** Uses of an object with properties, the path of the error, and the name of the object. */
const USES: [string, (stack: Stack, value: any) => unknown, string, string][] = [
  ['Image', (stack, props) => new Image(stack, 'Torch', props), 'Torch', 'props'],
  ['ImageVersion', (stack, props) => new ImageVersion(stack, 'V', props), 'V', 'props'],
  ['AppImageConfig', (stack, props) => new AppImageConfig(stack, 'Config', props), 'Config', 'props'],
  ['ImageFeed', (stack, props) => new ImageFeed(stack, 'Feed', props), 'Feed', 'props'],
  ['ImageVersionLookup', (stack, props) => new ImageVersionLookup(stack, 'Lookup', props), 'Lookup', 'props'],
  ['Image.fromImageAttributes', (stack, attrs) => Image.fromImageAttributes(stack, 'Import', attrs), 'Import', 'attrs'],
  ['ImageVersion.fromImageVersionAttributes', (stack, attrs) => ImageVersion.fromImageVersionAttributes(stack, 'Import', attrs), 'Import', 'attrs'],
  ['AppImageConfig.fromAppImageConfigAttributes', (stack, attrs) => AppImageConfig.fromAppImageConfigAttributes(stack, 'Import', attrs), 'Import', 'attrs'],
  ['BaseImage.fromAsset', (stack, options) => version(stack, BaseImage.fromAsset(__dirname, options)), 'Torch/V', 'the options of baseImage'],
  ['BaseImage.fromUri', (stack, options) => version(stack, BaseImage.fromUri('x', options)), 'Torch/V', 'the options of baseImage'],
];

// JavaScript has no compiler that rejects these values, and other languages have null.
test.each(USES)('the properties of %s must be an object', (_, use, path, name) => {
  expect(errorOf(() => use(stackIn(), null))?.split('\n').slice(0, 2)).toEqual([
    expect.stringMatching(new RegExp(`^Stack/${path}: \\d problems?$`)), expect.stringContaining(`  ${name} is missing: give an object `),
  ]);
  expect(errorOf(() => use(stackIn(), 'torch'))).toContain(`\n  ${name} must be an object, got 'torch': give an object `);
  expect(errorOf(() => use(stackIn(), ['torch']))).toContain(`\n  ${name} must be an object, got [ 'torch' ]: give an object `);
});

test('the properties of an image can be left out', () => {
  expect(errorOf(() => new Image(stackIn(), 'Torch', undefined))).toBeUndefined();
});

test('a version without options lacks a base image', () => {
  for (const value of [undefined, null, 'torch'] as any[]) {
    expect(errorOf(() => new Image(stackIn(), 'Torch').addVersion('V', value))).toContain('Stack/Torch/V: 1 problem\n  baseImage is missing');
  }
});

test.each<[string, (stack: Stack) => { applyRemovalPolicy(policy: RemovalPolicy): void }]>([
  ['an image', (stack) => new Image(stack, 'Torch')],
  ['a version', (stack) => version(stack, baseImage('1'))],
  ['a configuration', (stack) => new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() })],
])('applyRemovalPolicy of %s needs a policy', (_, construct) => {
  expect(errorOf(() => construct(stackIn()).applyRemovalPolicy(undefined as any))).toContain(
    'removalPolicy is missing: give DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE');
});
