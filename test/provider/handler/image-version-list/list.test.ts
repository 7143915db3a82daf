import { ImageVersionList } from '../../../../src/provider/handler/image-version-list';
import type { CustomResourceEvent } from '../../../../src/provider/handler/lifecycle/event';
import { bodyOf } from '../../../../src/provider/handler/lifecycle/respond';
import { Images } from '../../../../src/provider/handler/service/images';
import { event } from '../event';
import { FakeSageMaker } from '../fake-sagemaker';
import { noResponse, serviceError, World } from '../world';

const ALL = ['ImageVersionArns', 'Versions', 'Aliases', 'ContainerImages'];
const arn = (version: number) => `arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/${version}`;

let world: World;
let sageMaker: FakeSageMaker;

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation();
  world = new World();
  sageMaker = new FakeSageMaker(world).addImage('torch', 3, { 'stable': 1, '2.4.1': 2, 'next': 2 });
});

const list = () => new ImageVersionList(new Images(sageMaker));
const eventWith = (properties: object, type: CustomResourceEvent['RequestType'] = 'Create') => event(type, { ImageName: 'torch', ...properties });

/** Returns the attributes or the error. */
async function run(properties: object = { Attributes: ALL }, type: CustomResourceEvent['RequestType'] = 'Create'): Promise<any> {
  const [outcome] = await world.settle(list().run(eventWith(properties, type), world.clock()));
  return outcome.status === 'fulfilled' ? outcome.value : outcome.reason;
}

const operations = () => sageMaker.calls.map(({ operation }) => operation);

/** Sets the metadata of a version. */
const describe_ = (Version: number, metadata: object) => world.settle(sageMaker.send('UpdateImageVersion', { ImageName: 'torch', Version, ...metadata }));

test.each(['Create', 'Update'] as const)('all versions are listed, newest first, on %s', async (type) => {
  expect(await run({ Attributes: ALL, Refresh: '1' }, type)).toEqual({
    ImageVersionArns: [3, 2, 1].map(arn).join('|'),
    Versions: '3|2|1',
    Aliases: '|2.4.1,next|stable',
    ContainerImages: expect.stringMatching(/^[^|]+:3[^|]*\|[^|]+\|[^|]+$/),
  });
});

test('only what is used is read and returned', async () => {
  expect(await run({ Attributes: ['Versions', 'ImageVersionArns'] })).toEqual({ Versions: '3|2|1', ImageVersionArns: [3, 2, 1].map(arn).join('|') });
  expect(operations()).toEqual(['ListImageVersions']);
  sageMaker.calls.length = 0;
  expect(await run({ Attributes: ['Aliases'] })).toEqual({ Aliases: '|2.4.1,next|stable' });
  expect(operations()).toEqual(['ListImageVersions', 'ListAliases', 'ListAliases', 'ListAliases']);
  sageMaker.calls.length = 0;
  expect(await run({})).toEqual({});
  expect(operations()).toEqual(['ListImageVersions']);
});

test('a deletion makes no calls, even if the properties are not valid', async () => {
  expect(await run({ ImageName: '' }, 'Delete')).toBeUndefined();
  expect(operations()).toEqual([]);
});

test('the physical id contains the image only', () => {
  expect(list().physicalId(eventWith({ Attributes: ALL, MaxVersions: '3', Refresh: '2' }))).toBe('torch/versions');
});

