import { TargetMover } from '../../../../src/provider/handler/image-feed/move-targets';
import { serviceError, World } from '../world';

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation();
});

const ENTRY = { ImageName: 'torch', AppImageConfigName: 'ours' };
const IN = { JupyterLabAppSettings: { CustomImages: [ENTRY] } };
const DOMAIN = { DomainId: 'd-1', DefaultUserSettings: IN };
const PROFILES = ['jo', 'mo'].map((UserProfileName) => ({ DomainId: 'd-1', UserProfileName, UserSettings: IN }));
const SPACE = { DomainId: 'd-1', SpaceName: 'lab', SpaceSettings: IN };
/** What SageMaker returns of each of these targets. */
const FOUND = { JupyterLabAppSettings: { CustomImages: [{ ...ENTRY, ImageVersionNumber: 1 }] } };
const BLOCKS = { Domain: 'DefaultUserSettings', UserProfile: 'UserSettings', Space: 'SpaceSettings' } as const;

const versionOf = (number: number) => ({
  number, arn: `arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/${number}`, status: 'CREATED', created: 0, uris: [], notes: '',
});

/** Moves some targets. `read` and `move` may wait or fail. */
async function move(places: readonly object[], { read = () => 'InService', moved = () => undefined, numbers = [2, 2] }: {
  read?: (name: string) => string;
  moved?: (name: string) => Error | undefined;
  /** The versions with the alias, from one look to the next. */
  numbers?: (number | undefined)[];
} = {}) {
  const world = new World();
  const story: string[] = [];
  const nameOf = ({ DomainId, UserProfileName, SpaceName }: any) => UserProfileName ?? SpaceName ?? DomainId;
  const mover = new TargetMover({
    read: async ({ kind, key }) => ({ startedAt: 0, endedAt: 0, stamp: '', status: read(nameOf(key)), blocks: { [BLOCKS[kind]]: FOUND } }),
  }, {
    move: async (properties: any) => {
      const name = nameOf(properties);
      story.push(`${name} begins`);
      await world.sleep(1_000);
      const error = moved(name);
      if (error) {
        throw error;
      }
      const settings = properties.DefaultUserSettings ?? properties.UserSettings ?? properties.SpaceSettings;
      story.push(`${name} has ${settings.JupyterLabAppSettings.CustomImages[0].ImageVersionNumber}`);
    },
  });
  const looks = [...numbers];
  const outcome = await world.run(mover.move(places, async () => {
    const number = looks.shift();
    return number === undefined ? undefined : versionOf(number);
  }, world.clock()));
  return { story, outcome, looks };
}

test('the domain comes first, then what is in it, at the same time', async () => {
  const { story, outcome } = await move([...PROFILES, SPACE, DOMAIN]);
  expect(outcome).toBeUndefined();
  expect(story).toEqual(['d-1 begins', 'd-1 has 2', 'jo begins', 'mo begins', 'lab begins', 'jo has 2', 'mo has 2', 'lab has 2']);
});

test('a target is not read as it was before an update that is running', async () => {
  const statuses = ['Updating', 'Updating', 'InService'];
  const { story, outcome } = await move([DOMAIN], { read: () => statuses.shift()! });
  expect(outcome).toBeUndefined();
  expect(statuses).toEqual([]);
  expect(story).toEqual(['d-1 begins', 'd-1 has 2']);
});

test('a target that does not exist is left out, and a read that is throttled is repeated', async () => {
  let throttled = 2;
  const { story, outcome } = await move([DOMAIN, ...PROFILES], {
    read: (name) => {
      if (name === 'd-1' && throttled-- > 0) {
        throw serviceError('ThrottlingException');
      }
      if (name === 'jo') {
        throw serviceError('ResourceNotFound', 'no such profile');
      }
      return 'InService';
    },
  });
  expect(outcome).toBeUndefined();
  expect(story).toEqual(['d-1 begins', 'd-1 has 2', 'mo begins', 'mo has 2']);
});

test('a target that cannot be read is an error that names it', async () => {
  const { story, outcome } = await move([DOMAIN], { read: () => { throw serviceError('ValidationException', 'no'); } });
  expect(outcome).toMatchObject({ message: "reading domain 'd-1' failed: ValidationException: no; versions and the alias stay as they are; fix the cause of this error, and push again" });
  expect(story).toEqual([]);
});

test('all errors of one step are reported, and the next step does not begin', async () => {
  const other = { ...DOMAIN, DomainId: 'd-2' };
  const { story, outcome } = await move([DOMAIN, other, ...PROFILES], { moved: (name) => new Error(`${name} refuses`) });
  expect(outcome).toMatchObject({ message: 'd-1 refuses; d-2 refuses' });
  expect(story).toEqual(['d-1 begins', 'd-2 begins']);
});

test('the alias is looked at again until it has not moved meanwhile', async () => {
  const { story, looks } = await move([DOMAIN], { numbers: [2, 3, 3, 4] });
  expect(story).toEqual(['d-1 begins', 'd-1 has 2', 'd-1 begins', 'd-1 has 3']);
  expect(looks).toEqual([4]);
});

test.each([
  ['no version has the alias', [DOMAIN], [undefined, 2], [2]],
  ['the domain has no id, since its condition is false', [{ ...DOMAIN, DomainId: '' }], [2], [2]],
])('nothing is moved if %s', async (_, places, numbers, left) => {
  const { story, outcome, looks } = await move(places, { numbers });
  expect(outcome).toBeUndefined();
  expect(story).toEqual([]);
  expect(looks).toEqual(left);
});
