import { CfnResource, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Newer releases of aws-cdk-lib renamed `addDependency` and warn about the old name in every synth. */
interface RenamedDependencyMethod {
  addResourceDependency?(target: CfnResource): void;
}

/** Makes CloudFormation create `source` after `target` and delete it before, across stacks too. */
export function dependOn(source: CfnResource, target: CfnResource): void {
  const renamed = source as RenamedDependencyMethod;
  if (renamed.addResourceDependency) {
    renamed.addResourceDependency(target);
  } else {
    source.addDependency(target);
  }
}

/** The same for stacks. */
interface RenamedStackMethods {
  addStackDependency?(target: Stack, reason?: string): void;
}

/** Makes a stack be deployed after another. */
export function dependOnStack(source: Stack, target: Stack, reason: string): void {
  const renamed = source as RenamedStackMethods;
  if (renamed.addStackDependency) {
    renamed.addStackDependency(target, reason);
  } else {
    source.addDependency(target, reason);
  }
}

/** The CloudFormation resource of a construct: itself if it is an L1, its default child if it owns one. */
export function cfnResourceOf(construct: IConstruct): CfnResource | undefined {
  const candidate = CfnResource.isCfnResource(construct) ? construct : construct.node.defaultChild;
  return candidate && CfnResource.isCfnResource(candidate) ? candidate : undefined;
}
