import type { Entry, Json } from './place';

/** Whether two entries are about the same image in the same way. The service may lower-case names. */
export function isSame(one: Entry, other: Json): boolean {
  return lower(one.ImageName) === lower(other.ImageName) && lower(one.AppImageConfigName) === lower(other.AppImageConfigName);
}

/** The list with this entry: in the place that it has already, otherwise at the end. All other entries stay as they are. */
export function withEntry(list: readonly Json[], entry: Entry): readonly Json[] {
  const index = list.findIndex((other) => isSame(entry, other));
  if (index < 0) {
    return [...list, { ...entry }];
  }
  if (list[index].ImageVersionNumber === entry.ImageVersionNumber) {
    return list;
  }
  const { ImageVersionNumber, ...rest } = list[index];
  const changed = { ...rest, ...entry.ImageVersionNumber !== undefined && { ImageVersionNumber: entry.ImageVersionNumber } };
  return list.map((other, position) => position === index ? changed : other);
}

/** The list without this entry, whatever its version is. All other entries stay as they are. */
export function withoutEntry(list: readonly Json[], entry: Entry): readonly Json[] {
  return list.some((other) => isSame(entry, other)) ? list.filter((other) => !isSame(entry, other)) : list;
}

/** The list of custom images in the settings of one app. */
export function listIn(settings: Json, app: string): readonly Json[] {
  return (settings[app] as Json | undefined)?.CustomImages as Json[] | undefined ?? [];
}

/** The settings of one app, with another list. */
export function withList(settings: Json, app: string, list: readonly Json[]): Json {
  return { ...settings[app] as Json | undefined, CustomImages: list };
}

function lower(name: unknown): string {
  return String(name).toLowerCase();
}
