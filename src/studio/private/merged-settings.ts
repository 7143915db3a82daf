import { intrinsicOf, isMissing } from '../../private/intrinsics';

/** Settings with a merged part, or the intrinsic function that hides the part. */
export type MergedSettings = { readonly settings: unknown } | { readonly hiddenBy: string };

/** Converts a name with a lower-case first letter to the spelling of the settings, or the reverse. */
export type Spelling = (name: string) => string;

/** Returns the merged value of a part of settings, given its value or undefined. */
type Merge = (given: any, spelling: Spelling) => unknown;

class Unmergeable extends Error {}

/**
 * Merges a value into a part of settings, and keeps everything else.
 *
 * The settings are resolved, so tokens are intrinsic functions. The value is merged into each branch of an `Fn::If`. Nothing can
 * be merged into the result of other functions, which is unknown until deployment.
 *
 * @param path the names of CloudFormation
 */
export function mergeInto(settings: unknown, path: string[], merge: Merge): MergedSettings {
  try {
    return { settings: mergeAt(settings, path, lowerFirst, merge) };
  } catch (error) {
    if (error instanceof Unmergeable) {
      return { hiddenBy: error.message };
    }
    throw error;
  }
}

function mergeAt(value: any, path: string[], spelling: Spelling, merge: Merge): unknown {
  const intrinsic = intrinsicOf(value);
  if (intrinsic === 'Fn::If') {
    const [condition, ...branches] = value[intrinsic];
    // The CDK does not convert the arguments of a function, so their names are those of CloudFormation.
    return { [intrinsic]: [condition, ...branches.map((branch: unknown) => mergeAt(branch, path, upperFirst, merge))] };
  }
  if (intrinsic && !isMissing(value)) {
    throw new Unmergeable(intrinsic);
  }
  const [name, ...rest] = path;
  const given = isMissing(value) ? undefined : value;
  return name === undefined ? merge(given, spelling) : { ...given, [spelling(name)]: mergeAt(given?.[spelling(name)], rest, spelling, merge) };
}

/** Returns an object with its names in another spelling. */
export function spell(item: unknown, spelling: Spelling): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item as object).map(([name, value]) => [spelling(name), value]));
}

export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
