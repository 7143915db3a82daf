import { lowerFirst, mergeInto, spell } from './merged-settings';
import { intrinsicOf } from '../../private/intrinsics';

/** An entry of a list of images, with the names of L1 properties. */
export interface CustomImage {
  readonly imageName: string;
  readonly appImageConfigName: string;
  readonly imageVersionNumber: number;
  /** The alias of the feed that moves the entry, only for an existing target. */
  readonly followedAlias?: string;
}

/** Settings with the merged list of images, or the intrinsic function that hides the list. */
export type SettingsWithImages = {
  readonly settings: unknown;
  /** The number of entries that the longest list has at least. */
  readonly count: number;
  /** The entries that the list already contains in another form. */
  readonly clashes: CustomImage[];
} | { readonly hiddenBy: string };

/** Adds entries to the list of images of one kind of app, and keeps everything else in the settings. */
export function withCustomImages(settings: unknown, appSettings: string, entries: CustomImage[]): SettingsWithImages {
  let count = 0;
  const clashes = new Set<CustomImage>();
  const merged = mergeInto(settings, [appSettings, 'CustomImages'], (given: unknown[] = [], spelling) => {
    const keys = new Set(given.map(keyOf));
    const list = [...given, ...entries.filter((entry) => !keys.has(keyOf(entry))).map((entry) => spell(entry, spelling))];
    // Whether a conditional entry counts is known at deploy time only.
    count = Math.max(count, list.filter((item) => !intrinsicOf(item)).length);
    entries.filter((entry) => isThereOtherwise(entry, given)).forEach((entry) => clashes.add(entry));
    return list;
  });
  return 'hiddenBy' in merged ? merged : { ...merged, count, clashes: [...clashes] };
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
