import { forJupyterLab } from './scene';
import { StudioAttachments } from '../../../../src/provider/handler/attachments';
import { Studio } from '../../../../src/provider/handler/attachments/studio';
import type { CustomResourceEvent } from '../../../../src/provider/handler/lifecycle/event';
import type { Json } from '../../../../src/provider/handler/service/json';
import { event } from '../event';
import { FakeSageMaker } from '../fake-sagemaker';
import { serviceError, World } from '../world';

beforeEach(() => { jest.spyOn(console, 'log').mockImplementation(); });

const entry = (ImageVersionNumber: number) => ({ ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber });
const OURS = { ImageName: 'torch', AppImageConfigName: 'fixed', ImageVersionNumber: 1 };
/** An entry of a feed, as CloudFormation sends it. */
const followed = (number: number) => ({ ...entry(number), ImageVersionNumber: String(number), FollowedAlias: 'nightly' });

/** A domain with entries, and an image with the versions 1 to 7, of which version 6 has the alias of the feed. */
function scene(...entries: object[]) {
  const world = new World();
  const sageMaker = new FakeSageMaker(world, { updateTime: () => 1_000 }).addImage('torch', 7, { nightly: 6 })
    .addDomain('d-1', { DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: entries } } });
  const attachments = new StudioAttachments(new Studio(sageMaker));
  const run = (type: CustomResourceEvent['RequestType'], properties: object, former?: object) => world.run(attachments.run(event(type, properties as Json, {
    ...type !== 'Create' && { PhysicalResourceId: 'd-1' }, ...former && { OldResourceProperties: former as Json },
  }), world.clock()));
  const listed = () => (sageMaker.studio.body({ DomainId: 'd-1' }).DefaultUserSettings as any).JupyterLabAppSettings.CustomImages;
  return { sageMaker, run, listed };
}

test('a deployment adds an entry that follows a feed, and leaves its version to the feed then', async () => {
  const { run, listed, sageMaker } = scene(OURS);
  expect(await run('Create', forJupyterLab(followed(5)))).toBeUndefined();
  expect(listed()).toEqual([OURS, entry(5)]);
  sageMaker.studio.change({ DomainId: 'd-1' }, () => ({ DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [entry(6)] } } }));
  expect(await run('Update', forJupyterLab(OURS, followed(5)), forJupyterLab(followed(4)))).toBeUndefined();
  expect(listed()).toEqual([entry(6), OURS]);
});

test('an entry that begins to follow a feed gets the version with its alias once', async () => {
  const { run, listed } = scene(entry(1));
  expect(await run('Update', forJupyterLab(followed(5)), forJupyterLab(entry(1)))).toBeUndefined();
  expect(listed()).toEqual([entry(6)]);
});

test('an entry that a feed moved is detached with the others, and comes back in the version of the feed in a rollback', async () => {
  const { run, listed } = scene(OURS, entry(6));
  expect(await run('Update', forJupyterLab(OURS), forJupyterLab(OURS, followed(5)))).toBeUndefined();
  expect(listed()).toEqual([OURS]);
  expect(await run('Update', forJupyterLab(OURS, followed(5)), forJupyterLab(OURS))).toBeUndefined();
  expect(listed()).toEqual([OURS, entry(6)]);
});

test('an entry that a feed moved does not conflict in the rollback of a deployment that did not detach it', async () => {
  const { run, listed } = scene(OURS, entry(6));
  expect(await run('Update', forJupyterLab(OURS, followed(5)), forJupyterLab(OURS))).toBeUndefined();
  expect(listed()).toEqual([OURS, entry(6)]);
});

test.each([
  ['no version has the alias', (sageMaker: FakeSageMaker) => sageMaker.send('UpdateImageVersion', { ImageName: 'torch', Version: 6, AliasesToDelete: ['nightly'] }), []],
  ['the version with the alias cannot be read', async (sageMaker: FakeSageMaker) => sageMaker.fault({ operation: 'DescribeImageVersion', error: serviceError('ValidationException', 'no'), times: 100 }), [
    { message: 'the version with the alias of a feed is not known, so that of the deployment is used', why: ['DescribeImageVersion (ValidationException: no)'] },
  ]],
])('an entry comes back in the version of the deployment if %s', async (_, prepare, logged) => {
  const { run, listed, sageMaker } = scene(OURS);
  await prepare(sageMaker);
  expect(await run('Update', forJupyterLab(OURS, followed(5)), forJupyterLab(OURS))).toBeUndefined();
  expect(listed()).toEqual([OURS, entry(5)]);
  const lines = (console.log as jest.Mock).mock.calls.map(([line]) => JSON.parse(line));
  expect(lines.filter(({ message }) => message.includes('alias of a feed'))).toEqual(logged);
});

test('several entries of one feed need one read', async () => {
  const { run, listed, sageMaker } = scene();
  const other = { AppImageConfigName: 'torch-2' };
  expect(await run('Update', forJupyterLab(followed(5), { ...followed(5), ...other }), forJupyterLab())).toBeUndefined();
  expect(listed()).toEqual([entry(6), { ...entry(6), ...other }]);
  expect(sageMaker.calls.filter(({ operation }) => operation === 'DescribeImageVersion')).toHaveLength(1);
});

test('entries of several feeds get the versions of their aliases', async () => {
  const { run, listed, sageMaker } = scene();
  sageMaker.addImage('other', 12, { weekly: 12 }).addImage('third', 3, { nightly: 2 });
  const entries = [['other', 'weekly', '11'], ['third', 'nightly', '1'], ['third', 'monthly', '3']]
    .map(([ImageName, FollowedAlias, ImageVersionNumber], index) => ({ ImageName, AppImageConfigName: `jl-${index}`, ImageVersionNumber, FollowedAlias }));
  expect(await run('Update', forJupyterLab(followed(5), ...entries), forJupyterLab())).toBeUndefined();
  expect(listed().map(({ ImageName, ImageVersionNumber }: Json) => `${ImageName} ${ImageVersionNumber}`)).toEqual(['torch 6', 'other 12', 'third 2', 'third 3']);
});

