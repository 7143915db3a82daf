import type { Conflict } from './images';
import type { Entry, Target } from './model';
import { describeTarget } from './target';
import type { StudioCustomImage } from '../../kinds/studio-attachments';

/** What is being done. One entry is named, several are counted. */
export function describeChange(target: Target, { added, changed, removed }: Record<'added' | 'changed' | 'removed', readonly Entry[]>): string {
  const [entry, another] = [...added, ...changed, ...removed];
  if (entry && !another) {
    const list = `${entry.app} in ${entry.settings} of ${describeTarget(target)}`;
    return added.length > 0 ? `attaching ${describeImage(entry.image)} to ${list}`
      : removed.length > 0 ? `detaching ${describeImage(entry.image)} from ${list}`
        : `changing ${describeImage({ ...entry.image, ImageVersionNumber: undefined })} to ${describeVersion(entry.image.ImageVersionNumber)} in ${list}`;
  }
  const counts = Object.entries({ added, changed, removed }).filter(([, entries]) => entries.length > 0).map(([what, { length }]) => `${length} ${what}`);
  return `updating the images of ${describeTarget(target)}${counts.length > 0 ? ` (${counts.join(', ')})` : ''}`;
}

function describeImage({ ImageName, AppImageConfigName, ImageVersionNumber }: StudioCustomImage): string {
  return `image '${ImageName}' with app image config '${AppImageConfigName}'${ImageVersionNumber ? ` in version ${ImageVersionNumber}` : ''}`;
}

/** Each of them, under its list. */
export function describeConflicts(conflicts: readonly Conflict[]): string {
  const lists = new Map<string, string[]>();
  for (const { entry: { settings, app, image }, found } of conflicts) {
    const list = `${app} in ${settings}`;
    const text = `'${image.ImageName}' with '${image.AppImageConfigName}' (found ${found ?? 'latest'}, wanted ${image.ImageVersionNumber ?? 'latest'})`;
    lists.set(list, [...lists.get(list) ?? [], text]);
  }
  return [...lists].map(([list, texts]) => `${list}: ${texts.join(', ')}`).join('; ');
}

function describeVersion(number: number | undefined): string {
  return number === undefined ? 'the latest version' : `version ${number}`;
}
