import { attachmentEvent, ENTRY, forJupyterLab, messageOf, OTHERS, type Scene, scene, SENT, SETTINGS } from './scene';
import { noResponse, serviceError } from '../world';

let world: Scene['world'];
let domain: Scene['domain'];
let attachments: Scene['attachments'];
let run: Scene['run'];
let update: Scene['update'];

function start(...args: Parameters<typeof scene>): void {
  ({ world, domain, attachments, run, update } = scene(...args));
}

/** Starts with a domain that has these default user settings. */
function startWith(settings: object, ...more: Parameters<typeof scene>): void {
  start(more[0], { DefaultUserSettings: settings });
}

const inVersion = (ImageVersionNumber: string) => forJupyterLab({ ...SENT, ImageVersionNumber });
const passingRole = { ...forJupyterLab(SENT), PassExecutionRole: ['DefaultUserSettings'] };

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation();
  start();
});

/** Runs an action when the handler has given up, before it cleans up. */
function onceGivenUp(action: () => void): void {
  let done = false;
  jest.spyOn(console, 'log').mockImplementation((line) => {
    if (!done && JSON.parse(line).message === 'giving up') {
      done = true;
      action();
    }
  });
}

describe('attaching an image', () => {
  test('adds its entry at the end and changes nothing else', async () => {
    expect(await run('Create')).toBeUndefined();
    expect(domain.settings).toEqual({
      ...SETTINGS,
      JupyterLabAppSettings: { ...SETTINGS.JupyterLabAppSettings, CustomImages: [...OTHERS, ENTRY] },
    });
    expect(domain.writes).toHaveLength(1);
  });

  test('creates the settings of an app if there are none', async () => {
    startWith({ ExecutionRole: 'arn' });
    expect(await run('Create')).toBeUndefined();
    expect(domain.settings).toEqual({ ExecutionRole: 'arn', JupyterLabAppSettings: { CustomImages: [ENTRY] } });
  });

  test('sends all settings that it read, except for the execution role, which needs a permission', async () => {
    await run('Create');
    const { ExecutionRole, ...rest } = SETTINGS;
    expect(domain.writes[0].DefaultUserSettings).toMatchObject({ ...rest, JupyterLabAppSettings: { NotInTheModel: true } });
    expect(domain.writes[0].DefaultUserSettings).not.toHaveProperty('ExecutionRole');
  });

  test('restores the execution role if SageMaker drops omitted settings', async () => {
    start({ dropsOmitted: true });
    expect(await run('Create')).toBeUndefined();
    expect(domain.settings).toEqual({
      ...SETTINGS,
      JupyterLabAppSettings: { ...SETTINGS.JupyterLabAppSettings, CustomImages: [...OTHERS, ENTRY] },
    });
  });

  test('sends the execution role if it may pass it', async () => {
    start({ dropsOmitted: true });
    expect(await run('Create', passingRole)).toBeUndefined();
    expect(domain.writes).toHaveLength(1);
    expect(domain.settings).toMatchObject({ ExecutionRole: SETTINGS.ExecutionRole, SecurityGroups: SETTINGS.SecurityGroups });
  });

  test('omits only the execution role if the domain has a different role from the one it may pass', async () => {
    domain.onWrite = ({ DefaultUserSettings: settings = {} }) => {
      if ('ExecutionRole' in settings) {
        throw serviceError('AccessDeniedException', 'not authorized to perform: iam:PassRole on resource: x');
      }
    };
    expect(await run('Create', passingRole)).toBeUndefined();
    expect(Object.keys(domain.writes[0].DefaultUserSettings!).sort()).toEqual(Object.keys(SETTINGS).filter((name) => name !== 'ExecutionRole').sort());
    expect(domain.settings).toMatchObject(({ ExecutionRole: SETTINGS.ExecutionRole }));
  });

  test('does not restore settings that somebody else removed', async () => {
    let removed = false;
    domain.onRead = (count) => {
      if (count === 2) {
        removed = true;
        const { SecurityGroups, ...rest } = domain.settings;
        domain.blocks = { DefaultUserSettings: rest };
        domain.put({});
      }
    };
    expect(await run('Create')).toBeUndefined();
    expect(removed).toBe(true);
    expect(domain.settings).not.toHaveProperty('SecurityGroups');
  });

  test('fails with the settings that SageMaker dropped and that it cannot restore', async () => {
    start({ dropsOmitted: true });
    domain.onWrite = ({ DefaultUserSettings: settings = {} }) => {
      if ('ExecutionRole' in settings) {
        throw serviceError('AccessDeniedException', 'not authorized to perform: iam:PassRole on resource: x');
      }
    };
    expect(await messageOf(run('Create') as Promise<Error | undefined>)).toContain('SageMaker dropped DefaultUserSettings.ExecutionRole: restore it manually');
  });

  test('sends only the settings of the app if other settings contain roles that it may not pass', async () => {
    domain.onWrite = ({ DefaultUserSettings: settings = {} }) => {
      if ('NotInTheModelEither' in settings) {
        throw serviceError('AccessDeniedException', 'not authorized to perform: iam:PassRole on resource: x');
      }
    };
    expect(await run('Create')).toBeUndefined();
    expect(Object.keys(domain.writes[0].DefaultUserSettings!)).toEqual(['JupyterLabAppSettings']);
    expect(domain.settings).toMatchObject({ ExecutionRole: SETTINGS.ExecutionRole, SecurityGroups: SETTINGS.SecurityGroups });
  });

  test('sends only the settings of the app if SageMaker rejects other settings that it returned itself', async () => {
    domain.onWrite = ({ DefaultUserSettings: settings = {} }) => {
      if ('SecurityGroups' in settings) {
        throw serviceError('ValidationException', 'security groups cannot be changed while apps are running');
      }
    };
    expect(await run('Create')).toBeUndefined();
    expect(Object.keys(domain.writes[0].DefaultUserSettings!)).toEqual(['JupyterLabAppSettings']);
  });

  test('writes nothing if the image is already attached', async () => {
    await run('Create');
    expect(await run('Create')).toBeUndefined();
    expect(domain.writes).toHaveLength(1);
  });

  test('fails and changes nothing if somebody else attached another version', async () => {
    startWith({ JupyterLabAppSettings: { CustomImages: [{ ...ENTRY, ImageVersionNumber: 1 }] } });
    expect(await run('Create')).toMatchObject({
      untouched: true,
      message: "attaching image 'torch' (version 3, app image config 'torch-jl') to DefaultUserSettings.JupyterLabAppSettings of domain 'd-1' failed: "
        + 'somebody else attached another version of this image; nothing was changed; '
        + "remove these entries or use different app image configs: DefaultUserSettings.JupyterLabAppSettings: 'torch' with 'torch-jl' (found 1, expected 3)",
    });
    expect(domain.writes).toEqual([]);
  });

  test('fails if the domain does not exist', async () => {
    domain.exists = false;
    expect(await messageOf(run('Create'))).toMatch(/the domain does not exist \(ResourceNotFound: Domain \[arn:\S+d-1\] does not exist\.\); nothing was changed; use an existing domain in this account and Region/);
  });

  test('fails if the domain is being deleted', async () => {
    domain.status = 'Deleting';
    expect(await messageOf(run('Create'))).toMatch(/the domain is being deleted/);
  });
});

