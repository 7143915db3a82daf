import { forJupyterLab, messageOf, OTHERS, type Scene, scene, SETTINGS, SPACE_SETTINGS } from './scene';
import { serviceError } from '../world';

let world: Scene['world'];
let domain: Scene['domain'];
let run: Scene['run'];
let update: Scene['update'];
let log: jest.SpyInstance;

function start(...args: Parameters<typeof scene>): void {
  ({ world, domain, run, update } = scene(...args));
}

beforeEach(() => {
  log = jest.spyOn(console, 'log').mockImplementation();
  start({}, { DefaultUserSettings: SETTINGS, DefaultSpaceSettings: SPACE_SETTINGS });
});

const image = (ImageName: string, ImageVersionNumber?: number | string) => ({ ImageName, AppImageConfigName: 'c', ...ImageVersionNumber && { ImageVersionNumber } });
const A = image('a', '1');
const B = image('b', '2');
const C = image('c');

/** Entries in three lists of two settings blocks. */
const IN_BOTH = {
  DomainId: 'd-1',
  DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [A, B] }, KernelGatewayAppSettings: { CustomImages: [C] } },
  DefaultSpaceSettings: { CodeEditorAppSettings: { CustomImages: [A] } },
};

describe('attaching several images', () => {
  test('needs one write for both settings blocks of a domain, and changes nothing else', async () => {
    expect(await run('Create', IN_BOTH)).toBeUndefined();
    expect(domain.writes).toHaveLength(1);
    expect(domain.blocks).toEqual({
      DefaultUserSettings: {
        ...SETTINGS,
        JupyterLabAppSettings: { ...SETTINGS.JupyterLabAppSettings, CustomImages: [...OTHERS, image('a', 1), image('b', 2)] },
        KernelGatewayAppSettings: { CustomImages: [image('c')] },
      },
      DefaultSpaceSettings: {
        ...SPACE_SETTINGS,
        CodeEditorAppSettings: { CustomImages: [{ ImageName: 'editor', AppImageConfigName: 'z', ImageVersionNumber: 5 }, image('a', 1)] },
      },
    });
  });

  test('needs one write for 200 images', async () => {
    const all = [...Array(200).keys()].map((index) => image(`image-${index}`, String(index + 1)));
    expect(await run('Create', forJupyterLab(...all))).toBeUndefined();
    expect(domain.writes).toHaveLength(1);
    expect(domain.list()).toEqual([...OTHERS, ...[...Array(200).keys()].map((index) => image(`image-${index}`, index + 1))]);
    expect(world.now()).toBeLessThan(20_000);
  });

  test('does not send settings blocks whose lists do not change', async () => {
    const forUsers = { ...IN_BOTH, DefaultSpaceSettings: {} };
    await run('Create', forUsers);
    await update(forUsers, IN_BOTH);
    await update(IN_BOTH, forUsers);
    expect(domain.writes.map((blocks) => Object.keys(blocks))).toEqual([['DefaultUserSettings'], ['DefaultSpaceSettings'], ['DefaultSpaceSettings']]);
  });

  test('creates settings blocks that the domain does not have', async () => {
    start({}, { DefaultUserSettings: {} });
    expect(await run('Create', IN_BOTH)).toBeUndefined();
    expect(domain.blocks.DefaultSpaceSettings).toEqual({ CodeEditorAppSettings: { CustomImages: [image('a', 1)] } });
  });

  test('writes nothing if all of them are already attached', async () => {
    await run('Create', IN_BOTH);
    expect(await run('Create', IN_BOTH)).toBeUndefined();
    expect(domain.writes).toHaveLength(1);
  });

  test('writes nothing if somebody else attached other versions, and names each conflict', async () => {
    start({}, {
      DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [image('A', 7), image('b', 2)] }, KernelGatewayAppSettings: { CustomImages: [image('c', 4)] } },
      DefaultSpaceSettings: { CodeEditorAppSettings: { CustomImages: [image('a')] } },
    });
    const before = structuredClone(domain.blocks);
    expect(await run('Create', IN_BOTH)).toMatchObject({
      untouched: true,
      message: "updating the images of domain 'd-1' (4 added) failed: somebody else attached other versions of 3 images; nothing was changed; "
        + 'remove these entries or use different app image configs: '
        + "DefaultUserSettings.JupyterLabAppSettings: 'a' with 'c' (found 7, expected 1); "
        + "DefaultUserSettings.KernelGatewayAppSettings: 'c' with 'c' (found 4, expected latest); "
        + "DefaultSpaceSettings.CodeEditorAppSettings: 'a' with 'c' (found latest, expected 1)",
    });
    expect(domain.writes).toEqual([]);
    expect(domain.blocks).toEqual(before);
  });

  test('logs all conflicts, even if there are 200', async () => {
    const all = [...Array(200).keys()].map((index) => image(`image-${index}`, 1));
    start({}, { DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: all } } });
    const message = await messageOf(run('Create', forJupyterLab(...all.map((one) => ({ ...one, ImageVersionNumber: '2' })))));
    expect(message).toContain("'image-199' with 'c' (found 1, expected 2)");
    const logged = log.mock.calls.map(([line]) => JSON.parse(line)).find(({ conflicts }) => conflicts);
    expect(logged.conflicts).toHaveLength(200);
    expect(logged.conflicts[199]).toEqual({
      settings: 'DefaultUserSettings', app: 'JupyterLabAppSettings', ImageName: 'image-199', AppImageConfigName: 'c', ImageVersionNumber: 2, found: 1,
    });
  });

  test('changes nothing if the lists are empty or missing', async () => {
    for (const properties of [{ DomainId: 'd-1' }, { DomainId: 'd-1', DefaultUserSettings: {} }, forJupyterLab()]) {
      expect(await run('Create', properties)).toBeUndefined();
    }
    expect(domain.writes).toEqual([]);
  });
});

