import { attachmentEvent, messageOf, type Scene, scene } from './scene';
import { noResponse, serviceError } from '../world';

const ACCOUNT = 'arn:aws:sagemaker:eu-west-1:111111111111';
/** The members of a default that name an image. */
const imageOf = (name: string, version: number) =>
  ({ SageMakerImageArn: `${ACCOUNT}:image/${name}`, SageMakerImageVersionArn: `${ACCOUNT}:image-version/${name}/${version}` });
const OTHER_SETTINGS = { InstanceType: 'ml.m5.large', LifecycleConfigArn: 'arn:lifecycle', Later: { deep: [null] } };
const SAGEMAKERS = { SageMakerImageArn: 'arn:aws:sagemaker:eu-west-1:819792524951:image/sagemaker-distribution-cpu', SageMakerImageVersionAlias: '2.0.0' };
const ENTRY = { ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber: 3 };

let world: Scene['world'];
let domain: Scene['domain'];
let run: Scene['run'];
let update: Scene['update'];
let log: jest.SpyInstance;

/** Starts with a domain with these JupyterLab settings in its default user settings. */
function start(settings: object | undefined, behaviour: Parameters<typeof scene>[0] = {}): void {
  ({ world, domain, run, update } = scene(behaviour, { DefaultUserSettings: { Kept: 1, ...settings && { JupyterLabAppSettings: settings } } }));
}

beforeEach(() => {
  log = jest.spyOn(console, 'log').mockImplementation();
});

/** Properties with a default for JupyterLab, and with these entries. */
const properties = (spec: object | undefined, ...images: object[]) =>
  ({ DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: { ...spec && { DefaultResourceSpec: spec }, CustomImages: images } } });
const torch = (version: number) => properties(imageOf('torch', version));
const NONE = properties(undefined);

const lab = () => domain.settings.JupyterLabAppSettings as any;
const spec = () => lab()?.DefaultResourceSpec;
const logged = (message: string) => log.mock.calls.map(([line]) => JSON.parse(line)).filter((line) => line.message === message);

