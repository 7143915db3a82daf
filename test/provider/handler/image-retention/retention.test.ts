import { ImageRetention } from '../../../../src/provider/handler/image-retention';
import type { CustomResourceEvent } from '../../../../src/provider/handler/lifecycle/event';
import type { Json } from '../../../../src/provider/handler/service/json';
import { event } from '../event';
import { type Behaviour, FakeSageMaker } from '../fake-sagemaker';
import { noResponse, serviceError, World } from '../world';

const ARN = 'arn:aws:sagemaker:eu-west-1:111111111111:';
const DAY = 86_400;
const MINUTE = 60_000;
/** When the world of a test begins, in milliseconds. */
const START = 1_767_225_600_000;
const BIG = { Delete: { Versions: '1' }, Managed: [] };

let world: World;
let fake: FakeSageMaker;
/** What the handler calls: the fake, or something that changes its responses. */
let service: Pick<FakeSageMaker, 'send'>;
beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation();
  world = new World();
  prepare();
});

/** An image with versions 1 to 4, and a domain with a user profile and a space. */
function prepare(behaviour: Behaviour = {}, aliases: Record<string, number> = {}): void {
  fake = new FakeSageMaker(world, behaviour).addImage('torch', 4, aliases).addDomain('d-1').addUserProfile('d-1', 'ann').addSpace('d-1', 'lab');
  service = fake;
}

/** Changes the responses that the handler gets. */
function respond(change: (operation: string, response: Json) => Json): void {
  const { send } = service;
  service = { send: async (operation, input) => change(operation, await send(operation, input)) };
}

/** Changes the items of the list of domains, user profiles, spaces or apps that the handler gets. */
function list(kinds: string, change: (item: Json) => Json): void {
  respond((operation, response) => operation === `List${kinds}` ? { ...response, [kinds]: (response[kinds] as Json[]).map(change) } : response);
}

async function run(properties: object = {}, more: Partial<CustomResourceEvent> = {}, type: CustomResourceEvent['RequestType'] = 'Update'): Promise<any> {
  const retention = new ImageRetention(service, () => START + world.now());
  const sent = event(type, { ImageName: 'torch', ...BIG, ...properties }, { OldResourceProperties: { ImageName: 'torch' }, ...more });
  const [outcome] = await world.settle(retention.run(sent, world.clock()));
  return outcome.status === 'fulfilled' ? outcome.value : outcome.reason;
}

const left = () => Object.keys(fake.images.statuses('torch')).map(Number);
const operations = () => fake.calls.map(({ operation }) => operation);
const count = (operation: string) => operations().filter((one) => one === operation).length;
const logged = () => (console.log as jest.Mock).mock.calls.map(([line]) => JSON.parse(line));
const setBody = (key: Json, body: Json) => fake.studio.change(key, (former) => ({ ...former, ...body }));
const entry = (ImageVersionNumber?: number) => ({ CustomImages: [{ ImageName: 'Torch', AppImageConfigName: 'c', ...ImageVersionNumber && { ImageVersionNumber } }] });
const app = (more: object = {}) => ({ DomainId: 'd-1', SpaceName: 'lab', AppType: 'JupyterLab', AppName: 'default', ...more });
const versionArn = (number: number) => `${ARN}image-version/torch/${number}`;
const PROFILE = { DomainId: 'd-1', UserProfileName: 'ann' };
const SPACE = { DomainId: 'd-1', SpaceName: 'lab' };

test('versions that nothing uses are deleted one after the other, the oldest first', async () => {
  prepare({ versionTime: () => 20_000 });
  expect(await run()).toEqual({ Report: 'deleted 1, 2, 3; kept 4 (the newest, one of the last 1)', DeletedVersions: '1,2,3' });
  expect(left()).toEqual([4]);
  expect(fake.calls.filter(({ operation }) => operation === 'DeleteImageVersion').map(({ input, error }) => [input, error])).toEqual(
    [1, 2, 3].map((Version) => [{ ImageName: 'torch', Version }, undefined]));
});

test('a run that has nothing to delete reads nothing but the list of versions', async () => {
  expect(await run({ Delete: { Versions: '4' } })).toEqual({
    Report: 'nothing was deleted; kept 1 (one of the last 4), 2 (one of the last 4), 3 (one of the last 4), 4 (the newest, one of the last 4)', DeletedVersions: '',
  });
  expect(operations()).toEqual(['ListImageVersions']);
});

test('a run does not read Studio if aliases protect everything', async () => {
  prepare({}, { a: 1, b: 2, c: 3 });
  await run();
  expect([...new Set(operations())]).toEqual(['ListImageVersions', 'ListAliases']);
  expect(left()).toEqual([1, 2, 3, 4]);
});

test('a deletion of the custom resource does nothing, even if its properties are not valid', async () => {
  expect(await run({ Delete: { Versions: 'x' } }, {}, 'Delete')).toBeUndefined();
  expect(fake.calls).toEqual([]);
});

