import { attachmentEvent, ENTRY, forJupyterLab, messageOf, OTHERS, type Scene, scene, SENT, SETTINGS } from './scene';
import { noAnswer, serviceError } from '../world';

let world: Scene['world'];
let domain: Scene['domain'];
let attachments: Scene['attachments'];
let run: Scene['run'];
let update: Scene['update'];

function start(...args: Parameters<typeof scene>): void {
  ({ world, domain, attachments, run, update } = scene(...args));
}

/** A domain with these settings for users. */
function startWith(settings: object, ...more: Parameters<typeof scene>): void {
  start(more[0], { DefaultUserSettings: settings });
}

const inVersion = (ImageVersionNumber: string) => forJupyterLab({ ...SENT, ImageVersionNumber });
const passingRole = { ...forJupyterLab(SENT), PassExecutionRole: ['DefaultUserSettings'] };

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation();
  start();
});

describe('attaching an image', () => {
  test('adds its entry at the end and changes nothing else', async () => {
    expect(await run('Create')).toBeUndefined();
    expect(domain.settings).toEqual({
      ...SETTINGS,
      JupyterLabAppSettings: { ...SETTINGS.JupyterLabAppSettings, CustomImages: [...OTHERS, ENTRY] },
    });
    expect(domain.writes).toHaveLength(1);
  });

  test('creates the settings of an app that has none', async () => {
    startWith({ ExecutionRole: 'arn' });
    expect(await run('Create')).toBeUndefined();
    expect(domain.settings).toEqual({ ExecutionRole: 'arn', JupyterLabAppSettings: { CustomImages: [ENTRY] } });
  });

  test('sends back all settings that it read, except for the execution role, which needs a permission', async () => {
    await run('Create');
    const { ExecutionRole, ...rest } = SETTINGS;
    expect(domain.writes[0].DefaultUserSettings).toMatchObject({ ...rest, JupyterLabAppSettings: { NotInTheModel: true } });
    expect(domain.writes[0].DefaultUserSettings).not.toHaveProperty('ExecutionRole');
  });

  test('brings back the execution role if the service forgets what it is not sent', async () => {
    start({ forgets: true });
    expect(await run('Create')).toBeUndefined();
    expect(domain.settings).toEqual({
      ...SETTINGS,
      JupyterLabAppSettings: { ...SETTINGS.JupyterLabAppSettings, CustomImages: [...OTHERS, ENTRY] },
    });
  });

  test('sends the execution role if it may pass it', async () => {
    start({ forgets: true });
    expect(await run('Create', passingRole)).toBeUndefined();
    expect(domain.writes).toHaveLength(1);
    expect(domain.settings).toMatchObject({ ExecutionRole: SETTINGS.ExecutionRole, SecurityGroups: SETTINGS.SecurityGroups });
  });

  test('leaves out only the execution role if it may pass another role than this one', async () => {
    domain.onWrite = ({ DefaultUserSettings: settings = {} }) => {
      if ('ExecutionRole' in settings) {
        throw serviceError('AccessDeniedException', 'not authorized to perform: iam:PassRole on resource: x');
      }
    };
    expect(await run('Create', passingRole)).toBeUndefined();
    expect(Object.keys(domain.writes[0].DefaultUserSettings!).sort()).toEqual(Object.keys(SETTINGS).filter((name) => name !== 'ExecutionRole').sort());
    expect(domain.settings).toMatchObject(({ ExecutionRole: SETTINGS.ExecutionRole }));
  });

  test('does not bring back what somebody else removed', async () => {
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

  test('names settings that the service dropped and that cannot be restored', async () => {
    start({ forgets: true });
    domain.onWrite = ({ DefaultUserSettings: settings = {} }) => {
      if ('ExecutionRole' in settings) {
        throw serviceError('AccessDeniedException', 'not authorized to perform: iam:PassRole on resource: x');
      }
    };
    expect(await messageOf(run('Create') as Promise<Error | undefined>)).toContain('the service dropped ExecutionRole of DefaultUserSettings: set that again by hand');
  });

  test('sends only the settings of the app if other settings name roles that it may not pass', async () => {
    domain.onWrite = ({ DefaultUserSettings: settings = {} }) => {
      if ('NotInTheModelEither' in settings) {
        throw serviceError('AccessDeniedException', 'not authorized to perform: iam:PassRole on resource: x');
      }
    };
    expect(await run('Create')).toBeUndefined();
    expect(Object.keys(domain.writes[0].DefaultUserSettings!)).toEqual(['JupyterLabAppSettings']);
    expect(domain.settings).toMatchObject({ ExecutionRole: SETTINGS.ExecutionRole, SecurityGroups: SETTINGS.SecurityGroups });
  });

  test('sends only the settings of the app if the service refuses other settings that it returned itself', async () => {
    domain.onWrite = ({ DefaultUserSettings: settings = {} }) => {
      if ('SecurityGroups' in settings) {
        throw serviceError('ValidationException', 'security groups cannot be changed while apps are running');
      }
    };
    expect(await run('Create')).toBeUndefined();
    expect(Object.keys(domain.writes[0].DefaultUserSettings!)).toEqual(['JupyterLabAppSettings']);
  });

  test('that is already attached writes nothing', async () => {
    await run('Create');
    expect(await run('Create')).toBeUndefined();
    expect(domain.writes).toHaveLength(1);
  });

  test('that somebody else attached in another version fails and changes nothing', async () => {
    startWith({ JupyterLabAppSettings: { CustomImages: [{ ...ENTRY, ImageVersionNumber: 1 }] } });
    expect(await run('Create')).toMatchObject({
      untouched: true,
      message: "attaching image 'torch' with app image config 'torch-jl' in version 3 to JupyterLabAppSettings in DefaultUserSettings of domain 'd-1' failed: "
        + 'somebody else has attached another version there; nothing was changed; '
        + "remove these entries or use other app image configs: JupyterLabAppSettings in DefaultUserSettings: 'torch' with 'torch-jl' (found 1, wanted 3)",
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

describe('a new version', () => {
  test('changes the entry where it stands', async () => {
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

  test('restores an entry that somebody removed by hand', async () => {
    expect(await update(inVersion('3'), inVersion('4'))).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, { ...ENTRY, ImageVersionNumber: 4 }]);
  });

  test('replaces a version that somebody set by hand', async () => {
    startWith({ JupyterLabAppSettings: { CustomImages: [{ ...ENTRY, ImageVersionNumber: 9 }] } });
    expect(await update(inVersion('3'), inVersion('4'))).toBeUndefined();
    expect(domain.list()).toEqual([{ ...ENTRY, ImageVersionNumber: 4 }]);
  });
});

describe('another target', () => {
  // The fake is the new one.
  const move = () => run('Update', forJupyterLab(SENT), { PhysicalResourceId: 'd-0', OldResourceProperties: { ...forJupyterLab(SENT), DomainId: 'd-0' } });

  test('gets the entry, and the old one is left to the deletion that CloudFormation sends', async () => {
    expect(await move()).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
    expect(new Set(domain.called.map(({ key }) => key.DomainId))).toEqual(new Set(['d-1']));
  });

  test('that has the image in another version is left alone', async () => {
    startWith({ JupyterLabAppSettings: { CustomImages: [{ ...ENTRY, ImageVersionNumber: 1 }] } });
    expect(await messageOf(move())).toMatch(/somebody else has attached another version there; nothing was changed/);
    expect(domain.writes).toEqual([]);
  });

  test('loses the entry again if it cannot be attached there', async () => {
    domain.onWrite = (_, count) => {
      domain.status = count === 1 ? 'Update_Failed' : 'InService';
    };
    expect(await messageOf(move())).toMatch(/the update failed/);
    expect(domain.settings).toEqual(SETTINGS);
  });

  test('loses the entry again even after the time to attach it is over', async () => {
    // From the write on nobody answers, until there is only the time left that is for this.
    domain.onRead = () => { if (domain.writes.length > 0 && world.now() < 12.5 * 60_000) { throw noAnswer(); } };
    expect(await messageOf(move())).toMatch(/it took too long; at last, TimeoutError/);
    expect(domain.writes).toHaveLength(2);
    expect(domain.settings).toEqual(SETTINGS);
  });

  test('keeps another version that somebody else attached in the meantime', async () => {
    domain.onWrite = () => { domain.status = 'Update_Failed'; };
    domain.onRead = (count) => {
      if (count === 3) {
        domain.status = 'InService';
        domain.putSettings({ JupyterLabAppSettings: { CustomImages: [{ ...ENTRY, ImageVersionNumber: 8 }] } });
        domain.status = 'InService';
      }
    };
    expect(await messageOf(move())).toMatch(/the update failed/);
    expect(domain.list()).toEqual([{ ...ENTRY, ImageVersionNumber: 8 }]);
  });

  test('that cannot be cleaned up makes the failure say so', async () => {
    domain.onWrite = () => { domain.status = 'Update_Failed'; };
    domain.onRead = (count) => { if (count > 2) { throw serviceError('AccessDeniedException', 'no sagemaker:DescribeDomain'); } };
    expect(await messageOf(move())).toMatch(/the update failed .*; after that, detaching image 'torch' .* failed: .*no sagemaker:DescribeDomain/);
  });
});

describe('detaching an image', () => {
  test('removes its entry and nothing else', async () => {
    await run('Create');
    expect(await run('Delete')).toBeUndefined();
    expect(domain.settings).toEqual(SETTINGS);
  });

  test('removes it in whatever version it is', async () => {
    await run('Create', inVersion('9'));
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

  test('does nothing after a creation that was never answered', async () => {
    startWith({ JupyterLabAppSettings: { CustomImages: [ENTRY] } });
    expect(await run('Delete', forJupyterLab(SENT), { PhysicalResourceId: 'Stack-Attachment-1A2B3C4D5E6F' })).toBeUndefined();
    expect(domain.reads).toBe(0);
  });
});

test('a name that only changes in case is the same entry', async () => {
  await run('Create');
  const other = forJupyterLab({ ...SENT, ImageName: 'Torch', AppImageConfigName: 'Torch-JL' });
  expect(await update(forJupyterLab(SENT), other)).toBeUndefined();
  expect(domain.list()).toEqual([...OTHERS, ENTRY]);
  expect(domain.writes).toHaveLength(1);
});

test('the physical id is the target, without the entries', () => {
  const id = (properties: object) => attachments.physicalId(attachmentEvent('Create', properties));
  expect(id(forJupyterLab(SENT))).toBe('d-1');
  expect(id({ DomainId: 'd-1', UserProfileName: 'ann', UserSettings: {} })).toBe('d-1/user-profile/ann');
  expect(id({ DomainId: 'd-1', SpaceName: 'ann' })).toBe('d-1/space/ann');
});

test('a deletion with an id that CloudFormation made up succeeds without a call, even if its properties are not valid', async () => {
  for (const properties of [{}, forJupyterLab({ ImageName: 5 })]) {
    expect(await run('Delete', properties, { PhysicalResourceId: 'Stack-Attachment-1A2B3C4D5E6F' })).toBeUndefined();
  }
  expect(domain.reads).toBe(0);
});
