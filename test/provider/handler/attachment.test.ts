import { ENTRY, event, ID } from './events';
import { DomainBehaviour, FakeDomain, noAnswer, serviceError, World } from './world';
import { Attachment } from '../../../src/provider/handler/attachment';
import { Failure } from '../../../src/provider/handler/events';
import { FRESH, LONGEST_CALL } from '../../../src/provider/handler/progress';

const OTHERS = [{ ImageName: 'other', AppImageConfigName: 'x', ImageVersionNumber: 1, Later: { deep: [1] } }, { ImageName: 'last', AppImageConfigName: 'y' }];
const SETTINGS = {
  ExecutionRole: 'arn:aws:iam::111111111111:role/execution',
  SecurityGroups: ['sg-2', 'sg-1'],
  JupyterLabAppSettings: { LifecycleConfigArns: ['arn'], CustomImages: OTHERS, NotInTheModel: true },
  NotInTheModelEither: { a: null },
};

let world: World;
let domain: FakeDomain;
let attachment: Attachment;

function start(behaviour: DomainBehaviour = {}, settings: object = SETTINGS): void {
  world = new World();
  domain = new FakeDomain(world, structuredClone(settings) as any, behaviour);
  attachment = new Attachment(domain.studio);
}

const run = (...args: Parameters<typeof event>) => world.run(attachment.run(event(...args), world.clock()));
const messageOf = async (outcome: Promise<Error | undefined>) => (await outcome)?.message ?? 'no error';

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation();
  start();
});

