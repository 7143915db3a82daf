import { DescribeDomainCommand, DescribeUserProfileCommand, ListAppImageConfigsCommand, ListDomainsCommand, UpdateDomainCommand } from '@aws-sdk/client-sagemaker';
import { aws_sagemaker as sagemaker, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AppImageConfig, Image, ImageVersionLookup, StudioApp, StudioAttachment, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { newDomain, torch, torchApp } from './apps';
import { AppBuilder, Cloud } from './cloud';
import { domainInService } from './domains';
import { granted, used } from './permissions';
import { scenarios } from './scenario';

// A configuration that a domain still names cannot be deleted, so that a wrong order leaves it behind.
const scenario = scenarios({ settings: { enforce_iam: true, delete_attached: 'refuse' }, prepare: (cloud) => cloud.pushImages('torch', 'a', 'b') });

type AppName = 'JupyterLab' | 'CodeEditor';
type TargetName = 'domain' | 'profile';

interface Options {
  /** The apps of the image, or none without the image. */
  readonly apps?: AppName[];
  readonly targets?: TargetName[];
  /** Whether the deployment fails after everything else. */
  readonly fails?: boolean;
  readonly retainDomain?: boolean;
  readonly tag?: string;
}

const APP = { JupyterLab: StudioApp.jupyterLab(), CodeEditor: StudioApp.codeEditor() };

/** A domain with a user profile, to which an image is attached. */
function studio({ apps = ['JupyterLab', 'CodeEditor'], targets = ['domain'], fails, retainDomain, tag = 'a' }: Options = {}): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Studio');
    const { domain, executionRole } = newDomain(stack, { securityGroups: ['sg-1'] });
    const profile = new sagemaker.CfnUserProfile(stack, 'Profile', {
      domainId: domain.attrDomainId, userProfileName: 'jo', userSettings: { executionRole: executionRole.roleArn },
    });
    if (retainDomain) {
      [executionRole, domain, profile].forEach((one) => one.applyRemovalPolicy(RemovalPolicy.RETAIN));
    }
    const [first, ...others] = apps.map((name) => APP[name]);
    if (first) {
      new StudioImage(stack, 'Torch', {
        imageName: 'torch',
        baseImage: torch(stack, tag),
        app: first,
        additionalApps: others,
        attachTo: targets.map((name) => name === 'domain' ? StudioTarget.domain(domain) : StudioTarget.userProfile(profile)),
      });
    }
    if (fails) {
      const broken = new sagemaker.CfnImageVersion(stack, 'Broken', { imageName: 'no-such-image', baseImage: 'x' });
      const provider = stack.node.tryFindChild('$SageMakerImages');
      broken.node.addDependency(domain, profile, ...provider ? [provider] : []);
    }
  };
}

async function domainIdOf({ sageMaker }: Cloud): Promise<string> {
  return (await sageMaker.send(new ListDomainsCommand({}))).Domains![0].DomainId!;
}

/** Returns the entries of the domain and of the user profile, and the kinds of the configurations. */
async function state(cloud: Cloud) {
  const { sageMaker } = cloud;
  const DomainId = await domainIdOf(cloud);
  const domain = await sageMaker.send(new DescribeDomainCommand({ DomainId }));
  const profile = await sageMaker.send(new DescribeUserProfileCommand({ DomainId, UserProfileName: 'jo' }));
  const { AppImageConfigs = [] } = await sageMaker.send(new ListAppImageConfigsCommand({}));
  const listed = (settings: typeof domain.DefaultUserSettings, app: AppName) =>
    (settings?.[`${app}AppSettings`]?.CustomImages ?? []).map(({ ImageName, ImageVersionNumber }) => `${app} ${ImageName} ${ImageVersionNumber}`);
  const all = (settings: typeof domain.DefaultUserSettings) => [...listed(settings, 'JupyterLab'), ...listed(settings, 'CodeEditor')];
  expect([domain.Status, profile.Status]).toEqual(['InService', 'InService']);
  expect(domain.DefaultUserSettings).toMatchObject({ ExecutionRole: expect.stringContaining('Execution'), SecurityGroups: ['sg-1'] });
  return {
    domain: all(domain.DefaultUserSettings),
    profile: all(profile.UserSettings),
    configs: AppImageConfigs.map((config) => 'JupyterLabAppImageConfig' in config ? 'JupyterLab' : 'CodeEditor').sort(),
  };
}

