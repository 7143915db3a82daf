import type { CfnResource } from 'aws-cdk-lib';
import type { CustomImage } from './custom-images';
import { intrinsicOf } from '../../private/intrinsics';
import { finalProperties, overrideOf } from '../../private/overrides';
import type { StudioSettings } from '../../provider/kinds/studio-attachments';

/**
 * Returns the override that removes or changes one of these entries in the template, and the entry, if there is one.
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
  const entry = entries.find((one) => !isIn(properties, path, identityOf(one.imageName, one.appImageConfigName, one.imageVersionNumber)));
  return entry && { entry, override };
}

/** Whether a list contains an entry in all branches of its conditions. */
function isIn(value: any, [name, ...rest]: string[], identity: string): boolean {
  const intrinsic = intrinsicOf(value);
  if (intrinsic === 'Fn::If' && Array.isArray(value[intrinsic])) {
    return value[intrinsic].slice(1).every((branch: unknown) => isIn(branch, name === undefined ? [] : [name, ...rest], identity));
  }
  if (name === undefined) {
    return Array.isArray(value) && value.some((item) => identityOf(item.ImageName, item.AppImageConfigName, item.ImageVersionNumber) === identity);
  }
  return typeof value === 'object' && value !== null && isIn(value[name], rest, identity);
}

function identityOf(imageName: unknown, appImageConfigName: unknown, number: unknown): string {
  return JSON.stringify([imageName, appImageConfigName, number]).toLowerCase();
}