describe('attaching', () => {
  test('adds its entry at the end and changes nothing else', async () => {
    expect(await run('Create')).toBeUndefined();
    expect(domain.settings).toEqual({
      ...SETTINGS,
      JupyterLabAppSettings: { ...SETTINGS.JupyterLabAppSettings, CustomImages: [...OTHERS, ENTRY] },
    });
    expect(domain.writes).toHaveLength(1);
  });

  test('works for an app that has no settings', async () => {
    start({}, { ExecutionRole: 'arn' });
    expect(await run('Create')).toBeUndefined();
    expect(domain.settings).toEqual({ ExecutionRole: 'arn', JupyterLabAppSettings: { CustomImages: [ENTRY] } });
  });

  test('sends back all that it read, but not the execution role, which would need a permission on it', async () => {
    await run('Create');
    const { ExecutionRole, ...rest } = SETTINGS;
    expect(domain.writes[0]).toMatchObject({ ...rest, JupyterLabAppSettings: { NotInTheModel: true } });
    expect(domain.writes[0]).not.toHaveProperty('ExecutionRole');
  });

  test('brings back the execution role if the service forgets what it is not sent', async () => {
    start({ forgets: true });
    expect(await run('Create')).toBeUndefined();
    expect(domain.settings).toEqual({
      ...SETTINGS,
      JupyterLabAppSettings: { ...SETTINGS.JupyterLabAppSettings, CustomImages: [...OTHERS, ENTRY] },
    });
  });

  test('sends the execution role too, where it may pass it', async () => {
    start({ forgets: true });
    expect(await run('Create', { PassExecutionRole: 'true' })).toBeUndefined();
    expect(domain.writes).toHaveLength(1);
    expect(domain.settings).toMatchObject({ ExecutionRole: SETTINGS.ExecutionRole, SecurityGroups: SETTINGS.SecurityGroups });
  });

  test('leaves out only the execution role if it is another one than the one that it may pass', async () => {
    domain.onWrite = (settings) => {
      if ('ExecutionRole' in settings) {
        throw serviceError('AccessDeniedException', 'not authorized to perform: iam:PassRole on resource: x');
      }
    };
    expect(await run('Create', { PassExecutionRole: 'true' })).toBeUndefined();
    expect(Object.keys(domain.writes[0]).sort()).toEqual(Object.keys(SETTINGS).filter((name) => name !== 'ExecutionRole').sort());
    expect(domain.settings).toMatchObject(({ ExecutionRole: SETTINGS.ExecutionRole }));
  });

  test('does not bring back what somebody else removed', async () => {
    let removed = false;
    domain.onRead = (count) => {
      if (count === 2) {
        removed = true;
        const { SecurityGroups, ...rest } = domain.settings;
        domain.settings = rest;
        domain.put({});
      }
    };
    expect(await run('Create')).toBeUndefined();
    expect(removed).toBe(true);
    expect(domain.settings).not.toHaveProperty('SecurityGroups');
  });

  test('says what the service dropped, if it cannot be brought back', async () => {
    start({ forgets: true });
    domain.onWrite = (settings) => {
      if ('ExecutionRole' in settings) {
        throw serviceError('AccessDeniedException', 'not authorized to perform: iam:PassRole on resource: x');
      }
    };
    expect(await messageOf(run('Create') as Promise<Error | undefined>)).toContain('the service dropped ExecutionRole: set that again by hand');
  });

  test('sends only the settings of the app if others name roles that it may not pass', async () => {
    domain.onWrite = (settings) => {
      if ('NotInTheModelEither' in settings) {
        throw serviceError('AccessDeniedException', 'not authorized to perform: iam:PassRole on resource: x');
      }
    };
    expect(await run('Create')).toBeUndefined();
    expect(Object.keys(domain.writes[0])).toEqual(['JupyterLabAppSettings']);
    expect(domain.settings).toMatchObject({ ExecutionRole: SETTINGS.ExecutionRole, SecurityGroups: SETTINGS.SecurityGroups });
  });

  test('sends only the settings of the app if the service refuses its own values', async () => {
    domain.onWrite = (settings) => {
      if ('SecurityGroups' in settings) {
        throw serviceError('ValidationException', 'security groups cannot be changed while apps are running');
      }
    };
    expect(await run('Create')).toBeUndefined();
    expect(Object.keys(domain.writes[0])).toEqual(['JupyterLabAppSettings']);
  });

  test('of an entry that is there already writes nothing', async () => {
    await run('Create');
    expect(await run('Create')).toBeUndefined();
    expect(domain.writes).toHaveLength(1);
  });

  test('of an entry that stands there in another version fails, and its deletion leaves that entry', async () => {
    start({}, { JupyterLabAppSettings: { CustomImages: [{ ...ENTRY, ImageVersionNumber: 1 }] } });
    const failure = await run('Create');
    expect(failure).toMatchObject({
      untouched: true,
      message: "attaching image 'torch' with app image config 'torch-jl' in version 3 to JupyterLabAppSettings in DefaultUserSettings of domain 'd-1' failed: "
        + "image 'torch' with app image config 'torch-jl' in version 1 is attached there already, by somebody else; nothing was changed; "
        + 'remove that entry or use another app image config',
    });
    expect(domain.writes).toEqual([]);
  });

  test('to a domain that does not exist fails', async () => {
    domain.exists = false;
    expect(await messageOf(run('Create'))).toMatch(/it does not exist \(ResourceNotFound: no such domain\); nothing was changed; name one that exists/);
  });

  test('to a domain that is being deleted fails', async () => {
    domain.status = 'Deleting';
    expect(await messageOf(run('Create'))).toMatch(/it is being deleted/);
  });

  test('waits while the domain is busy', async () => {
    domain.status = 'Updating';
    void world.sleep(5 * 60_000).then(() => { domain.status = 'InService'; });
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
  });

  test('to a domain that stays busy ends in a failure before Lambda ends it', async () => {
    domain.status = 'Updating';
    expect(await messageOf(run('Create'))).toMatch(/it took too long; at last, its status is Updating; nothing was changed; see that it is InService/);
    expect(world.now()).toBeLessThan(14 * 60_000);
  });

  test.each(['ThrottlingException', 'ResourceInUse', 'ConflictException', 'ServiceUnavailable'])('tries again after %s', async (name) => {
    domain.onRead = (count) => { if (count % 3) { throw serviceError(name); } };
    domain.onWrite = () => { if (world.random() < 0.7) { throw serviceError(name); } };
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
  });

  test('waits for a permission to reach every corner of IAM', async () => {
    domain.onRead = () => { if (world.now() < 10_000) { throw serviceError('AccessDeniedException'); } };
    expect(await run('Create')).toBeUndefined();
  });

  test('waits as long for each permission, whatever was denied before', async () => {
    domain.onRead = (count) => {
      if (count === 1) {
        domain.status = 'Updating';
        void world.sleep(60_000).then(() => { domain.status = 'InService'; });
        throw serviceError('AccessDeniedException', 'no sagemaker:DescribeDomain');
      }
    };
    domain.onWrite = () => { if (world.now() < 80_000) { throw serviceError('AccessDeniedException', 'no sagemaker:UpdateDomain'); } };
    expect(await run('Create')).toBeUndefined();
  });

  test('fails without a permission', async () => {
    domain.onWrite = () => { throw serviceError('AccessDeniedException', 'no sagemaker:UpdateDomain'); };
    expect(await messageOf(run('Create'))).toMatch(/no sagemaker:UpdateDomain; nothing was changed; allow that to the role of the function/);
    expect(world.now()).toBeLessThan(60_000);
  });

  test('fails with what the service says when it refuses every time', async () => {
    domain.onWrite = () => { throw serviceError('ValidationException', "Image 'torch' is not active"); };
    expect(await messageOf(run('Create'))).toMatch(/ValidationException: Image 'torch' is not active; nothing was changed; correct what the service complains about/);
  });

  test('is not discouraged by refusals while others write', async () => {
    domain.onWrite = () => {
      if (world.now() < 60_000) {
        domain.put({ Counter: world.now() });
        throw serviceError('ValidationException', 'the domain is being updated');
      }
    };
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
  });

  test('writes ever less often while somebody takes the entry out again', async () => {
    start({ latency: () => 50 });
    const initial = domain.settings;
    domain.onRead = () => {
      if (world.now() < 60_000 && domain.list().length > OTHERS.length) {
        domain.put(initial);
      }
    };
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
    expect(domain.writes.filter((settings) => settings !== initial).length).toBeLessThan(15);
  });

  test('fails with the reason of a failed update', async () => {
    domain.onWrite = () => {
      domain.status = 'Update_Failed';
      domain.failureReason = 'the execution role may not describe the image version';
    };
    const failure = await run('Create');
    expect(failure?.message).toMatch(/the update failed \(the execution role may not describe the image version\); the list was written at least once/);
    expect((failure as Failure).untouched).toBe(false);
  });

  test('does not take a status that came late for a success', async () => {
    domain.onWrite = () => {
      // The next reading shows the list already, and not yet that the domain is being updated.
      void world.sleep(1_500).then(() => { domain.status = 'Updating'; });
      void world.sleep(60_000).then(() => {
        domain.status = 'Update_Failed';
        domain.failureReason = 'the execution role may not describe the image version';
      });
    };
    expect(await messageOf(run('Create'))).toMatch(/the update failed \(the execution role may not describe the image version\)/);
    // Once more, for it might have been the update of somebody else.
    expect(domain.writes).toHaveLength(2);
  });

  test('is not written a third time when the update failed again, however late that shows', async () => {
    domain.onWrite = () => {
      domain.status = 'InService';
      void world.sleep(1_500).then(() => { domain.status = 'Updating'; });
      void world.sleep(60_000).then(() => { domain.status = 'Update_Failed'; });
    };
    expect(await messageOf(run('Create'))).toMatch(/the update failed/);
    expect(domain.writes).toHaveLength(2);
  });

  test('of an entry that is there already finds out whether it was that one that failed', async () => {
    start({}, { JupyterLabAppSettings: { CustomImages: [ENTRY] } });
    domain.status = 'Update_Failed';
    domain.onWrite = () => { domain.status = 'InService'; };
    expect(await run('Create')).toBeUndefined();
    expect(domain.writes).toHaveLength(1);

    domain.onWrite = () => { domain.status = 'Update_Failed'; };
    domain.status = 'Update_Failed';
    expect(await messageOf(run('Create'))).toMatch(/the update failed/);
    expect(domain.writes).toHaveLength(2);
  });

  test('survives that an update of somebody else fails', async () => {
    let failing = true;
    domain.onRead = (count) => {
      if (failing && count === 3) {
        failing = false;
        domain.put({ Counter: 1 });
        domain.status = 'Update_Failed';
      }
    };
    domain.onWrite = () => { domain.status = 'InService'; };
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
  });

  test('to a domain that could not be created fails, also when the entry is there', async () => {
    start({}, { JupyterLabAppSettings: { CustomImages: [ENTRY] } });
    domain.status = 'Failed';
    domain.failureReason = 'no subnet';
    expect(await messageOf(run('Create'))).toMatch(/its status is Failed \(no subnet\); the list was written at least once/);
  });

  test('works on a domain whose last update failed', async () => {
    domain.status = 'Update_Failed';
    domain.onWrite = () => { domain.status = 'InService'; };
    expect(await run('Create')).toBeUndefined();
  });

  test('notices that a write arrived whose answer did not', async () => {
    let lost = false;
    const { write } = domain.studio;
    domain.studio.write = async (...args) => {
      await write(...args);
      if (!lost) {
        lost = true;
        throw noAnswer();
      }
    };
    expect(await run('Create')).toBeUndefined();
    expect(domain.writes).toHaveLength(1);
  });

  test('takes a write whose answer did not arrive for one that may have taken effect', async () => {
    let written = false;
    domain.onRead = () => { if (written) { throw serviceError('AccessDeniedException'); } };
    domain.onWrite = () => { written = true; throw noAnswer(); };
    expect(await run('Create')).toMatchObject({ untouched: false, message: expect.stringContaining('the list was written at least once') });
  });

  const slow = async () => {
    await world.sleep(LONGEST_CALL);
    throw noAnswer();
  };

  test.each([
    ['readings', true, slow, undefined],
    ['writes', false, undefined, slow],
    ['readings after a write', false, () => domain.writes.length > 0 ? slow() : undefined, undefined],
    ['writes that change nothing', false, undefined, () => world.sleep(LONGEST_CALL)],
  ])('whose %s take long ends before Lambda ends it, and knows whether it wrote', async (_, untouched, reading, writing) => {
    // Whatever it is doing when the time is over.
    for (let second = 0; second < 15; second++) {
      start({ latency: () => FRESH / 3 });
      const { read, write } = domain.studio;
      domain.studio.read = async (...args) => await reading?.() ?? read(...args);
      domain.studio.write = async (...args) => writing ? writing() : write(...args);
      const clock = world.clock(1 + second / 60);
      const failure = await world.run(attachment.run(event('Create'), clock));
      expect(failure).toMatchObject({ untouched, message: expect.stringMatching(/it took too long; at last, (TimeoutError|it has just been written)/) });
      expect(world.now()).toBeLessThanOrEqual(clock.deadline);
    }
  });

  test('waits for a time that is half random, so that those who met once do not meet again', async () => {
    const pauses = async (random: number) => {
      start();
      domain.status = 'Updating';
      const slept: number[] = [];
      const sleep = (milliseconds: number) => {
        slept.push(milliseconds);
        return world.sleep(milliseconds);
      };
      await world.run(attachment.run(event('Create'), { ...world.clock(1), random: () => random, sleep }));
      return slept.slice(0, 5);
    };
    const [shortest, longest] = [await pauses(0), await pauses(1)];
    expect(shortest).toHaveLength(5);
    expect(longest).toEqual(shortest.map((pause) => 2 * pause));
  });

  test('comes again when somebody overwrites the list with what it was before', async () => {
    let stale = true;
    domain.onRead = (count) => {
      if (count === 3 && stale) {
        stale = false;
        domain.put(SETTINGS as any);
      }
    };
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
  });

  test('writes nothing on the basis of an answer that came late', async () => {
    let late = true;
    const { read } = domain.studio;
    domain.studio.read = async (...args) => {
      const reading = await read(...args);
      if (late) {
        late = false;
        await world.sleep(FRESH + 1);
        domain.put({ JupyterLabAppSettings: { CustomImages: [...OTHERS, { ImageName: 'meanwhile', AppImageConfigName: 'x' }] } });
      }
      return reading;
    };
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, { ImageName: 'meanwhile', AppImageConfigName: 'x' }, ENTRY]);
  });

  test('does not wait for ever for a domain that somebody changes all the time', async () => {
    domain.onRead = (count) => domain.put({ Counter: count });
    expect(await run('Create')).toBeUndefined();
    expect(world.now()).toBeLessThan(60_000);
  });
});

