/**
 * Everything that must hold, as parts: `npm test` runs all of them, `npm test -- unit lint` runs some.
 *
 * Two parts run at a time, and a line at least every 30 seconds shows which. The last line counts the tests: `N passed, N failed`,
 * and `, N skipped` if there are any; the reasons for skipping stand above it.
 */
import { mkdirSync, rmSync } from 'fs';
import { dirname, join } from 'path';
import { checkCompatibility, checkDesign } from './api/checks';
import { ensureBundle } from './bundle';
import { checkApiDocs, checkDocstrings, checkGeneratedFiles } from './checks';
import { countJunit, Counts, skipReasons, sum, summary } from './counts';
import { leftOut, TARGETS } from './package/targets';
import { Progress } from './test/progress';
import { endAll, RunningPart } from './test/running-part';
import { findBuilder, INSTALL_PODMAN, wantsPodman } from '../emulator/podman';
import { ensureVenv } from '../emulator/venv';

const ROOT = join(__dirname, '..');
const EMULATOR = join(ROOT, 'emulator');
// Of this run alone: a test of this script runs beside the others.
const RESULTS = join(ROOT, '.build', 'test', `${process.pid}`);
const DURATIONS = join(ROOT, '.build', 'durations.json');
const LANES = 2;
/** Jest keeps the modules of each test file. A process with 2 GB of them is several times slower. */
const IN_SHORT_PROCESSES = '--workerIdleMemoryLimit=700MB';
const TS_NODE = 'npx ts-node --transpile-only -P test/tsconfig.json';

/** One thing that must hold. */
interface Part {
  readonly name: string;
  /** Parts that have to be through before, and that run with it even if nobody asked for them. */
  readonly needs?: string[];
  /** Parts that have to be through before, if they run at all. */
  readonly after?: string[];
  /** Longer than this is a failure. */
  readonly minutes: number;
  readonly run: (part: RunningPart) => Promise<Counts>;
}