test.each<[string, () => void, string]>([
  ['an alias', () => fake.images.setAlias('torch', 'prod', 2), "alias 'prod'"],
  ['the default user settings of a domain', () => setBody({ DomainId: 'd-1' }, { DefaultUserSettings: { JupyterLabAppSettings: entry(2) } }), "domain 'd-1'"],
  ['the default space settings of a domain', () => setBody({ DomainId: 'd-1' }, { DefaultSpaceSettings: { KernelGatewayAppSettings: entry(2) } }), "domain 'd-1'"],
  ['a user profile', () => setBody(PROFILE, { UserSettings: { CodeEditorAppSettings: entry(2) } }), "user profile 'ann' of domain 'd-1'"],
  ['a space', () => setBody(SPACE, { SpaceSettings: { KernelGatewayAppSettings: entry(2) } }), "space 'lab' of domain 'd-1'"],
  ['a default image of a space', () => setBody(SPACE, { SpaceSettings: { JupyterLabAppSettings: { DefaultResourceSpec: { SageMakerImageVersionArn: versionArn(2) } } } }),
    "space 'lab' of domain 'd-1'"],
  ['a default image of a domain, for RStudio', () => setBody({ DomainId: 'd-1' }, {
    DomainSettings: { RStudioServerProDomainSettings: { DefaultResourceSpec: { SageMakerImageVersionArn: versionArn(2) } } },
  }), "domain 'd-1'"],
  ['settings that the API does not have yet', () => setBody(PROFILE, { UserSettings: { NewAppSettings: { Images: [{ Arn: versionArn(2) }] } } }), "user profile 'ann' of domain 'd-1'"],
  ['an app', () => fake.studio.apps.push(app({ ResourceSpec: { SageMakerImageVersionArn: versionArn(2) } })), "app 'default' (JupyterLab) of space 'lab' of domain 'd-1'"],
  ['an app that starts', () => fake.studio.apps.push(app({ Status: 'Pending', ResourceSpec: { SageMakerImageVersionArn: versionArn(2) } })), "app 'default' (JupyterLab) of space"],
  ['an app that stops', () => fake.studio.apps.push(app({ Status: 'Deleting', ResourceSpec: { SageMakerImageVersionArn: versionArn(2) } })), "app 'default' (JupyterLab) of space"],
  ['an app that only its description shows', () => fake.studio.apps.push(app({ Hidden: { ResourceSpec: { SageMakerImageVersionArn: versionArn(2) } } })), "app 'default'"],
  ['an app of a user profile', () => fake.studio.apps.push(
    app({ SpaceName: undefined, UserProfileName: 'ann', AppType: 'KernelGateway', ResourceSpec: { SageMakerImageVersionArn: versionArn(2) } })), "app 'default' (KernelGateway) of user profile 'ann'"],
])('version 2 is kept while it is used by %s', async (_, use, reason) => {
  use();
  expect((await run()).Report).toContain(`2 (${reason}`);
  expect(left()).toEqual([2, 4]);
});

test.each(['Deleted', 'Failed'])('an app that is %s protects nothing', async (Status) => {
  fake.studio.apps.push(app({ Status, ResourceSpec: { SageMakerImageVersionArn: versionArn(2) } }));
  await run();
  expect(left()).toEqual([4]);
});

test('an app that names only the image protects what was the latest version when it started', async () => {
  [40, 30, 20, 10].forEach((days, index) => fake.images.setVersion('torch', index + 1, { age: days * DAY }));
  fake.studio.apps.push(app({ CreationTime: START / 1_000 - 25 * DAY, ResourceSpec: { SageMakerImageArn: `${ARN}image/torch` } }));
  await run();
  // The last one may have been CREATING then.
  expect(left()).toEqual([1, 2, 4]);
});

describe('an app that names an alias, and not a version,', () => {
  const started = (days: number, more: object = {}) => fake.studio.apps.push(
    app({ CreationTime: START / 1_000 - days * DAY, ResourceSpec: { SageMakerImageArn: `${ARN}image/torch`, SageMakerImageVersionAlias: '1.2' }, ...more }));
  beforeEach(() => {
    prepare({}, { 1.2: 2 });
    [40, 30, 20, 10].forEach((days, index) => fake.images.setVersion('torch', index + 1, { age: days * DAY, modifiedAge: days * DAY }));
  });
  const expendable = { ExpendableAliases: ['1.2'] };

  test('protects the version with the alias, if that has not changed since', async () => {
    started(5);
    await run(expendable);
    expect(left()).toEqual([2, 4]);
  });

  test('protects all versions that existed when it started, if the alias may have moved since', async () => {
    // The alias was that of version 1 or 2 when the app started.
    fake.images.setAlias('torch', '1.2', 3);
    fake.images.setVersion('torch', 3, { modifiedAge: DAY });
    started(25);
    expect((await run(expendable)).Report).toBe("nothing was deleted; kept 1 (app 'default' (JupyterLab) of space 'lab' of domain 'd-1'), "
      + "2 (app 'default' (JupyterLab) of space 'lab' of domain 'd-1'), 3 (app 'default' (JupyterLab) of space 'lab' of domain 'd-1'), 4 (the newest, one of the last 1)");
  });

  test('protects all versions that existed when it started, if the alias is gone', async () => {
    fake.images.setAlias('torch', '1.2', undefined);
    started(25);
    await run();
    expect(left()).toEqual([1, 2, 4]);
  });

  test('protects everything if it is not known when it started', async () => {
    started(5, { CreationTime: undefined });
    await run(expendable);
    expect(left()).toEqual([1, 2, 3, 4]);
  });

  test('needs no more than one call, and none if it also names its version', async () => {
    started(5);
    started(5, { AppName: 'other', ResourceSpec: { SageMakerImageVersionArn: versionArn(3), SageMakerImageVersionAlias: '1.2' } });
    await run(expendable);
    expect(left()).toEqual([2, 3, 4]);
    expect(fake.calls.filter(({ operation, input }) => operation === 'DescribeImageVersion' && 'Alias' in input)).toHaveLength(1);
  });
});

