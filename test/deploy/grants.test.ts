import {
  AddTagsCommand, CreateAppImageConfigCommand, CreateImageCommand, CreateImageVersionCommand, DeleteAppImageConfigCommand, DeleteImageCommand,
  DeleteImageVersionCommand, DeleteTagsCommand, DescribeAppImageConfigCommand, DescribeImageCommand, DescribeImageVersionCommand,
  ListAliasesCommand, ListAppImageConfigsCommand, ListImagesCommand, ListImageVersionsCommand, ListTagsCommand, SageMakerClient,
  UpdateAppImageConfigCommand, UpdateImageCommand, UpdateImageVersionCommand,
} from '@aws-sdk/client-sagemaker';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { App, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { AppImageConfig, AppImageConfigGrants, Image, ImageVersion, StudioApp } from 'cdk-sagemaker-images';
import { torch } from './apps';
import { Cloud } from './cloud';
import { ENVIRONMENT } from './environment';
import { scenarios } from './scenario';

const { account, region } = ENVIRONMENT;
const IMAGE_ROLE = 'image-role';
const BASE_IMAGE = `${account}.dkr.ecr.${region}.amazonaws.com/torch:c`;

/** Calls by action name. */
type Actions<T> = Record<string, (client: SageMakerClient, target: T) => Promise<unknown>>;

/** The name of a call that selects the version by its alias. It needs the permission on the version. */
function byAlias(action: string): string {
  return `${action} by alias`;
}

/** One call for each action on an image and its versions. */
const ACTIONS: Actions<Target> = {
  ListImages: (client) => client.send(new ListImagesCommand({})),
  DescribeImage: (client, { ImageName }) => client.send(new DescribeImageCommand({ ImageName })),
  UpdateImage: (client, { ImageName }) => client.send(new UpdateImageCommand({ ImageName, Description: 'Changed' })),
  ListImageVersions: (client, { ImageName }) => client.send(new ListImageVersionsCommand({ ImageName })),
  ListAliases: (client, { ImageName, Version }) => client.send(new ListAliasesCommand({ ImageName, Version })),
  DescribeImageVersion: (client, { ImageName, Version }) => client.send(new DescribeImageVersionCommand({ ImageName, Version })),
  [byAlias('DescribeImageVersion')]: (client, { ImageName, Alias }) => client.send(new DescribeImageVersionCommand({ ImageName, Alias })),
  UpdateImageVersion: (client, { ImageName, Version }) =>
    client.send(new UpdateImageVersionCommand({ ImageName, Version, ReleaseNotes: 'Changed' })),
  [byAlias('UpdateImageVersion')]: (client, { ImageName, Alias }) =>
    client.send(new UpdateImageVersionCommand({ ImageName, Alias, ReleaseNotes: 'Changed' })),
  ListTags: (client, { ImageName }) => client.send(new ListTagsCommand({ ResourceArn: imageArn(ImageName) })),
  AddTags: (client, { ImageName }) => client.send(new AddTagsCommand({ ResourceArn: imageArn(ImageName), Tags: [{ Key: 'a', Value: 'b' }] })),
  DeleteTags: (client, { ImageName }) => client.send(new DeleteTagsCommand({ ResourceArn: imageArn(ImageName), TagKeys: ['a'] })),
  CreateImage: (client, { ImageName }) => client.send(new CreateImageCommand({ ImageName, RoleArn: `arn:aws:iam::${account}:role/${IMAGE_ROLE}` })),
  CreateImageVersion: (client, { ImageName }) => client.send(new CreateImageVersionCommand({ ImageName, BaseImage: BASE_IMAGE, ClientToken: 'same' })),
  DeleteImageVersion: (client, { ImageName, Version }) => client.send(new DeleteImageVersionCommand({ ImageName, Version })),
  DeleteImage: (client, { ImageName }) => client.send(new DeleteImageCommand({ ImageName })),
};

interface Target { readonly ImageName: string; readonly Version: number; readonly Alias: string }

const [FIRST, SECOND, OTHER]: Target[] = [
  { ImageName: 'torch', Version: 1, Alias: 'first' }, { ImageName: 'torch', Version: 2, Alias: 'second' }, { ImageName: 'other', Version: 1, Alias: 'first' },
];

const MANAGE = ['CreateImageVersion', 'DeleteImageVersion', 'DescribeImageVersion', 'ListAliases', 'ListImageVersions', 'UpdateImageVersion'];

interface GrantCase {
  /** The name of the grantee. */
  readonly role: string;
  readonly grant: (to: iam.IGrantable, image: Image, version: ImageVersion) => unknown;
  readonly expected: string[];
  /** Whether the grant is for one version only. */
  readonly onFirstOnly?: boolean;
}

/** The actions of each grant. Grants with deletions are last, because they delete what the other calls need. */
const GRANTS: GrantCase[] = [
  { role: 'nothing', grant: () => undefined, expected: [] },
  { role: 'image-read', grant: (to, image) => image.grants.readVersions(to), expected: ['DescribeImageVersion'] },
  { role: 'image-list', grant: (to, image) => image.grants.listVersions(to), expected: ['ListImageVersions'] },
  { role: 'image-update', grant: (to, image) => image.grants.updateVersions(to), expected: ['DescribeImageVersion', 'ListAliases', 'UpdateImageVersion'] },
  { role: 'version-read', grant: (to, _, version) => version.grants.read(to), expected: ['DescribeImageVersion'], onFirstOnly: true },
  {
    role: 'version-update',
    grant: (to, _, version) => version.grants.update(to),
    expected: ['DescribeImageVersion', 'ListAliases', 'UpdateImageVersion'],
    onFirstOnly: true,
  },
  { role: 'image-create', grant: (to, image) => image.grants.createVersion(to), expected: ['CreateImageVersion', 'DescribeImageVersion'] },
  {
    role: 'version-delete',
    grant: (to, _, version) => version.grants.delete(to),
    expected: ['DeleteImageVersion', 'DescribeImageVersion'],
    onFirstOnly: true,
  },
  { role: 'image-delete', grant: (to, image) => image.grants.deleteVersions(to), expected: ['DeleteImageVersion', 'DescribeImageVersion'] },
  { role: 'image-manage', grant: (to, image) => image.grants.manageVersions(to), expected: MANAGE },
  {
    role: 'image-deploy',
    grant: (to, image) => image.grants.deploy(to),
    expected: [...MANAGE, 'AddTags', 'CreateImage', 'DeleteImage', 'DeleteTags', 'DescribeImage', 'ListTags', 'UpdateImage'],
  },
];

function app(scope: App): void {
  const stack = new Stack(scope, 'Images', { env: ENVIRONMENT });
  const role = new iam.Role(stack, 'ImageRole', { roleName: IMAGE_ROLE, assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  const image = new Image(stack, 'Torch', { imageName: 'torch', role });
  const version = image.addVersion('A', { baseImage: torch(stack, 'a'), alias: 'first' });
  image.addVersion('B', { baseImage: torch(stack, 'b'), alias: 'second' });
  new Image(stack, 'Other', { imageName: 'other', role }).addVersion('A', { baseImage: torch(stack, 'a'), alias: 'first' });
  for (const { role: roleName, grant } of GRANTS) {
    grant(new iam.Role(stack, roleName, { roleName, assumedBy: new iam.AccountRootPrincipal() }), image, version);
  }
}

const scenario = scenarios({ settings: { enforce_iam: true }, prepare: (cloud) => cloud.pushImages('torch', 'a', 'b', 'c') });

scenario('each grant on an image or version gives exactly the documented permissions', async (cloud) => {
  await cloud.deploy(app);
  const found: Record<string, string[][]> = {};
  for (const { role } of GRANTS) {
    const client = await assume(cloud, role);
    found[role] = [];
    for (const target of [FIRST, SECOND, OTHER]) {
      found[role].push(await allowed(client, ACTIONS, target));
    }
  }
  expect(found).toEqual(Object.fromEntries(GRANTS.map(({ role, expected, onFirstOnly }) => {
    const all = [...expected, ...expected.map(byAlias).filter((name) => name in ACTIONS)].sort();
    return [role, [all, onFirstOnly ? [] : all, []]];
  })));
});

/** One call for each action on a configuration. */
const CONFIG_ACTIONS: Actions<string> = {
  ListAppImageConfigs: (client) => client.send(new ListAppImageConfigsCommand({})),
  CreateAppImageConfig: (client, AppImageConfigName) =>
    client.send(new CreateAppImageConfigCommand({ AppImageConfigName, JupyterLabAppImageConfig: {} })),
  DescribeAppImageConfig: (client, AppImageConfigName) => client.send(new DescribeAppImageConfigCommand({ AppImageConfigName })),
  UpdateAppImageConfig: (client, AppImageConfigName) =>
    client.send(new UpdateAppImageConfigCommand({ AppImageConfigName, JupyterLabAppImageConfig: {} })),
  ListTags: (client, name) => client.send(new ListTagsCommand({ ResourceArn: configArn(name) })),
  AddTags: (client, name) => client.send(new AddTagsCommand({ ResourceArn: configArn(name), Tags: [{ Key: 'a', Value: 'b' }] })),
  DeleteTags: (client, name) => client.send(new DeleteTagsCommand({ ResourceArn: configArn(name), TagKeys: ['a'] })),
  DeleteAppImageConfig: (client, AppImageConfigName) => client.send(new DeleteAppImageConfigCommand({ AppImageConfigName })),
};

interface ConfigGrantCase {
  readonly role: string;
  readonly grant: (to: iam.IGrantable, grants: AppImageConfigGrants) => unknown;
  readonly expected: string[];
}

const CONFIG_GRANTS: ConfigGrantCase[] = [
  { role: 'nothing', grant: () => undefined, expected: [] },
  { role: 'config-read', grant: (to, grants) => grants.read(to), expected: ['DescribeAppImageConfig', 'ListTags'] },
  {
    role: 'config-update',
    grant: (to, grants) => grants.update(to),
    expected: ['AddTags', 'DeleteTags', 'DescribeAppImageConfig', 'ListTags', 'UpdateAppImageConfig'],
  },
  {
    role: 'config-create',
    grant: (to, grants) => grants.create(to),
    expected: ['AddTags', 'CreateAppImageConfig', 'DescribeAppImageConfig', 'ListTags'],
  },
  {
    role: 'config-delete',
    grant: (to, grants) => grants.delete(to),
    expected: ['DeleteAppImageConfig', 'DeleteTags', 'DescribeAppImageConfig'],
  },
];

scenario('each grant on a configuration gives exactly the documented permissions', async (cloud) => {
  await cloud.deploy((scope) => {
    const stack = new Stack(scope, 'Configs', { env: ENVIRONMENT });
    const [ours] = ['ours', 'theirs'].map((appImageConfigName) =>
      new AppImageConfig(stack, appImageConfigName, { appImageConfigName, app: StudioApp.jupyterLab() }));
    for (const { role: roleName, grant } of CONFIG_GRANTS) {
      grant(new iam.Role(stack, roleName, { roleName, assumedBy: new iam.AccountRootPrincipal() }), ours.grants);
    }
  });
  const found: Record<string, string[][]> = {};
  for (const { role } of CONFIG_GRANTS) {
    const client = await assume(cloud, role);
    found[role] = [await allowed(client, CONFIG_ACTIONS, 'ours'), await allowed(client, CONFIG_ACTIONS, 'theirs')];
  }
  expect(found).toEqual(Object.fromEntries(CONFIG_GRANTS.map(({ role, expected }) => [role, [expected, []]])));
});

/** Returns the actions that are not denied, no matter whether the calls succeed. */
async function allowed<T>(client: SageMakerClient, actions: Actions<T>, target: T): Promise<string[]> {
  const names: string[] = [];
  for (const [name, call] of Object.entries(actions)) {
    const error: Error | undefined = await call(client, target).then(() => undefined, (reason) => reason);
    if (error?.name !== 'AccessDeniedException') {
      names.push(name);
    }
  }
  return names.sort();
}

async function assume(cloud: Cloud, roleName: string): Promise<SageMakerClient> {
  const { Credentials } = await cloud.client(STSClient).send(new AssumeRoleCommand({
    RoleArn: `arn:aws:iam::${account}:role/${roleName}`, RoleSessionName: 'test',
  }));
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
  return cloud.client(SageMakerClient, {
    credentials: { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! },
    maxAttempts: 1,
  });
}

function configArn(name: string): string {
  return `arn:aws:sagemaker:${region}:${account}:app-image-config/${name}`;
}

function imageArn(name: string): string {
  return `arn:aws:sagemaker:${region}:${account}:image/${name}`;
}
