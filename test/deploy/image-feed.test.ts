import { createHash } from 'crypto';
import { setTimeout as sleep } from 'timers/promises';
import {
  BatchGetImageCommand, CompleteLayerUploadCommand, CreateRepositoryCommand, InitiateLayerUploadCommand, PutImageCommand, UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { DescribeImageVersionCommand, DescribeUserProfileCommand } from '@aws-sdk/client-sagemaker';
import { aws_ecr as ecr, aws_iam as iam, aws_sagemaker as sagemaker, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AppImageConfig, BaseImage, Image, ImageFeed, ImageFeedProps, ImageVersion, Processor, StudioApp, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { attachmentScenarios, domainWithTheirs, entriesOf, othersOf, updateCalls } from './attachments';
import { AppBuilder, Cloud } from './cloud';
import { domainInService, settled } from './domains';
import { ENVIRONMENT, ignore } from './environment';
import { granted, used } from './permissions';

const scenario = attachmentScenarios();

const ARN = `arn:aws:sagemaker:${ENVIRONMENT.region}:${ENVIRONMENT.account}`;
const REPOSITORY = 'releases';

/** Pushes a container image with labels, as a build does. Returns its digest. */
async function push(cloud: Cloud, tag: string, labels: Record<string, string> = {}): Promise<string> {
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', config: { Labels: { tag, ...labels } } }));
  await cloud.ecr.send(new CreateRepositoryCommand({ repositoryName: REPOSITORY })).catch(ignore('RepositoryAlreadyExistsException'));
  const { uploadId } = await cloud.ecr.send(new InitiateLayerUploadCommand({ repositoryName: REPOSITORY }));
  await cloud.ecr.send(new UploadLayerPartCommand({
    repositoryName: REPOSITORY, uploadId, partFirstByte: 0, partLastByte: config.length - 1, layerPartBlob: config,
  }));
  const digest = `sha256:${createHash('sha256').update(config).digest('hex')}`;
  await cloud.ecr.send(new CompleteLayerUploadCommand({ repositoryName: REPOSITORY, uploadId, layerDigests: [digest] }));
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const imageManifest = JSON.stringify({
    schemaVersion: 2, mediaType, config: { mediaType: 'application/vnd.oci.image.config.v1+json', size: config.length, digest }, layers: [],
  });
  const { image } = await cloud.ecr.send(new PutImageCommand({ repositoryName: REPOSITORY, imageTag: tag, imageManifest }));
  return image!.imageId!.imageDigest!;
}

/** Adds a tag to a container image. */
async function retag(cloud: Cloud, from: string, to: string): Promise<void> {
  const { images = [] } = await cloud.ecr.send(new BatchGetImageCommand({ repositoryName: REPOSITORY, imageIds: [{ imageTag: from }] }));
  await cloud.ecr.send(new PutImageCommand({ repositoryName: REPOSITORY, imageTag: to, imageManifest: images[0].imageManifest }));
}

/** Waits until something returns an expected value. */
async function eventually<T>(expected: T, read: () => Promise<T>): Promise<void> {
  for (const deadline = Date.now() + 60_000; ; await sleep(200)) {
    const found = await read();
    if (JSON.stringify(found) === JSON.stringify(expected) || Date.now() > deadline) {
      expect(found).toEqual(expected);
      return;
    }
  }
}

/** Waits until no push is being handled. */
async function quiet(cloud: Cloud): Promise<void> {
  let calls = -1;
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(2_500)) {
    const log = await cloud.control('log?since=0') as { principal: string }[];
    const now = log.filter(({ principal }) => principal.includes('SageMakerImages')).length;
    if (now === calls) {
      return;
    }
    calls = now;
  }
}

const feedIn = (stack: Stack, image: Image, props: Partial<ImageFeedProps> = {}) => new ImageFeed(stack, 'Feed', {
  image, repository: ecr.Repository.fromRepositoryName(stack, 'Repository', REPOSITORY), tags: ['release-*'], alias: 'stable', processor: Processor.CPU, ...props,
});

/** A feed that an existing domain follows. */
function following(domain?: string, props: Partial<ImageFeedProps> = {}): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Ours', { env: ENVIRONMENT });
    const feed = feedIn(stack, new Image(stack, 'Image', { imageName: 'ours' }), props);
    if (domain) {
      new CfnOutput(stack, 'Version', { value: feed.versionAsString });
      new StudioAttachment(stack, 'Attachment', {
        imageVersion: feed,
        appImageConfig: new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() }),
        target: StudioTarget.existingDomain(domain),
      });
    }
  };
}

