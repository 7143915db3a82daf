import * as fc from 'fast-check';
import { faults, type Fault } from './faults';
import { LABELS } from './names';
import type { Release } from './release';

/** What happens to the event of a push: `twice` is once now and once later. */
interface Pushed {
  readonly content: number;
  /** The time after it, in seconds. */
  readonly pause: number;
  readonly event: 'once' | 'twice' | 'late' | 'lost';
}

/** How the app changes. Without a value, a property goes. Numbers of versions are indices into those that exist. */
export type Change = { readonly [name in keyof Release]?: Release[name] | null };

/** One step. */
export type Step =
  | { readonly do: 'deploy'; readonly change: Change; readonly faults: readonly Fault[] }
  | {
    readonly do: 'push';
    readonly pushes: readonly Pushed[];
    /** Whether the events are handled at the same time. */
    readonly atOnce: boolean;
    readonly reversed: boolean;
    /** The content of the Dockerfile that is deployed at the same time. */
    readonly meanwhile: number | null;
    /** Not if something is deployed at the same time. */
    readonly faults: readonly Fault[];
  }
  | { readonly do: 'move a label by hand'; readonly alias: typeof LABELS[number]; readonly to: number | null }
  | { readonly do: 'edit the list by hand'; readonly edit: 'remove ours' | 'add theirs' | 'remove theirs' }
  | { readonly do: 'set the default by hand'; readonly to: 'theirs' | 'of SageMaker' | 'none' | number }
  | { readonly do: 'another team deploys'; readonly version: number; readonly meanwhile: number }
  | { readonly do: 'pin a space'; readonly space: number; readonly version: number }
  | { readonly do: 'time passes'; readonly minutes: number };

const index = fc.nat(9);
const deployment = fc.record({
  do: fc.constant('deploy' as const),
  change: fc.record({
    content: index,
    prod: fc.oneof(fc.constant('staging' as const), index),
    canary: fc.option(index),
    stable: fc.option(fc.constantFrom('fixed' as const, 'ImageAlias' as const), { freq: 3 }),
    keep: fc.option(fc.integer({ min: 1, max: 3 })),
    feed: fc.nat(4).map((one) => one > 0),
    readLabels: fc.nat(3).map((one) => one > 0),
    attach: fc.boolean(),
    defaultImage: fc.option(fc.constantFrom('prod' as const, 'nightly' as const), { freq: 3 }),
    fails: fc.nat(4).map((one) => one === 0),
  }, { requiredKeys: [] }),
  faults,
});
const push = fc.record({
  do: fc.constant('push' as const),
  pushes: fc.array(fc.record({
    content: index, pause: fc.nat(3), event: fc.constantFrom<Pushed['event']>('once', 'once', 'twice', 'late', 'lost'),
  }), { minLength: 1, maxLength: 3 }),
  atOnce: fc.boolean(),
  reversed: fc.boolean(),
  meanwhile: fc.option(index),
  faults,
});

/** One step, at random. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: deployment },
  { weight: 3, arbitrary: push },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('move a label by hand' as const), alias: fc.constantFrom(...LABELS), to: fc.option(index, { freq: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('edit the list by hand' as const), edit: fc.constantFrom('remove ours' as const, 'add theirs' as const, 'remove theirs' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('set the default by hand' as const), to: fc.oneof(fc.constantFrom('theirs' as const, 'of SageMaker' as const, 'none' as const), index),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('another team deploys' as const), version: fc.integer({ min: 1, max: 5 }), meanwhile: index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pin a space' as const), space: fc.nat(2), version: index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('time passes' as const), minutes: fc.integer({ min: 1, max: 20 }) }) },
);
