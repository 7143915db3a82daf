import { App, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { AppImageConfig, Image, StudioApp, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { torch } from './apps';
import { createDomain, createExecutionRole } from './domains';
import { ENVIRONMENT } from './environment';
import { scenarios } from './scenario';

const scenario = scenarios({
  prepare: async (cloud) => {
    await cloud.pushImages('torch', 'a', 'b');
    await createExecutionRole(cloud);
  },
});

/** An image in one stack, whose last version is attached in another, and optionally a resource that fails after that version. */
function twoStacks(domainId: string, versions: Record<string, { tag: string; alias: string }>, fails = false): (app: App) => void {
  return (app) => {
    const [images, studio] = ['Images', 'Studio'].map((id) => new Stack(app, id, { env: ENVIRONMENT }));
    const image = new Image(images, 'Torch', { imageName: 'torch' });
    const [last] = Object.entries(versions).map(([id, { tag, alias }]) => image.addVersion(id, { baseImage: torch(images, tag), alias })).reverse();
    const appImageConfig = new AppImageConfig(studio, 'Config', { app: StudioApp.jupyterLab(), appImageConfigName: 'torch' });
    new StudioAttachment(studio, 'Attachment', { imageVersion: last, appImageConfig, target: StudioTarget.existingDomain(domainId) });
    if (fails) {
      new sagemaker.CfnImageVersion(images, 'Broken', { imageName: 'no-such-image', baseImage: 'x' }).node.addDependency(last);
    }
  };
}

// With a DeletionPolicy of Retain, version 2 would survive and keep the alias, and no later deployment would succeed.
scenario('a version that is attached in another stack does not survive a failed deployment, so that its alias is free for the next', async (cloud) => {
  const domainId = await createDomain(cloud);
  const [first, next] = [{ A: { tag: 'a', alias: 'a' } }, { A: { tag: 'a', alias: 'a' }, B: { tag: 'b', alias: 'next' } }];
  await cloud.deploy(twoStacks(domainId, first));
  await cloud.failToDeploy(twoStacks(domainId, next, true));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED a']);

  await cloud.deploy(twoStacks(domainId, next));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED a', 'torch 3 CREATED next']);
});

scenario('a version that is attached in another stack survives its removal from the app', async (cloud) => {
  const domainId = await createDomain(cloud);
  await cloud.deploy(twoStacks(domainId, { A: { tag: 'a', alias: 'a' } }));
  await cloud.deploy(twoStacks(domainId, { B: { tag: 'b', alias: 'b' } }));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED a', 'torch 2 CREATED b']);
});
