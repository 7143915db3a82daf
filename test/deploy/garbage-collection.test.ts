import { spawn } from 'child_process';
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { DescribeImagesCommand } from '@aws-sdk/client-ecr';
import { App, Stack } from 'aws-cdk-lib';
import { BaseImage, Image } from 'cdk-sagemaker-images';
import { AppBuilder, Cloud } from './cloud';
import { push } from './container-images';
import { ENVIRONMENT } from './environment';
import { scenarios } from './scenario';

const scenario = scenarios();

const { account, region } = ENVIRONMENT;
/** The repository of assets, whose tags are their hashes. */
const ASSETS = `cdk-hnb659fds-container-assets-${account}-${region}`;
const hash = (digit: number) => String(digit).repeat(64);

/** An image with a version of an asset, in a stack whose metadata lists tags of others. */
function release(asset: string, kept: string[]): AppBuilder {
  return (app: App) => {
    const stack = new Stack(app, 'Images', { env: ENVIRONMENT });
    new Image(stack, 'Torch', { imageName: 'torch' })
      .addVersion('V', { baseImage: BaseImage.fromUri(`${account}.dkr.ecr.${region}.amazonaws.com/${ASSETS}:${asset}`) });
    stack.addMetadata('ContainerImagesOfKeptVersions', kept);
  };
}

/** Runs `cdk gc` as a user would who wants to keep nothing longer than necessary. */
async function collectGarbage(cloud: Cloud): Promise<void> {
  const cwd = mkdtempSync(join(tmpdir(), 'garbage-'));
  const options = ['--unstable=gc', '--confirm=false', '--type=ecr', '--rollback-buffer-days=0', '--created-buffer-days=0'];
  const cdk = spawn(join(__dirname, '..', '..', 'node_modules', '.bin', 'cdk'), ['gc', ...options, `aws://${account}/${region}`], {
    cwd, env: { ...process.env, ...cloud.aws.env },
  });
  let output = '';
  [cdk.stdout, cdk.stderr].forEach((stream) => stream.on('data', (chunk) => { output += chunk; }));
  const code = await new Promise((resolve) => { cdk.on('close', resolve); });
  rmSync(cwd, { recursive: true });
  expect({ code, output }).toMatchObject({ code: 0 });
}

async function tagsOfAssets(cloud: Cloud): Promise<string[]> {
  const { imageDetails = [] } = await cloud.ecr.send(new DescribeImagesCommand({ repositoryName: ASSETS }));
  return imageDetails.flatMap(({ imageTags = [] }) => imageTags).sort();
}

// As in docs/releasing-images.md.
scenario('cdk gc keeps assets of former versions whose tags are in the metadata of a stack, and no others', async (cloud) => {
  for (const digit of [1, 2, 3, 4]) {
    await push(cloud, hash(digit), { repositoryName: ASSETS });
  }
  // Another tag of the same container image.
  await push(cloud, 'torch-3', { repositoryName: ASSETS, content: hash(3) });
  for (const digit of [1, 2, 3]) {
    await cloud.deploy(release(hash(digit), []));
  }
  await cloud.deploy(release(hash(4), [hash(2), 'torch-3']));
  expect((await cloud.shortVersions())).toEqual([1, 2, 3, 4].map((number) => `torch ${number} CREATED`));
  // Only what is older than now is collected.
  await sleep(1_100);
  await collectGarbage(cloud);
  expect(await tagsOfAssets(cloud)).toEqual([hash(2), hash(3), hash(4), 'torch-3']);
});
