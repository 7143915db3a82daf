import { CfnResource, Stack } from 'aws-cdk-lib';
import { upperFirst } from './merged-settings';
import { executionRoleIn } from './role-in-settings';
import { checkId, TARGET_IDS, withTokens } from './target-ids';
import { once } from '../../private/once';
import { finalProperties, overrideOf } from '../../private/overrides';
import { Problems } from '../../private/problems';
import { hasWildcard } from '../../private/unknown';

/** The properties with an execution role. */
const WITH_ROLE = ['defaultUserSettings', 'defaultSpaceSettings', 'userSettings'];

/** Checks the values in a domain, user profile or space that permissions are granted on or to, after all changes. */
export function checkFinalValues(resource: CfnResource): void {
  once(resource, checkFinalValues, () => resource.node.addValidation({ validate: () => problemsOf(resource) }));
}

function problemsOf(resource: CfnResource): string[] {
  const problems = new Problems();
  const final = overrideOf(resource, []) === undefined ? undefined : finalProperties(resource);
  const valueOf = (property: string) => Stack.of(resource).resolve((resource as unknown as Record<string, unknown>)[property]);
  const checkOverride = (property: string, path: string[], given: unknown, rendered: unknown) => {
    if (JSON.stringify(given) !== JSON.stringify(rendered)) {
      problems.add(`the override of ${overrideOf(resource, path)} would have no effect on permissions: `
        + `remove the override, or set the property ${property} of ${resource.node.path} instead`);
    }
  };

  for (const id of TARGET_IDS.filter((name) => name in resource)) {
    const given = valueOf(id);
    if (hasWildcard(withTokens(given))) {
      checkId(problems, id, withTokens(given));
    }
    if (final) {
      checkOverride(id, [upperFirst(id)], given, final[upperFirst(id)]);
    }
  }
  for (const property of WITH_ROLE.filter((name) => name in resource)) {
    const role = executionRoleIn(valueOf(property));
    problems.withoutWildcards(`executionRole of ${property}`, withTokens(role));
    const settings = final?.[upperFirst(property)];
    // Settings that an override removes have no role, and are reported together with their images.
    if (settings !== undefined) {
      checkOverride(property, [upperFirst(property), 'ExecutionRole'], role, executionRoleIn(settings));
    }
  }
  return problems.messages;
}