describe('a new number', () => {
  test('changes the entry where it stands', async () => {
    start({}, { JupyterLabAppSettings: { CustomImages: [OTHERS[0], ENTRY, OTHERS[1]] } });
    expect(await run('Update', { ImageVersionNumber: '4' })).toBeUndefined();
    expect(domain.list()).toEqual([OTHERS[0], { ...ENTRY, ImageVersionNumber: 4 }, OTHERS[1]]);
  });

  test('goes back when CloudFormation rolls back', async () => {
    await run('Create');
    const before = structuredClone(domain.settings);
    await run('Update', { ImageVersionNumber: '4' });
    expect(await run('Update')).toBeUndefined();
    expect(domain.settings).toEqual(before);
  });

  test('puts the entry back that somebody removed by hand', async () => {
    expect(await run('Update', { ImageVersionNumber: '4' })).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, { ...ENTRY, ImageVersionNumber: 4 }]);
  });
});

describe('another place', () => {
  const move = () => run('Update', { AppSettings: 'CodeEditorAppSettings' }, { OldResourceProperties: event('Create').ResourceProperties });

  test('gets the entry, and the old one keeps it until CloudFormation deletes it there', async () => {
    await run('Create');
    expect(await move()).toBeUndefined();
    expect(domain.list('CodeEditorAppSettings')).toEqual([ENTRY]);
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
  });

  test('that has such an entry in another version is left alone', async () => {
    start({}, { CodeEditorAppSettings: { CustomImages: [{ ...ENTRY, ImageVersionNumber: 1 }] } });
    expect(await messageOf(move())).toMatch(/already, by somebody else/);
    expect(domain.writes).toEqual([]);
  });

  test('loses the entry again if it cannot be attached there', async () => {
    domain.onWrite = (_, count) => {
      domain.status = count === 1 ? 'Update_Failed' : 'InService';
    };
    expect(await messageOf(move())).toMatch(/the update failed/);
    expect(domain.list('CodeEditorAppSettings')).toEqual([]);
  });

  test('loses the entry again also after all the time in which it could be attached', async () => {
    // From the write on nobody answers, until there is only the time left that is for this.
    domain.onRead = () => { if (domain.writes.length > 0 && world.now() < 12.5 * 60_000) { throw noAnswer(); } };
    expect(await messageOf(move())).toMatch(/it took too long; at last, TimeoutError/);
    expect(domain.writes).toHaveLength(2);
    expect(domain.list('CodeEditorAppSettings')).toEqual([]);
  });
});

