/**
 * `npm run mutation`: changes the library in many small ways, and reports the changes that no unit test notices.
 *
 * All mutants of a file are compiled into it at once, each behind a condition. One process loads the CDK, the library and the tests
 * once, and activates one mutant after the other. It runs only the tests that execute the mutant.
 */
import { fork } from 'child_process';
import { readFileSync } from 'fs';
import { join } from 'path';
import { parseArgs } from 'util';
import { CoverageCache } from './mutation/coverage-cache';
import { filesIn, testsOf } from './mutation/files';
import { instrument, type Mutant } from './mutation/instrument';
import { Results } from './mutation/results';
import type { FileCoverage, Order, Report } from './mutation/worker';

const ROOT = join(__dirname, '..');
const USAGE = `usage: npm run mutation [-- <files or folders in src> [--tests <folder>] [--new | --survivors] [--quick]]
  --tests      uses only the tests in this folder or file (can be repeated)
  --new        skips mutants that have a result for the present source
  --survivors  tests only mutants that survived, for example after tests were added
  --quick      leaves out slow tests and most tests of other files, so that more mutants survive`;
const GOAL = 95;
/** A worker that reports nothing for this long is in a loop without an end. */
const SILENCE = 120_000;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { tests: { type: 'string', multiple: true }, new: { type: 'boolean' }, survivors: { type: 'boolean' }, quick: { type: 'boolean' } },
  });
  const files = (positionals.length > 0 ? positionals : ['src']).flatMap(filesIn);
  const mutants = mutantsOf(files);
  const results = new Results();
  const chosen = mutants.map((mutant, number) => ({ mutant, number })).filter(({ mutant }) => {
    const status = results.of(mutant)?.status;
    return values.new ? !status : values.survivors ? status === 'survived' || status === 'uncovered' : true;
  });
  await new Run(files, testsOf(files, values.tests), mutants, results, values.quick ?? false).test(chosen.map(({ number }) => number));
  console.log(results.summary(mutants));
  return results.score(mutants) >= GOAL ? 0 : 1;
}

function mutantsOf(files: string[]): Mutant[] {
  return files.flatMap((file) => instrument(file, readFileSync(join(ROOT, file), 'utf8'), 0).mutants);
}

/** Tests mutants in a process, which starts again whenever a mutant makes it hang. */
class Run {
  private readonly cache: CoverageCache;
  private hasStarted = false;

  constructor(
    private readonly files: string[], private readonly testFiles: string[],
    private readonly mutants: Mutant[], private readonly results: Results,
    private readonly isQuick: boolean,
  ) {
    this.cache = new CoverageCache(files, testFiles);
  }

  public async test(numbers: number[]): Promise<void> {
    const left = [...numbers];
    while (left.length > 0) {
      await this.work(left, numbers.length);
      this.results.save();
    }
  }

  /** Removes each mutant that has a result from `left`. */
  private work(left: number[], total: number): Promise<void> {
    const order: Order = {
      files: this.files,
      testFiles: this.testFiles,
      isQuick: this.isQuick,
      coverage: this.cache.coverage,
      mutants: left.map((number) => ({ number, killer: this.results.killerOf(this.mutants[number]) })),
    };
    const env = { ...process.env, TS_NODE_PROJECT: join(ROOT, 'test', 'tsconfig.json'), CDK_VALIDATION: 'false', JSII_DEPRECATED: 'quiet', JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };
    const worker = fork(join(__dirname, 'mutation', 'worker.ts'), { cwd: ROOT, env, execArgv: ['-r', 'ts-node/register/transpile-only'] });
    return new Promise((resolve, reject) => {
      let present: number | undefined;
      const restart = () => worker.kill('SIGKILL');
      let silence = setTimeout(restart, SILENCE);
      worker.on('message', (report: Report) => {
        clearTimeout(silence);
        silence = setTimeout(restart, SILENCE);
        switch (report.kind) {
          case 'coverage':
            this.cache.coverage.files[report.file] = report.coverage;
            failuresIn(report.file, report.coverage).forEach((line) => console.log(line));
            return progress(`ran ${report.file} without mutants`);
          case 'start':
            if (!this.hasStarted) {
              this.hasStarted = true;
              this.cache.save();
            }
            present = report.number;
            return progress(`${total - left.length} of ${total}: ${this.mutants[present].file}:${this.mutants[present].line}`);
          case 'result':
            present = undefined;
            left.splice(left.indexOf(report.number), 1);
            this.results.add({ ...this.mutants[report.number], status: report.status, killer: report.killer });
            return left.length % 20 === 0 && this.results.save();
        }
      });
      worker.on('exit', () => {
        clearTimeout(silence);
        progress('');
        if (present !== undefined) {
          this.results.add({ ...this.mutants[present], status: 'timeout' });
          left.splice(left.indexOf(present), 1);
        } else if (!this.hasStarted) {
          return reject(new Error('the tests could not be loaded'));
        }
        resolve();
      });
      worker.send(order);
    });
  }
}

/** Tests that fail without mutants, which are not used. */
function failuresIn(file: string, { tests }: FileCoverage): string[] {
  return tests.flatMap(({ title, failure }) =>
    failure ? [`not used, because it fails without mutants: ${file}: ${title}\n  ${failure.split('\n').slice(0, 12).join('\n  ')}`] : []);
}

let lastProgress = 0;

/** Overwrites one line of a terminal, or writes a line from time to time. */
function progress(text: string): void {
  if (process.stdout.isTTY) {
    process.stdout.write(`\r\x1b[K${text}`);
  } else if (text !== '' && Date.now() - lastProgress > 30_000) {
    lastProgress = Date.now();
    console.log(text);
  }
}

main(process.argv.slice(2)).then((code) => { process.exitCode = code; }, (error) => {
  console.error(`${error.message}\n${USAGE}`);
  process.exitCode = 2;
});
