import { conflict, defaultStays } from './conflict';
import { takenIn, withDefaults } from './defaults';
import type { Goal } from './goal';
import { changed, conflictsIn } from './images';
import type { Attached, Blocks, Reading } from './model';
import type { UnknownOwner } from './moved-by-feed';
import { OtherWriters, QUIET } from './other-writers';
import { Outgoing } from './outgoing';
import { isAboutApps, type Refusal } from './running-apps';
import { nounFor } from './target';
import type { Pause } from '../converge';
import { Retries } from '../retries';
import { isAboutPassRole, kindOf, summary } from '../service/error-kinds';

/** The next action. */
export type Verdict = Pause | Refusal | { readonly do: 'finish'; readonly result: undefined };
export type Decision = Verdict | { readonly do: 'write'; readonly blocks: Blocks };

const FIX = 'fix the cause of this error and deploy again';
/** Where a write omits nothing, the app can permit it to. */
const OMIT = 'if the cause is a setting of somebody else, deploy without executionRole in the options of this target: '
  + 'the function then sends only the settings of the apps that the images are for';

/** A write is sent no later than this after the start of the read that it is based on, in milliseconds. */
export const FRESH = 2_500;
/** How many writes may leave a default image as it was. Other writers may have restored it a few times. */
const WRITES_OF_DEFAULTS = 3;
/** While our update is running, the target is read this often, in milliseconds. */
const WATCH = 800;
/** After an update by somebody else, the target is left alone for this long, so that its writer sees the result, in milliseconds. */
const PAUSE = { milliseconds: 1_200, jitter: 1_800 };

/**
 * The state of the work toward a goal, and the decisions based on it. It makes no calls and has no clock.
 *
 * The decisions do not depend on the starting point, so the work can resume where a killed process stopped.
 */
export class Progress {
  /** Whether the last write may have been accepted, and whether the target was healthy after it. */
  private lastWrite: 'none' | 'running' | 'complete' = 'none';
  /** Whether a write was sent to a target with a failed status. */
  private retried = false;
  /** Whether the next write is such a retry. */
  private nextIsRetry = false;
  private refusals = 0;
  /** The number of writes that changed a default image. */
  private writesOfDefaults = 0;
  private nextChangesDefaults = false;
  private readonly retriesOf = { reading: new Retries(), writing: new Retries() };
  private readonly others = new OtherWriters();
  private readonly outgoing: Outgoing;

  constructor(private readonly goal: Goal) {
    this.outgoing = new Outgoing(goal.passRole, [...goal.change.attach, ...goal.defaults.set]);
  }

  /** Whether a write was accepted or may have been accepted. */
  public get touched(): boolean {
    return this.lastWrite !== 'none';
  }

  /** Settings that SageMaker dropped because a write omitted them, and that are not restored yet. */
  public get lostSettings(): string[] {
    return this.outgoing.lostSettings;
  }

  /** The advice after a timeout. */
  public get remedy(): string {
    return this.others.updates > 2
      ? `others updated the ${this.noun} ${this.others.updates} times meanwhile, and it takes one update at a time: deploy again, and attach the images of fewer stacks at the same time`
      : `make sure that the ${this.noun} is InService${this.goal.succeedsIfMissing ? ' or gone' : ''} and deploy again`;
  }

  /**
   * Decides after a successful read.
   *
   * @param moved what else to remove, because a feed moved it
   */
  public read(reading: Reading, now: number, moved: Attached = { entries: [], defaults: [] }): Decision {
    const { change: { detach, ...change }, defaults: { set, remove } } = this.goal;
    const defaults = { set, remove: [...remove, ...moved.defaults] };
    const { status, blocks } = reading;
    this.retriesOf.reading.reset();
    if (status === 'Deleting') {
      // If the deletion fails, the entries are still there. Until it is complete, they still refer to configurations.
      const why = `the ${this.noun} is being deleted`;
      return this.goal.succeedsIfMissing ? { do: 'wait', why } : this.missing(why);
    }
    const isUpdating = status === 'Updating' || status === 'Pending';
    if (this.others.observe(reading, this.isOurs) || isUpdating) {
      // Somebody wrote, which may explain earlier rejections of our writes.
      this.refusals = 0;
    }
    const lists = changed(blocks, { ...change, detach: [...detach, ...moved.entries] });
    const after = withDefaults(lists, defaults, change.version, this.writesOfDefaults > 0);
    const taken = takenIn(blocks, set).filter(({ former }) => !former);
    if (isUpdating) {
      return this.whileUpdating(reading, after === blocks && taken.length === 0);
    }
    // After a removal, the target does not have to be healthy.
    const healthy = status === 'InService' || (this.goal.succeedsIfMissing && after === blocks);
    if (healthy) {
      this.lastWrite = this.touched ? 'complete' : 'none';
    } else if (this.retried || this.isOurs) {
      const why = `${status === 'Update_Failed' ? 'the update failed' : `the ${this.noun} status is ${status}`} (${reading.failureReason ?? 'SageMaker gave no reason'})`;
      if (this.others.mayBeStale(reading)) {
        return { do: 'wait', why: `${why}, maybe since before the last write` };
      }
      // The cause may be a setting or an entry of somebody else, which does not have to be sent.
      if (!this.outgoing.sendAppSettingsOnly()) {
        return this.giveUp(why, 'fix the cause and deploy again (the execution role needs sagemaker:DescribeImage and sagemaker:DescribeImageVersion on the images)');
      }
    }
    this.outgoing.compare(blocks);
    // After our first write, other versions in lists are not conflicts. Another default always is, since an app has only one.
    const conflicts = this.touched ? [] : conflictsIn(blocks, this.goal.added);
    if (conflicts.length + taken.length > 0 && this.lostSettings.length === 0) {
      return conflict(blocks, conflicts, taken);
    }
    // The failure of an update by somebody else does not tell whether our entries are valid, so they are written again.
    if (healthy && after === blocks && this.lostSettings.length === 0) {
      return this.reached(reading);
    }
    this.others.entriesAreMissing();
    const defaultsOnly = lists === blocks && after !== blocks;
    if (defaultsOnly && healthy && this.writesOfDefaults >= WRITES_OF_DEFAULTS) {
      const why = `SageMaker accepted ${this.writesOfDefaults} writes, but kept the default image`;
      return this.others.mayBeStale(reading) ? { do: 'wait', why } : defaultStays({ ...this.goal, defaults }, blocks, why);
    }
    if (this.others.areUpdating) {
      this.others.areUpdating = false;
      return { do: 'wait', why: `another process has just updated the ${this.noun}`, ...PAUSE };
    }
    if (now - reading.startedAt > FRESH) {
      return { do: 'wait', why: 'SageMaker responds too slowly for a safe write' };
    }
    this.nextIsRetry = !healthy;
    this.nextChangesDefaults = after !== lists;
    this.others.weWrote(now);
    return { do: 'write', blocks: this.outgoing.toSend(blocks, after) };
  }

