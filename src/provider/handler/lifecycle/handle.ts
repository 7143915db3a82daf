import type { Clock } from './clock';
import type { CustomResourceEvent } from './event';
import { Failure } from './failure';
import type { Attributes, Kind } from './kind';
import { log } from './log';
import { idAfterFailure, wasNotCreated } from './physical-id';
import { bodyOf, type CfnResponse, MAX_BYTES, respond } from './respond';
import { canRunAgain, type Run, runOf } from './runs';
import { see } from '../../../private/help';

/** Time reserved for sending the response, retries included, in milliseconds. */
const TIME_TO_RESPOND = 15_000;

/**
 * Handles an event and responds to it in any case, unless time ran out and Lambda can run the event again.
 *
 * @param kinds the supported kinds, by the type of the custom resource
 * @param wallClock the time in epoch milliseconds
 * @throws an error that makes Lambda run the event again
 */
export async function handle(event: CustomResourceEvent, kinds: Readonly<Record<string, Kind>>, clock: Clock, wallClock = Date.now()): Promise<void> {
  log('received', { type: event.ResourceType, request: event.RequestType, id: event.RequestId, logicalId: event.LogicalResourceId });
  const run = runOf(event, wallClock);
  const deadline = Math.min(clock.deadline, run ? clock.now() + run.timeLeft : Infinity) - TIME_TO_RESPOND;
  const response = await responseTo(event, kinds, { ...clock, deadline }, run);
  const { Data, ...logged } = response;
  log('responding', { ...logged, ...Data && { attributes: Object.keys(Data) } });
  await respond(event, response, clock);
}

async function responseTo(
  event: CustomResourceEvent, kinds: Readonly<Record<string, Kind>>, clock: Clock, run: Run | undefined,
): Promise<CfnResponse> {
  const kind = kinds[event.ResourceType] as Kind | undefined;
  // This is checked first, because invalid properties may have caused the failure.
  if (wasNotCreated(event)) {
    return { Status: 'SUCCESS', PhysicalResourceId: event.PhysicalResourceId! };
  }
  const start = clock.now();
  try {
    if (!kind) {
      throw new Failure(`custom resources of type '${event.ResourceType}' are not supported; nothing was changed; `
        + `use one of ${Object.keys(kinds).join(', ')}`, true);
    }
    const attributes = await within(clock.deadline - clock.now(), kind.run(event, clock));
    return event.RequestType === 'Delete'
      ? { Status: 'SUCCESS', PhysicalResourceId: event.PhysicalResourceId! }
      : ensureFits(event, { Status: 'SUCCESS', PhysicalResourceId: kind.physicalId(event, attributes ?? undefined), ...attributes && { Data: attributes } });
  } catch (error) {
    const { message, untouched, timedOut, help } = error instanceof Failure ? error
      : new Failure(`unexpected error: ${error instanceof Error ? error.stack : error}`, false);
    if (timedOut && canRunAgain(run, clock.now() - start)) {
      throw new Error(`to be continued by the next run: ${message}`);
    }
    const state = !untouched ? 'touched' : run?.isFirst === false ? 'unconfirmed' : 'untouched';
    return { Status: 'FAILED', Reason: help ? message + see(help) : message, PhysicalResourceId: idAfterFailure(event, kind, state) };
  }
}

/** Fails if the response is too long. Attributes are never truncated: a truncated ARN would deploy without an error. */
function ensureFits(event: CustomResourceEvent, response: CfnResponse): CfnResponse {
  const bytes = Buffer.byteLength(bodyOf(event, response));
  if (bytes > MAX_BYTES) {
    throw new Failure(`the response with the attributes ${Object.keys(response.Data ?? {}).join(', ')} has ${bytes} bytes, but CloudFormation accepts at most ${MAX_BYTES}; `
      + 'the operation itself succeeded; use shorter names', false);
  }
  return response;
}

/** Limits the duration of the work. */
function within(milliseconds: number, work: Promise<Attributes | void>): Promise<Attributes | void> {
  return new Promise((resolve, reject) => {
    const late = new Failure('an AWS call did not return in time; the resulting state is unknown; deploy again', false, false, 'The custom resource does not respond');
    const timer = setTimeout(reject, milliseconds, late);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
