import { setTimeout as sleep } from 'timers/promises';
import { BatchDeleteImageCommand } from '@aws-sdk/client-ecr';
import { App, aws_ecr as ecr, CfnOutput, CfnResource, Stack } from 'aws-cdk-lib';
import { BaseImage, Image, ImageVersionOptions } from 'cdk-sagemaker-images';
import { torch } from './apps';
import { AppBuilder, Cloud } from './cloud';
import { callsOfFunction, push } from './container-images';
import { ENVIRONMENT } from './environment';
import { granted, used } from './permissions';
import { scenarios } from './scenario';

const scenario = scenarios({ settings: { enforce_iam: true }, prepare: async (cloud) => cloud.pushImages('torch', 'fixed') });

/** An image with a version that follows the tag `main`, and with a second version, if its tag is given. */
function followed({ refresh, second, ...options }: Partial<ImageVersionOptions> & { refresh?: string; second?: string } = {}): AppBuilder {
  return (app: App) => {
    const stack = new Stack(app, 'Images', { env: ENVIRONMENT });
    const image = new Image(stack, 'Torch', { imageName: 'torch' });
    const repository = ecr.Repository.fromRepositoryName(stack, 'Main', 'torch');
    const version = image.addVersion('Main', { baseImage: BaseImage.fromEcrRepository(repository, 'main', { followTag: true, refresh }), ...options });
    const resolved = version.node.findChild('ContainerImage').node.defaultChild as CfnResource;
    new CfnOutput(stack, 'Resolved', { value: resolved.getAtt('ImageUri').toString() });
    new CfnOutput(stack, 'Number', { value: version.versionAsString });
    if (second) {
      image.addVersion('Second', { baseImage: torch(stack, second) });
    }
  };
}

/** `<number> <status> <digest>` of each version. */
const versionsOf = async (cloud: Cloud) => (await cloud.versions()).map(({ version, status, containerImage }) => `${version} ${status} ${containerImage?.split('@')[1]}`);
const digestIn = async (cloud: Cloud) => (await cloud.outputs('Images')).Resolved.split('@')[1];

scenario('a tag that has moved makes a new version, and keeps the old one; a tag that has not moved changes nothing', async (cloud) => {
  const since = new Date();
  const first = await push(cloud, 'main', { content: 'first' });
  await cloud.deploy(followed());
  expect(await versionsOf(cloud)).toEqual([`1 CREATED ${first}`]);

  await cloud.deploy(followed());
  expect(await versionsOf(cloud)).toEqual([`1 CREATED ${first}`]);
  expect((await cloud.outputs('Images')).Number).toBe('1');

  const second = await push(cloud, 'main', { content: 'second' });
  await cloud.deploy(followed());
  expect(await versionsOf(cloud)).toEqual([`1 CREATED ${first}`, `2 CREATED ${second}`]);
  expect((await cloud.outputs('Images')).Number).toBe('2');

  // Moving back is moving too.
  await cloud.ecr.send(new BatchDeleteImageCommand({ repositoryName: 'torch', imageIds: [{ imageTag: 'main' }] }));
  const third = await push(cloud, 'main', { content: 'first' });
  expect(third).toBe(first);
  await cloud.deploy(followed());
  expect(await versionsOf(cloud)).toEqual([`1 CREATED ${first}`, `2 CREATED ${second}`, `3 CREATED ${first}`]);

  const permissions = await granted(cloud, 'SageMakerImages');
  expect(permissions.filter((permission) => !permission.startsWith('logs:'))).toEqual([
    `ecr:DescribeImages arn:aws:ecr:${ENVIRONMENT.region}:${ENVIRONMENT.account}:repository/torch`,
  ]);
  await cloud.destroy(followed());
  expect(await used(cloud, 'SageMakerImages', since)).toEqual(permissions);
  expect(await cloud.images()).toEqual([]);
});

scenario('with a refresh of the app, the tag is resolved only when it changes', async (cloud) => {
  const first = await push(cloud, 'main', { content: 'first' });
  await cloud.deploy(followed({ refresh: 'release-1' }));
  const second = await push(cloud, 'main', { content: 'second' });
  expect(await cloud.deploy(followed({ refresh: 'release-1' }))).toContain('no changes');
  expect(await versionsOf(cloud)).toEqual([`1 CREATED ${first}`]);
  await cloud.deploy(followed({ refresh: 'release-2' }));
  expect(await versionsOf(cloud)).toEqual([`1 CREATED ${first}`, `2 CREATED ${second}`]);
});

scenario('a deployment that fails restores the former version, although the tag has moved again meanwhile', async (cloud) => {
  const first = await push(cloud, 'main', { content: 'first' });
  await cloud.deploy(followed());
  await push(cloud, 'main', { content: 'second' });
  await cloud.set({ version_seconds: 3 });
  const since = new Date();
  const failing = cloud.failToDeploy(followed({ second: 'none' }));
  // While the second version is being created, which fails.
  while (!(await cloud.versions()).some(({ version }) => version === 3)) {
    await sleep(100);
  }
  const third = await push(cloud, 'main', { content: 'third' });
  expect(await failing).toContain('Second');
  expect(await cloud.stackStatus('Images')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await versionsOf(cloud)).toEqual([`1 CREATED ${first}`]);
  expect(await digestIn(cloud)).toBe(first);
  // Once for the update, not for the rollback.
  expect((await callsOfFunction(cloud, since)).filter((call) => call === 'ecr DescribeImages')).toHaveLength(1);

  await cloud.set({ version_seconds: 0.1 });
  await cloud.deploy(followed());
  expect((await versionsOf(cloud)).map((version) => version.replace(/^\d+ /, ''))).toEqual([`CREATED ${first}`, `CREATED ${third}`]);
  expect(await digestIn(cloud)).toBe(third);
});

scenario('a deployment that fails because the tag is gone keeps the version, and so does its rollback', async (cloud) => {
  const first = await push(cloud, 'main', { content: 'first' });
  await cloud.deploy(followed({ preflight: true }));
  await cloud.ecr.send(new BatchDeleteImageCommand({ repositoryName: 'torch', imageIds: [{ imageTag: 'main' }] }));
  expect(await cloud.failToDeploy(followed({ preflight: true }))).toMatch(
    /checking container image 'torch' with tag 'main' for SageMaker image 'torch' failed: repository 'torch' has no container image with tag 'main'; nothing was changed; push it/);
  expect(await cloud.stackStatus('Images')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await versionsOf(cloud)).toEqual([`1 CREATED ${first}`]);
});
