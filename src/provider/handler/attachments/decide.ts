import type { Goal } from './goal';
import { changed, conflictsIn } from './images';
import { describeConflicts } from './messages';
import type { Blocks, Reading } from './model';
import { Outgoing } from './outgoing';
import type { Pause } from '../converge';
import { Retries } from '../retries';
import { isAboutPassRole, kindOf, summary } from '../service/error-kinds';

/** What to do next. */
export type Verdict = Pause | { readonly do: 'finish'; readonly result: undefined };
export type Decision = Verdict | { readonly do: 'write'; readonly blocks: Blocks };

/** A write is sent at most so long after what it is based on was asked for. */
export const FRESH = 2_500;
/**
 * For so long nobody may have written until the outcome counts: more than a write of another instance of this handler
 * can be behind what it is based on. See docs/decisions (attachment without a lock).
 */
export const QUIET = 6_000;
/** Somebody who writes all the time delays success by no more than this, as long as our entries stay. */
export const LONG_ENOUGH = 5 * QUIET;

/**
 * Everything that is known on the way to a goal, and what follows from it: decisions only, no calls and no clock.
 *
 * The way is the same from wherever it starts, also from where a killed predecessor left off.
 */
export class Progress {
  /** Whether a write was accepted, or may have been. */
  public touched = false;
  private landed = false;
  /** Whether a write was sent although the status was that of a failure. */
  private retried = false;
  /** Whether the write that was asked for last is such a one. */
  private retries = false;
  private refusals = 0;
  private readonly retriesOf = { reading: new Retries(), writing: new Retries() };
  private metSince?: number;
  private quiet = { stamp: '', since: 0 };
  private readonly outgoing: Outgoing;

  constructor(private readonly goal: Goal) {
    this.outgoing = new Outgoing(goal.passRole);
  }

  /** Settings that the service dropped because they were not sent, and that are not back yet. */
  public get lostSettings(): string[] {
    return this.outgoing.lostSettings;
  }

  /** After a reading. */
  public read(reading: Reading, now: number): Decision {
    const { status, blocks } = reading;
    this.retriesOf.reading.reset();
    if (status === 'Deleting') {
      return this.missing('it is being deleted');
    }
    if (this.quiet.stamp !== reading.stamp) {
      this.quiet = { stamp: reading.stamp, since: reading.endedAt };
      // Somebody wrote, which may be why we were refused.
      this.refusals = 0;
    }
    if (status === 'Updating' || status === 'Pending') {
      this.refusals = 0;
      return { do: 'wait', why: `its status is ${status}` };
    }
    const after = changed(blocks, this.goal.change);
    // A target without our entries need not work.
    const works = status === 'InService' || (this.goal.fineWithout && after === blocks);
    if (works) {
      this.landed ||= this.touched;
    } else if (this.retried || (this.touched && !this.landed)) {
      return {
        do: 'give up',
        why: `${status === 'Update_Failed' ? 'the update failed' : `its status is ${status}`} (${reading.failureReason ?? 'the service gave no reason'})`,
        remedy: 'correct that (the execution role needs sagemaker:DescribeImage and sagemaker:DescribeImageVersion on the images) and deploy again',
      };
    }
    this.outgoing.compare(blocks);
    // Another failure than ours says nothing about our entries: they are written once more, to find out.
    if (works && after === blocks && this.lostSettings.length === 0) {
      return this.met(reading);
    }
    this.metSince = undefined;
    const objection = this.objectionTo(blocks);
    if (objection) {
      return objection;
    }
    if (now - reading.startedAt > FRESH) {
      return { do: 'wait', why: 'the answers of the service come too late to write on their basis' };
    }
    this.retries = !works;
    return { do: 'write', blocks: this.outgoing.toSend(blocks, after) };
  }

  /** After a reading that failed. */
  public notRead(error: unknown, now: number): Verdict {
    return kindOf(error) === 'missing'
      ? this.missing(`it does not exist (${summary(error)})`)
      : this.retriesOf.reading.after(error, now) ?? refused(error);
  }

  /** After a write that was sent. */
  public written(): void {
    this.touched = true;
    this.landed = false;
    this.retried ||= this.retries;
    this.outgoing.sent();
    this.refusals = 0;
    this.retriesOf.writing.reset();
  }

  /** After a write that failed. */
  public notWritten(error: unknown, now: number): Verdict {
    if (kindOf(error) === 'unknown') {
      // It may have been accepted: the next reading shows it.
      this.written();
    }
    if (isAboutPassRole(error) && this.outgoing.sendNoRole()) {
      return { do: 'wait', why: summary(error), milliseconds: 0 };
    }
    const decision = this.retriesOf.writing.after(error, now);
    if (!decision) {
      // What the status did not allow a moment ago is refused with all kinds of errors, so one refusal means little.
      this.refusals++;
      if (this.refusals === 2) {
        this.outgoing.sendLess();
      }
    }
    return decision ?? (this.refusals < 4 ? { do: 'wait', why: summary(error) } : refused(error));
  }

  /** The goal is reached; whether it lasts shows when nobody has written for a while. */
  private met(reading: Reading): Verdict {
    this.metSince ??= reading.endedAt;
    const missing = Math.min(
      QUIET - (reading.startedAt - this.quiet.since),
      LONG_ENOUGH - (reading.startedAt - this.metSince),
    );
    return missing <= 0
      ? { do: 'finish', result: undefined }
      : { do: 'wait', why: 'others may be writing at the same time', milliseconds: Math.max(500, Math.min(missing, QUIET / 3)) };
  }

  private missing(why: string): Verdict {
    return this.goal.fineWithout
      ? { do: 'finish', result: undefined }
      : { do: 'give up', why, remedy: 'name one that exists in this account and Region' };
  }

  /** What keeps us from writing at all. */
  private objectionTo(blocks: Blocks): Pause | undefined {
    const conflicts = this.touched ? [] : conflictsIn(blocks, this.goal.added);
    return conflicts.length === 0 ? undefined : {
      do: 'give up',
      why: conflicts.length === 1 ? 'somebody else has attached another version there' : `somebody else has attached another version of ${conflicts.length} images there`,
      remedy: `remove these entries or use other app image configs: ${describeConflicts(conflicts)}`,
      details: { conflicts: conflicts.map(({ entry: { image, ...list }, found }) => ({ ...list, ...image, found })) },
    };
  }
}

function refused(error: unknown): Pause {
  return { do: 'give up', why: summary(error), remedy: 'correct what the service complains about and deploy again' };
}
