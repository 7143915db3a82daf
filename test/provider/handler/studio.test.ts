import { event } from './events';
import { call, FakeServer, Response } from './http';
import { parse } from '../../../src/provider/handler/place';
import { kindOf, summary } from '../../../src/provider/handler/service-errors';
import { Studio } from '../../../src/provider/handler/studio';

/** Fields that no model of the SDK has, at every depth, and values that it would change. */
const SETTINGS = {
  ExecutionRole: 'arn:aws:iam::111111111111:role/execution',
  Tomorrow: { Nested: [{ Null: null, Empty: {}, List: [], Text: 'ü \u2028 "', Flag: false, Number: 0.1 }] },
  JupyterLabAppSettings: {
    CustomImages: [{ ImageName: 'other', AppImageConfigName: 'x', ImageVersionNumber: 1, Tomorrow: true }],
    Tomorrow: 1.5,
    LifecycleConfigArns: ['arn'],
  },
};

let server: FakeServer;
let studio: Studio;
let answer: Response | undefined;
const environment = { ...process.env };

beforeEach(async () => {
  server = await FakeServer.start(() => answer);
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: server.url, AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token',
  });
  studio = new Studio();
});

afterEach(async () => {
  process.env = { ...environment };
  await server.stop();
});

const placeOf = (properties = {}) => parse(event('Create', properties).ResourceProperties).place;

test('settings come and go as they are, also what the model of the SDK does not have', async () => {
  // The SDK says so once a minute, if its bytes are taken for a text: the next version of it would fail.
  const warn = jest.spyOn(console, 'warn').mockImplementation();
  answer = { body: { DomainId: 'd-1', Status: 'InService', LastModifiedTime: 1700000000.123, DefaultUserSettings: SETTINGS } };
  const reading = await studio.read(placeOf(), () => 0);
  expect(reading).toMatchObject({ status: 'InService' });
  expect(reading.settings).toEqual(SETTINGS);

  answer = { body: { DomainArn: 'arn' } };
  await studio.write(placeOf(), reading.settings);
  expect(call(server.requests[1])).toEqual(['UpdateDomain', { DomainId: 'd-1', DefaultUserSettings: SETTINGS }]);
  expect(warn).not.toHaveBeenCalled();
});

// What the SDK makes of such numbers depends on the version of Node: other numbers, or objects that JSON cannot hold.
test.each([
  '12345678901234567890', '-12345678901234567890', '0.1234567890123456789', '1.0', '1e2', '1E400', '-0', '9007199254740993', '1764000000.123456789',
])('a number like %s comes and goes as it is', async (number) => {
  const settings = `{"Number":${number},"List":[${number},1],"Text":"${number}, \\"${number}\\\\","JupyterLabAppSettings":{"Number":${number}}}`;
  answer = { text: `{"Status":"InService","LastModifiedTime":${number},"DefaultUserSettings":${settings}}` };
  const reading = await studio.read(placeOf(), () => 0);
  answer = { body: { DomainArn: 'arn' } };
  await studio.write(placeOf(), reading.settings);
  const { body, headers } = server.requests[1];
  expect(body).toBe(`{"DomainId":"d-1","DefaultUserSettings":${settings}}`);
  expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
});

test.each([
  [{ Settings: 'DefaultSpaceSettings' }, 'Domain', { DomainId: 'd-1' }],
  [{ Settings: 'UserSettings', UserProfileName: 'ann' }, 'UserProfile', { DomainId: 'd-1', UserProfileName: 'ann' }],
  [{ Settings: 'SpaceSettings', SpaceName: 'team' }, 'Space', { DomainId: 'd-1', SpaceName: 'team' }],
])('%j are read and written as those of a %s', async (properties, kind, key) => {
  const place = placeOf(properties);
  answer = { body: { Status: 'InService', [properties.Settings]: SETTINGS } };
  await studio.write(place, (await studio.read(place, () => 0)).settings);
  expect(server.requests.map(call)).toEqual([[`Describe${kind}`, key], [`Update${kind}`, { ...key, [properties.Settings]: SETTINGS }]]);
});

