import { ImageAlias } from '../../../../src/provider/handler/image-alias';
import type { CustomResourceEvent } from '../../../../src/provider/handler/lifecycle/event';
import type { Json } from '../../../../src/provider/handler/service/json';
import { event } from '../event';
import { FakeSageMaker } from '../fake-sagemaker';
import { noResponse, serviceError, World } from '../world';

const ANSWERS = ['refuse', 'move'] as const;
const PROPERTIES = { ImageName: 'torch', Alias: 'prod', Version: '2' };

let world: World;
let fake: FakeSageMaker;
let alias: ImageAlias;
let lines: any[];
/** The template of the stack, and the calls that read it. */
let template: () => Promise<Json>;
let reads: unknown[];

beforeEach(() => {
  lines = [];
  reads = [];
  template = async () => ({ TemplateBody: '{}' });
  jest.spyOn(console, 'log').mockImplementation((line) => { lines.push(JSON.parse(line)); });
});

/** Prepares an image with three versions, of which one may have the alias `prod`. */
function start(takenAlias: typeof ANSWERS[number], holder?: number): void {
  world = new World();
  fake = new FakeSageMaker(world, { takenAlias }).addImage('torch', 3, { other: 1, ...holder && { prod: holder } });
  alias = new ImageAlias(fake, { send: (...call) => { reads.push(call); return template(); } });
}

/** Handles an event as CloudFormation and Lambda do. Returns the physical id and the attributes. */
async function handle(type: CustomResourceEvent['RequestType'], version: number | string, more: Partial<CustomResourceEvent> = {}): Promise<any> {
  const received = event(type, { ...PROPERTIES, Version: String(version) }, more);
  const [outcome] = await world.settle(alias.run(received, world.clock()));
  return outcome.status === 'fulfilled' ? { id: type !== 'Delete' && alias.physicalId(received, outcome.value ?? undefined), ...outcome.value as object } : outcome.reason;
}

const holder = (): number | undefined => fake.images.aliases('torch').prod;
/** Creates the resource, after another one has read which version has the alias. */
const create = (version: number, FormerVersion: number | string = holder() ?? 'none') =>
  handle('Create', version, { ResourceProperties: { ...PROPERTIES, Version: String(version), FormerVersion: String(FormerVersion) } });
const update = (id: string, from: number, to: number) =>
  handle('Update', to, { PhysicalResourceId: id, OldResourceProperties: { ...PROPERTIES, Version: String(from) } });
const remove = (id: string, version: number) => handle('Delete', version, { PhysicalResourceId: id });

