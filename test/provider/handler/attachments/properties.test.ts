import { type Scene, scene } from './scene';
import { parse } from '../../../../src/provider/handler/attachments/properties';

beforeEach(() => { jest.spyOn(console, 'log').mockImplementation(); });

const IMAGE = { ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber: '3' };
const lab = (...CustomImages: unknown[]) => ({ JupyterLabAppSettings: { CustomImages } });

test('entries keep their order, and numbers are numbers', () => {
  const latest = { ImageName: 'b', AppImageConfigName: 'c' };
  expect(parse({
    DomainId: 'd-1',
    DefaultSpaceSettings: lab(IMAGE),
    DefaultUserSettings: { RSessionAppSettings: { CustomImages: [latest, IMAGE] } },
    PassExecutionRole: ['DefaultUserSettings'],
  })).toEqual({
    target: { kind: 'Domain', key: { DomainId: 'd-1' } },
    entries: [
      { settings: 'DefaultUserSettings', app: 'RSessionAppSettings', image: { ImageName: 'b', AppImageConfigName: 'c' } },
      { settings: 'DefaultUserSettings', app: 'RSessionAppSettings', image: { ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber: 3 } },
      { settings: 'DefaultSpaceSettings', app: 'JupyterLabAppSettings', image: { ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber: 3 } },
    ],
    passRole: ['DefaultUserSettings'],
  });
});

test('settings, lists and version numbers may be missing or empty', () => {
  const empty = { DefaultUserSettings: lab(), PassExecutionRole: [] };
  for (const settings of [{}, { DefaultUserSettings: {} }, { DefaultUserSettings: { CodeEditorAppSettings: {} } }, empty]) {
    expect(parse({ DomainId: 'd-1', ...settings })).toMatchObject({ entries: [], passRole: [] });
  }
  expect(parse({ DomainId: 'd-1', DefaultUserSettings: lab({ ...IMAGE, ImageVersionNumber: '' }) }).entries[0].image).not.toHaveProperty('ImageVersionNumber');
});

test('an entry that is given twice counts once', () => {
  expect(parse({ DomainId: 'd-1', DefaultUserSettings: lab(IMAGE, { ...IMAGE, ImageName: 'Torch' }) }).entries).toHaveLength(1);
});

test.each<[object, ...string[]]>([
  [{}, 'DomainId must be a string, got undefined'],
  [{ DomainId: '' }, 'DomainId must be a string, got ""'],
  [{ DomainId: 'd-1', UserProfileName: ['ann'] }, 'UserProfileName must be a string, got ["ann"]'],
  [{ DomainId: 'd-1', UserProfileName: 'ann', SpaceName: 'team' }, 'UserProfileName "ann" and SpaceName "team" cannot be used together'],
  [{ DomainId: 'd-1', UserSettings: lab(IMAGE) }, 'UserSettings does not belong to a domain (use DefaultUserSettings or DefaultSpaceSettings)'],
  [{ DomainId: 'd-1', SpaceSettings: lab(IMAGE) }, 'SpaceSettings does not belong to a domain'],
  [{ DomainId: 'd-1', UserProfileName: 'ann', DefaultUserSettings: lab(IMAGE) }, 'DefaultUserSettings does not belong to a user profile (use UserSettings)'],
  [{ DomainId: 'd-1', UserProfileName: 'ann', SpaceSettings: lab(IMAGE) }, 'SpaceSettings does not belong to a user profile (use UserSettings)'],
  [{ DomainId: 'd-1', SpaceName: 'team', UserSettings: {} }, 'UserSettings does not belong to a space (use SpaceSettings)'],
  [{ DomainId: 'd-1', SpaceName: 'team', PassExecutionRole: ['UserSettings'] }, 'PassExecutionRole[0] "UserSettings" does not belong to a space'],
  [{ DomainId: 'd-1', PassExecutionRole: 'true' }, 'PassExecutionRole must be a list, got "true"'],
  [{ DomainId: 'd-1', DefaultUserSettings: 'x' }, 'DefaultUserSettings must be a map, got "x"'],
  [{ DomainId: 'd-1', DefaultUserSettings: { VSCode: {} } }, 'DefaultUserSettings.VSCode is not supported (use KernelGatewayAppSettings, JupyterLabAppSettings, '],
  [{ DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: [] } }, 'DefaultUserSettings.JupyterLabAppSettings must be a map, got []'],
  [{ DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: IMAGE } } }, 'JupyterLabAppSettings.CustomImages must be a list, got {"ImageName"'],
  [{ DomainId: 'd-1', DefaultUserSettings: lab('torch', IMAGE) }, 'DefaultUserSettings.JupyterLabAppSettings.CustomImages[0] must be a map, got "torch"'],
  [{ DomainId: 'd-1', DefaultUserSettings: lab(IMAGE, { ...IMAGE, ImageName: '' }) }, 'CustomImages[1] needs ImageName as a string, got ""'],
  [{ DomainId: 'd-1', DefaultUserSettings: lab({ ImageName: 'torch' }) }, 'CustomImages[0] needs AppImageConfigName as a string, got undefined'],
  ...['1.5', '0', '-1', 'latest', ['1', '2'], {}].map((ImageVersionNumber): [object, string] => [
    { DomainId: 'd-1', DefaultUserSettings: lab({ ...IMAGE, ImageVersionNumber }) },
    `CustomImages[0] needs a whole number from 1 as ImageVersionNumber, got ${JSON.stringify(ImageVersionNumber)}`,
  ]),
  [{ DomainId: 'd-1', DefaultUserSettings: lab(IMAGE, { ...IMAGE, ImageName: 'Torch', ImageVersionNumber: '4' }) }, 'CustomImages[1] {"ImageName":"Torch"', 'with another number'],
  [{ DomainId: 'd-1', UserSettings: lab({}), DefaultUserSettings: 5 }, 'UserSettings does not belong', 'needs ImageName', 'needs AppImageConfigName', 'must be a map, got 5'],
])('properties like %j fail before any call with a list of everything that is wrong', async (properties, ...texts) => {
  const { domain, run }: Scene = scene();
  const failure = await run('Create', properties);
  expect(failure).toMatchObject({ untouched: true, message: expect.stringMatching(/^the properties of the attachments are not valid: .*; nothing was changed; correct them and deploy again$/) });
  texts.forEach((text) => expect(failure!.message).toContain(text));
  expect(domain.reads).toBe(0);
});
