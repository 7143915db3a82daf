import { StudioAttachments } from '../../../../src/provider/handler/attachments';
import type { Blocks, Target } from '../../../../src/provider/handler/attachments/model';
import { StudioDetachments } from '../../../../src/provider/handler/detachments';
import type { CustomResourceEvent } from '../../../../src/provider/handler/lifecycle/event';
import { Failure } from '../../../../src/provider/handler/lifecycle/failure';
import type { Json } from '../../../../src/provider/handler/service/json';
import { FakeTarget } from '../attachments/fake-target';
import { event } from '../event';
import { serviceError, World } from '../world';

beforeEach(() => { jest.spyOn(console, 'log').mockImplementation(); });

const OURS = { ImageName: 'torch', AppImageConfigName: 'torch-jl' };
const LIVE = { ...OURS, ImageVersionNumber: 3 };
/** The same image of another team, with a configuration of theirs. */
const THEIRS = { ImageName: 'torch', AppImageConfigName: 'their-config', ImageVersionNumber: 3 };

const listOf = (...images: object[]) => ({ CustomImages: images });
const userSettings = (...apps: string[]) => Object.fromEntries(apps.map((app) => [`${app}AppSettings`, listOf(OURS)]));
const domain = (...apps: string[]) => ({ DomainId: 'd-1', DefaultUserSettings: userSettings(...apps) });

/** Starts with targets that contain these blocks, and a handler for their detachments. */
function scene(targets: Record<string, object>, behaviour = {}) {
  const world = new World();
  const fakes = Object.fromEntries(Object.entries(targets).map(([name, blocks]) =>
    [name, new FakeTarget(world, structuredClone(blocks) as Blocks, behaviour)]));
  const fakeOf = ({ key }: Target) => {
    const fake = fakes[Object.values(key).join('/')];
    if (!fake) {
      throw serviceError('ResourceNotFound', 'no such target');
    }
    return fake.studio;
  };
  const detachments = new StudioDetachments(new StudioAttachments({
    read: async (target, now) => fakeOf(target).read(target, now),
    write: async (target, blocks) => fakeOf(target).write(target, blocks),
    apps: async (target, now) => fakeOf(target).apps(target, now),
    version: async () => undefined,
  }));
  const run = (type: CustomResourceEvent['RequestType'], Targets: Json, former?: Json) => world.run(detachments.run(event(type, { Targets }, {
    LogicalResourceId: 'Detachments', ...former && { OldResourceProperties: { Targets: former } },
  }), world.clock()));
  return { world, detachments, run, fakes, calls: () => Object.values(fakes).flatMap(({ called }) => called).length };
}

const BOTH = {
  DefaultUserSettings: {
    ExecutionRole: 'role', JupyterLabAppSettings: { ...listOf(THEIRS, LIVE), LifecycleConfigArns: ['arn'] }, CodeEditorAppSettings: listOf(LIVE, THEIRS),
  },
};

test('a creation changes nothing', async () => {
  const { run, calls } = scene({ 'd-1': BOTH });
  expect([await run('Create', { Domain: domain('JupyterLab') }), calls()]).toEqual([undefined, 0]);
});

test('an update removes our entries from a list that is gone, and no others', async () => {
  const { run, fakes } = scene({ 'd-1': BOTH });
  expect(await run('Update', { Domain: domain('JupyterLab') }, { Domain: domain('JupyterLab', 'CodeEditor') })).toBeUndefined();
  expect(fakes['d-1'].settings).toEqual({ ...BOTH.DefaultUserSettings, CodeEditorAppSettings: listOf(THEIRS) });
});