describe('setting a default', () => {
  test('writes it together with the list, and keeps other settings of the app', async () => {
    start({ DefaultResourceSpec: OTHER_SETTINGS, CustomImages: [{ ImageName: 'a', AppImageConfigName: 'b' }], Kept: true });
    expect(await run('Create', properties(imageOf('torch', 3), { ...ENTRY, ImageVersionNumber: '3' }))).toBeUndefined();
    expect(domain.writes).toHaveLength(1);
    expect(domain.blocks).toEqual({
      DefaultUserSettings: {
        Kept: 1,
        JupyterLabAppSettings: {
          DefaultResourceSpec: { ...OTHER_SETTINGS, ...imageOf('torch', 3) },
          CustomImages: [{ ImageName: 'a', AppImageConfigName: 'b' }, ENTRY],
          Kept: true,
        },
      },
    });
  });

  test('creates the settings of an app if there are none, without a list', async () => {
    start(undefined);
    expect(await run('Create', { DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: { DefaultResourceSpec: imageOf('torch', 3) } } })).toBeUndefined();
    expect(domain.settings).toEqual({ Kept: 1, JupyterLabAppSettings: { DefaultResourceSpec: imageOf('torch', 3) } });
  });

  test('creates settings that the domain does not have', async () => {
    start({});
    expect(await run('Create', { DomainId: 'd-1', DefaultSpaceSettings: { JupyterLabAppSettings: { DefaultResourceSpec: imageOf('torch', 3) } } })).toBeUndefined();
    expect(domain.blocks.DefaultSpaceSettings).toEqual({ JupyterLabAppSettings: { DefaultResourceSpec: imageOf('torch', 3) } });
  });

  test('takes values that are no ARNs for no image', async () => {
    start({ DefaultResourceSpec: { SageMakerImageArn: 7, SageMakerImageVersionArn: '' } });
    expect(await run('Create', torch(3))).toBeUndefined();
    expect(spec()).toEqual(imageOf('torch', 3));
  });

  test.each(['UserProfile', 'Space'] as const)('works for a %s, and its deletion restores what was there', async (kind) => {
    const [block, name, path] = kind === 'Space' ? ['SpaceSettings', 'SpaceName', 'space'] : ['UserSettings', 'UserProfileName', 'user-profile'];
    const before = { [block]: { AppType: 'JupyterLab', CodeEditorAppSettings: { DefaultResourceSpec: OTHER_SETTINGS } } };
    ({ domain, run } = scene({}, before));
    const target = { DomainId: 'd-1', [name]: 'team', [block]: { CodeEditorAppSettings: { DefaultResourceSpec: imageOf('torch', 3) } } };
    expect(await run('Create', target)).toBeUndefined();
    expect(domain.blocks).toEqual({ [block]: { AppType: 'JupyterLab', CodeEditorAppSettings: { DefaultResourceSpec: { ...OTHER_SETTINGS, ...imageOf('torch', 3) } } } });
    expect(await run('Delete', target, { PhysicalResourceId: `d-1/${path}/team` })).toBeUndefined();
    expect(domain.blocks).toEqual(before);
  });

  test('writes once if there is no response to a write that was accepted', async () => {
    start({});
    const { write } = domain.studio;
    jest.spyOn(domain.studio, 'write').mockImplementation(async (...args) => {
      await write(...args);
      throw noResponse();
    });
    expect(await run('Create', torch(3))).toBeUndefined();
    expect(domain.writes).toHaveLength(1);
    expect(spec()).toEqual(imageOf('torch', 3));
  });

  test('of a space does not send its app type if SageMaker refuses to update that', async () => {
    ({ domain, run } = scene({ accepts: (settings) => !('AppType' in settings), rejection: 'refusal' }, { SpaceSettings: { AppType: 'JupyterLab' } }));
    expect(await run('Create', { DomainId: 'd-1', SpaceName: 'team', SpaceSettings: { JupyterLabAppSettings: { DefaultResourceSpec: imageOf('torch', 3) } } })).toBeUndefined();
    expect(domain.blocks).toEqual({ SpaceSettings: { AppType: 'JupyterLab', JupyterLabAppSettings: { DefaultResourceSpec: imageOf('torch', 3) } } });
  });

  test.each([
    ['in another spelling', { SageMakerImageArn: `${ACCOUNT}:image/Torch`, SageMakerImageVersionArn: `${ACCOUNT}:image-version/Torch/3` }],
    ['without the ARN of the image', { SageMakerImageVersionArn: `${ACCOUNT}:image-version/torch/3` }],
  ])('writes nothing if it is set already, %s', async (_, found) => {
    start({ DefaultResourceSpec: found });
    expect(await run('Create', torch(3))).toBeUndefined();
    expect(domain.writes).toEqual([]);
  });

  test('sets the version of our image where it was cleared, as after an update that failed because SageMaker kept the image', async () => {
    start({ DefaultResourceSpec: imageOf('torch', 3) }, { mergesDefaults: true });
    expect(await messageOf(update(torch(3), NONE))).toContain('SageMaker accepted 3 writes, but kept the default image');
    expect(spec()).toEqual({ ...imageOf('torch', 3), SageMakerImageVersionArn: 'None' });
    expect(await update(NONE, torch(3))).toBeUndefined();
    expect(spec()).toEqual(imageOf('torch', 3));
  });

  test('replaces an image of SageMaker, with the alias of its version', async () => {
    start({ DefaultResourceSpec: { ...OTHER_SETTINGS, ...SAGEMAKERS } });
    expect(await run('Create', torch(3))).toBeUndefined();
    expect(spec()).toEqual({ ...OTHER_SETTINGS, ...imageOf('torch', 3) });
  });

  test.each([{}, imageOf('torch', 2)])('keeps an alias beside our image or no image (%j)', async (found) => {
    start({ DefaultResourceSpec: { ...found, SageMakerImageVersionAlias: '1.2' } });
    expect(await update(torch(2), torch(3))).toBeUndefined();
    expect(spec()).toEqual({ ...imageOf('torch', 3), SageMakerImageVersionAlias: '1.2' });
  });

  test('without a version removes the version that is there', async () => {
    start({ DefaultResourceSpec: imageOf('torch', 2) });
    expect(await update(torch(2), properties({ SageMakerImageArn: `${ACCOUNT}:image/torch` }))).toBeUndefined();
    expect(spec()).toEqual({ SageMakerImageArn: `${ACCOUNT}:image/torch` });
  });

  test('keeps the default in a write of one app, after SageMaker refused other settings', async () => {
    start({ DefaultResourceSpec: OTHER_SETTINGS }, { accepts: (settings) => !('Kept' in settings), rejection: 'refusal' });
    expect(await run('Create', properties(undefined, { ...ENTRY, ImageVersionNumber: '3' }))).toBeUndefined();
    const JupyterLabAppSettings = { DefaultResourceSpec: OTHER_SETTINGS, CustomImages: [ENTRY] };
    expect(domain.writes).toEqual([{ DefaultUserSettings: { JupyterLabAppSettings } }]);
  });

  test('writes the default again after a failed update of somebody else', async () => {
    start({ DefaultResourceSpec: imageOf('torch', 3) });
    domain.status = 'Update_Failed';
    domain.onWrite = () => { domain.status = 'InService'; };
    expect(await run('Create', torch(3))).toBeUndefined();
    expect(domain.writes).toEqual([{ DefaultUserSettings: { Kept: 1, JupyterLabAppSettings: { DefaultResourceSpec: imageOf('torch', 3) } } }]);
  });
});