describe.each(ANSWERS)("if 'taken_alias' is '%s'", (answer) => {
  test('a new alias is added, moves and is removed', async () => {
    start(answer);
    const { id, ...attributes } = await create(1);
    expect(id).toBe('torch/alias/prod');
    expect(lines).toContainEqual({ message: 'the alias is on version 1' });
    expect(attributes).toEqual({
      Version: 1,
      ImageVersionArn: 'arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/1',
      ImageArn: 'arn:aws:sagemaker:eu-west-1:111111111111:image/torch',
      ContainerImage: 'base@sha256:1',
      FormerVersion: 'none',
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
    const received = event('Create', { ...PROPERTIES, FormerVersion: '3' });
    const [outcome] = await world.settle(alias.run(received, world.clock()));
    expect(outcome.status).toBe(answer === 'refuse' ? 'rejected' : 'fulfilled');
    const id = alias.physicalId(received);
    expect(id).toBe('torch/alias/prod/from/3/to/2');
    fake.clearFaults();
    await remove(id, 2);
    expect(holder()).toBe(3);
  });
});

describe.each(['torch/alias/prod (unconfirmed)', 'Stack-Alias-1A2B3C', 'torch/alias/other'])("the deletion after a creation without a response ('%s')", (id) => {
  const removeAfter = (FormerVersion?: string) => handle('Delete', 2, { PhysicalResourceId: id, ResourceProperties: { ...PROPERTIES, FormerVersion } });

  test('returns an alias that was taken over', async () => {
    start('refuse', 2);
    await removeAfter('3');
    expect(fake.images.aliases('torch')).toEqual({ other: 1, prod: 3 });
  });

  test('removes a new alias', async () => {
    start('refuse', 2);
    await removeAfter('none');
    expect(fake.images.aliases('torch')).toEqual({ other: 1 });
  });

  test('returns an alias that was taken from its version, and not added to the other one yet', async () => {
    start('refuse');
    await removeAfter('3');
    expect(fake.images.aliases('torch')).toEqual({ other: 1, prod: 3 });
  });

  test('leaves the alias where somebody else put it', async () => {
    start('refuse', 1);
    await removeAfter('3');
    await removeAfter('none');
    expect(fake.images.aliases('torch')).toEqual({ other: 1, prod: 1 });
  });

  test.each([['that was there already', '2'], ['if it is not known who put it there', undefined]])('makes no calls for an alias %s', async (_, former) => {
    start('refuse', 2);
    await removeAfter(former);
    expect([fake.calls, reads, world.now()]).toEqual([[], [], 0]);
    expect(lines).toEqual(former ? [] : [{ message: 'the alias is left where it is', physicalId: id }]);
  });
});

describe('the deletion asks CloudFormation whether the template gives the alias to a version itself, and', () => {
  const STACK = 'arn:aws:cloudformation:eu-west-1:111111111111:stack/Stack/1';
  const fixed = (aliases: unknown) => async () => ({ TemplateBody: JSON.stringify({ Resources: { V: { Type: 'AWS::SageMaker::ImageVersion', Properties: { ImageName: 'torch', Aliases: aliases } } } }) });

  test.each(['torch/alias/prod', 'torch/alias/prod/from/3/to/2', 'made-up'])('leaves the alias then (%s)', async (id) => {
    start('refuse', 2);
    template = fixed(['prod']);
    await handle('Delete', 2, { PhysicalResourceId: id, ResourceProperties: { ...PROPERTIES, FormerVersion: '3' } });
    expect(holder()).toBe(2);
    expect(reads).toEqual([['cloudFormation', 'GetTemplate', { StackName: STACK, TemplateStage: 'Processed' }]]);
    expect(lines).toContainEqual({ message: 'the alias is left where it is, because the template of the stack gives it to a version', image: 'torch', alias: 'prod' });
  });

  test('removes it otherwise', async () => {
    start('refuse', 2);
    template = fixed(['staging']);
    await remove('torch/alias/prod', 2);
    expect(holder()).toBeUndefined();
    expect(lines.map(({ message }) => message)).not.toContainEqual(expect.stringContaining('template'));
  });

  test.each<[string, () => Promise<Json>, string]>([
    ['refuses', async () => { throw serviceError('ValidationError', 'no'); }, 'GetTemplate (ValidationError: no)'],
    ['denies', async () => { throw serviceError('AccessDenied', 'no'); }, 'GetTemplate (AccessDenied: no)'],
    ['does not respond', async () => { await world.sleep(10_000); throw noResponse(); }, 'GetTemplate (TimeoutError: no complete response within 10 s)'],
    ['has a template that is not JSON', async () => ({ TemplateBody: 'Resources: {}' }), 'GetTemplate (the template is not JSON)'],
    ['returns nothing', async () => ({}), 'GetTemplate (the template is not JSON)'],
  ])('removes it soon if CloudFormation %s, and logs that', async (_, read, why) => {
    start('refuse', 2);
    template = read;
    await remove('torch/alias/prod', 2);
    expect(holder()).toBeUndefined();
    expect(world.now()).toBeLessThan(20_000);
    expect(lines).toContainEqual({ message: 'the template of the stack is not known, so that a version in it that has the alias too may lose it', why: [why] });
  });

  test('repeats what is throttled', async () => {
    start('refuse', 2);
    let calls = 0;
    template = async () => { if (calls++ === 0) { throw serviceError('Throttling', 'Rate exceeded'); } return fixed(['prod'])(); };
    await remove('torch/alias/prod', 2);
    expect([holder(), calls]).toEqual([2, 2]);
  });
});

test('creations and updates ask CloudFormation nothing', async () => {
  start('refuse', 3);
  const { id } = await create(1);
  await update(id, 1, 2);
  expect(reads).toEqual([]);
});

describe('a creation after one that was killed before it responded', () => {
  test('knows that the alias was taken over', async () => {
    start('refuse', 2);
    expect(await create(2, 3)).toMatchObject({ id: 'torch/alias/prod/from/3/to/2', Report: 'on version 2, moved from version 3' });
  });

  test('knows that the alias is new', async () => {
    start('refuse', 2);
    expect(await create(2, 'none')).toMatchObject({ id: 'torch/alias/prod', Report: 'on version 2' });
  });
});

test('an update does not need valid properties before it', async () => {
  start('refuse', 1);
  const more = { PhysicalResourceId: 'torch/alias/prod', OldResourceProperties: { ...PROPERTIES, Version: 'x' } };
  expect(await handle('Update', 2, more)).toMatchObject({ Version: 2, Report: 'on version 2, moved from version 1' });
});

test('a creation that does not know where the alias was believes what it finds', async () => {
  start('refuse', 2);
  expect(await handle('Create', 2)).toMatchObject({ id: 'torch/alias/prod/from/2/to/2', Report: 'on version 2' });
});

test('a creation returns the alias to where it found it, if somebody moved it since it was read', async () => {
  start('refuse', 1);
  expect(await create(2, 3)).toMatchObject({
    id: 'torch/alias/prod/from/1/to/2', Report: 'on version 2, moved from version 1, where somebody else had put it (it was expected on version 3)',
  });
  start('refuse', 1);
  expect(await create(2, 'none')).toMatchObject({ id: 'torch/alias/prod/from/1/to/2', Report: 'on version 2, moved from version 1' });
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
  [{ FormerVersion: '' }, 'FormerVersion must be a positive integer or \'none\', got ""'],
  [{ FormerVersion: 'x' }, 'FormerVersion must be a positive integer or \'none\', got "x"'],
  [{ ImageName: '', Version: '0', FormerVersion: '0' }, 'ImageName must be a non-empty string, got "", Version must be a positive integer, got "0", FormerVersion must be a positive integer or \'none\', got "0"'],
])('invalid properties (%j) fail before any call', async (properties, problem) => {
  start('refuse');
  expect(await handle('Create', 1, { ResourceProperties: { ...PROPERTIES, ...properties } }))
    .toMatchObject({ untouched: true, message: expect.stringContaining(`the image alias properties are not valid: ${problem}; nothing was changed`) });
  expect(fake.calls).toEqual([]);
});