describe('updating the images of a target', () => {
  beforeEach(() => run('Create', forJupyterLab(A, B, C)));

  test('removes, changes and adds entries in one write', async () => {
    expect(await update(forJupyterLab(A, B, C), forJupyterLab(image('d', '9'), C, { ...B, ImageVersionNumber: '5' }))).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, image('b', 5), image('c'), image('d', 9)]);
    expect(domain.writes).toHaveLength(2);
  });

  test('adds new entries in the order of the properties', async () => {
    await update(forJupyterLab(A, B, C), forJupyterLab(image('z', '1'), A, image('y', '1'), B, C));
    expect(domain.list().map(({ ImageName }) => ImageName)).toEqual(['other', 'last', 'a', 'b', 'c', 'z', 'y']);
  });

  test('moves an entry from one list to another', async () => {
    const after = { ...forJupyterLab(B, C), DefaultSpaceSettings: { CodeEditorAppSettings: { CustomImages: [A] } } };
    expect(await update(forJupyterLab(A, B, C), after)).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, image('b', 2), image('c')]);
    expect(domain.list('CodeEditorAppSettings', 'DefaultSpaceSettings')[1]).toEqual(image('a', 1));
    expect(domain.writes).toHaveLength(2);
  });

  test('removes an entry from one list, and keeps the same entry in other lists', async () => {
    const [lab, editor] = [{ JupyterLabAppSettings: { CustomImages: [A] } }, { CodeEditorAppSettings: { CustomImages: [A] } }];
    const all = { DomainId: 'd-1', DefaultUserSettings: { ...lab, ...editor }, DefaultSpaceSettings: lab };
    start({}, { DefaultUserSettings: {}, DefaultSpaceSettings: {} });
    await run('Create', all);
    const listed = () => [domain.list(), domain.list('CodeEditorAppSettings'), domain.list('JupyterLabAppSettings', 'DefaultSpaceSettings')].map(({ length }) => length);
    expect(listed()).toEqual([1, 1, 1]);
    expect(await update(all, { ...all, DefaultUserSettings: editor })).toBeUndefined();
    expect(listed()).toEqual([0, 1, 1]);
    expect(await update({ ...all, DefaultUserSettings: editor }, { ...all, DefaultUserSettings: editor, DefaultSpaceSettings: {} })).toBeUndefined();
    expect(listed()).toEqual([0, 1, 0]);
  });

  test('names the one entry that changes', async () => {
    domain.onRead = () => { throw serviceError('ValidationException', 'no'); };
    expect(await messageOf(update(forJupyterLab(A, B), forJupyterLab(A, { ...B, ImageVersionNumber: '5' })))).toMatch(/^changing image 'b' \(app image config 'c'\) to version 5 in /);
  });

  test('writes nothing if only the order of the properties differs', async () => {
    expect(await update(forJupyterLab(A, B, C), forJupyterLab(C, B, A))).toBeUndefined();
    expect(domain.writes).toHaveLength(1);
  });

  test('restores entries that somebody removed manually', async () => {
    domain.putSettings(SETTINGS);
    expect(await update(forJupyterLab(A, B, C), forJupyterLab(A, { ...B, ImageVersionNumber: '3' }))).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, image('a', 1), image('b', 3)]);
  });

  test.each<[string, object]>([
    ['are for another target', { ...forJupyterLab(A, B, C), DomainId: 'd-0' }],
    ['are not valid', forJupyterLab(A, B, { ImageName: '' })],
    ['are missing', {}],
  ])('removes nothing and reports conflicts if the old properties %s', async (_, old) => {
    expect(await update(old, forJupyterLab(A, image('d', '1')))).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, image('a', 1), image('b', 2), image('c'), image('d', 1)]);
    expect(await messageOf(update(old, forJupyterLab({ ...A, ImageVersionNumber: '4' })))).toMatch(/'a' with 'c' \(found 1, expected 4\)/);
  });

  test('reports conflicts only for new entries', async () => {
    domain.putSettings({ JupyterLabAppSettings: { CustomImages: [image('a', 8), image('d', 8)] } });
    expect(await messageOf(update(forJupyterLab(A), forJupyterLab({ ...A, ImageVersionNumber: '2' }, image('d', '1')))))
      .toBe("updating the images of domain 'd-1' (1 added, 1 changed) failed: somebody else attached another version of this image; nothing was changed; "
        + "remove these entries or use different app image configs: DefaultUserSettings.JupyterLabAppSettings: 'd' with 'c' (found 8, expected 1)");
  });
});

