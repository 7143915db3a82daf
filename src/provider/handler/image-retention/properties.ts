import type { Options, RawProperties } from './model';
import { NONE } from '../../kinds/image-alias';
import type { ImageRetentionLimit } from '../../kinds/image-retention';
import { Failure } from '../lifecycle/failure';
import { isMap } from '../service/json';

/**
 * Parses the properties, whose numbers and booleans CloudFormation sends as strings.
 *
 * @throws Failure that lists all problems
 */
export function parse(properties: RawProperties): Options {
  const problems: string[] = [];
  const check = (isValid: boolean, name: string, what: string, value: unknown) => {
    if (!isValid) {
      problems.push(`${name} must be ${what}, got ${JSON.stringify(value)}`);
    }
  };
  const { ImageName: image, ExpendableAliases: aliases = [] } = properties;
  check(typeof image === 'string' && image !== '', 'ImageName', 'a non-empty string', image);
  check(Array.isArray(aliases) && aliases.every((alias) => typeof alias === 'string' && /[^*]/.test(alias)), 'ExpendableAliases', 'a list of aliases', aliases);
  const limit = (name: 'Delete' | 'ToBeArchived' | 'Archived'): ImageRetentionLimit | undefined => {
    const given = properties[name];
    if (given === undefined) {
      return undefined;
    }
    const { Versions, Age } = isMap(given) ? given : {};
    check(Versions !== undefined || Age !== undefined, name, 'a limit', given);
    const number = (member: string, value: unknown) => {
      check(value === undefined || (Number.isSafeInteger(Number(value)) && Number(value) > 0), `${name}.${member}`, 'a positive integer', value);
      return value === undefined ? undefined : Number(value);
    };
    return { Versions: number('Versions', Versions), Age: number('Age', Age) };
  };
  const flag = (name: 'DryRun' | 'FailIfUnreadable'): boolean => {
    const value = String(properties[name] ?? false);
    check(['true', 'false'].includes(value), name, 'true or false', value);
    return value === 'true';
  };
  const options = {
    image: image as string,
    delete: limit('Delete'),
    toBeArchived: limit('ToBeArchived'),
    archived: limit('Archived'),
    expendableAliases: aliases as string[],
    dryRun: flag('DryRun'),
    failIfUnreadable: flag('FailIfUnreadable'),
  };
  if (problems.length > 0) {
    throw new Failure(`the image retention properties are not valid: ${problems.join(', ')}; nothing was changed; correct them and deploy again`, true);
  }
  return options;
}

/**
 * Returns the numbers of the versions that the app manages, and managed before: a rollback needs those again.
 *
 * @param before the former properties
 * @returns undefined if one of them cannot be read
 */
export function managedIn({ Managed: managed, ImageName: image }: RawProperties, { Managed: before = [] }: RawProperties): Set<number> | undefined {
  const values = [managed, before].flat().map(String).filter((value) => !['', 'None', NONE].includes(value));
  const found = values.map((value) => /^(?:arn:.*:image-version\/([^/]+)\/)?(\d+)$/.exec(value));
  return found.some((match) => match === null) ? undefined
    : new Set(found.filter((match) => (match![1] ?? String(image)).toLowerCase() === String(image).toLowerCase()).map((match) => Number(match![2])));
}
