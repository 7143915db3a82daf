import type { Target } from '../../../../src/provider/handler/attachments/model';
import { Studio } from '../../../../src/provider/handler/attachments/studio';
import { Service } from '../../../../src/provider/handler/service/client';
import { call, FakeServer, type Response } from '../http';

/** Fields that the SDK's model does not have, at every depth, and values that the SDK would change. */
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
  Object.assign(process.env, server.environment);
  studio = new Studio(new Service());
});

afterEach(async () => {
  process.env = { ...environment };
  await server.stop();
});

const DOMAIN: Target = { kind: 'Domain', key: { DomainId: 'd-1' } };
const PROFILE: Target = { kind: 'UserProfile', key: { DomainId: 'd-1', UserProfileName: 'ann' } };
const SPACE: Target = { kind: 'Space', key: { DomainId: 'd-1', SpaceName: 'team' } };

test('settings are read and written unchanged, including fields that the SDK does not know', async () => {
  answer = { body: { DomainId: 'd-1', Status: 'InService', LastModifiedTime: 1700000000.123, DefaultUserSettings: SETTINGS } };
  const reading = await studio.read(DOMAIN, () => 0);
  expect(reading).toMatchObject({ status: 'InService' });
  expect(reading.blocks).toEqual({ DefaultUserSettings: SETTINGS });

  answer = { body: { DomainArn: 'arn' } };
  await studio.write(DOMAIN, reading.blocks);
  expect(call(server.requests[1])).toEqual(['UpdateDomain', { DomainId: 'd-1', DefaultUserSettings: SETTINGS }]);
});

test('both settings blocks of a domain are read in one call and written in one call', async () => {
  const blocks = { DefaultUserSettings: SETTINGS, DefaultSpaceSettings: { SecurityGroups: ['sg-1'] } };
  answer = { body: { Status: 'InService', ...blocks, DomainSettings: { Other: 1 } } };
  await studio.write(DOMAIN, (await studio.read(DOMAIN, () => 0)).blocks);
  expect(server.requests.map(call)).toEqual([['DescribeDomain', { DomainId: 'd-1' }], ['UpdateDomain', { DomainId: 'd-1', ...blocks }]]);
});

test.each<[Target, string]>([[PROFILE, 'UserSettings'], [SPACE, 'SpaceSettings']])('the settings of %j are read and written', async (target, block) => {
  answer = { body: { Status: 'InService', [block]: SETTINGS } };
  await studio.write(target, (await studio.read(target, () => 0)).blocks);
  const { kind, key } = target;
  expect(server.requests.map(call)).toEqual([[`Describe${kind}`, key], [`Update${kind}`, { ...key, [block]: SETTINGS }]]);
});

test('the stamp changes with the time of the last change and with each block', async () => {
  const base = { Status: 'InService', LastModifiedTime: 1, DefaultUserSettings: SETTINGS };
  const stamps = [];
  for (const body of [base, base, { ...base, LastModifiedTime: 2 }, { ...base, DefaultSpaceSettings: {} }, { ...base, DefaultUserSettings: {} }]) {
    answer = { body };
    stamps.push((await studio.read(DOMAIN, () => 0)).stamp);
  }
  expect(stamps[0]).toBe(stamps[1]);
  expect(new Set(stamps).size).toBe(4);
});

// If the handler took such a response for a domain without settings, it would overwrite the settings.
test.each(['', 'null', '[]', '{}', '{"DefaultUserSettings":{}}', '{"Status":"InService"}', '{"Status":"InService","DefaultUserSettings":null}'])(
  "the response '%s', which does not describe a domain, is an error", async (text) => {
    answer = { text };
    const error = await studio.read(DOMAIN, () => 0).then(() => { throw new Error('no error'); }, (one) => one);
    expect(error).toMatchObject({ name: 'IncompleteResponse', message: 'the response has no Status or no DefaultUserSettings' });
    // Only errors of the service have a fault. All others mean that the outcome is unknown.
    expect(error).not.toHaveProperty('$fault');
  });

test('the response for a user profile or space needs a status only', async () => {
  answer = { body: { UserSettings: {} } };
  await expect(studio.read(PROFILE, () => 0)).rejects.toThrow(/^the response has no Status$/);
});

test('all settings blocks except DefaultUserSettings of a domain may be missing', async () => {
  answer = { body: { Status: 'InService' } };
  for (const target of [PROFILE, SPACE]) {
    expect(await studio.read(target, () => 0)).toMatchObject({ status: 'InService', blocks: {} });
  }
  answer = { body: { Status: 'InService', DefaultUserSettings: {}, DefaultSpaceSettings: null } };
  expect((await studio.read(DOMAIN, () => 0)).blocks).toEqual({ DefaultUserSettings: {} });
});