test('an entry of somebody else is a conflict, and stays in the rollback', async () => {
  const { run, listed } = scene(OURS, entry(3));
  expect(await run('Update', forJupyterLab(OURS, followed(5)), forJupyterLab(OURS))).toMatchObject({ message: expect.stringContaining('somebody else attached another version') });
  expect(await run('Update', forJupyterLab(OURS), forJupyterLab(OURS, followed(5)))).toBeUndefined();
  expect(listed()).toEqual([OURS, entry(3)]);
});


/** A version that a feed made of a push in this second. */
const pushedAt = (second: number) => ({ metadata: { ReleaseNotes: `(nightly-${second} pushed 2026-02-01T00:00:0${second}Z)` } });

test('an entry is detached although the alias has moved on, for example if the feed could not move the entry', async () => {
  const { run, listed, sageMaker } = scene(OURS, entry(6));
  [5, 6, 7].forEach((number) => sageMaker.images.setVersion('torch', number, pushedAt(number)));
  sageMaker.images.setAlias('torch', 'nightly', 7);
  expect(await run('Update', forJupyterLab(OURS), forJupyterLab(OURS, followed(5)))).toBeUndefined();
  expect(listed()).toEqual([OURS]);
});

test('an entry that goes to a former version by another push is detached', async () => {
  const { run, listed, sageMaker } = scene(OURS, entry(2));
  sageMaker.images.setVersion('torch', 2, pushedAt(8));
  sageMaker.images.setVersion('torch', 5, pushedAt(5));
  sageMaker.images.setAlias('torch', 'nightly', 7);
  expect(await run('Update', forJupyterLab(OURS), forJupyterLab(OURS, followed(5)))).toBeUndefined();
  expect(listed()).toEqual([OURS]);
});

test('an entry of somebody else with a version of the feed stays in a rollback', async () => {
  const { run, listed, sageMaker } = scene(OURS, entry(3));
  [3, 5, 6].forEach((number) => sageMaker.images.setVersion('torch', number, pushedAt(number)));
  expect(await run('Update', forJupyterLab(OURS, followed(6)), forJupyterLab(OURS))).toMatchObject({ message: expect.stringContaining('somebody else attached another version') });
  expect(await run('Update', forJupyterLab(OURS), forJupyterLab(OURS, followed(6)))).toBeUndefined();
  expect(listed()).toEqual([OURS, entry(3)]);
});

test.each([[7, []], [3, [entry(3)]]])('of versions that were deleted, only a later one can be the one of the feed: %d', async (found, left) => {
  const { run, listed, sageMaker } = scene(OURS, entry(found));
  await sageMaker.send('DeleteImageVersion', { ImageName: 'torch', Version: found });
  expect(await run('Update', forJupyterLab(OURS), forJupyterLab(OURS, followed(5)))).toBeUndefined();
  expect(listed()).toEqual([OURS, ...left]);
});

test.each([['the entry has the version of the template', entry(5)], ['somebody removed the entry', undefined]])('no version is read if %s', async (_, found) => {
  const { run, listed, sageMaker } = scene(OURS, ...found ? [found] : []);
  expect(await run('Update', forJupyterLab(OURS), forJupyterLab(OURS, followed(5)))).toBeUndefined();
  expect(listed()).toEqual([OURS]);
  expect(sageMaker.calls.filter(({ operation }) => operation === 'DescribeImageVersion')).toEqual([]);
});

test.each([
  ['is denied', 'AccessDeniedException', 'grant this action to the role of the Lambda function and deploy again, or remove it from the settings'],
  ['fails', 'ValidationException', 'remove it from the settings'],
])('the update fails if reading %s, instead of leaving the entry', async (_, error, remedy) => {
  const { run, listed, sageMaker } = scene(OURS, entry(6));
  sageMaker.fault({ operation: 'DescribeImageVersion', error: serviceError(error, 'no'), times: 1_000 });
  expect(await run('Update', forJupyterLab(OURS), forJupyterLab(OURS, followed(5)))).toMatchObject({
    message: "detaching image 'torch' (version 5, app image config 'torch-jl') from DefaultUserSettings.JupyterLabAppSettings of domain 'd-1' failed: "
      + `version 6 of image 'torch' is attached, and whether its feed with alias 'nightly' did that cannot be read (${error}: no); nothing was changed; ${remedy} if the feed did, and deploy again`,
  });
  expect(listed()).toEqual([OURS, entry(6)]);
});

test('reading is tried again while it is throttled, or not permitted yet', async () => {
  const { run, listed, sageMaker } = scene(OURS, entry(6));
  sageMaker.fault({ operation: 'DescribeImageVersion', error: serviceError('ThrottlingException'), times: 10 });
  sageMaker.fault({ operation: 'DescribeImageVersion', error: serviceError('AccessDeniedException'), times: 5 });
  expect(await run('Update', forJupyterLab(OURS), forJupyterLab(OURS, followed(5)))).toBeUndefined();
  expect(listed()).toEqual([OURS]);
});

test('the deletion of the resource detaches in any version, without reading', async () => {
  const { run, listed, sageMaker } = scene(OURS, entry(6));
  expect(await run('Delete', forJupyterLab(followed(5)))).toBeUndefined();
  expect(listed()).toEqual([OURS]);
  expect(sageMaker.calls.filter(({ operation }) => operation === 'DescribeImageVersion')).toEqual([]);
});
