import type { RawProperties, Target } from './model';
import { Failure } from '../lifecycle/failure';

/** Reads the target from the properties, and adds its problems to `problems`. */
export function readTarget(properties: RawProperties, problems: string[]): Target {
  const { DomainId: domain, UserProfileName: profile, SpaceName: space } = properties;
  const named = (name: 'DomainId' | 'UserProfileName' | 'SpaceName'): Target['key'] => {
    const value = properties[name];
    if (typeof value !== 'string' || !value) {
      problems.push(`${name} must be a non-empty string, got ${JSON.stringify(value)}`);
    }
    return { [name]: value as string };
  };
  if (profile !== undefined && space !== undefined) {
    problems.push(`UserProfileName ${JSON.stringify(profile)} and SpaceName ${JSON.stringify(space)} cannot be used together (domain ${JSON.stringify(domain)})`);
  }
  const key = named('DomainId');
  if (profile !== undefined) {
    return { kind: 'UserProfile', key: { ...key, ...named('UserProfileName') } };
  }
  return space !== undefined ? { kind: 'Space', key: { ...key, ...named('SpaceName') } } : { kind: 'Domain', key };
}

/** @throws Failure that lists the problems, if there are any */
export function failOn(problems: readonly string[]): void {
  if (problems.length > 0) {
    throw new Failure(`the attachment properties are not valid: ${problems.join(', ')}; nothing was changed; correct them and deploy again`, true);
  }
}

/**
 * Returns the physical id, `<domain>[/user-profile/<name> or /space/<name>]`, from properties whose entries may be invalid.
 *
 * The entries are not part of the id, so that they change in place.
 *
 * @throws Failure if the target is not valid
 */
export function physicalIdIn(properties: RawProperties): string {
  const problems: string[] = [];
  const target = readTarget(properties, problems);
  failOn(problems);
  return physicalIdOf(target);
}

export function physicalIdOf({ kind, key }: Target): string {
  const { DomainId: domain, UserProfileName: profile, SpaceName: space } = key;
  return { Domain: domain, UserProfile: `${domain}/user-profile/${profile}`, Space: `${domain}/space/${space}` }[kind];
}

/** The resource type in prose. */
export function nounFor({ kind }: Target): string {
  return { Domain: 'domain', UserProfile: 'user profile', Space: 'space' }[kind];
}

/** Describes a target in messages. */
export function describeTarget({ kind, key }: Target): string {
  const { DomainId: domain, UserProfileName: profile, SpaceName: space } = key;
  return `${{ Domain: '', UserProfile: `user profile '${profile}' of `, Space: `space '${space}' of ` }[kind]}domain '${domain}'`;
}
