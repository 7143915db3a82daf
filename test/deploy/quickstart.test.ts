import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Cdk } from '../../emulator/cdk';
import { OfflineAws } from '../../emulator/offline-aws';
import { pushContainerImages, QUICKSTART, sageMaker, STEPS, verify } from '../../scripts/demo/quickstart';

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