const BOTH = { domain: ['JupyterLab torch 1', 'CodeEditor torch 1'], profile: [], configs: ['CodeEditor', 'JupyterLab'] };
const NONE = { domain: [], profile: [], configs: [] };

// Lists that an update does not contain are kept, or they are emptied.
describe.each(['merge', 'replace'])('with update_domain %s', (update_domain) => {
  const test = (title: string, body: (cloud: Cloud) => Promise<void>) => scenario(title, async (cloud) => {
    await cloud.set({ update_domain });
    await body(cloud);
  });

  test('an app that is removed, changed and removed with the whole image leaves no entry behind', async (cloud) => {
    await cloud.deploy(studio());
    expect(await state(cloud)).toEqual(BOTH);
    await cloud.deploy(studio({ apps: ['JupyterLab'] }));
    expect(await state(cloud)).toEqual({ ...NONE, domain: ['JupyterLab torch 1'], configs: ['JupyterLab'] });
    await cloud.deploy(studio({ apps: ['CodeEditor'] }));
    expect(await state(cloud)).toEqual({ ...NONE, domain: ['CodeEditor torch 1'], configs: ['CodeEditor'] });
    // The next release would fail if the domain still named a configuration that is gone.
    await cloud.deploy(studio({ apps: ['CodeEditor'], tag: 'b' }));
    expect(await state(cloud)).toEqual({ ...NONE, domain: ['CodeEditor torch 2'], configs: ['CodeEditor'] });
    await cloud.deploy(studio({ apps: [] }));
    expect(await state(cloud)).toEqual(NONE);
    expect(await cloud.images()).toEqual([]);
    await cloud.destroy(studio({ apps: [] }));
    expect(await cloud.stacks()).toEqual([]);
  });

  test('another target leaves no entry in the former one', async (cloud) => {
    await cloud.deploy(studio());
    await cloud.deploy(studio({ targets: ['profile'] }));
    expect(await state(cloud)).toEqual({ domain: [], profile: ['JupyterLab torch 1', 'CodeEditor torch 1'], configs: ['CodeEditor', 'JupyterLab'] });
    await cloud.deploy(studio({ targets: [] }));
    expect(await state(cloud)).toEqual({ ...NONE, configs: ['CodeEditor', 'JupyterLab'] });
    await cloud.destroy(studio({ targets: [] }));
    expect(await cloud.stacks()).toEqual([]);
  });

  test('a deployment that fails after a removal or an addition restores the former entries', async (cloud) => {
    await cloud.deploy(studio());
    await cloud.failToDeploy(studio({ apps: ['JupyterLab'], fails: true }));
    expect(await state(cloud)).toEqual(BOTH);
    await cloud.failToDeploy(studio({ apps: [], fails: true }));
    expect(await state(cloud)).toEqual(BOTH);
    await cloud.deploy(studio({ apps: ['JupyterLab'] }));
    await cloud.failToDeploy(studio({ targets: ['domain', 'profile'], fails: true }));
    expect(await state(cloud)).toEqual({ ...NONE, domain: ['JupyterLab torch 1'], configs: ['JupyterLab'] });
    await cloud.deploy(studio({ apps: [] }));
    await cloud.failToDeploy(studio({ fails: true }));
    expect(await state(cloud)).toEqual(NONE);
    expect(await cloud.stackStatus('Studio')).toBe('UPDATE_ROLLBACK_COMPLETE');
    await cloud.deploy(studio());
    expect(await state(cloud)).toEqual(BOTH);
    await cloud.destroy(studio());
    expect([await cloud.stacks(), await cloud.images()]).toEqual([[], []]);
  });

  test('a domain that outlives its stack names none of its images', async (cloud) => {
    await cloud.deploy(studio({ retainDomain: true }));
    expect(await state(cloud)).toEqual(BOTH);
    await cloud.destroy(studio({ retainDomain: true }));
    expect(await state(cloud)).toEqual(NONE);
    expect([await cloud.stacks(), await cloud.images()]).toEqual([[], []]);
  });
});

