import { globalAgent } from 'https';
import type { Clock } from '../../../../src/provider/handler/lifecycle/clock';
import { bodyOf, respond } from '../../../../src/provider/handler/lifecycle/respond';
import { event } from '../event';
import { CERTIFICATE, FakeServer, type Request, type Response } from '../http';

let server: FakeServer | undefined;
let log: jest.SpyInstance;
let now: number;
let slept: number[];

/** A clock whose time only passes while it sleeps. */
const clock = (deadline = 60_000): Clock => ({
  deadline, now: () => now, random: () => 0.5, sleep: async (duration) => { slept.push(duration); now += duration; },
});

beforeEach(() => {
  log = jest.spyOn(console, 'log').mockImplementation();
  [now, slept] = [0, []];
});

afterEach(async () => {
  delete globalAgent.options.ca;
  await server?.stop();
  server = undefined;
});

/** Starts a server with these responses to requests, and then successes. `undefined` means that it never responds. */
async function start(protocol: 'http' | 'https', ...answers: (Response | undefined)[]): Promise<Request[]> {
  server = await FakeServer.start(() => answers.length > 0 ? answers.shift() : {}, protocol);
  return server.requests;
}

/** Responds to an event, and returns the error, if any. */
function send(url = server!.url, its = clock()): Promise<Error | undefined> {
  const one = event('Create', {}, { ResponseURL: `${url}/answer?X-Amz-Signature=secret&a=%2F` });
  return respond(one, { Status: 'SUCCESS', PhysicalResourceId: 'ü' }, its).then(() => undefined, (error) => error);
}

const codes = () => log.mock.calls.map(([line]) => JSON.parse(line)).filter(({ message }) => message === 'response not accepted').map(({ code }) => code);

describe.each(['http', 'https'] as const)('over %s', (protocol) => {
  beforeEach(() => { globalAgent.options.ca = CERTIFICATE; });

  test('the response is sent once, with the signed URL and an empty content type', async () => {
    const requests = await start(protocol);
    expect(await send()).toBeUndefined();
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ method: 'PUT', path: '/answer?X-Amz-Signature=secret&a=%2F', headers: { 'content-type': '', 'content-length': String(Buffer.byteLength(requests[0].body)) } });
    expect(JSON.parse(requests[0].body)).toEqual({
      Status: 'SUCCESS', PhysicalResourceId: 'ü', StackId: 'arn:aws:cloudformation:eu-west-1:111111111111:stack/Stack/1', RequestId: 'request-1', LogicalResourceId: 'Thing',
    });
    expect(slept).toEqual([]);
  });

  test('it is sent again while it is not accepted', async () => {
    const requests = await start(protocol, { status: 500 }, { status: 403 }, { status: 300 }, { status: 299 });
    expect(await send()).toBeUndefined();
    expect(requests).toHaveLength(4);
    expect(codes()).toEqual(['HTTP 500', 'HTTP 403', 'HTTP 300']);
  });

  test('it is given up after six attempts with growing pauses', async () => {
    const requests = await start(protocol, ...Array(10).fill({ status: 503 }));
    expect((await send())?.message).toBe('CloudFormation did not accept the response');
    expect(requests).toHaveLength(6);
    expect(slept).toEqual([150, 300, 600, 1_200, 2_400]);
  });

  test('an attempt without a response ends after three seconds, and the next one follows', async () => {
    await start(protocol, undefined);
    const before = process.hrtime.bigint();
    expect(await send()).toBeUndefined();
    const milliseconds = Number((process.hrtime.bigint() - before) / 1_000_000n);
    expect(milliseconds).toBeGreaterThan(2_900);
    expect(milliseconds).toBeLessThan(5_000);
    expect(codes()).toEqual(['timeout']);
  }, 10_000);

  test.each(['cut off', 'stalled'] as const)('only the HTTP status counts, not the body (%s)', async (broken) => {
    const requests = await start(protocol, { status: 500, text: 'ab', broken }, { status: 200, text: 'ab', broken });
    expect(await send()).toBeUndefined();
    expect(requests).toHaveLength(2);
    // Connections whose response does not end do not stay open.
    while (await server!.connections() > 0) {
      await new Promise((resolve) => { setTimeout(resolve, 10); });
    }
  }, 2_000);

  test('a refused connection is tried again', async () => {
    await start(protocol);
    const { url } = server!;
    await server!.stop();
    server = undefined;
    expect((await send(url))?.message).toBe('CloudFormation did not accept the response');
    expect(codes()).toEqual(Array(6).fill('ECONNREFUSED'));
  });
});

