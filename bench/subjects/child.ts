/**
 * Makes one measurement in a separate process. Its argument is JSON, and it prints a line of JSON.
 *
 * It is compiled before it runs, so that the measured process does not load the TypeScript compiler.
 */
import type { Size, DependsOnForm } from './versions';

export type Side = 'l1' | 'library';

/** The task of a process. */
export type Order =
  | { readonly what: 'import'; readonly side: Side }
  | { readonly what: 'synth'; readonly side: Side; readonly size: Size; readonly form: DependsOnForm; readonly outdir: string };

/** The costs of a task. */
export interface Result {
  /** CPU time of the import statements, in milliseconds. */
  readonly import: number;
  /** CPU time from the first construct to the written cloud assembly, in milliseconds; 0 without synthesis. */
  readonly synth: number;
  /** CPU time of the process from its start to here, in milliseconds. */
  readonly process: number;
  /** The peak memory of the process, in megabytes. */
  readonly memory: number;
}

/** CPU time of all threads of this process so far, in milliseconds. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function run(order: Order): Promise<Result> {
  const start = cpu();
  if (order.what === 'import') {
    await (order.side === 'l1' ? import('./import-l1.js') : import('./import-library.js'));
    return result(cpu() - start, 0);
  }
  const [{ App, Stack }, { build }, { CLI_CONTEXT, ENVIRONMENT }] = [
    await import('aws-cdk-lib'),
    await (order.side === 'l1' ? import('./l1.js') : import('./library.js')),
    await import('./versions.js'),
  ];
  const imported = cpu();
  const { versions, stacks, images } = order.size;
  const app = new App({ outdir: order.outdir, context: CLI_CONTEXT });
  for (let index = 0; index < stacks; index++) {
    build(new Stack(app, `Stack${index}`, { env: ENVIRONMENT }), images, versions / stacks / images, order.form);
  }
  app.synth();
  return result(imported - start, cpu() - imported);
}

function result(importCpu: number, synthCpu: number): Result {
  return { import: importCpu, synth: synthCpu, process: cpu(), memory: process.resourceUsage().maxRSS / 1024 };
}

void run(JSON.parse(process.argv[2])).then((measured) => console.log(JSON.stringify(measured)));
