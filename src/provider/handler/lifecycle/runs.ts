import type { CustomResourceEvent } from './event';

/** Lambda runs an event again a minute after its function failed. If less time is left then, that is not worthwhile, in milliseconds. */
const WORTHWHILE = 180_000;
/** CloudFormation sends an event at once, and Lambda waits for a minute before it runs it again, in milliseconds. */
const FIRST = 45_000;

/** One run of the function for an event. */
export interface Run {
  /** Whether no earlier run can have changed anything. */
  readonly isFirst: boolean;
  /** How long CloudFormation still waits for the response, in milliseconds. */
  readonly timeLeft: number;
}

/** Returns `undefined` if it is not known when CloudFormation sent the event, which only the signature of its response URL shows. */
export function runOf({ ResponseURL, ResourceProperties: { ServiceTimeout } }: CustomResourceEvent, now: number): Run | undefined {
  const [, date, time] = /[?&]X-Amz-Date=(\d{8})T(\d{6})Z/.exec(ResponseURL) ?? [];
  if (date === undefined) {
    return undefined;
  }
  const age = now - Date.parse(`${date.replace(/(..)(..)$/, '-$1-$2')}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`);
  const timeLeft = Number(ServiceTimeout) * 1_000 - age;
  return Number.isNaN(timeLeft) ? undefined : { isFirst: age < FIRST, timeLeft };
}

/** Whether Lambda can run the event again if the function fails after this duration, in milliseconds. */
export function canRunAgain(run: Run | undefined, duration: number): boolean {
  return run !== undefined && run.timeLeft - duration > WORTHWHILE;
}
