import { globalAgent } from 'https';
import { downloadJson } from '../../../../src/provider/handler/service/download';
import { CERTIFICATE, FakeServer, type Response } from '../http';

let server: FakeServer;
let answer: Response;

beforeEach(async () => {
  globalAgent.options.ca = CERTIFICATE;
  server = await FakeServer.start(() => answer, 'https');
});

afterEach(async () => {
  delete globalAgent.options.ca;
  await server.stop();
});

const failureOf = () => downloadJson(`${server.url}/config?X-Amz-Signature=secret`).then(() => undefined, (error: Error) => error);

test('a small document is downloaded by one request', async () => {
  answer = { body: { os: 'linux', architecture: 'amd64' } };
  expect(await downloadJson(`${server.url}/config?X-Amz-Signature=secret`)).toEqual({ os: 'linux', architecture: 'amd64' });
  expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /config?X-Amz-Signature=secret']);
});

test.each<[string, Response, RegExp]>([
  ['not found', { status: 403, text: '<Error/>' }, /HTTP 403/],
  ['not JSON', { text: '<html>' }, /JSON/],
  ['too large', { text: `"${'x'.repeat(2 ** 20)}"` }, /too large/],
  ['cut off', { text: '{', broken: 'cut off' }, /aborted/],
])('a document that is %s is an error', async (_, response, message) => {
  answer = response;
  expect((await failureOf())?.message).toMatch(message);
});

test.each(['stalled', 'trickling'] as const)('a document that is %s is an error after three seconds', async (broken) => {
  answer = { text: '{', broken };
  const start = Date.now();
  expect((await failureOf())?.name).toMatch(/AbortError|TimeoutError/);
  expect(Date.now() - start).toBeLessThan(6_000);
}, 10_000);

test('a host that does not answer at all is an error', async () => {
  const { url } = server;
  await server.stop();
  await expect(downloadJson(url)).rejects.toThrow(/ECONNREFUSED/);
  server = await FakeServer.start(() => answer, 'https');
});
