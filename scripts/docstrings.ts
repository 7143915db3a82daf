/**
 * Lists every public symbol without a proper docstring.
 *
 * Proper is, besides a summary for everything that has a name:
 * - of a type: `@see`, the page that it comes from, and of a class `@example`;
 * - of a property that users fill in: what a change of it does, and `@default` if it may be left out;
 * - of a method: what each parameter is, `@returns` if something comes back, and `@throws`.
 *
 * Constructors need no summary: that of their class says what they make. What throws nothing is listed with the reason
 * in api/docstrings.json: one method, or all of a type.
 */
import { readFileSync } from 'fs';
import { join } from 'path';
import { Findings } from './api/findings';

interface Docs {
  readonly docs?: {
    readonly summary?: string;
    readonly remarks?: string;
    readonly default?: string;
    readonly see?: string;
    readonly example?: string;
    readonly returns?: string;
    readonly custom?: { readonly throws?: string };
  };
}

type Named = Docs & { readonly name: string };

interface Callable extends Docs {
  readonly parameters?: Named[];
  readonly returns?: object;
}

interface Type extends Docs {
  readonly name: string;
  readonly kind?: 'class' | 'enum' | 'interface';
  /** Where it stands: `src/image/image:Image`. */
  readonly symbolId?: string;
  /** Whether it is a struct: what a user fills in. */
  readonly datatype?: boolean;
  readonly initializer?: Callable;
  readonly methods?: (Callable & { readonly name: string; readonly overrides?: string })[];
  readonly properties?: (Named & { readonly optional?: boolean })[];
  /** The values of an enum. */
  readonly members?: Named[];
}

/** What jsii knows of the public API. */
export interface Assembly {
  readonly types?: Record<string, Type>;
}

/** The problems, under keys that name them: `no-throws:Image.addVersion`. */
export function missingDocstrings({ types = {} }: Assembly): Findings {
  const problems = Object.values(types).flatMap((type) => [
    ...undescribed(type.name, type),
    ...type.docs?.see?.startsWith('https://') ? [] : [`no-see:${type.name} has no @see with the page that it comes from`],
    ...type.kind !== 'class' || type.docs?.example?.trim() ? [] : [`no-example:${type.name} has no @example`],
    ...type.initializer ? incomplete(`${type.name}.constructor`, type.initializer) : [],
    ...(type.methods ?? []).flatMap((method) => [
      ...undescribed(`${type.name}.${method.name}`, method),
      ...incomplete(`${type.name}.${method.name}`, method),
    ]),
    ...[...type.properties ?? [], ...type.members ?? []].flatMap((member) => undescribed(`${type.name}.${member.name}`, member)),
    ...(type.datatype ? type.properties ?? [] : []).flatMap((property) => unexplained(`${type.name}.${property.name}`, property)),
  ]);
  return new Map(problems.map((problem) => [problem.slice(0, problem.indexOf(' ')), problem]));
}

/** Without what throws nothing for the given reasons: `Image.addVersion`, or `Image` for all of its methods. */
export function excuse(findings: Findings, throwNothing: Record<string, string>): string[] {
  const used = new Set<string>();
  const left = [...findings].filter(([key]) => {
    const [rule, symbol] = key.split(':');
    const excuses = rule === 'no-throws' ? [symbol, symbol.split('.')[0]].filter((name) => throwNothing[name]?.trim()) : [];
    excuses.forEach((name) => used.add(name));
    return excuses.length === 0;
  });
  return [
    ...left.map(([, line]) => line),
    ...Object.keys(throwNothing).filter((name) => !used.has(name)).map((name) => `${name} is excused from @throws without need or reason`),
  ];
}

/** What the library exports now. */
export function readAssembly(): Assembly {
  return JSON.parse(readFileSync(join(__dirname, '..', '.jsii'), 'utf8'));
}

/** What throws nothing, and why. */
export function readExcuses(): Record<string, string> {
  return JSON.parse(readFileSync(join(__dirname, '..', 'api', 'docstrings.json'), 'utf8'));
}

function undescribed(symbol: string, { docs }: Docs): string[] {
  return docs?.summary?.trim() ? [] : [`no-summary:${symbol} has no description`];
}

/** A method or constructor that does not say what goes in, what comes out and what goes wrong. */
function incomplete(symbol: string, { docs, parameters = [], returns }: Callable): string[] {
  return [
    ...parameters.filter((parameter) => saysNothing(parameter)).map(({ name }) => `no-param:${symbol}(${name}) has no description but its name`),
    ...returns && !docs?.returns ? [`no-returns:${symbol} has no @returns`] : [],
    ...docs?.custom?.throws ? [] : [`no-throws:${symbol} has no @throws`],
  ];
}

/** A property of a struct that leaves the user in the dark. */
function unexplained(symbol: string, { docs, optional }: Named & { readonly optional?: boolean }): string[] {
  return [
    ...optional && !docs?.default ? [`no-default:${symbol} has no @default`] : [],
    .../\bchang(e|es|ing)\b/i.test(`${docs?.summary} ${docs?.remarks}`) ? [] : [`no-change:${symbol} does not say what a change does`],
  ];
}

/** `options options` is what a name says anyway. */
function saysNothing({ name, docs }: Named): boolean {
  const words = (docs?.summary ?? '').toLowerCase().replace(/\b(the|an?)\b|[^a-z]/g, '');
  return words === '' || words === name.toLowerCase();
}