test.each<[string, object, number[]]>([
  ['of which nothing says which image it runs', {}, [1, 2, 3, 4]],
  ['of another image', { ResourceSpec: { SageMakerImageArn: `${ARN}image/other` } }, [4]],
  ['that runs images of SageMaker only', { AppType: 'JupyterServer' }, [4]],
  ['of a type that ends like one of those', { AppType: 'MyCanvas' }, [1, 2, 3, 4]],
  ['of a type that starts like one of those', { AppType: 'CanvasLab' }, [1, 2, 3, 4]],
  ['that names only the image, and not when it started', { ResourceSpec: { SageMakerImageArn: `${ARN}image/torch` }, CreationTime: undefined }, [1, 2, 3, 4]],
  ['that names only the image, and started at no time', { ResourceSpec: { SageMakerImageArn: `${ARN}image/torch` }, CreationTime: null }, [1, 2, 3, 4]],
])('an app %s', async (_, more, expected) => {
  fake.studio.apps.push(app(more));
  await run();
  expect(left()).toEqual(expected);
});

test('an app whose list entry names a version is not described', async () => {
  fake.studio.apps.push(app({ ResourceSpec: { SageMakerImageVersionArn: versionArn(2) } }));
  await run();
  expect([left(), count('DescribeApp')]).toEqual([[2, 4], 0]);
});

test('an app whose list entry clears its version is described once', async () => {
  fake.studio.apps.push(app({ ResourceSpec: { SageMakerImageVersionArn: 'None' }, Hidden: { ResourceSpec: { SageMakerImageVersionArn: versionArn(2) } } }));
  await run();
  expect([left(), count('DescribeApp')]).toEqual([[2, 4], 1]);
});

test('a space is described, whatever its list entry says', async () => {
  setBody(SPACE, { SpaceSettings: { KernelGatewayAppSettings: entry(2) } });
  list('Spaces', (space) => ({ ...space, ResourceSpec: { SageMakerImageVersionArn: versionArn(3) } }));
  await run();
  expect(left()).toEqual([2, 4]);
});

test('an entry without a number means the latest, which is never deleted', async () => {
  setBody({ DomainId: 'd-1' }, { DefaultUserSettings: { JupyterLabAppSettings: entry() } });
  await run();
  expect(left()).toEqual([4]);
});

test.each<[string, object, Json | undefined, number[]]>([
  ['by their numbers', { Managed: ['2', 3] }, undefined, [2, 3, 4]],
  ['by their ARNs', { Managed: [versionArn(2), `${ARN}image-version/other/3`] }, undefined, [2, 4]],
  ['as before the deployment, for its rollback', { Managed: ['4'] }, { Managed: ['2'] }, [2, 4]],
  ['which are none', { Managed: ['None', ''] }, {}, [4]],
])('versions of this app are kept: %s', async (_, properties, former, expected) => {
  await run(properties, { OldResourceProperties: { ImageName: 'torch', ...former } });
  expect(left()).toEqual(expected);
});

test.each([[undefined], [['x']], [[{}]], [['4', 'arn:aws:sagemaker:eu-west-1:111111111111:image/torch']]])('if the versions of this app cannot be read (%j), nothing is deleted', async (Managed) => {
  expect((await run({ Managed })).Report).toMatch(/^nothing was deleted: the numbers of the versions of this app are not known/);
  expect(left()).toEqual([1, 2, 3, 4]);
});

test.each<[string, CustomResourceEvent['RequestType'], Json | undefined]>([
  ['is created', 'Create', undefined], ['gets another image', 'Update', { ImageName: 'other' }],
])('nothing is deleted when the retention %s: what a rollback needs is not known', async (_, type, OldResourceProperties) => {
  prepare({}, { prod: 3 });
  expect(await run({ Archived: { Versions: '1' } }, { OldResourceProperties }, type)).toEqual({
    Report: "first run, which changes nothing, so that a rollback finds all versions: would delete 1, 2; kept 3 (alias 'prod'), 4 (the newest, one of the last 1)",
    DeletedVersions: '',
  });
  expect(left()).toEqual([1, 2, 3, 4]);
});

