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

test('an entry that begins to follow a feed gets the number once', async () => {
  const { run, listed } = scene(entry(1));
  expect(await run('Update', forJupyterLab(followed(5)), forJupyterLab(entry(1)))).toBeUndefined();
  expect(listed()).toEqual([entry(5)]);
});

test('an entry that a feed moved is detached with the others, and comes back in a rollback', async () => {
  const { run, listed } = scene(OURS, entry(6));
  expect(await run('Update', forJupyterLab(OURS), forJupyterLab(OURS, followed(5)))).toBeUndefined();
  expect(listed()).toEqual([OURS]);
  expect(await run('Update', forJupyterLab(OURS, followed(5)), forJupyterLab(OURS))).toBeUndefined();
  expect(listed()).toEqual([OURS, entry(5)]);
});

test('an entry of somebody else is a conflict, and stays in the rollback', async () => {
  const { run, listed } = scene(OURS, entry(3));
  expect(await run('Update', forJupyterLab(OURS, followed(5)), forJupyterLab(OURS))).toMatchObject({ message: expect.stringContaining('somebody else attached another version') });
  expect(await run('Update', forJupyterLab(OURS), forJupyterLab(OURS, followed(5)))).toBeUndefined();
  expect(listed()).toEqual([OURS, entry(3)]);
});

test.each([['AccessDeniedException', 5], ['ResourceNotFound', 1]])('if the alias cannot be read (%s), only the version of the template is detached', async (error, reads) => {
  const { run, listed, sageMaker } = scene(OURS, entry(6));
  sageMaker.fault({ operation: 'DescribeImageVersion', error: serviceError(error), times: 100 });
  expect(await run('Update', forJupyterLab(OURS), forJupyterLab(OURS, followed(5)))).toBeUndefined();
  expect(listed()).toEqual([OURS, entry(6)]);
  expect(sageMaker.calls.filter(({ operation }) => operation === 'DescribeImageVersion')).toHaveLength(reads);
});
