import {
  AddTagsCommand, CreateImageCommand, CreateImageVersionCommand, DeleteImageCommand, DeleteImageVersionCommand, DeleteTagsCommand,
  DescribeImageCommand, DescribeImageVersionCommand, ListAliasesCommand, ListImagesCommand, ListImageVersionsCommand, ListTagsCommand,
  SageMakerClient, UpdateImageCommand, UpdateImageVersionCommand,
} from '@aws-sdk/client-sagemaker';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { App, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Image, ImageVersion } from 'cdk-sagemaker-images';
import { torch } from './apps';
import { Cloud } from './cloud';
import { ENVIRONMENT } from './environment';
import { scenarios } from './scenario';

const { account, region } = ENVIRONMENT;
const IMAGE_ROLE = 'image-role';
const BASE_IMAGE = `${account}.dkr.ecr.${region}.amazonaws.com/torch:c`;

/** What somebody can do with an image and its versions; each is one call. */
const ACTIONS: Record<string, (client: SageMakerClient, target: Target) => Promise<unknown>> = {
  ListImages: (client) => client.send(new ListImagesCommand({})),
  DescribeImage: (client, { ImageName }) => client.send(new DescribeImageCommand({ ImageName })),
  UpdateImage: (client, { ImageName }) => client.send(new UpdateImageCommand({ ImageName, Description: 'Changed' })),
  ListImageVersions: (client, { ImageName }) => client.send(new ListImageVersionsCommand({ ImageName })),
  ListAliases: (client, target) => client.send(new ListAliasesCommand(target)),
  DescribeImageVersion: (client, target) => client.send(new DescribeImageVersionCommand(target)),
  UpdateImageVersion: (client, target) => client.send(new UpdateImageVersionCommand({ ...target, ReleaseNotes: 'Changed' })),
  ListTags: (client, { ImageName }) => client.send(new ListTagsCommand({ ResourceArn: imageArn(ImageName) })),
  AddTags: (client, { ImageName }) => client.send(new AddTagsCommand({ ResourceArn: imageArn(ImageName), Tags: [{ Key: 'a', Value: 'b' }] })),
  DeleteTags: (client, { ImageName }) => client.send(new DeleteTagsCommand({ ResourceArn: imageArn(ImageName), TagKeys: ['a'] })),
  CreateImage: (client, { ImageName }) => client.send(new CreateImageCommand({ ImageName, RoleArn: `arn:aws:iam::${account}:role/${IMAGE_ROLE}` })),
  CreateImageVersion: (client, { ImageName }) => client.send(new CreateImageVersionCommand({ ImageName, BaseImage: BASE_IMAGE, ClientToken: 'same' })),
  DeleteImageVersion: (client, target) => client.send(new DeleteImageVersionCommand(target)),
  DeleteImage: (client, { ImageName }) => client.send(new DeleteImageCommand({ ImageName })),
};

interface Target { readonly ImageName: string; readonly Version: number }

const [FIRST, SECOND, OTHER]: Target[] = [
  { ImageName: 'torch', Version: 1 }, { ImageName: 'torch', Version: 2 }, { ImageName: 'other', Version: 1 },
];

const MANAGE = ['CreateImageVersion', 'DeleteImageVersion', 'DescribeImageVersion', 'ListAliases', 'ListImageVersions', 'UpdateImageVersion'];

interface GrantCase {
  /** Name of the role that gets it. */
  readonly role: string;
  readonly grant: (to: iam.IGrantable, image: Image, version: ImageVersion) => unknown;
  readonly promised: string[];
  /** For grants on one version. */
  readonly onFirstOnly?: boolean;
}

/** What each grant promises. Those that can delete come last, so that the others find something. */
const GRANTS: GrantCase[] = [
  { role: 'nothing', grant: () => undefined, promised: [] },
  { role: 'image-read', grant: (to, image) => image.grants.readVersions(to), promised: ['DescribeImageVersion'] },
  { role: 'image-list', grant: (to, image) => image.grants.listVersions(to), promised: ['ListImageVersions'] },
  { role: 'image-update', grant: (to, image) => image.grants.updateVersions(to), promised: ['DescribeImageVersion', 'ListAliases', 'UpdateImageVersion'] },
  { role: 'version-read', grant: (to, _, version) => version.grants.read(to), promised: ['DescribeImageVersion'], onFirstOnly: true },
  {
    role: 'version-update',
    grant: (to, _, version) => version.grants.update(to),
    promised: ['DescribeImageVersion', 'ListAliases', 'UpdateImageVersion'],
    onFirstOnly: true,
  },
  { role: 'image-create', grant: (to, image) => image.grants.createVersion(to), promised: ['CreateImageVersion', 'DescribeImageVersion'] },
  {
    role: 'version-delete',
    grant: (to, _, version) => version.grants.delete(to),
    promised: ['DeleteImageVersion', 'DescribeImageVersion'],
    onFirstOnly: true,
  },
  { role: 'image-delete', grant: (to, image) => image.grants.deleteVersions(to), promised: ['DeleteImageVersion', 'DescribeImageVersion'] },
  { role: 'image-manage', grant: (to, image) => image.grants.manageVersions(to), promised: MANAGE },
  {
    role: 'image-deploy',
    grant: (to, image) => image.grants.deploy(to),
    promised: [...MANAGE, 'AddTags', 'CreateImage', 'DeleteImage', 'DeleteTags', 'DescribeImage', 'ListTags', 'UpdateImage'],
  },
];

function app(scope: App): void {
  const stack = new Stack(scope, 'Images', { env: ENVIRONMENT });
  const role = new iam.Role(stack, 'ImageRole', { roleName: IMAGE_ROLE, assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  const image = new Image(stack, 'Torch', { imageName: 'torch', role });
  const version = image.addVersion('A', { baseImage: torch(stack, 'a') });
  image.addVersion('B', { baseImage: torch(stack, 'b') });
  new Image(stack, 'Other', { imageName: 'other', role }).addVersion('A', { baseImage: torch(stack, 'a') });
  for (const { role: roleName, grant } of GRANTS) {
    grant(new iam.Role(stack, roleName, { roleName, assumedBy: new iam.AccountRootPrincipal() }), image, version);
  }
}

const scenario = scenarios({ settings: { enforce_iam: true }, prepare: (cloud) => cloud.pushImages('torch', 'a', 'b', 'c') });

scenario('whoever gets a grant can do what it promises, on that image or version, and nothing else', async (cloud) => {
  await cloud.deploy(app);
  const found: Record<string, string[][]> = {};
  for (const { role } of GRANTS) {
    const client = await assume(cloud, role);
    found[role] = [];
    for (const target of [FIRST, SECOND, OTHER]) {
      found[role].push(await allowed(client, target));
    }
  }
  expect(found).toEqual(Object.fromEntries(GRANTS.map(({ role, promised, onFirstOnly }) => {
    const all = [...promised].sort();
    return [role, [all, onFirstOnly ? [] : all, []]];
  })));
});

/** The actions that are not denied; whether they make sense then is another question. */
async function allowed(client: SageMakerClient, target: Target): Promise<string[]> {
  const names: string[] = [];
  for (const [name, call] of Object.entries(ACTIONS)) {
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

function imageArn(name: string): string {
  return `arn:aws:sagemaker:${region}:${account}:image/${name}`;
}
