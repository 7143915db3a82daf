import { ImageAlias } from '../../../../src/provider/handler/image-alias';
import type { CustomResourceEvent } from '../../../../src/provider/handler/lifecycle/event';
import { event } from '../event';
import { FakeSageMaker } from '../fake-sagemaker';
import { serviceError, World } from '../world';

const ANSWERS = ['refuse', 'move'] as const;
const PROPERTIES = { ImageName: 'torch', Alias: 'prod', Version: '2' };

let world: World;
let fake: FakeSageMaker;
let alias: ImageAlias;
let lines: any[];

beforeEach(() => {
  lines = [];
  jest.spyOn(console, 'log').mockImplementation((line) => { lines.push(JSON.parse(line)); });
});

/** Prepares an image with three versions, of which one may have the alias `prod`. */
function start(takenAlias: typeof ANSWERS[number], holder?: number): void {
  world = new World();
  fake = new FakeSageMaker(world, { takenAlias }).addImage('torch', 3, { other: 1, ...holder && { prod: holder } });
  alias = new ImageAlias(fake);
}

/** Handles an event as CloudFormation and Lambda do. Returns the physical id and the attributes. */
async function handle(type: CustomResourceEvent['RequestType'], version: number | string, more: Partial<CustomResourceEvent> = {}): Promise<any> {
  const received = event(type, { ...PROPERTIES, Version: String(version) }, more);
  const [outcome] = await world.settle(alias.run(received, world.clock()));
  return outcome.status === 'fulfilled' ? { id: type !== 'Delete' && alias.physicalId(received), ...outcome.value as object } : outcome.reason;
}

const create = (version: number) => handle('Create', version);
const update = (id: string, from: number, to: number) =>
  handle('Update', to, { PhysicalResourceId: id, OldResourceProperties: { ...PROPERTIES, Version: String(from) } });
const remove = (id: string, version: number) => handle('Delete', version, { PhysicalResourceId: id });
const holder = () => fake.images.aliases('torch').prod;

describe.each(ANSWERS)("if 'taken_alias' is '%s'", (answer) => {
  test('a new alias is added, moves and is removed', async () => {
    start(answer);
    const { id, ...attributes } = await create(1);
    expect(id).toBe('torch/alias/prod');
    expect(attributes).toEqual({
      Version: 1,
      ImageVersionArn: 'arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/1',
      ImageArn: 'arn:aws:sagemaker:eu-west-1:111111111111:image/torch',
      ContainerImage: 'base@sha256:1',
      Report: 'on version 1',
    });
    expect(await update(id, 1, 2)).toMatchObject({ id, Version: 2, Report: 'on version 2, moved from version 1' });
    expect(holder()).toBe(2);
    await remove(id, 2);
    expect(fake.images.aliases('torch')).toEqual({ other: 1 });
  });

  test('a promotion that is rolled back ends where the alias was', async () => {
    start(answer);
    const { id } = await create(1);
    await update(id, 1, 2);
    expect(await update(id, 2, 1)).toMatchObject({ id, Version: 1 });
    expect(holder()).toBe(1);
  });

  test('events that are handled again change nothing', async () => {
    start(answer, 3);
    const { id } = await create(1);
    for (const action of [() => create(1), () => update(id, 1, 2), () => update(id, 1, 2)]) {
      await action();
    }
    expect(holder()).toBe(2);
    await remove(id, 2);
    await remove(id, 2);
    expect(holder()).toBeUndefined();
  });

  test('the creation takes an existing alias over, and its rollback returns it', async () => {
    start(answer, 3);
    const { id, Report } = await create(1);
    expect(id).toBe('torch/alias/prod/from/3/to/1');
    expect(Report).toBe('on version 1, moved from version 3');
    expect(holder()).toBe(1);
    await remove(id, 1);
    expect(holder()).toBe(3);
    await remove(id, 1);
    expect(holder()).toBe(3);
  });

  test('an alias that was taken over is removed after it was promoted', async () => {
    start(answer, 3);
    const { id } = await create(1);
    expect((await update(id, 1, 2)).id).toBe(id);
    await remove(id, 2);
    expect(holder()).toBeUndefined();
  });

  test('an alias that was there already stays when its creation is rolled back', async () => {
    start(answer, 1);
    const { id, Report } = await create(1);
    expect(Report).toBe('on version 1');
    await remove(id, 1);
    expect(holder()).toBe(1);
  });

  test('the rollback of a creation removes the alias if its former version is gone', async () => {
    start(answer, 3);
    const { id } = await create(1);
    await world.settle(fake.send('DeleteImageVersion', { ImageName: 'torch', Version: 3 }));
    await remove(id, 1);
    expect(fake.images.aliases('torch')).toEqual({ other: 1 });
  });

  test('an alias that somebody else moved is reported, and moves', async () => {
    start(answer);
    const { id } = await create(1);
    fake.images.setAlias('torch', 'prod', 3);
    expect((await update(id, 1, 2)).Report).toBe('on version 2, moved from version 3, where somebody else had put it (it was expected on version 1)');
    expect(holder()).toBe(2);
    expect(lines).toContainEqual({ message: 'somebody else moved the alias', image: 'torch', alias: 'prod', expected: 1, found: 3 });
  });

  test('an alias that somebody else moved or removed is not removed', async () => {
    start(answer);
    const { id } = await create(1);
    fake.images.setAlias('torch', 'prod', 3);
    await remove(id, 1);
    expect(holder()).toBe(3);
    fake.images.setAlias('torch', 'prod', undefined);
    await remove(id, 1);
    expect(holder()).toBeUndefined();
  });

  test('another alias or image is another resource, and the former one is removed by its deletion', async () => {
    start(answer);
    fake.addImage('jax', 2);
    const { id } = await create(1);
    const renamed = await handle('Update', 2, {
      PhysicalResourceId: id,
      ResourceProperties: { ...PROPERTIES, Alias: 'live' },
      OldResourceProperties: { ...PROPERTIES, Version: '1' },
    });
    expect(renamed.id).toBe('torch/alias/live');
    const other = await handle('Update', 2, { PhysicalResourceId: id, ResourceProperties: { ...PROPERTIES, ImageName: 'jax' }, OldResourceProperties: PROPERTIES });
    expect(other.id).toBe('jax/alias/prod');
    await remove(id, 1);
    expect(fake.images.aliases('torch')).toEqual({ other: 1, live: 2 });
    expect(fake.images.aliases('jax')).toEqual({ prod: 2 });
  });

  test('a run that continues a creation remembers where the alias was', async () => {
    start(answer, 3);
    fake.fault({ operation: 'UpdateImageVersion', times: 1_000, error: serviceError('ThrottlingException') });
    expect(await create(1)).toMatchObject({ timedOut: true, untouched: true });
    fake.clearFaults();
    expect((await create(1)).id).toBe('torch/alias/prod/from/3/to/1');
  });

  test('the deletion after a creation that could not be undone returns the alias', async () => {
    start(answer, 3);
    fake.fault({ operation: 'UpdateImageVersion', matches: ({ AliasesToAdd }) => AliasesToAdd !== undefined && holder() === undefined, times: 1_000, error: serviceError('ValidationException') });
    const received = event('Create', PROPERTIES);
    const [outcome] = await world.settle(alias.run(received, world.clock()));
    expect(outcome.status).toBe(answer === 'refuse' ? 'rejected' : 'fulfilled');
    const id = alias.physicalId(received);
    expect(id).toBe('torch/alias/prod/from/3/to/2');
    fake.clearFaults();
    await remove(id, 2);
    expect(holder()).toBe(3);
  });
});

