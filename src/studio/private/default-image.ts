import { mergeInto, spell, type MergedSettings } from './merged-settings';
import { isMissing } from '../../private/intrinsics';

/** The version that an app starts by default, with the names of L1 properties. */
export interface DefaultImage {
  readonly sageMakerImageArn: string;
  readonly sageMakerImageVersionArn: string;
}

/** A default image of an existing target. */
export interface FollowedDefaultImage extends DefaultImage {
  /** The alias of the feed that moves it. */
  readonly followedAlias?: string;
}

/** Settings with the default image, or the intrinsic function that hides it. */
export type SettingsWithDefault = MergedSettings & {
  /** The names of the members that name another image or version already. */
  readonly taken: (keyof DefaultImage)[];
};

/** Sets the default image of one kind of app, and keeps everything else in the settings, such as its instance type. */
export function withDefaultImage(settings: unknown, appSettings: string, image: DefaultImage): SettingsWithDefault {
  const taken = new Set<keyof DefaultImage>();
  const merged = mergeInto(settings, [appSettings, 'DefaultResourceSpec'], (given: Record<string, unknown> = {}, spelling) => {
    const isTaken = (value: unknown, arn: string) => !isMissing(value) && !isSame(value, arn);
    namesOf(image).filter((name) => isTaken(given[spelling(name)], image[name])).forEach((name) => taken.add(name));
    return { ...given, ...spell(image, spelling) };
  });
  return { ...merged, taken: [...taken] };
}

export function namesOf(image: DefaultImage): (keyof DefaultImage)[] {
  return Object.keys(image) as (keyof DefaultImage)[];
}

export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
