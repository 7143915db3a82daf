import type { Json } from '../../../../src/provider/handler/service/json';

/** What goes wrong with a call. */
export interface Fault {
  /** The operations, by default all. */
  readonly operation?: string | RegExp;
  /** Which of these calls it is for, by default all. */
  readonly matches?: (input: Json) => boolean;
  /** How many such calls succeed first. @default 0 */
  readonly skip?: number;
  /** How many calls it is for. @default 1 */
  readonly times?: number;
  /** Whether the call has no effect, or only its response is lost. @default 'before' */
  readonly when?: 'before' | 'after';
  /** The error that the caller gets, or the end of its process. */
  readonly error: Error | 'kill';
}

/** The faults that are still to come. */
export class Faults {
  private readonly pending: { readonly fault: Fault; skip: number; times: number }[] = [];

  public add(fault: Fault): void {
    this.pending.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 });
  }

  public clear(): void {
    this.pending.length = 0;
  }

  /** Takes the fault of a call, if it has one. */
  public next(operation: string, input: Json): Fault | undefined {
    for (const one of this.pending) {
      const { operation: wanted = operation, matches = () => true } = one.fault;
      if (one.times > 0 && (typeof wanted === 'string' ? wanted === operation : wanted.test(operation)) && matches(input)) {
        if (one.skip > 0) {
          one.skip--;
        } else {
          one.times--;
          return one.fault;
        }
      }
    }
    return undefined;
  }
}
