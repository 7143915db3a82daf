import { World } from './world';
import { converge, type Step, type Work } from '../../../src/provider/handler/converge';
import { Failure } from '../../../src/provider/handler/lifecycle/failure';

let world: World;
let log: jest.SpyInstance;

beforeEach(() => {
  log = jest.spyOn(console, 'log').mockImplementation();
  world = new World();
});

const WAIT: Step<string> = { do: 'wait', why: 'it is not done' };
const WRITTEN: Step<string> = { do: 'read again after writing' };
const DONE: Step<string> = { do: 'finish', result: 'dough' };

/** Fictional work with these steps. The last one repeats. */
function baking(...steps: Step<string>[]): Work<string> & { rounds: number[] } {
  const rounds: number[] = [];
  return {
    rounds,
    doing: 'baking bread',
    remedy: () => 'buy some',
    longestRound: 10_000,
    next: async () => {
      rounds.push(world.now());
      return steps[Math.min(rounds.length, steps.length) - 1];
    },
    state: () => ({ untouched: false, description: 'the oven is hot' }),
  };
}

test('work continues until it is finished, and returns its result', async () => {
  const work = baking(WAIT, WRITTEN, WAIT, DONE);
  const [outcome] = await world.settle(converge(work, world.clock()));
  expect(outcome).toEqual({ status: 'fulfilled', value: 'dough' });
  expect(work.rounds).toHaveLength(4);
});

test('work that gives up fails with the operation, the reason, the state and the remedy', async () => {
  const work = baking(WAIT, { do: 'give up', why: 'there is no flour', remedy: 'buy flour', details: { flour: 0 } });
  const failure = await world.run(converge(work, world.clock()));
  expect(failure).toBeInstanceOf(Failure);
  expect(failure).toMatchObject({ message: 'baking bread failed: there is no flour; the oven is hot; buy flour', untouched: false });
  expect(JSON.parse(log.mock.calls[log.mock.calls.length - 1][0])).toEqual({ message: 'giving up', doing: 'baking bread', flour: 0 });
});

test.each([[WAIT, 'it is not done'], [WRITTEN, 'the last write is not verified yet']])('work ends one round before the deadline (%j)', async (step, why) => {
  const clock = world.clock(2);
  const failure = await world.run(converge(baking(step), clock));
  expect(failure?.message).toBe(`baking bread failed: timed out while waiting (${why}); the oven is hot; buy some`);
  expect(world.now()).toBeLessThanOrEqual(clock.deadline - 10_000);
  expect(world.now()).toBeGreaterThan(clock.deadline - 20_001);
});

test('pauses grow up to ten seconds, start over after a write, and grow from one write to the next', async () => {
  const { sleep } = world;
  const pauses = async (...steps: Step<string>[]) => {
    const slept: number[] = [];
    const record = (milliseconds: number) => {
      slept.push(milliseconds);
      return sleep(milliseconds);
    };
    await world.run(converge(baking(...steps, DONE), { ...world.clock(), random: () => 1, sleep: record }));
    return slept;
  };
  expect(await pauses(WAIT, WAIT, WAIT, WRITTEN, WAIT)).toEqual([1_000, 1_500, 2_250, 1_000, 1_000]);
  expect(await pauses(WRITTEN, WRITTEN, WRITTEN)).toEqual([1_000, 1_500, 2_250]);
  expect((await pauses(...Array(10).fill(WAIT)))[9]).toBe(10_000);
  expect(await pauses({ ...WAIT, milliseconds: 7 } as Step<string>)).toEqual([7]);
  expect(await pauses({ ...WAIT, milliseconds: 7, jitter: 20 } as Step<string>)).toEqual([27]);
});

test('a part of the jitter is random', async () => {
  const clock = { ...world.clock(), random: () => 0.25 };
  await world.run(converge(baking({ ...WAIT, milliseconds: 7, jitter: 20 } as Step<string>, DONE), clock));
  expect(world.now()).toBe(12);
});

test('each step is logged', async () => {
  await world.run(converge(baking({ ...WAIT, milliseconds: 7.4 } as Step<string>, WRITTEN, DONE), world.clock()));
  expect(log.mock.calls.map(([line]) => JSON.parse(line))).toEqual([
    { message: 'waiting', doing: 'baking bread', why: 'it is not done', milliseconds: 7 },
    { message: 'written', doing: 'baking bread' },
    { message: 'done', doing: 'baking bread' },
  ]);
});

test('only a timeout is a reason to continue later', async () => {
  expect(await world.run(converge(baking(WAIT), world.clock(1)))).toMatchObject({ timedOut: true });
  expect(await world.run(converge(baking({ do: 'give up', why: 'no flour', remedy: 'buy flour' }), world.clock()))).toMatchObject({ timedOut: false });
});

test('a round that ends exactly at the deadline takes place', async () => {
  const work = baking({ ...WAIT, milliseconds: 5_000 } as Step<string>);
  await world.run(converge(work, { ...world.clock(), deadline: 15_000 }));
  expect(work.rounds).toEqual([0, 5_000]);
});