describe('a new version', () => {
  test('updates the entry in place', async () => {
    startWith({ JupyterLabAppSettings: { CustomImages: [OTHERS[0], ENTRY, OTHERS[1]] } });
    expect(await update(inVersion('3'), inVersion('4'))).toBeUndefined();
    expect(domain.list()).toEqual([OTHERS[0], { ...ENTRY, ImageVersionNumber: 4 }, OTHERS[1]]);
  });

  test('is reverted when CloudFormation rolls back', async () => {
    await run('Create');
    const before = structuredClone(domain.settings);
    await update(inVersion('3'), inVersion('4'));
    expect(await update(inVersion('4'), inVersion('3'))).toBeUndefined();
    expect(domain.settings).toEqual(before);
  });

  test('restores an entry that somebody removed manually', async () => {
    expect(await update(inVersion('3'), inVersion('4'))).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, { ...ENTRY, ImageVersionNumber: 4 }]);
  });

  test('replaces a version that somebody set manually', async () => {
    startWith({ JupyterLabAppSettings: { CustomImages: [{ ...ENTRY, ImageVersionNumber: 9 }] } });
    expect(await update(inVersion('3'), inVersion('4'))).toBeUndefined();
    expect(domain.list()).toEqual([{ ...ENTRY, ImageVersionNumber: 4 }]);
  });
});