describe('a default of somebody else', () => {
  test.each<[string, object, string]>([
    ['another image', imageOf('theirs', 1), `${ACCOUNT}:image-version/theirs/1`],
    ['another image without a version', { SageMakerImageArn: `${ACCOUNT}:image/theirs` }, `${ACCOUNT}:image/theirs`],
    ['a version of another image beside ours', { ...imageOf('theirs', 1), SageMakerImageArn: `${ACCOUNT}:image/torch` }, `${ACCOUNT}:image-version/theirs/1`],
    ['another version of our image', imageOf('torch', 2), `${ACCOUNT}:image-version/torch/2`],
  ])('with %s is a conflict at the first attachment, which changes nothing', async (_, found, arn) => {
    start({ DefaultResourceSpec: { ...found, InstanceType: 'system' } });
    expect(await run('Create', properties(imageOf('torch', 3), { ...ENTRY, ImageVersionNumber: '3' }))).toMatchObject({
      untouched: true,
      message: "attaching image 'torch' (version 3, app image config 'torch-jl') to DefaultUserSettings.JupyterLabAppSettings of domain 'd-1' and setting the default image failed: "
        + 'somebody else set another default image; nothing was changed; remove it or leave out defaultImage: '
        + `DefaultUserSettings.JupyterLabAppSettings: found ${arn}, expected ${ACCOUNT}:image-version/torch/3`,
    });
    expect(domain.writes).toEqual([]);
    expect(logged('giving up')[0].conflicts).toMatchObject([{ settings: 'DefaultUserSettings', app: 'JupyterLabAppSettings', image: imageOf('torch', 3) }]);
  });

  test('is a conflict even if our entry is already attached', async () => {
    start({ DefaultResourceSpec: imageOf('theirs', 1), CustomImages: [ENTRY] });
    expect(await messageOf(run('Create', properties(imageOf('torch', 3), { ...ENTRY, ImageVersionNumber: '3' })))).toContain('somebody else set another default image; nothing was changed');
  });

  test('is reported together with conflicts of entries', async () => {
    start({ DefaultResourceSpec: imageOf('theirs', 1), CustomImages: [{ ...ENTRY, ImageVersionNumber: 1 }] });
    expect(await messageOf(run('Create', properties(imageOf('torch', 3), { ...ENTRY, ImageVersionNumber: '3' })))).toContain(
      'failed: somebody else attached another version of this image, and somebody else set another default image; nothing was changed; '
      + "remove these entries or use different app image configs: DefaultUserSettings.JupyterLabAppSettings: 'torch' with 'torch-jl' (found 1, expected 3); "
      + `remove it or leave out defaultImage: DefaultUserSettings.JupyterLabAppSettings: found ${ACCOUNT}:image-version/theirs/1`);
  });

  test('that appears after our first write is a conflict too', async () => {
    start({});
    domain.onRead = (count) => { if (count === 2) { domain.putSettings({ JupyterLabAppSettings: { DefaultResourceSpec: imageOf('theirs', 1) } }); } };
    expect(await run('Create', torch(3))).toMatchObject({ untouched: false, message: expect.stringContaining('somebody else set another default image; the settings were written at least once') });
    expect(spec()).toEqual(imageOf('theirs', 1));
  });

  test('settings that SageMaker dropped are restored before a conflict is reported', async () => {
    start({}, { dropsOmitted: true });
    domain.blocks = { DefaultUserSettings: { ...domain.settings, ExecutionRole: 'role' } };
    domain.onRead = (count) => {
      if (count === 2) {
        domain.blocks = { DefaultUserSettings: { ...domain.settings, JupyterLabAppSettings: { DefaultResourceSpec: imageOf('theirs', 1) } } };
      }
    };
    expect(await messageOf(run('Create', torch(3)))).not.toContain('dropped');
    expect(domain.settings).toEqual({ Kept: 1, ExecutionRole: 'role', JupyterLabAppSettings: { DefaultResourceSpec: imageOf('theirs', 1) } });
  });

  test('that was set since the last deployment stays, and the log says so', async () => {
    start({ DefaultResourceSpec: imageOf('theirs', 1) });
    expect(await update(torch(3), torch(4))).toBeUndefined();
    expect(domain.writes).toEqual([]);
    expect(logged('keeping the default images that somebody else set')).toMatchObject([
      { defaults: `DefaultUserSettings.JupyterLabAppSettings: found ${ACCOUNT}:image-version/theirs/1, expected ${ACCOUNT}:image-version/torch/4` },
    ]);
  });

  test.each([
    ['an update that removes it', () => update(torch(3), NONE)],
    ['a deletion', () => run('Delete', torch(3))],
  ])('stays in %s', async (_, act) => {
    for (const found of [imageOf('theirs', 3), { ...imageOf('theirs', 1), SageMakerImageArn: `${ACCOUNT}:image/torch` }, SAGEMAKERS, OTHER_SETTINGS]) {
      start({ DefaultResourceSpec: found });
      expect(await act()).toBeUndefined();
      expect(spec()).toEqual(found);
      expect(domain.writes).toEqual([]);
    }
  });
});