const ours = async (cloud: Cloud) => (await cloud.shortVersions()).filter((line) => line.startsWith('ours '));
const oursIn = async (cloud: Cloud, domain: string) => (await entriesOf(cloud, domain)).filter((entry) => entry.startsWith('ours:'));

scenario('each push makes a version and moves the alias and a domain without a deployment, which the next one does not undo', async (cloud) => {
  const domain = await domainWithTheirs(cloud);
  const others = await othersOf(cloud, domain);
  const since = new Date();
  const first = await push(cloud, 'release-1', { 'cdk-sagemaker-images.ml-framework': 'PyTorch 2.4', 'cdk-sagemaker-images.processor': 'TPU' });

  await cloud.deploy(following(domain));
  expect(await ours(cloud)).toEqual(['ours 1 CREATED stable']);
  expect(await oursIn(cloud, domain)).toEqual(['ours:1']);
  expect(await cloud.outputs('Ours')).toEqual({ Version: '1' });
  const { BaseImage: baseImage, MLFramework, Processor: processor, ReleaseNotes } = await cloud.sageMaker.send(new DescribeImageVersionCommand({ ImageName: 'ours', Version: 1 }));
  expect({ baseImage, MLFramework, processor }).toEqual({
    baseImage: `${ENVIRONMENT.account}.dkr.ecr.${ENVIRONMENT.region}.amazonaws.com/${REPOSITORY}@${first}`, MLFramework: 'PyTorch 2.4', processor: 'CPU',
  });
  expect(ReleaseNotes).toMatch(/^\(release-1 pushed \d{4}-/);

  // Events may come twice.
  await cloud.set({ event_copies: 2 });
  await push(cloud, 'main');
  await push(cloud, 'release-2');
  await eventually(['ours:2'], () => oursIn(cloud, domain));
  await quiet(cloud);
  expect(await ours(cloud)).toEqual(['ours 1 CREATED', 'ours 2 CREATED stable']);
  expect(await othersOf(cloud, domain)).toEqual(others);
  expect((await updateCalls(cloud)).length).toBe(3);

  await cloud.deploy(following(domain));
  expect(await cloud.outputs('Ours')).toEqual({ Version: '2' });
  expect(await ours(cloud)).toEqual(['ours 1 CREATED', 'ours 2 CREATED stable']);
  expect(await oursIn(cloud, domain)).toEqual(['ours:2']);
  expect((await updateCalls(cloud)).length).toBe(3);

  // Two pushes within seconds.
  await Promise.all([push(cloud, 'release-3'), sleep(1_100).then(() => push(cloud, 'release-4'))]);
  await eventually(['ours:4'], () => oursIn(cloud, domain));
  await quiet(cloud);
  expect(await ours(cloud)).toEqual(['ours 1 CREATED', 'ours 2 CREATED', 'ours 3 CREATED', 'ours 4 CREATED stable']);
  expect(await oursIn(cloud, domain)).toEqual(['ours:4']);

  // Back, by another tag of a former container image.
  await retag(cloud, 'release-2', 'release-5');
  await eventually(['ours:2'], () => oursIn(cloud, domain));
  await quiet(cloud);
  await cloud.deploy(following(domain));
  expect(await ours(cloud)).toEqual(['ours 1 CREATED', 'ours 2 CREATED stable', 'ours 3 CREATED', 'ours 4 CREATED']);
  expect(await oursIn(cloud, domain)).toEqual(['ours:2']);
  expect(await othersOf(cloud, domain)).toEqual(others);

  const images = /image|ecr:/;
  const permissions = (await granted(cloud, 'Ours-SageMakerImages')).filter((permission) => images.test(permission));
  const repository = `arn:aws:ecr:${ENVIRONMENT.region}:${ENVIRONMENT.account}:repository/${REPOSITORY}`;
  expect(permissions).toEqual([
    `ecr:BatchGetImage ${repository}`,
    `ecr:DescribeImages ${repository}`,
    `ecr:GetDownloadUrlForLayer ${repository}`,
    `sagemaker:CreateImageVersion ${ARN}:image/ours`,
    `sagemaker:DescribeImageVersion ${ARN}:image-version/ours/*`,
    `sagemaker:ListImageVersions ${ARN}:image/ours`,
    `sagemaker:UpdateImageVersion ${ARN}:image-version/ours/*`,
  ]);
  const withoutNumbers = (all: string[]) => [...new Set(all.map((one) => one.replace(/(:image-version\/ours\/)\d+$/, '$1*')))].sort();
  expect(withoutNumbers((await used(cloud, 'Ours-SageMakerImages', since)).filter((permission) => images.test(permission)))).toEqual(permissions);

  await cloud.destroy(following(domain));
  expect(await oursIn(cloud, domain)).toEqual([]);
  expect(await othersOf(cloud, domain)).toEqual(others);
});

scenario('a feed can be deployed before the first push, and makes up for an event that got lost', async (cloud) => {
  const domain = await domainWithTheirs(cloud);
  const app: (attach: boolean) => AppBuilder = (attach) => (cdkApp) => {
    const stack = new Stack(cdkApp, 'Ours', { env: ENVIRONMENT });
    const repository = new ecr.Repository(stack, 'Own', { repositoryName: 'own', emptyOnDelete: true, removalPolicy: RemovalPolicy.DESTROY });
    const feed = feedIn(stack, new Image(stack, 'Image', { imageName: 'ours' }), { repository, readLabels: false });
    if (attach) {
      new StudioAttachment(stack, 'Attachment', {
        imageVersion: feed, appImageConfig: new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() }), target: StudioTarget.existingDomain(domain),
      });
    }
  };
  expect(await cloud.failToDeploy(app(true))).toContain('no container image has a tag that matches release-*, and there is no version yet');
  await cloud.deploy(app(false));
  expect(await ours(cloud)).toEqual([]);

  await cloud.pushImages('own', 'release-1');
  await eventually(['ours 1 CREATED stable'], () => ours(cloud));
  await cloud.deploy(app(true));
  expect(await oursIn(cloud, domain)).toEqual(['ours:1']);

  // No rule is there when the event comes.
  await quiet(cloud);
  await sleep(1_100);
  await cloud.set({ event_seconds: 10_000_000 });
  await cloud.pushImages('own', 'release-2');
  await cloud.deploy(app(true));
  expect(await ours(cloud)).toEqual(['ours 1 CREATED', 'ours 2 CREATED stable']);
  expect(await oursIn(cloud, domain)).toEqual(['ours:2']);
});

