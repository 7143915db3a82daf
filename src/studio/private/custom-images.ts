/** One entry of a list of images, in the spelling of L1 properties. */
export interface CustomImage {
  readonly imageName: string;
  readonly appImageConfigName: string;
  readonly imageVersionNumber: number;
}

/** Settings with a list of images in them, or the function that hides what is there. */
export type MergedSettings = {
  readonly settings: unknown;
  readonly count?: number;
  /** Which of the entries stand there already, but otherwise. */
  readonly clashes: CustomImage[];
} | { readonly hiddenBy: string };

/**
 * Adds entries to the list of images of one kind of app, beside everything that stands in the settings already.
 *
 * The settings are resolved: what is left of tokens in them are intrinsic functions. Each branch of an `Fn::If` gets the
 * entries; other functions hide what they give until deployment, so that nothing can be put beside it.
 */
export function withCustomImages(settings: unknown, appSettings: string, entries: CustomImage[]): MergedSettings {
  try {
    let count: number | undefined = 0;
    const clashes = new Set<CustomImage>();
    const merged = merge(settings, [appSettings, 'CustomImages'], entries, lowerFirst, (given, list) => {
      // A conditional entry may be there or not.
      count = list.some((item) => intrinsicOf(item)) ? undefined : Math.max(count ?? 0, list.length);
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
    // The CDK leaves what stands in a function as it is, so that the names in it are those of CloudFormation.
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

/** Whether an entry stands in a list with another number or without one, or for the case of a condition. */
function isThereOtherwise(entry: CustomImage, list: unknown[]): boolean {
  return list.some((item) => intrinsicOf(item) === 'Fn::If'
    ? branchesOf(item).some((branch) => keyOf(branch) === keyOf(entry))
    : keyOf(item) === keyOf(entry) && numberOf(item) !== numberOf(entry));
}

function branchesOf(item: any): unknown[] {
  const [, ...branches] = item['Fn::If'];
  return branches.flatMap((branch: unknown) => intrinsicOf(branch) === 'Fn::If' ? branchesOf(branch) : [branch]);
}

/** Whether a resolved value stands for nothing. */
export function isMissing(value: any): boolean {
  return value === undefined || value === null || value.Ref === 'AWS::NoValue';
}

/** The name of the function if a value is an intrinsic function. */
export function intrinsicOf(value: unknown): string | undefined {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return keys.length === 1 && (keys[0] === 'Ref' || keys[0].startsWith('Fn::')) ? keys[0] : undefined;
}

/** The same for the same entry, in whatever spelling: it is found by its image and its configuration, whose case makes no difference. */
export function keyOf(item: unknown): string {
  const { imageName, appImageConfigName } = spell(item, lowerFirst) as Partial<CustomImage>;
  return JSON.stringify(imageName === undefined ? item : [imageName, appImageConfigName]).toLowerCase();
}

function numberOf(item: unknown): string | undefined {
  return JSON.stringify(spell(item, lowerFirst).imageVersionNumber);
}

function spell(item: unknown, spelling: Spelling): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item as object).map(([name, value]) => [spelling(name), value]));
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
