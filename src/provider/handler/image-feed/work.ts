import type { Feed, Push } from './model';
import type { Records } from './records';
import type { Follows } from './release-notes';
import type { Versions } from './versions';
import { Unreadable } from '../calls';
import { converge, type Pause, type Step } from '../converge';
import type { Clock } from '../lifecycle/clock';
import { Failure } from '../lifecycle/failure';
import { Retries } from '../retries';
import { summary } from '../service/error-kinds';

export const ADVICE = { remedy: 'fix the cause of this error, and push again', help: 'A feed makes no version' };

/** What the steps of one push share. */
export interface PushRun {
  readonly feed: Feed;
  readonly push: Push;
  /** Whether a tag is one of the feed. */
  readonly follows: Follows;
  readonly versions: Versions;
  readonly records: Records;
  readonly clock: Clock;
}

/** The longest round, in milliseconds: it may read all versions of an image. */
const ROUND = 60_000;

/**
 * Runs rounds of a step in the work of a feed, and tries again after an error that may go away.
 *
 * @param doing what the rounds do, for messages: "reading x"
 * @throws Failure
 */
export function rounds<Result>(doing: string, clock: Clock, next: (now: () => number) => Promise<Step<Result>>): Promise<Result> {
  const retries = new Retries();
  return converge<Result>({
    doing,
    longestRound: ROUND,
    help: ADVICE.help,
    remedy: () => ADVICE.remedy,
    next: async (now) => {
      try {
        const step = await next(now);
        retries.reset();
        return step;
      } catch (error) {
        return after(error, retries, now());
      }
    },
    state: () => ({ untouched: false, description: 'versions and the alias stay as they are' }),
  }, clock);
}

function after(error: unknown, retries: Retries, now: number): Pause {
  if (error instanceof Failure) {
    throw error;
  }
  return error instanceof Unreadable ? { do: 'give up', why: error.message, ...ADVICE, ...error.advice }
    : retries.after(error, now) ?? { do: 'give up', why: summary(error), ...ADVICE };
}
