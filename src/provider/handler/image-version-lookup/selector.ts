import type { RawProperties, Selection } from './model';
import { parseRange } from '../../../private/alias-range';
import { Failure } from '../lifecycle/failure';

/**
 * Parses the properties, whose numbers CloudFormation sends as strings.
 *
 * @throws Failure that lists all problems
 */
export function parse({ ImageName: image, Version: version, Alias: alias, AliasRange: range }: RawProperties): Selection {
  const number = version === undefined ? undefined : Number(version);
  const given = Object.entries({ Version: version, Alias: alias, AliasRange: range }).filter(([, value]) => value !== undefined);
  const problems = [
    ...typeof image === 'string' && image ? [] : [`ImageName must be a non-empty string, got ${JSON.stringify(image)}`],
    ...number === undefined || (version !== '' && Number.isSafeInteger(number) && number > 0) ? []
      : [`Version must be a positive integer, got ${JSON.stringify(version)}`],
    ...alias === undefined || (typeof alias === 'string' && alias) ? [] : [`Alias must be a non-empty string, got ${JSON.stringify(alias)}`],
    ...range === undefined || (typeof range === 'string' && parseRange(range)) ? []
      : [`AliasRange must be a range as for npm, such as ^2.4, got ${JSON.stringify(range)}`],
    ...given.length < 2 ? [] : [`${given.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(' and ')} cannot be used together`],
  ];
  if (problems.length > 0) {
    throw new Failure(`the image version lookup properties are not valid: ${problems.join(', ')}; nothing was changed; correct them and deploy again`, true);
  }
  return {
    ImageName: image as string,
    ...number !== undefined && { Version: number },
    ...alias !== undefined && { Alias: alias as string },
    ...range !== undefined && { AliasRange: range as string },
  };
}

/** Returns the physical id, which depends on the image and the selector, not on the version found. */
export function physicalIdOf({ ImageName, Version, Alias, AliasRange }: Selection): string {
  const selector = Version !== undefined ? `version/${Version}` : Alias !== undefined ? `alias/${Alias}`
    : AliasRange !== undefined ? `alias-range/${AliasRange}` : 'latest';
  return `${ImageName}/${selector}`;
}

/** Describes a selector in messages. */
export function describeSelector({ ImageName, Version, Alias, AliasRange }: Selection): string {
  const version = Version !== undefined ? `version ${Version}` : Alias !== undefined ? `the version with alias '${Alias}'`
    : AliasRange !== undefined ? `the version with the highest alias in '${AliasRange}'` : 'the latest version';
  return `${version} of image '${ImageName}'`;
}
