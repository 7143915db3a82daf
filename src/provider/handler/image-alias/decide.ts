import type { ImageVersionAttributes } from '../../kinds/image-version';
import type { Pause } from '../converge';
import type { AliasMove, AliasMoved } from './model';
import { Retries } from '../retries';
import { kindOf, summary } from '../service/error-kinds';
import type { FoundVersion } from '../service/image-model';

const help = 'An alias cannot be moved';
const FIX = 'fix the cause of this error and deploy again';
/** How many times SageMaker may refuse a write. Its error for an alias that another version has is not documented. */
const REFUSALS = 3;
/** How long a read may still show the state before a write, in milliseconds. */
const STALE = 10_000;

/** A change of the aliases of one version. */
export interface AliasWrite {
  readonly do: 'write';
  readonly version: number;
  readonly change: 'AliasesToAdd' | 'AliasesToDelete';
}
export type Action = Pause | AliasWrite | { readonly do: 'finish'; readonly result: AliasMoved };
/** `check` reads the version that gets the alias. */
export type Decision = Action | { readonly do: 'check'; readonly version: number };

/**
 * The state of moving an alias, and the decisions based on it. It makes no calls and has no clock.
 *
 * The alias is added to its new version first, and taken from its holder only if SageMaker refuses that. If the move then fails,
 * the alias goes back to where it was.
 */
export class Progress {
  /** The version that had the alias at first. */
  public former?: number;
  /** Whether the first read found the alias on a version where nobody expects it. */
  public isElsewhere?: boolean;
  private isRead = false;
  private holder?: number;
  private holderStatus?: string;
  private goal?: number;
  /** The failure after which the alias goes back. */
  private failed?: Pause;
  /** The new version, once it is known to be CREATED. */
  private checked?: number;
  private refusals = 0;
  /** Whether SageMaker refused the alias because another version has it. */
  private isTaken = false;
  /** The last write, until a read shows it. */
  private last?: AliasWrite & { readonly until: number };
  private readonly retriesOf = { reading: new Retries(), writing: new Retries() };

  /** @param lastMoment when the remaining time is needed to put the alias back */
  constructor(private readonly move: AliasMove, private readonly lastMoment: number) {
    this.goal = move.version;
  }

  /** Whether the alias is where it was. */
  public get untouched(): boolean {
    return !this.isRead || (this.holder === this.former && this.last === undefined);
  }

  /** Where the alias is, for messages. */
  public get description(): string {
    const { move: { imageName, alias, version }, former, failed } = this;
    if (this.untouched) {
      return failed ? `the alias is on ${show(former)} again` : 'nothing was changed';
    }
    return `${failed ? `it could not be undone after another error (${failed.why}); ` : ''}the alias was last seen on ${show(this.holder)}, and on ${show(former)} before; `
      + `check it, for example: aws sagemaker update-image-version --image-name '${imageName}' --version-number ${former ?? version} --aliases-to-add '${alias}'`;
  }

  /** Decides after reading which version has the alias. */
  public found(version: FoundVersion | undefined, now: number): Decision {
    this.retriesOf.reading.reset();
    const holder = this.holder = version?.attributes.Version;
    this.holderStatus = version?.status;
    this.isElsewhere = false;
    if (!this.isRead) {
      const { home, onlyFrom, version: target } = this.move;
      this.isRead = true;
      this.former = holder ?? home;
      this.isElsewhere = holder !== undefined && holder !== target && (home ?? onlyFrom ?? holder) !== holder;
      if (onlyFrom !== undefined && holder !== undefined && holder !== onlyFrom) {
        return this.finish(version);
      }
    }
    const isMovedOn = holder !== undefined && holder !== this.move.version && holder !== this.former;
    if (this.move.yields && !this.failed && this.last?.change === 'AliasesToAdd' && isMovedOn) {
      return this.finish(version);
    }
    if (this.last && now < this.last.until && (holder === this.last.version) !== (this.last.change === 'AliasesToAdd')) {
      return { do: 'wait', why: 'a read does not show the last write yet' };
    }
    this.last = undefined;
    // After a failure, whoever else moves the alias wins.
    if (this.failed && (holder === this.goal || (holder ?? this.move.version) !== this.move.version)) {
      return this.failed;
    }
    if (holder === this.goal) {
      return version && version.status !== 'CREATED' ? this.notUsable(version) : this.finish(version);
    }
    if (!this.failed && now > this.lastMoment) {
      return this.giveUp({ do: 'give up', why: 'timed out', remedy: 'deploy again', help, timedOut: true });
    }
    if (this.goal === undefined) {
      return this.take(now);
    }
    return this.checked === this.goal ? this.give(now) : { do: 'check', version: this.goal };
  }

