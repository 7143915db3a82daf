import { Clock, Failure } from './events';
import { log } from './log';
import { Goal, LONGEST_CALL, Progress, Step } from './progress';
import type { Studio } from './studio';

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 10_000;
/** A reading and a write: begun later before the deadline, they might end with nobody there who hears what became of them. */
const LONGEST_ROUND = 2 * LONGEST_CALL;

/**
 * Reads, writes and reads again until a list is as it should be and stays so.
 *
 * @param doing what is being done, for messages
 * @throws Failure
 */
export async function converge(goal: Goal, doing: string, studio: Studio, clock: Clock): Promise<void> {
  const progress = new Progress(goal);
  const inTime = (why: string, pause = 0) => {
    if (clock.now() + pause + LONGEST_ROUND > clock.deadline) {
      throw failure(doing, `it took too long; at last, ${why}`, 'see that it is InService and deploy again', progress);
    }
  };
  // Half of the time at random, so that those who met once do not meet again.
  const backOff = (times: number) => Math.min(LONGEST_PAUSE, FIRST_PAUSE * 1.5 ** times) * (0.5 + clock.random() / 2);
  for (let pauses = 0, writes = 0; ;) {
    const step = await next(goal, progress, studio, clock);
    switch (step.do) {
      case 'finish':
        return log('done', { doing });
      case 'give up':
        throw failure(doing, step.why, step.remedy, progress);
      case 'write': {
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

/** One reading, and the write that follows from it, if any. */
async function next(goal: Goal, progress: Progress, studio: Studio, clock: Clock): Promise<Step> {
  let reading;
  try {
    reading = await studio.read(goal.place, clock.now);
  } catch (error) {
    return progress.notRead(error, clock.now());
  }
  const step = progress.read(reading, clock.now());
  if (step.do === 'write') {
    try {
      await studio.write(goal.place, step.settings);
      progress.written();
    } catch (error) {
      return progress.notWritten(error, clock.now());
    }
  }
  return step;
}

function failure(doing: string, why: string, remedy: string, { touched, lostSettings }: Progress): Failure {
  const lost = lostSettings.length > 0 ? `; the service dropped ${lostSettings.join(', ')}: set that again by hand` : '';
  const state = touched ? `the list was written at least once: CloudFormation takes that back when it rolls back${lost}` : 'nothing was changed';
  return new Failure(`${doing} failed: ${why}; ${state}; ${remedy}`, !touched);
}
