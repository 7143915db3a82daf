import type { StudioVersion } from '../../../../src/provider/handler/attachments/model';
import { MovedByFeed, UnknownOwner } from '../../../../src/provider/handler/attachments/moved-by-feed';

const LIST = { settings: 'DefaultUserSettings', app: 'JupyterLabAppSettings' } as const;
const IMAGE = { ImageName: 'torch', AppImageConfigName: 'ours' };
const ACCOUNT = 'arn:aws:sagemaker:eu-west-1:111111111111';
const specOf = (version: number) => ({ SageMakerImageArn: `${ACCOUNT}:image/torch`, SageMakerImageVersionArn: `${ACCOUNT}:image-version/torch/${version}` });

/** When a feed pushed a version, in seconds after midnight; versions that no feed made have no notes. */
const pushed = (second: number) => ({ created: 0, notes: `(release-1 pushed 1970-01-01T00:00:${second}Z)` });

let logged: unknown[];
beforeEach(() => {
  logged = [];
  jest.spyOn(console, 'log').mockImplementation((line) => { logged.push(JSON.parse(line)); });
});

/** Asks about an entry and a default image that the template has in one version and the settings in another one. */
async function find(former: number, found: number | undefined, versions: Record<number, Omit<StudioVersion, 'number'>>, holder?: number) {
  const followedAlias = 'stable';
  const asked: unknown[] = [];
  const moved = new MovedByFeed({
    version: async ({ Version = holder, ...selector }: { ImageName: string; Version?: number; Alias?: string }) => {
      asked.push(selector.Alias ?? Version);
      return Version === undefined || !(Version in versions) ? undefined : { number: Version, ...versions[Version] };
    },
  }, {
    entries: [{ ...LIST, image: { ...IMAGE, ImageVersionNumber: former }, followedAlias }],
    defaults: [{ ...LIST, image: specOf(former), followedAlias }],
  });
  const blocks = {
    DefaultUserSettings: {
      JupyterLabAppSettings: {
        CustomImages: [{ ...IMAGE, AppImageConfigName: 'theirs', ImageVersionNumber: 1 }, { ...IMAGE, ...found !== undefined && { ImageVersionNumber: found } }],
        DefaultResourceSpec: found === undefined ? { SageMakerImageArn: specOf(1).SageMakerImageArn } : specOf(found),
      },
    },
  };
  const result = await moved.in(blocks);
  return { result, again: await moved.in(blocks), asked };
}

const REMOVED = (found: number) => ({
  entries: [{ ...LIST, image: { ...IMAGE, ImageVersionNumber: found }, followedAlias: 'stable' }],
  defaults: [{ ...LIST, image: specOf(found), followedAlias: 'stable' }],
});
const NOTHING = { entries: [], defaults: [] };

test.each<[string, number, Record<number, Omit<StudioVersion, 'number'>>, number | undefined]>([
  ['was pushed later', 21, { 13: pushed(10), 21: pushed(11) }, undefined],
  ['was pushed, and the former one was deleted', 21, { 21: pushed(11) }, undefined],
  ['was pushed after somebody made the former one', 21, { 13: { created: 5, notes: '' }, 21: pushed(11) }, undefined],
  ['has the alias, although it was pushed earlier', 2, { 13: pushed(11), 2: pushed(10) }, 2],
  ['has the alias, although no feed made it', 21, { 13: pushed(11), 21: { created: 90, notes: '' } }, 21],
  ['was deleted, and has a higher number', 14, { 13: pushed(10) }, undefined],
])('a version that %s is the one of the feed', async (_, found, versions, holder) => {
  const { result, again } = await find(13, found, versions, holder);
  expect(result).toEqual(REMOVED(found));
  expect(again).toEqual(result);
  expect(logged).toEqual([{ message: 'a feed moved this', imageName: 'torch', alias: 'stable', former: 13, number: found }]);
});

test.each<[string, number, Record<number, Omit<StudioVersion, 'number'>>, number | undefined]>([
  ['was pushed earlier', 12, { 13: pushed(11), 12: pushed(10) }, 13],
  ['was pushed in the same second', 21, { 13: pushed(10), 21: pushed(10) }, undefined],
  ['no feed made', 21, { 13: pushed(10), 21: { created: 90, notes: 'by hand' } }, 13],
  ['was deleted, and has a lower number', 12, { 13: pushed(10) }, 13],
])('a version that %s belongs to somebody else', async (_, found, versions, holder) => {
  const { result, again } = await find(13, found, versions, holder);
  expect(result).toEqual(NOTHING);
  expect(again).toEqual(result);
  expect(logged).toEqual([{ message: 'leaving what somebody else attached', imageName: 'torch', alias: 'stable', former: 13, number: found }]);
});

test('each version is looked at once, however often the settings are read', async () => {
  const { asked } = await find(13, 2, { 13: pushed(11), 2: pushed(10) }, 2);
  expect(asked).toEqual([2, 13, 'stable']);
});

test.each([['is in the version of the template', 13], ['has no version', undefined]])('nothing is asked about what %s', async (_, found) => {
  expect(await find(13, found, {})).toMatchObject({ result: NOTHING, asked: [] });
  expect(logged).toEqual([]);
});

test('nothing is asked about what follows no feed', async () => {
  const asked: unknown[] = [];
  const moved = new MovedByFeed({ version: async (selector) => { asked.push(selector); return undefined; } }, {
    entries: [{ ...LIST, image: { ...IMAGE, ImageVersionNumber: 13 } }], defaults: [{ ...LIST, image: specOf(13) }],
  });
  const found = { CustomImages: [{ ...IMAGE, ImageVersionNumber: 21 }], DefaultResourceSpec: specOf(21) };
  expect(await moved.in({ DefaultUserSettings: { JupyterLabAppSettings: found } })).toEqual(NOTHING);
  expect(asked).toEqual([]);
});

test('a version that cannot be read is an error, and is asked for again', async () => {
  let isDenied = true;
  const moved = new MovedByFeed({
    version: async () => {
      if (isDenied) {
        throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
      }
      // It has the alias too.
      return { number: 21, ...pushed(11) };
    },
  }, { entries: [{ ...LIST, image: { ...IMAGE, ImageVersionNumber: 13 }, followedAlias: 'stable' }], defaults: [] });
  const blocks = { DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [{ ...IMAGE, ImageVersionNumber: 21 }] } } };
  await expect(moved.in(blocks)).rejects.toThrow(UnknownOwner);
  await expect(moved.in(blocks)).rejects.toThrow("version 21 of image 'torch' is attached, and whether its feed with alias 'stable' did that cannot be read (AccessDeniedException: no)");
  isDenied = false;
  expect(await moved.in(blocks)).toEqual({ ...REMOVED(21), defaults: [] });
});
