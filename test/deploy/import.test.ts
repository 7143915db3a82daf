import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { CreateAppImageConfigCommand, CreateImageCommand, CreateImageVersionCommand } from '@aws-sdk/client-sagemaker';
import { ENVIRONMENT } from './environment';
import { scenarios } from './scenario';
import { Cdk } from '../../emulator/cdk';

const scenario = scenarios({ prepare: (cloud) => cloud.pushImages('torch', 'a') });

const ARN = `arn:aws:sagemaker:${ENVIRONMENT.region}:${ENVIRONMENT.account}`;
const ROLE = `arn:aws:iam::${ENVIRONMENT.account}:role/existing`;
const BASE_IMAGE = `${ENVIRONMENT.account}.dkr.ecr.${ENVIRONMENT.region}.amazonaws.com/torch:a`;

let app: string;

beforeAll(() => {
  app = mkdtempSync(join(tmpdir(), 'import-'));
  writeFileSync(join(app, 'app.js'), `
    const { App, aws_sagemaker: sagemaker, RemovalPolicy, Stack } = require(${JSON.stringify(require.resolve('aws-cdk-lib'))});
    const app = new App();
    const stack = new Stack(app, 'Imported');
    const image = new sagemaker.CfnImage(stack, 'Image', { imageName: 'torch', imageRoleArn: '${ROLE}' });
    const version = new sagemaker.CfnImageVersion(stack, 'Version', { imageName: 'torch', baseImage: '${BASE_IMAGE}' });
    version.addDependency(image);
    const config = new sagemaker.CfnAppImageConfig(stack, 'Config', { appImageConfigName: 'torch', codeEditorAppImageConfig: {} });
    [image, version, config].forEach((resource) => resource.applyRemovalPolicy(RemovalPolicy.RETAIN));
    app.synth();
  `);
  writeFileSync(join(app, 'cdk.json'), JSON.stringify({ app: 'node app.js', versionReporting: false }));
  writeFileSync(join(app, 'mapping.json'), JSON.stringify({
    Image: { ImageArn: `${ARN}:image/torch` },
    Version: { ImageVersionArn: `${ARN}:image-version/torch/1` },
    Config: { AppImageConfigName: 'torch' },
  }));
});

afterAll(() => rmSync(app, { recursive: true, force: true }));

scenario('cdk import with --resource-mapping takes existing resources into a stack, and the next deployment changes nothing', async (cloud) => {
  // Without time, so that the image and its version are there at once. The version fails, because its role does not exist.
  await cloud.set({ time_scale: 0 });
  await cloud.sageMaker.send(new CreateImageCommand({ ImageName: 'torch', RoleArn: ROLE }));
  await cloud.sageMaker.send(new CreateImageVersionCommand({ ImageName: 'torch', BaseImage: BASE_IMAGE, ClientToken: 'once' }));
  await cloud.sageMaker.send(new CreateAppImageConfigCommand({ AppImageConfigName: 'torch', CodeEditorAppImageConfig: {} }));
  const before = await cloud.shortVersions();
  const cdk = new Cdk(cloud.aws, app);

  const imported = await cdk.import('Imported', join(app, 'mapping.json'));
  expect(imported).toEqual({ ok: true, output: expect.stringContaining('✅') });
  expect(await cloud.stackStatus('Imported')).toBe('IMPORT_COMPLETE');
  expect((await cloud.events('Imported')).filter((event) => event.includes('IMPORT_COMPLETE'))).toHaveLength(4);

  const deployed = await cdk.deploy();
  expect(deployed).toEqual({ ok: true, output: expect.stringContaining('(no changes)') });
  expect(await cloud.shortVersions()).toEqual(before);
  cdk.dispose();
});
