import { clockFor } from '../../../../src/provider/handler/lifecycle/clock';
import type { CustomResourceEvent } from '../../../../src/provider/handler/lifecycle/event';
import { Failure } from '../../../../src/provider/handler/lifecycle/failure';
import { handle } from '../../../../src/provider/handler/lifecycle/handle';
import type { Attributes, Kind } from '../../../../src/provider/handler/lifecycle/kind';
import { event as anyEvent } from '../event';
import { FakeServer, type Response } from '../http';

let server: FakeServer;
let answers: (Response | undefined)[];
let log: jest.SpyInstance;

beforeEach(async () => {
  log = jest.spyOn(console, 'log').mockImplementation();
  answers = [];
  server = await FakeServer.start(() => answers.length > 0 ? answers.shift() : {});
});

afterEach(async () => {
  await server.stop();
});

/** A fictional resource, whose physical id is its name. */
const ID = 'thing-1';
const event = (type: CustomResourceEvent['RequestType'], properties: object = {}, more: Partial<CustomResourceEvent> = {}) =>
  anyEvent(type, { Name: ID, ...properties }, { ...type !== 'Create' && { PhysicalResourceId: ID }, ...more });

function physicalId({ ResourceProperties: { Name } }: CustomResourceEvent): string {
  if (typeof Name !== 'string') {
    throw new Failure('Name must be a string', true);
  }
  return Name;
}

/** Handles an event, and returns the response that CloudFormation receives. */
async function responseTo(one: CustomResourceEvent, run: Kind['run'], milliseconds = 60_000): Promise<any> {
  const withUrl = { ...one, ResponseURL: `${server.url}/answer?Signature=secret` };
  await handle(withUrl, { 'Custom::Thing': { physicalId, run } }, clockFor(milliseconds));
  return JSON.parse(server.requests[server.requests.length - 1].body);
}

const succeed = async () => undefined;
const fail = (untouched: boolean) => async () => { throw new Failure('doing x failed: why; state; remedy', untouched); };

test.each(['Create', 'Update', 'Delete'] as const)('the response to %s contains the physical id', async (type) => {
  expect(await responseTo(event(type), succeed)).toEqual({
    Status: 'SUCCESS',
    PhysicalResourceId: ID,
    StackId: 'arn:aws:cloudformation:eu-west-1:111111111111:stack/Stack/1',
    RequestId: 'request-1',
    LogicalResourceId: 'Thing',
  });
  expect(server.requests[0]).toMatchObject({ method: 'PUT', path: '/answer?Signature=secret', headers: { 'content-type': '' } });
});

test('an update returns the new physical id, and a deletion returns the old one', async () => {
  expect(await responseTo(event('Update', {}, { PhysicalResourceId: 'old' }), succeed)).toMatchObject({ PhysicalResourceId: ID });
  expect(await responseTo(event('Delete', {}, { PhysicalResourceId: 'old' }), succeed)).toMatchObject({ PhysicalResourceId: 'old' });
});

test('the response to a failure contains its message', async () => {
  expect(await responseTo(event('Update'), fail(false))).toMatchObject({ Status: 'FAILED', Reason: 'doing x failed: why; state; remedy', PhysicalResourceId: ID });
});

test('a failed creation that changed nothing returns a physical id that the deletion recognizes', async () => {
  expect(await responseTo(event('Create'), fail(true))).toMatchObject({ Status: 'FAILED', PhysicalResourceId: `${ID} (not created)` });
  expect(await responseTo(event('Create'), fail(false))).toMatchObject({ Status: 'FAILED', PhysicalResourceId: ID });
});

test.each([
  [{ ResourceType: 'Custom::Other' }],
  [{ ResourceProperties: {} }],
])('the deletion after a failed creation that changed nothing does not read the properties (%j)', async (more) => {
  const created = await responseTo(event('Create', {}, more), fail(true));
  const { PhysicalResourceId } = created;
  expect(created).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^(Thing|thing-1) \(not created\)$/) });
  expect(await responseTo(event('Delete', {}, { ...more, PhysicalResourceId }), fail(true))).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId });
});

test('a failed update keeps the physical id', async () => {
  expect(await responseTo(event('Update', {}, { PhysicalResourceId: 'old' }), fail(false))).toMatchObject({ PhysicalResourceId: 'old' });
});

test('the response to an unexpected error contains its stack trace', async () => {
  expect(await responseTo(event('Create'), async () => { throw new TypeError('x is not a function'); }))
    .toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/^unexpected error: TypeError: x is not a function\n +at /), PhysicalResourceId: ID });
  expect(await responseTo(event('Create'), () => Promise.reject('no error object'))).toMatchObject({ Status: 'FAILED', Reason: 'unexpected error: no error object' });
});

