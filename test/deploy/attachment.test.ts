import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { DeleteDomainCommand, UpdateDomainCommand } from '@aws-sdk/client-sagemaker';
import { App, aws_iam as iam, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { AppImageConfig, Image, StudioApp, StudioAttachment, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { torch } from './apps';
import { AppBuilder, Cloud } from './cloud';
import { allowDescribing, createDomain, createExecutionRole, domainInService, EXECUTION_ROLE } from './domains';
import { ENVIRONMENT } from './environment';
import { scenarios } from './scenario';

const APPS = 10;

const scenario = scenarios({
  settings: { enforce_iam: true },
  prepare: async (cloud) => {
    await cloud.pushImages('torch', 'a', 'b');
    await createExecutionRole(cloud);
    await allowDescribing(cloud);
  },
});

/** A domain of somebody else, with settings of its own. */
function theirDomain(cloud: Cloud): Promise<string> {
  return createDomain(cloud, {
    SecurityGroups: ['sg-2', 'sg-1'],
    SharingSettings: { NotebookOutputOption: 'Disabled' },
    JupyterLabAppSettings: { CodeRepositories: [{ RepositoryUrl: 'https://example.com/theirs' }] },
    CodeEditorAppSettings: { LifecycleConfigArns: [] },
  });
}

/** Everything that a domain has but its times. */
async function settingsOf(cloud: Cloud, id: string) {
  const { DefaultUserSettings, DefaultSpaceSettings, DomainSettings, Status } = await domainInService(cloud.sageMaker, id);
  return structuredClone({ DefaultUserSettings, DefaultSpaceSettings, DomainSettings, Status });
}

async function entriesOf(cloud: Cloud, id: string): Promise<string[]> {
  const { DefaultUserSettings } = await domainInService(cloud.sageMaker, id);
  return (DefaultUserSettings?.JupyterLabAppSettings?.CustomImages ?? []).map(({ ImageName, ImageVersionNumber }) => `${ImageName}:${ImageVersionNumber}`);
}

/** The calls of attachments that ended so. */
async function callsOf(cloud: Cloud, outcome: string): Promise<object[]> {
  const calls = await cloud.control('log') as { principal: string | null; outcome: string }[];
  return calls.filter((call) => call.outcome === outcome && call.principal?.includes('SageMakerImagesRole'));
}

function app(name: string, domainIds: string[], tag = 'a', more: (stack: Stack) => void = () => undefined, knowsRole = false): AppBuilder {
  return (root: App) => {
    const stack = new Stack(root, name, { env: ENVIRONMENT });
    const executionRole = knowsRole ? iam.Role.fromRoleArn(stack, 'Execution', EXECUTION_ROLE) : undefined;
    new StudioImage(stack, 'Image', {
      imageName: name.toLowerCase(),
      baseImage: torch(stack, tag),
      app: StudioApp.jupyterLab(),
      attachTo: domainIds.map((id) => StudioTarget.existingDomain(id, { executionRole })),
    });
    more(stack);
  };
}

/** The entries of another app, already there. */
async function domainWithTheirs(cloud: Cloud, knowsRole = false): Promise<string> {
  const domain = await theirDomain(cloud);
  await cloud.deploy(app('Theirs', [domain], 'a', undefined, knowsRole));
  return domain;
}

/** What no stack can do. */
function impossible(stack: Stack): void {
  const broken = new sagemaker.CfnImageVersion(stack, 'Broken', { imageName: 'no-such-image', baseImage: 'x' });
  broken.node.addDependency(stack.node.findChild('Image'));
}

for (const mode of ['merge', 'replace']) {
  scenario(`other entries and settings are the same after deployment, update, rollback and destruction (the service does ${mode})`, async (cloud) => {
    await cloud.set({ update_domain: mode });
    // A service that forgets what it is not sent has to be sent the execution role too, which takes the right to pass it.
    const knowsRole = mode === 'replace';
    const ours = (tag: string, more?: (stack: Stack) => void) => app('Ours', [domain], tag, more, knowsRole);
    const domain = await domainWithTheirs(cloud, knowsRole);
    const before = await settingsOf(cloud, domain);

    await cloud.deploy(ours('a'));
    expect(await entriesOf(cloud, domain)).toEqual(['theirs:1', 'ours:1']);
    await cloud.deploy(ours('b'));
    expect(await entriesOf(cloud, domain)).toEqual(['theirs:1', 'ours:2']);
    await cloud.failToDeploy(ours('a', impossible));
    expect(await entriesOf(cloud, domain)).toEqual(['theirs:1', 'ours:2']);
    await cloud.destroy(ours('b'));
    expect(await settingsOf(cloud, domain)).toEqual(before);
  });
}

// To CloudFormation it would be another resource: made first, where the entry is there already, and the former deleted after it.
scenario('a place that is called otherwise in the app, or stands elsewhere in it, keeps its entry', async (cloud) => {
  const domain = await theirDomain(cloud);
  const moving = (scopeId: string, id: string): AppBuilder => (root) => {
    const stack = new Stack(root, 'Ours', { env: ENVIRONMENT });
    const imageVersion = new Image(stack, 'Image', { imageName: 'ours' }).addVersion('V', { baseImage: torch(stack, 'a') });
    const appImageConfig = new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() });
    new StudioAttachment(new Construct(stack, scopeId), id, { imageVersion, appImageConfig, target: StudioTarget.existingDomain(domain) });
  };
  await cloud.deploy(moving('Domains', 'First'));
  const before = await domainInService(cloud.sageMaker, domain);
  await cloud.deploy(moving('Places', 'Domain'));
  expect(await entriesOf(cloud, domain)).toEqual(['ours:1']);
  expect((await domainInService(cloud.sageMaker, domain)).LastModifiedTime).toEqual(before.LastModifiedTime);
});

