import * as fc from 'fast-check';
import { event } from './events';
import { FakeDomain, World } from './world';
import { Attachment } from '../../../src/provider/handler/attachment';
import { FRESH, QUIET } from '../../../src/provider/handler/progress';
import { runs } from '../../helpers/property';

const FOREIGN = { ImageName: 'foreign', AppImageConfigName: 'x', ImageVersionNumber: 7, Later: true };
const APPS = 10;
/** What is older than FRESH is not sent, and others wait for QUIET: so long may a request be on its way between the two. */
const SLOWEST = QUIET - FRESH;

beforeEach(() => { jest.spyOn(console, 'log').mockImplementation(); });

function start({ seed, updating, latency, busy }: { seed: number; updating: number; latency: number; busy: string }) {
  const world = new World(seed);
  const domain = new FakeDomain(world, { JupyterLabAppSettings: { CustomImages: [FOREIGN] } }, {
    busy,
    updating: () => updating && updating * (0.5 + world.random()),
    // Now and then a message takes as long as the handler can bear, so that a write is far behind what it is based on.
    latency: () => world.random() * (world.random() < 0.15 ? SLOWEST : latency),
  });
  const run = (request: 'Create' | 'Update' | 'Delete', app: number, after: number, studio = domain.studio) => world.sleep(after).then(() => {
    const properties = { ImageName: `image-${app}`, AppImageConfigName: 'x', ImageVersionNumber: String(request === 'Update' ? 2 : 1) };
    const one = event(request, properties);
    const attachment = new Attachment(studio);
    return attachment.run({ ...one, ...request !== 'Create' && { PhysicalResourceId: attachment.physicalId(one) } }, world.clock());
  });
  const names = () => domain.list().map(({ ImageName, ImageVersionNumber }) => `${ImageName}:${ImageVersionNumber}`).sort();
  return { world, domain, run, names };
}

const expected = (apps: number[], version: number) => [...apps.map((app) => `image-${app}:${version}`), 'foreign:7'].sort();
const numbers = [...Array(APPS).keys()];

const situation = {
  seed: fc.nat(),
  // 0: a service that takes writes at any time, so that nothing but the handler keeps them apart.
  updating: fc.constantFrom(0, 0, 300, 3_000, 20_000),
  latency: fc.constantFrom(0, 20, 200, 1_200),
  busy: fc.constantFrom('ResourceInUse', 'ValidationException'),
  spread: fc.constantFrom(0, 500, 10_000),
};

test('ten apps that attach to one domain at the same time all find their entry there, and the entry of another team', async () => {
  await fc.assert(fc.asyncProperty(fc.record(situation), async (one) => {
    const { world, run, names } = start(one);
    const outcomes = await world.settle(...numbers.map((app) => run('Create', app, one.spread * world.random())));
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(names()).toEqual(expected(numbers, 1));
  }), runs(150));
});

test('apps that attach, change and detach at the same time all get what they want', async () => {
  await fc.assert(fc.asyncProperty(fc.record(situation), async (one) => {
    const { world, domain, run, names } = start(one);
    const old = numbers.slice(0, 6);
    domain.settings = {
      JupyterLabAppSettings: {
        CustomImages: [FOREIGN, ...old.map((app) => ({ ImageName: `image-${app}`, AppImageConfigName: 'x', ImageVersionNumber: 1 }))],
      },
    };
    const outcomes = await world.settle(...numbers.map((app) => run(app < 3 ? 'Delete' : app < 6 ? 'Update' : 'Create', app, one.spread * world.random())));
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(names()).toEqual([...expected([3, 4, 5], 2), ...expected([6, 7, 8, 9], 1).filter((name) => !name.startsWith('foreign'))].sort());
  }), runs(100));
});

test('a request that is repeated after its process was killed, at whatever moment, ends as if it had not been', async () => {
  await fc.assert(fc.asyncProperty(fc.record({ ...situation, moment: fc.nat(15_000) }), async (one) => {
    const { world, domain, run, names } = start(one);
    const { read, write } = domain.studio;
    let killed = false;
    const unlessKilled = <T>(call: () => Promise<T>) => killed ? new Promise<never>(() => undefined) : call();
    void run('Create', 1, 0, {
      read: (...args: Parameters<typeof read>) => unlessKilled(() => read(...args)),
      write: (...args: Parameters<typeof write>) => unlessKilled(() => write(...args)),
    } as typeof domain.studio);
    const [outcome] = await world.settle(world.sleep(one.moment).then(() => {
      killed = true;
      return run('Create', 1, 1_000);
    }));
    expect(outcome).toMatchObject({ status: 'fulfilled' });
    expect(names()).toEqual(expected([1], 1));
  }), runs(50));
});
