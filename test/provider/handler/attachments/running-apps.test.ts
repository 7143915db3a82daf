import { attachmentEvent, ENTRY, forJupyterLab, SENT } from './scene';
import { StudioAttachments } from '../../../../src/provider/handler/attachments';
import { Studio } from '../../../../src/provider/handler/attachments/studio';
import { StudioDetachments } from '../../../../src/provider/handler/detachments';
import type { CustomResourceEvent } from '../../../../src/provider/handler/lifecycle/event';
import type { Failure } from '../../../../src/provider/handler/lifecycle/failure';
import type { Json } from '../../../../src/provider/handler/service/json';
import { event } from '../event';
import { type Behaviour, FakeSageMaker } from '../fake-sagemaker';
import type { FakeApp } from '../fake-sagemaker/studio';
import { serviceError, World } from '../world';

const MINUTE = 60_000;
const REFUSED = 'ValidationException: Unable to update Domain [arn:aws:sagemaker:eu-west-1:111111111111:Domain/d-1] with InService App. '
  + 'Delete all InService apps and try again.';
const THEIRS = { ImageName: 'theirs', AppImageConfigName: 'x', ImageVersionNumber: 7 };
const LAB: FakeApp = { DomainId: 'd-1', UserProfileName: 'ann', AppType: 'JupyterLab', AppName: 'default' };
const SPACE: FakeApp = { DomainId: 'd-1', SpaceName: 'team', AppType: 'CodeEditor', AppName: 'default' };
const DELETE_LAB = "aws sagemaker delete-app --domain-id 'd-1' --user-profile-name 'ann' --app-type 'JupyterLab' --app-name 'default'";

beforeEach(() => { jest.spyOn(console, 'log').mockImplementation(); });

function start(images: object[], apps: FakeApp[] = [LAB], behaviour: Behaviour = { updateWithApps: 'refuse' }) {
  const world = new World();
  const fake = new FakeSageMaker(world, behaviour).addDomain('d-1', { DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: images } } })
    .addUserProfile('d-1', 'ann', {}).addUserProfile('d-1', 'bob', {}).addSpace('d-1', 'team', {});
  fake.studio.apps = apps;
  const attachments = new StudioAttachments(new Studio(fake));
  return {
    world,
    fake,
    run: (...args: Parameters<typeof attachmentEvent>) => world.run(attachments.run(attachmentEvent(...args), world.clock())),
    /** Removes images of owned targets: all of them, or those that the new properties do not have. */
    detach: (Targets: Json, former?: Json) => world.run(new StudioDetachments(attachments).run(
      former ? event('Update', { Targets }, { OldResourceProperties: { Targets: former } }) : event('Delete', { Targets }), world.clock())),
    list: () => ((fake.studio.body({ DomainId: 'd-1' }).DefaultUserSettings as any).JupyterLabAppSettings.CustomImages as object[]),
    calls: (operation: string) => fake.calls.filter((call) => call.operation === operation),
  };
}

const waiting = (...images: object[]) => ({ ...forJupyterLab(...images), WaitForApps: 'true' });
const from = (...images: object[]): Partial<CustomResourceEvent> => ({ OldResourceProperties: forJupyterLab(...images) as Json });

