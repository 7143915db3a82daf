import type { Guidance, Options, Reference } from './model';
import type { ImageRetentionLimit } from '../../kinds/image-retention';
import type { ListedVersion } from '../service/image-model';

/** What is known about an image. */
export interface Facts {
  readonly versions: readonly ListedVersion[];
  /** The numbers that the app manages. */
  readonly managed: ReadonlySet<number>;
  /** In seconds since 1970. */
  readonly now: number;
  /** The aliases of those versions whose aliases were read. */
  readonly aliases: ReadonlyMap<number, readonly string[]>;
  /** The vendor guidance of those versions whose guidance was read. */
  readonly guidance: ReadonlyMap<number, string | undefined>;
  /** Undefined if Studio was not read. */
  readonly references?: readonly Reference[];
}

/** What to do with each version, oldest first. */
export interface Plan {
  readonly delete: readonly number[];
  readonly mark: readonly { readonly number: number; readonly guidance: Guidance }[];
  /** All versions that are not deleted. */
  readonly keep: readonly { readonly number: number; readonly reasons: readonly string[] }[];
}

/** The stages of retirement. A version never returns to an earlier one. */
const STAGES: readonly (string | undefined)[] = [undefined, 'TO_BE_ARCHIVED', 'ARCHIVED'];
/** The states in which a version can be deleted. */
const DELETABLE = ['CREATED', 'CREATE_FAILED', 'DELETE_FAILED'];
/** The reason to keep a version if the limits are for retirement only. */
export const NO_LIMIT = 'no limit';
/** The clocks of the service may differ by so many seconds. */
export const SKEW = 60;

/** Decides what happens to each version. What is not known protects a version. */
export function plan(facts: Facts, options: Options): Plan {
  const oldestFirst = [...facts.versions].sort((one, other) => one.number - other.number);
  const decided = oldestFirst.map((version) => {
    const { number } = version;
    const limits = limitsOf(version, facts, options.delete);
    const outside = usesOutside(version, facts, options);
    const uses = [...usesOf(version, facts), ...outside ?? []];
    const guidance = uses.length === 0 && outside && limits.length > 0 ? stageFor(version, facts, options) : undefined;
    const reasons = [...uses, ...limits];
    return { number, reasons: reasons.length === 0 && !outside ? ['its uses were not read'] : reasons, guidance };
  });
  return {
    delete: decided.filter(({ reasons }) => reasons.length === 0).map(({ number }) => number),
    mark: decided.flatMap(({ number, guidance }) => guidance ? [{ number, guidance }] : []),
    keep: decided.filter(({ reasons }) => reasons.length > 0),
  };
}

/** The versions of which the aliases, the guidance and the uses in Studio matter. */
export function candidates(facts: Facts, options: Options): { readonly delete: number[]; readonly retire: number[] } {
  const free = facts.versions.filter((version) => usesOf(version, facts).length === 0);
  const beyond = (limit: ImageRetentionLimit | undefined) => free.filter((version) => limitsOf(version, facts, limit).length === 0)
    .map(({ number }) => number);
  const deleted = beyond(options.delete);
  const retired = new Set([...beyond(options.toBeArchived), ...beyond(options.archived)]);
  return { delete: deleted, retire: [...retired].filter((number) => !deleted.includes(number)) };
}

/** Why a limit does not apply to a version yet. */
function limitsOf({ number, status, created }: ListedVersion, { versions, now }: Facts, limit: ImageRetentionLimit | undefined): string[] {
  if (!limit) {
    return [NO_LIMIT];
  }
  const { Versions = 0, Age = -Infinity } = limit;
  // Versions that failed are not worth keeping and must not take the place of others.
  const newer = usable(versions).filter((other) => other.number > number).length;
  return [
    ...status === 'CREATED' && newer < Versions ? [`one of the last ${Versions}`] : [],
    ...now - created < Age ? ['too young'] : [],
  ];
}

/** Why the list of versions and the app protect a version. */
function usesOf({ number, status }: ListedVersion, { versions, managed }: Facts): string[] {
  return [
    ...number === highest(versions) ? ['the newest'] : number === highest(usable(versions)) ? ['the newest that is CREATED'] : [],
    ...managed.has(number) ? ['used by this app'] : [],
    ...DELETABLE.includes(status) ? [] : [`its status is ${status}`],
  ];
}

/** Why aliases and Studio protect a version. Undefined if they were not read. */
function usesOutside(version: ListedVersion, facts: Facts, { expendableAliases }: Options): string[] | undefined {
  const aliases = facts.aliases.get(version.number);
  if (!aliases || !facts.references) {
    return undefined;
  }
  const kept = aliases.filter((alias) => !expendableAliases.some((pattern) => fits(pattern, alias)));
  const references = facts.references.filter((reference) => isOf(reference, version, aliases, facts)).map(({ where }) => where);
  return [...kept.map((alias) => `alias '${alias}'`), ...new Set(references)];
}

/** Whether a reference may mean a version. */
function isOf(
  { number, alias, started, existedAt, unclear }: Reference, version: ListedVersion, aliases: readonly string[], { versions }: Facts,
): boolean {
  if (unclear) {
    return true;
  }
  if (alias !== undefined) {
    // Studio takes `N` and `N.N` too: aliases that start with them may be meant, and the number itself.
    const wanted = alias.toLowerCase();
    return String(version.number) === wanted || aliases.some((one) => one.toLowerCase() === wanted || one.toLowerCase().startsWith(`${wanted}.`));
  }
  if (started !== undefined) {
    // The last version may have been CREATING when the app started, which then runs the one before.
    const before = usable(versions).filter(({ created }) => created <= started + SKEW).map((one) => one.number)
      .sort((one, other) => other - one);
    return before.slice(0, 2).includes(version.number);
  }
  if (existedAt !== undefined) {
    return version.created <= existedAt + SKEW;
  }
  return number === version.number;
}

function stageFor(version: ListedVersion, facts: Facts, { toBeArchived, archived }: Options): Guidance | undefined {
  const { number, status } = version;
  const applies = (limit: ImageRetentionLimit | undefined) => limitsOf(version, facts, limit).length === 0;
  const wanted: Guidance | undefined = applies(archived) ? 'ARCHIVED' : applies(toBeArchived) ? 'TO_BE_ARCHIVED' : undefined;
  const reached = STAGES.indexOf(facts.guidance.get(number));
  return status === 'CREATED' && facts.guidance.has(number) && STAGES.indexOf(wanted) > Math.max(reached, 0) ? wanted : undefined;
}

function usable(versions: readonly ListedVersion[]): ListedVersion[] {
  return versions.filter(({ status }) => status === 'CREATED');
}

function highest(versions: readonly ListedVersion[]): number {
  return Math.max(...versions.map(({ number }) => number));
}

/** Whether an alias fits a pattern, in which `*` stands for any characters. */
function fits(pattern: string, alias: string): boolean {
  return new RegExp(`^${pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`).test(alias);
}
