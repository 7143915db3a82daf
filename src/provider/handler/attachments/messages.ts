import type { Conflict } from './images';
import type { Entry, Target } from './model';
import { describeTarget } from './target';
import type { StudioCustomImage } from '../../kinds/studio-attachments';

/** Describes an operation. A single entry is named, several are counted. */
export function describeChange(target: Target, { added, changed, removed }: Record<'added' | 'changed' | 'removed', readonly Entry[]>): string {
  const [entry, another] = [...added, ...changed, ...removed];
  if (entry && !another) {
    const list = `${entry.settings}.${entry.app} of ${describeTarget(target)}`;
    return added.length > 0 ? `attaching ${describeImage(entry.image)} to ${list}`
      : removed.length > 0 ? `detaching ${describeImage(entry.image)} from ${list}`
        : `changing ${describeImage({ ...entry.image, ImageVersionNumber: undefined })} to ${describeVersion(entry.image.ImageVersionNumber)} in ${list}`;
  }
  const counts = Object.entries({ added, changed, removed }).filter(([, entries]) => entries.length > 0).map(([what, { length }]) => `${length} ${what}`);
  return `updating the images of ${describeTarget(target)}${counts.length > 0 ? ` (${counts.join(', ')})` : ''}`;
}

function describeImage({ ImageName, AppImageConfigName, ImageVersionNumber }: StudioCustomImage): string {
  return `image '${ImageName}' (${ImageVersionNumber ? `version ${ImageVersionNumber}, ` : ''}app image config '${AppImageConfigName}')`;
}

/** Describes all conflicts, grouped by list. */
export function describeConflicts(conflicts: readonly Conflict[]): string {
  return byList(conflicts.map(({ entry, found }) => ({ entry, more: ` (found ${found ?? 'latest'}, expected ${entry.image.ImageVersionNumber ?? 'latest'})` })));
}

/** Describes entries, grouped by list. */
export function describeEntries(entries: readonly Entry[]): string {
  return byList(entries.map((entry) => ({ entry, more: '' })));
}

function byList(all: readonly { readonly entry: Entry; readonly more: string }[]): string {
  const lists = new Map<string, string[]>();
  for (const { entry: { settings, app, image }, more } of all) {
    const list = `${settings}.${app}`;
    lists.set(list, [...lists.get(list) ?? [], `'${image.ImageName}' with '${image.AppImageConfigName}'${more}`]);
  }
  return [...lists].map(([list, entries]) => `${list}: ${entries.join(', ')}`).join('; ');
}

function describeVersion(number: number | undefined): string {
  return number === undefined ? 'the latest version' : `version ${number}`;
}
