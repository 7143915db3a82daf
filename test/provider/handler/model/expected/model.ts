import { checkDefault, checkFollowingDefault, isTaken } from './default-image';
import type { Deployment } from './deployment';
import { checkEntries, checkFollowingEntry } from './entries';
import { FeedLabel, type Happened } from './feed-label';
import { Labels } from './labels';
import { Metadata } from './metadata';
import type { Push } from '../../../../../src/provider/handler/image-feed/model';
import type { Account, State } from '../account';
import { areOnlyFailedCreations, type Fault } from '../faults';
import type { Release } from '../release';

/** Events of pushes that were handled, maybe during a deployment. */
export interface HandledPushes {
  readonly pushes: readonly Push[];
  /** Whether all of them were handled without an error. */
  readonly isSure: boolean;
  readonly faults: readonly Fault[];
  readonly before: State;
  readonly after: State;
}

/** What must be in the account after each step. It knows what was done, and no code of the function. */
export class Model {
  private readonly labels = new Labels();
  private readonly feedLabel: FeedLabel;
  private readonly metadata: Metadata;

  constructor({ world, repository }: Account) {
    this.feedLabel = new FeedLabel(world, repository);
    this.metadata = new Metadata(repository);
  }

  /** Whether a deployment may fail without a fault. */
  public mayFail(before: State, release: Release): boolean {
    return release.fails || isTaken(before, release) || hasNothingToFollow(before, release);
  }

  /** Notes that somebody moves the label of the feed by hand. */
  public moveFeedLabel(): void {
    this.feedLabel.noteAstray();
  }

  /** Checks a deployment. Another one, or pushes, may have happened at the same time. */
  public checkDeployment(deployment: Deployment): void {
    const { before, after, release, faults } = deployment;
    this.labels.check(deployment);
    checkEntries(deployment);
    checkDefault(deployment);
    this.checkFeed(deployment, deployment.isSmooth ? 'deployed' : 'perhaps');
    this.metadata.check(after, [...readsOf(before), release.readLabels], faults);
  }

  /** Checks the events of pushes. */
  public checkPushes({ pushes, isSure, faults, before, after }: HandledPushes, deployment?: Deployment): void {
    pushes.forEach((push) => this.feedLabel.note(push, isSure));
    if (deployment) {
      return this.checkDeployment(deployment);
    }
    const what = !isSure ? 'perhaps' : pushes.length > 0 ? 'handled' : 'nothing';
    this.checkFeed({ before, after, faults, touched: new Set() }, what);
    checkFollowingDefault(before, after, what);
    this.metadata.check(after, readsOf(before), faults);
  }

  private checkFeed({ before, after, faults, touched }: Pick<Deployment, 'before' | 'after' | 'faults' | 'touched'>, what: Happened): void {
    this.feedLabel.check(before, after, what, what === 'perhaps' && !areOnlyFailedCreations(faults));
    checkFollowingEntry(before, after, what, touched.has('Attachments'));
  }
}

/** Whether no version has the label of the feed, and a version failed, which is not tried again at once. */
function hasNothingToFollow({ labels, versions }: State, { feed }: Release): boolean {
  return feed && labels.nightly === undefined && versions.some(({ status }) => status === 'CREATE_FAILED');
}

/** Whether the feed of the stack reads labels. */
function readsOf({ deployed }: State): boolean[] {
  return ['Feed', 'Targets'].flatMap((id) => deployed.get(id)?.properties.ReadLabels as boolean | undefined ?? []);
}
