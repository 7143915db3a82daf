import type { Selection } from './model';
import { aliasesInRange, parseRange, versionAliases } from '../../../private/alias-range';
import type { ImageVersionAttributes } from '../../kinds/image-version';
import type { Pause, Step } from '../converge';
import type { FoundVersion, Listing, VersionSelector } from '../service/image-model';

const help = 'A look-up finds nothing';
/** The number of aliases in a message. */
const MAX_NAMES = 20;

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

/**
 * Decides which alias in a range to look up.
 *
 * @param passedOver the reasons why versions with higher aliases cannot be used
 */
export function onAliases({ AliasRange }: Selection, aliases: readonly string[], passedOver: ReadonlyMap<string, string>): Pause | { do: 'look up'; alias: string } {
  const next = aliasesInRange(aliases, parseRange(AliasRange!)!).find((alias) => !passedOver.has(alias));
  if (next !== undefined) {
    return { do: 'look up', alias: next };
  }
  const versions = versionAliases(aliases).map(([alias]) => alias);
  const has = versions.length > 0 ? `the aliases ${named(versions)}`
    : `no alias that is a semantic version, such as 2.4.1${aliases.length > 0 ? `, but ${named(aliases)}` : ''}`;
  const why = passedOver.size > 0 ? `no version in this range can be used: ${[...passedOver.values()].join(', ')}` : 'no alias is in this range';
  return { do: 'give up', why: `${why}; the image has ${has}`, remedy: 'use a range with one of the aliases, or add an alias to a version with status CREATED, and deploy again', help };
}

/** Decides after SageMaker returned the version with the highest alias in a range: a version that cannot be used is passed over. */
export function onFoundInRange(alias: string, found: FoundVersion, passedOver: Map<string, string>): Step<ImageVersionAttributes> {
  const step = onFound(found);
  return step.do === 'give up' ? onPassedOver(alias, step.why, passedOver) : step;
}

/** Continues with the next alias in a range. */
export function onPassedOver(alias: string, reason: string, passedOver: Map<string, string>): Pause {
  const why = `alias '${alias}': ${reason}`;
  passedOver.set(alias, why);
  return { do: 'wait', why, milliseconds: 0 };
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

function named(names: readonly string[]): string {
  return render({ names: names.slice(0, MAX_NAMES), more: names.length > MAX_NAMES });
}

function render({ names, more }: Listing): string {
  return `${names.join(', ')}${more ? ', …' : ''}`;
}
