import type { CfnResource } from 'aws-cdk-lib';
import { branchesOf, CustomImage, keyOf, numberOf } from './custom-images';
import { intrinsicOf } from '../../private/intrinsics';
import { finalProperties, overrideOf } from '../../private/overrides';
import type { StudioSettings } from '../../provider/kinds/studio-attachments';

/**
 * Returns the override that removes, changes or repeats one of these entries in the template, and the entry, if there is one.
 *
 * An override is merged into the list index by index, so that it can also mix two entries.
 *
 * @param entries the resolved entries
 */
export function overriddenEntry(
  resource: CfnResource, settings: StudioSettings, appSettings: string, entries: CustomImage[],
): { readonly entry: CustomImage; readonly override: string } | undefined {
  const path = [settings, appSettings, 'CustomImages'];
  const override = overrideOf(resource, path);
  if (override === undefined) {
    return undefined;
  }
  const properties = finalProperties(resource);
  const entry = entries.find((one) => !isIn(properties, path, one));
  return entry && { entry, override };
}

/** Whether a list contains an entry once in all branches of its conditions. */
function isIn(value: any, [name, ...rest]: string[], entry: CustomImage): boolean {
  const intrinsic = intrinsicOf(value);
  if (intrinsic === 'Fn::If' && Array.isArray(value[intrinsic])) {
    return value[intrinsic].slice(1).every((branch: unknown) => isIn(branch, name === undefined ? [] : [name, ...rest], entry));
  }
  if (name === undefined) {
    return Array.isArray(value) && isOnce(value, entry);
  }
  return typeof value === 'object' && value !== null && isIn(value[name], rest, entry);
}

/** Whether a list contains an entry, and no other entry, even a conditional one, with the same image and configuration. */
function isOnce(list: unknown[], entry: CustomImage): boolean {
  const [found, ...others] = list.flatMap((item) => intrinsicOf(item) === 'Fn::If' ? branchesOf(item) : [item])
    .filter((item) => typeof item === 'object' && item !== null && keyOf(item) === keyOf(entry));
  return list.includes(found) && others.length === 0 && numberOf(found) === numberOf(entry);
}
