import type { Pause } from './converge';
import { kindOf, summary } from './service/error-kinds';

/** IAM takes its time until a new permission works everywhere. */
export const PERMISSION_DELAY = 30_000;

/** Decides what follows when calls of one sort fail. */
export class Retries {
  private deniedSince?: number;

  /** After a call that worked. */
  public reset(): void {
    this.deniedSince = undefined;
  }

  /** After a call that failed. Nothing, if trying again does not help. */
  public after(error: unknown, now: number): Pause | undefined {
    const why = summary(error);
    switch (kindOf(error)) {
      case 'busy':
      case 'unknown':
        return { do: 'wait', why };
      case 'denied':
        this.deniedSince ??= now;
        return now - this.deniedSince < PERMISSION_DELAY
          ? { do: 'wait', why }
          : { do: 'give up', why, remedy: 'grant that action to the role of the function and deploy again' };
      default:
        return undefined;
    }
  }
}
