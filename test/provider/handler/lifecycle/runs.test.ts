import { clockFor } from '../../../../src/provider/handler/lifecycle/clock';
import type { CustomResourceEvent } from '../../../../src/provider/handler/lifecycle/event';
import { Failure } from '../../../../src/provider/handler/lifecycle/failure';
import { handle } from '../../../../src/provider/handler/lifecycle/handle';
import type { Kind } from '../../../../src/provider/handler/lifecycle/kind';
import type { CfnResponse } from '../../../../src/provider/handler/lifecycle/respond';
import { event } from '../event';
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
const SENT = Date.UTC(2026, 10, 9, 23, 8, 7);
/** The forms of response URLs that are known. */
const SIGNED = 'https://bucket.s3.eu-west-1.amazonaws.com/x%7C1?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20261109T230807Z&X-Amz-Expires=7200&X-Amz-Signature=1';
const SIGNED_LONG_AGO = 'https://bucket.s3-eu-west-1.amazonaws.com/x%7C1?AWSAccessKeyId=A&Expires=1510162268&Signature=i83y%3D';

/** The end of one run that started this many minutes after the event, and takes so long. */
async function run({ after, takes = 14, url = SIGNED, timeout = '1500', failure, type = 'Create' }: {
  after: number; takes?: number; url?: string; timeout?: string; failure: Failure; type?: CustomResourceEvent['RequestType'];
}): Promise<{ response?: CfnResponse; deadline?: number; error?: Error }> {
  const world = new World();
  let deadline: number | undefined;
  const kind: Kind = {
    physicalId: () => 'thing',
    run: async (_, clock) => {
      deadline = clock.deadline / MINUTE - 5;
      await world.sleep(takes * MINUTE);
      throw failure;
    },
  };
  const one = event(type, { ServiceTimeout: timeout }, { ResponseURL: url });
  // The clock of the function does not start at 0.
  await world.settle(world.sleep(5 * MINUTE));
  const error = await world.run(handle(one, { 'Custom::Thing': kind }, world.clock(15), SENT + after * MINUTE));
  return { response: responses[0], deadline, error };
}

const timedOut = (untouched: boolean) => new Failure('doing x timed out', untouched, true);
const failed = (untouched: boolean) => new Failure('doing x failed', untouched);

test.each([true, false])('when time runs out, Lambda runs the event again as long as CloudFormation waits for it (nothing changed: %s)', async (untouched) => {
  const { response, error, deadline } = await run({ after: 0, failure: timedOut(untouched) });
  expect(error?.message).toBe('to be continued by the next run: doing x timed out');
  expect(response).toBeUndefined();
  expect(deadline).toBe(14.75);
});

test.each([
  // CloudFormation waits for 25 minutes. Lambda waits for one, and two more are needed to do something.
  [0, 21.9, true], [0, 22, false], [0, 22.1, false], [8, 13.9, true], [8, 14.1, false], [16, 8, false],
])('a run that starts after %d minutes and ends %d minutes later is followed by another one: %s', async (after, takes, again) => {
  const { response, error } = await run({ after, takes, failure: timedOut(true) });
  expect(Boolean(error)).toBe(again);
  expect(response?.Status).toBe(again ? undefined : 'FAILED');
});

test('the last run ends before CloudFormation gives up', async () => {
  expect((await run({ after: 16, failure: timedOut(true) })).deadline).toBe(8.75);
});

test.each(['Create', 'Update', 'Delete'] as const)('a %s that failed for another reason is not run again', async (type) => {
  expect((await run({ after: 0, failure: failed(false), type })).response).toMatchObject({ Status: 'FAILED', Reason: 'doing x failed', PhysicalResourceId: type === 'Create' ? 'thing' : 'id' });
});

test.each([
  [SIGNED_LONG_AGO, '1500'], [SIGNED.replace('X-Amz-Date=', 'X-Amz-Time='), '1500'], [SIGNED.replace('20261109T', '2026T'), '1500'], [SIGNED, 'x'], [SIGNED.replace('1109T230807', '9999T999999'), '1500'],
])('if it is not known how long CloudFormation waits, there is no other run (%s, %s)', async (url, timeout) => {
  const { response, deadline } = await run({ after: 0, url, timeout, failure: timedOut(true) });
  expect(response).toMatchObject({ Status: 'FAILED', Reason: 'doing x timed out', PhysicalResourceId: 'thing (not created)' });
  expect(deadline).toBe(14.75);
});

test.each([
  // Only the first run knows that nothing was changed.
  [0, true, 'thing (not created)'], [0.7, true, 'thing (not created)'], [0.75, true, 'thing (unconfirmed)'], [0.8, true, 'thing (unconfirmed)'], [16, true, 'thing (unconfirmed)'],
  [0, false, 'thing'], [16, false, 'thing'],
])('the physical id after a failed creation shows what its deletion has to do (minute %d, nothing changed: %s)', async (after, untouched, id) => {
  expect((await run({ after, failure: failed(untouched) })).response).toMatchObject({ Status: 'FAILED', PhysicalResourceId: id });
});

test('the real clock measures milliseconds, and sleeps', async () => {
  const clock = clockFor(5_000);
  const [before, wall] = [clock.now(), Date.now()];
  expect(clock.deadline - before).toBeGreaterThan(4_900);
  expect(clock.deadline - before).toBeLessThanOrEqual(5_000);
  await clock.sleep(120);
  expect(clock.now() - before).toBeGreaterThanOrEqual(118);
  expect(Math.abs(clock.now() - before - (Date.now() - wall))).toBeLessThan(20);
  const numbers = [...Array(20)].map(() => clock.random());
  expect(new Set(numbers).size).toBe(20);
  numbers.forEach((one) => expect(one >= 0 && one < 1).toBe(true));
});
