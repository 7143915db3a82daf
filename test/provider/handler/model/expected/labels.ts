import type { Deployment } from './deployment';
import type { State } from '../account';
import { areKills } from '../faults';
import { ALIASES } from '../names';

/** Where the labels of `ImageAlias` are. */
export class Labels {
  /** The versions that may have had the label `canary` when the stack created it. Its deletion returns the label. */
  private canaryBefore: (number | undefined)[] = [];

  public check({ release, outcome, touched, faults, hadLeftovers, before, after }: Deployment): void {
    for (const alias of ALIASES) {
      const [was, is] = [before.labels[alias], after.labels[alias]];
      const [former, goal] = [before, after].map((state) => versionOf(state, alias));
      let expected;
      if (outcome === 'complete') {
        // What the deployment did not change stays where somebody may have put it.
        expected = !touched.has(alias) ? [was] : goal !== undefined ? [goal] : was === former ? [undefined, ...this.canaryBefore] : [was];
      } else {
        // Everything is where it was, or where the template says if somebody else had moved it.
        // If a process is killed after it wrote, nobody knows where a label was that is new to the stack.
        const isUnknown = hadLeftovers || (alias === 'canary' && areKills(faults) && former === undefined);
        expected = [was, former, ...isUnknown ? [is] : []];
      }
      expect([alias, expected.includes(is) ? 'expected' : [is, expected]]).toEqual([alias, 'expected']);
    }
    if (versionOf(before, 'canary') === undefined) {
      // If a process is killed after it wrote, the next one finds the label where it should be.
      this.canaryBefore = [before.labels.canary, ...areKills(faults) ? [release.canary] : []];
    }
  }
}

/** The version of an alias in the properties of the stack. */
export function versionOf({ deployed }: State, alias: string): number | undefined {
  return deployed.get(alias)?.properties.Version as number | undefined;
}