scenario('a list that is removed keeps the entry of somebody else, and a list that the app never had is not touched', async (cloud) => {
  const since = new Date();
  await cloud.deploy(studio());
  const DomainId = await domainIdOf(cloud);
  const { DefaultUserSettings: settings } = await cloud.sageMaker.send(new DescribeDomainCommand({ DomainId }));
  const [ours] = settings!.CodeEditorAppSettings!.CustomImages!;
  const [forJupyterLab] = settings!.JupyterLabAppSettings!.CustomImages!;
  // The same image, with another configuration that exists.
  const theirs = { ...ours, AppImageConfigName: forJupyterLab.AppImageConfigName };
  await cloud.sageMaker.send(new UpdateDomainCommand({
    DomainId,
    DefaultUserSettings: { CodeEditorAppSettings: { CustomImages: [theirs, ours] }, KernelGatewayAppSettings: { CustomImages: [theirs] } },
  }));
  await domainInService(cloud.sageMaker, DomainId);
  await cloud.deploy(studio({ apps: ['JupyterLab'] }));
  const { DefaultUserSettings: after } = await cloud.sageMaker.send(new DescribeDomainCommand({ DomainId }));
  expect(after?.CodeEditorAppSettings?.CustomImages).toEqual([theirs]);
  expect(after?.KernelGatewayAppSettings?.CustomImages).toEqual([theirs]);
  // The policy of the repository matters only if those of the role do not grant the pull, and apps are listed only after a refusal.
  const permissions = (await granted(cloud, 'SageMakerImages')).filter((permission) => !/^(ecr:GetRepositoryPolicy|sagemaker:ListApps) /.test(permission));
  expect(permissions.filter((permission) => permission.startsWith('sagemaker:')).map((permission) => permission.replace(/arn:.*:/, ''))).toEqual([
    `sagemaker:DescribeDomain domain/${DomainId}`, `sagemaker:UpdateDomain domain/${DomainId}`,
  ]);
  expect(await used(cloud, 'SageMakerImages', since)).toEqual(permissions);
});

scenario('an image that is looked up in the stack of the domain is attached to it and detached', async (cloud) => {
  await cloud.deploy(torchApp({ V: { tag: 'a' } }));
  const app = (attached: boolean): AppBuilder => (root) => {
    studio({ apps: [] })(root);
    const stack = root.node.findChild('Studio') as Stack;
    const image = Image.fromImageName(stack, 'Torch', 'torch');
    if (attached) {
      new StudioAttachment(stack, 'Attachment', {
        imageVersion: new ImageVersionLookup(stack, 'Lookup', { image }),
        appImageConfig: new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() }),
        target: StudioTarget.domain(stack.node.findChild('Domain') as sagemaker.CfnDomain),
      });
    }
  };
  await cloud.deploy(app(true));
  expect(await state(cloud)).toEqual({ ...NONE, domain: ['JupyterLab torch 1'], configs: ['JupyterLab'] });
  await cloud.deploy(app(false));
  expect(await state(cloud)).toEqual(NONE);
});

// The stack of the image is deployed first, while the domain still has the former settings.
describe.each(['merge', 'replace'])('in two stacks, with update_domain %s', (update_domain) => {
  const apart = (apps: AppName[], attached = true): AppBuilder => (root) => {
    const images = new Stack(root, 'Images');
    studio({ apps: [] })(root);
    const domain = root.node.findChild('Studio').node.findChild('Domain') as sagemaker.CfnDomain;
    const [first, ...others] = apps.map((name) => APP[name]);
    if (first) {
      new StudioImage(images, 'Torch', {
        imageName: 'torch', baseImage: torch(images, 'a'), app: first, additionalApps: others, attachTo: attached ? [StudioTarget.domain(domain)] : [],
      });
    }
  };
  const entries = async (cloud: Cloud) => (await state(cloud)).domain;

  scenario('apps are removed and changed in one deployment, and the image in two', async (cloud) => {
    await cloud.set({ update_domain });
    await cloud.deploy(apart(['JupyterLab', 'CodeEditor']));
    expect(await entries(cloud)).toEqual(BOTH.domain);
    await cloud.deploy(apart(['JupyterLab']));
    expect(await entries(cloud)).toEqual(['JupyterLab torch 1']);
    await cloud.deploy(apart(['CodeEditor']));
    expect(await entries(cloud)).toEqual(['CodeEditor torch 1']);
    await cloud.deploy(apart(['CodeEditor'], false));
    expect(await entries(cloud)).toEqual([]);
    await cloud.deploy(apart([]));
    expect(await state(cloud)).toEqual(NONE);
    await cloud.destroy(apart([]));
    expect([await cloud.stacks(), await cloud.images()]).toEqual([[], []]);
  });
});
