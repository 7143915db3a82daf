import type { Pause } from './converge';
import type { Clock } from './lifecycle/clock';
import { Retries } from './retries';
import type { Service } from './service/client';
import { kindOf, summary } from './service/error-kinds';
import type { Json } from './service/json';
import { LONGEST_CALL } from './service/longest-call';

/** The pause between the starts of two calls, in milliseconds: it grows when SageMaker limits the rate, and then falls slowly. */
const PACE = { first: 50, least: 20, most: 2_000, slower: 1.5, faster: 0.98 };

/** Something could not be read, although it was tried again while that may help. */
export class Unreadable extends Error {
  constructor(message: string, public readonly advice: Partial<Pick<Extract<Pause, { do: 'give up' }>, 'remedy' | 'help' | 'timedOut'>> = {}) {
    super(message);
  }
}

/** Reads with retries, as fast as SageMaker permits. */
export class Calls {
  private pace = PACE.first;
  private next: number;

  /** @param deadline when to stop, on the scale of the clock */
  constructor(private readonly service: Pick<Service, 'send'>, private readonly clock: Clock, private readonly deadline: number) {
    this.next = clock.now();
  }

  /**
   * Makes one call that only reads.
   *
   * @throws the error of SageMaker if what is read does not exist, otherwise Unreadable
   */
  public async send(operation: string, input: Json): Promise<Json> {
    const { now, sleep } = this.clock;
    // Not shared: a resource that is denied must not look as if it were readable because others are.
    const retries = new Retries();
    for (let why = 'there is too much to read';;) {
      const start = this.next = Math.max(this.next + this.pace, now());
      if (start + LONGEST_CALL > this.deadline) {
        throw new Unreadable(`${operation} did not succeed in time (${why})`, { timedOut: true });
      }
      await sleep(start - now());
      try {
        const response = await this.service.send(operation, input);
        this.pace = Math.max(PACE.least, this.pace * PACE.faster);
        return response;
      } catch (error) {
        if (kindOf(error) === 'missing') {
          throw error;
        }
        const pause = retries.after(error, now());
        if (pause?.do !== 'wait') {
          throw new Unreadable(`${operation} failed (${summary(error)})`, pause && { remedy: pause.remedy, help: pause.help });
        }
        why = pause.why;
        this.pace = Math.min(PACE.most, this.pace * PACE.slower);
      }
    }
  }
}
