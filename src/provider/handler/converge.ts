import type { Clock } from './lifecycle/clock';
import { Failure } from './lifecycle/failure';
import { log } from './lifecycle/log';

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 10_000;

/** What is left to do after a round. */
export type Pause =
  /** With details for the log, where there is room for all of them. */
  | { readonly do: 'give up'; readonly why: string; readonly remedy: string; readonly details?: Record<string, unknown> }
  /** Without a time, for as long as the number of waits says. */
  | { readonly do: 'wait'; readonly why: string; readonly milliseconds?: number };
export type Step<Result> = Pause | { readonly do: 'finish'; readonly result: Result } | { readonly do: 'look again after writing' };

/** Work that goes on in rounds until it is done. */
export interface Work<Result> {
  /** For messages: "attaching x to y". */
  readonly doing: string;
  /** What to do if the time is not enough, for messages. */
  readonly remedy: string;
  /** How long one round may take, in milliseconds. One that starts later before the deadline might end after Lambda stopped the function. */
  readonly longestRound: number;
  /** One round: reads, decides and acts. */
  next(now: () => number): Promise<Step<Result>>;
  /** What has become of everything so far. */
  state(): { readonly untouched: boolean; readonly text: string };
}

/**
 * Reads, decides and acts again and again until the work is done.
 *
 * @throws Failure
 */
export async function converge<Result>(work: Work<Result>, clock: Clock): Promise<Result> {
  const { doing } = work;
  const failure = (why: string, remedy: string) => {
    const { untouched, text } = work.state();
    return new Failure(`${doing} failed: ${why}; ${text}; ${remedy}`, untouched);
  };
  const inTime = (why: string, pause = 0) => {
    if (clock.now() + pause + work.longestRound > clock.deadline) {
      throw failure(`it took too long; at last, ${why}`, work.remedy);
    }
  };
  // Half of the time at random, so that those who met once do not meet again.
  const backOff = (times: number) => Math.min(LONGEST_PAUSE, FIRST_PAUSE * 1.5 ** times) * (0.5 + clock.random() / 2);
  for (let pauses = 0, writes = 0; ;) {
    const step = await work.next(clock.now);
    switch (step.do) {
      case 'finish':
        log('done', { doing });
        return step.result;
      case 'give up':
        log('giving up', { doing, ...step.details });
        throw failure(step.why, step.remedy);
      case 'look again after writing': {
        pauses = 0;
        log('written', { doing });
        // Whoever writes over us, or shows late what was written, would have us write as fast as we can.
        const pause = backOff(writes++);
        inTime('it has just been written', pause);
        await clock.sleep(pause);
        break;
      }
      case 'wait': {
        const pause = step.milliseconds ?? backOff(pauses++);
        inTime(step.why, pause);
        log('waiting', { doing, why: step.why, milliseconds: Math.round(pause) });
        await clock.sleep(pause);
      }
    }
  }
}