test('a certificate that is not trusted is refused', async () => {
  const requests = await start('https');
  expect((await send())?.message).toBe('CloudFormation did not accept the response');
  expect(requests).toEqual([]);
  expect(codes()).toEqual(Array(6).fill('DEPTH_ZERO_SELF_SIGNED_CERT'));
});

test.each([[0, 1], [3_149, 1], [3_150, 2], [3_449, 2], [3_450, 3], [60_000, 6]])('with %d ms left, there are %d attempts', async (deadline, attempts) => {
  const requests = await start('http', ...Array(10).fill({ status: 503 }));
  expect(await send(undefined, clock(deadline))).toBeInstanceOf(Error);
  expect(requests).toHaveLength(attempts);
});

test('the log never contains the URL', async () => {
  await start('http', { status: 403 });
  await send();
  await send('http://127.0.0.1:1', clock(0));
  expect(JSON.stringify(log.mock.calls)).not.toMatch(/Signature|secret/);
});

describe('the body', () => {
  const more = '… (truncated; the log of the Lambda function has the full message)';
  const body = (Reason?: string, rest: object = {}) => bodyOf(event('Create', {}, { LogicalResourceId: 'Thing' }), { Status: 'FAILED', PhysicalResourceId: 'id', Reason, ...rest });

  test.each([
    ['x'.repeat(10_000)], ['ü€'.repeat(3_000)], ['"\n'.repeat(5_000)], ['😀'.repeat(3_000)], [`x${'😀'.repeat(3_000)}`], [`xx${'😀'.repeat(3_000)}`], [`xxx${'😀'.repeat(3_000)}`],
    ['\u0000'.repeat(3_000)], ['\ud800'.repeat(3_000)], ['x'.repeat(5_000_000)],
  ])('has at most 4096 bytes, and its reason is cut between characters', (reason) => {
    const started = Date.now();
    const text = body(reason);
    expect(Date.now() - started).toBeLessThan(1_000);
    // No more than one character of six bytes is missing.
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4_096);
    expect(Buffer.byteLength(text)).toBeGreaterThan(4_096 - 6);
    const { Reason, ...rest } = JSON.parse(text);
    expect(Reason.endsWith(more)).toBe(true);
    const kept: string = Reason.slice(0, -more.length);
    expect(reason.startsWith(kept)).toBe(true);
    // Half of a pair would show up as an escape, unless the reason has it.
    expect(/\\ud[89a-f]/i.test(text)).toBe(reason.startsWith('\ud800'));
    expect(rest).toEqual({
      Status: 'FAILED', PhysicalResourceId: 'id', StackId: 'arn:aws:cloudformation:eu-west-1:111111111111:stack/Stack/1', RequestId: 'request-1', LogicalResourceId: 'Thing',
    });
  });

  test('is as long as possible', () => {
    expect(Buffer.byteLength(body('x'.repeat(10_000)))).toBe(4_096);
  });

  test('is not truncated as long as it fits', () => {
    const room = 4_096 - Buffer.byteLength(body(''));
    expect(JSON.parse(body('x'.repeat(room))).Reason).toBe('x'.repeat(room));
    expect(JSON.parse(body('x'.repeat(room + 1))).Reason).toMatch(/^x+… \(truncated/);
    expect(JSON.parse(body())).not.toHaveProperty('Reason');
  });

  test.each(['', 'x', 'why it failed'])('has the rest in full, even if that alone is too long (%p)', (reason) => {
    const text = body(reason, { Data: { Long: 'y'.repeat(5_000) } });
    expect(JSON.parse(text)).toMatchObject({ Data: { Long: 'y'.repeat(5_000) }, Reason: more, LogicalResourceId: 'Thing' });
  });
});
