import type { Deployment } from './deployment';
import type { Happened } from './feed-label';
import { versionOf } from './labels';
import type { Json } from '../../../../../src/provider/handler/service/json';
import { madeBetween, type State, versionsIn } from '../account';
import { areOnlyFailedCreations, mayBeUnread } from '../faults';
import { defaultOf } from '../names';
import { defaultImageOf, type Release } from '../release';

/** The default image of the domain: a version of ours, none, or that of somebody else. */
type Default = number | 'none' | 'theirs' | 'of SageMaker';

/** What the stack keeps there. */
interface Kept {
  readonly follows: 'prod' | 'nightly';
  /** The version in the properties. A feed may have moved it since. */
  readonly number: number;
}

/** Checks the default image of the domain after a deployment. */
export function checkDefault(deployment: Deployment): void {
  const { before, after, outcome } = deployment;
  const allowed = outcome === 'complete' ? afterSuccess(deployment) : afterRollback(deployment);
  expectDefault(before, after, allowed);
}

/** Checks the default image after events of pushes. */
export function checkFollowingDefault(before: State, after: State, what: Happened): void {
  const isFollowing = keptBy(before)?.follows === 'nightly' && before.deployed.has('Targets');
  const was = defaultIn(before);
  const label = after.labels.nightly;
  const follows = isFollowing && typeof was === 'number' && label !== undefined;
  expectDefault(before, after, what === 'handled' && follows ? [label] : what === 'perhaps' && follows ? [was, label, ...madeBetween(before, after)] : [was]);
}

/** Whether a deployment must fail, since it would replace the default image of somebody else. */
export function isTaken(before: State, release: Release): boolean {
  const was = defaultIn(before);
  return defaultImageOf(release) !== undefined && !keptBy(before) && was !== 'none' && was !== 'of SageMaker';
}

function afterSuccess({ release, touched, faults, before, after }: Deployment): readonly unknown[] {
  const [was, former, kept] = [defaultIn(before), keptBy(before), keptBy(after)];
  const label = after.labels.nightly;
  const isOurs = typeof was === 'number';
  // A failure of a feed is reported, but does not fail a deployment.
  const behind = areOnlyFailedCreations(faults) ? [] : [was, former?.number, kept?.number, ...madeBetween(before, after)];
  if (!touched.has('Attachments')) {
    return kept?.follows === 'nightly' && isOurs ? [label, ...behind] : [was];
  }
  if (!kept) {
    const isAttached = release.attach;
    // In an update, another version of ours is that of somebody else, except where a feed moved it.
    const isRemoved = former && isOurs && (!isAttached || was === former.number || (former.follows === 'nightly' && was === before.labels.nightly));
    const isUnclear = isRemoved && isAttached && was !== former.number && (label !== before.labels.nightly || behind.length > 0);
    return isRemoved ? ['none', ...isUnclear ? [was] : []] : [was];
  }
  const goal = kept.follows === 'prod' ? [kept.number] : [label, ...behind];
  return was !== 'theirs' ? goal : former ? [was] : [];
}

function afterRollback({ before, after, touched, faults, isDefaultCleared }: Deployment): readonly unknown[] {
  const [was, former] = [isDefaultCleared ? 'none' : defaultIn(before), keptBy(before)];
  const isFollowing = former?.follows === 'nightly';
  const isOurs = typeof was === 'number';
  if (!former) {
    // What was added is removed, also if somebody else had set the same version. What SageMaker had set does not come back.
    return [was, ...isOurs || was === 'of SageMaker' ? ['none'] : []];
  }
  if (was === 'theirs' || !touched.has('Attachments')) {
    return [was, ...isFollowing && isOurs ? [after.labels.nightly] : []];
  }
  // A rollback does not take back what a feed did. The version of the template is used only if nobody knows that of the feed.
  const isKnown = !isFollowing || (after.labels.nightly !== undefined && !mayBeUnread(faults, 'DescribeImageVersion'));
  return [was, ...isFollowing ? [after.labels.nightly, ...madeBetween(before, after)] : [former.number], ...isKnown ? [] : [former.number]];
}

function expectDefault(before: State, after: State, allowed: readonly unknown[]): void {
  const is = defaultIn(after);
  expect(['default', allowed.includes(is) ? 'expected' : { is, allowed, was: defaultIn(before) }]).toEqual(['default', 'expected']);
  const image = typeof is === 'number' ? defaultOf('torch', is) : is === 'none' ? {} : before.spec;
  // The version alone is enough: that is what SageMaker keeps of a default whose removal was interrupted.
  expect({ ...image, ...after.spec }).toEqual({ InstanceType: 'ml.t3.medium', ...image });
}

function defaultIn({ spec }: State): Default {
  const arn = String(spec.SageMakerImageVersionArn ?? spec.SageMakerImageArn ?? '');
  return arn === '' ? 'none' : arn.includes('/torch') ? versionsIn(spec)[0] : arn.includes('111111111111') ? 'theirs' : 'of SageMaker';
}

function keptBy(state: State): Kept | undefined {
  const { deployed } = state;
  const settings = deployed.get('Attachments')?.properties.DefaultUserSettings as { JupyterLabAppSettings: { DefaultResourceSpec?: Json } } | undefined;
  const spec = settings?.JupyterLabAppSettings.DefaultResourceSpec;
  if (!spec) {
    return undefined;
  }
  const places = JSON.stringify(deployed.get('Targets')?.properties.Places ?? '');
  return { follows: places.includes('DefaultResourceSpec') ? 'nightly' : 'prod', number: versionsIn(spec)[0] ?? versionOf(state, 'prod') };
}
