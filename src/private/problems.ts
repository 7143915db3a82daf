import { inspect } from 'util';
import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { formattedNumberToken, hasWildcard, isDummy, isToken, isUnknown, withoutTokens, withPlaceholders } from './unknown';

/**
 * Collects all problems of one props object, so that the user sees them at once.
 *
 * Values that are unknown at synth pass all checks.
 */
export class Problems {
  private readonly found: string[] = [];

  /** Adds a problem. It is in lower case, has no full stop, and contains the value, the allowed values and a remedy. */
  public add(problem: string): void {
    this.found.push(problem);
  }

  /** Runs an action, and adds the problems of the error if it throws. */
  public attempt<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      this.found.push(...(error as Partial<ProblemsError> | undefined)?.problems ?? [(error as Error | undefined)?.message ?? String(error)]);
      return undefined;
    }
  }

  /** Checks that a required value is present, which the compiler does not check in JavaScript. */
  public required(name: string, value: unknown, remedy: string): boolean {
    if (value === undefined || value === null) {
      this.add(`${name} is missing: ${remedy}`);
      return false;
    }
    return true;
  }

  /**
   * Checks that a required value has a member that all values of its kind have, even those of another copy of this library.
   * `kind` describes the accepted values.
   */
  public instance(name: string, value: unknown, member: string, kind: string): boolean {
    if (!this.required(name, value, `give ${kind}`)) {
      return false;
    }
    const isInstance = typeof value === 'object' && member in value!;
    if (!isInstance) {
      this.add(`${name} must be ${kind}, got ${describe(value)}`);
    }
    return isInstance;
  }

  /** Checks that required props, attributes or options are an object. */
  public object(name: string, value: unknown, remedy: string): boolean {
    if (!this.required(name, value, remedy)) {
      return false;
    }
    const isObject = typeof value === 'object' && !Array.isArray(value);
    if (!isObject) {
      this.add(`${name} must be an object, got ${describe(value)}: ${remedy}`);
    }
    return isObject;
  }

  /** Checks that a required value, if it is known, is a string. */
  public string(name: string, value: unknown, remedy: string): value is string {
    if (!this.required(name, value, remedy)) {
      return false;
    }
    const digits = typeof value === 'string' ? formattedNumberToken(value) : undefined;
    if (digits !== undefined) {
      this.add(`${name} contains ${digits}, formatted in a way that the CDK does not recognize: `
        + 'use versionAsString, or Tokenization.stringifyNumber for other numbers');
      return false;
    }
    const isString = typeof value === 'string' || isUnknown(value);
    if (!isString) {
      this.add(`${name} must be a string, got ${describe(value)}: ${remedy}`);
    }
    return isString;
  }

  /** Returns the items of an optional list, or none if the list is unknown or not valid. */
  public list<T>(name: string, list: T[] | undefined, remedy: string): T[] {
    if (list === undefined || Token.isUnresolved(list)) {
      return [];
    }
    if (!Array.isArray(list)) {
      this.add(`${name} must be a list, got ${describe(list)}: ${remedy}`);
      return [];
    }
    return list;
  }

  /** Returns the entries of an optional map, or none if the map is unknown or not valid. */
  public map<T>(name: string, map: { [key: string]: T } | undefined, remedy: string): [string, T][] {
    if (map === undefined || Token.isUnresolved(map)) {
      return [];
    }
    if (typeof map !== 'object' || map === null || Array.isArray(map)) {
      this.add(`${name} must be a map, got ${describe(map)}: ${remedy}`);
      return [];
    }
    return Object.entries(map);
  }

  /** Checks that an optional value, if it is known, is a member of an enum. */
  public oneOf(name: string, value: string | undefined, members: { [key: string]: string }): void {
    if (value !== undefined && !isUnknown(value) && !Object.values(members).includes(value)) {
      this.add(`${name} must be ${Object.keys(members).join(', ').replace(/, (?=[^,]*$)/, ' or ')}, got ${describe(value)}`);
    }
  }

  /** Checks that an optional value, if it is known, is a boolean. */
  public boolean(name: string, value: unknown): void {
    if (value !== undefined && !isUnknown(value) && typeof value !== 'boolean') {
      this.add(`${name} must be true or false, got ${describe(value)}`);
    }
  }

  /** Checks the number of characters of a string, if it is known. */
  public length(name: string, value: string | undefined, min: number, max: number, isRequired = false): boolean {
    const remedy = `give ${min} to ${max} characters${isRequired ? '' : ' or leave it out'}`;
    if (value === undefined && !isRequired) {
      return true;
    }
    if (!this.string(name, value, remedy)) {
      return false;
    }
    if (isUnknown(value)) {
      return true;
    }
    if (value.length >= min && value.length <= max) {
      return true;
    }
    this.add(value.length < min
      ? `${name} is empty: ${remedy}`
      : `${name} has ${value.length} characters, at most ${max} are allowed`);
    return false;
  }

  /**
   * Checks a string against a pattern. `remedy` describes the allowed strings. If a part is unknown, the rest may have no
   * wildcard, unless the pattern allows it.
   */
  public pattern(name: string, value: string | undefined, pattern: RegExp, remedy: string): void {
    const checked = typeof value === 'string' && hasWildcard(value) ? withPlaceholders(value) : value;
    if (checked !== undefined && !isUnknown(checked) && !matches(checked, pattern)) {
      this.add(`${name} ${describe(value)} ${remedy}`);
    }
  }

  /**
   * Checks a name that becomes a part of ARNs. Even if a part of it is unknown, the rest is checked, so that no permission
   * extends to other resources.
   */
  public name(name: string, value: string | undefined, max: number, pattern: RegExp, remedy: string, isRequired = false): boolean {
    const isLongEnough = this.length(name, value, 1, max, isRequired);
    const isValid = typeof value !== 'string' || matches(withPlaceholders(value), pattern);
    if (isLongEnough && !isValid) {
      this.add(`${name} ${describe(value)} ${remedy}`);
    }
    return isLongEnough && isValid;
  }

  /** Checks an ARN that becomes part of a policy: a wildcard would extend the permission to other resources. */
  public withoutWildcards(name: string, arn: string): boolean {
    const hasNone = !hasWildcard(arn);
    if (!hasNone) {
      this.add(`${name} ${describe(arn)} has a wildcard or a variable, which would extend permissions to other resources: give the ARN of one resource`);
    }
    return hasNone;
  }

  /**
   * Checks an ARN that is split later, and returns whether it is known and valid. A dynamic reference is not valid, because it
   * cannot be split. `what` is the kind of resource, `resource` is the format of the last part of the ARN.
   */
  public arn(name: string, value: string, pattern: RegExp, what: string, resource: string): boolean {
    const remedy = `give 'arn:<partition>:sagemaker:<region>:<account>:${resource}'`;
    if (!this.required(name, value, remedy)) {
      return false;
    }
    const isKnown = !isToken(value) && !isDummy(value);
    const isValid = isKnown ? matches(value, pattern) : !(typeof value === 'string' && hasWildcard(value));
    if (!isValid) {
      this.add(`${name} ${describe(value)} is not a valid ARN of ${what}: ${remedy}`);
    }
    return isKnown && isValid;
  }

  /** All problems, for a validation during synth. */
  public get messages(): string[] {
    return [...this.found];
  }

  /**
   * Throws one error with all problems, if there are any. `id` is the id of a construct that does not exist yet.
   *
   * @param scope a construct, or the name of a method that knows none
   */
  public throwIfAny(scope: IConstruct | string, id?: string): void {
    if (this.found.length > 0) {
      const count = this.found.length === 1 ? '1 problem' : `${this.found.length} problems`;
      const path = [typeof scope === 'string' ? scope : scope.node.path, id].filter((part) => part).join('/');
      const message = [`${path}: ${count}`, ...this.found.map((problem) => `  ${problem}`)].join('\n');
      throw Object.assign(new Error(message), { problems: this.found });
    }
  }
}

