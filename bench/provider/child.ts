import { request as requestHttp } from 'http';
import https from 'https';
import { createRequire } from 'module';

/** What the process is to do: load a handler as Lambda does, and give it one event. */
export interface Order {
  readonly handler: string;
  readonly event: unknown;
  /** Where answers go, and the service is. */
  readonly port: number;
}

const { handler, event, port }: Order = JSON.parse(process.argv[2]);

// Answers go to https addresses without a port; here they go to the stub, on both sides in the same way.
(https as { request: unknown }).request = (...args: unknown[]) => {
  const options = args.find((arg): arg is { headers: object } => typeof arg === 'object' && arg !== null && 'headers' in arg)!;
  return requestHttp({ method: 'PUT', port, host: '127.0.0.1', path: '/', headers: options.headers as never }, args.find((arg) => typeof arg === 'function') as never);
};
console.log = () => undefined;

const { handler: run } = handler ? createRequire(__filename)(handler) : { handler: () => undefined };
void Promise.resolve(run(event, { getRemainingTimeInMillis: () => 900_000, logStreamName: 'stream' })).then(() => {
  const { user, system } = process.cpuUsage();
  process.stdout.write(JSON.stringify({ cpu: (user + system) / 1000 }));
  process.exit(0);
});
