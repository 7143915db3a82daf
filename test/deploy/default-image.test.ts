import {
  CreateSpaceCommand, CreateUserProfileCommand, DescribeDomainCommand, DescribeSpaceCommand, DescribeUserProfileCommand, JupyterLabAppSettings,
  ListDomainsCommand, ResourceSpec, UpdateDomainCommand,
} from '@aws-sdk/client-sagemaker';
import { aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { AppImageConfig, Image, StudioApp, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { newDomain, torch } from './apps';
import { AppBuilder, Cloud } from './cloud';
import { createDomain, createExecutionRole, domainInService, EXECUTION_ROLE, grantDescribe, settled } from './domains';
import { ENVIRONMENT } from './environment';
import { scenarios } from './scenario';

const ARN = `arn:aws:sagemaker:${ENVIRONMENT.region}:${ENVIRONMENT.account}`;

const scenario = scenarios({
  settings: { enforce_iam: true, delete_attached: 'refuse' },
  prepare: async (cloud) => {
    await cloud.pushImages('torch', 'a', 'b');
    await createExecutionRole(cloud);
    await grantDescribe(cloud);
  },
});

interface Options {
  /** The tag of the container image. */
  readonly tag?: string;
  /** Whether the version is the default of the targets. A space is not a target otherwise. */
  readonly defaultImage?: boolean;
  /** The id of the existing domain, which has a user profile and a space. Without it, the app owns all three. */
  readonly existing?: string;
  /** The stack of the image. */
  readonly imageStack?: string;
  /** Whether the deployment fails after everything else. */
  readonly fails?: boolean;
  readonly imageName?: string;
}

/** A stack `Studio` with a version that is attached to a domain, a user profile and a space. */
function studio({ tag = 'a', defaultImage = true, existing, imageStack = 'Studio', fails, imageName = 'torch' }: Options): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Studio', { env: ENVIRONMENT });
    const ofImage = imageStack === 'Studio' ? stack : new Stack(app, imageStack, { env: ENVIRONMENT });
    const image = new Image(ofImage, 'Torch', { imageName });
    const imageVersion = image.addVersion('V', { baseImage: torch(ofImage, tag) });
    const lab = new AppImageConfig(stack, 'Lab', { app: StudioApp.jupyterLab() });
    const editor = new AppImageConfig(stack, 'Editor', { app: StudioApp.codeEditor() });
    const { domain, profile, space } = existing ? existingTargets(existing) : ownedTargets(stack);
    const attach = (id: string, target: StudioTarget, appImageConfig: AppImageConfig) =>
      new StudioAttachment(stack, id, { imageVersion, target, appImageConfig, defaultImage });
    attach('ToDomain', domain, lab);
    attach('ToProfile', profile, editor);
    if (defaultImage) {
      attach('LabToSpace', space, lab);
      attach('EditorToSpace', space, editor);
    }
    if (fails) {
      const broken = new sagemaker.CfnImageVersion(stack, 'Broken', { imageName: 'no-such-image', baseImage: 'x' });
      broken.node.addDependency(...stack.node.children.filter((child) => child !== broken));
    }
  };
}

function existingTargets(domainId: string) {
  return {
    domain: StudioTarget.existingDomain(domainId),
    profile: StudioTarget.existingUserProfile(domainId, 'jo'),
    space: StudioTarget.existingSpace(domainId, 'team'),
  };
}

function ownedTargets(stack: Stack) {
  const { domain, executionRole } = newDomain(stack, { jupyterLabAppSettings: { defaultResourceSpec: { instanceType: 'ml.t3.large' } } });
  const domainId = domain.attrDomainId;
  const profile = new sagemaker.CfnUserProfile(stack, 'Profile', { domainId, userProfileName: 'jo', userSettings: { executionRole: executionRole.roleArn } });
  const space = new sagemaker.CfnSpace(stack, 'Space', { domainId, spaceName: 'team', spaceSettings: {} });
  return { domain: StudioTarget.domain(domain), profile: StudioTarget.userProfile(profile), space: StudioTarget.space(space) };
}

/** Creates a domain, user profile and space that do not belong to the app. */
async function theirTargets(cloud: Cloud): Promise<string> {
  const { sageMaker } = cloud;
  const DomainId = await createDomain(cloud, { JupyterLabAppSettings: { DefaultResourceSpec: { InstanceType: 'ml.t3.large' } } });
  const user = { DomainId, UserProfileName: 'jo' };
  const space = { DomainId, SpaceName: 'team' };
  await sageMaker.send(new CreateUserProfileCommand({ ...user, UserSettings: { ExecutionRole: EXECUTION_ROLE } }));
  await sageMaker.send(new CreateSpaceCommand({ ...space, SpaceSettings: { AppType: 'JupyterLab' } }));
  await settled(() => sageMaker.send(new DescribeUserProfileCommand(user)));
  await settled(() => sageMaker.send(new DescribeSpaceCommand(space)));
  return DomainId;
}

