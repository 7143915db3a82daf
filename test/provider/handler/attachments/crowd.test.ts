import { FakeTarget } from './fake-target';
import { attachmentEvent } from './scene';
import { StudioAttachments } from '../../../../src/provider/handler/attachments';
import { handle } from '../../../../src/provider/handler/lifecycle/handle';
import type { CfnResponse } from '../../../../src/provider/handler/lifecycle/respond';
import type { Json } from '../../../../src/provider/handler/service/json';
import { World } from '../world';

const responses: CfnResponse[] = [];
jest.mock('../../../../src/provider/handler/lifecycle/respond', () => ({
  ...jest.requireActual('../../../../src/provider/handler/lifecycle/respond'),
  respond: async (_: unknown, response: CfnResponse) => { responses.push(response); },
}));

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation();
  responses.length = 0;
});

const MINUTE = 60_000;
/** How long a function can run, how long Lambda waits before it runs an event again, and when CloudFormation gives up. */
const [LAMBDA, WAITS, SERVICE_TIMEOUT] = [15 * MINUTE, [MINUTE, 2 * MINUTE], 25 * MINUTE];
const FOREIGN = { ImageName: '0-0', AppImageConfigName: 'theirs', ImageVersionNumber: 1, Unknown: null };

const entriesOf = (app: number) => [...Array(10).keys()].map((index) => ({ ImageName: `${app}-${index}`, AppImageConfigName: 'x', ImageVersionNumber: 1 }));

/** A domain, and stacks with ten images each. */
function crowd(updating: number, seed: number) {
  const world = new World(seed);
  const domain = new FakeTarget(world, { DefaultUserSettings: { Kept: 1, JupyterLabAppSettings: { CustomImages: [FOREIGN] } } }, {
    updating: () => updating * (0.9 + 0.2 * world.random()), latency: () => 20 + 150 * world.random(),
  });
  const start = Date.UTC(2026, 0, 1);
  let runs = 0;
  /** Runs the function as Lambda does: up to three times, until it does not fail. */
  const invoke = async (request: 'Create' | 'Delete', app: number) => {
    const sent = new Date(start + world.now()).toISOString().replace(/[-:]|\.\d+/g, '');
    const event = attachmentEvent(request, {
      DomainId: 'd-1', ServiceTimeout: String(SERVICE_TIMEOUT / 1_000), DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: entriesOf(app) } },
    }, { ResponseURL: `https://bucket.s3.amazonaws.com/x?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=${sent}&X-Amz-Expires=7200`, LogicalResourceId: `App${app}` });
    const before = world.now();
    for (const wait of [...WAITS, 0]) {
      runs++;
      const clock = { ...world.clock(), deadline: world.now() + LAMBDA };
      const failure = await handle(event, { 'Custom::Thing': new StudioAttachments(domain.studio) }, clock, start + world.now()).then(() => undefined, (error) => error);
      expect(world.now()).toBeLessThanOrEqual(clock.deadline);
      if (!failure) {
        expect(world.now() - before).toBeLessThanOrEqual(SERVICE_TIMEOUT);
        return;
      }
      await world.sleep(wait);
    }
  };
  return { world, domain, invoke, runs: () => runs };
}

const byName = (one: Json, other: Json) => String(one.ImageName).localeCompare(String(other.ImageName));

test.each([
  // The number of stacks, the milliseconds of an update, and the minutes in which all of them are done.
  [20, 1_000, 2], [20, 10_000, 6], [20, 30_000, 13], [20, 60_000, 25], [12, 60_000, 14], [30, 10_000, 9],
])('%d stacks that attach ten images each at the same time succeed with updates of %d ms, within %d minutes', async (stacks, updating, minutes) => {
  for (const seed of updating < 60_000 ? [1, 2] : [1]) {
    responses.length = 0;
    const { world, domain, invoke } = crowd(updating, seed);
    const apps = [...Array(stacks).keys()];
    await world.settle(...apps.map((app) => world.sleep(5_000 * world.random()).then(() => invoke('Create', app))));
    expect(responses.map(({ Status, Reason }) => Reason ?? Status)).toEqual(Array(stacks).fill('SUCCESS'));
    expect([...domain.list()].sort(byName)).toEqual([FOREIGN, ...apps.flatMap(entriesOf)].sort(byName));
    expect(domain.settings.Kept).toBe(1);
    // Each stack needs one update, and nobody has to repeat it.
    expect(domain.writes).toHaveLength(stacks);
    expect(world.now()).toBeLessThan(minutes * MINUTE);
  }
}, 60_000);

test('if there are more updates than fit into the time of CloudFormation, the others fail and say why', async () => {
  const { world, domain, invoke } = crowd(60_000, 1);
  await world.settle(...[...Array(32).keys()].map((app) => world.sleep(5_000 * world.random()).then(() => invoke('Create', app))));
  expect(responses).toHaveLength(32);
  const failed = responses.filter(({ Status }) => Status === 'FAILED');
  expect(failed.length).toBeGreaterThan(6);
  expect(failed.length).toBeLessThan(12);
  const changedNothing = failed.filter(({ Reason }) => Reason!.includes('nothing was changed'));
  changedNothing.forEach(({ Reason, PhysicalResourceId }) => {
    expect(Reason).toMatch(/others updated the domain \d+ times meanwhile, and it takes one update at a time: deploy again, and attach the images of fewer stacks at the same time\. See https:.*#the-domain-is-busy$/);
    expect(PhysicalResourceId).toBe('d-1 (unconfirmed)');
  });
  // At most one update was still running when time was over.
  expect(failed.length - changedNothing.length).toBeLessThanOrEqual(1);
  expect(domain.list()).toContainEqual(FOREIGN);
}, 60_000);

test('20 stacks detach ten images each at the same time', async () => {
  const { world, domain, invoke } = crowd(10_000, 1);
  const apps = [...Array(20).keys()];
  const CustomImages = [...apps.slice(0, 10).flatMap(entriesOf), FOREIGN, ...apps.slice(10).flatMap(entriesOf)];
  domain.blocks = { DefaultUserSettings: { Kept: 1, JupyterLabAppSettings: { CustomImages } } };
  await world.settle(...apps.map((app) => invoke('Delete', app)));
  expect(responses.map(({ Status }) => Status)).toEqual(Array(20).fill('SUCCESS'));
  expect(domain.blocks).toEqual({ DefaultUserSettings: { Kept: 1, JupyterLabAppSettings: { CustomImages: [FOREIGN] } } });
}, 60_000);