describe('a rollback', () => {
  test('does not change the entry of somebody else that made the update fail', async () => {
    const foreign = { ...image('x', 4), Later: true };
    start({}, { DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [...OTHERS, foreign] } } });
    await run('Create', forJupyterLab(A));
    const [before, writes] = [structuredClone(domain.blocks), domain.writes.length];
    const wanted = forJupyterLab({ ...A, ImageVersionNumber: '2' }, image('x', '3'));
    expect(await messageOf(update(forJupyterLab(A), wanted))).toMatch(/'x' with 'c' \(found 4, expected 3\)/);
    // Now the old properties contain x, although it was never attached.
    expect(await update(wanted, forJupyterLab(A))).toBeUndefined();
    expect(domain.blocks).toEqual(before);
    expect(domain.writes).toHaveLength(writes);
  });

  test('removes what the update added and restores what it removed', async () => {
    await run('Create', forJupyterLab(A, B));
    await update(forJupyterLab(A, B), forJupyterLab(B, C));
    expect(await update(forJupyterLab(B, C), forJupyterLab(A, B))).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, image('b', 2), image('a', 1)]);
  });
});

describe('detaching several images', () => {
  test('removes only them from both settings blocks in one write, in any version', async () => {
    await run('Create', IN_BOTH);
    domain.putSettings({ JupyterLabAppSettings: { ...SETTINGS.JupyterLabAppSettings, CustomImages: [image('a', 8), OTHERS[0], image('b'), OTHERS[1]] } });
    expect(await run('Delete', IN_BOTH)).toBeUndefined();
    expect(domain.blocks).toEqual({
      DefaultUserSettings: { ...SETTINGS, KernelGatewayAppSettings: { CustomImages: [] } },
      DefaultSpaceSettings: SPACE_SETTINGS,
    });
    expect(domain.writes).toHaveLength(3);
  });

  test('removes the remaining ones if some are gone', async () => {
    await run('Create', forJupyterLab(A, B));
    expect(await run('Delete', forJupyterLab(image('gone', '1'), B, A))).toBeUndefined();
    expect(domain.settings).toEqual(SETTINGS);
  });

  test('reports their number if it fails', async () => {
    domain.onRead = () => { throw serviceError('AccessDeniedException', 'no sagemaker:DescribeDomain'); };
    expect(await messageOf(run('Delete', IN_BOTH)))
      .toMatch(/^updating the images of domain 'd-1' \(4 removed\) failed: AccessDeniedException: no sagemaker:DescribeDomain; nothing was changed; grant this action to the role of the Lambda function and deploy again$/);
  });
});

