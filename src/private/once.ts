import { Stage } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

const instances = new WeakMap<IConstruct, Map<unknown, unknown>>();

/** Returns the single value of a stage, stack or resource for a key, which is created on first use. */
export function once<T>(owner: IConstruct, key: unknown, make: () => T): T {
  const ofOwner = instances.get(owner) ?? new Map<unknown, unknown>();
  instances.set(owner, ofOwner);
  if (!ofOwner.has(key)) {
    ofOwner.set(key, make());
  }
  return ofOwner.get(key) as T;
}

/** Returns the stage of a construct, or the app if it is not in a stage. */
export function stageOf(scope: IConstruct): IConstruct {
  return Stage.of(scope) ?? scope.node.root;
}