test('expendable aliases are deleted with their versions', async () => {
  prepare({}, { 'ci-1': 1, 'ci-2': 2, 'prod': 2 });
  expect((await run({ ExpendableAliases: ['ci-*'] })).DeletedVersions).toBe('1,3');
  expect(fake.images.aliases('torch')).toEqual({ 'ci-2': 2, 'prod': 2 });
});

test('young versions are kept', async () => {
  [40, 30, 20, 10].forEach((days, index) => fake.images.setVersion('torch', index + 1, { age: days * DAY }));
  await run({ Delete: { Versions: '1', Age: String(25 * DAY) } });
  expect(left()).toEqual([3, 4]);
});

describe('a dry run', () => {
  test('reports and changes nothing', async () => {
    prepare({}, { prod: 2 });
    expect(await run({ DryRun: 'true', Archived: { Versions: '2' } })).toEqual({
      Report: "dry run: would delete 1, 3; kept 2 (alias 'prod'), 4 (the newest, one of the last 1)", DeletedVersions: '',
    });
    expect((await run({ DryRun: 'true', Delete: { Versions: '3' }, ToBeArchived: { Versions: '1' } })).Report).toMatch(/^dry run: would delete 1; would mark 3 as TO_BE_ARCHIVED; kept/);
    expect((await run({ DryRun: 'true', Delete: { Versions: '4' } })).Report).toMatch(/^dry run: nothing to delete/);
    expect(operations().filter((operation) => /^(Delete|Update)/.test(operation))).toEqual([]);
    expect(console.log).toHaveBeenCalledWith(expect.stringContaining('"report":"dry run: would delete 1, 3'));
  });

  test('says what it could not read', async () => {
    fake.fault({ operation: 'ListSpaces', times: Infinity, error: serviceError('AccessDeniedException') });
    expect((await run({ DryRun: true })).Report).toMatch(/^dry run: nothing to delete: ListSpaces failed/);
  });

  test('says that it could read nothing', async () => {
    fake.fault({ operation: 'ListImageVersions', times: Infinity, error: serviceError('AccessDeniedException', 'no') });
    expect(await run({ DryRun: true })).toEqual({ Report: 'dry run: nothing to delete: ListImageVersions failed (AccessDeniedException: no)', DeletedVersions: '' });
  });
});

