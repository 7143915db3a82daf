import { Lazy } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { intrinsicOf } from '../../private/intrinsics';
import { Problems, quote } from '../../private/problems';
import { resolveFinal } from '../../private/references';
import { isStackSuffix } from '../../private/unique-name';
import { hasWildcard, isToken, isUnknown } from '../../private/unknown';
import { warn } from '../../private/warnings';

/** Converts a name to lower case, as SageMaker does in ARNs. A name that is unknown at synth stays as it is. */
export function lowerCase(name: string): string {
  return isUnknown(name) ? name : name.toLowerCase();
}

/**
 * Returns the spellings of a name in ARNs that IAM may compare: SageMaker converts names to lower case, but a request may contain
 * the name as it was given. They are one if the name is in lower case, unless it is lazy.
 *
 * @param owner the image, version or configuration that has the name
 */
export function spellingsOf(owner: IConstruct, name: string): string[] {
  checkName(owner, name);
  const known = isToken(name) ? resolveFinal(name, owner) : name;
  if (known === undefined) {
    return [Lazy.uncachedString({ produce: (context) => lowerCaseIfString(context.resolve(name)) }), name];
  }
  if (typeof known === 'string' && !isUnknown(known)) {
    return [...new Set([known.toLowerCase(), known])];
  }
  // The delimiter, and a list that may be a function itself.
  const parts: unknown[] = intrinsicOf(known) === 'Fn::Join' ? known['Fn::Join'].flat() : [known];
  // A name that is split from an ARN has the spelling of SageMaker.
  if (intrinsicOf(known) !== 'Fn::Select' && !parts.every((part) => isLowerCase(part) || isStackSuffix(owner, part))) {
    warn(owner, 'nameOfUnknownCase',
      'the name is unknown until deployment and CloudFormation cannot convert it, so permissions are granted on it as it is: '
      + 'if it has upper-case letters, SageMaker may refuse access, so give a name in lower case');
  }
  return [name];
}

/** An L1 can have any name. */
function checkName(owner: IConstruct, name: string): void {
  const problems = new Problems();
  if (problems.string('the name', name, 'give a name') && hasWildcard(name)) {
    problems.add(`the name ${quote(name)} would extend permissions to other resources: use letters, digits, '-' and '.'`);
  }
  problems.throwIfAny(owner);
}

function isLowerCase(name: unknown): boolean {
  return typeof name === 'string' && !isUnknown(name) && name === name.toLowerCase();
}

function lowerCaseIfString(value: unknown): any {
  return typeof value === 'string' ? value.toLowerCase() : value;
}
