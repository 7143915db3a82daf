import type { Reading } from './model';

/**
 * The outcome counts only after nobody has written for this long, in milliseconds.
 *
 * It is longer than the time between a read by another instance of this handler and the write based on it. See
 * docs/decisions/0007-attachment-without-a-lock.md.
 */
export const QUIET = 6_000;
/** Constant writes by others delay success by no more than this, in milliseconds, as long as our entries are kept. */
const LONG_ENOUGH = 5 * QUIET;

/** What the readings of a target show about writes by others, and whether they may still undo ours. */
export class OtherWriters {
  /** The number of updates by others that were seen running. */
  public updates = 0;
  /** Whether such an update was running at the last reading. */
  public areUpdating = false;
  /** The stamp of the last reading, and since when it has not changed. */
  private quiet?: { readonly stamp: string; readonly since: number };
  private ourWriteAt?: number;
  /** Whether an update was seen running since our last write. */
  private seenUpdating = false;
  /** Since when our entries are present, and since when they are after an update that was seen running. */
  private presentSince?: number;
  private confirmedSince?: number;

  /**
   * Records a reading.
   *
   * @param mayBeOurs whether an update that is running may be ours
   * @returns whether somebody wrote since the reading before
   */
  public observe({ status, stamp, endedAt }: Reading, mayBeOurs: boolean): boolean {
    const isNew = stamp !== this.quiet?.stamp;
    const isUpdating = status === 'Updating';
    this.seenUpdating ||= isUpdating;
    this.areUpdating ||= isUpdating && !mayBeOurs;
    this.updates += isNew && isUpdating && !mayBeOurs ? 1 : 0;
    this.quiet = isNew ? { stamp, since: endedAt } : this.quiet;
    return isNew;
  }

  /** Records a write of ours. */
  public weWrote(now: number): void {
    this.ourWriteAt = now;
    this.seenUpdating = false;
  }

  /** Records that our entries are present in a healthy target. */
  public entriesArePresent({ endedAt }: Reading): void {
    this.presentSince ??= endedAt;
    this.confirmedSince ??= this.seenUpdating ? endedAt : undefined;
  }

  public entriesAreMissing(): void {
    this.presentSince = this.confirmedSince = undefined;
  }

  /** Whether the status of a reading may be that before our last write. */
  public mayBeStale({ startedAt }: Reading): boolean {
    return !this.seenUpdating && startedAt - this.ourWriteAt! < QUIET;
  }

  /** The milliseconds until others can no longer undo our writes, if our entries remain present. */
  public timeUntilSafe({ startedAt }: Reading): number {
    return Math.min(QUIET - (startedAt - this.quiet!.since), LONG_ENOUGH - (startedAt - this.presentSince!));
  }

  /** Whether our entries, which are still present, are safe although another update is running. */
  public areHarmless({ startedAt }: Reading): boolean {
    return startedAt - this.confirmedSince! >= LONG_ENOUGH;
  }
}
