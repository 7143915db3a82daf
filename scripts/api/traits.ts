import { Findings } from './findings';

/** What users depend on besides the types: names in other languages, and what they have to have. */
export interface Traits {
  /** What the package is called in each language, as jsii has it. */
  readonly targets: object;
  /** What has to be there, and in which versions. */
  readonly dependencies: Record<string, string>;
  readonly engines: Record<string, string>;
}

/**
 * Names that are others than before, and needs that grew: changes that jsii-diff does not know of.
 *
 * A need has grown if it is new, if its lowest version rose, or if it is not plain that all is taken that was.
 */
export function brokenTraits(before: Traits, now: Traits): Findings {
  const names = new Map(leaves(now.targets));
  return new Map([
    ...leaves(before.targets)
      .filter(([key, name]) => names.get(key) !== name)
      .map(([key, name]) => finding(`renamed-target:${key}`, `NAME ${name}`, `is ${names.get(key)} now`)),
    ...(['dependencies', 'engines'] as const).flatMap((kind) => Object.entries(now[kind])
      .filter(([key, range]) => !takesAll(before[kind][key], range))
      .map(([key, range]) => finding(`raised-need:${key}`, `NEED ${key}`, `is ${range} now (formerly ${before[kind][key] ?? 'none'})`))),
  ]);
}

function finding(key: string, what: string, change: string): [string, string] {
  return [key, `err  - ${what}: ${change} [${key}]`];
}

/** Whether a range has all versions that another one had: the same, or from a lower one of the same major version on. */
function takesAll(before: string = '', now: string): boolean {
  const [was, is] = [before, now].map((range) => /^(?<major>\D*\d+\.)(?<rest>[\d.]+)$/.exec(range)?.groups);
  return before === now || (was !== undefined && was.major === is?.major && was.rest.localeCompare(is.rest, undefined, { numeric: true }) >= 0);
}

function leaves(tree: object, prefix = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'object' ? leaves(value, `${prefix}${key}.`) : [[`${prefix}${key}`, value]]);
}
