/** An error whose message is written for the person who deploys the stack. */
export class Failure extends Error {
  /**
   * @param message the operation and its target, why it failed, the resulting state, and what to do
   * @param untouched whether nothing was changed, so that there is nothing to revert
   * @param timedOut whether only time was missing, so that the work can be resumed
   * @param help the heading of docs/troubleshooting.md that explains the message
   */
  constructor(message: string, public readonly untouched: boolean, public readonly timedOut = false, public readonly help?: string) {
    super(message);
  }
}