describe('a new version', () => {
  test.each<[string, object | undefined]>([
    ['the former version', imageOf('torch', 3)],
    ['a version that somebody set manually', imageOf('torch', 9)],
    ['no default, which somebody removed', {}],
    ['no settings of the app', undefined],
    ['an image of SageMaker', SAGEMAKERS],
  ])('becomes the default in place of %s', async (_, found) => {
    start(found && { DefaultResourceSpec: found });
    expect(await update(torch(3), torch(4))).toBeUndefined();
    expect(spec()).toEqual(imageOf('torch', 4));
    expect(logged('keeping the default images that somebody else set')).toEqual([]);
  });

  test('becomes the default together with its entry, and a rollback restores both', async () => {
    const version = (number: number) => properties(imageOf('torch', number), { ...ENTRY, ImageVersionNumber: String(number) });
    start({ DefaultResourceSpec: OTHER_SETTINGS });
    await run('Create', version(3));
    const before = structuredClone(domain.blocks);
    expect(await update(version(3), version(4))).toBeUndefined();
    expect(lab()).toEqual({ DefaultResourceSpec: { ...OTHER_SETTINGS, ...imageOf('torch', 4) }, CustomImages: [{ ...ENTRY, ImageVersionNumber: 4 }] });
    expect(domain.writes).toHaveLength(2);
    expect(await update(version(4), version(3))).toBeUndefined();
    expect(domain.blocks).toEqual(before);
  });
});