test('an update removes our entries from some settings and keeps those of other settings of the target', async () => {
  const { run, fakes } = scene({ 'd-1': { ...BOTH, DefaultSpaceSettings: { ExecutionRole: 'role', KernelGatewayAppSettings: listOf(LIVE) } } });
  const former = { ...domain('JupyterLab', 'CodeEditor'), DefaultSpaceSettings: userSettings('KernelGateway') };
  expect(await run('Update', { Domain: domain('JupyterLab', 'CodeEditor') }, { Domain: former })).toBeUndefined();
  expect(fakes['d-1'].blocks).toEqual({ ...BOTH, DefaultSpaceSettings: { ExecutionRole: 'role', KernelGatewayAppSettings: listOf() } });
});

test('an update removes our entries from a target that is gone', async () => {
  const { run, fakes } = scene({ 'd-1': BOTH });
  expect(await run('Update', {}, { Domain: domain('JupyterLab', 'CodeEditor') })).toBeUndefined();
  expect([fakes['d-1'].list(), fakes['d-1'].list('CodeEditorAppSettings')]).toEqual([[THEIRS], [THEIRS]]);
});

test.each<[string, Json, Json]>([
  ['no list is gone', { Domain: domain('JupyterLab', 'CodeEditor') }, { Domain: domain('JupyterLab') }],
  ['an entry of a list that remains is gone', { Domain: domain('JupyterLab') }, {
    Domain: { DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: listOf(OURS, { ImageName: 'gone', AppImageConfigName: 'x' }) } },
  }],
  ['the domain is replaced', { Domain: { ...domain('JupyterLab'), DomainId: 'd-2' } }, { Domain: domain('JupyterLab', 'CodeEditor') }],
  ['the user profile is replaced', { P: { DomainId: 'd-1', UserProfileName: 'al', UserSettings: {} } }, {
    P: { DomainId: 'd-1', UserProfileName: 'jo', UserSettings: userSettings('JupyterLab') },
  }],
  ['the space is replaced', { S: { DomainId: 'd-1', SpaceName: 'new', SpaceSettings: {} } }, {
    S: { DomainId: 'd-1', SpaceName: 'jo', SpaceSettings: userSettings('JupyterLab') },
  }],
])('an update calls nothing if %s', async (_, current, former) => {
  const { run, calls } = scene({ 'd-1': BOTH, 'd-2': BOTH, 'd-1/jo': BOTH });
  expect([await run('Update', current, former), calls()]).toEqual([undefined, 0]);
});

test('an update writes nothing if CloudFormation has emptied the list', async () => {
  const { run, fakes } = scene({ 'd-1': { DefaultUserSettings: { ExecutionRole: 'role' } } });
  expect(await run('Update', {}, { Domain: domain('JupyterLab') })).toBeUndefined();
  expect(fakes['d-1'].writes).toEqual([]);
});

test('a deletion removes our entries from all lists, in any version', async () => {
  const spaces = { ExecutionRole: 'role', KernelGatewayAppSettings: listOf({ ...LIVE, ImageVersionNumber: 9 }, THEIRS) };
  const { run, fakes } = scene({ 'd-1': { ...BOTH, DefaultSpaceSettings: spaces } });
  expect(await run('Delete', { Domain: { ...domain('JupyterLab', 'CodeEditor'), DefaultSpaceSettings: userSettings('KernelGateway') } })).toBeUndefined();
  expect(fakes['d-1'].blocks).toEqual({
    DefaultUserSettings: {
      ExecutionRole: 'role', JupyterLabAppSettings: { ...listOf(THEIRS), LifecycleConfigArns: ['arn'] }, CodeEditorAppSettings: listOf(THEIRS),
    },
    DefaultSpaceSettings: { ExecutionRole: 'role', KernelGatewayAppSettings: listOf(THEIRS) },
  });
});

