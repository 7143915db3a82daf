import { CfnResource, Stack } from 'aws-cdk-lib';
import { see } from './help';
import { once } from './once';
import { finalValue } from './overrides';

/**
 * Returns the name of an L1, and makes a later change of it an error: grants and attachments, for example, contain the name as it
 * is now.
 *
 * @param remedy how to set the name instead
 */
export function nameOfL1(resource: CfnResource, property: string, remedy: string): string {
  const name = finalValue(resource, property) as string;
  once(resource, `nameOfL1 ${property}`, () => resource.node.addValidation({
    validate: () => lateNameProblems(resource, property, name, remedy),
  }));
  return name;
}

/**
 * Checks that a name was not changed in the L1 or by an override.
 *
 * @param remedy how to set the name instead
 */
export function lateNameProblems(resource: CfnResource, property: string, name: string, remedy: string): string[] {
  const resolved = (value: unknown) => JSON.stringify(Stack.of(resource).resolve(value));
  return resolved(finalValue(resource, property)) === resolved(name) ? []
    : [`${property} of ${resource.node.path} was changed after its creation, but grants and attachments use the former name: ${remedy}${see('A name was changed too late')}`];
}
