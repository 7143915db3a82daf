import { CLEARED, isDefault, isOfAccountOf } from './default-image';
import type { AppSettings, Blocks, Default, DefaultImage } from './model';
import { isMap, type Json } from '../service/json';

/** A default to set, and the one that the former properties set. Without it, a default that is found belongs to somebody else. */
export interface NewDefault extends Default {
  readonly former?: DefaultImage;
  /** Whether it is set only where the image is the default already, in any version. */
  readonly onlyMoves?: boolean;
}

/** The defaults to set in a target and to remove from it. */
export interface DefaultsChange {
  readonly set: readonly NewDefault[];
  readonly remove: readonly Default[];
}

/**
 * Applies a change of defaults. Defaults of others do not change, and neither do other settings, such as the instance type.
 *
 * @param version whether defaults are removed in any version, or only in the given version
 * @param again whether an earlier write did not remove a default completely: the version is then cleared explicitly
 */
export function withDefaults(blocks: Blocks, { set, remove }: DefaultsChange, version: 'any version' | 'same version', again: boolean): Blocks {
  const removed = remove.reduce((before, one) => {
    const spec = specIn(before, one);
    return (again && isWithoutVersion(spec, one)) || isDefault(spec, one.image, version)
      ? withSpec(before, one, { ...withoutImage(spec), ...again && { SageMakerImageVersionArn: CLEARED } }) : before;
  }, blocks);
  return set.reduce((before, one) => {
    const spec = specIn(before, one);
    const stays = one.onlyMoves ? !isDefault(spec, one.image, 'any version') : isMoved(spec, one) || isTaken(spec, one);
    return isDefault(spec, one.image, 'same version') || stays ? before : withSpec(before, one, { ...withoutAlias(spec, one), ...one.image });
  }, removed);
}

/** Returns the defaults to set where the default of somebody else is found. */
export function takenIn(blocks: Blocks, set: readonly NewDefault[]): NewDefault[] {
  return set.filter((one) => isTaken(specIn(blocks, one), one));
}

/** Returns what the settings of an app start by default. */
export function specIn(blocks: Blocks, { settings, app }: AppSettings): Json {
  const found = blocks[settings]?.[app];
  const spec = isMap(found) ? found.DefaultResourceSpec : undefined;
  return isMap(spec) ? spec : {};
}

/** Whether a default belongs to somebody else. One of SageMaker's own images does not. */
function isTaken(spec: Json, one: NewDefault): boolean {
  const { image, former } = one;
  const isOurs = isDefault(spec, image, former ? 'any version' : 'same version') || (former !== undefined && isDefault(spec, former, 'any version'));
  return !isOurs && !isWithoutVersion(spec, one) && isOfAccountOf(spec, image);
}

/** Whether a default may be in a version to which a feed moved it. Two writers with different versions would never end. */
function isMoved(spec: Json, one: NewDefault): boolean {
  return one.followedAlias !== undefined && isDefault(spec, one.image, 'any version') && !isWithoutVersion(spec, one);
}

/** Whether a default is our image in no version, which is what may be left after the version was cleared. */
function isWithoutVersion(spec: Json, { image: { SageMakerImageArn } }: Default): boolean {
  return isDefault(spec, { SageMakerImageArn }, 'same version');
}

function withoutImage({ SageMakerImageArn, SageMakerImageVersionArn, ...rest }: Json): Json {
  return rest;
}

/** Removes the image. The alias of a version of SageMaker's own image goes with it; one that somebody set for our image stays. */
function withoutAlias(spec: Json, { image }: Default): Json {
  const left = withoutImage(spec);
  const { SageMakerImageVersionAlias, ...rest } = left;
  return spec.SageMakerImageArn === undefined || isOfAccountOf(spec, image) ? left : rest;
}

function withSpec(blocks: Blocks, { settings, app }: AppSettings, spec: Json): Blocks {
  const block = blocks[settings];
  return { ...blocks, [settings]: { ...block, [app]: { ...block?.[app] as Json | undefined, DefaultResourceSpec: spec } } };
}
