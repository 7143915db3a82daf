import type { RawProperties } from './model';
import { Failure } from '../lifecycle/failure';

/** The alias and its version. */
export interface ImageAliasTarget {
  readonly imageName: string;
  readonly alias: string;
  readonly version: number;
}

/**
 * Parses the properties, whose numbers CloudFormation sends as strings.
 *
 * @throws Failure that lists all problems
 */
export function parse({ ImageName: imageName, Alias: alias, Version }: RawProperties): ImageAliasTarget {
  const version = Number(Version);
  const problems = [
    ...Object.entries({ ImageName: imageName, Alias: alias }).filter(([, value]) => typeof value !== 'string' || !value)
      .map(([name, value]) => `${name} must be a non-empty string, got ${JSON.stringify(value)}`),
    ...Version !== '' && Number.isSafeInteger(version) && version > 0 ? [] : [`Version must be a positive integer, got ${JSON.stringify(Version)}`],
  ];
  if (problems.length > 0) {
    throw new Failure(`the image alias properties are not valid: ${problems.join(', ')}; nothing was changed; correct them and deploy again`, true);
  }
  return { imageName: imageName as string, alias: alias as string, version };
}

/**
 * Returns the physical id, which depends on the image and the alias. A creation that finds the alias on a version adds both
 * versions, so that its deletion in a rollback returns the alias.
 */
export function physicalIdOf({ imageName, alias, version }: ImageAliasTarget, former?: number): string {
  return `${imageName}/alias/${alias}${former === undefined ? '' : `/from/${former}/to/${version}`}`;
}

/** Whether a physical id is that of an alias: another one belongs to a resource that is replaced, or that was not created. */
export function isIdOf(id: string | undefined, target: ImageAliasTarget): boolean {
  return id !== undefined && id.replace(/\/from\/\d+\/to\/\d+$/, '') === physicalIdOf(target);
}

/** Returns the version that had the alias before the creation, if the alias was not moved since. */
export function formerIn(id: string, { version }: ImageAliasTarget): number | undefined {
  const [, from, to] = /\/from\/(\d+)\/to\/(\d+)$/.exec(id) ?? [];
  return Number(to) === version ? Number(from) : undefined;
}
