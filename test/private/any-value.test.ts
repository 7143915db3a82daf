import { aws_ecr as ecr, Stack } from 'aws-cdk-lib';
import {
  AppImageConfig, BaseImage, Image, ImageAlias, ImageFeed, ImageRetention, ImageVersion, ImageVersionFailures, ImageVersionList,
  ImageVersionLookup, ImageVersionSelector, StudioApp, StudioAttachment, StudioImage, StudioTarget,
} from 'cdk-sagemaker-images';
import * as fc from 'fast-check';
import { baseImage, DIGEST, errorOf, stackIn } from '../helpers/fixtures';

/** A property or parameter, and a function that passes a value for it. */
type Use = [string, (stack: Stack, value: any) => unknown];

/** A use for each of the properties. */
function each(name: string, properties: string[], make: (stack: Stack, props: any) => unknown): Use[] {
  return properties.map((property) => [`${name}.${property}`, (stack, value) => make(stack, { [property]: value })]);
}

const VERSION = ['baseImage', 'alias', 'aliases', 'vendorGuidance', 'jobType', 'mlFramework', 'programmingLang', 'processor', 'horovod', 'releaseNotes', 'preflight', 'removalPolicy'];
const METADATA = ['vendorGuidance', 'jobType', 'mlFramework', 'programmingLang', 'processor', 'horovod', 'releaseNotes'];
const IMAGE = ['imageName', 'displayName', 'description', 'role', 'tags', 'removalPolicy'];
const repository = (stack: Stack) => ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch');
const version = (stack: Stack, props = {}) => new Image(stack, 'Image').addVersion('Version', { baseImage: baseImage('1'), ...props });
const config = (stack: Stack, app: StudioApp) => new AppImageConfig(stack, 'Config', { app });
const attachment = (stack: Stack, props: any) => new StudioAttachment(stack, 'Attachment', {
  imageVersion: version(stack), appImageConfig: config(stack, StudioApp.jupyterLab()), target: StudioTarget.existingDomain('d-abc123'), ...props,
});

const retention = (stack: Stack, props: any) => new ImageRetention(stack, 'Retention', {
  image: Image.fromImageName(stack, 'Import', 'torch'), keepVersions: 5, ...props,
});
const lookup = (stack: Stack, props: any) => new ImageVersionLookup(stack, 'Lookup', { image: Image.fromImageName(stack, 'Import', 'torch'), ...props });

