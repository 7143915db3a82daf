import type { Clock } from './clock';
import type { CustomResourceEvent } from './event';
import { Failure } from './failure';
import type { Attributes, Kind } from './kind';
import { log } from './log';
import { bodyOf, type CfnResponse, MAX_BYTES, respond } from './respond';

/**
 * Suffix of the physical id after a failed creation that changed nothing, so that its deletion changes nothing either.
 *
 * No name in SageMaker has a space or a parenthesis, so that no other physical id ends with it.
 */
const NOT_CREATED = ' (not created)';
/** The maximum size of a physical id that CloudFormation accepts. */
const MAX_ID_BYTES = 1_024;
/** Time reserved for sending the response, retries included, in milliseconds. */
const TIME_TO_RESPOND = 15_000;

/**
 * Handles an event and responds to it in any case.
 *
 * @param kinds the supported kinds, by the type of the custom resource
 */
export async function handle(event: CustomResourceEvent, kinds: Readonly<Record<string, Kind>>, clock: Clock): Promise<void> {
  log('received', { type: event.ResourceType, request: event.RequestType, id: event.RequestId, logicalId: event.LogicalResourceId });
  const response = await responseTo(event, kinds, { ...clock, deadline: clock.deadline - TIME_TO_RESPOND });
  const { Data, ...logged } = response;
  log('responding', { ...logged, ...Data && { attributes: Object.keys(Data) } });
  await respond(event, response, clock);
}

async function responseTo(event: CustomResourceEvent, kinds: Readonly<Record<string, Kind>>, clock: Clock): Promise<CfnResponse> {
  const kind = kinds[event.ResourceType] as Kind | undefined;
  // This is checked first, because invalid properties may have caused the failure.
  if (event.RequestType === 'Delete' && event.PhysicalResourceId!.endsWith(NOT_CREATED)) {
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
      : ensureFits(event, { Status: 'SUCCESS', PhysicalResourceId: kind.physicalId(event), ...attributes && { Data: attributes } });
  } catch (error) {
    const { message, untouched } = error instanceof Failure ? error : new Failure(`unexpected error: ${error instanceof Error ? error.stack : error}`, false);
    return { Status: 'FAILED', Reason: message, PhysicalResourceId: event.PhysicalResourceId ?? idAfterFailure(event, kind, untouched) };
  }
}

function idAfterFailure(event: CustomResourceEvent, kind: Kind | undefined, untouched: boolean): string {
  const id = validIdOf(event, kind);
  return id !== undefined && !untouched ? id : `${id ?? event.LogicalResourceId}${NOT_CREATED}`;
}

/** Returns `undefined` if the properties are not valid, or if the physical id is too long with a suffix. */
function validIdOf(event: CustomResourceEvent, kind: Kind | undefined): string | undefined {
  try {
    const id = kind?.physicalId(event);
    return id !== undefined && Buffer.byteLength(id + NOT_CREATED) <= MAX_ID_BYTES ? id : undefined;
  } catch {
    return undefined;
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
    const late = new Failure('an AWS call did not return in time; the resulting state is unknown; deploy again', false);
    const timer = setTimeout(reject, milliseconds, late);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
