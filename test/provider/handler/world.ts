import type { Clock } from '../../../src/provider/handler/lifecycle/clock';

/** Simulated time, which jumps to the next sleeper that wakes up. */
export class World {
  private time = 0;
  private readonly sleepers: { at: number; wake: () => void }[] = [];

  constructor(private seed = 1) {}

  public now = () => this.time;

  public sleep = (milliseconds: number) => new Promise<void>((wake) => {
    this.sleepers.push({ at: this.time + Math.max(0, milliseconds), wake });
  });

  /** Returns a pseudorandom number, determined by the seed. */
  public random = () => {
    this.seed = (this.seed * 1103515245 + 12345) % 2 ** 31;
    return this.seed / 2 ** 31;
  };

  public clock(minutes = 14): Clock {
    return { deadline: this.time + minutes * 60_000, now: this.now, sleep: this.sleep, random: this.random };
  }

  /** Lets time pass until all actions are settled. */
  public async settle<T>(...actions: Promise<T>[]): Promise<PromiseSettledResult<T>[]> {
    let over = false;
    let isIdle = false;
    const all = Promise.allSettled(actions);
    void all.then(() => { over = true; });
    for (;;) {
      // Everything that can run at this time runs before time passes.
      await new Promise(setImmediate);
      if (over) {
        return all;
      }
      this.sleepers.sort((one, other) => one.at - other.at);
      const next = this.sleepers.shift();
      if (!next && !isIdle) {
        isIdle = true;
        await new Promise(setImmediate);
        continue;
      }
      if (!next) {
        throw new Error('deadlock: nothing sleeps, and the actions are not settled');
      }
      isIdle = false;
      this.time = Math.max(this.time, next.at);
      next.wake();
    }
  }

  /** Runs one action. Resolves to its error, if any. */
  public async run(action: Promise<unknown>): Promise<Error | undefined> {
    const [outcome] = await this.settle(action);
    return outcome.status === 'rejected' ? outcome.reason : undefined;
  }
}

export function serviceError(name: string, message = 'from the service'): Error {
  return Object.assign(new Error(message), { name, $fault: 'client', $metadata: { httpStatusCode: 400 } });
}

/** The error of a call without a complete response. */
export function noResponse(): Error {
  return Object.assign(new Error('no complete response within 10 s'), { name: 'TimeoutError' });
}
