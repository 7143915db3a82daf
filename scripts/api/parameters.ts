import { Findings } from './findings';

interface Callable {
  readonly parameters?: { readonly name: string }[];
}

/** The part of a jsii assembly with the names of parameters. */
export interface Signatures {
  readonly types?: Record<string, { readonly initializer?: Callable; readonly methods?: (Callable & { readonly name: string })[] }>;
}

/**
 * Finds renamed parameters. jsii-diff does not detect them, but they break callers in Python and C# that pass arguments by
 * name.
 */
export function renamedParameters(before: Signatures, now: Signatures): Findings {
  const present = callables(now);
  return new Map([...callables(before)].flatMap(([symbol, { parameters = [] }]) => {
    const names = present.get(symbol)?.parameters?.map(({ name }) => name) ?? [];
    return parameters
      .map(({ name }, index) => ({ key: `renamed-parameter:${symbol}.${name}`, name, other: names[index] }))
      .filter(({ name, other }) => other !== undefined && other !== name)
      .map(({ key, name, other }): [string, string] => [key, `err  - PARAMETER ${name} of ${symbol}: was renamed to ${other} [${key}]`]);
  }));
}

function callables({ types = {} }: Signatures): Map<string, Callable> {
  return new Map(Object.entries(types).flatMap(([fqn, { initializer, methods = [] }]) => [
    ...initializer ? [[`${fqn}.<initializer>`, initializer] as const] : [],
    ...methods.map((method) => [`${fqn}.${method.name}`, method] as const),
  ]));
}