describe('an update', () => {
  test('replaces our former default with another image, whatever its version', async () => {
    for (const found of [imageOf('torch', 3), imageOf('torch', 9), imageOf('other', 1), imageOf('other', 7)]) {
      start({ DefaultResourceSpec: found });
      expect(await update(torch(3), properties(imageOf('other', 1)))).toBeUndefined();
      expect(spec()).toEqual(imageOf('other', 1));
    }
  });

  test('removes a default that is switched off, and keeps the entry', async () => {
    start({ DefaultResourceSpec: { ...OTHER_SETTINGS, ...imageOf('torch', 3) }, CustomImages: [ENTRY] });
    const sent = { ...ENTRY, ImageVersionNumber: '3' };
    expect(await update(properties(imageOf('torch', 3), sent), properties(undefined, sent))).toBeUndefined();
    expect(lab()).toEqual({ DefaultResourceSpec: OTHER_SETTINGS, CustomImages: [ENTRY] });
  });

  test('sends an empty map if nothing is left of a default', async () => {
    start({ DefaultResourceSpec: imageOf('torch', 3) });
    expect(await update(torch(3), NONE)).toBeUndefined();
    expect(domain.writes).toEqual([{ DefaultUserSettings: { Kept: 1, JupyterLabAppSettings: { DefaultResourceSpec: {} } } }]);
  });

  test('does not remove a default in another version, which may be the conflict of the update that is rolled back', async () => {
    start({ DefaultResourceSpec: imageOf('torch', 2) });
    expect(await messageOf(update(NONE, torch(3)))).toContain('somebody else set another default image');
    expect(await update(torch(3), NONE)).toBeUndefined();
    expect(spec()).toEqual(imageOf('torch', 2));
  });

  test('that fails is rolled back to the former default', async () => {
    start({ DefaultResourceSpec: imageOf('torch', 3) });
    domain.onWrite = (_, count) => { domain.status = count <= 2 ? 'Update_Failed' : 'InService'; };
    expect(await messageOf(update(torch(3), torch(4)))).toContain('the update failed');
    expect(await update(torch(4), torch(3))).toBeUndefined();
    expect(spec()).toEqual(imageOf('torch', 3));
  });

  test('moves a default from one app to another', async () => {
    start({ DefaultResourceSpec: imageOf('torch', 3) });
    expect(await update(torch(3), { DomainId: 'd-1', DefaultUserSettings: { CodeEditorAppSettings: { DefaultResourceSpec: imageOf('torch', 3) } } })).toBeUndefined();
    expect(domain.settings).toEqual({ Kept: 1, JupyterLabAppSettings: { DefaultResourceSpec: {} }, CodeEditorAppSettings: { DefaultResourceSpec: imageOf('torch', 3) } });
  });

  test('moves a default from one block of settings to another', async () => {
    start({ DefaultResourceSpec: imageOf('torch', 3) });
    expect(await update(torch(3), { DomainId: 'd-1', DefaultSpaceSettings: torch(3).DefaultUserSettings })).toBeUndefined();
    expect(domain.blocks).toEqual({
      DefaultUserSettings: { Kept: 1, JupyterLabAppSettings: { DefaultResourceSpec: {} } },
      DefaultSpaceSettings: { JupyterLabAppSettings: { DefaultResourceSpec: imageOf('torch', 3) } },
    });
  });

  test.each<[string, object, string]>([
    ['new', imageOf('torch', 4), "to version 4 in DefaultUserSettings.JupyterLabAppSettings of domain 'd-1' and setting the default image failed"],
    ['the same', imageOf('Torch', 3), "to version 4 in DefaultUserSettings.JupyterLabAppSettings of domain 'd-1' failed"],
  ])('describes the default if it is %s', async (_, image, description) => {
    start({});
    domain.exists = false;
    const entry = (ImageVersionNumber: string) => ({ ...ENTRY, ImageVersionNumber });
    expect(await messageOf(update(properties(imageOf('torch', 3), entry('3')), properties(image, entry('4'))))).toContain(description);
  });

  test('to a new target that fails removes the default there again, or names it', async () => {
    const move = () => run('Update', torch(3), { PhysicalResourceId: 'd-0', OldResourceProperties: { ...torch(3), DomainId: 'd-0' } });
    start({ DefaultResourceSpec: OTHER_SETTINGS });
    domain.onWrite = (_, count) => { domain.status = count <= 2 ? 'Update_Failed' : 'InService'; };
    expect(await messageOf(move())).toContain('the update failed');
    expect(spec()).toEqual(OTHER_SETTINGS);
    start({});
    domain.onWrite = () => { domain.status = 'Update_Failed'; };
    domain.onRead = (count) => { if (count > 3) { throw serviceError('ValidationException', 'no'); } };
    expect(await messageOf(move())).toMatch(/; remove what is left manually: DefaultUserSettings.JupyterLabAppSettings: the default arn:aws:sagemaker:eu-west-1:111111111111:image-version\/torch\/3$/);
  });
});

