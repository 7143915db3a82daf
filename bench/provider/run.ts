import { relativeColdStart } from './cold-start';
import { sizes } from './sizes';
import { ensureBundle } from '../../scripts/bundle';

/** Measures what the handler behind custom resources costs, and says what is beyond its limit. */
async function main(runs: number): Promise<number> {
  await ensureBundle();
  const coldStart = await relativeColdStart(runs, (run) => process.stderr.write(`\rrun ${run} of ${runs}`));
  process.stderr.write('\n');
  const rows = [...sizes(), coldStart];
  for (const { name, value, limit, detail } of rows) {
    const verdict = value <= limit ? 'ok' : 'TOO MUCH';
    console.log(`${name.padEnd(46)} ${String(Math.round(value * 100) / 100).padStart(6)}  at most ${String(limit).padEnd(4)} ${verdict}${detail ? ` (${detail})` : ''}`);
  }
  return rows.some(({ value, limit }) => value > limit) ? 1 : 0;
}

void main(Number(process.argv[2] ?? 21)).then((code) => { process.exitCode = code; });