describe('detaching', () => {
  test('removes its entry and nothing else', async () => {
    await run('Create');
    expect(await run('Delete')).toBeUndefined();
    expect(domain.settings).toEqual(SETTINGS);
  });

  test('removes it in whatever version it is', async () => {
    await run('Create', { ImageVersionNumber: '9' });
    expect(await run('Delete')).toBeUndefined();
    expect(domain.settings).toEqual(SETTINGS);
  });

  test('succeeds when the entry is gone, and writes nothing', async () => {
    expect(await run('Delete')).toBeUndefined();
    expect(domain.writes).toEqual([]);
  });

  test('succeeds when the domain is gone', async () => {
    domain.exists = false;
    expect(await run('Delete')).toBeUndefined();
  });

  test('succeeds when the domain goes while it waits', async () => {
    await run('Create');
    domain.status = 'Updating';
    void world.sleep(20_000).then(() => { domain.exists = false; });
    expect(await run('Delete')).toBeUndefined();
  });

  test('succeeds when the domain is being deleted', async () => {
    domain.status = 'Deleting';
    expect(await run('Delete')).toBeUndefined();
  });

  test.each(['Failed', 'Update_Failed', 'Delete_Failed'])('succeeds when the entry is gone from a domain that is %s', async (status) => {
    domain.status = status;
    expect(await run('Delete')).toBeUndefined();
    expect(domain.writes).toEqual([]);
  });

  test('succeeds when the entry is gone although the update failed for another reason', async () => {
    await run('Create');
    domain.onWrite = () => { domain.status = 'Update_Failed'; };
    expect(await run('Delete')).toBeUndefined();
    expect(domain.list()).toEqual(OTHERS);
  });

  test('after a creation that was never answered touches nothing', async () => {
    start({}, { JupyterLabAppSettings: { CustomImages: [ENTRY] } });
    expect(await run('Delete', {}, { PhysicalResourceId: 'Stack-Attachment-1A2B3C4D5E6F' })).toBeUndefined();
    expect(domain.reads).toBe(0);
  });
});

