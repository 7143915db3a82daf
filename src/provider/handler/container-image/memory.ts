import { createHash } from 'crypto';
import type { CustomResourceEvent } from '../lifecycle/event';
import { isMap } from '../service/json';

/*
 * The physical id remembers the digests for the current and the former properties:
 *
 *     <URI> <hash of properties>=<digest> <hash of former properties>=<former digest>
 *
 * A rollback sends the former properties. The tag may have moved meanwhile, or its container image may be gone, but the former version
 * must stay as it is. The id changes with each update, which CloudFormation takes for a replacement. The deletion of the former
 * resource does nothing.
 */

/** Returns the digest that was found for the properties of an event before: '' if it was not needed, `undefined` if they are new. */
export function rememberedDigest({ PhysicalResourceId = '', ResourceProperties }: CustomResourceEvent): string | undefined {
  const key = keyOf(ResourceProperties);
  return entriesOf(PhysicalResourceId).find((entry) => entry.startsWith(`${key}=`))?.slice(key.length + 1);
}

/** Returns the physical id after a digest was found. */
export function physicalIdOf({ PhysicalResourceId = '', ResourceProperties }: CustomResourceEvent, digest = ''): string {
  const key = keyOf(ResourceProperties);
  const [former] = entriesOf(PhysicalResourceId).filter((entry) => !entry.startsWith(`${key}=`));
  return [String(ResourceProperties.ImageUri), `${key}=${digest}`, ...former ? [former] : []].join(' ');
}

function entriesOf(id: string): string[] {
  return id.split(' ').slice(1).filter((entry) => entry.includes('='));
}

/** Returns a hash of the properties that does not depend on their order. */
function keyOf({ ServiceToken: _, ServiceTimeout: __, ...properties }: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(JSON.stringify(sorted(properties))).digest('hex').slice(0, 16);
}

function sorted(value: unknown): unknown {
  return isMap(value) ? Object.keys(value).sort().map((name) => [name, sorted(value[name])]) : value;
}