describe('default images', () => {
  const image = (name: string) => `arn:aws:sagemaker:eu-west-1:111111111111:image/${name}`;
  const OUR_DEFAULT = { SageMakerImageArn: image('torch') };
  /** As CloudFormation set them, in two versions, or as somebody else changed them. */
  const live = (name: string, version: number) => ({ SageMakerImageArn: image(name), SageMakerImageVersionArn: `${image(name).replace(':image', ':image-version')}/${version}` });
  const withDefaults = (lab: object, editor: object) => ({ DefaultUserSettings: { JupyterLabAppSettings: lab, CodeEditorAppSettings: editor } });
  const target = (lab: object, editor: object) => ({ Domain: { DomainId: 'd-1', ...withDefaults(lab, editor) } });
  const both = { ...listOf(OURS), DefaultResourceSpec: OUR_DEFAULT };

  test.each<[string, object, object]>([
    ['with its list', {}, listOf(THEIRS)],
    ['while its list stays', listOf(OURS), listOf(THEIRS, LIVE)],
  ])('an update removes a default that is gone %s, and keeps the instance type', async (_, editor, list) => {
    const { run, fakes } = scene({
      'd-1': withDefaults(
        { ...listOf(LIVE), DefaultResourceSpec: live('torch', 3) },
        { ...listOf(THEIRS, LIVE), DefaultResourceSpec: { InstanceType: 'ml.t3.medium', ...live('torch', 4) } }),
    });
    expect(await run('Update', target(both, editor), target(both, both))).toBeUndefined();
    expect(fakes['d-1'].settings).toEqual({
      JupyterLabAppSettings: { ...listOf(LIVE), DefaultResourceSpec: live('torch', 3) },
      CodeEditorAppSettings: { ...list, DefaultResourceSpec: { InstanceType: 'ml.t3.medium' } },
    });
  });

  test('an update calls nothing if the default becomes another image, which CloudFormation sets', async () => {
    const { run, calls } = scene({ 'd-1': {} });
    expect(await run('Update', target(both, { DefaultResourceSpec: { SageMakerImageArn: image('other') } }), target(both, { DefaultResourceSpec: OUR_DEFAULT }))).toBeUndefined();
    expect(calls()).toBe(0);
  });

  test.each([
    ['CloudFormation has removed it', { InstanceType: 'system' }],
    ['somebody else has changed it', live('theirs', 1)],
    ['it is an image of SageMaker', { SageMakerImageArn: 'arn:aws:sagemaker:eu-west-1:819792524951:image/sagemaker-distribution-cpu' }],
  ])('a deletion writes nothing if %s', async (_, found) => {
    const before = withDefaults({ DefaultResourceSpec: found }, {});
    const { run, fakes } = scene({ 'd-1': before });
    expect(await run('Delete', target({ DefaultResourceSpec: OUR_DEFAULT }, { DefaultResourceSpec: OUR_DEFAULT }))).toBeUndefined();
    expect([fakes['d-1'].writes, fakes['d-1'].blocks]).toEqual([[], before]);
  });

  test('a deletion of a space without a list removes its default', async () => {
    const { run, fakes } = scene({ 'd-1/team': { SpaceSettings: { CodeEditorAppSettings: { DefaultResourceSpec: live('Torch', 7) } } } });
    expect(await run('Delete', { Space: { DomainId: 'd-1', SpaceName: 'team', SpaceSettings: { CodeEditorAppSettings: { DefaultResourceSpec: OUR_DEFAULT } } } })).toBeUndefined();
    expect(fakes['d-1/team'].blocks).toEqual({ SpaceSettings: { CodeEditorAppSettings: { DefaultResourceSpec: {} } } });
  });
});

test('settings that SageMaker drops when a write omits them are kept, if the function may pass the execution role', async () => {
  const { run, fakes } = scene({ 'd-1': BOTH }, { dropsOmitted: true });
  expect(await run('Delete', { Domain: { ...domain('JupyterLab', 'CodeEditor'), PassExecutionRole: ['DefaultUserSettings'] } })).toBeUndefined();
  expect(fakes['d-1'].settings).toEqual({
    ExecutionRole: 'role', JupyterLabAppSettings: { ...listOf(THEIRS), LifecycleConfigArns: ['arn'] }, CodeEditorAppSettings: listOf(THEIRS),
  });
});