/** Returns the defaults and the lists of the only domain, its user profile and its space. */
async function state({ sageMaker }: Cloud) {
  const { Domains: [{ DomainId }] = [{}] } = await sageMaker.send(new ListDomainsCommand({}));
  const domain = await sageMaker.send(new DescribeDomainCommand({ DomainId }));
  const profile = await sageMaker.send(new DescribeUserProfileCommand({ DomainId, UserProfileName: 'jo' }));
  const space = await sageMaker.send(new DescribeSpaceCommand({ DomainId, SpaceName: 'team' }));
  expect([domain.Status, profile.Status, space.Status]).toEqual(['InService', 'InService', 'InService']);
  const found = (settings: JupyterLabAppSettings | undefined) => settings?.DefaultResourceSpec ?? {};
  const listed = (settings: JupyterLabAppSettings | undefined) => (settings?.CustomImages ?? []).map((one) => `${one.ImageName}:${one.ImageVersionNumber}`);
  const [ofDomain, ofProfile] = [domain.DefaultUserSettings?.JupyterLabAppSettings, profile.UserSettings?.CodeEditorAppSettings];
  return {
    domain: found(ofDomain),
    profile: found(ofProfile),
    space: [found(space.SpaceSettings?.JupyterLabAppSettings), found(space.SpaceSettings?.CodeEditorAppSettings)],
    lists: [listed(ofDomain), listed(ofProfile)],
  };
}

/** The state with these defaults. The instance type is that of the domain without them. */
function withDefault(spec: ResourceSpec, ...entries: string[]): Awaited<ReturnType<typeof state>> {
  return { domain: { InstanceType: 'ml.t3.large', ...spec }, profile: spec, space: [spec, spec], lists: [entries, entries] };
}

const version = (number: number): ResourceSpec =>
  ({ SageMakerImageArn: `${ARN}:image/torch`, SageMakerImageVersionArn: `${ARN}:image-version/torch/${number}` });
const THEIRS = { SageMakerImageArn: `${ARN}:image/theirs`, SageMakerImageVersionArn: `${ARN}:image-version/theirs/1` };
const OF_SAGEMAKER = { SageMakerImageArn: `arn:aws:sagemaker:${ENVIRONMENT.region}:885854791233:image/sagemaker-distribution-cpu`, SageMakerImageVersionAlias: '2.0.0' };

describe.each(['owned', 'existing'])('%s targets', (kind) => {
  const test = (title: string, body: (cloud: Cloud, app: (options: Options) => AppBuilder) => Promise<void>) => scenario(title, async (cloud) => {
    const existing = kind === 'existing' ? await theirTargets(cloud) : undefined;
    await body(cloud, (options) => studio({ existing, ...options }));
  });

  // The version is kept until it is cleared, or all of a default that is omitted is dropped.
  for (const [omitted_default_image, absent_default_image] of [['version-kept', 'kept'], ['dropped', 'emptied']]) {
    test(`start the version of the same deployment, until the default is removed (omitted default images are ${omitted_default_image})`, async (cloud, app) => {
      await cloud.set({ omitted_default_image, absent_default_image, space_app_type: kind === 'existing' ? 'refuse' : 'accept' });
      await cloud.deploy(app({}));
      expect(await state(cloud)).toEqual(withDefault(version(1), 'torch:1'));
      await cloud.deploy(app({ tag: 'b' }));
      expect(await state(cloud)).toEqual(withDefault(version(2), 'torch:2'));
      await cloud.deploy(app({ tag: 'b', defaultImage: false }));
      expect(await state(cloud)).toEqual(withDefault({}, 'torch:2'));
      await cloud.deploy(app({ tag: 'b' }));
      await cloud.destroy(app({ tag: 'b' }));
      expect(await cloud.stacks()).toEqual([]);
      if (kind === 'existing') {
        expect(await state(cloud)).toEqual(withDefault({}));
      }
    });
  }

  test('start the version of another stack, whose second release works too', async (cloud, app) => {
    await cloud.deploy(app({ imageStack: 'Images' }));
    expect(await state(cloud)).toEqual(withDefault(version(1), 'torch:1'));
    await cloud.deploy(app({ imageStack: 'Images', tag: 'b' }));
    expect(await state(cloud)).toEqual(withDefault(version(2), 'torch:2'));
  });

  test('start the former version after a deployment that fails', async (cloud, app) => {
    await cloud.deploy(app({ defaultImage: false }));
    await cloud.failToDeploy(app({ fails: true }));
    expect(await state(cloud)).toEqual(withDefault({}, 'torch:1'));
    await cloud.deploy(app({}));
    await cloud.failToDeploy(app({ tag: 'b', fails: true }));
    expect(await state(cloud)).toEqual(withDefault(version(1), 'torch:1'));
    await cloud.failToDeploy(app({ defaultImage: false, fails: true }));
    expect(await state(cloud)).toEqual(withDefault(version(1), 'torch:1'));
    expect(await cloud.stackStatus('Studio')).toBe('UPDATE_ROLLBACK_COMPLETE');
  });
});