describe('if something cannot be read, nothing is deleted:', () => {
  const READS = ['ListImageVersions', 'ListAliases', 'ListDomains', 'ListUserProfiles', 'ListSpaces', 'ListApps', 'DescribeDomain', 'DescribeUserProfile', 'DescribeSpace', 'DescribeApp', 'DescribeImageVersion'];
  beforeEach(() => fake.studio.apps.push(app({ AppType: 'JupyterServer' })));

  test.each(READS)('%s is denied', async (operation) => {
    fake.fault({ operation, times: Infinity, error: serviceError('AccessDeniedException', 'not authorized') });
    expect((await run()).Report).toMatch(new RegExp(`^nothing was deleted: ${operation} failed \\(AccessDeniedException: not authorized\\)`));
    expect(left()).toEqual([1, 2, 3, 4]);
    expect(world.now()).toBeLessThan(2 * MINUTE);
  });

  test.each(READS)('%s is throttled to the deadline', async (operation) => {
    fake.fault({ operation, times: Infinity, error: serviceError('ThrottlingException', 'Rate exceeded') });
    expect((await run()).Report).toMatch(new RegExp(`^nothing was deleted: ${operation} did not succeed in time \\(ThrottlingException: Rate exceeded\\)`));
    expect(left()).toEqual([1, 2, 3, 4]);
    expect(world.now()).toBeLessThan(14 * MINUTE);
    // A call may last 10 s, and so may the response to CloudFormation.
    expect(Math.max(...fake.calls.map(({ at }) => at))).toBeLessThanOrEqual(14 * MINUTE - 20_000);
  });

  test.each(READS)('%s fails in another way', async (operation) => {
    fake.fault({ operation, times: Infinity, error: serviceError('ValidationException', 'not now') });
    expect((await run()).Report).toMatch(new RegExp(`^nothing was deleted: ${operation} failed \\(ValidationException: not now\\)`));
    expect(left()).toEqual([1, 2, 3, 4]);
  });

  test.each<[string, string, Json]>([
    ['a list without items', 'ListSpaces', {}],
    ['an item without a name', 'ListUserProfiles', { UserProfiles: [{ DomainId: 'd-1', Status: 'InService' }] }],
    ['an item that is no object', 'ListApps', { Apps: [null] }],
    ['an item without a status', 'ListDomains', { Domains: [{ DomainId: 'd-1' }] }],
    ['a description without a status', 'DescribeSpace', { SpaceSettings: {} }],
    ['a domain without settings', 'DescribeDomain', { Status: 'InService' }],
    ['a version without a status', 'ListImageVersions', { ImageVersions: [{ Version: 1 }] }],
  ])('%s', async (_, operation, response) => {
    const send = fake.send;
    const cut = { send: async (name: string, input: Json) => name === operation ? response : send(name, input) };
    const [outcome] = await world.settle(new ImageRetention(cut, () => START).run(event('Update', { ImageName: 'torch', ...BIG }, { OldResourceProperties: { ImageName: 'torch' } }), world.clock()));
    expect(outcome).toMatchObject({ status: 'fulfilled', value: { Report: expect.stringMatching(/^nothing was deleted: .*(has no|not complete)/) } });
    expect(left()).toEqual([1, 2, 3, 4]);
  });

  test('a list entry that is not complete is in the reason', async () => {
    respond((operation, response) => operation === 'ListImageVersions' ? { ImageVersions: [{ Version: 1 }] } : response);
    expect((await run()).Report).toBe('nothing was deleted: IncompleteResponse: a version in the list is not complete: {"Version":1}');
  });

  test('and nothing more is read', async () => {
    for (let i = 0; i < 40; i++) {
      fake.addSpace('d-1', `space-${i}`);
    }
    fake.fault({ operation: /^DescribeDomain|^DescribeSpace/, times: Infinity, error: serviceError('ValidationException', 'not now') });
    await run();
    expect(count('DescribeSpace')).toBeLessThanOrEqual(8);
  });

  test('something is listed that is not found', async () => {
    fake.fault({ operation: 'DescribeSpace', times: Infinity, error: serviceError('ResourceNotFound') });
    expect((await run()).Report).toMatch(/^nothing was deleted: \w+ did not succeed in time/);
    expect(left()).toEqual([1, 2, 3, 4]);
  });

  test('and the deployment fails only if it should', async () => {
    fake.fault({ operation: 'DescribeSpace', times: Infinity, error: serviceError('AccessDeniedException', 'not authorized') });
    const failure = await run({ FailIfUnreadable: 'true' });
    expect(failure.message).toMatch(/^deleting unused versions of image 'torch' failed: nothing was deleted: DescribeSpace failed .*; make sure that the function may read/);
    expect(failure).toMatchObject({ untouched: true, timedOut: false, help: 'Retention deletes nothing' });
    expect(logged().at(-1)).toMatchObject({ message: 'retention stopped', stopped: expect.stringMatching(/^DescribeSpace failed/), deleted: [] });
  });

  test('and the deployment does not fail if everything can be read', async () => {
    expect((await run({ FailIfUnreadable: 'true' })).DeletedVersions).toBe('1,2,3');
    expect(logged().at(-1)).toMatchObject({ message: 'retention', deleted: [1, 2, 3] });
  });
});

test('something that was deleted meanwhile is not in the way', async () => {
  fake.fault({ operation: 'DescribeSpace', error: serviceError('ResourceNotFound') });
  const running = run();
  fake.studio.remove(SPACE);
  await running;
  expect(left()).toEqual([4]);
});

test('something that is not visible everywhere yet is read again', async () => {
  setBody(SPACE, { SpaceSettings: { KernelGatewayAppSettings: entry(2) } });
  fake.fault({ operation: 'DescribeSpace', times: 2, error: serviceError('ResourceNotFound') });
  await run();
  expect(left()).toEqual([2, 4]);
});

