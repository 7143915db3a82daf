import { join } from 'path';
import { aws_ecr_assets as assets, Lazy, Stack } from 'aws-cdk-lib';
import { BaseImage, Image } from 'cdk-sagemaker-images';
import { stackIn, warningIdsOf, warningsOf } from '../helpers/fixtures';

const DIRECTORY = join(__dirname, '..', '..', 'examples', 'studio', 'torch');
const ID = 'cdk-sagemaker-images:baseImagePlatform';
const { LINUX_AMD64, LINUX_ARM64 } = assets.Platform;

const { arch } = process;
const { DOCKER_DEFAULT_PLATFORM } = process.env;
const machine = (value: string) => Object.defineProperty(process, 'arch', { value });
beforeEach(() => delete process.env.DOCKER_DEFAULT_PLATFORM);
afterEach(() => {
  machine(arch);
  if (DOCKER_DEFAULT_PLATFORM !== undefined) {
    process.env.DOCKER_DEFAULT_PLATFORM = DOCKER_DEFAULT_PLATFORM;
  }
});

const idsFor = (baseImageIn: (stack: Stack) => BaseImage) => {
  const stack = stackIn();
  return warningIdsOf(new Image(stack, 'Torch').addVersion('V', { baseImage: baseImageIn(stack) }));
};
const assetWith = (platform?: assets.Platform, options: Partial<assets.DockerImageAssetProps> = {}) => (stack: Stack) =>
  BaseImage.fromDockerImageAsset(new assets.DockerImageAsset(stack, 'Asset', { directory: DIRECTORY, platform, ...options }));

test.each<[string, assets.Platform | undefined, 'x64' | 'arm64', boolean]>([
  ['linux/arm64', LINUX_ARM64, 'x64', true],
  ['linux/arm64 on an ARM machine', LINUX_ARM64, 'arm64', true],
  ['a variant of linux/arm64', assets.Platform.custom('linux/arm64/v8'), 'x64', true],
  ['windows/amd64', assets.Platform.custom('windows/amd64'), 'x64', true],
  ['no platform on an ARM machine', undefined, 'arm64', true],
  ['no platform on an x64 machine', undefined, 'x64', false],
  ['linux/amd64', LINUX_AMD64, 'x64', false],
  ['linux/amd64 on an ARM machine', LINUX_AMD64, 'arm64', false],
  ['a variant of linux/amd64', assets.Platform.custom('linux/amd64/v3'), 'arm64', false],
  ['amd64 alone', assets.Platform.custom('amd64'), 'arm64', false],
  ['arm64 alone', assets.Platform.custom('arm64'), 'x64', true],
  ['a token', assets.Platform.custom(Lazy.string({ produce: () => 'linux/arm64' })), 'arm64', false],
])('an asset with %s adds a warning if Studio cannot run it', (_, platform, processor, warns) => {
  machine(processor);
  expect(idsFor(assetWith(platform))).toEqual(warns ? [ID] : []);
});

test.each<[string, () => BaseImage, boolean]>([
  ['a directory', () => BaseImage.fromAsset(DIRECTORY), false],
  ['a directory with linux/arm64', () => BaseImage.fromAsset(DIRECTORY, { platform: LINUX_ARM64 }), true],
  ['a tarball', () => BaseImage.fromTarball(join(DIRECTORY, 'Dockerfile')), false],
])('%s on an ARM machine adds a warning if Studio cannot run it', (_, make, warns) => {
  machine('arm64');
  expect(idsFor(make)).toEqual(warns ? [ID] : []);
});

test('a platform that is not part of the hash counts too', () => {
  machine('arm64');
  expect([LINUX_AMD64, LINUX_ARM64].map((platform) => idsFor(assetWith(platform, { invalidation: { platform: false } })))).toEqual([[], [ID]]);
});

test('the platform in the environment of the build tool counts for an asset without one', () => {
  machine('arm64');
  expect(['linux/amd64', 'linux/arm64'].map((platform) => {
    process.env.DOCKER_DEFAULT_PLATFORM = platform;
    return [idsFor(assetWith()), idsFor(assetWith(LINUX_AMD64))];
  })).toEqual([[[], []], [[ID], []]]);
});

test('the warning names the platform', () => {
  machine('arm64');
  const textsFor = (platform?: assets.Platform) => {
    const stack = stackIn();
    new Image(stack, 'Torch').addVersion('V', { baseImage: assetWith(platform)(stack) });
    return warningsOf(stack).map(({ text }) => text);
  };
  const remedy = ', but Studio runs linux/amd64: set the platform of the asset to Platform.LINUX_AMD64';
  expect([textsFor(LINUX_ARM64), textsFor()]).toEqual([
    [`the container image is built for 'linux/arm64'${remedy}`],
    [`the container image is built for the platform of this machine (arm64)${remedy}`],
  ]);
});