describe('versions are filtered', () => {
  beforeEach(async () => {
    await describe_(1, { MLFramework: 'PyTorch 2.4', Processor: 'CPU', JobType: 'TRAINING', VendorGuidance: 'STABLE', ProgrammingLang: 'Python 3.11' });
    await describe_(2, { MLFramework: 'PyTorch 2.4', Processor: 'GPU' });
    await describe_(3, { MLFramework: 'PyTorch 2.5', Processor: 'GPU' });
    sageMaker.calls.length = 0;
  });

  test.each([
    [{ MLFramework: 'PyTorch 2.4' }, '2|1'],
    [{ Processor: 'GPU' }, '3|2'],
    [{ MLFramework: 'PyTorch 2.4', Processor: 'GPU' }, '2'],
    [{ JobType: 'TRAINING' }, '1'],
    [{ VendorGuidance: 'STABLE' }, '1'],
    [{ ProgrammingLang: 'Python 3.11' }, '1'],
    [{ ImageVersionStatus: 'CREATED' }, '3|2|1'],
  ])('by %j', async (Filter, Versions) => {
    expect(await run({ Filter, Attributes: ['Versions'] })).toEqual({ Versions });
  });

  test('by status, without describing them', async () => {
    sageMaker = new FakeSageMaker(world, { failure: () => 'no access' }).addImage('torch', 2);
    await world.settle(sageMaker.send('CreateImageVersion', { ImageName: 'torch', BaseImage: 'x', ClientToken: '1' }));
    sageMaker.calls.length = 0;
    expect(await run({ Filter: { ImageVersionStatus: 'CREATED' }, Attributes: ['Versions'] })).toEqual({ Versions: '2|1' });
    expect(await run({ Filter: { ImageVersionStatus: 'CREATE_FAILED' }, Attributes: ['Versions'] })).toEqual({ Versions: '3' });
    expect(await run({ Attributes: ['Versions'] })).toEqual({ Versions: '3|2|1' });
    expect(new Set(operations())).toEqual(new Set(['ListImageVersions']));
  });

  test('and aliases are read only for those in the list', async () => {
    expect(await run({ Filter: { MLFramework: 'PyTorch 2.5' }, Attributes: ['Aliases', 'Versions'] })).toEqual({ Aliases: '', Versions: '3' });
    expect(operations().filter((operation) => operation === 'ListAliases')).toHaveLength(1);
  });

  test('and read until there are enough', async () => {
    expect(await run({ Filter: { Processor: 'GPU' }, MaxVersions: '1', Attributes: ['Versions'] })).toEqual({ Versions: '3' });
    expect(operations()).toEqual(['ListImageVersions', 'DescribeImageVersion']);
  });

  test('and an empty list is an error that names the filter', async () => {
    expect(await run({ Filter: { Processor: 'GPU', JobType: 'INFERENCE' }, Attributes: ['Versions'] })).toMatchObject({
      untouched: true,
      help: 'A list of versions cannot be returned',
      message: "listing the versions of image 'torch' with Processor 'GPU' and JobType 'INFERENCE' failed: none of the 3 versions has Processor 'GPU' and JobType 'INFERENCE'; "
        + 'nothing was changed; change the filter, or accept an empty list with allowEmpty, and deploy again',
    });
  });

  test('and an empty list can be accepted', async () => {
    expect(await run({ Filter: { JobType: 'INFERENCE' }, AllowEmpty: 'true', Attributes: ALL }))
      .toEqual({ ImageVersionArns: '', Versions: '', Aliases: '', ContainerImages: '' });
  });
});

test('an image without versions is an error, unless an empty list is accepted', async () => {
  sageMaker = new FakeSageMaker(world).addImage('torch');
  expect((await run()).message).toContain('the image has no versions; nothing was changed; create a version, or accept an empty list with allowEmpty, and deploy again');
  expect(await run({ AllowEmpty: 'true', Attributes: ['Versions'] })).toEqual({ Versions: '' });
});

test('an image that does not exist is an error', async () => {
  expect((await run({ ImageName: 'gone', AllowEmpty: 'true' })).message)
    .toBe("listing the versions of image 'gone' failed: image 'gone' does not exist; nothing was changed; use an existing image in this account and Region");
});

test('a version that is deleted after it was listed is not in the list', async () => {
  sageMaker.fault({ operation: 'ListAliases', matches: ({ Version }) => Version === 2, error: serviceError('ResourceNotFound', 'does not exist') });
  expect(await run({ Attributes: ['Aliases', 'Versions'] })).toEqual({ Aliases: '|stable', Versions: '3|1' });
});

