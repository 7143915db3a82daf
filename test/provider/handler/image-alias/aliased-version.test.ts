import { AliasedVersion } from '../../../../src/provider/handler/image-alias/aliased-version';
import type { CustomResourceEvent } from '../../../../src/provider/handler/lifecycle/event';
import { Images } from '../../../../src/provider/handler/service/images';
import { event } from '../event';
import { FakeSageMaker } from '../fake-sagemaker';
import { noResponse, serviceError, World } from '../world';

const PROPERTIES = { ImageName: 'torch', Alias: 'prod' };

let world: World;
let fake: FakeSageMaker;

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  world = new World();
  fake = new FakeSageMaker(world).addImage('torch', 3, { prod: 3 });
});

async function handle(type: CustomResourceEvent['RequestType'], properties: object = {}): Promise<any> {
  const [outcome] = await world.settle(new AliasedVersion(new Images(fake)).run(event(type, { ...PROPERTIES, ...properties }), world.clock()));
  return outcome.status === 'fulfilled' ? outcome.value : outcome.reason;
}

test.each(['Create', 'Update'] as const)('the version with the alias is read (%s)', async (type) => {
  expect(await handle(type)).toEqual({ AliasedVersion: 3 });
  expect(fake.calls).toMatchObject([{ operation: 'DescribeImageVersion', input: { ImageName: 'torch', Alias: 'prod' } }]);
});

test.each([['alias', { Alias: 'live' }], ['image', { ImageName: 'jax' }]])('without the %s, no version has it', async (_, properties) => {
  expect(await handle('Create', properties)).toEqual({ AliasedVersion: 'none' });
});

test('the deletion does nothing', async () => {
  expect(await handle('Delete')).toBeUndefined();
  expect(fake.calls).toEqual([]);
});

test('the physical id stays as long as image and alias do', () => {
  const id = (properties: object) => new AliasedVersion(new Images(fake)).physicalId(event('Update', { ...PROPERTIES, ...properties }));
  expect([{}, { ImageName: 'jax' }, { Alias: 'live' }].map(id)).toEqual(['torch/version-with-alias/prod', 'jax/version-with-alias/prod', 'torch/version-with-alias/live']);
});

test.each([serviceError('ThrottlingException'), noResponse(), serviceError('AccessDeniedException')])('a call that fails is repeated (%s)', async (error) => {
  fake.fault({ error, times: 3 });
  expect(await handle('Create')).toEqual({ AliasedVersion: 3 });
});

test('a permission that is missing fails the creation, which changes nothing', async () => {
  fake.fault({ error: serviceError('AccessDeniedException', 'no'), times: 1_000 });
  expect(await handle('Create')).toMatchObject({
    untouched: true,
    message: "reading which version of image 'torch' has alias 'prod' failed: AccessDeniedException: no; nothing was changed; grant this action to the role of the Lambda function and deploy again",
  });
});

test('another error fails at once', async () => {
  fake.fault({ error: serviceError('ValidationException', 'no') });
  expect(await handle('Create')).toMatchObject({ untouched: true, message: expect.stringContaining('failed: ValidationException: no; nothing was changed; fix the cause of this error and deploy again') });
});

test('a service that is busy to the deadline lets Lambda run the event again', async () => {
  fake.fault({ error: serviceError('ThrottlingException'), times: 1_000 });
  expect(await handle('Create')).toMatchObject({ untouched: true, timedOut: true, message: expect.stringMatching(/; nothing was changed; deploy again$/) });
});

test('invalid properties fail before any call', async () => {
  expect(await handle('Create', { ImageName: '', Alias: ['x'] })).toMatchObject({
    untouched: true, message: expect.stringContaining('ImageName must be a non-empty string, got "", Alias must be a non-empty string, got ["x"]; nothing was changed'),
  });
  expect(fake.calls).toEqual([]);
});
