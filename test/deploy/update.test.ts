import { RemovalPolicy } from 'aws-cdk-lib';
import { MlFramework, Processor, VendorGuidance } from 'cdk-sagemaker-images';
import { torchApp } from './apps';
import { scenarios } from './scenario';

const scenario = scenarios({ prepare: (cloud) => cloud.pushImages('torch', 'a', 'b', 'c', 'd', 'e') });

scenario('five versions of one image are created in order in one deployment, and a destroy deletes everything', async (cloud) => {
  const build = torchApp({ A: { tag: 'a' }, B: { tag: 'b' }, C: { tag: 'c' }, D: { tag: 'd' }, E: { tag: 'e' } });
  await cloud.deploy(build);
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED', 'torch 3 CREATED', 'torch 4 CREATED', 'torch 5 CREATED']);
  expect((await cloud.versions()).map(({ baseImage }) => baseImage.split(':')[1])).toEqual(['a', 'b', 'c', 'd', 'e']);

  await cloud.destroy(build);
  expect(await cloud.images()).toEqual([]);
  expect(await cloud.stacks()).toEqual([]);
});

scenario('other metadata and aliases update a version in place', async (cloud) => {
  await cloud.deploy(torchApp({
    A: { tag: 'a', aliases: ['stays', 'goes'], mlFramework: MlFramework.pytorch('2.4'), processor: Processor.CPU, releaseNotes: 'First' },
  }));
  const [before] = await cloud.versions();
  await cloud.deploy(torchApp({
    A: {
      tag: 'a',
      aliases: ['stays', 'comes'],
      mlFramework: MlFramework.pytorch('2.5'),
      processor: Processor.GPU,
      releaseNotes: 'Second',
      vendorGuidance: VendorGuidance.STABLE,
    },
  }));
  expect(await cloud.versions()).toEqual([{
    ...before, aliases: ['comes', 'stays'], framework: 'PyTorch 2.5', processor: 'GPU', notes: 'Second', guidance: 'STABLE',
  }]);
});

scenario('another base image creates a new version, and the former one keeps its container image', async (cloud) => {
  await cloud.deploy(torchApp({ A: { tag: 'a' } }));
  const [old] = await cloud.versions();
  await cloud.deploy(torchApp({ A: { tag: 'b' } }));
  const [first, second, ...more] = await cloud.versions();
  expect(first).toEqual(old);
  expect(second).toMatchObject({ version: 2, status: 'CREATED' });
  expect(second.containerImage).not.toBe(old.containerImage);
  expect(more).toEqual([]);
});

scenario('a version is inserted between two others', async (cloud) => {
  await cloud.deploy(torchApp({ A: { tag: 'a' }, C: { tag: 'c' } }));
  await cloud.deploy(torchApp({ A: { tag: 'a' }, B: { tag: 'b' }, C: { tag: 'c' } }));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED', 'torch 3 CREATED']);
});

scenario('only the version that is removed from the app is deleted', async (cloud) => {
  await cloud.deploy(torchApp({ A: { tag: 'a', alias: 'one' }, B: { tag: 'b', alias: 'two' }, C: { tag: 'c', alias: 'three' } }));
  await cloud.deploy(torchApp({ A: { tag: 'a', alias: 'one' }, C: { tag: 'c', alias: 'three' } }));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED one', 'torch 3 CREATED three']);
});

scenario('all versions are rebuilt at once, in order', async (cloud) => {
  await cloud.deploy(torchApp({ A: { tag: 'a' }, B: { tag: 'b' } }));
  await cloud.deploy(torchApp({ A: { tag: 'c' }, B: { tag: 'd' } }));
  expect((await cloud.versions()).map(({ version, baseImage }) => `${version} ${baseImage.split(':')[1]}`)).toEqual(['1 a', '2 b', '3 c', '4 d']);
});

scenario('a second deployment of the same app changes nothing', async (cloud) => {
  const build = torchApp({ A: { tag: 'a', alias: 'one' }, B: { tag: 'b' } });
  await cloud.deploy(build);
  const before = await cloud.versions();
  const events = await cloud.events('Images');
  expect(await cloud.deploy(build)).toContain('no changes');
  expect(await cloud.events('Images')).toEqual(events);
  expect(await cloud.versions()).toEqual(before);
});

scenario('retained images and versions remain after their stack is destroyed', async (cloud) => {
  const { RETAIN } = RemovalPolicy;
  const build = torchApp({ A: { tag: 'a', removalPolicy: RETAIN }, B: { tag: 'b' } }, { removalPolicy: RETAIN });
  await cloud.deploy(build);
  await cloud.destroy(build);
  expect(await cloud.stacks()).toEqual([]);
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED']);
});
