/**
 * `npm run bench`: measures the cost of this library, compared with raw L1s that render the same templates.
 *
 * Both sides run alternately in separate processes, and their cheapest runs are compared. Unlike absolute times, the ratios
 * are meaningful on a busy machine too.
 */
import { mkdtempSync, rmSync } from 'fs';
import { availableParallelism, tmpdir } from 'os';
import { join } from 'path';
import { parseArgs } from 'util';
import { CDK, Cdk, compileLibrary, Installation, versionOf } from './installation';
import { BothSides, Case, Costs, measure } from './measure';
import { profile } from './profile';
import { checkSameTemplates } from './same-template';
import type { Side } from './subjects/child';
import type { Size } from './subjects/versions';
import { judged } from './targets';

const USAGE = [
  'usage: npm run bench [-- --runs 21 --cdk newest --profile]',
  '  --runs N     the number of runs of each side, at least 3 (default 21, for ratios with an accuracy of about 4%)',
  `  --cdk NAME   the release of aws-cdk-lib: ${Object.keys(CDK).join(' or ')} (default newest)`,
  '  --profile    also prints where the library spends its time with 400 versions',
].join('\n');

/** A row of the table. */
interface Row {
  readonly title: string;
  /** Undefined for the import of all exports. */
  readonly size?: Size;
  /** The maximum ratios. */
  readonly targets: Partial<Record<keyof Costs, number>>;
}

const ROWS: Row[] = [
  { title: 'import of everything', targets: { import: 1.2 } },
  { title: '10 versions', size: { versions: 10, stacks: 1, images: 1 }, targets: { process: 1.05, template: 1.03 } },
  { title: '100 versions', size: { versions: 100, stacks: 1, images: 1 }, targets: { template: 1.03 } },
  { title: '400 versions', size: { versions: 400, stacks: 1, images: 1 }, targets: { synth: 1.2, template: 1.03 } },
  { title: '4,000 versions in ten stacks', size: { versions: 4000, stacks: 10, images: 1 }, targets: { synth: 1.3, template: 1.03 } },
  { title: '400 versions of 40 images', size: { versions: 400, stacks: 1, images: 40 }, targets: { synth: 1.2, template: 1.03 } },
  { title: '4,000 versions of 40 images in each of ten stacks', size: { versions: 4000, stacks: 10, images: 40 }, targets: { synth: 1.3, template: 1.03 } },
];
const COLUMNS: [keyof Costs, string][] = [
  ['import', 'import CPU'], ['synth', 'construct + synth CPU'], ['process', 'whole-process CPU'], ['memory', 'memory'], ['template', 'template bytes'],
];

interface Options {
  readonly runs: number;
  readonly cdk: Cdk;
  readonly profile: boolean;
}

async function main(args: string[]): Promise<number> {
  const options = parse(args);
  if (!options) {
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    await compileLibrary(console.error);
    const installation = new Installation(options.cdk, folder);
    const form = await checkSameTemplates(installation);
    const cases = ROWS.map(({ size }): Case => ({ installation, size }));
    const results = await measure(cases, options.runs, form, (run) => console.error(`run ${run} of ${options.runs} ...`));
    console.log(report(options, results));
    if (options.profile) {
      console.log(`\n${await profile(installation, form)}`);
    }
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function parse(args: string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: { runs: { type: 'string', default: '21' }, cdk: { type: 'string', default: 'newest' }, profile: { type: 'boolean', default: false } },
    });
    const problems: string[] = [];
    const runs = Number(values.runs);
    if (!Number.isInteger(runs) || runs < 3) {
      problems.push(`--runs '${values.runs}' is not valid: use an integer of at least 3`);
    }
    if (!Object.keys(CDK).includes(values.cdk)) {
      problems.push(`--cdk '${values.cdk}' is not valid: use ${Object.keys(CDK).join(' or ')}`);
    }
    if (problems.length > 0) {
      throw new Error(problems.join('\n'));
    }
    return { runs, cdk: values.cdk as Cdk, profile: values.profile };
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    return undefined;
  }
}

/** Renders the table of ratios for bench/README.md. */
function report({ runs, cdk }: Options, results: BothSides[]): string {
  const ratio = ({ library, l1 }: BothSides, cost: keyof Costs) => library[cost] / l1[cost];
  const cell = (row: number, cost: keyof Costs) => {
    if (results[row].l1[cost] === 0 || (cost === 'import') !== (ROWS[row].size === undefined) && cost !== 'process' && cost !== 'memory') {
      return '';
    }
    return judged(ratio(results[row], cost), ROWS[row].targets[cost]);
  };
  // The cost should be linear: with 4,000 versions, a version should cost the same as with 400.
  const each = (images: number, versions: number, side: Side) => {
    const row = ROWS.findIndex(({ size }) => size?.images === images && size.versions === versions);
    return results[row][side].synth / versions;
  };
  const growth = (images: number, side: Side) => (each(images, 4000, side) / each(images, 400, side)).toFixed(2);
  return [
    `aws-cdk-lib ${versionOf(CDK[cdk])}, constructs ${versionOf('constructs')}, Node ${process.versions.node}, ${availableParallelism()} cores; `
      + `${runs} interleaved runs of each side, the mean of the three cheapest; raw L1s = 1`,
    '',
    `| | ${COLUMNS.map(([, title]) => title).join(' | ')} |`,
    `|---|${COLUMNS.map(() => '---').join('|')}|`,
    ...ROWS.map(({ title }, row) => `| ${title} | ${COLUMNS.map(([cost]) => cell(row, cost)).join(' | ')} |`),
    '',
    `Construct + synth CPU of one version among 4,000, against one among 400: library ${growth(1, 'library')}, raw L1s ${growth(1, 'l1')} (linear = 1); `
      + `with 40 images library ${growth(40, 'library')}, raw L1s ${growth(40, 'l1')}.`,
  ].join('\n');
}

void main(process.argv.slice(2)).then(
  (code) => { process.exitCode = code; },
  (error) => {
    console.error(`the benchmark failed: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  },
);
