import { Clock, CustomResource, CustomResourceEvent, Failure } from './events';
import { log } from './log';
import { Answer, respond } from './respond';

/** Added to the physical id of what could not be created and changed nothing, so that its deletion changes nothing either. */
const UNTOUCHED = '/not-created';
/** How long before the deadline of an event the work has to be over, so that there is time to answer, and to try that again. */
const TIME_TO_ANSWER = 15_000;

/** Does what an event asks for and answers it, whatever happens. */
export async function handle(event: CustomResourceEvent, resources: Record<string, CustomResource>, clock: Clock): Promise<void> {
  log('received', { type: event.ResourceType, request: event.RequestType, id: event.RequestId, logicalId: event.LogicalResourceId });
  const answer = await answerTo(event, resources, { ...clock, deadline: clock.deadline - TIME_TO_ANSWER });
  log('answering', { ...answer });
  await respond(event, answer, clock);
}

async function answerTo(event: CustomResourceEvent, resources: Record<string, CustomResource>, clock: Clock): Promise<Answer> {
  const resource = resources[event.ResourceType];
  if (event.RequestType === 'Delete' && event.PhysicalResourceId?.endsWith(UNTOUCHED)) {
    // Before anything looks at the properties: they may be why nothing was created.
    return { Status: 'SUCCESS', PhysicalResourceId: event.PhysicalResourceId };
  }
  try {
    if (!resource) {
      throw new Failure(`custom resources of type '${event.ResourceType}' are not known; nothing was changed; `
        + `use one of ${Object.keys(resources).join(', ')}`, true);
    }
    await within(clock.deadline - clock.now(), resource.run(event, clock));
    const done = event.RequestType === 'Delete' ? event.PhysicalResourceId! : resource.physicalId(event);
    return { Status: 'SUCCESS', PhysicalResourceId: done };
  } catch (error) {
    const { message, untouched } = error instanceof Failure ? error : new Failure(`unexpected: ${error instanceof Error ? error.stack : error}`, false);
    return { Status: 'FAILED', Reason: message, PhysicalResourceId: event.PhysicalResourceId ?? idOfFailed(event, resource, untouched) };
  }
}

function idOfFailed(event: CustomResourceEvent, resource: CustomResource | undefined, untouched: boolean): string {
  try {
    return untouched ? `${resource!.physicalId(event)}${UNTOUCHED}` : resource!.physicalId(event);
  } catch {
    return `${event.LogicalResourceId}${UNTOUCHED}`;
  }
}

/** The work, or a failure if it does not end. */
function within(milliseconds: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = new Failure('a call did not return in time; what it left is not known; deploy again', false);
    const timer = setTimeout(reject, milliseconds, late);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
