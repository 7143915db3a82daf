import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { aws_ecr as ecr, Stack } from 'aws-cdk-lib';
import { BaseImage, Image } from 'cdk-sagemaker-images';
import { torchApp } from './apps';
import { AppBuilder, Cloud } from './cloud';
import { ENVIRONMENT } from './environment';
import { scenarios } from './scenario';

const scenario = scenarios({
  settings: { enforce_iam: true },
  prepare: async (cloud) => {
    await cloud.pushImages('torch', 'a');
    await cloud.pushImages('ours', 'b');
  },
});

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'lookup-')); });
afterEach(() => rmSync(folder, { recursive: true }));

const context = () => JSON.parse(readFileSync(join(folder, 'cdk.context.json'), 'utf8')) as Record<string, unknown>;

/** Adds a version to an image of another app. */
function ours(imageName: string): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Ours', { env: ENVIRONMENT });
    Image.fromLookup(stack, 'Theirs', { imageName })
      .addVersion('Ours', { baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Repository', 'ours'), 'b') });
  };
}

/** The principals that read resources through the Cloud Control API. */
async function readers(cloud: Cloud): Promise<string[]> {
  const calls = await cloud.control('log') as { operation: string; principal: string }[];
  return calls.filter(({ operation }) => operation === 'GetResource').map(({ principal }) => principal);
}

scenario('an image is looked up during the first synth, and cdk.context.json keeps its role', async (cloud) => {
  await cloud.deploy(torchApp({ A: { tag: 'a' } }));
  cloud.contextFolder = folder;
  await cloud.synth(ours('torch'));
  const arn = `arn:aws:sagemaker:${ENVIRONMENT.region}:${ENVIRONMENT.account}:image/torch`;
  expect(Object.values(context())).toEqual([[{ Identifier: arn, ImageRoleArn: expect.stringMatching(/^arn:aws:iam::\d{12}:role\/.*Torch/) }]]);
  expect(await readers(cloud)).toEqual([expect.stringContaining('lookup-role')]);

  // Its role may pull from another repository now.
  await cloud.deploy(ours('torch'));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED']);
  expect(await readers(cloud)).toHaveLength(1);

  const kept = context();
  await expect(cloud.synth(ours('gone'))).rejects.toThrow(
    /looking up image 'gone' in 123456789012\/us-east-1 failed: No resource of type AWS::SageMaker::Image with identifier: \S+image\/gone: check the name, and the account and Region/);
  expect(context()).toEqual(kept);
  await cloud.destroy(ours('torch'));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED']);
});
