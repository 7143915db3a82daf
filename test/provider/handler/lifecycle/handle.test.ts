import { EventEmitter } from 'events';
import { type Clock, clockFor } from '../../../../src/provider/handler/lifecycle/clock';
import type { CustomResourceEvent } from '../../../../src/provider/handler/lifecycle/event';
import { Failure } from '../../../../src/provider/handler/lifecycle/failure';
import { handle } from '../../../../src/provider/handler/lifecycle/handle';
import type { Attributes, Kind } from '../../../../src/provider/handler/lifecycle/kind';
import { bodyOf } from '../../../../src/provider/handler/lifecycle/respond';
import { event as anyEvent } from '../event';
import { FakeServer, type Response } from '../http';

const http = jest.requireActual<typeof import('http')>('http');
let request = http.request;
jest.mock('http', () => ({ ...jest.requireActual('http'), request: (...args: Parameters<typeof http.request>) => request(...args) }));

let server: FakeServer;
let answers: (Response | undefined)[];
let log: jest.SpyInstance;

beforeEach(async () => {
  log = jest.spyOn(console, 'log').mockImplementation();
  answers = [];
  server = await FakeServer.start(() => answers.length > 0 ? answers.shift() : {});
});

afterEach(async () => {
  request = http.request;
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
  expect(await responseTo(event('Create'), fail(true))).toMatchObject({ Status: 'FAILED', PhysicalResourceId: `${ID}/not-created` });
  expect(await responseTo(event('Create'), fail(false))).toMatchObject({ Status: 'FAILED', PhysicalResourceId: ID });
});

test.each([
  [{ ResourceType: 'Custom::Other' }],
  [{ ResourceProperties: {} }],
])('the deletion after a failed creation that changed nothing does not read the properties (%j)', async (more) => {
  const created = await responseTo(event('Create', {}, more), fail(true));
  const { PhysicalResourceId } = created;
  expect(created).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/\/not-created$/) });
  expect(await responseTo(event('Delete', {}, { ...more, PhysicalResourceId }), fail(true))).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId });
});

test('a failed update keeps the physical id', async () => {
  expect(await responseTo(event('Update', {}, { PhysicalResourceId: 'old' }), fail(false))).toMatchObject({ PhysicalResourceId: 'old' });
});

test('the response to an unexpected error contains its stack trace', async () => {
  expect(await responseTo(event('Create'), async () => { throw new TypeError('x is not a function'); }))
    .toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('x is not a function'), PhysicalResourceId: ID });
});

test('an event for an unsupported resource type fails with the supported types', async () => {
  expect(await responseTo(event('Create', {}, { ResourceType: 'Custom::Other' }), succeed))
    .toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining("'Custom::Other' are not supported; nothing was changed; use one of Custom::Thing"), PhysicalResourceId: 'Thing/not-created' });
});

test('work that does not end gets a response before the Lambda timeout', async () => {
  expect(await responseTo(event('Create'), () => new Promise(() => undefined), 15_200))
    .toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('did not return in time'), PhysicalResourceId: ID });
});

test('a response that is not accepted is sent again', async () => {
  answers = [{ status: 500 }, { status: 503 }, {}];
  await responseTo(event('Create'), succeed);
  expect(server.requests).toHaveLength(3);
});

test.each(['cut off', 'stalled'] as const)('only the HTTP status for a response counts, not the body (%s)', async (broken) => {
  answers = [{ status: 500, text: 'ab', broken }, { status: 200, text: 'ab', broken }];
  await responseTo(event('Create'), succeed);
  expect(server.requests).toHaveLength(2);
}, 2_000);

test('sending a response that is never accepted ends before the Lambda timeout, however long the work took', async () => {
  let now = 0;
  const clock = { deadline: 60_000, now: () => now, sleep: async (duration: number) => { now += duration; }, random: () => 0.999 };
  request = ((_url: URL, { timeout }: { timeout: number }) => {
    const silent = Object.assign(new EventEmitter(), { end: () => { now += timeout; silent.emit('timeout'); }, destroy: (error: Error) => silent.emit('error', error) });
    return silent;
  }) as never;
  const kind = { physicalId, run: async (_: unknown, { deadline }: Clock) => { now = deadline; } };
  await expect(handle(event('Create'), { 'Custom::Thing': kind }, clock)).rejects.toThrow('CloudFormation did not accept the response');
  expect(now).toBeGreaterThan(50_000);
  expect(now).toBeLessThan(60_000);
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

  test('that just fit are complete', async () => {
    const fixed = Buffer.byteLength(bodyOf(event('Create'), { Status: 'SUCCESS', PhysicalResourceId: ID, Data: { Long: '' } }));
    expect((await responseTo(event('Create'), async () => ({ Long: 'x'.repeat(4_096 - fixed) }))).Data.Long).toHaveLength(4_096 - fixed);
    expect(await responseTo(event('Create'), async () => ({ Long: 'x'.repeat(4_097 - fixed) }))).toMatchObject({ Status: 'FAILED' });
  });

  test('are logged by name only', async () => {
    await responseTo(event('Create'), async () => ({ Password: 'hunter2' }));
    const text = JSON.stringify(log.mock.calls);
    expect(text).toContain('Password');
    expect(text).not.toContain('hunter2');
  });
});

test('a resource whose name ends with the suffix for failed creations is deleted', async () => {
  const run = jest.fn();
  const name = `${ID}/not-created`;
  await responseTo(event('Delete', { Name: name }, { PhysicalResourceId: name }), async () => run());
  expect(run).toHaveBeenCalledTimes(1);
  await responseTo(event('Delete', {}, { PhysicalResourceId: name }), async () => run());
  expect(run).toHaveBeenCalledTimes(1);
});

test.each(['x'.repeat(10_000), 'ü€'.repeat(3_000), '"\n'.repeat(5_000)])('a response has at most 4096 bytes, and only its reason is truncated', (reason) => {
  const body = bodyOf(event('Create'), { Status: 'FAILED', PhysicalResourceId: ID, Reason: reason, Data: { Long: 'y'.repeat(1_000) } });
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4096);
  expect(JSON.parse(body).Reason.slice(0, 900)).toBe(reason.slice(0, 900));
  expect(JSON.parse(body).Reason).toMatch(/… \(truncated; the log of the Lambda function has the full message\)$/);
  expect(JSON.parse(body).Data).toEqual({ Long: 'y'.repeat(1_000) });
});

test('logs contain neither the response URL nor other secrets', async () => {
  answers = [{ status: 403 }, {}];
  await responseTo(event('Create', { Secret: 'hunter2' }), fail(false));
  const text = JSON.stringify(log.mock.calls);
  expect(text).toContain('request-1');
  expect(text).not.toMatch(/Signature|hunter2/);
});