describe('roles and other settings of several settings blocks', () => {
  const passing = (...PassExecutionRole: string[]) => ({ ...IN_BOTH, PassExecutionRole });
  const noPassRole = () => serviceError('AccessDeniedException', 'not authorized to perform: iam:PassRole on resource: x');
  const rolesSent = () => domain.writes.map((blocks) => Object.values(blocks).map((block) => block.ExecutionRole));

  test.each<[string[], (string | undefined)[]]>([
    [[], [undefined, undefined]],
    [['DefaultUserSettings'], ['arn:aws:iam::111111111111:role/execution', undefined]],
    [['DefaultSpaceSettings'], [undefined, 'arn:aws:iam::111111111111:role/spaces']],
    [['DefaultUserSettings', 'DefaultSpaceSettings'], ['arn:aws:iam::111111111111:role/execution', 'arn:aws:iam::111111111111:role/spaces']],
  ])('sends only the execution roles of %j', async (blocks, roles) => {
    expect(await run('Create', passing(...blocks))).toBeUndefined();
    expect(rolesSent()).toEqual([roles]);
  });

  test('restores the role of each block if SageMaker drops omitted settings', async () => {
    start({ dropsOmitted: true }, { DefaultUserSettings: SETTINGS, DefaultSpaceSettings: SPACE_SETTINGS });
    expect(await run('Create', passing('DefaultSpaceSettings'))).toBeUndefined();
    expect(domain.blocks).toMatchObject({
      DefaultUserSettings: { ExecutionRole: SETTINGS.ExecutionRole },
      DefaultSpaceSettings: { ExecutionRole: SPACE_SETTINGS.ExecutionRole },
    });
    // The second write contains only the block that lost a setting.
    expect(domain.writes.map((blocks) => Object.keys(blocks))).toEqual([['DefaultUserSettings', 'DefaultSpaceSettings'], ['DefaultUserSettings']]);
  });

  test('omits all roles if it may not pass one of them', async () => {
    domain.onWrite = ({ DefaultUserSettings: settings = {} }) => { if ('ExecutionRole' in settings) { throw noPassRole(); } };
    expect(await run('Create', passing('DefaultUserSettings', 'DefaultSpaceSettings'))).toBeUndefined();
    expect(rolesSent()).toEqual([[undefined, undefined]]);
    expect(domain.writes[0]).toMatchObject({ DefaultUserSettings: { SecurityGroups: ['sg-2', 'sg-1'] }, DefaultSpaceSettings: { SecurityGroups: ['sg-3'] } });
  });

  test('sends only the settings of the apps if SageMaker rejects other settings', async () => {
    domain.onWrite = ({ DefaultSpaceSettings: settings = {} }) => { if ('SecurityGroups' in settings) { throw serviceError('ValidationException', 'no'); } };
    expect(await run('Create', IN_BOTH)).toBeUndefined();
    expect(domain.writes.map((blocks) => Object.entries(blocks).map(([name, block]) => [name, ...Object.keys(block)]))).toEqual([
      [['DefaultUserSettings', 'JupyterLabAppSettings', 'KernelGatewayAppSettings'], ['DefaultSpaceSettings', 'CodeEditorAppSettings']],
    ]);
  });

  test('restores all settings if SageMaker drops omitted settings after it rejected them temporarily', async () => {
    start({ dropsOmitted: true }, { DefaultUserSettings: SETTINGS, DefaultSpaceSettings: SPACE_SETTINGS });
    let writes = 0;
    domain.onWrite = () => { if (++writes <= 2) { throw serviceError('ValidationException', 'no'); } };
    expect(await run('Create', IN_BOTH)).toBeUndefined();
    expect(domain.blocks).toMatchObject({
      DefaultUserSettings: { ExecutionRole: SETTINGS.ExecutionRole, SecurityGroups: ['sg-2', 'sg-1'], NotInTheModelEither: { a: null } },
      DefaultSpaceSettings: { ExecutionRole: SPACE_SETTINGS.ExecutionRole, SecurityGroups: ['sg-3'] },
    });
    expect(domain.list()).toHaveLength(4);
  });

  test('restores a role that disappears only after another block was written again', async () => {
    const dropRole = (name: 'DefaultUserSettings' | 'DefaultSpaceSettings') => {
      const { ExecutionRole, ...rest } = domain.blocks[name]!;
      domain.blocks = { ...domain.blocks, [name]: rest };
    };
    domain.onRead = (count) => {
      if (count === 2) {
        dropRole('DefaultUserSettings');
      } else if (count === 3) {
        dropRole('DefaultSpaceSettings');
      }
    };
    expect(await run('Create', IN_BOTH)).toBeUndefined();
    expect(domain.blocks).toMatchObject({
      DefaultUserSettings: { ExecutionRole: SETTINGS.ExecutionRole },
      DefaultSpaceSettings: { ExecutionRole: SPACE_SETTINGS.ExecutionRole },
    });
  });

  test('restores a role of a block that is gone after a deletion', async () => {
    start({}, { DefaultUserSettings: SETTINGS, DefaultSpaceSettings: { ExecutionRole: 'arn', CodeEditorAppSettings: { CustomImages: [image('a', 1)] } } });
    const { DefaultUserSettings, ...blocks } = IN_BOTH;
    domain.onRead = (count) => { if (count === 2) { domain.blocks = { DefaultUserSettings: domain.blocks.DefaultUserSettings }; } };
    expect(await run('Delete', blocks)).toBeUndefined();
    expect(domain.blocks).toEqual({ DefaultUserSettings: SETTINGS, DefaultSpaceSettings: { ExecutionRole: 'arn' } });
  });

  test('omits only the roles if it may not pass the one that the app names', async () => {
    domain.onWrite = ({ DefaultUserSettings: settings = {} }) => { if ('ExecutionRole' in settings) { throw noPassRole(); } };
    expect(await run('Create', passing('DefaultUserSettings'))).toBeUndefined();
    expect(rolesSent()).toEqual([[undefined, undefined]]);
    expect(domain.writes[0]).toMatchObject({ DefaultUserSettings: { SecurityGroups: ['sg-2', 'sg-1'] }, DefaultSpaceSettings: { SecurityGroups: ['sg-3'] } });
  });

  test('sends everything as long as settings that SageMaker dropped are not restored', async () => {
    start({ dropsOmitted: true }, { DefaultUserSettings: SETTINGS });
    let refused = 0;
    domain.onWrite = ({ DefaultUserSettings: settings = {} }) => { if ('ExecutionRole' in settings && ++refused <= 3) { throw serviceError('ValidationException', 'no'); } };
    expect(await run('Create', forJupyterLab(A))).toBeUndefined();
    domain.writes.forEach(({ DefaultUserSettings: settings }) => expect(settings).toHaveProperty('SecurityGroups'));
    expect(domain.settings).toMatchObject({ ExecutionRole: SETTINGS.ExecutionRole, SecurityGroups: ['sg-2', 'sg-1'] });
  });

  test('names the settings that each block lost', async () => {
    start({ dropsOmitted: true }, { DefaultUserSettings: SETTINGS, DefaultSpaceSettings: SPACE_SETTINGS });
    domain.onWrite = (blocks) => { if (Object.values(blocks).some((block) => 'ExecutionRole' in block)) { throw noPassRole(); } };
    expect(await messageOf(run('Create', IN_BOTH))).toContain('SageMaker dropped DefaultUserSettings.ExecutionRole, DefaultSpaceSettings.ExecutionRole: restore them manually');
  });
});
