import * as fc from 'fast-check';
import { responses } from './aws';
import { Scene } from './scene';
import { step } from './steps';
import type { CfnResponse } from '../../../../src/provider/handler/lifecycle/respond';

jest.mock('../../../../src/provider/handler/lifecycle/respond', () => ({
  ...jest.requireActual('../../../../src/provider/handler/lifecycle/respond'),
  respond: async ({ RequestId }: { RequestId: string }, response: CfnResponse) => { responses.set(RequestId, response); },
}));

/** How many sequences of how many steps. All of them take less than two minutes of processor time. */
const [SEQUENCES, STEPS] = [Number(process.env.MODEL_SEQUENCES ?? 1_000), 20];

// Timers of processes that are killed would never end.
beforeAll(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date', 'hrtime', 'performance'] });
  console.log = () => undefined;
});
afterAll(() => { jest.useRealTimers(); });

test(`${SEQUENCES} sequences of ${STEPS} deployments, promotions, pushes, changes by hand and faults lose nothing and end as the model says`, async () => {
  let [steps, pruned, failed] = [0, 0, 0];
  await fc.assert(fc.asyncProperty(
    fc.nat(10_000), fc.constantFrom('refuse' as const, 'move' as const), fc.boolean(), fc.array(step, { minLength: STEPS, maxLength: STEPS }),
    async (seed, takenAlias, reusesNumbers, sequence) => {
      const scene = new Scene(seed, { takenAlias, reusesNumbers });
      await scene.start();
      for (const one of sequence) {
        await scene.take(one);
        steps++;
      }
      pruned += scene.counts.pruned;
      failed += scene.counts.failed;
    },
  ), {
    numRuns: SEQUENCES,
    // It shrinks for minutes.
    endOnFailure: !process.env.MODEL_SHRINK,
    seed: Number(process.env.MODEL_SEED ?? 1),
    path: process.env.MODEL_PATH,
  });
  expect(steps).toBeGreaterThanOrEqual(SEQUENCES * STEPS);
  expect(pruned).toBeGreaterThan(SEQUENCES);
  expect(failed).toBeGreaterThan(SEQUENCES / 2);
}, 600_000);
