import { ENTRY, event, ID } from './events';
import { messageOf, OTHERS, Scene, scene, SETTINGS } from './scene';
import { noAnswer, serviceError } from './world';

let world: Scene['world'];
let domain: Scene['domain'];
let attachment: Scene['attachment'];
let run: Scene['run'];

function start(...args: Parameters<typeof scene>): void {
  ({ world, domain, attachment, run } = scene(...args));
}

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
