import { inspect } from 'util';
import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * Collects everything that is wrong with one props object, so that the user sees it all at once.
 *
 * Values that are not known yet pass every check.
 */
export class Problems {
  private readonly found: string[] = [];

  /** Records one problem: lower case, no full stop, with the value, what is allowed and the remedy. */
  public add(problem: string): void {
    this.found.push(problem);
  }

  /** Checks that a value is there at all: TypeScript asks for it, JavaScript does not. `remedy` says what to give. */
  public required(name: string, value: unknown, remedy: string): boolean {
    if (value === undefined || value === null) {
      this.add(`${name} is missing: ${remedy}`);
      return false;
    }
    return true;
  }

  /** Checks that a value is there and has the member that everything of its kind has, also from another copy of this library. */
  public instance(name: string, value: unknown, member: string, remedy: string): boolean {
    if (!this.required(name, value, remedy)) {
      return false;
    }
    const isOne = typeof value === 'object' && member in value!;
    if (!isOne) {
      this.add(`${name} is ${describe(value)}: ${remedy}`);
    }
    return isOne;
  }

  /** Checks that a value is there and a string, if it is known. */
  public text(name: string, value: unknown, remedy: string): value is string {
    if (!this.required(name, value, remedy)) {
      return false;
    }
    const isOne = typeof value === 'string' || isUnknown(value);
    if (!isOne) {
      this.add(`${name} is not a text but ${describe(value)}: ${remedy}`);
    }
    return isOne;
  }

  /** The items of a list that may be left out; none if they are not known, or if this is no list. */
  public items<T>(name: string, list: T[] | undefined, remedy: string): T[] {
    if (list === undefined || Token.isUnresolved(list)) {
      return [];
    }
    if (!Array.isArray(list)) {
      this.add(`${name} is not a list but ${describe(list)}: ${remedy}`);
      return [];
    }
    return list;
  }

  /** The keys and values of a map that may be left out; none if they are not known, or if this is no map. */
  public entries<T>(name: string, map: { [key: string]: T } | undefined, remedy: string): [string, T][] {
    if (map === undefined || Token.isUnresolved(map)) {
      return [];
    }
    if (typeof map !== 'object' || map === null || Array.isArray(map)) {
      this.add(`${name} is not a map but ${describe(map)}: ${remedy}`);
      return [];
    }
    return Object.entries(map);
  }

  /** Checks that a value, if there is one and it is known, is a member of an enum. */
  public oneOf(name: string, value: string | undefined, members: { [key: string]: string }): void {
    if (value !== undefined && !isUnknown(value) && !Object.values(members).includes(value)) {
      this.add(`${name} is ${describe(value)}: use ${Object.keys(members).join(', ')} or leave it out`);
    }
  }

  /** Checks that a value, if there is one and it is known, is true or false. */
  public boolean(name: string, value: unknown): void {
    if (value !== undefined && !isUnknown(value) && typeof value !== 'boolean') {
      this.add(`${name} is ${describe(value)}: give true or false or leave it out`);
    }
  }

  /** Checks the number of characters of a string, if it is known; `isRequired` if nothing can be done without it. */
  public length(name: string, value: string | undefined, min: number, max: number, isRequired = false): boolean {
    const remedy = `give ${min} to ${max} characters${isRequired ? '' : ' or leave it out'}`;
    if (value === undefined && !isRequired) {
      return true;
    }
    if (!this.text(name, value, remedy)) {
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

  /** Checks a string against a pattern, if it is known; `remedy` says what is allowed. */
  public pattern(name: string, value: string | undefined, pattern: RegExp, remedy: string): void {
    if (value !== undefined && !isUnknown(value) && !matches(value, pattern)) {
      this.add(`${name} ${describe(value)} ${remedy}`);
    }
  }

  /**
   * Checks an ARN that is taken apart; returns whether it is known and is one. A dynamic reference is refused: nobody could
   * take it apart. `what` says of what it is, `resource` how it ends.
   */
  public arn(name: string, value: string, pattern: RegExp, what: string, resource: string): boolean {
    const remedy = `give 'arn:<partition>:sagemaker:<region>:<account>:${resource}'`;
    if (!this.required(name, value, remedy) || Token.isUnresolved(value)) {
      return false;
    }
    const isOne = matches(value, pattern);
    if (!isOne) {
      this.add(`${name} ${describe(value)} is not the ARN of ${what}: ${remedy}`);
    }
    return isOne;
  }

  /** All problems found, for a validation at synth. */
  public get messages(): string[] {
    return [...this.found];
  }

  /** Throws one error with all problems found, if there are any; `id` names a construct that does not exist yet. */
  public throwIfAny(scope: IConstruct, id?: string): void {
    if (this.found.length > 0) {
      const count = this.found.length === 1 ? '1 problem' : `${this.found.length} problems`;
      const path = [scope.node.path, id].filter((part) => part).join('/');
      throw new Error([`${path}: ${count}`, ...this.found.map((problem) => `  ${problem}`)].join('\n'));
    }
  }
}

/** Throws if a value is missing that nothing can be done without. */
export function requireValue(scope: IConstruct, name: string, value: unknown, remedy: string): void {
  const problems = new Problems();
  problems.required(name, value, remedy);
  problems.throwIfAny(scope);
}

/** What the CDK gives until it has looked up a parameter of Systems Manager, and a dynamic reference of CloudFormation. */
const LOOKED_UP_LATER = /dummy-value-for-|\{\{resolve:/;

/** Whether nobody knows yet what a value, or a part of it, will be. */
export function isUnknown(value: unknown): boolean {
  return Token.isUnresolved(value) || (typeof value === 'string' && LOOKED_UP_LATER.test(value));
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

/** A value as it is shown in a message: shortened, so that one wrong value cannot bury the message. */
export function quote(value: string): string {
  return `'${shorten(value)}'`;
}

/** The same for a value of any type, as the compiler lets through what `tryGetContext` gives. */
export function describe(value: unknown): string {
  return typeof value === 'string' ? quote(value) : shorten(inspect(value, { depth: 0, breakLength: Infinity }));
}

function shorten(value: string): string {
  return value.length <= 80 ? value : `${value.slice(0, 77)}...`;
}
