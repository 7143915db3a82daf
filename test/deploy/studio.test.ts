import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateDomainCommand, CreateSpaceCommand, CreateUserProfileCommand, DescribeDomainCommand, DescribeSpaceCommand, DescribeUserProfileCommand,
} from '@aws-sdk/client-sagemaker';
import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { torch } from './apps';
import { AppBuilder, Cloud, ENVIRONMENT } from './cloud';
import { scenarios } from './scenario';
import { Cdk } from '../../emulator/cdk';
import { BuilderEnvironment, findBuilder, podmanEnvironment } from '../../emulator/podman';
import { EXAMPLES } from '../../scripts/examples/synth';

const ROOT = join(__dirname, '..', '..');
const EXECUTION_ROLE = `arn:aws:iam::${ENVIRONMENT.account}:role/execution`;

const anyScenario = scenarios({
  // One attachment after the other, each of which looks for a while whether somebody else writes.
  settings: { enforce_iam: true, answer_seconds: 240 },
  prepare: async (cloud) => {
    await cloud.pushImages('torch', 'a', 'b');
    const client = cloud.client(IAMClient);
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
    await client.send(new CreateRoleCommand({ RoleName: 'execution', AssumeRolePolicyDocument: JSON.stringify(trust) }));
  },
});

/** Takes the stacks down before the images that domains refer to: a domain cannot be updated any more without them. */
function scenario(title: string, body: (cloud: Cloud) => Promise<void>): void {
  anyScenario(title, async (cloud) => {
    try {
      await body(cloud);
    } finally {
      for (const { StackName } of await cloud.stacks()) {
        await cloud.cloudFormation.send(new DeleteStackCommand({ StackName }));
      }
    }
  });
}

let domains = 0;

/** A domain of somebody else. Its execution role may do nothing yet. */
async function createDomain(cloud: Cloud): Promise<string> {
  const { DomainArn } = await cloud.sageMaker.send(new CreateDomainCommand({
    DomainName: `theirs-${++domains}`,
    AuthMode: 'IAM',
    VpcId: 'vpc-1',
    SubnetIds: ['subnet-1'],
    DefaultUserSettings: { ExecutionRole: EXECUTION_ROLE },
    DefaultSpaceSettings: { ExecutionRole: EXECUTION_ROLE, SecurityGroups: ['sg-1'] },
  }));
  const DomainId = DomainArn!.split('/')[1];
  await inService(() => cloud.sageMaker.send(new DescribeDomainCommand({ DomainId })));
  return DomainId;
}

async function inService<T extends { Status?: string }>(describe: () => Promise<T>): Promise<T> {
  for (;;) {
    const found = await describe();
    if (found.Status === 'InService') {
      return found;
    }
    await sleep(100);
  }
}

/** The settings of a domain, a user profile `jo` and a space `team` in it. */
async function settingsOf({ sageMaker }: Cloud, DomainId: string) {
  const { DefaultUserSettings, DefaultSpaceSettings } = await inService(() => sageMaker.send(new DescribeDomainCommand({ DomainId })));
  const { UserSettings } = await inService(() => sageMaker.send(new DescribeUserProfileCommand({ DomainId, UserProfileName: 'jo' })));
  const { SpaceSettings } = await inService(() => sageMaker.send(new DescribeSpaceCommand({ DomainId, SpaceName: 'team' })));
  return structuredClone({ DefaultUserSettings, DefaultSpaceSettings, UserSettings, SpaceSettings });
}

/** The entries of all settings and apps: `<settings> <app> <image>:<number>`. */
function entries(all: Record<string, any>): string[] {
  return Object.entries(all).flatMap(([settings, apps]) => Object.entries<any>(apps ?? {}).flatMap(([app, { CustomImages = [] }]) =>
    CustomImages.map(({ ImageName, ImageVersionNumber }: any) => `${settings} ${app} ${ImageName}:${ImageVersionNumber}`))).sort();
}

/** One image as a kernel in every place. */
function everywhere(domainId: string, tag: string): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Images', { env: ENVIRONMENT });
    const executionRole = iam.Role.fromRoleArn(stack, 'Execution', EXECUTION_ROLE);
    new StudioImage(stack, 'Torch', {
      imageName: 'torch',
      baseImage: torch(stack, tag),
      app: StudioApp.kernelGateway({ kernelName: 'python3' }),
      attachTo: [
        StudioTarget.existingDomain(domainId, { executionRole }),
        StudioTarget.existingDomainSpaces(domainId, { executionRole }),
        StudioTarget.existingUserProfile(domainId, 'jo', { executionRole }),
        StudioTarget.existingSpace(domainId, 'team', { executionRole }),
      ],
    });
  };
}