test('requests and responses are logged', async () => {
  await responseTo(event('Create'), fail(false));
  expect(log.mock.calls.map(([line]) => JSON.parse(line))).toEqual([
    { message: 'received', type: 'Custom::Thing', request: 'Create', id: 'request-1', logicalId: 'Thing' },
    { message: 'responding', Status: 'FAILED', Reason: 'doing x failed: why; state; remedy', PhysicalResourceId: ID },
  ]);
});

test('no timer is left that keeps the process running', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  await responseTo(event('Create'), succeed, 600_000);
  expect(timers()).toBeLessThanOrEqual(before);
});

test('an event for an unsupported resource type fails with the supported types', async () => {
  expect(await responseTo(event('Create', {}, { ResourceType: 'Custom::Other' }), succeed))
    .toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining("'Custom::Other' are not supported; nothing was changed; use one of Custom::Thing"), PhysicalResourceId: 'Thing (not created)' });
});

test('work that does not end gets a response before the Lambda timeout', async () => {
  expect(await responseTo(event('Create'), () => new Promise(() => undefined), 15_200))
    .toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('did not return in time'), PhysicalResourceId: ID });
});

describe('attributes', () => {
  const attributes: Attributes = { Version: 3, Arn: 'arn:aws:sagemaker:eu-west-1:111111111111:thing/1' };

  test.each(['Create', 'Update'] as const)('are part of the response to %s', async (type) => {
    expect(await responseTo(event(type), async () => attributes)).toMatchObject({
      Status: 'SUCCESS', Data: { Version: 3, Arn: 'arn:aws:sagemaker:eu-west-1:111111111111:thing/1' },
    });
  });

  test('are not part of the response to Delete, and are optional', async () => {
    expect(await responseTo(event('Delete'), async () => attributes)).not.toHaveProperty('Data');
    expect(await responseTo(event('Create'), succeed)).not.toHaveProperty('Data');
  });

  test('that do not fit are an error, and are not truncated', async () => {
    const response = await responseTo(event('Create'), async () => ({ ...attributes, Long: 'x'.repeat(4_000) }));
    expect(response).toMatchObject({ Status: 'FAILED', PhysicalResourceId: ID });
    expect(response.Reason).toMatch(/^the response with the attributes Version, Arn, Long has 4\d{3} bytes, but CloudFormation accepts at most 4096; /);
    expect(response).not.toHaveProperty('Data');
  });

  test('may be missing in a response that does not fit', async () => {
    expect((await responseTo(event('Create', { Name: 'x'.repeat(5_000) }), succeed)).Reason).toMatch(/^the response with the attributes .* has 5\d{3} bytes, /);
  });

  test('that just fit are complete', async () => {
    await responseTo(event('Create'), async () => ({ Long: '' }));
    const room = 4_096 - Buffer.byteLength(server.requests[0].body);
    expect((await responseTo(event('Create'), async () => ({ Long: 'x'.repeat(room) }))).Data.Long).toHaveLength(room);
    expect(Buffer.byteLength(server.requests[1].body)).toBe(4_096);
    expect(await responseTo(event('Create'), async () => ({ Long: 'x'.repeat(room + 1) }))).toMatchObject({ Status: 'FAILED' });
  });

  test('are logged by name only', async () => {
    await responseTo(event('Create'), async () => ({ Password: 'hunter2' }));
    const text = JSON.stringify(log.mock.calls);
    expect(text).toContain('Password');
    expect(text).not.toContain('hunter2');
  });
});

test.each(['not-created', 'thing/not-created', 'x-not-created'])('a resource that is named %s is deleted', async (Name) => {
  const run = jest.fn();
  await responseTo(event('Delete', { Name }, { PhysicalResourceId: Name }), async () => run());
  await responseTo(event('Delete', { Name: 5 }, { PhysicalResourceId: Name }), async () => run());
  expect(run).toHaveBeenCalledTimes(2);
});

test('a physical id that CloudFormation would not accept is replaced after a failure', async () => {
  // With the suffix, 1,024 bytes.
  const longest = 'x'.repeat(1_010);
  expect(await responseTo(event('Create', { Name: longest }), fail(true))).toMatchObject({ PhysicalResourceId: `${longest} (not created)` });
  for (const untouched of [true, false]) {
    expect(await responseTo(event('Create', { Name: `${longest}x` }), fail(untouched))).toMatchObject({ PhysicalResourceId: 'Thing (not created)' });
  }
});

test('logs contain neither the response URL nor other secrets', async () => {
  answers = [{ status: 403 }, {}];
  await responseTo(event('Create', { Secret: 'hunter2' }), fail(false));
  const text = JSON.stringify(log.mock.calls);
  expect(text).toContain('request-1');
  expect(text).not.toMatch(/Signature|hunter2/);
});