test('requests are signed with the credentials of the environment', async () => {
  answer = { body: { Status: 'InService', DefaultUserSettings: {} } };
  await studio.read(placeOf(), () => 0);
  expect(server.requests[0].headers).toMatchObject({
    'authorization': expect.stringMatching(/Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/sagemaker\/aws4_request/),
    'x-amz-security-token': 'token',
  });
});

test('what changes with every write is part of the stamp', async () => {
  const stamps = [];
  for (const LastModifiedTime of [1, 1, 2]) {
    answer = { body: { Status: 'InService', LastModifiedTime, DefaultUserSettings: SETTINGS } };
    stamps.push((await studio.read(placeOf(), () => 0)).stamp);
  }
  expect(stamps[0]).toBe(stamps[1]);
  expect(stamps[2]).not.toBe(stamps[1]);
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
  // By the status alone.
  [429, 'Something', 'busy'],
  [503, 'Something', 'busy'],
  [500, 'Something', 'unknown'],
  [400, 'Something', 'refused'],
])('%d %s means %s, and is asked once only', async (status, type, kind) => {
  answer = { status, body: { __type: type, message: 'no' } };
  const error = await studio.read(placeOf(), () => 0).catch((one) => one);
  expect([error.name, error.message, kindOf(error)]).toEqual([type, 'no', kind]);
  expect(server.requests).toHaveLength(1);
});

describe('unknown is what became of a call', () => {
  const errorOf = (promise: Promise<unknown>) => promise.then(() => { throw new Error('no error'); }, (error) => error);
  const callsOf = (its: Studio) => [() => its.read(placeOf(), () => 0), () => its.write(placeOf(), SETTINGS)];

  test('with nobody at the other end', async () => {
    await server.stop();
    expect(kindOf(await errorOf(studio.read(placeOf(), () => 0)))).toBe('unknown');
  });

  test.each<[string, Response | undefined]>([
    ['says nothing', undefined],
    ['stops in the middle', { text: '{"Status":', broken: 'stalled' }],
    ['comes to no end', { text: '{"Status":', broken: 'trickling' }],
  ])('whose answer %s for too long', async (_, broken) => {
    answer = broken;
    for (const one of callsOf(new Studio(150))) {
      const error = await errorOf(one());
      expect([kindOf(error), summary(error)]).toEqual(['unknown', 'TimeoutError: no whole answer in 0.15 s']);
    }
  });

  test.each<Response>([
    { text: '{"Status":', broken: 'cut off' },
    { status: 400, text: '{"__type":', broken: 'cut off' },
    { text: '<html>' },
    { status: 400, text: '<html>' },
  ])('whose answer is %j', async (broken) => {
    answer = broken;
    for (const one of callsOf(studio)) {
      const error = await errorOf(one());
      expect(kindOf(error)).toBe('unknown');
      expect(summary(error)).not.toContain('hidden field');
    }
  });

  // Taken for a domain without settings, they would be overwritten.
  test.each(['', 'null', '[]', '{}', '{"DefaultUserSettings":{}}', '{"Status":"InService"}', '{"Status":"InService","DefaultUserSettings":null}'])(
    "whose answer is '%s', which describes no domain", async (text) => {
      answer = { text };
      const error = await errorOf(studio.read(placeOf(), () => 0));
      expect([kindOf(error), summary(error)]).toEqual(['unknown', 'IncompleteAnswer: the answer has no Status or no DefaultUserSettings']);
    });
});

test('all but the default settings for users may be missing', async () => {
  answer = { body: { Status: 'InService' } };
  for (const properties of [{ Settings: 'DefaultSpaceSettings' }, { Settings: 'UserSettings', UserProfileName: 'ann' }, { Settings: 'SpaceSettings', SpaceName: 'team' }]) {
    expect(await studio.read(placeOf(properties), () => 0)).toMatchObject({ status: 'InService', settings: {} });
  }
});
