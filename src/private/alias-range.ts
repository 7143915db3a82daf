/** A version: major, minor, patch, and the identifiers of a prerelease. */
type SemVer = readonly [major: number, minor: number, patch: number, ...prerelease: (number | string)[]];
/** The sign of the comparison of a version with the limit, and whether an equal version passes too. */
interface Comparator {
  readonly sign: -1 | 0 | 1;
  readonly orEqual: boolean;
  readonly limit: SemVer;
}
/** Alternatives, each of which is a list of comparators that must all pass. */
type Range = readonly (readonly Comparator[])[];

const NUMBER = '0|[1-9]\\d{0,14}';
const PRERELEASE = '(?:-([\\dA-Za-z-]+(?:\\.[\\dA-Za-z-]+)*))';
const ALIAS = new RegExp(`^(${NUMBER})(?:\\.(${NUMBER})(?:\\.(${NUMBER})${PRERELEASE}?)?)?$`);
const PART = `(${NUMBER}|[xX*])`;
const PARTIAL = `[v=\\s]*${PART}(?:\\.${PART}(?:\\.${PART}${PRERELEASE}?(?:\\+[\\dA-Za-z.-]+)?)?)?`;
const SIMPLE = new RegExp(`^(~>?|\\^|[<>]?=?)${PARTIAL}$`);
const HYPHEN = new RegExp(`^${PARTIAL}\\s+-\\s+${PARTIAL}$`);

/**
 * Parses a range of versions in the syntax of npm. This module has no imports, because the Lambda function uses it too.
 *
 * @returns undefined if the range is not valid
 */
export function parseRange(text: string): Range | undefined {
  const alternatives = text.split('||').map((part) => parseAlternative(part.trim()));
  return alternatives.some((one) => !one) ? undefined : alternatives as Range;
}

function parseAlternative(text: string): Comparator[] | undefined {
  const hyphen = HYPHEN.exec(text);
  if (hyphen) {
    const [from, to] = [hyphen.slice(1, 5), hyphen.slice(5)].map(partsOf);
    return from && to && [...comparators('>=', from), ...comparators('<=', to)];
  }
  const simple = text.replace(/([<>=~^])\s+/g, '$1').split(/\s+/).map((part) => {
    const [, operator, ...rest] = SIMPLE.exec(part) ?? [];
    const parts = operator === undefined ? undefined : partsOf(rest);
    return parts && comparators(operator!, parts);
  });
  return simple.some((one) => !one) ? undefined : simple.flatMap((one) => one!);
}

/** Returns the parts of a version up to the first that is missing or `x`, or undefined if a part after it is known or not valid. */
function partsOf([major, minor, patch, prerelease]: (string | undefined)[]): number[] | SemVer | undefined {
  const numbers = [major, minor, patch];
  const end = numbers.findIndex((part) => !/^\d/.test(part ?? 'x'));
  if (end >= 0) {
    return prerelease !== undefined || /\d/.test(numbers.slice(end).join('')) ? undefined : numbers.slice(0, end).map(Number);
  }
  const identifiers = prerelease === undefined ? [] : identifiersOf(prerelease);
  return identifiers && [...numbers.map(Number), ...identifiers] as unknown as SemVer;
}

function identifiersOf(prerelease: string): (number | string)[] | undefined {
  const identifiers = prerelease.split('.');
  return identifiers.some((one) => /^0\d/.test(one) && !/\D/.test(one)) ? undefined : identifiers.map((one) => /\D/.test(one) ? one : Number(one));
}

/** Returns the comparators for an operator and a version, whose last parts may be missing. */
function comparators(operator: string, parts: number[] | SemVer): Comparator[] {
  const [major = 0, minor = 0, patch = 0, ...prerelease] = parts as number[];
  const from: SemVer = [major, minor, patch, ...prerelease];
  const isWhole = parts.length > 2;
  /** The first version after those that start with these first parts. */
  const after = (count: number): SemVer => [
    ...[major, minor, patch].slice(0, count - 1), [major, minor, patch][count - 1] + 1, ...Array(3 - count).fill(0), 0,
  ] as unknown as SemVer;
  const atLeast = (limit: SemVer): Comparator => ({ sign: 1, orEqual: true, limit });
  const below = (limit: SemVer): Comparator => ({ sign: -1, orEqual: false, limit });
  const released = (limit: SemVer) => limit.slice(0, 3) as unknown as SemVer;
  if (parts.length === 0) {
    return [/^[<>]$/.test(operator) ? below([0, 0, 0, 0]) : atLeast([0, 0, 0])];
  }
  switch (operator) {
    case '^': {
      const first = [major, minor, patch].findIndex((number) => number > 0) + 1;
      return [atLeast(from), below(after(first === 0 ? Math.min(parts.length, 3) : Math.min(first, parts.length)))];
    }
    case '~':
    case '~>':
      return [atLeast(from), below(after(Math.min(parts.length, 2)))];
    case '>':
      return isWhole ? [{ sign: 1, orEqual: false, limit: from }] : [atLeast(released(after(parts.length)))];
    case '<':
      return [below(isWhole ? from : [major, minor, 0, 0])];
    case '>=':
      return [atLeast(from)];
    case '<=':
      return isWhole ? [{ sign: -1, orEqual: true, limit: from }] : [below(after(parts.length))];
    default:
      return isWhole ? [{ sign: 0, orEqual: true, limit: from }] : [atLeast(from), below(after(parts.length))];
  }
}

/**
 * Returns the aliases whose versions are in a range, the highest version first.
 *
 * Missing parts of an alias are 0. But if a longer alias starts with it, as `2.4.1` with `2.4`, it is a label that moves, not a version.
 */
export function aliasesInRange(aliases: readonly string[], range: Range): string[] {
  return versionAliases(aliases).filter(([, version]) => range.some((alternative) => passes(version, alternative))).map(([alias]) => alias);
}

/** Returns the aliases that are versions, the highest version first. */
export function versionAliases(aliases: readonly string[]): [alias: string, version: SemVer][] {
  return aliases.flatMap((alias): [string, SemVer][] => {
    const parts = ALIAS.exec(alias)?.slice(1);
    const version = parts && partsOf([parts[0], parts[1] ?? '0', parts[2] ?? '0', parts[3]]);
    const moves = parts?.[2] === undefined && aliases.some((other) => other.startsWith(`${alias}.`) && /^[\d.]+$/.test(other) && ALIAS.test(other));
    return version && !moves ? [[alias, version as SemVer]] : [];
  }).sort(([, one], [, other]) => compare(other, one));
}

/** As in npm, a prerelease passes only if a comparator names a prerelease of the same version. */
function passes(version: SemVer, alternative: readonly Comparator[]): boolean {
  return alternative.every(({ sign, orEqual, limit }) => {
    const order = compare(version, limit);
    return order === 0 ? orEqual : order === sign;
  }) && (version.length === 3 || alternative.some(({ limit }) => limit.length > 3 && compare(limit.slice(0, 3), version.slice(0, 3)) === 0));
}

function compare(one: readonly (number | string)[], other: readonly (number | string)[]): -1 | 0 | 1 {
  const length = Math.max(one.length, other.length);
  for (let index = 0; index < length; index++) {
    const [a, b] = [one[index], other[index]];
    if (a !== b) {
      // A release follows its prereleases. Of two prereleases, the longer one follows. Numbers are before names.
      const isLower = a === undefined ? index > 3 : b === undefined ? index === 3 : typeof a === typeof b ? a < b : typeof a === 'number';
      return isLower ? -1 : 1;
    }
  }
  return 0;
}
