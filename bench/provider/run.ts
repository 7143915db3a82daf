import { coldStart } from './cold-start';
import { Size, sizes } from './sizes';
import { ensureBundle } from '../../scripts/bundle';

/** Measures what the handler behind custom resources costs, and says what is beyond its limit. */
async function main(runs: number): Promise<number> {
  await ensureBundle();
  const cpu = await coldStart(runs, (run) => process.stderr.write(`\rrun ${run} of ${runs}`));
  process.stderr.write('\n');

  const ours = cpu.ours - cpu.nothing;
  const theirs = cpu.awsCustomResource - cpu.nothing;
  const withNode = `with the start of Node ${(cpu.ours / cpu.awsCustomResource).toFixed(2)}, ${cpu.ours.toFixed(0)} ms of ${cpu.awsCustomResource.toFixed(0)} ms`;
  const rows: Size[] = [
    ...sizes(),
    { name: 'cold start CPU, of that of AwsCustomResource', value: ours / theirs, limit: 0.3, detail: `${ours.toFixed(0)} ms of ${theirs.toFixed(0)} ms; ${withNode}` },
  ];
  for (const { name, value, limit, detail } of rows) {
    const verdict = value <= limit ? 'ok' : 'TOO MUCH';
    console.log(`${name.padEnd(46)} ${String(Math.round(value * 100) / 100).padStart(6)}  at most ${String(limit).padEnd(4)} ${verdict}${detail ? ` (${detail})` : ''}`);
  }
  return rows.some(({ value, limit }) => value > limit) ? 1 : 0;
}

void main(Number(process.argv[2] ?? 21)).then((code) => { process.exitCode = code; });