scenario('an owned domain and the default image of its user profile follow, and a version that fails does not get the alias', async (cloud) => {
  const app: (description?: string) => AppBuilder = (description) => (cdkApp) => {
    const stack = new Stack(cdkApp, 'Ours', { env: ENVIRONMENT });
    const executionRole = new iam.Role(stack, 'Execution', { roleName: 'ours-execution', assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    const domain = new sagemaker.CfnDomain(stack, 'Domain', {
      authMode: 'IAM',
      domainName: 'ours',
      vpcId: 'vpc-1',
      subnetIds: ['subnet-1'],
      defaultUserSettings: { executionRole: executionRole.roleArn, ...description && { securityGroups: [description] } },
    });
    const profile = new sagemaker.CfnUserProfile(stack, 'Jo', { domainId: domain.attrDomainId, userProfileName: 'jo', userSettings: {} });
    const imageVersion = feedIn(stack, new Image(stack, 'Image', { imageName: 'ours' }));
    const appImageConfig = new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() });
    new StudioAttachment(stack, 'InDomain', { imageVersion, appImageConfig, target: StudioTarget.domain(domain) });
    new StudioAttachment(stack, 'InProfile', { imageVersion, appImageConfig, target: StudioTarget.userProfile(profile), defaultImage: true });
    new CfnOutput(stack, 'DomainId', { value: domain.attrDomainId });
  };
  await push(cloud, 'release-a');
  await cloud.deploy(app());
  const { DomainId } = await cloud.outputs('Ours');
  const state = async () => {
    const { UserSettings } = await settled(() => cloud.sageMaker.send(new DescribeUserProfileCommand({ DomainId, UserProfileName: 'jo' })));
    const { CustomImages: images = [], DefaultResourceSpec: spec } = UserSettings!.JupyterLabAppSettings!;
    return [...await entriesOf(cloud, DomainId), ...images.map(({ ImageVersionNumber }) => `jo:${ImageVersionNumber}`), spec!.SageMakerImageVersionArn!.replace(/.*:/, '')];
  };
  const all = (number: number) => [`ours:${number}`, `jo:${number}`, `image-version/ours/${number}`];
  expect(await state()).toEqual(all(1));

  await sleep(1_100);
  await push(cloud, 'release-b');
  await eventually(all(2), state);
  await quiet(cloud);

  await cloud.fault('version', { image: 'ours', reason: 'the container image is too large' });
  await sleep(1_100);
  await push(cloud, 'release-c');
  await eventually(['ours 1 CREATED', 'ours 2 CREATED stable', 'ours 3 CREATE_FAILED'], () => ours(cloud));
  await push(cloud, 'release-d');
  await eventually(all(4), state);

  await cloud.deploy(app('sg-2'));
  expect((await domainInService(cloud.sageMaker, DomainId)).DefaultUserSettings!.SecurityGroups).toEqual(['sg-2']);
  expect(await state()).toEqual(all(4));
  expect(await ours(cloud)).toEqual(['ours 1 CREATED', 'ours 2 CREATED', 'ours 3 CREATE_FAILED', 'ours 4 CREATED stable']);
});