describe('a deletion', () => {
  test('removes the default in any version', async () => {
    for (const version of [3, 9]) {
      start({ DefaultResourceSpec: { ...OTHER_SETTINGS, ...imageOf('torch', version) } });
      expect(await run('Delete', torch(3))).toBeUndefined();
      expect(spec()).toEqual(OTHER_SETTINGS);
    }
  });

  test('removes the default of an image whose name begins with a digit', async () => {
    start({ DefaultResourceSpec: imageOf('3d-torch', 4) });
    expect(await run('Delete', properties(imageOf('3d-torch', 4)))).toBeUndefined();
    expect(spec()).toEqual({});
  });

  test('after a creation without a response removes the default in the same version only', async () => {
    for (const [version, left] of [[3, {}], [2, imageOf('torch', 2)]] as const) {
      start({ DefaultResourceSpec: imageOf('torch', version) });
      expect(await run('Delete', torch(3), { PhysicalResourceId: 'made-up' })).toBeUndefined();
      expect(spec()).toEqual(left);
    }
  });

  test('writes nothing if the app has no settings', async () => {
    start(undefined);
    expect(await run('Delete', torch(3))).toBeUndefined();
    expect(domain.writes).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['DefaultUserSettings', { DomainId: 'd-1' }, "update-domain --domain-id 'd-1' --default-user-settings"],
    ['UserSettings', { DomainId: 'd-1', UserProfileName: 'jo' }, "update-user-profile --domain-id 'd-1' --user-profile-name 'jo' --user-settings"],
    ['SpaceSettings', { DomainId: 'd-1', SpaceName: 'team' }, "update-space --domain-id 'd-1' --space-name 'team' --space-settings"],
  ])('fails after three writes if SageMaker keeps the default (%s), with the command that sets another one', async (block, key, command) => {
    const id = Object.values(key).join(block === 'UserSettings' ? '/user-profile/' : '/space/');
    const target = (images: object[]) => ({ ...key, [block]: { JupyterLabAppSettings: { DefaultResourceSpec: imageOf('torch', 3), CustomImages: images } } });
    const settings = { JupyterLabAppSettings: { DefaultResourceSpec: imageOf('torch', 3), CustomImages: [ENTRY] } };
    ({ world, domain, run } = scene({ mergesDefaults: true, updating: () => 20_000 }, { [block]: settings }));
    const message = await messageOf(run('Delete', target([ENTRY]), { PhysicalResourceId: id }));
    expect(message).toContain(`failed: SageMaker accepted 3 writes, but kept the default image of ${block}.JupyterLabAppSettings; the settings were written at least once`);
    expect(message).toContain(`; apps do not start once this image is deleted, so set another one and then repeat the operation: aws sagemaker ${command} `
      + "'JupyterLabAppSettings={DefaultResourceSpec={SageMakerImageArn=<ARN of an image>,SageMakerImageVersionArn=<ARN of its version>}}'");
    expect(domain.writes).toHaveLength(3);
    expect(world.now()).toBeLessThan(90_000);
    const { SageMakerImageArn } = imageOf('torch', 3);
    expect(domain.blocks).toEqual({ [block]: { JupyterLabAppSettings: { DefaultResourceSpec: { SageMakerImageArn, SageMakerImageVersionArn: 'None' }, CustomImages: [] } } });
    // What the command does.
    domain.put({ [block]: { JupyterLabAppSettings: { DefaultResourceSpec: imageOf('theirs', 1), CustomImages: [] } } });
    expect(await run('Delete', target([ENTRY]), { PhysicalResourceId: id })).toBeUndefined();
    expect(domain.writes).toHaveLength(4);
  });

  test('and an update name the app whose default SageMaker keeps', async () => {
    for (const isDeletion of [true, false]) {
      start({ DefaultResourceSpec: imageOf('torch', 3) }, { mergesDefaults: true });
      const both = { DomainId: 'd-1', DefaultUserSettings: { ...properties(imageOf('gone', 1)).DefaultUserSettings, CodeEditorAppSettings: { DefaultResourceSpec: imageOf('torch', 3) } } };
      domain.putSettings({ CodeEditorAppSettings: { DefaultResourceSpec: imageOf('torch', 3) } });
      expect(await messageOf(isDeletion ? run('Delete', both) : update(both, NONE))).toContain(
        'SageMaker accepted 3 writes, but kept the default image of DefaultUserSettings.CodeEditorAppSettings; ');
      expect(domain.writes).toHaveLength(4);
    }
  });

  test.each<[string, object]>([
    ['the version', { SageMakerImageVersionArn: `${ACCOUNT}:image-version/torch/3` }],
    ['the image', { SageMakerImageArn: `${ACCOUNT}:image/torch` }],
  ])('clears the version explicitly if SageMaker keeps %s, as does an update', async (_, kept) => {
    for (const act of [() => run('Delete', torch(3)), () => update(torch(3), NONE)]) {
      start({ DefaultResourceSpec: { ...OTHER_SETTINGS, ...imageOf('torch', 3) } });
      domain.onWrite = (__, count) => {
        if (count === 1) {
          const left = { DefaultResourceSpec: { ...OTHER_SETTINGS, ...kept } };
          void world.sleep(0).then(() => { domain.blocks = { DefaultUserSettings: { Kept: 1, JupyterLabAppSettings: left } }; });
        }
      };
      expect(await act()).toBeUndefined();
      expect(domain.writes.map(({ DefaultUserSettings }) => (DefaultUserSettings!.JupyterLabAppSettings as any).DefaultResourceSpec))
        .toEqual([OTHER_SETTINGS, { ...OTHER_SETTINGS, SageMakerImageVersionArn: 'None' }]);
    }
  });

  test('takes a version that is cleared for no version', async () => {
    start({ DefaultResourceSpec: { SageMakerImageVersionArn: 'None' } });
    expect(await run('Delete', torch(3))).toBeUndefined();
    expect(domain.writes).toEqual([]);
    expect(await run('Create', torch(3))).toBeUndefined();
    expect(spec()).toEqual(imageOf('torch', 3));
  });

  test('takes no status from before its last write for the result', async () => {
    start({ DefaultResourceSpec: imageOf('torch', 3) });
    // Reads are served by a copy that is five seconds old.
    domain.onWrite = ({ DefaultUserSettings: settings }) => {
      const before = domain.blocks;
      void world.sleep(1).then(() => { domain.blocks = before; });
      void world.sleep(5_000).then(() => { domain.blocks = { DefaultUserSettings: { ...before.DefaultUserSettings, ...settings } }; });
    };
    expect(await run('Delete', torch(3))).toBeUndefined();
    // The fake domain does not clear what SageMaker clears.
    expect(spec()).toEqual({ SageMakerImageVersionArn: 'None' });
  });
});

