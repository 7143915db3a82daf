import type { FoundVersion, Listing, Selector } from './model';
import type { ImageVersionLookupAttributes } from '../../kinds/image-version-lookup';
import type { Pause, Step } from '../converge';

/** After a version was found. */
export function onFound({ status, failureReason, attributes }: FoundVersion): Step<ImageVersionLookupAttributes> {
  switch (status) {
    case 'CREATED':
      return { do: 'finish', result: attributes };
    case 'CREATING':
      return { do: 'wait', why: `the status of version ${attributes.Version} is CREATING` };
    default:
      return {
        do: 'give up',
        why: `the status of version ${attributes.Version} is ${status} (${failureReason ?? 'the service gave no reason'})`,
        remedy: 'look up a version whose status is CREATED, or create one, and deploy again',
      };
  }
}

/** What can be looked up instead. */
export interface Existing {
  /** The newest first. */
  readonly versions: Listing;
  /** Listed for lookups by alias only. */
  readonly aliases?: Listing;
}

/** After the service said that the version does not exist. */
export function onMissing({ ImageName, Alias }: Selector, existing: Existing | undefined): Pause {
  if (!existing) {
    return { do: 'give up', why: `image '${ImageName}' does not exist`, remedy: 'name an image that exists in this account and Region' };
  }
  const { versions, aliases } = existing;
  if (versions.names.length === 0) {
    return { do: 'give up', why: 'the image has no versions', remedy: 'create a version and deploy again' };
  }
  const has = [`versions ${render(versions)}`, ...aliases ? [aliases.names.length > 0 ? `aliases ${render(aliases)}` : 'no aliases'] : []].join(' and ');
  return { do: 'give up', why: `it does not exist; the image has ${has}`, remedy: `use one of these ${Alias === undefined ? 'versions' : 'aliases or versions'}` };
}

/** After the service said that the version does not exist, and did not list what exists. */
export function onNotListed(found: string, listed: string): Pause {
  return { do: 'give up', why: `it does not exist (${found}), and what exists could not be listed (${listed})`, remedy: 'name one that exists in this account and Region' };
}

function render({ names, more }: Listing): string {
  return `${names.join(', ')}${more ? ' and more' : ''}`;
}
