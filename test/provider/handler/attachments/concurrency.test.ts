import * as fc from 'fast-check';
import { FakeTarget } from './fake-target';
import { attachmentEvent } from './scene';
import { StudioAttachments } from '../../../../src/provider/handler/attachments';
import type { Json } from '../../../../src/provider/handler/service/json';
import { runs } from '../../../helpers/property';
import { World } from '../world';

/** Entries of another team: one has our configuration, the others have our images with a configuration of theirs. */
const FOREIGN = [
  { ImageName: 'foreign', AppImageConfigName: 'x', ImageVersionNumber: 7, Later: true },
  ...[0, 1, 6].map((app) => ({ ImageName: `${app}-a`, AppImageConfigName: 'theirs', ImageVersionNumber: 1 })),
];
const APPS = 10;
/** The longest latency that the handler tolerates, in milliseconds: a write is based on a read of the last 2.5 s, and others wait for 6 s. */
const SLOWEST = 3_500;

beforeEach(() => { jest.spyOn(console, 'log').mockImplementation(); });

/** The properties of a creation: two images for JupyterLab, and one of them for the Code Editor of all spaces. */
const first = (app: number) => propertiesOf([`${app}-a:1`, `${app}-b:1`], [`${app}-a:1`]);
/** The properties of an update: one of the three entries has a new version, one is gone and another is new. */
const second = (app: number) => propertiesOf([`${app}-a:2`, `${app}-c:1`], [`${app}-a:1`]);

function propertiesOf(lab: string[], editor: string[]): Json {
  const images = (names: string[]) => names.map((name) => {
    const [ImageName, ImageVersionNumber] = name.split(':');
    return { ImageName, AppImageConfigName: 'x', ImageVersionNumber };
  });
  return {
    DomainId: 'd-1',
    DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: images(lab) } },
    DefaultSpaceSettings: { CodeEditorAppSettings: { CustomImages: images(editor) } },
  };
}

/** Entries as SageMaker returns them. */
function entries(...names: string[]): Json[] {
  return names.map((name) => {
    const [ImageName, number] = name.split(':');
    return { ImageName, AppImageConfigName: 'x', ImageVersionNumber: Number(number) };
  });
}

function start({ seed, updating, latency, busy }: { seed: number; updating: number; latency: number; busy: string }, attached: number[] = []) {
  const world = new World(seed);
  const blocks = {
    DefaultUserSettings: { Kept: 1, JupyterLabAppSettings: { CustomImages: [...FOREIGN, ...attached.flatMap((app) => entries(`${app}-a:1`, `${app}-b:1`))] } },
    DefaultSpaceSettings: { Kept: 2, CodeEditorAppSettings: { CustomImages: [...FOREIGN, ...attached.flatMap((app) => entries(`${app}-a:1`))] } },
  };
  const domain = new FakeTarget(world, blocks, {
    busy,
    updating: () => updating && updating * (0.5 + world.random()),
    // Sometimes a message takes as long as the handler tolerates, so that a write arrives long after the read it is based on.
    latency: () => world.random() * (world.random() < 0.15 ? SLOWEST : latency),
  });
  const run = (request: 'Create' | 'Update' | 'Delete', app: number, after: number, studio = domain.studio) => world.sleep(after).then(() => {
    const one = request === 'Update' ? attachmentEvent('Update', second(app), { OldResourceProperties: first(app) }) : attachmentEvent(request, first(app));
    return new StudioAttachments(studio).run(one, world.clock());
  });
  const names = (list: Json[]) => list.slice(FOREIGN.length).map(({ ImageName, AppImageConfigName, ImageVersionNumber }) =>
    `${ImageName}:${ImageVersionNumber}${AppImageConfigName === 'x' ? '' : ` with ${AppImageConfigName}`}`).sort();
  /** Expects these entries in any order, after the unchanged entries of the other team. */
  const expectEntries = (lab: string[], editor: string[]) => {
    const lists = [domain.list(), domain.list('CodeEditorAppSettings', 'DefaultSpaceSettings')];
    expect(lists.map((list) => list.slice(0, FOREIGN.length))).toEqual([FOREIGN, FOREIGN]);
    expect(lists.map(names)).toEqual([lab, editor].map((some) => [...some].sort()));
    expect(domain.blocks).toMatchObject({ DefaultUserSettings: { Kept: 1 }, DefaultSpaceSettings: { Kept: 2 } });
  };
  return { world, domain, run, expectEntries };
}

const numbers = [...Array(APPS).keys()];
const of = (apps: number[], ...names: string[]) => apps.flatMap((app) => names.map((name) => `${app}-${name}`));

const situation = {
  seed: fc.nat(),
  // With 0, the service accepts writes at any time, so that only the handler prevents lost updates.
  updating: fc.constantFrom(0, 0, 300, 3_000, 20_000),
  latency: fc.constantFrom(0, 20, 200, 1_200),
  busy: fc.constantFrom('ResourceInUse', 'ValidationException'),
  spread: fc.constantFrom(0, 500, 10_000),
};

test('ten stacks attach several images to one domain at the same time, and keep the entry of another team', async () => {
  await fc.assert(fc.asyncProperty(fc.record(situation), async (one) => {
    const { world, run, expectEntries } = start(one);
    const outcomes = await world.settle(...numbers.map((app) => run('Create', app, one.spread * world.random())));
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    expectEntries(of(numbers, 'a:1', 'b:1'), of(numbers, 'a:1'));
  }), runs(120));
});

test('stacks attach, change and detach images of one domain at the same time', async () => {
  await fc.assert(fc.asyncProperty(fc.record(situation), async (one) => {
    const { world, run, expectEntries } = start(one, numbers.slice(0, 6));
    const outcomes = await world.settle(...numbers.map((app) => run(app < 3 ? 'Delete' : app < 6 ? 'Update' : 'Create', app, one.spread * world.random())));
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    expectEntries([...of([3, 4, 5], 'a:2', 'c:1'), ...of([6, 7, 8, 9], 'a:1', 'b:1')], of([3, 4, 5, 6, 7, 8, 9], 'a:1'));
  }), runs(80));
});

test.each([
  ['Create', [], ['1-a:1', '1-b:1'], ['1-a:1']],
  ['Update', [1], ['1-a:2', '1-c:1'], ['1-a:1']],
  ['Delete', [1], [], []],
] as const)('%s has the same result if it is repeated after its process was killed at any time', async (request, attached, lab, editor) => {
  await fc.assert(fc.asyncProperty(fc.record({ ...situation, moment: fc.nat(15_000) }), async (one) => {
    const { world, domain, run, expectEntries } = start(one, [...attached]);
    const { read, write, ...others } = domain.studio;
    let killed = false;
    const unlessKilled = <T>(call: () => Promise<T>) => killed ? new Promise<never>(() => undefined) : call();
    void run(request, 1, 0, {
      read: (...args) => unlessKilled(() => read(...args)),
      write: (...args) => unlessKilled(() => write(...args)),
      ...others,
    });
    const [outcome] = await world.settle(world.sleep(one.moment).then(() => {
      killed = true;
      return run(request, 1, 1_000);
    }));
    expect(outcome).toMatchObject({ status: 'fulfilled' });
    expectEntries([...lab], [...editor]);
  }), runs(40));
});