describe('each version is checked again just before it is deleted:', () => {
  /** Runs an action when the first version is being deleted or marked, so that version 3 is checked after it. */
  async function meanwhile(action: () => void, properties: object = {}, wanted = 'DeleteImageVersion'): Promise<any> {
    let first = true;
    respond((operation, response) => {
      if (operation === wanted && first) {
        first = false;
        action();
      }
      return response;
    });
    const outcome = await run(properties);
    return outcome.Report ?? outcome;
  }

  beforeEach(() => prepare({ versionTime: () => 10_000 }));

  test.each<[string, () => void, string]>([
    ['an alias', () => fake.images.setAlias('torch', 'prod', 3), "alias 'prod'"],
    ['a domain', () => setBody({ DomainId: 'd-1' }, { DefaultUserSettings: { JupyterLabAppSettings: entry(3) } }), "domain 'd-1'"],
    ['a user profile', () => setBody(PROFILE, { UserSettings: { JupyterLabAppSettings: entry(3) } }), "user profile 'ann' of domain 'd-1'"],
    ['a space', () => setBody(SPACE, { SpaceSettings: { KernelGatewayAppSettings: entry(3) } }), "space 'lab' of domain 'd-1'"],
    ['a new space', () => fake.addSpace('d-1', 'new', { KernelGatewayAppSettings: entry(3) }), "space 'new' of domain 'd-1'"],
    ['an app', () => fake.studio.apps.push(app({ ResourceSpec: { SageMakerImageVersionArn: versionArn(3) } })), "app 'default' (JupyterLab) of space 'lab' of domain 'd-1'"],
  ])('%s uses version 3 now', async (_, use, reason) => {
    fake.images.setAlias('torch', 'old', 2);
    expect(await meanwhile(use)).toBe(`deleted 1; not changed: 3 (${reason}); kept 2 (alias 'old'), 4 (the newest, one of the last 1)`);
    expect(left()).toEqual([2, 3, 4]);
  });

  test('somebody else deletes version 3', async () => {
    const report = await meanwhile(() => { void world.sleep(10_500).then(() => fake.send('DeleteImageVersion', { ImageName: 'torch', Version: 3 })); });
    expect(report).toBe('deleted 1, 2; not changed: 3 (it is gone); kept 4 (the newest, one of the last 1)');
  });

  test.each<[string, () => void, string]>([
    ['is used', () => fake.images.setAlias('torch', 'prod', 3), "alias 'prod'"],
    ['is marked', () => fake.images.setVersion('torch', 3, { metadata: { VendorGuidance: 'ARCHIVED' } }), 'it is marked already'],
  ])('version 3 %s now, and is not marked', async (_, use, reason) => {
    fake.images.setAlias('torch', 'old', 2);
    expect(await meanwhile(use, { Delete: undefined, ToBeArchived: { Versions: '1' } }, 'UpdateImageVersion'))
      .toBe(`nothing was deleted; marked 1 as TO_BE_ARCHIVED; not changed: 3 (${reason}); kept 2 (alias 'old'), 4 (the newest)`);
    expect(fake.calls.filter(({ operation }) => operation === 'UpdateImageVersion').map(({ input }) => input.Version)).toEqual([1]);
  });

  test('the deletion can no longer be followed', async () => {
    const report = await meanwhile(() => fake.fault({ operation: 'DescribeImageVersion', times: Infinity, error: serviceError('AccessDeniedException', 'no') }));
    expect(report).toBe('nothing was deleted: DescribeImageVersion failed (AccessDeniedException: no); not changed: 1 (its deletion has not ended yet); '
      + 'kept 4 (the newest, one of the last 1)');
    expect(count('DeleteImageVersion')).toBe(1);
  });

  test('a deployment that fails says that something was changed', async () => {
    const failure = await meanwhile(() => fake.fault({ operation: 'ListSpaces', times: Infinity, error: serviceError('AccessDeniedException', 'no') }), {
      Delete: { Versions: '2' }, ToBeArchived: { Versions: '1' }, FailIfUnreadable: 'true',
    });
    expect(failure.message).toMatch(/^deleting unused versions of image 'torch' failed: deleted 1; stopped: ListSpaces failed .*; marked 3 as TO_BE_ARCHIVED/);
    expect(failure.untouched).toBe(false);
  });

  test('up to 50 domains, user profiles and spaces are read again, even if the list shows no change', async () => {
    for (let i = 0; i < 47; i++) {
      fake.addSpace('d-1', `space-${i}`);
    }
    for (const AppName of ['a', 'b', 'c']) {
      fake.studio.apps.push(app({ AppName, Hidden: { ResourceSpec: { SageMakerImageVersionArn: `${ARN}image-version/other/1` } } }));
    }
    list('Spaces', (space) => ({ ...space, LastModifiedTime: START / 1_000 }));
    expect(await meanwhile(() => setBody({ DomainId: 'd-1', SpaceName: 'space-7' }, { SpaceSettings: { KernelGatewayAppSettings: entry(3) } })))
      .toBe("deleted 1, 2; not changed: 3 (space 'space-7' of domain 'd-1'); kept 4 (the newest, one of the last 1)");
    expect(count('DescribeApp')).toBe(3);
  });

  test('it is the newest now', async () => {
    await meanwhile(() => fake.images.setVersion('torch', 4, { status: 'CREATE_FAILED' }));
    expect(left()).toEqual([3, 4]);
  });

  test('something cannot be read any more', async () => {
    const report = await meanwhile(() => fake.fault({ operation: 'ListSpaces', times: Infinity, error: serviceError('AccessDeniedException') }));
    expect(report).toMatch(/^deleted 1; stopped: ListSpaces failed/);
    expect(left()).toEqual([2, 3, 4]);
  });

  test('in a large account, only what has changed is read again', async () => {
    for (let i = 0; i < 60; i++) {
      fake.addSpace('d-1', `space-${i}`);
    }
    await meanwhile(() => {
      void world.sleep(1).then(() => setBody({ DomainId: 'd-1', SpaceName: 'space-7' }, { SpaceSettings: { KernelGatewayAppSettings: entry(3) } }));
    });
    expect(left()).toEqual([3, 4]);
    expect(operations().filter((operation) => operation === 'DescribeSpace').length).toBe(62);
  });
});

