import type { Blocks, Entry } from './model';
import type { StudioCustomImage } from '../../kinds/studio-attachments';
import type { Json } from '../service/json';

/** Whether two images of a list are the same image with the same config. The service may lower-case names. */
export function isSame(one: StudioCustomImage, other: Json): boolean {
  return lower(one.ImageName) === lower(other.ImageName) && lower(one.AppImageConfigName) === lower(other.AppImageConfigName);
}

/** The list with this image: where it stands already, otherwise at the end. All others stay as they are. */
export function withImage(list: readonly Json[], image: StudioCustomImage): readonly Json[] {
  const index = list.findIndex((other) => isSame(image, other));
  if (index < 0) {
    return [...list, { ...image }];
  }
  if (list[index].ImageVersionNumber === image.ImageVersionNumber) {
    return list;
  }
  const { ImageVersionNumber, ...rest } = list[index];
  const renumbered = { ...rest, ...image.ImageVersionNumber !== undefined && { ImageVersionNumber: image.ImageVersionNumber } };
  return list.map((other, position) => position === index ? renumbered : other);
}

/** The list without this image in any version, or only in its own. All others stay as they are. */
export function withoutImage(list: readonly Json[], image: StudioCustomImage, version: 'any version' | 'its version'): readonly Json[] {
  const goes = (other: Json) => isSame(image, other) && (version === 'any version' || other.ImageVersionNumber === image.ImageVersionNumber);
  return list.some(goes) ? list.filter((other) => !goes(other)) : list;
}

/** The list of custom images in the settings for one app. */
export function listIn(block: Json | undefined, app: string): readonly Json[] {
  return (block?.[app] as Json | undefined)?.CustomImages as Json[] | undefined ?? [];
}

/** What is to become of the entries of a target. */
export interface Change {
  readonly put: readonly Entry[];
  readonly remove: readonly Entry[];
  /** Which versions of the entries in `remove` go. */
  readonly version: 'any version' | 'its version';
}

/** The blocks as they should be: a block is the same object if nothing changes in it, and so are all of them together. */
export function changed(blocks: Blocks, { put, remove, version }: Change): Blocks {
  const steps = [
    ...remove.map((entry) => ({ entry, to: (list: readonly Json[]) => withoutImage(list, entry.image, version) })),
    ...put.map((entry) => ({ entry, to: (list: readonly Json[]) => withImage(list, entry.image) })),
  ];
  return steps.reduce((before, { entry: { settings, app }, to }) => {
    const list = listIn(before[settings], app);
    const after = to(list);
    return after === list ? before : { ...before, [settings]: withList(before[settings], app, after) };
  }, blocks);
}

/** An entry that stands in its list in another version. */
export interface Conflict {
  readonly entry: Entry;
  readonly found: unknown;
}

export function conflictsIn(blocks: Blocks, entries: readonly Entry[]): Conflict[] {
  return entries.flatMap((entry) => {
    const other = listIn(blocks[entry.settings], entry.app).find((candidate) => isSame(entry.image, candidate));
    return other && other.ImageVersionNumber !== entry.image.ImageVersionNumber ? [{ entry, found: other.ImageVersionNumber }] : [];
  });
}

function withList(block: Json | undefined, app: string, list: readonly Json[]): Json {
  return { ...block, [app]: { ...block?.[app] as Json | undefined, CustomImages: list } };
}

function lower(name: unknown): string {
  return String(name).toLowerCase();
}