describe('each operation, for both answers of SageMaker and both kinds of targets:', () => {
  const OTHER = { ...SENT, ImageName: 'other', AppImageConfigName: 'other-jl', ImageVersionNumber: '5' };
  const NEXT = { ...SENT, ImageVersionNumber: '4' };
  const withoutNumber = ({ ImageVersionNumber, ...entry }: typeof SENT) => entry;
  const other = { ImageName: 'other', AppImageConfigName: 'other-jl', ImageVersionNumber: 5 };
  const next = { ...ENTRY, ImageVersionNumber: 4 };
  type Scene = ReturnType<typeof start>;
  const owned = (...images: (typeof SENT)[]) => ({ Domain: forJupyterLab(...images.map(withoutNumber)) });

  test.each<[string, 'allow' | 'refuse', object[], (scene: Scene) => Promise<Error | undefined>, object[]]>((['allow', 'refuse'] as const).flatMap((answer) => [
    ['attach', answer, [THEIRS], ({ run }) => run('Create'), [THEIRS, ENTRY]],
    ['attach one more', answer, [THEIRS, ENTRY], ({ run }) => run('Update', forJupyterLab(SENT, OTHER), from(SENT)), [THEIRS, ENTRY, other]],
    ['move to another version', answer, [THEIRS, ENTRY], ({ run }) => run('Update', forJupyterLab(NEXT), from(SENT)), [THEIRS, next]],
    ['detach one of two', answer, [THEIRS, ENTRY, other], ({ run }) => run('Update', forJupyterLab(SENT), from(SENT, OTHER)), [THEIRS, ENTRY]],
    ['roll back an attachment', answer, [THEIRS, ENTRY, other], ({ run }) => run('Update', forJupyterLab(SENT), from(SENT, OTHER)), [THEIRS, ENTRY]],
    ['roll back a move', answer, [THEIRS, next], ({ run }) => run('Update', forJupyterLab(SENT), from(NEXT)), [THEIRS, ENTRY]],
    ['roll back a detachment', answer, [THEIRS, ENTRY], ({ run }) => run('Update', forJupyterLab(SENT, OTHER), from(SENT)), [THEIRS, ENTRY, other]],
    ['detach or destroy', answer, [THEIRS, ENTRY], ({ run }) => run('Delete'), [THEIRS]],
    ['detach from an owned target', answer, [THEIRS, ENTRY], ({ detach }) => detach({}, owned(SENT)), [THEIRS]],
    ['destroy with an owned target', answer, [THEIRS, ENTRY], ({ detach }) => detach(owned(SENT)), [THEIRS]],
  ]))('%s (%s)', async (_, updateWithApps, before, act, after) => {
    const scene = start(before, [LAB], { updateWithApps });
    const failure = await act(scene);
    if (updateWithApps === 'refuse') {
      expect(failure?.message).toContain(`${REFUSED}; 1 app is running: JupyterLab 'default' of user profile 'ann'; nothing was changed; `);
      expect(failure?.message).toContain(`delete these apps (${DELETE_LAB})`);
      expect(scene.list()).toEqual(before);
      scene.fake.studio.apps = [];
      expect(await act(scene)).toBeUndefined();
    } else {
      expect(failure).toBeUndefined();
      expect(scene.calls('ListApps')).toEqual([]);
    }
    expect(scene.list()).toEqual(after);
  });
});

describe('if SageMaker refuses an update because of running apps', () => {
  test('an attachment fails, changes nothing, and names the apps and the command that deletes one', async () => {
    const { run, list, world } = start([THEIRS], [LAB, SPACE]);
    const failure = await run('Create') as Failure;
    expect(failure.message).toBe("attaching image 'torch' (version 3, app image config 'torch-jl') to DefaultUserSettings.JupyterLabAppSettings of domain 'd-1' failed: "
      + `${REFUSED}; 2 apps are running: JupyterLab 'default' of user profile 'ann', CodeEditor 'default' of space 'team'; nothing was changed; `
      + `delete these apps (${DELETE_LAB}), or set waitForApps in the options of an existing target, and repeat the operation`);
    expect(failure).toMatchObject({ untouched: true, timedOut: false, help: 'Running apps block an update' });
    expect(list()).toEqual([THEIRS]);
    expect(world.now()).toBeLessThan(MINUTE);
  });

  test('a move to another version fails, and its rollback succeeds without an update', async () => {
    const { run, list, calls } = start([THEIRS, ENTRY]);
    const next = { ...SENT, ImageVersionNumber: '4' };
    expect((await run('Update', forJupyterLab(next), from(SENT)))?.message).toContain("1 app is running: JupyterLab 'default' of user profile 'ann'; nothing was changed");
    const updates = calls('UpdateDomain').length;
    expect(await run('Update', forJupyterLab(SENT), from(next))).toBeUndefined();
    expect(list()).toEqual([THEIRS, ENTRY]);
    expect(calls('UpdateDomain')).toHaveLength(updates);
  });

  test('a rollback that has to change the target fails, and says that the entry is still there', async () => {
    const { run, list } = start([THEIRS, { ...ENTRY, ImageVersionNumber: 4 }]);
    const failure = await run('Update', forJupyterLab(SENT), from({ ...SENT, ImageVersionNumber: '4' }));
    expect(failure?.message).toContain(`1 app is running: JupyterLab 'default' of user profile 'ann'; nothing was changed; delete these apps (${DELETE_LAB})`);
    expect(list()).toEqual([THEIRS, { ...ENTRY, ImageVersionNumber: 4 }]);
  });

  test('a deletion fails, and says that the images are still there', async () => {
    const { run, list, fake } = start([THEIRS, ENTRY]);
    expect((await run('Delete'))?.message).toMatch(new RegExp(`nothing was changed; the images are still in the settings: delete these apps \\(${DELETE_LAB}\\) and repeat the operation; `
      + 'if the deployment has succeeded, deploy the attachment again before you remove it$'));
    expect(list()).toEqual([THEIRS, ENTRY]);
    fake.studio.apps = [];
    expect(await run('Delete')).toBeUndefined();
    expect(list()).toEqual([THEIRS]);
  });

  test('a detachment from an owned target fails in the same way', async () => {
    const { detach, fake, list } = start([THEIRS, ENTRY]);
    const { ImageVersionNumber, ...entry } = SENT;
    const targets = { Domain: forJupyterLab(entry) };
    expect((await detach(targets))?.message).toContain(`the images are still in the settings: delete these apps (${DELETE_LAB})`);
    fake.studio.apps = [];
    expect(await detach(targets)).toBeUndefined();
    expect(list()).toEqual([THEIRS]);
  });

  test('nothing is refused if nothing has to change', async () => {
    const { run, calls } = start([ENTRY]);
    expect(await run('Create')).toBeUndefined();
    expect(calls('ListApps')).toEqual([]);
  });
});