  /** Decides after reading the version that gets the alias. */
  public target(version: FoundVersion | undefined, now: number): Action {
    if (version?.status === 'CREATED') {
      this.checked = this.goal;
      return this.give(now);
    }
    if (version?.status !== 'CREATING' && this.move.onlyFrom !== undefined && !this.failed) {
      // There is no version to return the alias to.
      this.goal = undefined;
      return this.holder === undefined ? this.finish(undefined) : this.take(now);
    }
    return version ? this.notUsable(version)
      : this.giveUp({ do: 'give up', why: `version ${this.goal} of image '${this.move.imageName}' does not exist`, remedy: 'use an existing version', help });
  }

  /** Decides after a failed read. */
  public notRead(error: unknown, now: number): Pause {
    return this.retry(this.retriesOf.reading, error, now);
  }

  /** Records that a write succeeded. */
  public written(): void {
    this.retriesOf.writing.reset();
    this.refusals = 0;
    this.isTaken = false;
  }

  /** Decides after a failed write. */
  public notWritten(error: unknown, now: number): Pause {
    const { change } = this.last!;
    const kind = kindOf(error);
    const why = summary(error);
    if (kind !== 'unknown') {
      this.last = undefined;
    }
    if (kind === 'missing') {
      this.checked = undefined;
      return { do: 'wait', why };
    }
    if (kind !== 'refused' && !/^(ResourceInUse|Conflict)/.test((error as Error).name)) {
      return this.retry(this.retriesOf.writing, error, now);
    }
    this.refusals++;
    if (change === 'AliasesToAdd' && this.holder !== undefined && (this.refusals >= REFUSALS || /alias/i.test((error as Error).message))) {
      this.isTaken = true;
      this.refusals = 0;
      return { do: 'wait', why, milliseconds: 0 };
    }
    // A version that failed stays refused.
    const isFinal = kind === 'refused' || /_FAILED$/.test(this.holderStatus!);
    return isFinal && this.refusals >= REFUSALS ? this.giveUp({ do: 'give up', why, remedy: FIX, help }) : { do: 'wait', why };
  }

  private give(now: number): Action {
    return this.isTaken && this.holder !== undefined ? this.take(now) : this.write(this.goal!, 'AliasesToAdd', now);
  }

  private take(now: number): Action {
    return this.holderStatus === 'DELETING' || this.holderStatus === 'CREATING'
      ? { do: 'wait', why: `the status of version ${this.holder} is ${this.holderStatus}` } : this.write(this.holder!, 'AliasesToDelete', now);
  }

  private write(version: number, change: AliasWrite['change'], now: number): Action {
    const write: AliasWrite = { do: 'write', version, change };
    this.last = { ...write, until: now + STALE };
    return write;
  }

  private finish(version: FoundVersion | undefined): Action {
    return { do: 'finish', result: { former: this.former, attributes: version?.attributes as ImageVersionAttributes | undefined } };
  }

  private notUsable({ status, failureReason, attributes: { Version } }: FoundVersion): Pause {
    const why = `the status of version ${Version} is ${status}`;
    return status === 'CREATING' ? { do: 'wait', why } : this.giveUp({
      do: 'give up', why: `${why} (${failureReason ?? 'SageMaker gave no reason'})`, remedy: 'use a version with status CREATED, and deploy again', help,
    });
  }

  private retry(retries: Retries, error: unknown, now: number): Pause {
    const pause = retries.after(error, now) ?? { do: 'give up', why: summary(error), remedy: FIX };
    return pause.do === 'give up' ? this.giveUp(pause) : pause;
  }

  /** Gives up as soon as the alias is back, for which only the deadline is a limit. */
  private giveUp(pause: Pause): Pause {
    if (this.failed) {
      return { do: 'wait', why: pause.why };
    }
    if (this.untouched) {
      return pause;
    }
    this.failed = pause;
    this.goal = this.former;
    this.refusals = 0;
    this.isTaken = false;
    return { do: 'wait', why: pause.why, milliseconds: 0 };
  }
}

function show(number: number | undefined): string {
  return number === undefined ? 'no version' : `version ${number}`;
}
