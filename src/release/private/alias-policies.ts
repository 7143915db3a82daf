import { Stack } from 'aws-cdk-lib';
import { once } from '../../private/once';
import { MANAGED_QUOTA, PolicySize, RoleStatement } from '../../private/policy-size';
import { resolveFinal } from '../../private/references';

/** A role can have 10 managed policies, and an update that replaces all of these needs room for twice as many. */
const MAX_POLICIES = 4;

/** What the permissions to log and to read the template add to each policy, at most. */
const SHARED = 620;

/** The permissions for the aliases of a stack so far. */
interface AliasPolicies {
  count: number;
  size: PolicySize;
  /** The id of the policy with the permission on each ARN. */
  readonly ids: Map<string, string>;
}

/**
 * Returns the id of the policy for the permissions on one image. A stack may have more aliases than fit into one policy.
 */
export function aliasPolicyFor(stack: Stack, statements: RoleStatement[]): string {
  const policies = once(stack, 'cdk-sagemaker-images.AliasPolicies', () => start(stack));
  // Two tokens may be one ARN.
  const key = JSON.stringify(statements.map(({ resource }) => resolveFinal(resource, stack) ?? resource));
  const existing = policies.ids.get(key);
  if (existing !== undefined) {
    return existing;
  }
  const grown = statements.reduce((sum, statement) => sum + policies.size.growth(stack, statement), 0);
  if (policies.size.characters + SHARED + grown > MANAGED_QUOTA) {
    policies.count++;
    policies.size = new PolicySize();
  }
  statements.forEach((statement) => policies.size.add(stack, statement));
  const id = `Aliases${policies.count === 1 ? '' : policies.count}`;
  policies.ids.set(key, id);
  return id;
}

function start(stack: Stack): AliasPolicies {
  const policies: AliasPolicies = { count: 1, size: new PolicySize(), ids: new Map() };
  stack.node.addValidation({
    validate: () => policies.count <= MAX_POLICIES ? [] : [
      `the aliases of stack '${stack.stackName}' are for ${policies.ids.size} images, which need ${policies.count} policies of the function, and `
      + `there is room for ${MAX_POLICIES}: make some of the aliases in another stack`,
    ],
  });
  return policies;
}
