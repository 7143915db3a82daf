import { Findings } from './findings';

/** The parts of the package that users depend on besides its types. */
export interface Traits {
  /** The jsii targets: the names of the package in each language. */
  readonly targets: object;
  /** The required packages with their version ranges. */
  readonly dependencies: Record<string, string>;
  readonly engines: Record<string, string>;
}

/**
 * Finds changed names and raised requirements, which jsii-diff does not detect.
 *
 * A requirement is raised if it is new, if its lowest version is higher, or if the range may exclude formerly accepted versions.
 */
export function brokenTraits(before: Traits, now: Traits): Findings {
  const names = new Map(leaves(now.targets));
  return new Map([
    ...leaves(before.targets)
      .filter(([key, name]) => names.get(key) !== name)
      .map(([key, name]) => finding(`renamed-target:${key}`, `NAME ${name}`, names.has(key) ? `was changed to ${names.get(key)}` : 'was removed')),
    ...(['dependencies', 'engines'] as const).flatMap((kind) => Object.entries(now[kind])
      .filter(([key, range]) => !acceptsAll(before[kind][key], range))
      .map(([key, range]) => finding(`raised-need:${key}`, `REQUIREMENT ${key}`, `is now ${range} (formerly ${before[kind][key] ?? 'none'})`))),
  ]);
}

function finding(key: string, subject: string, change: string): [string, string] {
  return [key, `err  - ${subject}: ${change} [${key}]`];
}

/** Whether a range accepts all versions that the former range accepted: it is equal, or only its lower bound decreased. */
function acceptsAll(before: string = '', now: string): boolean {
  const [was, is] = [before, now].map((range) => /^(?<major>\D*\d+\.)(?<rest>[\d.]+)$/.exec(range)?.groups);
  return before === now || (was !== undefined && was.major === is?.major && was.rest.localeCompare(is.rest, undefined, { numeric: true }) >= 0);
}

function leaves(tree: object, prefix = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'object' ? leaves(value, `${prefix}${key}.`) : [[`${prefix}${key}`, value]]);
}
