import { mkdtempSync, readFileSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateAppImageConfigCommand, CreateImageCommand, CreateImageVersionCommand, DescribeAppImageConfigCommand,
  DescribeImageCommand, DescribeImageVersionCommand, ListDomainsCommand,
} from '@aws-sdk/client-sagemaker';
import { App, Stack } from 'aws-cdk-lib';
import { AppBuilder, Cloud } from './cloud';
import { createDomain, createExecutionRole, domainInService } from './domains';
import { ENVIRONMENT } from './environment';
import { scenarios } from './scenario';
import { Cdk } from '../../emulator/cdk';
import * as imported from '../migration/imported';
import * as included from '../migration/included';
import * as keepL1s from '../migration/keep-l1s';
import * as l1s from '../migration/l1s';
import * as l2s from '../migration/l2s';
import { migrationFile, migrationSteps } from '../migration/page';
import * as referenced from '../migration/referenced';

const ROOT = join(__dirname, '..', '..');
const ENTRY = { ImageName: 'torch', AppImageConfigName: 'torch-lab', ImageVersionNumber: 1 };

const scenario = scenarios({
  prepare: async (cloud) => {
    await cloud.pushImages('torch', '2.4', '2.5');
    await createExecutionRole(cloud);
    await createImageRole(cloud);
  },
});

/** Adds the stack of a file of docs/migration.md to an app. */
function stackOf(file: { NotebooksStack: new (app: App, id: string) => Stack }, context: Record<string, string> = {}): AppBuilder {
  return (app) => {
    Object.entries(context).forEach(([name, value]) => app.node.setContext(name, value));
    new file.NotebooksStack(app, 'Notebooks');
  };
}

/** Returns what must not change. A resource that is replaced has another creation time. */
async function kept({ sageMaker }: Cloud) {
  const { Domains: [{ DomainId }] = [{}] } = await sageMaker.send(new ListDomainsCommand({}));
  const image = await sageMaker.send(new DescribeImageCommand({ ImageName: 'torch' }));
  const version = await sageMaker.send(new DescribeImageVersionCommand({ ImageName: 'torch', Alias: 'stable' }));
  const config = await sageMaker.send(new DescribeAppImageConfigCommand({ AppImageConfigName: 'torch-lab' }));
  const domain = await domainInService(sageMaker, DomainId!);
  return {
    created: [image.CreationTime, version.CreationTime, config.CreationTime, domain.CreationTime],
    stable: version.Version,
    attached: domain.DefaultUserSettings!.JupyterLabAppSettings?.CustomImages ?? [],
  };
}

/** Asserts that `cdk diff` shows nothing that is replaced or removed. */
async function expectNoReplacement(cloud: Cloud, build: AppBuilder): Promise<void> {
  const diff = await cloud.diff(build);
  expect(diff).toContain('[+] Custom::SageMakerStudio');
  expect(diff).not.toMatch(/requires replacement|may be replaced|^\[-\]|^\[~\].* replace$/m);
}

