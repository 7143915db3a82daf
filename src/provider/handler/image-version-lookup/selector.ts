import type { RawProperties } from './model';
import { Failure } from '../lifecycle/failure';
import type { VersionSelector } from '../service/image-model';

/**
 * Parses the properties, whose numbers CloudFormation sends as strings.
 *
 * @throws Failure that lists all problems
 */
export function parse({ ImageName: image, Version: version, Alias: alias }: RawProperties): VersionSelector {
  const number = version === undefined ? undefined : Number(version);
  const problems = [
    ...typeof image === 'string' && image ? [] : [`ImageName must be a non-empty string, got ${JSON.stringify(image)}`],
    ...number === undefined || (version !== '' && Number.isSafeInteger(number) && number > 0) ? []
      : [`Version must be a positive integer, got ${JSON.stringify(version)}`],
    ...alias === undefined || (typeof alias === 'string' && alias) ? [] : [`Alias must be a non-empty string, got ${JSON.stringify(alias)}`],
    ...version !== undefined && alias !== undefined ? [`Version ${JSON.stringify(version)} and Alias ${JSON.stringify(alias)} cannot be used together`] : [],
  ];
  if (problems.length > 0) {
    throw new Failure(`the image version lookup properties are not valid: ${problems.join(', ')}; nothing was changed; correct them and deploy again`, true);
  }
  return { ImageName: image as string, ...number !== undefined && { Version: number }, ...alias !== undefined && { Alias: alias as string } };
}

/** Returns the physical id, which depends on the image and the selector, not on the version found. */
export function physicalIdOf({ ImageName, Version, Alias }: VersionSelector): string {
  return `${ImageName}/${Version !== undefined ? `version/${Version}` : Alias !== undefined ? `alias/${Alias}` : 'latest'}`;
}

/** Describes a selector in messages. */
export function describeSelector({ ImageName, Version, Alias }: VersionSelector): string {
  const version = Version !== undefined ? `version ${Version}` : Alias !== undefined ? `the version with alias '${Alias}'` : 'the latest version';
  return `${version} of image '${ImageName}'`;
}