describe('a new target', () => {
  // The fake domain is the new target.
  const move = () => run('Update', forJupyterLab(SENT), { PhysicalResourceId: 'd-0', OldResourceProperties: { ...forJupyterLab(SENT), DomainId: 'd-0' } });

  test('gets the entry, and the old target does not change until CloudFormation sends its deletion', async () => {
    expect(await move()).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
    expect(new Set(domain.called.map(({ key }) => key.DomainId))).toEqual(new Set(['d-1']));
  });

  test('does not change if it has another version of the image', async () => {
    startWith({ JupyterLabAppSettings: { CustomImages: [{ ...ENTRY, ImageVersionNumber: 1 }] } });
    expect(await messageOf(move())).toMatch(/somebody else attached another version of this image; nothing was changed/);
    expect(domain.writes).toEqual([]);
    // There is nothing to clean up.
    expect(domain.reads).toBe(1);
  });

  test('loses the entry again if the update of the target fails', async () => {
    domain.onWrite = (_, count) => {
      domain.status = count <= 2 ? 'Update_Failed' : 'InService';
    };
    expect(await messageOf(move())).toMatch(/the update failed/);
    expect(domain.settings).toEqual(SETTINGS);
  });

  test('loses the entry again even if attaching it times out', async () => {
    // After the write, there is no response until only the time reserved for the cleanup is left.
    domain.onRead = () => { if (domain.writes.length > 0 && world.now() < 12.5 * 60_000) { throw noResponse(); } };
    expect(await messageOf(move())).toMatch(/timed out while waiting \(TimeoutError/);
    expect(domain.writes).toHaveLength(2);
    expect(domain.settings).toEqual(SETTINGS);
  });

  test('keeps another version that somebody else attached meanwhile', async () => {
    domain.onWrite = () => { domain.status = 'Update_Failed'; };
    onceGivenUp(() => {
      domain.putSettings({ JupyterLabAppSettings: { CustomImages: [{ ...ENTRY, ImageVersionNumber: 8 }] } });
      domain.status = 'InService';
    });
    expect(await messageOf(move())).toMatch(/the update failed/);
    expect(domain.list()).toEqual([{ ...ENTRY, ImageVersionNumber: 8 }]);
  });

  test('is named in the error if its cleanup fails too', async () => {
    domain.onWrite = () => { domain.status = 'Update_Failed'; };
    onceGivenUp(() => { domain.onRead = () => { throw serviceError('AccessDeniedException', 'no sagemaker:DescribeDomain'); }; });
    const failure = await move();
    expect(failure).toMatchObject({ untouched: false });
    expect(failure?.message).toMatch(/the update failed .*; the cleanup also failed: detaching image 'torch' .* failed: .*no sagemaker:DescribeDomain.*; remove what is left manually: DefaultUserSettings.JupyterLabAppSettings: 'torch' with 'torch-jl'$/);
  });
});

describe('an unexpected error', () => {
  test('is not hidden, and nothing is cleaned up after it', async () => {
    const broken = { get DomainId(): string { throw new TypeError('x is not a function'); } };
    expect(await run('Delete', {}, { ResourceProperties: broken })).toBeInstanceOf(TypeError);
    domain.studio.read = async () => ({ status: 'InService' }) as never;
    expect(await run('Update', forJupyterLab(SENT), { PhysicalResourceId: 'd-0' })).toBeInstanceOf(TypeError);
    expect(domain.writes).toEqual([]);
  });
});

describe('detaching an image', () => {
  test('removes its entry and nothing else', async () => {
    await run('Create');
    expect(await run('Delete')).toBeUndefined();
    expect(domain.settings).toEqual(SETTINGS);
  });

  test('removes it in any version', async () => {
    await run('Create', inVersion('9'));
    expect(await run('Delete')).toBeUndefined();
    expect(domain.settings).toEqual(SETTINGS);
  });

  test('succeeds without a write if the entry is gone', async () => {
    expect(await run('Delete')).toBeUndefined();
    expect(domain.writes).toEqual([]);
  });

  test('succeeds if the domain is gone', async () => {
    domain.exists = false;
    expect(await run('Delete')).toBeUndefined();
  });

  test('succeeds if the domain disappears while it waits', async () => {
    await run('Create');
    domain.status = 'Updating';
    void world.sleep(20_000).then(() => { domain.exists = false; });
    expect(await run('Delete')).toBeUndefined();
  });

  // Until then, the entries refer to configurations that are deleted next.
  test('waits until a domain that is being deleted is gone', async () => {
    await run('Create');
    domain.status = 'Deleting';
    void world.sleep(5 * 60_000).then(() => { domain.exists = false; });
    expect(await run('Delete')).toBeUndefined();
    expect(domain.exists).toBe(false);
    expect(domain.writes).toHaveLength(1);
  });

  test('removes its entry if the deletion of the domain fails', async () => {
    await run('Create');
    domain.status = 'Deleting';
    void world.sleep(5 * 60_000).then(() => { domain.status = 'Delete_Failed'; });
    domain.onWrite = () => { domain.status = 'InService'; };
    expect(await run('Delete')).toBeUndefined();
    expect(domain.settings).toEqual(SETTINGS);
  });

  test('fails if the deletion of the domain does not end', async () => {
    domain.status = 'Deleting';
    expect(await messageOf(run('Delete'))).toMatch(
      /timed out while waiting \(the domain is being deleted\); nothing was changed; make sure that the domain is InService or gone and deploy again$/);
  });

  test.each(['Failed', 'Update_Failed', 'Delete_Failed'])('succeeds without a write if the entry is gone from a domain with status %s', async (status) => {
    domain.status = status;
    expect(await run('Delete')).toBeUndefined();
    expect(domain.writes).toEqual([]);
  });

  test('succeeds if its update failed for another reason and the entry is gone', async () => {
    await run('Create');
    domain.onWrite = () => { domain.status = 'Update_Failed'; };
    expect(await run('Delete')).toBeUndefined();
    expect(domain.list()).toEqual(OTHERS);
  });

  // CloudFormation then makes up a physical id, and sends the deletion with it.
  describe('after a creation without a response', () => {
    const unanswered = { PhysicalResourceId: 'Stack-Attachment-1A2B3C4D5E6F' };

    test('removes the entry, so that the next version can be attached', async () => {
      await run('Create');
      expect(await run('Delete', forJupyterLab(SENT), unanswered)).toBeUndefined();
      expect(domain.settings).toEqual(SETTINGS);
      expect(await run('Create', inVersion('4'))).toBeUndefined();
    });

    test('keeps an entry with another version, which is somebody else\'s', async () => {
      startWith({ JupyterLabAppSettings: { CustomImages: [{ ...ENTRY, ImageVersionNumber: 2 }] } });
      expect(await run('Delete', forJupyterLab(SENT), unanswered)).toBeUndefined();
      expect(domain.list()).toEqual([{ ...ENTRY, ImageVersionNumber: 2 }]);
      expect(domain.writes).toEqual([]);
    });

    test('is logged, whether there is something to detach or not', async () => {
      const logged = () => (console.log as jest.Mock).mock.calls.map(([line]) => JSON.parse(line)).filter(({ physicalId }) => physicalId);
      await run('Delete', forJupyterLab(SENT), unanswered);
      expect(logged()).toEqual([{ message: 'detaching what may have been attached', physicalId: 'Stack-Attachment-1A2B3C4D5E6F' }]);
      await run('Delete', {}, unanswered);
      expect(logged().slice(1)).toEqual([{ message: 'nothing to detach', physicalId: 'Stack-Attachment-1A2B3C4D5E6F' }]);
    });

    test('succeeds if the domain never existed', async () => {
      domain.exists = false;
      expect(await run('Delete', forJupyterLab(SENT), unanswered)).toBeUndefined();
    });
  });
});

test('names that differ only in case are the same entry', async () => {
  await run('Create');
  const other = forJupyterLab({ ...SENT, ImageName: 'Torch', AppImageConfigName: 'Torch-JL' });
  expect(await update(forJupyterLab(SENT), other)).toBeUndefined();
  expect(domain.list()).toEqual([...OTHERS, ENTRY]);
  expect(domain.writes).toHaveLength(1);
});

test('the physical id contains the target but not the entries', () => {
  const id = (properties: object) => attachments.physicalId(attachmentEvent('Create', properties));
  expect(id(forJupyterLab(SENT))).toBe('d-1');
  expect(id({ DomainId: 'd-1', UserProfileName: 'ann', UserSettings: {} })).toBe('d-1/user-profile/ann');
  expect(id({ DomainId: 'd-1', SpaceName: 'ann' })).toBe('d-1/space/ann');
  expect(() => id({})).toThrow('DomainId must be a non-empty string, got undefined');
});

test('a deletion with a made-up physical id succeeds without a call, even if its properties are not valid', async () => {
  for (const properties of [{}, forJupyterLab({ ImageName: 5 })]) {
    expect(await run('Delete', properties, { PhysicalResourceId: 'Stack-Attachment-1A2B3C4D5E6F' })).toBeUndefined();
  }
  expect(domain.reads).toBe(0);
});
