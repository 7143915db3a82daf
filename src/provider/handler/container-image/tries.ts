import type { Clock } from '../lifecycle/clock';
import { kindOf, summary } from '../service/error-kinds';

/** How long IAM may need to know a new policy, as far as a check waits for it, in milliseconds. */
const PATIENCE = 12_000;
const PAUSE = 2_000;

/** Calls that may fail: what they would tell is then not known. */
export class Tries {
  /** What is not known, and why. */
  public readonly failed: string[] = [];

  constructor(private readonly clock: Clock) {}

  /** Repeats a call for a short time, until it succeeds with a good result. Returns its last result, or `undefined` if it failed. */
  public async of<T>(what: string, call: () => Promise<T>, isGood: (result: T) => boolean = () => true): Promise<T | undefined> {
    for (const start = this.clock.now(); ; await this.clock.sleep(PAUSE)) {
      const isLast = this.clock.now() - start >= PATIENCE;
      try {
        const result = await call();
        if (isLast || isGood(result)) {
          return result;
        }
      } catch (error) {
        if (isLast || kindOf(error) === 'refused') {
          this.failed.push(`${what} (${summary(error)})`);
          return undefined;
        }
      }
    }
  }
}
