import { Problems, quote } from '../../private/problems';
import { isUnknown } from '../../private/unknown';

/** The format of a framework or language in the CloudFormation schema. */
const NAME_AND_VERSION = /^[a-zA-Z]+ ?\d+\.\d+(\.\d+)?$/;

/** A class with a factory method for each well-known name, such as `MlFramework`. */
interface NamedVersions {
  readonly name: string;
  of(value: string): NamedVersion;
}

/** A value of such a class. */
interface NamedVersion {
  readonly name: string;
}

/** Checks a framework or language with its version. */
export function checkNameAndVersion(
  problems: Problems, property: string, given: NamedVersion | undefined, type: NamedVersions, example: string,
): void {
  const article = /^[AEIOU]|^Ml/.test(type.name) ? 'an' : 'a';
  if (given === undefined || !problems.instance(property, given, 'name', `${article} ${type.name}, for example ${example}`)
    || !problems.required(property, given.name, `write it as ${example}`)) {
    return;
  }
  const value = given.name;
  if (!isUnknown(value) && problems.length(property, value, 1, 128) && !NAME_AND_VERSION.test(value)) {
    problems.add(`${property} ${quote(value)} ${explain(value, type, example)}`);
  }
}

/** Explains what is wrong with a value and how to write it. */
function explain(value: string, type: NamedVersions, example: string): string {
  const { name, version } = split(value);
  const letters = name.replaceAll('+', 'Plus').replaceAll('#', 'Sharp').replace(/[^a-zA-Z]/g, '');
  const others = [...new Set(name.replace(/[a-zA-Z]/g, ''))].map((character) => character === ' ' ? 'a space' : quote(character));
  const numbers = /\d+(?:\.\d+){0,2}/.exec(version)?.[0] ?? '';
  const problem = [
    ...letters === '' ? ['has no name'] : others.length > 0 ? [`has ${others.join(' and ')} in its name, but SageMaker allows letters only`] : [],
    ...version === '' ? ['has no version']
      : /^\d+$/.test(version) ? [`has the version ${quote(version)} without a minor number`]
        : /^\d+\.\d+(\.\d+)?$/.test(version) ? [] : [`has the version ${quote(version)} instead of two or three numbers`],
  ];
  const remedy = letters === '' ? example : written(letters, numbers, type);
  const isExample = letters === '' || /\d/.test(name) || numbers === '';
  const change = version === '' ? 'add it, for example as' : isExample ? 'write it for example as' : 'write it as';
  return `${problem.length > 0 ? problem.join(', and ') : 'has an extra space'}: ${change} ${remedy}`;
}

/** Splits a value into its name and version: at the last space before a number or a word for a version, or at the first number. */
function split(value: string): { name: string; version: string } {
  const [, name, version] = /^(.*\S)\s+(v?\d\S*|latest|nightly|stable|undefined|null)\s*$/i.exec(value) ?? /^(\D*)(.*)$/s.exec(value)!;
  return { name: name.trim(), version: version.trim() };
}

/** Returns the call that makes a valid value: the factory method of the name, if there is one, and `of()` otherwise. */
function written(letters: string, numbers: string, type: NamedVersions): string {
  const version = numbers === '' ? '1.0' : numbers.includes('.') ? numbers : `${numbers}.0`;
  const factories = Object.getOwnPropertyNames(type).filter((name) => name !== 'of' && typeof (type as any)[name] === 'function');
  const factory = factories.find((name) => (type as any)[name](version).name.split(' ')[0].toLowerCase() === letters.toLowerCase());
  return factory ? `${type.name}.${factory}('${version}')` : `${type.name}.of('${letters} ${version}')`;
}
