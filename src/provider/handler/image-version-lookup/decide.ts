import type { ImageVersionAttributes } from '../../kinds/image-version';
import type { Pause, Step } from '../converge';
import type { FoundVersion, Listing, VersionSelector } from '../service/image-model';

const help = 'A look-up finds nothing';

/** Decides after SageMaker returned a version. */
export function onFound({ status, failureReason, attributes }: FoundVersion): Step<ImageVersionAttributes> {
  switch (status) {
    case 'CREATED':
      return { do: 'finish', result: attributes };
    case 'CREATING':
      return { do: 'wait', why: `the status of version ${attributes.Version} is CREATING` };
    default:
      return {
        do: 'give up',
        why: `the status of version ${attributes.Version} is ${status} (${failureReason ?? 'SageMaker gave no reason'})`,
        remedy: 'look up or create a version with status CREATED, and deploy again',
      };
  }
}

/** The versions and aliases of the image, which messages suggest. */
export interface Existing {
  /** Newest first. */
  readonly versions: Listing;
  /** Only for lookups by alias. */
  readonly aliases?: Listing;
}

/**
 * Fails a lookup after SageMaker reported that the version does not exist.
 *
 * @param existing undefined if the image does not exist either
 */
export function onMissing({ ImageName, Alias }: VersionSelector, existing: Existing | undefined): Pause {
  if (!existing) {
    return { do: 'give up', why: `image '${ImageName}' does not exist`, remedy: 'use an existing image in this account and Region', help };
  }
  const { versions, aliases } = existing;
  if (versions.names.length === 0) {
    return { do: 'give up', why: 'the image has no versions', remedy: 'create a version and deploy again', help };
  }
  const has = [`versions ${render(versions)}`, ...aliases ? [aliases.names.length > 0 ? `aliases ${render(aliases)}` : 'no aliases'] : []].join(' and ');
  return { do: 'give up', why: `there is no such version; the image has ${has}`, remedy: `use one of these ${Alias === undefined ? 'versions' : 'aliases or versions'}`, help };
}

/** Fails a lookup after SageMaker reported that the version does not exist, and listing the existing ones failed too. */
export function onNotListed(missing: string, notListed: string): Pause {
  return {
    do: 'give up',
    why: `there is no such version (${missing}), and listing the existing versions failed (${notListed})`,
    remedy: 'use an existing version in this account and Region',
    help,
  };
}

function render({ names, more }: Listing): string {
  return `${names.join(', ')}${more ? ', …' : ''}`;
}
