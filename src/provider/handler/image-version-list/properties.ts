import type { RawProperties, Target } from './model';
import { Failure } from '../lifecycle/failure';
import { isMap } from '../service/json';

const ATTRIBUTES = ['Aliases', 'ContainerImages', 'ImageVersionArns', 'Versions'];

/**
 * Parses the properties, whose numbers and booleans CloudFormation sends as strings.
 *
 * @throws Failure that lists all problems
 */
export function parse({ ImageName, Filter = {}, MaxVersions, AllowEmpty = false, Attributes = [] }: RawProperties): Target {
  const maxVersions = MaxVersions === undefined ? Infinity : Number(MaxVersions);
  const got = (value: unknown) => `, got ${JSON.stringify(value)}`;
  const problems = [
    ...typeof ImageName === 'string' && ImageName ? [] : [`ImageName must be a non-empty string${got(ImageName)}`],
    ...isMap(Filter) && Object.values(Filter).every((value) => typeof value === 'string') ? [] : [`Filter must be a map of strings${got(Filter)}`],
    ...maxVersions === Infinity || (MaxVersions !== '' && Number.isSafeInteger(maxVersions) && maxVersions > 0) ? []
      : [`MaxVersions must be a positive integer${got(MaxVersions)}`],
    ...['true', 'false'].includes(String(AllowEmpty)) ? [] : [`AllowEmpty must be true or false${got(AllowEmpty)}`],
    ...Array.isArray(Attributes) && Attributes.every((name) => ATTRIBUTES.includes(name)) ? []
      : [`Attributes must be a list of ${ATTRIBUTES.join(', ')}${got(Attributes)}`],
  ];
  if (problems.length > 0) {
    throw new Failure(`the image version list properties are not valid: ${problems.join(', ')}; nothing was changed; correct them and deploy again`, true);
  }
  return {
    ImageName: ImageName as string, filter: Filter as Target['filter'], maxVersions, allowEmpty: String(AllowEmpty) === 'true', attributes: Attributes as Target['attributes'],
  };
}

/** Describes a filter in messages. */
export function describeFilter(filter: Target['filter']): string {
  return Object.entries(filter).map(([name, value]) => `${name} '${value}'`).join(' and ');
}