const USES: Use[] = [
  ...each('Image', IMAGE, (stack, props) => new Image(stack, 'Image', props)),
  ...each('ImageVersion', VERSION, version),
  ...each('StudioImage', [...IMAGE, ...VERSION, 'app', 'additionalApps', 'attachTo', 'keepVersions'],
    (stack, props) => new StudioImage(stack, 'Image', { baseImage: baseImage('1'), app: StudioApp.jupyterLab(), ...props })),
  ...each('AppImageConfig', ['appImageConfigName', 'app', 'tags', 'removalPolicy'],
    (stack, props) => new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab(), ...props })),
  ...each('StudioApp', ['containerArguments', 'containerEntrypoint', 'containerEnvironmentVariables'],
    (stack, props) => config(stack, StudioApp.jupyterLab(props))),
  ...each('StudioApp', ['kernelName', 'kernelDisplayName', 'mountPath', 'defaultUid', 'defaultGid'],
    (stack, props) => config(stack, StudioApp.kernelGateway({ kernelName: 'python3', ...props }))),
  ...each('StudioAttachment', ['imageVersion', 'appImageConfig', 'target'], attachment),
  ...each('StudioTarget', ['executionRole', 'refresh', 'unifiedStudio', 'waitForApps'], (stack, props) => attachment(stack, { target: StudioTarget.existingDomain('d-abc123', props) })),
  ...each('ImageVersionFailures', ['images', 'topic'], (stack, props) => new ImageVersionFailures(stack, 'Failures', props)),
  ['StudioTarget.domain', (stack, value) => attachment(stack, { target: StudioTarget.domain(value) })],
  ['StudioTarget.userProfile', (stack, value) => attachment(stack, { target: StudioTarget.userProfile(value) })],
  ['StudioTarget.existingDomain', (stack, value) => attachment(stack, { target: StudioTarget.existingDomain(value) })],
  ['StudioTarget.existingUserProfile', (stack, value) => attachment(stack, { target: StudioTarget.existingUserProfile('d-abc123', value) })],
  ['BaseImage.fromAsset', (stack, value) => version(stack, { baseImage: BaseImage.fromAsset(value) })],
  ['BaseImage.fromTarball', (stack, value) => version(stack, { baseImage: BaseImage.fromTarball(value) })],
  ['BaseImage.fromDockerImageAsset', (stack, value) => version(stack, { baseImage: BaseImage.fromDockerImageAsset(value) })],
  ['BaseImage.fromEcrRepository', (stack, value) => version(stack, { baseImage: BaseImage.fromEcrRepository(value) })],
  ['the tag of BaseImage.fromEcrRepository', (stack, value) => version(stack, { baseImage: BaseImage.fromEcrRepository(repository(stack), value) })],
  ['the options of BaseImage.fromEcrRepository', (stack, value) => version(stack, { baseImage: BaseImage.fromEcrRepository(repository(stack), '1', value) })],
  ...each('BaseImage.fromEcrRepository', ['followTag', 'refresh', 'platform'],
    (stack, options) => version(stack, { baseImage: BaseImage.fromEcrRepository(repository(stack), '1', { followTag: true, ...options }) })),
  ['BaseImage.fromEcrRepositoryDigest', (stack, value) => version(stack, { baseImage: BaseImage.fromEcrRepositoryDigest(value, DIGEST) })],
  ['its digest', (stack, value) => version(stack, { baseImage: BaseImage.fromEcrRepositoryDigest(repository(stack), value) })],
  ['BaseImage.fromUri', (stack, value) => version(stack, { baseImage: BaseImage.fromUri(value) })],
  ['its repository', (stack, value) => version(stack, { baseImage: BaseImage.fromUri('{{resolve:ssm:/torch}}', { repository: value }) })],
  ['its platform', (stack, value) => version(stack, { baseImage: BaseImage.fromUri('{{resolve:ssm:/torch}}', { platform: value }) })],
  ['Image.fromImageArn', (stack, value) => Image.fromImageArn(stack, 'Import', value)],
  ...each('Image.fromImageAttributes', ['imageName', 'role'],
    (stack, attrs) => Image.fromImageAttributes(stack, 'Import', { imageName: 'torch', ...attrs })),
  ['Image.fromLookup', (stack, value) => Image.fromLookup(stack, 'Import', { imageName: value })],
  ...each('ImageFeed', ['image', 'repository', 'tags', 'alias', 'readLabels', ...METADATA], (stack, props) =>
    new ImageFeed(stack, 'Feed', { image: Image.fromImageName(stack, 'Import', 'torch'), repository: repository(stack), tags: ['release-*'], alias: 'stable', ...props })),
  ...each('ImageAlias', ['image', 'alias', 'version'], (stack, props) => {
    const image = new Image(stack, 'Image');
    return new ImageAlias(stack, 'Alias', { image, alias: 'prod', version: image.addVersion('Version', { baseImage: baseImage('1') }), ...props });
  }),
  ['ImageVersion.fromImageVersionArn', (stack, value) => ImageVersion.fromImageVersionArn(stack, 'Import', value)],
  ...each('ImageVersion.fromImageVersionAttributes', ['image', 'version'],
    (stack, attrs) => ImageVersion.fromImageVersionAttributes(stack, 'Import', { image: new Image(stack, 'Image'), version: 1, ...attrs })),
  ...each('ImageRetention', ['image', 'keepVersions', 'keepFor', 'expendableAliases', 'toBeArchived', 'archived', 'dryRun', 'failIfUnreadable', 'refresh'], retention),
  ...['toBeArchived', 'archived'].flatMap((name) => each(`ImageRetention.${name}`, ['versions', 'age'], (stack, limit) => retention(stack, { [name]: limit }))),
  ...each('ImageVersionList', ['image', 'status', 'vendorGuidance', 'jobType', 'mlFramework', 'programmingLang', 'processor', 'maxVersions', 'allowEmpty', 'refresh'],
    (stack, props) => new ImageVersionList(stack, 'List', { image: Image.fromImageName(stack, 'Import', 'torch'), ...props })),
  ...each('ImageVersionLookup', ['image', 'version', 'refresh', 'repository'], lookup),
  ...['alias', 'aliasRange', 'number'].map((selector): Use => [`ImageVersionSelector.${selector}`,
    (stack, value) => lookup(stack, { version: (ImageVersionSelector as any)[selector](value) })]),
  ['AppImageConfig.fromAppImageConfigArn', (stack, value) => AppImageConfig.fromAppImageConfigArn(stack, 'Import', value)],
  ['AppImageConfig.fromAppImageConfigName', (stack, value) => AppImageConfig.fromAppImageConfigName(stack, 'Import', value)],
];

// JavaScript has no compiler that rejects these values, and TypeScript has `any`.
test.each(USES)('%s accepts any value or throws one error that lists the problems', (_, use) => {
  fc.assert(fc.property(fc.anything({ maxDepth: 1 }), (value) => {
    const message = errorOf(() => use(stackIn(), value));
    expect(message === undefined || /^(Stack\/\S+|StudioTarget): \d+ problems?\n {2}/.test(message) ? undefined : message).toBeUndefined();
  }), { numRuns: 50, examples: [[null], [''], [0], [Number.NaN], [[]], [{}], [Symbol('x')], [BigInt(1)], [() => 1], [Object.create(null)]] });
});
