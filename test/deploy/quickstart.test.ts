import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateImageCommand, CreateImageVersionCommand, SageMakerClient, waitUntilImageCreated, waitUntilImageVersionCreated,
} from '@aws-sdk/client-sagemaker';
import { createDomain, domainInService } from './domains';
import { Cdk } from '../../emulator/cdk';
import { OfflineAws } from '../../emulator/offline-aws';
import { inventory } from '../../scripts/demo/inventory';
import { clientConfig, pushContainerImage, pushContainerImages, QUICKSTART, sageMaker, STEPS, verify } from '../../scripts/demo/quickstart';

let aws: OfflineAws;

beforeAll(async () => {
  aws = await OfflineAws.start();
  const cdk = new Cdk(aws, QUICKSTART);
  expect(await cdk.bootstrap()).toMatchObject({ ok: true });
  cdk.dispose();
  await pushContainerImages(aws);
});

afterAll(() => aws?.stop());

describe('examples/quickstart on the offline AWS', () => {
  // Each step continues after the one before, like the deployments of a team.
  test.each(STEPS.map((step) => [step.title, step] as const))('%s', async (_title, step) => {
    const cdk = new Cdk(aws, QUICKSTART);
    const client = sageMaker(aws);
    const { ok, output } = await step.run(cdk);
    expect({ ok, output }).toEqual({ ok: true, output });
    expect((await verify(client, step)).problems).toEqual([]);
    client.destroy();
    cdk.dispose();
  });
});

describe('the releases of examples/quickstart on the offline AWS', () => {
  test('follow a tag and pushes, and are promoted for a domain and rolled back', async () => {
    const cdk = new Cdk(aws, QUICKSTART);
    const client = sageMaker(aws);
    const domainId = await createDomain({ sageMaker: client });
    /** The aliases of each version, and the version of the domain. */
    const state = async () => ({
      versions: (await inventory(client)).filter(({ image }) => image === 'torch-releases').map(({ version, aliases }) => `${version} ${aliases.join(' ')}`),
      domain: (await domainInService(client, domainId)).DefaultUserSettings?.JupyterLabAppSettings?.CustomImages
        ?.filter(({ ImageName }) => ImageName === 'torch-releases').map(({ ImageVersionNumber }) => ImageVersionNumber),
    });
    const deploy = async (prod: string) => {
      const { ok, output } = await cdk.deploy('-c', `domainId=${domainId}`, '-c', `prod=${prod}`);
      expect({ ok, output }).toEqual({ ok: true, output });
    };

    await deploy('2.4');
    expect(await state()).toEqual({ versions: ['1 2 2.4.0', '2 2.5'], domain: [1] });

    await pushContainerImage(aws, '2.5-gpu', 'fixed');
    await pushContainerImage(aws, 'nightly-1');
    await deploy('2.5');
    const { versions, domain } = await state();
    // The feed makes its version at the same time.
    expect(versions).toHaveLength(4);
    expect(versions).toEqual(expect.arrayContaining(['1 2.4.0', '2 ', expect.stringMatching(/^[34] 2 2\.5$/), expect.stringMatching(/^[34] nightly$/)]));
    expect(versions).toContain(`${domain} 2 2.5`);

    await deploy('2.4');
    expect(await state()).toEqual({ versions: expect.arrayContaining(['1 2 2.4.0', '2 ']), domain: [1] });

    const { ok, output } = await cdk.destroy('-c', `domainId=${domainId}`, '-c', 'prod=2.4');
    expect({ ok, output }).toEqual({ ok: true, output });
    expect(await inventory(client)).toEqual([]);
    client.destroy();
    cdk.dispose();
  });
});

describe('the existing image of examples/quickstart on the offline AWS', () => {
  /** Creates the image whose role cdk.context.json has, as another team would. */
  async function createBaseImage(client: SageMakerClient): Promise<void> {
    const iam = new IAMClient(clientConfig(aws));
    const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
    const trust = policy({ Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' });
    await iam.send(new CreateRoleCommand({ RoleName: 'BaseImages', AssumeRolePolicyDocument: trust }));
    const pull = policy({ Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], Resource: '*' });
    await iam.send(new PutRolePolicyCommand({ RoleName: 'BaseImages', PolicyName: 'pull', PolicyDocument: pull }));
    iam.destroy();

    const waiting = { client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 };
    await client.send(new CreateImageCommand({ ImageName: 'base', RoleArn: 'arn:aws:iam::123456789012:role/BaseImages' }));
    await waitUntilImageCreated(waiting, { ImageName: 'base' });
    for (const { tag, aliases } of [{ tag: '2.4-gpu', aliases: [] }, { tag: '2.5-gpu', aliases: ['stable'] }]) {
      await client.send(new CreateImageVersionCommand({
        ImageName: 'base', BaseImage: `123456789012.dkr.ecr.us-east-1.amazonaws.com/torch:${tag}`, Aliases: aliases, ClientToken: tag.replace('.', '-'),
      }));
      await waitUntilImageVersionCreated(waiting, { ImageName: 'base' });
    }
  }

  test('gets a version, and other versions are looked up', async () => {
    const cdk = new Cdk(aws, QUICKSTART);
    const client = sageMaker(aws);
    await createBaseImage(client);
    const versions = async () => (await inventory(client)).filter(({ image }) => image === 'base');
    const theirs = await versions();

    const { ok, output } = await cdk.deploy('-c', 'existing=base');
    expect({ ok, output }).toEqual({ ok: true, output });
    expect((await versions()).map(({ version, status, processor }) => `${version} ${status} ${processor}`)).toEqual(['1 CREATED ', '2 CREATED ', '3 CREATED CPU']);
    expect(output).toContain('ExistingImage.AddedVersion = 3\n');
    expect(output).toContain(`ExistingImage.FirstContainerImage = ${theirs[0].containerImage}\n`);
    expect(output).toContain(`ExistingImage.StableContainerImage = ${theirs[1].containerImage}\n`);
    expect(output).toContain('ExistingImage.LatestVersion = 3\n');

    const destroyed = await cdk.destroy('-c', 'existing=base');
    expect(destroyed).toEqual({ ok: true, output: destroyed.output });
    expect(await versions()).toEqual(theirs);
    client.destroy();
    cdk.dispose();
  });
});

describe('an app with a resource type that the offline AWS does not support', () => {
  let app: string;

  beforeAll(() => {
    app = mkdtempSync(join(tmpdir(), 'unknown-type-'));
    const library = JSON.stringify(require.resolve('aws-cdk-lib'));
    writeFileSync(join(app, 'app.js'), `
      const { App, CfnResource, Stack } = require(${library});
      const app = new App();
      new CfnResource(new Stack(app, 'UnknownType'), 'Unknown', { type: 'AWS::SageMaker::NoSuchThing' });
      app.synth();
    `);
    writeFileSync(join(app, 'cdk.json'), JSON.stringify({ app: 'node app.js', versionReporting: false }));
  });

  afterAll(() => rmSync(app, { recursive: true, force: true }));

  test('fails to deploy with an error that names the type', async () => {
    const cdk = new Cdk(aws, app);
    const { ok, output } = await cdk.deploy();
    cdk.dispose();
    expect(ok).toBe(false);
    expect(output).toContain('AWS::SageMaker::NoSuchThing');
  });
});
