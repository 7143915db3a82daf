import type { State } from '../account';
import type { Fault } from '../faults';
import type { Release } from '../release';
import type { Outcome } from '../stack';

/** A deployment, and what the model compares with its expectations. */
export interface Deployment {
  readonly release: Release;
  readonly outcome: Outcome;
  /** Whether it succeeded, and nothing went wrong at the same time. */
  readonly isSmooth: boolean;
  /** The resources that were changed. */
  readonly touched: ReadonlySet<string>;
  readonly faults: readonly Fault[];
  /** Whether somebody removed the default image of another team, so that a rollback could end. */
  readonly isDefaultCleared: boolean;
  readonly before: State;
  readonly after: State;
}
