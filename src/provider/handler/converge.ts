import type { Clock } from './lifecycle/clock';
import { Failure } from './lifecycle/failure';
import { log } from './lifecycle/log';

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 10_000;

/** The outcome of a round that did not finish the work. */
export type Pause =
  /**
   * `help` is the heading of docs/troubleshooting.md that explains it. `details` go to the log only, which has room for all of them.
   * With `timedOut`, another run may succeed.
   */
  | {
    readonly do: 'give up';
    readonly why: string;
    readonly remedy: string;
    readonly help?: string;
    readonly details?: Record<string, unknown>;
    readonly timedOut?: boolean;
  }
  /** The pause is in milliseconds, plus a random share of `jitter`. Without them, it grows with the number of waits. */
  | { readonly do: 'wait'; readonly why: string; readonly milliseconds?: number; readonly jitter?: number };
export type Step<Result> = Pause | { readonly do: 'finish'; readonly result: Result } | { readonly do: 'read again after writing' };

/** Work that is done in rounds. */
export interface Work<Result> {
  /** The operation, for messages: "attaching x to y". */
  readonly doing: string;
  /** The longest duration of a round, in milliseconds. A round does not start if it could end after the deadline. */
  readonly longestRound: number;
  /** The heading of docs/troubleshooting.md that explains a timeout. */
  readonly help?: string;
  /** Returns the advice in the message after a timeout. */
  remedy(): string;
  /** Runs one round: reads, decides and acts. */
  next(now: () => number): Promise<Step<Result>>;
  /** The state that the work left so far, for messages. */
  state(): { readonly untouched: boolean; readonly description: string; readonly help?: string };
}

/**
 * Runs rounds until the work is done.
 *
 * @throws Failure if the work gives up or the deadline is near
 */
export async function converge<Result>(work: Work<Result>, clock: Clock): Promise<Result> {
  const { doing } = work;
  const failure = (why: string, remedy: string, heading: string | undefined, timedOut = false) => {
    const { untouched, description, help = heading } = work.state();
    return new Failure(`${doing} failed: ${why}; ${description}; ${remedy}`, untouched, timedOut, help);
  };
  const checkTime = (why: string, pause = 0) => {
    if (clock.now() + pause + work.longestRound > clock.deadline) {
      throw failure(`timed out while waiting (${why})`, work.remedy(), work.help, true);
    }
  };
  // Half of each pause is random, so that two writers that collided do not collide again.
  const backOff = (times: number) => Math.min(LONGEST_PAUSE, FIRST_PAUSE * 1.5 ** times) * (0.5 + clock.random() / 2);
  for (let pauses = 0, writes = 0; ;) {
    const step = await work.next(clock.now);
    switch (step.do) {
      case 'finish':
        log('done', { doing });
        return step.result;
      case 'give up':
        log('giving up', { doing, ...step.details });
        throw failure(step.why, step.remedy, step.help, step.timedOut);
      case 'read again after writing': {
        pauses = 0;
        log('written', { doing });
        // Pauses grow with each write. Otherwise, a competing writer or stale reads would make us write in a tight loop.
        const pause = backOff(writes++);
        checkTime('the last write is not verified yet', pause);
        await clock.sleep(pause);
        break;
      }
      case 'wait': {
        const pause = step.milliseconds === undefined ? backOff(pauses++) : step.milliseconds + (step.jitter ?? 0) * clock.random();
        checkTime(step.why, pause);
        log('waiting', { doing, why: step.why, milliseconds: Math.round(pause) });
        await clock.sleep(pause);
      }
    }
  }
}