test('if SageMaker does not refuse, running apps do not matter, and nobody lists them', async () => {
  const { run, list, calls } = start([THEIRS], [LAB], { updateWithApps: 'allow' });
  expect(await run('Create', waiting(SENT))).toBeUndefined();
  expect(await run('Update', forJupyterLab({ ...SENT, ImageVersionNumber: '4' }), from(SENT))).toBeUndefined();
  expect(list()).toEqual([THEIRS, { ...ENTRY, ImageVersionNumber: 4 }]);
  expect(await run('Delete')).toBeUndefined();
  expect(list()).toEqual([THEIRS]);
  expect(calls('ListApps')).toEqual([]);
});

describe('the error names', () => {
  test('only apps of the user profile or space that is changed', async () => {
    const { run, calls } = start([], [LAB, { ...LAB, UserProfileName: 'bob' }, SPACE]);
    const profile = { DomainId: 'd-1', UserProfileName: 'bob', UserSettings: { JupyterLabAppSettings: { CustomImages: [SENT] } } };
    expect((await run('Create', profile))?.message).toContain("1 app is running: JupyterLab 'default' of user profile 'bob'");
    const space = { DomainId: 'd-1', SpaceName: 'team', SpaceSettings: { KernelGatewayAppSettings: { CustomImages: [SENT] } } };
    expect((await run('Create', space))?.message)
      .toMatch(/1 app is running: CodeEditor 'default' of space 'team';.*delete-app --domain-id 'd-1' --space-name 'team' --app-type 'CodeEditor'/);
    expect(calls('ListApps').map(({ input }) => input)).toEqual([
      { DomainIdEquals: 'd-1', UserProfileNameEquals: 'bob', MaxResults: 100 }, { DomainIdEquals: 'd-1', SpaceNameEquals: 'team', MaxResults: 100 },
    ]);
  });

  test('ten of many, and how many more, from all pages, without those that do not run', async () => {
    const many = [...Array(250).keys()].map((index) => ({ ...LAB, UserProfileName: `user-${index}`, Status: index % 5 === 0 ? 'Deleted' : index % 5 === 1 ? 'Pending' : 'InService' }));
    const { run, calls } = start([], many);
    const message = (await run('Create'))!.message;
    expect(message).toContain('200 apps are running: ');
    expect(message).toContain(' and 190 more;');
    expect(message.match(/JupyterLab 'default' of user profile/g)).toHaveLength(10);
    expect(message).not.toContain("'user-0'");
    expect(calls('ListApps')).toHaveLength(3);
    expect(Buffer.byteLength(message)).toBeLessThan(3_000);
  });

  test('apps beside another reason, which stays the main one', async () => {
    const { run, fake } = start([], [LAB], {});
    fake.fault({ operation: 'UpdateDomain', times: 99, error: serviceError('ValidationException', "AppImageConfig 'gone' is not active.") });
    const failure = await run('Create');
    expect(failure?.message).toMatch(/AppImageConfig 'gone' is not active\.; 1 app is running: .*; fix the cause of this error and deploy again; if the running apps are the cause, delete these apps/);
    expect(failure).toMatchObject({ help: 'The update of the domain failed' });
  });

  test('apps of an update that was accepted and then failed', async () => {
    const { run } = start([], [LAB], { updateTime: () => 1_000, updateFailure: () => 'Delete all apps first.' });
    const failure = await run('Create');
    expect(failure?.message).toMatch(/the update failed \(Delete all apps first\.\); 1 app is running: .*; the settings were written at least once/);
    expect(failure).toMatchObject({ help: 'Running apps block an update' });
  });

  test('apps, whatever the name of the error', async () => {
    const { run, fake } = start([], [LAB], {});
    fake.fault({ operation: 'UpdateDomain', times: 99, error: serviceError('ResourceInUse', 'The domain has running applications.') });
    expect((await run('Create'))?.message).toMatch(/ResourceInUse: The domain has running applications\.; 1 app is running/);
  });
});

