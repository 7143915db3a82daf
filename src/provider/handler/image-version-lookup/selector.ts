import type { Given, Selector } from './model';
import { Failure } from '../lifecycle/failure';

/**
 * Reads the properties as CloudFormation sends them: all values are strings.
 *
 * @throws Failure with everything that is wrong
 */
export function parse({ ImageName: image, Version: version, Alias: alias }: Given): Selector {
  const number = version === undefined ? undefined : Number(version);
  const problems = [
    ...typeof image === 'string' && image ? [] : [`ImageName must be a string, got ${JSON.stringify(image)}`],
    ...number === undefined || (version !== '' && Number.isSafeInteger(number) && number > 0) ? []
      : [`Version must be a whole number from 1, got ${JSON.stringify(version)}`],
    ...alias === undefined || (typeof alias === 'string' && alias) ? [] : [`Alias must be a string, got ${JSON.stringify(alias)}`],
    ...version !== undefined && alias !== undefined ? [`Version ${JSON.stringify(version)} and Alias ${JSON.stringify(alias)} cannot be used together`] : [],
  ];
  if (problems.length > 0) {
    throw new Failure(`the properties of the image version lookup are not valid: ${problems.join(', ')}; nothing was changed; correct them and deploy again`, true);
  }
  return { ImageName: image as string, ...number !== undefined && { Version: number }, ...alias !== undefined && { Alias: alias as string } };
}

/** The same for the same image and selector, whatever is found. */
export function physicalIdOf({ ImageName, Version, Alias }: Selector): string {
  return `${ImageName}/${Version !== undefined ? `version/${Version}` : Alias !== undefined ? `alias/${Alias}` : 'latest'}`;
}

/** For messages. */
export function describeSelector({ ImageName, Version, Alias }: Selector): string {
  const version = Version !== undefined ? `version ${Version}` : Alias !== undefined ? `the version with alias '${Alias}'` : 'the latest version';
  return `${version} of image '${ImageName}'`;
}
