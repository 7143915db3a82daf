/** An error whose message is written for the person who deploys. */
export class Failure extends Error {
  /**
   * @param message what was being done, to what, why it failed, what state it was left in and what to do
   * @param untouched whether nothing was changed, so that there is nothing to undo
   */
  constructor(message: string, public readonly untouched: boolean) {
    super(message);
  }
}
