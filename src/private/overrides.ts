import { CfnResource, Stack, Token } from 'aws-cdk-lib';
import { customPropertiesOf } from './dependencies';
import { intrinsicOf } from './intrinsics';

/** Members of an L1 that the types of aws-cdk-lib do not contain. */
interface Rendering {
  readonly rawOverrides: { readonly Condition?: string; readonly Properties?: unknown };
  _toCloudFormation(): object;
}

/** Returns the properties of a resource in the template, with all overrides. */
export function finalProperties(resource: CfnResource): any {
  const { Resources } = Stack.of(resource).resolve((resource as unknown as Rendering)._toCloudFormation());
  return Object.values<any>(Resources)[0].Properties ?? {};
}

/** Returns the value of a property in the template, unresolved: that of an override, if there is one. */
export function finalValue(resource: CfnResource, property: string): unknown {
  const { Properties: overrides } = (resource as unknown as Rendering).rawOverrides;
  if (isBlock(overrides) && property in overrides) {
    return overrides[property];
  }
  const member = property[0].toLowerCase() + property.slice(1);
  // A generic CfnResource has no members for its properties.
  return member in resource
    ? (resource as unknown as Record<string, unknown>)[member] : customPropertiesOf<Record<string, unknown>>(resource)[property];
}

/** Returns the logical id of the condition of a resource: that of an override, if there is one. */
export function finalCondition(resource: CfnResource): string | undefined {
  return (resource as unknown as Rendering).rawOverrides.Condition ?? resource.cfnOptions.condition?.logicalId;
}

/** Returns the path of the override that changes a property or a part of it, or undefined if there is none. */
export function overrideOf(resource: CfnResource, path: string[]): string | undefined {
  let { rawOverrides: overrides }: { rawOverrides: any } = resource as unknown as Rendering;
  const names: string[] = [];
  const queue = ['Properties', ...path];
  while (isBlock(overrides)) {
    // Below the property, the path of a single override is continued.
    const [name = Object.keys(overrides).length === 1 ? Object.keys(overrides)[0] : ''] = queue.splice(0, 1);
    if (!(name in overrides)) {
      break;
    }
    names.push(name);
    overrides = overrides[name];
  }
  return names.length === 0 ? undefined : names.slice(names.length > 1 ? 1 : 0).join('.');
}

function isBlock(value: any): value is Record<string, any> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Token.isUnresolved(value) && intrinsicOf(value) === undefined;
}
