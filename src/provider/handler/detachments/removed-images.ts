import type { StudioDetachmentsProperties } from '../../kinds/studio-detachments';
import { BLOCKS, type RawProperties } from '../attachments/model';
import { isMap, type Json } from '../service/json';

const SETTINGS = Object.values(BLOCKS).flat();

/** The properties of the custom resource before validation. */
export type RawDetachments = { readonly [name in keyof StudioDetachmentsProperties]?: unknown };

/**
 * Returns the former lists and default images that are gone, in the shape of the attachments of each target. Domains come first,
 * because their user profiles and spaces cannot be changed meanwhile.
 *
 * A list or default that remains is written by CloudFormation.
 */
export function removedImages(former: RawDetachments, current: RawDetachments): RawProperties[] {
  const after = mapIn(current.Targets);
  return Object.entries(mapIn(former.Targets))
    .flatMap(([id, target]) => removedFrom(mapIn(target), mapIn(after[id])))
    .sort((one, other) => Number(isPartOfDomain(one)) - Number(isPartOfDomain(other)));
}

function removedFrom(before: RawProperties, after: RawProperties): RawProperties[] {
  // A new resource never had these images, and the function may have no permissions on the former one, which is deleted.
  const isReplaced = after.DomainId !== undefined
    && (['DomainId', 'UserProfileName', 'SpaceName'] as const).some((name) => after[name] !== before[name]);
  const removed = SETTINGS.map((name) => [name, without(mapIn(before[name]), mapIn(after[name]))] as const)
    .filter(([, block]) => Object.keys(block).length > 0);
  const others = SETTINGS.map((name) => [name, undefined]);
  return isReplaced || removed.length === 0 ? [] : [{ ...before, ...Object.fromEntries([...others, ...removed]) }];
}

/** Returns the members of each app that the other block does not have. */
function without(block: Json, other: Json): Json {
  const removed = Object.entries(block).map(([app, images]) => {
    const after = mapIn(other[app]);
    return [app, Object.fromEntries(Object.entries(mapIn(images)).filter(([member]) => !(member in after)))] as const;
  });
  return Object.fromEntries(removed.filter(([, images]) => Object.keys(images).length > 0));
}

function isPartOfDomain({ UserProfileName, SpaceName }: RawProperties): boolean {
  return UserProfileName !== undefined || SpaceName !== undefined;
}

function mapIn(value: unknown): Json {
  return isMap(value) ? value : {};
}
