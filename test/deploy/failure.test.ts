import { App, Stack } from 'aws-cdk-lib';
import { BaseImage, Image, VendorGuidance } from 'cdk-sagemaker-images';
import { torch, torchApp } from './apps';
import { scenarios } from './scenario';

const scenario = scenarios({ prepare: (cloud) => cloud.pushImages('torch', 'a', 'b') });

/** A base image with a tag that was never pushed, which synth cannot detect. */
function broken(stack: Stack): BaseImage {
  return torch(stack, 'never-pushed');
}

/** A valid version with other metadata, a version that fails, and a version after it. */
function appWithBrokenVersion(app: App): void {
  const stack = new Stack(app, 'Images');
  const image = new Image(stack, 'Torch', { imageName: 'torch', displayName: 'Edited' });
  image.addVersion('A', {
    baseImage: torch(stack, 'a'), aliases: ['stable', 'edited'], releaseNotes: 'Edited', vendorGuidance: VendorGuidance.ARCHIVED,
  });
  image.addVersion('Broken', { baseImage: broken(stack), alias: 'next' });
  image.addVersion('B', { baseImage: torch(stack, 'b') });
}

scenario('a first deployment with a version that fails leaves nothing behind, and the corrected app can be deployed', async (cloud) => {
  const output = await cloud.failToDeploy(appWithBrokenVersion);
  expect(output).toContain('failed to create');
  expect(cloud.aws.log()).toContain("image-version/torch/2 fails: Requested image not found: 'never-pushed'");
  expect(await cloud.stackStatus('Images')).toBe('ROLLBACK_COMPLETE');
  expect(await cloud.images()).toEqual([]);

  await cloud.deploy(torchApp({ A: { tag: 'a' } }));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED']);
});

scenario('an update with a version that fails is rolled back, including changes of other versions and of the image', async (cloud) => {
  const before = torchApp({ A: { tag: 'a', alias: 'stable', releaseNotes: 'As it was', vendorGuidance: VendorGuidance.STABLE } }, { displayName: 'As it was' });
  await cloud.deploy(before);
  const versions = await cloud.versions();
  await cloud.failToDeploy(appWithBrokenVersion);
  expect(await cloud.stackStatus('Images')).toBe('UPDATE_ROLLBACK_COMPLETE');
  // The update and its rollback, which shows that the version was changed.
  expect((await cloud.events('Images')).filter((event) => /^TorchA\w+ UPDATE_COMPLETE/.test(event))).toHaveLength(2);
  expect(await cloud.versions()).toEqual(versions);
  expect(await cloud.displayName('torch')).toBe('As it was');
});

scenario('a replacement that fails keeps the former version and its alias', async (cloud) => {
  await cloud.deploy(torchApp({ A: { tag: 'a', alias: 'stable' } }));
  const before = await cloud.versions();
  await cloud.failToDeploy((app) => {
    const stack = new Stack(app, 'Images');
    new Image(stack, 'Torch', { imageName: 'torch' }).addVersion('A', { baseImage: broken(stack), alias: 'next' });
  });
  expect(await cloud.versions()).toEqual(before);
  // The corrected app can be deployed.
  await cloud.deploy(torchApp({ A: { tag: 'b', alias: 'next' } }));
  expect((await cloud.versions()).map(({ baseImage, aliases }) => `${baseImage.split(':')[1]} ${aliases}`)).toEqual(['a stable', 'b next']);
});

scenario('an image with the name of an existing image fails, and the existing image does not change', async (cloud) => {
  await cloud.deploy(torchApp({ A: { tag: 'a', alias: 'stable' } }));
  const before = await cloud.versions();
  const output = await cloud.failToDeploy((app) => {
    new Image(new Stack(app, 'Second'), 'Torch', { imageName: 'torch' });
  });
  expect(output).toContain('already exists');
  expect(await cloud.versions()).toEqual(before);
});

scenario('a version that fails in SageMaker is rolled back, and the same app can be deployed later', async (cloud) => {
  await cloud.deploy(torchApp({ A: { tag: 'a', alias: 'stable' } }));
  const before = await cloud.versions();
  const after = torchApp({ A: { tag: 'a', alias: 'stable' }, B: { tag: 'b', alias: 'next' } });
  await cloud.fault('version', { image: 'torch', reason: 'the layers are too large' });
  expect(await cloud.failToDeploy(after)).toContain('failed to create');
  expect(cloud.aws.log()).toContain('image-version/torch/2 fails: the layers are too large');
  expect(await cloud.versions()).toEqual(before);

  await cloud.deploy(after);
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED stable', 'torch 3 CREATED next']);
});

scenario('a deployment waits for a slow version', async (cloud) => {
  await cloud.fault('slow', { resource: '*image-version/torch/1', seconds: 8 });
  const started = Date.now();
  await cloud.deploy(torchApp({ A: { tag: 'a' }, B: { tag: 'b' } }));
  expect(Date.now() - started).toBeGreaterThan(8000);
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED']);
});
