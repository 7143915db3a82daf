import type { RawProperties } from './model';
import { NONE } from '../../kinds/image-alias';
import { Failure } from '../lifecycle/failure';

/** An alias of an image. */
export interface AliasName {
  readonly imageName: string;
  readonly alias: string;
}

/** The alias and its version. */
export interface ImageAliasTarget extends AliasName {
  readonly version: number;
  /** The version that had the alias before the resource was created, or `none`. Without it, nobody knows. */
  readonly former?: number | typeof NONE;
}

/**
 * Parses the properties, whose numbers CloudFormation sends as strings.
 *
 * @throws Failure that lists all problems
 */
export function parse({ Version, FormerVersion, ...properties }: RawProperties): ImageAliasTarget {
  const version = numberIn(Version);
  const former = FormerVersion === NONE ? NONE : numberIn(FormerVersion);
  const name = parseAlias(properties, [
    ...version !== undefined ? [] : [`Version must be a positive integer, got ${JSON.stringify(Version)}`],
    ...former !== undefined || FormerVersion === undefined ? [] : [`FormerVersion must be a positive integer or '${NONE}', got ${JSON.stringify(FormerVersion)}`],
  ]);
  return { ...name, version: version!, former };
}

/**
 * Parses the properties that name the alias.
 *
 * @param others problems of other properties
 * @throws Failure that lists all problems
 */
export function parseAlias({ ImageName: imageName, Alias: alias }: RawProperties, others: readonly string[] = []): AliasName {
  const problems = [
    ...Object.entries({ ImageName: imageName, Alias: alias }).filter(([, value]) => typeof value !== 'string' || !value)
      .map(([name, value]) => `${name} must be a non-empty string, got ${JSON.stringify(value)}`),
    ...others,
  ];
  if (problems.length > 0) {
    throw new Failure(`the image alias properties are not valid: ${problems.join(', ')}; nothing was changed; correct them and deploy again`, true);
  }
  return { imageName: imageName as string, alias: alias as string };
}

/**
 * Returns the physical id, which depends on the image and the alias. A creation that finds the alias on a version adds both
 * versions, so that its deletion in a rollback returns the alias.
 */
export function physicalIdOf({ imageName, alias, version }: ImageAliasTarget, former?: ImageAliasTarget['former']): string {
  return `${imageName}/alias/${alias}${former === undefined || former === NONE ? '' : `/from/${former}/to/${version}`}`;
}

/** Whether a physical id is that of an alias: another one belongs to a resource that is replaced, or whose creation did not respond. */
export function isIdOf(id: string | undefined, target: ImageAliasTarget): boolean {
  return id !== undefined && id.replace(/\/from\/\d+\/to\/\d+/, '') === physicalIdOf(target);
}

/**
 * Returns the version that gets the alias when the resource is deleted: the one that had it before the creation, unless the alias
 * was moved since, or `none`. If nobody knows, the alias stays.
 */
export function heirOf(id: string, target: ImageAliasTarget): ImageAliasTarget['former'] {
  if (!isIdOf(id, target)) {
    return target.former;
  }
  const versions = /\/from\/(\d+)\/to\/(\d+)/.exec(id);
  return versions && Number(versions[2]) === target.version ? Number(versions[1]) : NONE;
}

function numberIn(value: unknown): number | undefined {
  const number = Number(value);
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}
