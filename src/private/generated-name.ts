import { Names, PhysicalName } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { describe, Problems } from './problems';
import { SUFFIX_LENGTH, withStackSuffix } from './unique-name';

const MAX_LENGTH = 63;

/** A given name, and how to generate one. */
export interface NameProps {
  readonly given?: string;
  readonly uniqueToStack?: boolean;
}

/** Returns the given name, or a generated one. A name that is not a string counts as missing, because it is reported later. */
export function givenOrGeneratedName(scope: Construct, id: string, { given, uniqueToStack }: NameProps): string {
  if (isGiven(given)) {
    return given;
  }
  return uniqueToStack ? withStackSuffix(scope, generateName(scope, id, MAX_LENGTH - SUFFIX_LENGTH)) : generateName(scope, id, MAX_LENGTH);
}

/** Whether a name is given, which the CDK can also ask to generate. */
function isGiven(name: unknown): name is string {
  return typeof name === 'string' && name !== PhysicalName.GENERATE_IF_NEEDED;
}

/** Checks that a name is either given or generated. */
export function checkUniqueToStack(problems: Problems, property: string, { given, uniqueToStack }: NameProps): void {
  problems.boolean('uniqueToStack', uniqueToStack);
  if (uniqueToStack && isGiven(given)) {
    problems.add(`uniqueToStack is for generated names, and ${property} ${describe(given)} is given: remove one of them`);
  }
}

/**
 * Generates a name from the path of a construct, for resources whose name CloudFormation cannot generate. The name is unique,
 * in lower case, and has at most `maxLength` letters and digits, with single hyphens between them.
 *
 * The construct does not exist yet, because its constructor needs the name. So the path is taken from a temporary construct.
 */
function generateName(scope: Construct, id: string, maxLength: number): string {
  const standIn = new Construct(scope, id);
  // With a child, the path is long enough for the name to have a hash, which distinguishes upper from lower case.
  const name = Names.uniqueResourceName(new Construct(standIn, 'Resource'), { maxLength, separator: '-', allowedSpecialCharacters: '-' });
  scope.node.tryRemoveChild(standIn.node.id);
  // In an image name, SageMaker allows no consecutive hyphens, and no hyphen at the start or end.
  return name.toLowerCase().replace(/-+/g, '-').replace(/^-|-$/g, '');
}
