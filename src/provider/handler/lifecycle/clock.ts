/** Abstracts time, so that tests do not have to wait. */
export interface Clock {
  /** The time at which to give up, on the same scale as `now()`. */
  readonly deadline: number;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Returns a number from 0 (inclusive) to 1 (exclusive). */
  random(): number;
}

/** Returns a clock with real time and a deadline after the given duration. */
export function clockFor(milliseconds: number): Clock {
  // Not performance.now(), which loads a Node.js module that nothing else here needs.
  const now = () => Number(process.hrtime.bigint() / 1_000_000n);
  return {
    deadline: now() + milliseconds,
    now,
    sleep: (duration) => new Promise((resolve) => { setTimeout(resolve, duration); }),
    random: Math.random,
  };
}
