import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { createDomain, domainInService } from './domains';
import { Cdk } from '../../emulator/cdk';
import { OfflineAws } from '../../emulator/offline-aws';
import { inventory } from '../../scripts/demo/inventory';
import { pushContainerImage, pushContainerImages, QUICKSTART, sageMaker, STEPS, verify } from '../../scripts/demo/quickstart';

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
