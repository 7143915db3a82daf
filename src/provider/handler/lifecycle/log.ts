/** One line of JSON. Nothing that a request carries is logged but names: its response URL would let others answer. */
export function log(message: string, details: Record<string, unknown> = {}): void {
  console.log(JSON.stringify({ message, ...details }));
}
