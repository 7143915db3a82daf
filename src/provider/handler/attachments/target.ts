import type { Given, Target } from './model';
import { Failure } from '../lifecycle/failure';

/** The target that the properties name; what is wrong with it is added to `problems`. */
export function readTarget(properties: Given, problems: string[]): Target {
  const { DomainId: domain, UserProfileName: profile, SpaceName: space } = properties;
  const named = (name: 'DomainId' | 'UserProfileName' | 'SpaceName'): Target['key'] => {
    const value = properties[name];
    if (typeof value !== 'string' || !value) {
      problems.push(`${name} must be a string, got ${JSON.stringify(value)}`);
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

/** @throws Failure with everything that is wrong */
export function failOn(problems: readonly string[]): void {
  if (problems.length > 0) {
    throw new Failure(`the properties of the attachments are not valid: ${problems.join(', ')}; nothing was changed; correct them and deploy again`, true);
  }
}

/**
 * `<domain>[/user-profile/<name> or /space/<name>]`, from properties whose entries may be anything.
 *
 * Entries are not part of it: they change in place.
 *
 * @throws Failure
 */
export function physicalIdIn(properties: Given): string {
  const problems: string[] = [];
  const target = readTarget(properties, problems);
  failOn(problems);
  return physicalIdOf(target);
}

export function physicalIdOf({ kind, key }: Target): string {
  const { DomainId: domain, UserProfileName: profile, SpaceName: space } = key;
  return { Domain: domain, UserProfile: `${domain}/user-profile/${profile}`, Space: `${domain}/space/${space}` }[kind];
}

/** For messages. */
export function describeTarget({ kind, key }: Target): string {
  const { DomainId: domain, UserProfileName: profile, SpaceName: space } = key;
  return `${{ Domain: '', UserProfile: `user profile '${profile}' of `, Space: `space '${space}' of ` }[kind]}domain '${domain}'`;
}