describe('deletions that do not succeed', () => {
  test('because SageMaker refuses them are reported, and the others go on', async () => {
    prepare({ keeps: (_, version) => version === 2 ? 'it is attached' : undefined });
    expect(await run()).toEqual({ Report: 'deleted 1, 3; not changed: 2 (ResourceInUse: it is attached); kept 4 (the newest, one of the last 1)', DeletedVersions: '1,3' });
  });

  test('because of a missing permission are reported', async () => {
    fake.fault({ operation: 'DeleteImageVersion', times: Infinity, error: serviceError('AccessDeniedException', 'explicit deny') });
    expect((await run()).Report).toMatch(/^nothing was deleted; not changed: 1 \(AccessDeniedException: explicit deny\), 2 /);
  });

  test.each([
    ['refuses', serviceError('ResourceInUse', 'it is attached')], ['denies', serviceError('AccessDeniedException', 'explicit deny')],
  ])('because SageMaker %s all of many do not use up the time of the function', async (_, error) => {
    fake.addImage('torch', 30);
    fake.fault({ operation: 'DeleteImageVersion', times: Infinity, error });
    expect((await run()).Report).toMatch(new RegExp(`^nothing was deleted; not changed: 1 \\(${error.name}: ${error.message}\\), .* 29 \\(`));
    expect(world.now()).toBeLessThan(5 * MINUTE);
    expect(count('DeleteImageVersion')).toBeGreaterThan(29);
  });

  test('because the image is busy are tried again', async () => {
    fake.fault({ operation: 'DeleteImageVersion', times: 3, error: serviceError('ResourceInUse', 'Resource was modified concurrently.') });
    expect((await run()).DeletedVersions).toBe('1,2,3');
    expect(logged().map(({ message, number, why }) => [message, number, why])).toEqual([
      ...[1, 2, 3].flatMap(() => [['deleting', 1, undefined], ['waiting', 1, 'ResourceInUse: Resource was modified concurrently.']]),
      ['deleting', 1, undefined], ['deleting', 2, undefined], ['deleting', 3, undefined], ['retention', undefined, undefined],
    ]);
  });

  test('because the image is busy are tried again after others that took long', async () => {
    prepare({ versionTime: () => 60_000 });
    fake.fault({ operation: 'DeleteImageVersion', matches: ({ Version }) => Version === 3, times: 10, error: serviceError('ResourceInUse', 'busy') });
    expect((await run()).DeletedVersions).toBe('1,2,3');
  });

  test('because a permission does not have an effect yet are tried again', async () => {
    fake.fault({ operation: 'DeleteImageVersion', times: 5, error: serviceError('AccessDeniedException', 'not authorized') });
    expect((await run()).DeletedVersions).toBe('1,2,3');
  });

  test('because SageMaker refuses another one are reported with that reason', async () => {
    fake.images.setVersion('torch', 2, { status: 'DELETE_FAILED' });
    fake.fault({ operation: 'DeleteImageVersion', matches: ({ Version }) => Version === 2, error: serviceError('ValidationException', 'not possible') });
    expect((await run()).Report).toBe('deleted 1, 3; not changed: 2 (ValidationException: not possible); kept 4 (the newest, one of the last 1)');
  });

  test.each(['before', 'after'] as const)('because there was no response %s they began are tried again', async (when) => {
    prepare({ versionTime: () => 8_000 });
    fake.fault({ operation: 'DeleteImageVersion', when, error: noResponse() });
    expect((await run()).DeletedVersions).toBe('1,2,3');
  });

  test('because somebody else was faster are no problem', async () => {
    fake.fault({ operation: 'DeleteImageVersion', when: 'after', error: serviceError('ResourceNotFound') });
    expect((await run()).DeletedVersions).toBe('1,2,3');
  });

  test('because they fail are reported with their reason', async () => {
    prepare({ versionTime: () => 8_000 });
    const running = run();
    void world.sleep(4_000).then(() => fake.images.setVersion('torch', 1, { status: 'DELETE_FAILED' }));
    expect((await running).Report).toMatch(/^deleted 2, 3; not changed: 1 \(DELETE_FAILED\)/);
  });

  test('because they fail are reported with the reason of SageMaker', async () => {
    prepare({ versionTime: () => 8_000 });
    respond((_, response) => response.ImageVersionStatus === 'DELETE_FAILED' ? { ...response, FailureReason: 'in use by a model' } : response);
    const running = run();
    void world.sleep(4_000).then(() => fake.images.setVersion('torch', 1, { status: 'DELETE_FAILED' }));
    expect((await running).Report).toBe('deleted 2, 3; not changed: 1 (DELETE_FAILED: in use by a model); kept 4 (the newest, one of the last 1)');
  });

  test('because they take too long end the run', async () => {
    prepare({ versionTime: () => 60 * MINUTE });
    expect((await run()).Report).toMatch(/^nothing was deleted; not changed: 1 \(its deletion has not ended yet\); kept 4/);
    expect(left()).toEqual([1, 2, 3, 4]);
  });
});

test('one version to delete and one to mark are both changed', async () => {
  expect((await run({ Delete: { Versions: '3' }, ToBeArchived: { Versions: '2' } })).Report)
    .toBe('deleted 1; marked 2 as TO_BE_ARCHIVED; kept 2 (one of the last 3), 3 (one of the last 3), 4 (the newest, one of the last 3)');
});

