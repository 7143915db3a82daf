import { describeDefault } from './default-image';
import { type DefaultsChange, specIn } from './defaults';
import type { Conflict } from './images';
import type { AppSettings, Blocks, Default, Entry, RunningApp, Target } from './model';
import { describeTarget } from './target';
import type { StudioCustomImage } from '../../kinds/studio-attachments';

/** How many running apps a message names. */
const MAX_APPS = 10;

/** Describes an operation. A single entry and a single default are named, several are counted. */
export function describeChange(
  target: Target, { added, changed, removed }: Record<'added' | 'changed' | 'removed', readonly Entry[]>, { set, remove }: DefaultsChange,
): string {
  const [entry, another] = [...added, ...changed, ...removed];
  const [one, second] = [...set, ...remove];
  const theDefault = `${set.length > 0 ? 'setting' : 'removing'} the default image`;
  if (entry && !another && !second) {
    const list = `${describeApp(entry)} of ${describeTarget(target)}`;
    const what = added.length > 0 ? `attaching ${describeImage(entry.image)} to ${list}`
      : removed.length > 0 ? `detaching ${describeImage(entry.image)} from ${list}`
        : `changing ${describeImage({ ...entry.image, ImageVersionNumber: undefined })} to ${describeVersion(entry.image.ImageVersionNumber)} in ${list}`;
    return one ? `${what} and ${theDefault}` : what;
  }
  if (!entry && one && !second) {
    return `${theDefault} of ${describeApp(one)} of ${describeTarget(target)}`;
  }
  const all = { 'added': added, 'changed': changed, 'removed': removed, 'as default': set, 'no longer default': remove };
  const counts = Object.entries(all).filter(([, items]) => items.length > 0).map(([what, { length }]) => `${length} ${what}`);
  return `updating the images of ${describeTarget(target)}${counts.length > 0 ? ` (${counts.join(', ')})` : ''}`;
}

function describeImage({ ImageName, AppImageConfigName, ImageVersionNumber }: StudioCustomImage): string {
  return `image '${ImageName}' (${ImageVersionNumber ? `version ${ImageVersionNumber}, ` : ''}app image config '${AppImageConfigName}')`;
}

/** Describes all conflicts, grouped by list. */
export function describeConflicts(conflicts: readonly Conflict[]): string {
  return byList(conflicts.map(({ entry, found }) => ({ entry, more: ` (found ${found ?? 'latest'}, expected ${entry.image.ImageVersionNumber ?? 'latest'})` })));
}

/** Describes defaults of others, with the images that are expected instead. */
export function describeTaken(taken: readonly Default[], blocks: Blocks): string {
  return taken.map((one) => `${describeApp(one)}: found ${describeDefault(specIn(blocks, one))}, expected ${describeDefault(one.image)}`).join('; ');
}

/** Describes entries, grouped by list, and defaults. */
export function describeImages({ entries, defaults }: { readonly entries: readonly Entry[]; readonly defaults: readonly Default[] }): string {
  const lists = entries.length > 0 ? [byList(entries.map((entry) => ({ entry, more: '' })))] : [];
  return [...lists, ...defaults.map((one) => `${describeApp(one)}: the default ${describeDefault(one.image)}`)].join('; ');
}

/** Returns the command of the AWS CLI that sets another default of an app. */
export function commandFor({ kind, key }: Target, { settings, app }: AppSettings): string {
  return `aws sagemaker update-${dashed(kind)} ${optionsOf(key)} --${dashed(settings)} `
    + `'${app}={DefaultResourceSpec={SageMakerImageArn=<ARN of an image>,SageMakerImageVersionArn=<ARN of its version>}}'`;
}

/** Describes the apps that run. */
export function describeApps(apps: readonly RunningApp[]): string {
  const names = apps.slice(0, MAX_APPS).map(({ AppType, AppName, SpaceName, UserProfileName }) =>
    `${AppType} '${AppName}' of ${SpaceName ? `space '${SpaceName}'` : `user profile '${UserProfileName}'`}`);
  const more = apps.length > MAX_APPS ? ` and ${apps.length - MAX_APPS} more` : '';
  return `${apps.length === 1 ? '1 app is' : `${apps.length} apps are`} running: ${names.join(', ')}${more}`;
}

/** Returns what to do about running apps, with the command that deletes one of them. */
export function remedyFor(app: RunningApp, { isWaiting, isDetaching }: Record<'isWaiting' | 'isDetaching', boolean>): string {
  const { DomainId, UserProfileName, SpaceName, AppType, AppName } = app;
  const key = { DomainId, ...SpaceName ? { SpaceName } : { UserProfileName }, AppType, AppName };
  const remedy = `delete these apps (aws sagemaker delete-app ${optionsOf(key)})`;
  // CloudFormation ignores failures when it removes what is no longer in the template, and does not try again later.
  return isDetaching
    ? `the images are still in the settings: ${remedy} and repeat the operation; if the deployment has succeeded, deploy the attachment again before you remove it`
    : `${remedy}${isWaiting ? '' : ', or set waitForApps in the options of an existing target,'} and repeat the operation`;
}

export function describeApp({ settings, app }: AppSettings): string {
  return `${settings}.${app}`;
}

function optionsOf(key: object): string {
  return Object.entries(key).map(([name, value]) => `--${dashed(name)} '${value}'`).join(' ');
}

/** Returns a name as the AWS CLI spells it. */
function dashed(name: string): string {
  return name.replace(/\B[A-Z]/g, '-$&').toLowerCase();
}

function byList(all: readonly { readonly entry: Entry; readonly more: string }[]): string {
  const lists = new Map<string, string[]>();
  for (const { entry, more } of all) {
    const list = describeApp(entry);
    lists.set(list, [...lists.get(list) ?? [], `'${entry.image.ImageName}' with '${entry.image.AppImageConfigName}'${more}`]);
  }
  return [...lists].map(([list, entries]) => `${list}: ${entries.join(', ')}`).join('; ');
}

function describeVersion(number: number | undefined): string {
  return number === undefined ? 'the latest version' : `version ${number}`;
}
