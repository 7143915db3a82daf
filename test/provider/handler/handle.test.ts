import { EventEmitter } from 'events';
import { event, ID } from './events';
import { FakeServer, Response } from './http';
import { Clock, clockFor, CustomResource, Failure } from '../../../src/provider/handler/events';
import { handle } from '../../../src/provider/handler/handle';
import { bodyOf } from '../../../src/provider/handler/respond';

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

/** The answer that CloudFormation gets. */
async function answerTo(one: ReturnType<typeof event>, run: () => Promise<void>, milliseconds = 60_000): Promise<any> {
  const resource: CustomResource = { physicalId: () => ID, run };
  const withUrl = { ...one, ResponseURL: `${server.url}/answer?Signature=secret` };
  await handle(withUrl, { 'Custom::SageMakerStudioAttachment': resource }, clockFor(milliseconds));
  return JSON.parse(server.requests[server.requests.length - 1].body);
}

const succeed = async () => undefined;
const fail = (untouched: boolean) => async () => { throw new Failure('doing x failed: why; state; remedy', untouched); };

test.each(['Create', 'Update', 'Delete'] as const)('%s is answered with the physical id', async (type) => {
  expect(await answerTo(event(type), succeed)).toEqual({
    Status: 'SUCCESS',
    PhysicalResourceId: ID,
    StackId: 'arn:aws:cloudformation:eu-west-1:111111111111:stack/Stack/1',
    RequestId: 'request-1',
    LogicalResourceId: 'Attachment',
  });
  expect(server.requests[0]).toMatchObject({ method: 'PUT', path: '/answer?Signature=secret', headers: { 'content-type': '' } });
});

test('a new place gives a new physical id', async () => {
  expect(await answerTo(event('Update', {}, { PhysicalResourceId: 'old' }), succeed)).toMatchObject({ PhysicalResourceId: ID });
  expect(await answerTo(event('Delete', {}, { PhysicalResourceId: 'old' }), succeed)).toMatchObject({ PhysicalResourceId: 'old' });
});

test('a failure is answered with its message', async () => {
  expect(await answerTo(event('Update'), fail(false))).toMatchObject({ Status: 'FAILED', Reason: 'doing x failed: why; state; remedy', PhysicalResourceId: ID });
});

test('a creation that changed nothing gets an id that its deletion recognizes', async () => {
  expect(await answerTo(event('Create'), fail(true))).toMatchObject({ Status: 'FAILED', PhysicalResourceId: `${ID}/not-created` });
  expect(await answerTo(event('Create'), fail(false))).toMatchObject({ Status: 'FAILED', PhysicalResourceId: ID });
});

test.each([
  [{ ResourceType: 'Custom::Other' }],
  [{ ResourceProperties: { DomainId: '' } }],
])('what could not be created is deleted without a look at what it was (%j)', async (more) => {
  const created = await answerTo(event('Create', {}, more), fail(true));
  const { PhysicalResourceId } = created;
  expect(created).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/\/not-created$/) });
  expect(await answerTo(event('Delete', {}, { ...more, PhysicalResourceId }), fail(true))).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId });
});

test('an update that fails keeps the id that it had', async () => {
  expect(await answerTo(event('Update', {}, { PhysicalResourceId: 'old' }), fail(false))).toMatchObject({ PhysicalResourceId: 'old' });
});

test('a fault of the handler is answered too', async () => {
  expect(await answerTo(event('Create'), async () => { throw new TypeError('x is not a function'); }))
    .toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('x is not a function'), PhysicalResourceId: ID });
});

test('an unknown type is answered too', async () => {
  expect(await answerTo(event('Create', {}, { ResourceType: 'Custom::Other' }), succeed))
    .toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining("'Custom::Other' are not known"), PhysicalResourceId: 'Attachment/not-created' });
});

test('work that does not end is answered before Lambda ends it', async () => {
  expect(await answerTo(event('Create'), () => new Promise(() => undefined), 15_200))
    .toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('did not return in time'), PhysicalResourceId: ID });
});

test('an answer that is not taken is given again', async () => {
  answers = [{ status: 500 }, { status: 503 }, {}];
  await answerTo(event('Create'), succeed);
  expect(server.requests).toHaveLength(3);
});

test.each(['cut off', 'stalled'] as const)('what follows the status of the one who takes an answer does not matter (%s)', async (broken) => {
  answers = [{ status: 500, text: 'ab', broken }, { status: 200, text: 'ab', broken }];
  await answerTo(event('Create'), succeed);
  expect(server.requests).toHaveLength(2);
}, 2_000);

test('an answer that nobody takes ends before Lambda ends it, however long the work took', async () => {
  let now = 0;
  const clock = { deadline: 60_000, now: () => now, sleep: async (duration: number) => { now += duration; }, random: () => 0.999 };
  request = ((_url: URL, { timeout }: { timeout: number }) => {
    const silent = Object.assign(new EventEmitter(), { end: () => { now += timeout; silent.emit('timeout'); }, destroy: (error: Error) => silent.emit('error', error) });
    return silent;
  }) as never;
  const resource = { physicalId: () => ID, run: async (_: unknown, { deadline }: Clock) => { now = deadline; } };
  await expect(handle(event('Create'), { 'Custom::SageMakerStudioAttachment': resource }, clock)).rejects.toThrow('CloudFormation took no answer');
  expect(now).toBeGreaterThan(50_000);
  expect(now).toBeLessThan(60_000);
});

test.each(['x'.repeat(10_000), 'ü€'.repeat(3_000), '"\n'.repeat(5_000)])('an answer has at most 4096 bytes', (reason) => {
  const body = bodyOf(event('Create'), { Status: 'FAILED', PhysicalResourceId: ID, Reason: reason });
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4096);
  expect(JSON.parse(body).Reason.slice(0, 1_000)).toBe(reason.slice(0, 1_000));
});

test('logs show neither the response URL nor other secrets', async () => {
  answers = [{ status: 403 }, {}];
  await answerTo(event('Create', { Secret: 'hunter2' }), fail(false));
  const text = JSON.stringify(log.mock.calls);
  expect(text).toContain('request-1');
  expect(text).not.toMatch(/Signature|hunter2/);
});