describe('docs/migration.md', () => {
  scenario('keeps L1s in place and adds a version and an attachment to them', async (cloud) => {
    await cloud.deploy(stackOf(l1s));
    const before = await kept(cloud);
    expect(before).toMatchObject({ stable: 1, attached: [ENTRY] });

    await expectNoReplacement(cloud, stackOf(keepL1s));
    await cloud.deploy(stackOf(keepL1s));
    expect(await kept(cloud)).toEqual(before);
    expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED stable', 'torch 2 CREATED']);
  });

  scenario('replaces L1s by L2s with the same resources', async (cloud) => {
    await cloud.deploy(stackOf(l1s));
    const before = await kept(cloud);

    await expectNoReplacement(cloud, stackOf(l2s));
    await cloud.deploy(stackOf(l2s));
    expect(await kept(cloud)).toEqual(before);
    expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED stable']);
  });

  scenario('adds a version and an attachment to the resources of an included template', async (cloud) => {
    const domainId = await createDomain(cloud);
    await cloud.cloudFormation.send(new CreateStackCommand({
      StackName: 'Notebooks',
      TemplateBody: readFileSync(join(__dirname, '..', 'migration', 'torch.yaml'), 'utf8'),
      Capabilities: ['CAPABILITY_IAM'],
    }));
    await waitUntilStackCreateComplete({ client: cloud.cloudFormation, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { StackName: 'Notebooks' });
    const before = await kept(cloud);
    const app = stackOf(included, { domainId });

    await expectNoReplacement(cloud, app);
    await cloud.deploy(app);
    expect(await kept(cloud)).toEqual({ ...before, attached: [ENTRY] });
    expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED stable', 'torch 2 CREATED']);
  });

  scenario('imports resources of Terraform, StackQL or the console with cdk import', async (cloud) => {
    // Without time, so that the image and its version are there at once.
    await cloud.set({ time_scale: 0 });
    await createByHand(cloud);
    const domainId = await createDomain(cloud, { JupyterLabAppSettings: { CustomImages: [ENTRY] } });
    const before = await kept(cloud);
    expect(before).toMatchObject({ stable: 1, attached: [ENTRY] });

    const section = 'Import from Terraform, StackQL or the console';
    const folder = appFolder({ domainId }, { 'mapping.json': migrationFile(section, 'mapping.json') });
    const cdk = new Cdk(cloud.aws, folder);
    expect(migrationSteps(section).flatMap((step) => 'commands' in step ? [step.commands] : [])).toEqual([
      'cdk import Notebooks --resource-mapping mapping.json\ncdk deploy\n', expect.stringContaining('terraform state rm'),
    ]);
    expect(await cdk.import('Notebooks', join(folder, 'mapping.json'))).toMatchObject({ ok: true });
    expect(await cloud.stackStatus('Notebooks')).toBe('IMPORT_COMPLETE');
    cdk.dispose();
    const app = stackOf(imported, { domainId });
    await expectNoReplacement(cloud, app);
    await cloud.deploy(app);
    expect(await kept(cloud)).toEqual(before);
    expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED stable']);

    // The entry counts as ours.
    await cloud.destroy(app);
    expect((await domainInService(cloud.sageMaker, domainId)).DefaultUserSettings!.JupyterLabAppSettings!.CustomImages).toEqual([]);
  });

  scenario('leaves an image to another tool and attaches its version', async (cloud) => {
    await cloud.set({ time_scale: 0 });
    await createByHand(cloud);
    const domainId = await createDomain(cloud);
    const before = await kept(cloud);

    const app = stackOf(referenced, { domainId });
    await cloud.deploy(app);
    expect(await kept(cloud)).toEqual(before);
    expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED stable', 'torch 2 CREATED']);
    expect((await domainInService(cloud.sageMaker, domainId)).DefaultUserSettings!.CodeEditorAppSettings!.CustomImages).toMatchObject([
      { ImageName: 'torch', ImageVersionNumber: 1 },
    ]);

    await cloud.destroy(app);
    expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED stable']);
  });
});

/** Creates the folder of an app with the stack of the page. */
function appFolder(context: object, files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'migration-'));
  const modules = join(ROOT, 'node_modules');
  writeFileSync(join(folder, 'app.js'), `
    process.env.TS_NODE_PROJECT = ${JSON.stringify(join(ROOT, 'test', 'tsconfig.json'))};
    require(${JSON.stringify(join(modules, 'ts-node', 'register', 'transpile-only'))});
    require(${JSON.stringify(join(modules, 'tsconfig-paths', 'register'))});
    const { App } = require(${JSON.stringify(join(modules, 'aws-cdk-lib'))});
    const { NotebooksStack } = require(${JSON.stringify(join(ROOT, 'test', 'migration', 'imported'))});
    const app = new App();
    new NotebooksStack(app, 'Notebooks');
    app.synth();
  `);
  writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ app: 'node app.js', versionReporting: false, context }));
  Object.entries(files).forEach(([name, content]) => writeFileSync(join(folder, name), content));
  return folder;
}

/** Creates the role of the image as another tool would. */
async function createImageRole(cloud: Cloud): Promise<void> {
  const iam = cloud.client(IAMClient);
  const statement = (details: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...details }] });
  const trust = statement({ Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' });
  const pull = statement({ Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], Resource: '*' });
  await iam.send(new CreateRoleCommand({ RoleName: 'torch-image', AssumeRolePolicyDocument: trust }));
  await iam.send(new PutRolePolicyCommand({ RoleName: 'torch-image', PolicyName: 'pull', PolicyDocument: pull }));
}

/** Creates an image, a version and a configuration as another tool would. */
async function createByHand({ sageMaker }: Cloud): Promise<void> {
  const { account, region } = ENVIRONMENT;
  const version = { BaseImage: `${account}.dkr.ecr.${region}.amazonaws.com/torch:2.4`, Aliases: ['stable'], MLFramework: 'PyTorch 2.4' };
  await sageMaker.send(new CreateImageCommand({ ImageName: 'torch', DisplayName: 'PyTorch', RoleArn: `arn:aws:iam::${account}:role/torch-image` }));
  await sageMaker.send(new CreateImageVersionCommand({ ImageName: 'torch', ...version, ClientToken: 'once' }));
  await sageMaker.send(new CreateAppImageConfigCommand({ AppImageConfigName: 'torch-lab', JupyterLabAppImageConfig: {} }));
}
