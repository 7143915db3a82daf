import type { Pause } from './converge';
import { kindOf, summary } from './service/error-kinds';

/** The time that IAM may need until a new permission takes effect, in milliseconds. */
const PERMISSION_DELAY = 90_000;

/** Decides whether to retry failed calls of one operation. */
export class Retries {
  private deniedSince?: number;

  /** Records a successful call. */
  public reset(): void {
    this.deniedSince = undefined;
  }

  /** Decides after a failed call. Returns `undefined` if a retry does not help. */
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
          : { do: 'give up', why, remedy: 'grant this action to the role of the Lambda function and deploy again', help: 'Access is denied' };
      default:
        return undefined;
    }
  }
}
