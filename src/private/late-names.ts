import type { CfnResource } from 'aws-cdk-lib';
import { overrideOf } from './overrides';

/**
 * Checks that a name was not changed in the L1 or by an override: grants and attachments, for example, refer to the former name.
 *
 * @param remedy how to set the name instead
 */
export function lateNameProblems(resource: CfnResource, property: string, name: string, remedy: string): string[] {
  const member = property[0].toLowerCase() + property.slice(1);
  const current = (resource as unknown as Record<string, unknown>)[member];
  return current === name && overrideOf(resource, [property]) !== property ? []
    : [`${property} of ${resource.node.path} was changed after its creation, but grants and attachments use the former name: ${remedy}`];
}
