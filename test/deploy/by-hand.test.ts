import { DeleteImageCommand, DeleteImageVersionCommand, UpdateImageVersionCommand } from '@aws-sdk/client-sagemaker';
import { torchApp } from './apps';
import { scenarios } from './scenario';

const scenario = scenarios({ prepare: (cloud) => cloud.pushImages('torch', 'a', 'b', 'c') });

const THREE = { A: { tag: 'a' }, B: { tag: 'b' }, C: { tag: 'c' } };

scenario('a stack can be destroyed after a version was deleted by hand', async (cloud) => {
  await cloud.deploy(torchApp(THREE));
  await cloud.sageMaker.send(new DeleteImageVersionCommand({ ImageName: 'torch', Version: 2 }));
  await cloud.untilGone('torch', 2);
  await cloud.destroy(torchApp(THREE));
  expect(await cloud.images()).toEqual([]);
  expect(await cloud.stacks()).toEqual([]);
});

scenario('a stack can be destroyed after its image was deleted by hand', async (cloud) => {
  await cloud.deploy(torchApp(THREE));
  await cloud.sageMaker.send(new DeleteImageCommand({ ImageName: 'torch' }));
  await cloud.untilGone('torch');
  await cloud.destroy(torchApp(THREE));
  expect(await cloud.stacks()).toEqual([]);
});

scenario('a version that was deleted by hand can be removed from the app', async (cloud) => {
  await cloud.deploy(torchApp(THREE));
  await cloud.sageMaker.send(new DeleteImageVersionCommand({ ImageName: 'torch', Version: 2 }));
  await cloud.untilGone('torch', 2);
  await cloud.deploy(torchApp({ A: { tag: 'a' }, C: { tag: 'c' } }));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 3 CREATED']);
});

scenario('a version that was retained by an update is deleted together with its image', async (cloud) => {
  await cloud.deploy(torchApp({ A: { tag: 'a' } }));
  await cloud.deploy(torchApp({ A: { tag: 'b' } }));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED']);
  await cloud.destroy(torchApp({ A: { tag: 'b' } }));
  expect(await cloud.images()).toEqual([]);
});

scenario('an update keeps an alias that was added by hand', async (cloud) => {
  await cloud.deploy(torchApp({ A: { tag: 'a', aliases: ['ours'] } }));
  await cloud.sageMaker.send(new UpdateImageVersionCommand({ ImageName: 'torch', Version: 1, AliasesToAdd: ['theirs'] }));
  await cloud.deploy(torchApp({ A: { tag: 'a', aliases: ['ours-too'] } }));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED ours-too,theirs']);
});
