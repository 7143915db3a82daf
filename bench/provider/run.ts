import { readFileSync } from 'fs';
import { join } from 'path';
import { deflateRawSync } from 'zlib';
import { coldStart } from './cold-start';
import { templateCosts } from './template';
import { BUNDLE, ensureBundle } from '../../scripts/bundle';

/** What a zip needs for one file beside its content. */
const ZIP_HEADERS = 150;

/** Measures what the handler behind custom resources costs, and says what is beyond its limit. */
async function main(runs: number): Promise<number> {
  await ensureBundle();
  const zip = deflateRawSync(readFileSync(join(BUNDLE, 'index.js')), { level: 9 }).length + ZIP_HEADERS;
  const template = templateCosts();
  const cpu = await coldStart(runs, (run) => process.stderr.write(`\rrun ${run} of ${runs}`));
  process.stderr.write('\n');

  const ours = cpu.ours - cpu.nothing;
  const theirs = cpu.awsCustomResource - cpu.nothing;
  const rows: [string, number, number, string][] = [
    ['handler zip, kB', zip / 1000, 65, ''],
    ['cold start CPU, of that of AwsCustomResource', ours / theirs, 0.3, `${ours.toFixed(0)} ms of ${theirs.toFixed(0)} ms, beside ${cpu.nothing.toFixed(0)} ms for the start of Node`],
    ['resources for the first attachment', template.first, 4, ''],
    ['resources for each further one', template.further, 1, ''],
    ['template, of a hand-written one', template.bytes / template.handWritten, 1.2, `${template.bytes} of ${template.handWritten} bytes`],
  ];
  for (const [name, value, limit, detail] of rows) {
    const verdict = value <= limit ? 'ok' : 'TOO MUCH';
    console.log(`${name.padEnd(46)} ${String(Math.round(value * 100) / 100).padStart(6)}  at most ${String(limit).padEnd(4)} ${verdict}${detail && ` (${detail})`}`);
  }
  return rows.some(([, value, limit]) => value > limit) ? 1 : 0;
}

void main(Number(process.argv[2] ?? 21)).then((code) => { process.exitCode = code; });