/** An error with a list of problems, which can be reported together with others. */
interface ProblemsError extends Error {
  readonly problems: string[];
}

/** Throws if a value lacks a member that all values of its kind have. */
export function requireInstance(scope: IConstruct | string, name: string, value: unknown, member: string, kind: string): void {
  const problems = new Problems();
  problems.instance(name, value, member, kind);
  problems.throwIfAny(scope);
}

/** Throws if the props or attributes of a construct that does not exist yet are not an object. */
export function requireProps(scope: IConstruct, id: string, name: string, value: unknown): void {
  const problems = new Problems();
  problems.object(name, value, 'give an object with the required properties');
  problems.throwIfAny(scope, id);
}

/** Throws if a required value is missing. */
export function requireValue(scope: IConstruct, name: string, value: unknown, remedy: string): void {
  const problems = new Problems();
  problems.required(name, value, remedy);
  problems.throwIfAny(scope);
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

/** Quotes a value in a message, and shortens it if it is long. */
export function quote(value: string): string {
  return `'${shorten(value)}'`;
}

/** Formats a value of any type for a message: the compiler does not check values such as those of `tryGetContext`. */
export function describe(value: unknown): string {
  if (typeof value === 'string') {
    return quote(value);
  }
  if (Token.isUnresolved(value)) {
    return 'a token';
  }
  const type = typeof value === 'object' ? value?.constructor?.name ?? 'Object' : 'Object';
  return ['Object', 'Array'].includes(type) ? shorten(inspect(value, { depth: 0, breakLength: Infinity })) : `an instance of ${type}`;
}

function shorten(value: string): string {
  const readable = withoutTokens(value);
  return readable.length <= 80 ? readable : `${readable.slice(0, 77)}...`;
}
