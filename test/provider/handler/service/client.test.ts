import { Service } from '../../../../src/provider/handler/service/client';
import { defaultProvider } from '../../../../src/provider/handler/service/environment-credentials';
import { kindOf, summary } from '../../../../src/provider/handler/service/error-kinds';
import { call, FakeServer, type Response } from '../http';

let server: FakeServer;
let service: Service;
let answer: Response | undefined;
const environment = { ...process.env };

beforeEach(async () => {
  server = await FakeServer.start(() => answer);
  Object.assign(process.env, server.environment);
  service = new Service();
});

afterEach(async () => {
  process.env = { ...environment };
  await server.stop();
});

const describeDomain = (its = service) => its.send('DescribeDomain', { DomainId: 'd-1' });

// Depending on the Node.js version, the SDK converts such numbers to different numbers, or to objects that JSON does not support.
test.each([
  '12345678901234567890', '-12345678901234567890', '0.1234567890123456789', '1.0', '1e2', '1E400', '-0', '9007199254740993', '1764000000.123456789',
])('a number like %s is read and written unchanged', async (number) => {
  const settings = `{"Number":${number},"List":[${number},1],"Text":"${number}, \\"${number}\\\\","JupyterLabAppSettings":{"Number":${number}}}`;
  answer = { text: `{"Status":"InService","LastModifiedTime":${number},"DefaultUserSettings":${settings}}` };
  const { DefaultUserSettings } = await describeDomain();
  answer = { body: { DomainArn: 'arn' } };
  await service.send('UpdateDomain', { DomainId: 'd-1', DefaultUserSettings });
  const { body, headers } = server.requests[1];
  expect(body).toBe(`{"DomainId":"d-1","DefaultUserSettings":${settings}}`);
  expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
});

test('fields that the SDK does not know are read and written unchanged', async () => {
  // The SDK warns if its bytes are used as a string, which will fail in its next version.
  const warn = jest.spyOn(console, 'warn').mockImplementation();
  const settings = { Tomorrow: { Nested: [{ Null: null, Empty: {}, List: [], Text: 'ü \u2028 "', Flag: false, Number: 0.1 }] }, SecurityGroups: ['sg-1'] };
  answer = { body: { DefaultUserSettings: settings, AlsoTomorrow: 1.5 } };
  expect(await describeDomain()).toMatchObject({ DefaultUserSettings: settings, AlsoTomorrow: 1.5 });
  await service.send('UpdateDomain', { DomainId: 'd-1', DefaultUserSettings: settings });
  expect(call(server.requests[1])).toEqual(['UpdateDomain', { DomainId: 'd-1', DefaultUserSettings: settings }]);
  expect(warn).not.toHaveBeenCalled();
});

test('requests are signed with the credentials of the environment', async () => {
  answer = { body: { Status: 'InService', DefaultUserSettings: {} } };
  await describeDomain();
  expect(server.requests[0].headers).toMatchObject({
    'authorization': expect.stringMatching(/Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/sagemaker\/aws4_request/),
    'x-amz-security-token': 'token',
  });
});

test('FIPS endpoints are used if Lambda is told to', async () => {
  // The SDK refuses the endpoint of this test then, which is none.
  process.env.AWS_USE_FIPS_ENDPOINT = 'true';
  await expect(describeDomain(new Service())).rejects.toThrow(/FIPS/);
  process.env.AWS_USE_FIPS_ENDPOINT = 'false';
  answer = { body: { Status: 'InService' } };
  expect(await describeDomain(new Service())).toMatchObject({ Status: 'InService' });
});

test('no timer is left that keeps the process running', async () => {
  answer = { body: { Status: 'InService' } };
  const clear = jest.spyOn(global, 'clearTimeout');
  const set = jest.spyOn(global, 'setTimeout');
  await describeDomain(new Service(123_456));
  const ours = set.mock.results[set.mock.calls.findIndex(([, milliseconds]) => milliseconds === 123_456)].value;
  expect(clear.mock.calls.map(([timer]) => timer)).toContain(ours);
});

test('the credentials are those of the environment', async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'B', AWS_SESSION_TOKEN: 'C' });
  expect(await defaultProvider()()).toEqual({ accessKeyId: 'A', secretAccessKey: 'B', sessionToken: 'C' });
});

test.each([
  [400, 'ResourceNotFound', 'missing'],
  [400, 'ResourceInUse', 'busy'],
  [400, 'ConflictException', 'busy'],
  [400, 'ThrottlingException', 'busy'],
  [400, 'AccessDeniedException', 'denied'],
  [400, 'ValidationException', 'refused'],
  [500, 'InternalFailure', 'unknown'],
  [503, 'ServiceUnavailable', 'busy'],
  // Unknown names are classified by the status.
  [429, 'Something', 'busy'],
  [503, 'Something', 'busy'],
  [500, 'Something', 'unknown'],
  [400, 'Something', 'refused'],
])('%d %s means %s, and there is no retry', async (status, type, kind) => {
  answer = { status, body: { __type: type, message: 'no' } };
  const error = await describeDomain().catch((one) => one);
  expect([error.name, error.message, kindOf(error)]).toEqual([type, 'no', kind]);
  expect(server.requests).toHaveLength(1);
});

test.each(['ResourceNotFound', 'ValidationException'])('a missing image is recognized by the error %s', async (type) => {
  answer = { status: 400, body: { __type: type, message: 'Image with ARN arn:aws:sagemaker:eu-west-1:111111111111:image/torch does not exist' } };
  expect(kindOf(await describeDomain().catch((one) => one))).toBe('missing');
});

describe('the outcome of a call is unknown', () => {
  const errorOf = (promise: Promise<unknown>) => promise.then(() => { throw new Error('no error'); }, (error) => error);
  const callsOf = (its: Service) => [() => describeDomain(its), () => its.send('UpdateDomain', { DomainId: 'd-1', DefaultUserSettings: {} })];

  test('if the connection is refused', async () => {
    await server.stop();
    expect(kindOf(await errorOf(describeDomain()))).toBe('unknown');
  });

  test.each<[string, Response | undefined]>([
    ['does not start', undefined],
    ['stops in the middle', { text: '{"Status":', broken: 'stalled' }],
    ['does not end', { text: '{"Status":', broken: 'trickling' }],
  ])('if the response %s within the timeout', async (_, broken) => {
    answer = broken;
    for (const one of callsOf(new Service(150))) {
      const error = await errorOf(one());
      expect([kindOf(error), summary(error)]).toEqual(['unknown', 'TimeoutError: no complete response within 0.15 s']);
    }
  });

  test.each<Response>([
    { text: '{"Status":', broken: 'cut off' },
    { status: 400, text: '{"__type":', broken: 'cut off' },
    { text: '<html>' },
    { status: 400, text: '<html>' },
  ])('if the response is %j', async (broken) => {
    answer = broken;
    for (const one of callsOf(service)) {
      const error = await errorOf(one());
      expect(kindOf(error)).toBe('unknown');
      expect(summary(error)).not.toContain('hidden field');
    }
  });
});