test.each(['torch/alias/prod (unconfirmed)', 'Stack-Alias-1A2B3C', 'torch/alias/other'])(
  'the alias stays if it is not known who put it there (%s)', async (id) => {
    start('refuse', 2);
    await remove(id, 2);
    expect(fake.calls).toEqual([]);
  });

test('the deletion succeeds if the image is gone', async () => {
  start('refuse');
  await handle('Delete', 2, { PhysicalResourceId: 'gone/alias/prod', ResourceProperties: { ...PROPERTIES, ImageName: 'gone' } });
  await handle('Delete', 2, { PhysicalResourceId: 'gone/alias/prod/from/1/to/2', ResourceProperties: { ...PROPERTIES, ImageName: 'gone' } });
  expect(fake.calls.filter(({ operation }) => operation !== 'DescribeImageVersion')).toEqual([]);
});

test('the deletion with invalid properties makes no calls', async () => {
  start('refuse', 2);
  await handle('Delete', 'x', { PhysicalResourceId: 'torch/alias/prod' });
  expect(fake.calls).toEqual([]);
});

test.each<[object, string]>([
  [{ ImageName: '' }, 'ImageName must be a non-empty string, got ""'],
  [{ ImageName: undefined }, 'ImageName must be a non-empty string, got undefined'],
  [{ Alias: '' }, 'Alias must be a non-empty string, got ""'],
  [{ Alias: ['x'] }, 'Alias must be a non-empty string, got ["x"]'],
  [{ Version: undefined }, 'Version must be a positive integer, got undefined'],
  [{ Version: '' }, 'Version must be a positive integer, got ""'],
  [{ Version: '0' }, 'Version must be a positive integer, got "0"'],
  [{ Version: '1.5' }, 'Version must be a positive integer, got "1.5"'],
])('invalid properties (%j) fail before any call', async (properties, problem) => {
  start('refuse');
  expect(await handle('Create', 1, { ResourceProperties: { ...PROPERTIES, ...properties } }))
    .toMatchObject({ untouched: true, message: expect.stringContaining(`the image alias properties are not valid: ${problem}; nothing was changed`) });
  expect(fake.calls).toEqual([]);
});
