/** Time, so that tests need not wait. */
export interface Clock {
  /** When to give up, on the scale of `now`. */
  readonly deadline: number;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** At least 0, less than 1. */
  random(): number;
}

/** The real time, up to a deadline. */
export function clockFor(milliseconds: number): Clock {
  // Not performance.now(), which loads a part of Node that nothing else here needs.
  const now = () => Number(process.hrtime.bigint() / 1_000_000n);
  return {
    deadline: now() + milliseconds,
    now,
    sleep: (duration) => new Promise((resolve) => { setTimeout(resolve, duration); }),
    random: Math.random,
  };
}
