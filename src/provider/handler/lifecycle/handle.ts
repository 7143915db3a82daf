import type { Clock } from './clock';
import type { CustomResourceEvent } from './event';
import { Failure } from './failure';
import type { Attributes, Kind } from './kind';
import { log } from './log';
import { type Answer, bodyOf, MOST_BYTES, respond } from './respond';

/** Added to the physical id of what could not be created and changed nothing, so that its deletion changes nothing either. */
const UNTOUCHED = '/not-created';
/** How long before the deadline of an event the work has to be over, so that there is time to answer, and to try that again. */
const TIME_TO_ANSWER = 15_000;

/**
 * Does what an event asks for and answers it, whatever happens.
 *
 * @param kinds by the type of the custom resource
 */
export async function handle(event: CustomResourceEvent, kinds: Readonly<Record<string, Kind>>, clock: Clock): Promise<void> {
  log('received', { type: event.ResourceType, request: event.RequestType, id: event.RequestId, logicalId: event.LogicalResourceId });
  const answer = await answerTo(event, kinds, { ...clock, deadline: clock.deadline - TIME_TO_ANSWER });
  const { Data, ...logged } = answer;
  log('answering', { ...logged, ...Data && { attributes: Object.keys(Data) } });
  await respond(event, answer, clock);
}

async function answerTo(event: CustomResourceEvent, kinds: Readonly<Record<string, Kind>>, clock: Clock): Promise<Answer> {
  const kind = kinds[event.ResourceType] as Kind | undefined;
  if (event.RequestType === 'Delete' && wasNotCreated(event, kind)) {
    return { Status: 'SUCCESS', PhysicalResourceId: event.PhysicalResourceId! };
  }
  try {
    if (!kind) {
      throw new Failure(`custom resources of type '${event.ResourceType}' are not supported; nothing was changed; `
        + `use one of ${Object.keys(kinds).join(', ')}`, true);
    }
    const attributes = await within(clock.deadline - clock.now(), kind.run(event, clock));
    return event.RequestType === 'Delete'
      ? { Status: 'SUCCESS', PhysicalResourceId: event.PhysicalResourceId! }
      : fitting(event, { Status: 'SUCCESS', PhysicalResourceId: kind.physicalId(event), ...attributes && { Data: attributes } });
  } catch (error) {
    const { message, untouched } = error instanceof Failure ? error : new Failure(`unexpected: ${error instanceof Error ? error.stack : error}`, false);
    return { Status: 'FAILED', Reason: message, PhysicalResourceId: event.PhysicalResourceId ?? idOfFailed(event, kind, untouched) };
  }
}

/** Before anything else looks at the properties: they may be why nothing was created. */
function wasNotCreated(event: CustomResourceEvent, kind: Kind | undefined): boolean {
  // The name of a thing may end like that too.
  return event.PhysicalResourceId!.endsWith(UNTOUCHED) && event.PhysicalResourceId !== physicalIdOf(event, kind);
}

function idOfFailed(event: CustomResourceEvent, kind: Kind | undefined, untouched: boolean): string {
  const id = physicalIdOf(event, kind);
  return id !== undefined && !untouched ? id : `${id ?? event.LogicalResourceId}${UNTOUCHED}`;
}

/** If the properties make sense. */
function physicalIdOf(event: CustomResourceEvent, kind: Kind | undefined): string | undefined {
  try {
    return kind?.physicalId(event);
  } catch {
    return undefined;
  }
}

/** Attributes are never cut: half an ARN would be deployed without an error. */
function fitting(event: CustomResourceEvent, answer: Answer): Answer {
  const bytes = Buffer.byteLength(bodyOf(event, answer));
  if (bytes > MOST_BYTES) {
    throw new Failure(`the answer with the attributes ${Object.keys(answer.Data ?? {}).join(', ')} has ${bytes} bytes, and CloudFormation accepts ${MOST_BYTES}; `
      + 'the work itself is done; use shorter names', false);
  }
  return answer;
}

/** The work, or a failure if it does not end. */
function within(milliseconds: number, work: Promise<Attributes | void>): Promise<Attributes | void> {
  return new Promise((resolve, reject) => {
    const late = new Failure('a call did not return in time; the state that it left is unknown; deploy again', false);
    const timer = setTimeout(reject, milliseconds, late);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
