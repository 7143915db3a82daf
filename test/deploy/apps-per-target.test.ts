import { ListAppImageConfigsCommand, ListDomainsCommand } from '@aws-sdk/client-sagemaker';
import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { newDomain, torch } from './apps';
import { AppBuilder, Cloud } from './cloud';
import { createDomain, createExecutionRole, domainInService, EXECUTION_ROLE } from './domains';
import { ENVIRONMENT } from './environment';
import { scenarios } from './scenario';

const scenario = scenarios({
  settings: { enforce_iam: true, answer_seconds: 240 },
  prepare: async (cloud) => {
    await cloud.pushImages('torch', 'a', 'b', 'gpu');
    await createExecutionRole(cloud);
  },
});

interface Options {
  readonly tag: string;
  /** Whether there is a second version. */
  readonly gpu?: boolean;
  /** Whether the shared spaces have their own JupyterLab. */
  readonly spaces?: boolean;
}

type Targets = (stack: Stack) => { readonly users: StudioTarget; readonly spaces: StudioTarget };

/** JupyterLab and Code Editor for the users of a domain, and a JupyterLab of their own for its shared spaces. */
function studioApp(targetsIn: Targets, { tag, gpu = false, spaces = true }: Options): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Studio', { env: ENVIRONMENT });
    const targets = targetsIn(stack);
    const image = new StudioImage(stack, 'Torch', {
      imageName: 'torch',
      baseImage: torch(stack, tag),
      app: StudioApp.jupyterLab(),
      additionalApps: [StudioApp.codeEditor()],
      appImageConfigNames: { JupyterLab: 'lab', CodeEditor: 'editor' },
      attachTo: [targets.users],
    });
    if (spaces) {
      const apps = [StudioApp.jupyterLab({ containerArguments: ['--shared'] })];
      image.attach(targets.spaces, { apps, appImageConfigNames: { JupyterLab: 'shared-lab' } });
    }
    if (gpu) {
      image.addVersion('Gpu', { baseImage: torch(stack, 'gpu'), appImageConfigNames: { JupyterLab: 'lab-gpu', CodeEditor: 'editor-gpu' } });
    }
  };
}

/** Returns all entries in a domain, as `<settings> <app> <configuration> <number>`, with `*` for a generated name. */
async function entries(cloud: Cloud, domainId: string): Promise<string[]> {
  const { DefaultUserSettings, DefaultSpaceSettings } = await domainInService(cloud.sageMaker, domainId);
  return Object.entries({ User: DefaultUserSettings, Space: DefaultSpaceSettings }).flatMap(([settings, apps]) => Object.entries<any>(apps ?? {})
    .flatMap(([app, { CustomImages = [] }]) => CustomImages.map(({ AppImageConfigName, ImageVersionNumber }: any) =>
      `${settings} ${app.replace('AppSettings', '')} ${AppImageConfigName.replace(/^studio-torch-.*$/, '*')} ${ImageVersionNumber}`))).sort();
}

async function configs({ sageMaker }: Cloud): Promise<string[]> {
  const { AppImageConfigs = [] } = await sageMaker.send(new ListAppImageConfigsCommand({}));
  return AppImageConfigs.map(({ AppImageConfigName }) => AppImageConfigName!.replace(/^studio-torch-.*$/, '*')).sort();
}

async function release(cloud: Cloud, targets: Targets, domainOf: () => Promise<string>): Promise<void> {
  const entriesNow = async () => entries(cloud, await domainOf());
  await cloud.deploy(studioApp(targets, { tag: 'a' }));
  expect(await entriesNow()).toEqual(['Space JupyterLab shared-lab 1', 'User CodeEditor editor 1', 'User JupyterLab lab 1']);

  await cloud.deploy(studioApp(targets, { tag: 'b', gpu: true }));
  expect(await entriesNow()).toEqual([
    'Space JupyterLab * 3', 'Space JupyterLab shared-lab 2',
    'User CodeEditor editor 2', 'User CodeEditor editor-gpu 3', 'User JupyterLab lab 2', 'User JupyterLab lab-gpu 3',
  ]);
  expect(await configs(cloud)).toEqual(['*', 'editor', 'editor-gpu', 'lab', 'lab-gpu', 'shared-lab']);

  await cloud.deploy(studioApp(targets, { tag: 'b', gpu: true, spaces: false }));
  expect(await entriesNow()).toEqual(['User CodeEditor editor 2', 'User CodeEditor editor-gpu 3', 'User JupyterLab lab 2', 'User JupyterLab lab-gpu 3']);
  expect(await configs(cloud)).toEqual(['editor', 'editor-gpu', 'lab', 'lab-gpu']);
}

scenario('apps per target of an existing domain follow a release, are removed from one target, and are destroyed', async (cloud) => {
  const domain = await createDomain(cloud);
  const targets: Targets = (stack) => {
    const options = { executionRole: iam.Role.fromRoleArn(stack, 'Execution', EXECUTION_ROLE) };
    return { users: StudioTarget.existingDomain(domain, options), spaces: StudioTarget.existingDomainSharedSpaces(domain, options) };
  };
  await release(cloud, targets, async () => domain);
  await cloud.destroy(studioApp(targets, { tag: 'b', gpu: true, spaces: false }));
  expect(await entries(cloud, domain)).toEqual([]);
  expect([await configs(cloud), await cloud.images()]).toEqual([[], []]);
});

scenario('apps per target of an owned domain follow a release, are removed from one target, and are destroyed', async (cloud) => {
  const targets: Targets = (stack) => {
    const { domain, executionRole } = newDomain(stack);
    domain.defaultSpaceSettings = { executionRole: executionRole.roleArn };
    return { users: StudioTarget.domain(domain), spaces: StudioTarget.domainSharedSpaces(domain) };
  };
  await release(cloud, targets, async () => (await cloud.sageMaker.send(new ListDomainsCommand({}))).Domains![0].DomainId!);
  await cloud.destroy(studioApp(targets, { tag: 'b', gpu: true, spaces: false }));
  expect([await configs(cloud), await cloud.images()]).toEqual([[], []]);
});