describe('if the apps cannot be listed, the error of SageMaker is still there', () => {
  test.each([
    ['denied', serviceError('AccessDeniedException', 'no sagemaker:ListApps'), 'AccessDeniedException: no sagemaker:ListApps', 1],
    ['throttled', serviceError('ThrottlingException', 'Rate exceeded'), 'ThrottlingException: Rate exceeded', 4],
  ])('%s', async (_, error, text, calls) => {
    const { run, fake, calls: callsOf } = start([], [LAB]);
    fake.fault({ operation: 'ListApps', times: 99, error });
    expect((await run('Create'))?.message).toContain(`${REFUSED} (listing the running apps failed: ${text}); nothing was changed; fix the cause of this error`);
    expect(callsOf('ListApps')).toHaveLength(calls);
  });

  test('once throttled: the apps are named', async () => {
    const { run, fake } = start([], [LAB]);
    fake.fault({ operation: 'ListApps', error: serviceError('ThrottlingException') });
    expect((await run('Create'))?.message).toContain("1 app is running: JupyterLab 'default' of user profile 'ann'");
  });
});

describe('waitForApps', () => {
  test('waits until the last app has stopped, without writing meanwhile', async () => {
    const { run, fake, list, world, calls } = start([THEIRS], [LAB, SPACE]);
    void world.sleep(4 * MINUTE).then(() => { fake.studio.apps = [SPACE]; });
    void world.sleep(9 * MINUTE).then(() => { fake.studio.apps = []; });
    expect(await run('Create', waiting(SENT))).toBeUndefined();
    expect(list()).toEqual([THEIRS, ENTRY]);
    expect(world.now()).toBeGreaterThan(9 * MINUTE);
    expect(world.now()).toBeLessThan(10 * MINUTE);
    // Four refusals, and the update.
    expect(calls('UpdateDomain')).toHaveLength(5);
  });

  test('waits in a deletion too', async () => {
    const { run, fake, list, world } = start([THEIRS, ENTRY]);
    void world.sleep(5 * MINUTE).then(() => { fake.studio.apps = []; });
    expect(await run('Delete', waiting(SENT))).toBeUndefined();
    expect(list()).toEqual([THEIRS]);
  });

  test('ends with the time of the function, names the apps, and lets Lambda continue', async () => {
    const { run, world } = start([THEIRS], [LAB]);
    const failure = await run('Create', waiting(SENT));
    expect(failure?.message).toMatch(/timed out while waiting \(ValidationException: .* with InService App.*; 1 app is running: JupyterLab 'default' of user profile 'ann'\); nothing was changed; delete these apps \(aws sagemaker delete-app [^)]*\) and repeat the operation$/);
    expect(failure).toMatchObject({ timedOut: true, untouched: true });
    expect(world.now()).toBeGreaterThan(12 * MINUTE);
    expect(world.now()).toBeLessThan(14 * MINUTE);
  });

  test('writes again after an update that failed because of apps', async () => {
    const { run, fake, world, list } = start([], [LAB], { updateTime: () => 1_000, updateFailure: () => fake.studio.apps.length > 0 ? 'Delete all apps first.' : undefined });
    void world.sleep(5 * MINUTE).then(() => { fake.studio.apps = []; });
    expect(await run('Create', waiting(SENT))).toBeUndefined();
    expect(list()).toEqual([ENTRY]);
  });

  test('does not wait for a refusal that stays when no app is left', async () => {
    const { run, fake, world } = start([], [LAB], {});
    fake.fault({ operation: 'UpdateDomain', times: 99, error: serviceError('ValidationException', 'no') });
    void world.sleep(3 * MINUTE).then(() => { fake.studio.apps = []; });
    expect((await run('Create', waiting(SENT)))?.message).toMatch(/failed: ValidationException: no; nothing was changed; fix the cause of this error and deploy again$/);
    expect(world.now()).toBeLessThan(5 * MINUTE);
  });

  test('goes on while listing is throttled, and fails if it is denied', async () => {
    const { run, fake, world, list } = start([], [LAB]);
    fake.fault({ operation: 'ListApps', skip: 1, times: 5, error: serviceError('ThrottlingException') });
    void world.sleep(5 * MINUTE).then(() => { fake.studio.apps = []; });
    expect(await run('Create', waiting(SENT))).toBeUndefined();
    expect(list()).toEqual([ENTRY]);
    fake.studio.apps = [LAB];
    fake.fault({ operation: 'ListApps', times: 99, error: serviceError('AccessDeniedException', 'no') });
    expect((await run('Delete', waiting(SENT)))?.message).toContain('(listing the running apps failed: AccessDeniedException: no)');
  });
});