// The same as in projen's tasks.
Object.assign(process.env, { JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' });

const PARTS: Part[] = [
  { name: 'compile', minutes: 5, run: (part) => part.check(`npx jsii --fail-on-warnings && ${TS_NODE} scripts/bundle-library.ts`) },
  { name: 'generated files', minutes: 3, run: (part) => checkGeneratedFiles(part) },
  {
    name: 'lint',
    minutes: 5,
    run: async (part) => sum([
      await part.check('npx projen eslint'),
      await part.check(`${lintTool(part, 'ruff')} check --quiet emulator`),
    ]),
  },
  { name: 'types', minutes: 5, run: (part) => part.check('npx tsc --noEmit -p test/tsconfig.json') },
  { name: 'unit', minutes: 30, run: (part) => part.jest('unit', `--ci --coverage ${IN_SHORT_PROCESSES}`) },
  { name: 'unit on the newest CDK', minutes: 30, run: (part) => part.jest('newest', `--ci --config jest.newest.json ${IN_SHORT_PROCESSES}`) },
  { name: 'api docs', needs: ['compile'], minutes: 5, run: (part) => checkApiDocs(part) },
  { name: 'compatibility', needs: ['compile'], minutes: 2, run: (part) => checkCompatibility(part) },
  { name: 'design', needs: ['compile'], minutes: 2, run: (part) => checkDesign(part) },
  { name: 'docstrings', needs: ['compile'], minutes: 1, run: async (part) => checkDocstrings(part) },
  { name: 'snippets', needs: ['compile'], minutes: 5, run: (part) => part.check('npx jsii-rosetta extract --compile --fail --strict .') },
  {
    name: 'emulator',
    minutes: 10,
    run: async (part) => {
      const file = join(RESULTS, 'emulator.xml');
      const python = ensureVenv((line) => part.log(line));
      // The types of moto and botocore are in the environment of the offline AWS.
      const types = await part.check(`${lintTool(part, 'mypy')} --python-executable ${python}`, {}, EMULATOR);
      const ok = await part.exec(`${python} -m pytest -q -rs --junitxml=${file}`, {}, EMULATOR);
      return sum([types, countJunit(file, ok)]);
    },
  },
  {
    name: 'regions',
    after: ['emulator'],
    minutes: 10,
    run: async (part) => {
      // The schemas of the CloudFormation registry come with the offline AWS.
      ensureVenv((line) => part.log(line));
      return part.check(`${TS_NODE} scripts/regions.ts --check`);
    },
  },
  {
    name: 'deploy',
    after: ['compile', 'emulator'],
    minutes: 40,
    run: async (part) => {
      // For the tests that build a Dockerfile. Without a builder, they are skipped and say so.
      if (wantsPodman() && !findBuilder().name) {
        part.say(`installing Podman with apt-get, because ${INSTALL_PODMAN}=1`);
        await part.exec(`${TS_NODE} emulator/podman.ts`);
      }
      return part.jest('deploy', '--ci --config jest.deploy.json');
    },
  },
  {
    name: 'languages',
    needs: ['compile'],
    after: ['snippets'],
    minutes: 20,
    run: async (part) => {
      // A language whose tools are not here is skipped by its test, which says so.
      const targets = TARGETS.filter((target) => !leftOut(target));
      const packaged = await part.check(`${TS_NODE} scripts/package.ts ${targets.join(' ')}`);
      return packaged.failed > 0 ? packaged : part.jest('languages', '--ci --config jest.languages.json');
    },
  },
];

/** Returns the path of a tool that checks the Python code of the offline AWS. */
function lintTool(part: RunningPart, name: string): string {
  return join(dirname(ensureVenv((line) => part.log(line), join(EMULATOR, 'lint'))), name);
}

async function main(args: string[]): Promise<number> {
  const unknown = args.filter((arg) => !PARTS.some(({ name }) => name === arg));
  if (unknown.length > 0) {
    console.error(`unknown part ${unknown.map((arg) => `'${arg}'`).join(', ')}: choose from ${PARTS.map(({ name }) => `'${name}'`).join(', ')}`);
    return 2;
  }
  mkdirSync(RESULTS, { recursive: true });
  const progress = new Progress(DURATIONS);
  // Once, before parts that need it run at the same time.
  await ensureBundle();

  const asked = PARTS.filter(({ name }) => args.length === 0 || args.includes(name));
  const waiting = PARTS.filter((part) => asked.some(({ name, needs = [] }) => [name, ...needs].includes(part.name)));
  const open = new Set(waiting.map(({ name }) => name));
  const results: Counts[] = [];
  const active = new Set<Promise<void>>();
  while (waiting.length > 0 || active.size > 0) {
    const next = active.size < LANES ? waiting.findIndex(({ needs = [], after = [] }) => ![...needs, ...after].some((name) => open.has(name))) : -1;
    if (next < 0) {
      await Promise.race(active);
      continue;
    }
    const [part] = waiting.splice(next, 1);
    const done: Promise<void> = runPart(part, progress).then((counts) => {
      results.push(counts);
      open.delete(part.name);
      active.delete(done);
    });
    active.add(done);
  }
  rmSync(RESULTS, { recursive: true, force: true });
  progress.close();
  console.log(summary(results));
  return results.some(({ failed }) => failed > 0) ? 1 : 0;
}

async function runPart(part: Part, progress: Progress): Promise<Counts> {
  const runningPart = new RunningPart(part.name, part.minutes, RESULTS, (line) => progress.print(line));
  progress.start(runningPart, part.minutes);
  let counts: Counts;
  try {
    counts = await part.run(runningPart);
  } catch (error) {
    runningPart.log(`${error instanceof Error ? error.stack : error}`);
    counts = { passed: 0, failed: 1 };
  }
  // A part that ran nothing proves nothing.
  const { skipped = 0 } = counts;
  if (counts.passed + counts.failed + skipped === 0) {
    runningPart.log('no test ran');
    counts = { passed: 0, failed: 1 };
  }
  const verdict = counts.failed > 0 ? 'FAILED' : 'ok';
  const seconds = progress.end(runningPart);
  progress.print(`${verdict.padEnd(7)} ${part.name} (${counts.passed} passed, ${counts.failed} failed, ${skipped} skipped, ${seconds} s)`);
  if (skipped > 0) {
    skipReasons(runningPart.output).forEach((line) => progress.print(`        ${line}`));
  }
  if (counts.failed > 0) {
    progress.print(runningPart.output.replace(/^/gm, '        '));
  }
  return counts;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    endAll();
    rmSync(RESULTS, { recursive: true, force: true });
    process.exit(130);
  });
}

void main(process.argv.slice(2)).then((code) => { process.exitCode = code; });
