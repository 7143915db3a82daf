import type { Deployment } from './deployment';
import type { Happened } from './feed-label';
import { versionOf } from './labels';
import type { Json } from '../../../../../src/provider/handler/service/json';
import { madeBetween, type State } from '../account';
import { mayBeUnread } from '../faults';
import { CONFIG, isNightly, isProd, NIGHTLY, TORCH } from '../names';

/** Checks the entries of the team in the list of the domain after a deployment. */
export function checkEntries({ release, outcome, touched, faults, before, after }: Deployment): void {
  const [was, is] = [before, after].map(({ list }) => list.find(isProd));
  if (outcome === 'complete') {
    const goal = release.attach ? { ...TORCH, ...CONFIG, ImageVersionNumber: versionOf(after, 'prod') } : undefined;
    expect(is).toEqual(touched.has('Attachments') ? goal : was);
    return;
  }
  const former = before.deployed.has('Attachments') ? versionOf(before, 'prod') : undefined;
  expect([was?.ImageVersionNumber, former]).toContain(is?.ImageVersionNumber);
  if (before.list.some(isNightly) && !mayBeUnread(faults, 'DescribeImageVersion')) {
    // A rollback does not take back what a feed did. The version of the template is used only if no version has the label.
    const template = after.labels.nightly === undefined ? [numberOf({ list: templateList(before) })] : [];
    expect([numberOf(before), after.labels.nightly, ...madeBetween(before, after), ...template]).toContain(numberOf(after));
  }
}

function templateList({ deployed }: State): readonly Json[] {
  const settings = deployed.get('Attachments')?.properties.DefaultUserSettings as { JupyterLabAppSettings: { CustomImages: Json[] } } | undefined;
  return settings?.JupyterLabAppSettings.CustomImages ?? [];
}

/** Checks the entry that follows the feed, after something succeeded. */
export function checkFollowingEntry(before: State, after: State, what: Happened, isAttached: boolean): void {
  if (after.deployed.has('Targets') && (what === 'deployed' || what === 'handled')) {
    const entry = { ...NIGHTLY, ImageVersionNumber: after.labels.nightly };
    expect(after.list.find(isNightly)).toEqual(isAttached || before.list.some(isNightly) ? entry : undefined);
  }
}

export function numberOf({ list }: Pick<State, 'list'>): unknown {
  return (list.find(isNightly) as Json | undefined)?.ImageVersionNumber;
}
