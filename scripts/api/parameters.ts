import { Findings } from './findings';

interface Callable {
  readonly parameters?: { readonly name: string }[];
}

/** What the names of parameters are in: a part of what jsii knows of an API. */
export interface Signatures {
  readonly types?: Record<string, { readonly initializer?: Callable; readonly methods?: (Callable & { readonly name: string })[] }>;
}

/**
 * Parameters that have another name than before: a change that jsii-diff does not know of, and that breaks callers in
 * Python and C#, which may name what they pass.
 */
export function renamedParameters(before: Signatures, now: Signatures): Findings {
  const present = callables(now);
  return new Map([...callables(before)].flatMap(([symbol, { parameters = [] }]) => {
    const names = present.get(symbol)?.parameters?.map(({ name }) => name) ?? [];
    return parameters
      .map(({ name }, index) => ({ key: `renamed-parameter:${symbol}.${name}`, name, other: names[index] }))
      .filter(({ name, other }) => other !== undefined && other !== name)
      .map(({ key, name, other }): [string, string] => [key, `err  - PARAMETER ${name} of ${symbol}: is ${other} now [${key}]`]);
  }));
}

function callables({ types = {} }: Signatures): Map<string, Callable> {
  return new Map(Object.entries(types).flatMap(([fqn, { initializer, methods = [] }]) => [
    ...initializer ? [[`${fqn}.<initializer>`, initializer] as const] : [],
    ...methods.map((method) => [`${fqn}.${method.name}`, method] as const),
  ]));
}