describe('while others write their own lists again and again', () => {
  /** After each of the first writes, somebody else writes these settings of the app. */
  const overwrite = (...writes: object[]) => {
    domain.onWrite = () => {
      const next = writes.shift();
      if (next) {
        void world.sleep(0).then(() => { domain.blocks = { DefaultUserSettings: { Kept: 1, JupyterLabAppSettings: next } }; });
      }
    };
  };
  const ours = { DefaultResourceSpec: imageOf('torch', 3), CustomImages: [ENTRY] };
  const sent = properties(imageOf('torch', 3), { ...ENTRY, ImageVersionNumber: '3' });

  test('a default is removed together with its entry after more than three writes', async () => {
    start(ours);
    overwrite(ours, ours, ours, ours);
    expect(await run('Delete', sent)).toBeUndefined();
    expect(domain.writes).toHaveLength(5);
    expect(lab()).toMatchObject({ CustomImages: [] });
  });

  test('writes that changed only the list do not count', async () => {
    start({ ...ours, CustomImages: [] });
    const withoutEntry = { ...ours, CustomImages: [] };
    overwrite(withoutEntry, withoutEntry, withoutEntry, { CustomImages: [ENTRY] });
    expect(await run('Create', sent)).toBeUndefined();
    expect(domain.writes).toHaveLength(5);
    expect(lab()).toEqual(ours);
  });
});