  /** Decides after a failed read. */
  public notRead(error: unknown, now: number): Verdict {
    return kindOf(error) === 'missing'
      ? this.missing(`the ${this.noun} does not exist (${summary(error)})`)
      : this.retriesOf.reading.after(error, now) ?? { do: 'give up', why: summary(error), remedy: FIX };
  }

  /** Decides after failing to read whether a feed moved something. */
  public ownerNotRead({ message: why, reason }: UnknownOwner, now: number): Verdict {
    const pause = this.retriesOf.reading.after(reason, now);
    const byHand = 'remove it from the settings if the feed did, and deploy again';
    return pause?.do === 'wait' ? { ...pause, why }
      : { do: 'give up', why, remedy: pause ? `${pause.remedy}, or ${byHand}` : byHand, help: pause?.help };
  }

  /** Records that a write was sent. */
  public written(): void {
    this.lastWrite = 'running';
    this.retried ||= this.nextIsRetry;
    this.writesOfDefaults += Number(this.nextChangesDefaults);
    this.outgoing.sent();
    this.refusals = 0;
    this.retriesOf.writing.reset();
  }

  /** Decides after a failed write. */
  public notWritten(error: unknown, now: number): Verdict {
    if (kindOf(error) === 'unknown') {
      // It may have been accepted. The next read shows whether it was.
      this.written();
    }
    if (isAboutPassRole(error) && this.outgoing.omitRoles()) {
      return { do: 'wait', why: summary(error), milliseconds: 0 };
    }
    const decision = isAboutApps(summary(error)) ? undefined : this.retriesOf.writing.after(error, now);
    if (!decision) {
      // SageMaker rejects a write during an update with various errors, so a single rejection proves nothing.
      this.refusals++;
      if (this.refusals === 2) {
        this.outgoing.sendAppSettingsOnly();
      }
    }
    return decision ?? (this.refusals < 4 ? { do: 'wait', why: summary(error) } : this.giveUp(summary(error), FIX));
  }

  /** Starts again after the cause of refusals or of a failed update is gone. */
  public startAgain(): void {
    this.lastWrite = this.touched ? 'complete' : 'none';
    this.retried = false;
    this.refusals = 0;
  }

  /** Decides when the target matches the goal: it counts after nobody has written for a while. */
  private reached(reading: Reading): Verdict {
    this.others.entriesArePresent(reading);
    const remaining = this.others.timeUntilSafe(reading);
    return remaining <= 0
      ? { do: 'finish', result: undefined }
      : { do: 'wait', why: `other processes may be updating the ${this.noun}`, milliseconds: Math.max(500, Math.min(remaining, QUIET / 3)) };
  }

  /** Decides while an update is running: ours or one by somebody else. */
  private whileUpdating(reading: Reading, isReached: boolean): Verdict {
    if (isReached && this.others.areHarmless(reading)) {
      return { do: 'finish', result: undefined };
    }
    const why = `the ${this.noun} status is ${reading.status}`;
    // Between two updates by others, there is little time to see that ours succeeded.
    return this.isOurs || isReached ? { do: 'wait', why, milliseconds: WATCH } : { do: 'wait', why };
  }

  /** Gives up after SageMaker rejected the settings. */
  private giveUp(why: string, remedy: string): Refusal {
    return this.outgoing.omitsNothing
      ? { do: 'give up', refused: true, why, remedy: `${remedy}; ${OMIT}`, help: 'Settings of others block an attachment' }
      : { do: 'give up', refused: true, why, remedy, help: 'The update of the domain failed' };
  }

  /** Whether an update that is running can be ours. */
  private get isOurs(): boolean {
    return this.lastWrite === 'running';
  }

  private get noun(): string {
    return nounFor(this.goal.target);
  }

  private missing(why: string): Verdict {
    return this.goal.succeedsIfMissing
      ? { do: 'finish', result: undefined }
      : { do: 'give up', why, remedy: `use an existing ${this.noun} in this account and Region`, help: 'The domain does not exist' };
  }
}
