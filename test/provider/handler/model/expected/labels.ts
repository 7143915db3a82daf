import type { Deployment } from './deployment';
import type { State } from '../account';
import { ALIASES } from '../names';

/** Where the labels of `ImageAlias` are. */
export class Labels {
  /** The version that had the label `canary` when the stack created it. Its deletion returns the label. */
  private canaryBefore?: number;

  public check({ release, outcome, touched, before, after }: Deployment): void {
    for (const alias of ALIASES) {
      const [was, is] = [before.labels[alias], after.labels[alias]];
      const [former, goal] = [before, after].map((state) => versionOf(state, alias));
      let expected;
      if (alias === 'stable' && release.stable === 'fixed' && outcome === 'complete') {
        expected = [versionOf(after, 'Stable')];
      } else if (outcome === 'complete') {
        // What the deployment did not change stays where somebody may have put it.
        expected = goal !== undefined ? [touched.has(alias) ? goal : was] : !touched.has(alias) && alias !== 'stable' ? [was]
          : was === former || alias === 'stable' ? [undefined, ...alias === 'canary' ? [this.canaryBefore] : []] : [was];
      } else {
        // Everything is where it was, or where the template says if somebody else had moved it.
        expected = former === undefined ? [was] : [was, former];
      }
      expect([alias, expected.includes(is) ? 'expected' : [is, expected]]).toEqual([alias, 'expected']);
    }
    if (versionOf(before, 'canary') === undefined) {
      this.canaryBefore = before.labels.canary;
    }
  }
}

/** The version of an alias in the properties of the stack, or the number of a version. */
export function versionOf({ deployed }: State, id: string): number | undefined {
  const { properties, attributes } = deployed.get(id) ?? { properties: {}, attributes: {} };
  return ({ ...attributes, ...properties } as { Version?: number }).Version;
}
