import { listIn, withList } from './custom-images';
import type { Json, Place } from './place';
import { isAboutPassRole, kindOf, summary } from './service-errors';

/** What is to become of the list. */
export interface Goal {
  readonly place: Place;
  /** Whether it is as good if the domain, user profile or space does not exist. */
  readonly fineWithout: boolean;
  /** The list as it should be: the same object if it is that already. */
  change(list: readonly Json[]): readonly Json[];
  /** Why the list cannot be changed as it was found, if so. */
  objection?(list: readonly Json[]): string | undefined;
}

/** The holder of the list at one moment. */
export interface Reading {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: string;
  readonly failureReason?: string;
  /** The same as long as nobody wrote. */
  readonly stamp: string;
  readonly settings: Json;
}

/** What to do next. */
export type Step =
  | { readonly do: 'finish' }
  | { readonly do: 'give up'; readonly why: string; readonly remedy: string }
  /** Without a time, for as long as the number of waits says. */
  | { readonly do: 'wait'; readonly why: string; readonly milliseconds?: number }
  | { readonly do: 'write'; readonly settings: Json };

/** A call that takes longer is given up. */
export const LONGEST_CALL = 10_000;
/** A write is sent at most so long after what it is based on was asked for. */
export const FRESH = 2_500;
/**
 * For so long nobody may have written until the outcome counts: more than a write of another instance of this handler
 * can be behind what it is based on. See docs/decisions (attachment without a lock).
 */
export const QUIET = 6_000;
/** Whoever writes all the time keeps us from finishing no longer than this, as long as our entry stands. */
export const LONG_ENOUGH = 5 * QUIET;
/** IAM takes its time until a new permission works everywhere. */
export const PERMISSION_DELAY = 30_000;

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
  private withoutRole: boolean;
  private narrow = false;
  private refusals = 0;
  private readonly deniedSince: { reading?: number; writing?: number } = {};
  private metSince?: number;
  private quiet = { stamp: '', since: 0 };
  /** About the write that was asked for last. */
  private next = { leavesOut: {} as Json, retries: false };
  /** What the last write left out. */
  private leftOut: Json = {};
  private lost: Json = {};

  constructor(private readonly goal: Goal) {
    this.withoutRole = !goal.place.passRole;
  }

  /** Settings that the service dropped because they were not sent, and that are not back yet. */
  public get lostSettings(): string[] {
    return Object.keys(this.lost);
  }

  /** After a reading. */
  public read(reading: Reading, now: number): Step {
    const { status, settings } = reading;
    this.deniedSince.reading = undefined;
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
    const list = listIn(settings, this.goal.place.app);
    const changed = this.goal.change(list);
    // What is to be without our entry need not work.
    const works = status === 'InService' || (this.goal.fineWithout && changed === list);
    if (works) {
      this.landed ||= this.touched;
    } else if (this.retried || (this.touched && !this.landed)) {
      return {
        do: 'give up',
        why: `${status === 'Update_Failed' ? 'the update failed' : `its status is ${status}`} (${reading.failureReason ?? 'the service gave no reason'})`,
        remedy: 'correct that (the execution role needs sagemaker:DescribeImage and sagemaker:DescribeImageVersion on the image) and deploy again',
      };
    }
    // Settings that were there before our write, were not sent with it, and are gone: the next write brings them back.
    this.lost = without(this.leftOut, settings);
    // Another failure than ours says nothing about our entry: it is written once more, to find out.
    if (works && changed === list && Object.keys(this.lost).length === 0) {
      return this.met(reading);
    }
    this.metSince = undefined;
    const objection = this.touched || changed === list ? undefined : this.goal.objection?.(list);
    if (objection) {
      return { do: 'give up', why: objection, remedy: 'remove that entry or use another app image config' };
    }
    if (now - reading.startedAt > FRESH) {
      return { do: 'wait', why: 'the answers of the service come too late to write on their basis' };
    }
    const sent = this.settingsToSend(settings, changed);
    this.next = { leavesOut: without(settings, sent), retries: !works };
    return { do: 'write', settings: sent };
  }

  /** After a reading that failed. */
  public notRead(error: unknown, now: number): Step {
    return kindOf(error) === 'missing' ? this.missing(`it does not exist (${summary(error)})`) : this.later(error, now, false);
  }

  /** After a write that was sent. */
  public written(): void {
    this.touched = true;
    this.landed = false;
    this.retried ||= this.next.retries;
    this.leftOut = this.next.leavesOut;
    this.refusals = 0;
    this.deniedSince.writing = undefined;
  }

  /** After a write that failed. */
  public notWritten(error: unknown, now: number): Step {
    if (kindOf(error) === 'unknown') {
      // It may have been accepted: the next reading shows it.
      this.written();
    }
    if (isAboutPassRole(error) && !this.narrow && this.lostSettings.length === 0) {
      // First without the execution role: it may be another one than the app was told. Then without all that may hold a role.
      this.narrow = this.withoutRole;
      this.withoutRole = true;
      return { do: 'wait', why: summary(error), milliseconds: 0 };
    }
    return this.later(error, now, true);
  }

  /** The goal is reached; whether it lasts shows when nobody has written for a while. */
  private met(reading: Reading): Step {
    this.metSince ??= reading.endedAt;
    const missing = Math.min(
      QUIET - (reading.startedAt - this.quiet.since),
      LONG_ENOUGH - (reading.startedAt - this.metSince),
    );
    return missing <= 0
      ? { do: 'finish' }
      : { do: 'wait', why: 'others may be writing at the same time', milliseconds: Math.max(500, Math.min(missing, QUIET / 3)) };
  }

  private missing(why: string): Step {
    return this.goal.fineWithout
      ? { do: 'finish' }
      : { do: 'give up', why, remedy: 'name one that exists in this account and Region' };
  }

  private later(error: unknown, now: number, writing: boolean): Step {
    switch (kindOf(error)) {
      case 'busy':
      case 'unknown':
        return { do: 'wait', why: summary(error) };
      case 'denied':
        const since = this.deniedSince[writing ? 'writing' : 'reading'] ??= now;
        return now - since < PERMISSION_DELAY
          ? { do: 'wait', why: summary(error) }
          : { do: 'give up', why: summary(error), remedy: 'allow that to the role of the function and deploy again' };
      default:
        // What the status did not allow a moment ago is refused with all kinds of errors, so one refusal means little.
        this.refusals++;
        this.narrow ||= this.refusals === 2 && Object.keys(this.lost).length === 0;
        return writing && this.refusals < 4
          ? { do: 'wait', why: summary(error) }
          : { do: 'give up', why: summary(error), remedy: 'correct what the service complains about and deploy again' };
    }
  }

  /**
   * The settings as they were read, with the new list.
   *
   * Not only the list, as nothing promises that the service keeps what it is not sent. The execution role stays out where
   * it may not be passed: everybody who changes a domain from a script leaves it out.
   */
  private settingsToSend(settings: Json, list: readonly Json[]): Json {
    const { place: { app } } = this.goal;
    const { ExecutionRole, ...rest } = settings;
    const kept = this.withoutRole ? rest : settings;
    return { ...!this.narrow && kept, ...this.lost, [app]: withList(settings, app, list) };
  }

}

/** Those of the settings that are not among others. */
function without(settings: Json, others: Json): Json {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !(name in others)));
}