describe('500 versions', () => {
  beforeEach(() => {
    sageMaker = new FakeSageMaker(world, { callsPerSecond: 10, latency: () => 20 })
      .addImage('torch', 500, Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`2.${index + 1}.0`, index + 1])));
  });

  test('are listed by their numbers', async () => {
    const { Versions } = await run({ Attributes: ['Versions'] });
    expect(Versions).toBe(Array.from({ length: 500 }, (_, index) => 500 - index).join('|'));
    expect(operations()).toHaveLength(5);
  });

  // 1,000 calls at 10 calls a second take at least 100 s.
  test('are read within the time of the function although SageMaker throttles, and no call is repeated needlessly', async () => {
    const failure = await run({ Attributes: ALL });
    expect(failure.message).toContain('the list of 500 versions, with Aliases, ContainerImages, ImageVersionArns, Versions, makes a response of ');
    expect(world.now()).toBeGreaterThan(100_000);
    expect(world.now()).toBeLessThan(400_000);
    const succeeded = sageMaker.calls.filter(({ error }) => error === undefined);
    expect(succeeded).toHaveLength(5 + 500 + 500);
  });

  test.each([[['ImageVersionArns']], [['Versions', 'Aliases']], [ALL]])('with %j are never cut silently: the error says how many fit', async (Attributes) => {
    const { message, untouched } = await run({ Attributes });
    expect(untouched).toBe(true);
    const [, bytes, most] = /makes a response of (\d+) bytes, and CloudFormation accepts 4096; nothing was changed; set maxVersions to (\d+) or less, use a filter, or use fewer/.exec(message)!;
    expect(Number(bytes)).toBeGreaterThan(4096);
    const sizeOf = async (MaxVersions: number) => {
      const Data = await run({ Attributes, MaxVersions: String(MaxVersions) });
      return Data instanceof Error ? Infinity : Buffer.byteLength(bodyOf(eventWith({}), { Status: 'SUCCESS', PhysicalResourceId: 'torch/versions', Data }));
    };
    expect(await sizeOf(Number(most))).toBeLessThanOrEqual(4096);
    expect(await sizeOf(Number(most) + 1)).toBe(Infinity);
  });

  test('are read for the newest only', async () => {
    const { Versions, Aliases } = await run({ Attributes: ['Versions', 'Aliases'], MaxVersions: '3' });
    expect([Versions, Aliases]).toEqual(['500|499|498', '2.500.0|2.499.0|2.498.0']);
    expect(sageMaker.calls.filter(({ operation }) => operation === 'ListAliases')).toHaveLength(3);
  });
});

test.each([serviceError('ThrottlingException'), serviceError('ServiceUnavailable'), noResponse()])('a list is continued after $name', async (error) => {
  for (const operation of ['ListImageVersions', 'ListAliases', 'DescribeImageVersion']) {
    sageMaker.fault({ operation, error, skip: 1, times: 3 }).fault({ operation, error });
  }
  expect(await run()).toMatchObject({ Versions: '3|2|1', Aliases: '|2.4.1,next|stable' });
});

test('a missing permission is an error only after the time that IAM may need', async () => {
  sageMaker.fault({ operation: 'ListAliases', error: serviceError('AccessDeniedException', 'no sagemaker:ListAliases'), times: 3 });
  expect(await run()).toMatchObject({ Versions: '3|2|1' });
  sageMaker.fault({ operation: 'ListAliases', matches: ({ Version }) => Version === 1, error: serviceError('AccessDeniedException', 'no sagemaker:ListAliases'), times: 999 });
  const start = world.now();
  expect((await run()).message).toContain('no sagemaker:ListAliases; nothing was changed; grant this action to the role of the Lambda function and deploy again');
  expect(world.now() - start).toBeGreaterThan(90_000);
  expect(world.now() - start).toBeLessThan(110_000);
});

test('a refused call fails immediately', async () => {
  sageMaker.fault({ operation: 'ListImageVersions', error: serviceError('ValidationException', 'wrong name') });
  expect((await run()).message).toContain('ValidationException: wrong name; nothing was changed; fix the cause of this error and deploy again');
});

test('a list that SageMaker throttles until the deadline fails before the Lambda timeout', async () => {
  sageMaker.fault({ operation: 'ListAliases', error: serviceError('ThrottlingException'), times: 99_999 });
  expect(await run()).toMatchObject({ untouched: true, timedOut: true, message: expect.stringContaining('timed out while waiting (ThrottlingException: from the service); nothing was changed') });
  expect(world.now()).toBeLessThan(14 * 60_000);
});

test.each<[object, string]>([
  [{ ImageName: '' }, 'ImageName must be a non-empty string, got ""'],
  [{ Filter: 'x' }, 'Filter must be a map of strings, got "x"'],
  [{ Filter: { Processor: ['GPU'] } }, 'Filter must be a map of strings, got {"Processor":["GPU"]}'],
  [{ MaxVersions: '0' }, 'MaxVersions must be a positive integer, got "0"'],
  [{ MaxVersions: '' }, 'MaxVersions must be a positive integer, got ""'],
  [{ MaxVersions: 'x' }, 'MaxVersions must be a positive integer, got "x"'],
  [{ AllowEmpty: 'yes' }, 'AllowEmpty must be true or false, got "yes"'],
  [{ Attributes: ['Numbers'] }, 'Attributes must be a list of Aliases, ContainerImages, ImageVersionArns, Versions, got ["Numbers"]'],
  [{ Attributes: 'Versions' }, 'Attributes must be a list of '],
])('invalid properties (%j) fail before any call', async (properties, problem) => {
  expect(await run(properties)).toMatchObject({ untouched: true, message: expect.stringContaining(problem) });
  expect(operations()).toEqual([]);
});
