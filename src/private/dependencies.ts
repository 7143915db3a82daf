import { CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Newer releases of aws-cdk-lib renamed `addDependency`, and add a deprecation warning for the old name in each synth. */
interface RenamedDependencyMethod {
  addResourceDependency?(target: CfnResource, reason?: string): void;
}

/** Returns the resources that a resource depends on explicitly, including those of other stacks. */
export function explicitDependencies(resource: CfnResource): CfnResource[] {
  return resource.obtainDependencies().filter((target) => CfnResource.isCfnResource(target));
}

/** Makes CloudFormation create `source` after `target` and delete it before, even across stacks. */
export function dependOn(source: CfnResource, target: CfnResource): void {
  const renamed = source as RenamedDependencyMethod;
  if (renamed.addResourceDependency) {
    // The CDK prints the reason in errors about stacks only, and would make a text of both paths each time.
    renamed.addResourceDependency(target, source.stack === target.stack ? 'order of deployment' : undefined);
  } else {
    source.addDependency(target);
  }
}

/** The same method of stacks. */
interface RenamedStackMethods {
  addStackDependency?(target: Stack, reason?: string): void;
}

/** Makes the CDK deploy a stack after another. */
export function dependOnStack(source: Stack, target: Stack, reason: string): void {
  const renamed = source as RenamedStackMethods;
  if (renamed.addStackDependency) {
    renamed.addStackDependency(target, reason);
  } else {
    source.addDependency(target, reason);
  }
}

/** Returns the properties of a custom resource, which the types of aws-cdk-lib do not contain. */
export function customPropertiesOf<T>(resource: CfnResource): T {
  return (resource as unknown as { _cfnProperties: T })._cfnProperties;
}

/** Returns the construct whose default child a construct is: the L2 of an L1, for example. Otherwise, returns the construct itself. */
export function ownerOf(construct: IConstruct): IConstruct {
  const scope = construct.node.scope!;
  return scope.node.defaultChild === construct ? scope : construct;
}

/** Returns the CloudFormation resource of a construct: itself if it is an L1, otherwise that of its default child. */
export function cfnResourceOf(construct: IConstruct): CfnResource | undefined {
  if (CfnResource.isCfnResource(construct)) {
    return construct;
  }
  const { defaultChild } = construct.node;
  return defaultChild && cfnResourceOf(defaultChild);
}