/** Sets the default of the domain, as another team. */
async function setTheirDefault({ sageMaker }: Cloud, DomainId: string, spec: ResourceSpec): Promise<void> {
  await sageMaker.send(new UpdateDomainCommand({ DomainId, DefaultUserSettings: { JupyterLabAppSettings: { DefaultResourceSpec: spec } } }));
  await domainInService(sageMaker, DomainId);
}

/** Creates a domain, a user profile and a space, and the image of another team. */
async function besideTheirs(cloud: Cloud): Promise<string> {
  await cloud.deploy((app) => {
    const stack = new Stack(app, 'Theirs', { env: ENVIRONMENT });
    new Image(stack, 'Image', { imageName: 'theirs' }).addVersion('V', { baseImage: torch(stack, 'a') });
  });
  return theirTargets(cloud);
}

scenario('a default of another team stays, and the deployment fails with the reason', async (cloud) => {
  const existing = await besideTheirs(cloud);
  await setTheirDefault(cloud, existing, THEIRS);
  expect(await cloud.failToDeploy(studio({ existing }))).toContain('somebody else set another default image; nothing was changed; '
    + `remove it or leave out defaultImage: DefaultUserSettings.JupyterLabAppSettings: found ${ARN}:image-version/theirs/1, expected ${ARN}:image-version/torch/1`);
  expect(await state(cloud)).toEqual({ ...withDefault({}), domain: { InstanceType: 'ml.t3.large', ...THEIRS } });
});

scenario('a default that another team sets later stays in a release and in the destruction', async (cloud) => {
  const existing = await besideTheirs(cloud);
  await cloud.deploy(studio({ existing }));
  await setTheirDefault(cloud, existing, THEIRS);
  await cloud.deploy(studio({ existing, tag: 'b' }));
  expect(await state(cloud)).toEqual({ ...withDefault(version(2), 'torch:2'), domain: { InstanceType: 'ml.t3.large', ...THEIRS } });
  await cloud.destroy(studio({ existing, tag: 'b' }));
  expect(await state(cloud)).toEqual({ ...withDefault({}), domain: { InstanceType: 'ml.t3.large', ...THEIRS } });
});

scenario('a default image of SageMaker is replaced', async (cloud) => {
  await cloud.set({ omitted_default_image: 'dropped' });
  const existing = await theirTargets(cloud);
  await setTheirDefault(cloud, existing, { InstanceType: 'ml.t3.large', ...OF_SAGEMAKER });
  await cloud.deploy(studio({ existing }));
  expect(await state(cloud)).toEqual(withDefault(version(1), 'torch:1'));
});

// Versions are cleared, but there is no documented way to clear the image.
scenario('if SageMaker keeps a default, its removal is rolled back, and the destruction fails before the image is deleted', async (cloud) => {
  await cloud.set({ omitted_default_image: 'kept' });
  const existing = await besideTheirs(cloud);
  const app = (defaultImage: boolean): AppBuilder => (root) => {
    const stack = new Stack(root, 'Studio', { env: ENVIRONMENT });
    const imageVersion = new Image(stack, 'Torch', { imageName: 'torch' }).addVersion('V', { baseImage: torch(stack, 'a') });
    const appImageConfig = new AppImageConfig(stack, 'Lab', { app: StudioApp.jupyterLab() });
    new StudioAttachment(stack, 'Attachment', { imageVersion, appImageConfig, target: StudioTarget.existingDomain(existing), defaultImage });
  };
  await cloud.deploy(app(true));
  expect(await cloud.failToDeploy(app(false))).toContain('kept the default image of DefaultUserSettings.JupyterLabAppSettings');
  expect(await cloud.stackStatus('Studio')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect((await state(cloud)).domain).toEqual({ InstanceType: 'ml.t3.large', ...version(1) });
  const destroy = () => cloud.destroy((root) => { new Stack(root, 'Studio', { env: ENVIRONMENT }); });
  const reason = await destroy().then(() => 'no error', (error: Error) => error.message);
  expect(reason).toContain('kept the default image of DefaultUserSettings.JupyterLabAppSettings');
  expect(reason).toContain(`aws sagemaker update-domain --domain-id '${existing}' --default-user-settings 'JupyterLabAppSettings={DefaultResourceSpec=`);
  expect(await cloud.shortVersions()).toContain('torch 1 CREATED');
  await setTheirDefault(cloud, existing, THEIRS);
  await destroy();
  expect(await cloud.images()).toEqual(['theirs']);
});