test('a default that SageMaker does not set is an error after three writes', async () => {
  start({});
  domain.onWrite = () => { void world.sleep(0).then(() => { domain.blocks = { DefaultUserSettings: { Kept: 1, JupyterLabAppSettings: {} } }; }); };
  expect(await messageOf(run('Create', torch(3)))).toMatch(
    /^setting the default image of DefaultUserSettings.JupyterLabAppSettings of domain 'd-1' failed: SageMaker accepted 3 writes, but kept the default image; .*; leave out defaultImage and deploy again$/);
  expect(domain.writes).toHaveLength(3);
});

test.each([true, false])('of two stacks with defaults for one app at the same time, one fails with the conflict (updates take time: %s)', async (isSlow) => {
  for (let seed = 1; seed <= 20; seed++) {
    const { world: busy, domain: shared, attachments } = scene({
      updating: () => isSlow ? 3_000 : 0, latency: () => busy.random() * 1_000,
    }, { DefaultUserSettings: {} });
    for (let skip = 0; skip < seed; skip++) {
      busy.random();
    }
    const outcomes = await busy.settle(...['one', 'two'].map((name) =>
      attachments.run(attachmentEvent('Create', properties(imageOf(name, 1), { ImageName: name, AppImageConfigName: 'c' })), busy.clock())));
    const failed = outcomes.filter(({ status }) => status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(failed[0]).toMatchObject({ reason: { message: expect.stringContaining('somebody else set another default image') } });
    const winner = outcomes[0].status === 'fulfilled' ? 'one' : 'two';
    expect((shared.settings.JupyterLabAppSettings as any).DefaultResourceSpec).toEqual(imageOf(winner, 1));
  }
});
