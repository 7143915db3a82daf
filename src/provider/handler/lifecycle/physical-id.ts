import type { CustomResourceEvent } from './event';
import type { Kind } from './kind';

/**
 * Suffix of the physical id after a failed creation that changed nothing, so that its deletion changes nothing either.
 *
 * No name in SageMaker has a space or a parenthesis, so that no other physical id ends with it.
 */
const NOT_CREATED = ' (not created)';
/** Suffix after a failed creation of which an earlier run may have changed something. As the id is not its own, the deletion is careful. */
const UNCONFIRMED = ' (unconfirmed)';
/** The maximum size of a physical id that CloudFormation accepts. */
const MAX_BYTES = 1_024;

/** Whether an event deletes what a failed creation did not create. */
export function wasNotCreated({ RequestType, PhysicalResourceId }: CustomResourceEvent): boolean {
  return RequestType === 'Delete' && PhysicalResourceId!.endsWith(NOT_CREATED);
}

/** Returns the physical id after a failure. */
export function idAfterFailure(event: CustomResourceEvent, kind: Kind | undefined, state: 'untouched' | 'unconfirmed' | 'touched'): string {
  if (event.PhysicalResourceId !== undefined) {
    return event.PhysicalResourceId;
  }
  const id = validIdOf(event, kind);
  if (id === undefined || state === 'untouched') {
    return `${id ?? event.LogicalResourceId}${NOT_CREATED}`;
  }
  return state === 'unconfirmed' ? `${id}${UNCONFIRMED}` : id;
}

/** Returns `undefined` if the type or the properties are not valid, or if the physical id is too long with a suffix. */
function validIdOf(event: CustomResourceEvent, kind: Kind | undefined): string | undefined {
  let id: string | undefined;
  try {
    id = kind!.physicalId(event);
  } catch {
    // The response to the creation shows what is not valid.
  }
  return Buffer.byteLength(`${id}${NOT_CREATED}`) <= MAX_BYTES ? id : undefined;
}
