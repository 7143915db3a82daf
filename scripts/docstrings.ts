/**
 * Lists every public symbol without a proper docstring.
 *
 * Proper is: a summary for everything that has a name, a line for each parameter, and `@default` for each property that
 * may be left out. Constructors need no summary: that of their class says what they make.
 */
import { readFileSync } from 'fs';
import { join } from 'path';

interface Docs {
  readonly docs?: { readonly summary?: string; readonly default?: string };
}

interface Callable extends Docs {
  readonly name?: string;
  readonly parameters?: (Docs & { readonly name: string })[];
}

interface Type extends Docs {
  readonly name: string;
  /** Whether it is a struct: what a user fills in. */
  readonly datatype?: boolean;
  readonly initializer?: Callable;
  readonly methods?: Callable[];
  readonly properties?: (Docs & { readonly name: string; readonly optional?: boolean })[];
  /** The values of an enum. */
  readonly members?: (Docs & { readonly name: string })[];
}

/** What jsii knows of the public API. */
export interface Assembly {
  readonly types?: Record<string, Type>;
}

/** The problems, one a line: `Image.addVersion(options) has no description`. */
export function missingDocstrings({ types = {} }: Assembly): string[] {
  return Object.values(types).flatMap((type) => [
    ...undescribed(type.name, type),
    ...(type.initializer?.parameters ?? []).flatMap((parameter) => undescribed(`${type.name}(${parameter.name})`, parameter)),
    ...(type.methods ?? []).flatMap((method) => [
      ...undescribed(`${type.name}.${method.name}`, method),
      ...(method.parameters ?? []).flatMap((parameter) => undescribed(`${type.name}.${method.name}(${parameter.name})`, parameter)),
    ]),
    ...[...type.properties ?? [], ...type.members ?? []].flatMap((member) => undescribed(`${type.name}.${member.name}`, member)),
    ...(type.datatype ? type.properties ?? [] : [])
      .filter(({ optional, docs }) => optional && !docs?.default)
      .map(({ name }) => `${type.name}.${name} has no @default`),
  ]);
}

/** What the library exports now. */
export function readAssembly(): Assembly {
  return JSON.parse(readFileSync(join(__dirname, '..', '.jsii'), 'utf8'));
}

function undescribed(symbol: string, { docs }: Docs): string[] {
  return docs?.summary?.trim() ? [] : [`${symbol} has no description`];
}