scenario('every place of an existing domain takes the image, moves with its next version and gives it back', async (cloud) => {
  const domain = await createDomain(cloud);
  await cloud.sageMaker.send(new CreateUserProfileCommand({ DomainId: domain, UserProfileName: 'jo', UserSettings: { SecurityGroups: ['sg-2'] } }));
  await cloud.sageMaker.send(new CreateSpaceCommand({ DomainId: domain, SpaceName: 'team' }));
  const before = await settingsOf(cloud, domain);
  const everyEntry = (number: number) => ['DefaultSpaceSettings', 'DefaultUserSettings', 'SpaceSettings', 'UserSettings']
    .map((settings) => `${settings} KernelGatewayAppSettings torch:${number}`);

  await cloud.deploy(everywhere(domain, 'a'));
  expect(entries(await settingsOf(cloud, domain))).toEqual(everyEntry(1));
  await cloud.deploy(everywhere(domain, 'b'));
  expect(entries(await settingsOf(cloud, domain))).toEqual(everyEntry(2));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED']);
  await cloud.destroy(everywhere(domain, 'b'));
  expect(withoutEmptyLists(await settingsOf(cloud, domain))).toEqual(withoutEmptyLists(before));
  expect(await cloud.images()).toEqual([]);
});

/** A list that is empty says the same as none: the service has no way to take one away. */
function withoutEmptyLists(all: Record<string, any>): Record<string, any> {
  return Object.fromEntries(Object.entries(all).map(([settings, apps]) => [settings, Object.fromEntries(
    Object.entries<any>(apps ?? {}).filter(([, app]) => JSON.stringify(app) !== '{"CustomImages":[]}'))]));
}

const builderOfMachine = findBuilder();

if (builderOfMachine.name) {
  describe('examples/studio', () => {
    let folder: string;
    let builder: BuilderEnvironment | undefined;

    beforeAll(() => {
      // In the repository, where the app finds its packages.
      mkdirSync(join(ROOT, '.build'), { recursive: true });
      folder = mkdtempSync(join(ROOT, '.build', 'studio-'));
      cpSync(join(EXAMPLES, 'studio'), folder, { recursive: true });
      const paths = { 'cdk-sagemaker-images': [join(ROOT, 'src', 'index.ts')] };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: join(ROOT, 'test', 'tsconfig.json'), compilerOptions: { paths } }));
    });

    afterAll(() => {
      builder?.dispose();
      rmSync(folder, { recursive: true, force: true });
    });

    // The real base image is not to be had offline; the app is that of the example, to the letter.
    const writeDockerfile = (release: string) =>
      writeFileSync(join(folder, 'torch', 'Dockerfile'), `FROM scratch\nCOPY Dockerfile /Dockerfile\nLABEL release="${release}"\n`);

    scenario('from a Dockerfile to JupyterLab and back, by the CDK CLI', async (cloud) => {
      builder = podmanEnvironment(cloud.aws);
      Object.assign(process.env, builder!.env);
      // What the example's warning says that the owner of the role has to allow.
      const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sagemaker:Describe*', Resource: '*' }] };
      await cloud.client(IAMClient).send(new PutRolePolicyCommand({ RoleName: 'execution', PolicyName: 'all', PolicyDocument: JSON.stringify(policy) }));
      const DomainId = await createDomain(cloud);
      const cdk = new Cdk(cloud.aws, folder);
      const numbers = async () => {
        const { DefaultUserSettings: settings } = await inService(() => cloud.sageMaker.send(new DescribeDomainCommand({ DomainId })));
        return (settings?.JupyterLabAppSettings?.CustomImages ?? []).map(({ ImageVersionNumber }) => ImageVersionNumber);
      };
      try {
        for (const [index, release] of ['one', 'two'].entries()) {
          writeDockerfile(release);
          const { ok, output } = await cdk.deploy('-c', `domainId=${DomainId}`);
          expect({ ok, output }).toEqual({ ok: true, output });
          expect(output).toContain('cdk-sagemaker-images:studioExecutionRole');
          expect(await numbers()).toEqual([index + 1]);
        }
        expect((await cloud.versions()).map(({ version, status }) => `${version} ${status}`)).toEqual(['1 CREATED', '2 CREATED']);
        expect(await cdk.destroy('-c', `domainId=${DomainId}`)).toMatchObject({ ok: true });
        expect(await numbers()).toEqual([]);
        expect(await cloud.images()).toEqual([]);
      } finally {
        cdk.dispose();
      }
    });
  });
} else {
  process.stderr.write(`SKIPPED: the deploy test of examples/studio, since ${builderOfMachine.reason}\n`);
  test.skip('from a Dockerfile to JupyterLab and back, by the CDK CLI', () => undefined);
}
