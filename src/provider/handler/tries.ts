import type { Clock } from './lifecycle/clock';
import { kindOf, summary } from './service/error-kinds';
import { LONGEST_CALL } from './service/longest-call';

/**
 * How long IAM may need to know a new policy, as far as a check waits for it, in milliseconds. Not longer than the timeout of a call, so
 * that a service that a VPC cannot reach is called once.
 */
const PATIENCE = LONGEST_CALL;
const PAUSE = 2_000;

/** Calls that may fail: what they would tell is then not known. */
export class Tries {
  /** What is not known, and why. */
  public readonly failed: string[] = [];

  constructor(private readonly clock: Clock) {}

  /** Repeats a call for a short time, until it succeeds with a good result. Returns its last result, or `undefined` if it failed. */
  public async of<T>(what: string, call: () => Promise<T>, isGood: (result: T) => boolean = () => true): Promise<T | undefined> {
    const end = this.clock.now() + PATIENCE;
    for (;; await this.clock.sleep(PAUSE)) {
      try {
        const result = await call();
        if (isGood(result) || this.clock.now() >= end) {
          return result;
        }
      } catch (error) {
        if (this.clock.now() >= end || kindOf(error) === 'refused') {
          this.failed.push(`${what} (${summary(error)})`);
          return undefined;
        }
      }
    }
  }
}