scenario('what follows a feed leaves a domain with it, in the version that a push moved it to, or gets a fixed version instead', async (cloud) => {
  const domain = await domainWithTheirs(cloud);
  const others = await othersOf(cloud, domain);
  const app: (attach?: 'feed' | 'version 1' | 'another image') => AppBuilder = (attach) => (cdkApp) => {
    const stack = new Stack(cdkApp, 'Ours', { env: ENVIRONMENT });
    const image = new Image(stack, 'Image', { imageName: 'ours' });
    const appImageConfig = new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() });
    const target = StudioTarget.existingDomain(domain);
    const repository = ecr.Repository.fromRepositoryName(stack, 'Torch', 'torch');
    // Keeps the policy for rules, which loses the permissions of the other feed first.
    new ImageFeed(stack, 'OtherFeed', {
      image: new Image(stack, 'Other', { imageName: 'ours-other' }), repository, tags: ['none'], alias: 'stable',
    });
    if (attach === 'feed') {
      new StudioAttachment(stack, 'Attachment', { imageVersion: feedIn(stack, image), appImageConfig, target, defaultImage: true });
    } else if (attach === 'version 1') {
      new StudioAttachment(stack, 'Attachment', { imageVersion: ImageVersion.fromImageVersionAttributes(stack, 'V1', { image, version: 1 }), appImageConfig, target, defaultImage: true });
    }
    if (attach) {
      new StudioAttachment(stack, 'Always', {
        imageVersion: new Image(stack, 'Fixed', { imageName: 'ours-fixed' }).addVersion('V', { baseImage: BaseImage.fromEcrRepository(repository, 'a') }), appImageConfig, target,
      });
    }
  };
  const state = async () => {
    const { DefaultUserSettings } = await domainInService(cloud.sageMaker, domain);
    const { DefaultResourceSpec: spec } = DefaultUserSettings!.JupyterLabAppSettings!;
    return [...(await entriesOf(cloud, domain)).filter((entry) => entry.startsWith('ours')), `default ${spec?.SageMakerImageVersionArn?.replace(/.*\//, '')}`];
  };
  const next = async (tag: string) => {
    await sleep(1_100);
    await push(cloud, tag);
  };

  await push(cloud, 'release-21');
  await cloud.deploy(app('feed'));
  expect(await state()).toEqual(['ours:1', 'ours-fixed:1', 'default 1']);
  await next('release-22');
  await eventually(['ours:2', 'ours-fixed:1', 'default 2'], state);
  await quiet(cloud);

  await cloud.deploy(app('another image'));
  expect(await state()).toEqual(['ours-fixed:1', 'default undefined']);
  expect(await ours(cloud)).toEqual(['ours 1 CREATED', 'ours 2 CREATED stable']);

  await cloud.deploy(app('feed'));
  expect((await state()).sort()).toEqual(['default 2', 'ours-fixed:1', 'ours:2']);
  await next('release-23');
  await eventually(['default 3', 'ours-fixed:1', 'ours:3'], async () => (await state()).sort());
  await quiet(cloud);
  await cloud.deploy(app('version 1'));
  expect((await state()).sort()).toEqual(['default 1', 'ours-fixed:1', 'ours:1']);
  // Nothing follows any more.
  await next('release-24');
  await quiet(cloud);
  expect((await state()).sort()).toEqual(['default 1', 'ours-fixed:1', 'ours:1']);
  expect(await ours(cloud)).toEqual(['ours 1 CREATED', 'ours 2 CREATED', 'ours 3 CREATED stable']);

  await cloud.deploy(app('feed'));
  expect((await state()).sort()).toEqual(['default 4', 'ours-fixed:1', 'ours:4']);
  await next('release-25');
  await eventually(['default 5', 'ours-fixed:1', 'ours:5'], async () => (await state()).sort());
  await quiet(cloud);
  await cloud.deploy(app());
  expect(await state()).toEqual(['default undefined']);
  // A default image without members is none.
  expect((await othersOf(cloud, domain)).replace(', "DefaultResourceSpec": {}', '')).toEqual(others);
});