scenario('the first deployment leaves nothing in the domain when it rolls back', async (cloud) => {
  const domain = await domainWithTheirs(cloud);
  const before = await settingsOf(cloud, domain);
  await cloud.failToDeploy(app('Ours', [domain], 'a', impossible));
  expect(await settingsOf(cloud, domain)).toEqual(before);
});

scenario('ten apps attach to one domain at the same time, and all entries are there', async (cloud) => {
  await cloud.set({ custom_resource_timeout_seconds: 240, answer_seconds: 240 });
  const domain = await theirDomain(cloud);
  const apps = [...Array(APPS).keys()].map((index) => app(`App${index}`, [domain]));
  await Promise.all(apps.map((one) => cloud.deploy(one)));
  expect((await entriesOf(cloud, domain)).sort()).toEqual([...Array(APPS).keys()].map((index) => `app${index}:1`));
});

scenario('a domain that is removed from a stack with two is detached, although the role has no permission for it any more', async (cloud) => {
  const [first, second] = [await theirDomain(cloud), await theirDomain(cloud)];
  await cloud.deploy(app('Ours', [first, second]));
  expect(await entriesOf(cloud, second)).toEqual(['ours:1']);
  await cloud.deploy(app('Ours', [first]));
  expect(await entriesOf(cloud, second)).toEqual([]);
  expect(await entriesOf(cloud, first)).toEqual(['ours:1']);
});

scenario('a domain that is busy for a while is waited for', async (cloud) => {
  const domain = await theirDomain(cloud);
  await cloud.set({ domain_seconds: 20 });
  await cloud.sageMaker.send(new UpdateDomainCommand({ DomainId: domain, DefaultUserSettings: { SecurityGroups: ['sg-3'] } }));
  await cloud.set({ domain_seconds: 0.2 });
  await cloud.deploy(app('Ours', [domain]));
  expect(await entriesOf(cloud, domain)).toEqual(['ours:1']);
  expect((await settingsOf(cloud, domain)).DefaultUserSettings?.SecurityGroups).toEqual(['sg-3']);
});

scenario('calls that are throttled for a while are made again', async (cloud) => {
  const domain = await theirDomain(cloud);
  await cloud.fault('throttle', { service: 'sagemaker', principal: '*SageMakerImagesRole*', calls: 8 });
  await cloud.deploy(app('Ours', [domain]));
  expect(await entriesOf(cloud, domain)).toEqual(['ours:1']);
  expect(await callsOf(cloud, 'ThrottlingException')).toHaveLength(8);
});

// CloudFormation gets no answer from a process that dies. Lambda runs the event again, on a domain that is written already.
scenario('a process that is killed between writing and verifying is followed by one that finishes', async (cloud) => {
  const domain = await domainWithTheirs(cloud);
  await cloud.fault('kill', { service: 'sagemaker', operation: 'UpdateDomain', principal: '*SageMakerImagesRole*', when: 'after' });
  await cloud.deploy(app('Ours', [domain]));
  expect(await cloud.control('faults')).toMatchObject([{ kind: 'kill', seen: 1 }]);
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1', 'ours:1']);
  await cloud.destroy(app('Ours', [domain]));
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1']);
});

scenario('a domain that was deleted by hand does not hold up the destruction', async (cloud) => {
  const domain = await theirDomain(cloud);
  await cloud.deploy(app('Ours', [domain]));
  await cloud.sageMaker.send(new DeleteDomainCommand({ DomainId: domain }));
  await cloud.destroy(app('Ours', [domain]));
  expect(await cloud.stackStatus('Ours')).toBeUndefined();
});

scenario('an attachment to a domain that does not exist says so', async (cloud) => {
  expect(await cloud.failToDeploy(app('Ours', ['d-nosuchdomain0']))).toMatch(/attaching image 'ours' .* of domain 'd-nosuchdomain0' failed: it does not exist .* nothing was changed/);
});

scenario('the role may do what the handler called, and nothing else', async (cloud) => {
  const domain = await theirDomain(cloud);
  const since = Date.now() / 1000;
  await cloud.deploy(app('Ours', [domain]));
  const client = cloud.client(IAMClient);
  const { Roles: roles = [] } = await client.send(new ListRolesCommand({}));
  const RoleName = roles.map((role) => role.RoleName!).find((name) => /SageMakerImagesRole/.test(name))!;
  const { PolicyNames: names = [] } = await client.send(new ListRolePoliciesCommand({ RoleName }));
  const granted = new Set<string>();
  for (const PolicyName of names) {
    const { PolicyDocument } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    const { Statement } = JSON.parse(decodeURIComponent(PolicyDocument!));
    Statement.flatMap(({ Action }: { Action: string | string[] }) => Action).forEach((action: string) => granted.add(action));
  }
  const calls = await cloud.control(`log?since=${since}`) as { service: string; operation: string; principal: string | null }[];
  const used = calls.filter(({ principal }) => principal?.includes(RoleName)).map(({ service, operation }) => `${service}:${operation}`);
  expect([...new Set(used)].sort()).toEqual([...granted].sort());
});
