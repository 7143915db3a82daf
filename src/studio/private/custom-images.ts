import { intrinsicOf, isMissing } from '../../private/intrinsics';

/** An entry of a list of images, with the names of L1 properties. */
export interface CustomImage {
  readonly imageName: string;
  readonly appImageConfigName: string;
  readonly imageVersionNumber: number;
}

/** Settings with the merged list of images, or the intrinsic function that hides the list. */
export type MergedSettings = {
  readonly settings: unknown;
  /** The number of entries that the longest list has at least. */
  readonly count: number;
  /** The entries that the list already contains in another form. */
  readonly clashes: CustomImage[];
} | { readonly hiddenBy: string };

/**
 * Adds entries to the list of images of one kind of app, and keeps everything else in the settings.
 *
 * The settings are resolved, so tokens are intrinsic functions. The entries are added to each branch of an `Fn::If`. Nothing can
 * be added to the result of other functions, which is unknown until deployment.
 */
export function withCustomImages(settings: unknown, appSettings: string, entries: CustomImage[]): MergedSettings {
  try {
    let count = 0;
    const clashes = new Set<CustomImage>();
    const merged = merge(settings, [appSettings, 'CustomImages'], entries, lowerFirst, (given, list) => {
      // Whether a conditional entry counts is known at deploy time only.
      count = Math.max(count, list.filter((item) => !intrinsicOf(item)).length);
      entries.filter((entry) => isThereOtherwise(entry, given)).forEach((entry) => clashes.add(entry));
    });
    return { settings: merged, count, clashes: [...clashes] };
  } catch (error) {
    if (error instanceof Unmergeable) {
      return { hiddenBy: error.message };
    }
    throw error;
  }
}

class Unmergeable extends Error {}

type Spelling = (name: string) => string;
type ListVisitor = (given: unknown[], merged: unknown[]) => void;

function merge(value: any, path: string[], entries: CustomImage[], spelling: Spelling, onList: ListVisitor): unknown {
  const intrinsic = intrinsicOf(value);
  if (intrinsic === 'Fn::If') {
    const [condition, ...branches] = value[intrinsic];
    // The CDK does not convert the arguments of a function, so their names are those of CloudFormation.
    return { [intrinsic]: [condition, ...branches.map((branch: unknown) => merge(branch, path, entries, upperFirst, onList))] };
  }
  if (intrinsic && !isMissing(value)) {
    throw new Unmergeable(intrinsic);
  }
  const [name, ...rest] = path;
  if (name !== undefined) {
    const given = isMissing(value) ? {} : value;
    return { ...given, [spelling(name)]: merge(given[spelling(name)], rest, entries, spelling, onList) };
  }
  const list: unknown[] = isMissing(value) ? [] : value;
  const keys = new Set(list.map(keyOf));
  const merged = [...list, ...entries.filter((entry) => !keys.has(keyOf(entry))).map((entry) => spell(entry, spelling))];
  onList(list, merged);
  return merged;
}

/** Whether a list contains an entry with another number, without a number, or in a condition. */
function isThereOtherwise(entry: CustomImage, list: unknown[]): boolean {
  return list.some((item) => intrinsicOf(item) === 'Fn::If'
    ? branchesOf(item).some((branch) => keyOf(branch) === keyOf(entry))
    : keyOf(item) === keyOf(entry) && numberOf(item) !== numberOf(entry));
}

/** Returns the possible entries of a conditional one. */
export function branchesOf(item: any): unknown[] {
  const [, ...branches] = item['Fn::If'];
  return branches.flatMap((branch: unknown) => intrinsicOf(branch) === 'Fn::If' ? branchesOf(branch) : [branch]);
}

/** Returns the same key for the same entry. It identifies an entry by its image and its configuration, ignoring case. */
export function keyOf(item: unknown): string {
  const { imageName, appImageConfigName } = spell(item, lowerFirst) as Partial<CustomImage>;
  return JSON.stringify(imageName === undefined ? item : [imageName, appImageConfigName]).toLowerCase();
}

/** Sorts entries, because another order of declaration must not change the target. */
export function byKey<T>(entries: T[]): T[] {
  const key = new Map(entries.map((entry) => [entry, keyOf(entry)]));
  return [...entries].sort((one, other) => key.get(one)! < key.get(other)! ? -1 : 1);
}

export function numberOf(item: unknown): string | undefined {
  return JSON.stringify(spell(item, lowerFirst).imageVersionNumber);
}

function spell(item: unknown, spelling: Spelling): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item as object).map(([name, value]) => [spelling(name), value]));
}

export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
