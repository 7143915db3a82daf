import { Lazy } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The values of the apps that this process has synthesized so far. */
const VALUES = new WeakMap<IConstruct, string>();
let latest = 0;

/** Returns a token for the time of the synth, to the millisecond, which is the same everywhere in an app. */
export function timeOfSynth(): string {
  return Lazy.uncachedString({ produce: ({ scope }) => valueOf(scope.node.root) });
}

function valueOf(app: IConstruct): string {
  const value = VALUES.get(app) ?? new Date(latest = Math.max(latest + 1, Date.now())).toISOString();
  VALUES.set(app, value);
  return value;
}