test('the physical id is the place and the entry, without the version', () => {
  expect(attachment.physicalId(event('Create'))).toBe(ID);
  expect(attachment.physicalId(event('Create', { Settings: 'UserSettings', UserProfileName: 'ann' })))
    .toBe('d-1/ann/UserSettings/JupyterLabAppSettings/torch/torch-jl');
});

test('a name that only changes in case is the same entry, and not one that takes the place of the other', async () => {
  await run('Create');
  const other = event('Update', { ImageName: 'Torch', AppImageConfigName: 'Torch-JL' });
  expect(attachment.physicalId(other)).toBe(ID);
  expect(await world.run(attachment.run(other, world.clock()))).toBeUndefined();
  expect(domain.list()).toEqual([...OTHERS, ENTRY]);
});

test.each([
  [{ Settings: 'OtherSettings' }, 'Settings "OtherSettings"'],
  [{ Settings: 'SpaceSettings' }, 'SpaceName undefined'],
  [{ ImageName: '' }, 'ImageName ""'],
  [{ ImageVersionNumber: '1.5' }, 'ImageVersionNumber "1.5"'],
])('properties that make no sense (%j) fail before anything is called', async (properties, text) => {
  expect(await messageOf(run('Create', properties))).toContain(text);
  expect(domain.reads).toBe(0);
});
