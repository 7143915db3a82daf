/**
 * Lists the problems in the docstrings of all public symbols.
 *
 * Every symbol needs a summary. In addition:
 * - A type needs `@see` with its source page, and a class also needs `@example`.
 * - A property of a struct describes the effect of a change, and has `@default` if it is optional.
 * - A method describes its parameters, has `@returns` if it returns something, and its remarks contain a sentence that starts
 *   with 'Throws'.
 * - A class with a public constructor contains a sentence that starts with 'The constructor throws', because API.md does not
 *   show the docstring of the constructor.
 *
 * `@throws` is not allowed: neither API.md nor the other languages show it. `@param` must not contain `;`, because Javadoc and
 * C# show only the part before it. Methods that throw nothing, and types whose methods throw nothing, are listed in
 * api/docstrings.json, each with the reason.
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
  /** The module and the name, for example `src/image/image:Image`. */
  readonly symbolId?: string;
  /** Whether it is a struct, which users pass as an object literal. */
  readonly datatype?: boolean;
  readonly initializer?: Callable;
  readonly methods?: (Callable & { readonly name: string; readonly overrides?: string })[];
  readonly properties?: (Named & { readonly optional?: boolean })[];
  /** The values of an enum. */
  readonly members?: Named[];
}

/** The public API, as described by jsii. */
export interface Assembly {
  readonly types?: Record<string, Type>;
}

/** The problems by their keys, for example `no-throws:Image.addVersion`. */
export function missingDocstrings({ types = {} }: Assembly): Findings {
  const problems = Object.values(types).flatMap((type) => [
    ...undescribed(type.name, type),
    ...type.docs?.see?.startsWith('https://') ? [] : [`no-see:${type.name} has no @see with its source page`],
    ...type.kind !== 'class' || type.docs?.example?.trim() ? [] : [`no-example:${type.name} has no @example`],
    ...type.initializer ? incompleteConstructor(type, type.initializer) : [],
    ...(type.methods ?? []).flatMap((method) => [
      ...undescribed(`${type.name}.${method.name}`, method),
      ...incompleteMethod(`${type.name}.${method.name}`, method),
    ]),
    ...[...type.properties ?? [], ...type.members ?? []].flatMap((member) => undescribed(`${type.name}.${member.name}`, member)),
    ...(type.datatype ? type.properties ?? [] : []).flatMap((property) => unexplained(`${type.name}.${property.name}`, property)),
  ]);
  return new Map(problems.map((problem) => [problem.slice(0, problem.indexOf(' ')), problem]));
}

/** Removes the findings about errors that have an excuse with a reason: for a method, or for all methods of a type. */
export function excuse(findings: Findings, excuses: Record<string, string>): string[] {
  const used = new Set<string>();
  const left = [...findings].filter(([key]) => {
    const [rule, symbol] = key.split(':');
    const matching = rule === 'no-throws' ? [symbol, symbol.split('.')[0]].filter((name) => excuses[name]?.trim()) : [];
    matching.forEach((name) => used.add(name));
    return matching.length === 0;
  });
  return [
    ...left.map(([, line]) => line),
    ...Object.keys(excuses).filter((name) => !used.has(name)).map((name) => `${name} in api/docstrings.json is not needed or has no reason`),
  ];
}

/** Reads the public API from the output of the compiler. */
export function readAssembly(): Assembly {
  return JSON.parse(readFileSync(join(__dirname, '..', '.jsii'), 'utf8'));
}

/** Reads the methods and types that throw nothing, with the reasons. */
export function readExcuses(): Record<string, string> {
  return JSON.parse(readFileSync(join(__dirname, '..', 'api', 'docstrings.json'), 'utf8'));
}

function undescribed(symbol: string, { docs }: Docs): string[] {
  return docs?.summary?.trim() ? [] : [`no-summary:${symbol} has no description`];
}

function incompleteMethod(symbol: string, method: Callable): string[] {
  const { docs, returns } = method;
  return [
    ...incompleteCallable(symbol, method),
    ...returns && !docs?.returns ? [`no-returns:${symbol} has no @returns`] : [],
    ...hasSentence(docs, 'Throws') ? [] : [`no-throws:${symbol} has no sentence that starts with 'Throws' in its remarks`],
  ];
}

function incompleteConstructor({ name, docs }: Type, initializer: Callable): string[] {
  const symbol = `${name}.constructor`;
  return [
    ...incompleteCallable(symbol, initializer),
    ...hasSentence(docs, 'The constructor throws')
      ? [] : [`no-throws:${symbol} has no sentence that starts with 'The constructor throws' in the remarks of the class`],
  ];
}

function incompleteCallable(symbol: string, { docs, parameters = [] }: Callable): string[] {
  return [
    ...parameters.filter((parameter) => saysNothing(parameter)).map(({ name }) => `no-param:${symbol}(${name}) has a description that only repeats its name`),
    ...parameters.filter((parameter) => `${parameter.docs?.summary} ${parameter.docs?.remarks}`.includes(';'))
      .map(({ name }) => `semicolon:${symbol}(${name}) has a ';' in its description: use two sentences or a comma`),
    ...docs?.custom?.throws === undefined ? [] : [`throws-tag:${symbol} has @throws: write a sentence in the remarks instead`],
  ];
}

/** Whether a sentence of the remarks starts with these words. */
function hasSentence(docs: Docs['docs'], start: string): boolean {
  return new RegExp(`(^|\\n|[.!?] )${start} `).test(docs?.remarks ?? '');
}

/** Problems of a property of a struct. */
function unexplained(symbol: string, { docs, optional }: Named & { readonly optional?: boolean }): string[] {
  return [
    ...optional && !docs?.default ? [`no-default:${symbol} has no @default`] : [],
    .../\bchang(e|es|ing)\b/i.test(`${docs?.summary} ${docs?.remarks}`) ? [] : [`no-change:${symbol} does not describe the effect of a change`],
  ];
}

/** Whether a description only repeats the name of the parameter. */
function saysNothing({ name, docs }: Named): boolean {
  const words = (docs?.summary ?? '').toLowerCase().replace(/\b(the|an?)\b|[^a-z]/g, '');
  return words === '' || words === name.toLowerCase();
}
