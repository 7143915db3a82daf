import type { CfnResource } from 'aws-cdk-lib';
import { branchesOf, CustomImage, keyOf, numberOf } from './custom-images';
import { DefaultImage, isSame, namesOf } from './default-image';
import { upperFirst } from './merged-settings';
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
  const entry = entries.find((one) => !isEverywhere(properties, path, (list) => Array.isArray(list) && isOnce(list, one)));
  return entry && { entry, override };
}

/**
 * Returns the override that removes or changes a default image in the template, if there is one.
 *
 * @param image the resolved image
 */
export function overriddenDefault(resource: CfnResource, settings: StudioSettings, appSettings: string, image: DefaultImage): string | undefined {
  const path = [settings, appSettings, 'DefaultResourceSpec'];
  const override = overrideOf(resource, path);
  return override === undefined || isEverywhere(finalProperties(resource), path, (spec) => isDefault(spec, image)) ? undefined : override;
}

/** Whether a part of a value passes a test in all branches of its conditions. */
function isEverywhere(value: any, [name, ...rest]: string[], test: (part: unknown) => boolean): boolean {
  const intrinsic = intrinsicOf(value);
  if (intrinsic === 'Fn::If' && Array.isArray(value[intrinsic])) {
    return value[intrinsic].slice(1).every((branch: unknown) => isEverywhere(branch, name === undefined ? [] : [name, ...rest], test));
  }
  return name === undefined ? test(value) : typeof value === 'object' && value !== null && isEverywhere(value[name], rest, test);
}

function isDefault(spec: any, image: DefaultImage): boolean {
  return typeof spec === 'object' && spec !== null && namesOf(image).every((name) => isSame(spec[upperFirst(name)], image[name]));
}

/** Whether a list contains an entry, and no other entry, even a conditional one, with the same image and configuration. */
function isOnce(list: unknown[], entry: CustomImage): boolean {
  const [found, ...others] = list.flatMap((item) => intrinsicOf(item) === 'Fn::If' ? branchesOf(item) : [item])
    .filter((item) => typeof item === 'object' && item !== null && keyOf(item) === keyOf(entry));
  return list.includes(found) && others.length === 0 && numberOf(found) === numberOf(entry);
}