describe('retirement', () => {
  const guidance = async () => Promise.all(left().map(async (Version) => (await fake.send('DescribeImageVersion', { ImageName: 'torch', Version })).VendorGuidance));

  test('marks unused versions, and a second run does not read Studio again', async () => {
    prepare({}, { prod: 2 });
    const properties = { Delete: undefined, ToBeArchived: { Versions: '1' }, Archived: { Versions: '3' } };
    expect((await run(properties)).Report).toMatch(/^nothing was deleted; marked 1 as ARCHIVED, 3 as TO_BE_ARCHIVED; kept/);
    expect(await guidance()).toEqual(['ARCHIVED', undefined, 'TO_BE_ARCHIVED', undefined]);
    fake.calls.length = 0;
    expect((await run(properties)).Report).toMatch(/^nothing was deleted; kept/);
    expect(operations()).not.toContain('UpdateImageVersion');
  });

  test('does not mark a version that is used meanwhile', async () => {
    setBody(SPACE, { SpaceSettings: { KernelGatewayAppSettings: entry(2) } });
    await run({ Delete: undefined, ToBeArchived: { Versions: '1' } });
    expect(await guidance()).toEqual(['TO_BE_ARCHIVED', undefined, 'TO_BE_ARCHIVED', undefined]);
  });
});

describe('an image that does not exist', () => {
  test('fails the deployment that names it', async () => {
    expect(await run({ ImageName: 'nope' }, { OldResourceProperties: undefined }, 'Create')).toMatchObject({
      message: "deleting unused versions failed: image 'nope' does not exist; nothing was changed; use an existing image in this account and Region", untouched: true,
    });
    expect((await run({ ImageName: 'nope' })).message).toMatch(/does not exist/);
  });

  test('is only reported later', async () => {
    expect((await run({ ImageName: 'nope' }, { OldResourceProperties: { ImageName: 'nope' } })).Report).toBe("nothing was deleted: image 'nope' does not exist");
  });
});

test('all problems of the properties are one failure, and nothing is called', async () => {
  const failure = await run({
    ImageName: '', Delete: { Versions: '0' }, ToBeArchived: {}, Archived: { Age: 'x', Versions: '1.5' }, ExpendableAliases: ['*'], DryRun: 'maybe', FailIfUnreadable: '1',
  });
  expect(failure.message).toBe('the image retention properties are not valid: ImageName must be a non-empty string, got "", '
    + 'ExpendableAliases must be a list of aliases, got ["*"], Delete.Versions must be a positive integer, got "0", ToBeArchived must be a limit, got {}, '
    + 'Archived.Versions must be a positive integer, got "1.5", Archived.Age must be a positive integer, got "x", DryRun must be true or false, got "maybe", '
    + 'FailIfUnreadable must be true or false, got "1"; nothing was changed; correct them and deploy again');
  expect(fake.calls).toEqual([]);
});

test('the physical id is that of the image', () => {
  expect(new ImageRetention(fake).physicalId(event('Create', { ImageName: 'torch', ...BIG }))).toBe('torch/retention');
});

describe('with 10 calls a second', () => {
  test('1,000 user profiles, 1,000 spaces and 200 apps are read in time, and nothing that they use is deleted', async () => {
    prepare({ callsPerSecond: 10, latency: () => 80, versionTime: () => 20_000 });
    for (let i = 0; i < 1_000; i++) {
      fake.addUserProfile('d-1', `user-${i}`).addSpace('d-1', `space-${i}`);
    }
    for (let i = 0; i < 200; i++) {
      fake.studio.apps.push(app({ SpaceName: `space-${i}`, Hidden: { ResourceSpec: { SageMakerImageArn: `${ARN}image/other`, SageMakerImageVersionArn: `${ARN}image-version/other/1` } } }));
    }
    setBody({ DomainId: 'd-1', SpaceName: 'space-999' }, { SpaceSettings: { KernelGatewayAppSettings: entry(2) } });
    expect((await run()).DeletedVersions).toBe('1,3');
    const seconds = Math.round(world.now() / 1_000);
    process.stdout.write(`1,000 user profiles, 1,000 spaces and 200 apps: ${seconds} s, ${fake.calls.length} calls, ${fake.calls.filter(({ error }) => error).length} throttled\n`);
    expect(seconds).toBeLessThan(400);
  }, 60_000);

  test('what cannot be read in time is not guessed', async () => {
    prepare({ callsPerSecond: 1 });
    for (let i = 0; i < 1_500; i++) {
      fake.addSpace('d-1', `space-${i}`);
    }
    expect((await run()).Report).toMatch(/^nothing was deleted: DescribeSpace did not succeed in time/);
    expect(left()).toEqual([1, 2, 3, 4]);
    expect(world.now()).toBeLessThan(14 * MINUTE);
  }, 60_000);
});
