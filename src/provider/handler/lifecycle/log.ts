/** Logs a line of JSON. Of an event, log only names and ids: anyone who has its response URL can respond to it. */
export function log(message: string, details: Record<string, unknown> = {}): void {
  console.log(JSON.stringify({ message, ...details }));
}