const profiles = (count: number) => Array.from({ length: count }, (_, index) => `u${index}`);
const ofProfiles = (names: string[]) => Object.fromEntries(names.map((name) =>
  [name, { DomainId: 'd-1', UserProfileName: name, UserSettings: userSettings('JupyterLab') }]));
const liveProfiles = (names: string[]) => Object.fromEntries(names.map((name) => [`d-1/${name}`, { UserSettings: { JupyterLabAppSettings: listOf(LIVE) } }]));

test('a target that is gone needs no change, and the others are changed', async () => {
  const { run, fakes } = scene(liveProfiles(['u1']));
  expect(await run('Delete', ofProfiles(['u0', 'u1']))).toBeUndefined();
  expect(fakes['d-1/u1'].list('JupyterLabAppSettings', 'UserSettings')).toEqual([]);
});

test('five targets are changed at a time, the domain among the first', async () => {
  const names = profiles(12);
  const { run, fakes, world } = scene({ 'd-1': BOTH, ...liveProfiles(names) });
  const finished = new Map<string, number>();
  Object.entries(fakes).forEach(([name, fake]) => { fake.onRead = () => finished.set(name, world.now()); });
  expect(await run('Delete', { ...ofProfiles(names), Z: domain('JupyterLab') })).toBeUndefined();
  // Each change takes somewhat more than six seconds.
  const times = [...finished].map(([name, at]) => [name, Math.floor(at / 6_000)] as const);
  expect(times.filter(([, round]) => round === 1).map(([name]) => name)).toEqual(['d-1', 'd-1/u0', 'd-1/u1', 'd-1/u2', 'd-1/u3']);
  expect(times.filter(([, round]) => round === 3).map(([name]) => name)).toEqual(['d-1/u9', 'd-1/u10', 'd-1/u11']);
});

test('a failure does not keep other targets from being changed, and its message names the list and the target', async () => {
  const names = profiles(9);
  const { run, fakes } = scene({ 'd-1': BOTH, ...liveProfiles(names) });
  const fail = () => { throw serviceError('ValidationException', 'an app is running'); };
  [fakes['d-1'], fakes['d-1/u0']].forEach((fake) => { fake.onWrite = fail; });
  const reason = 'ValidationException: an app is running; nothing was changed; fix the cause of this error and deploy again';
  const message = (await run('Delete', { ...ofProfiles(names), Domain: domain('JupyterLab') }))?.message.split(`failed: ${reason}`);
  expect(message?.map((part) => part.replace(/^; /, '')).sort()).toEqual([
    '',
    "detaching image 'torch' (app image config 'torch-jl') from DefaultUserSettings.JupyterLabAppSettings of domain 'd-1' ",
    "detaching image 'torch' (app image config 'torch-jl') from UserSettings.JupyterLabAppSettings of user profile 'u0' of domain 'd-1' ",
  ]);
  expect(names.filter((name) => fakes[`d-1/${name}`].list('JupyterLabAppSettings', 'UserSettings').length > 0)).toEqual(['u0']);
});

test('its physical id is its logical id, so that it is never replaced', () => {
  expect(scene({}).detachments.physicalId(event('Create', {}, { LogicalResourceId: 'Detachments' }))).toBe('Detachments');
});

test.each([[[true, true], true], [[true, false], false]])('another run helps only if nothing but time was missing: %j', async (timedOut, expected) => {
  const kind = { physicalId: () => 'id', run: async () => { throw new Failure('too slow', false, timedOut.shift()); } };
  const former = { Domain: domain('JupyterLab'), Other: { ...domain('JupyterLab'), DomainId: 'd-2' } };
  const world = new World();
  await expect(new StudioDetachments(kind).run(event('Delete', { Targets: former }), world.clock())).rejects.toMatchObject({ timedOut: expected });
});
