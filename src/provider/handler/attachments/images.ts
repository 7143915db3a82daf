import type { Blocks, Entry } from './model';
import type { StudioCustomImage } from '../../kinds/studio-attachments';
import type { Json } from '../service/json';

/** Whether two entries have the same image and app image config. Case is ignored, because SageMaker may lowercase names. */
export function isSame(one: StudioCustomImage, other: Json): boolean {
  return lower(one.ImageName) === lower(other.ImageName) && lower(one.AppImageConfigName) === lower(other.AppImageConfigName);
}

/** Adds an image at the end of a list, or updates its version in place. Other entries do not change. */
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

/** Removes an image from a list, either in any version or only in the given version. Other entries do not change. */
export function withoutImage(list: readonly Json[], image: StudioCustomImage, version: 'any version' | 'same version'): readonly Json[] {
  const isRemoved = (other: Json) => isSame(image, other) && (version === 'any version' || other.ImageVersionNumber === image.ImageVersionNumber);
  return list.some(isRemoved) ? list.filter((other) => !isRemoved(other)) : list;
}

/** Returns the custom images in the settings of one app. */
export function listIn(block: Json | undefined, app: string): readonly Json[] {
  return (block?.[app] as Json | undefined)?.CustomImages as Json[] | undefined ?? [];
}

/** An entry to attach. With `onlyMoves`, it is not added. */
export type NewEntry = Entry & { readonly onlyMoves?: boolean };

/** The entries to attach to a target and to detach from it. */
export interface Change {
  readonly attach: readonly NewEntry[];
  readonly detach: readonly Entry[];
  /** Whether entries of `detach` are removed in any version, or only in the given version. */
  readonly version: 'any version' | 'same version';
}

/** Applies a change. Blocks that do not change remain the same objects, and so does `blocks` if nothing changes. */
export function changed(blocks: Blocks, { attach, detach, version }: Change): Blocks {
  const steps = [
    ...detach.map((entry) => ({ entry, apply: (list: readonly Json[]) => withoutImage(list, entry.image, version) })),
    ...attach.map((entry) => ({
      entry,
      apply: (list: readonly Json[]) => {
        const isListed = list.some((other) => isSame(entry.image, other));
        // Two writers with different numbers would never end.
        return (isListed ? entry.followedAlias !== undefined : entry.onlyMoves) ? list : withImage(list, entry.image);
      },
    })),
  ];
  return steps.reduce((before, { entry: { settings, app }, apply }) => {
    const list = listIn(before[settings], app);
    const after = apply(list);
    return after === list ? before : { ...before, [settings]: withList(before[settings], app, after) };
  }, blocks);
}

/** An entry whose list contains another version of it. */
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
