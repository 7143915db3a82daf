import { mkdtempSync, readdirSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { ACTIVE } from './instrument';
import { addMutants } from './modules';
import { defineGlobals, loadTests, runTests, type Test, type TestFile } from './tests';

/** What the worker is asked to do. */
export interface Order {
  readonly files: string[];
  readonly testFiles: string[];
  /** From an earlier worker. */
  readonly coverage?: Coverage;
  /** Numbers of the mutants that are tested, and for each the test that noticed it last time. */
  readonly mutants: { number: number; killer?: Killer }[];
}

export interface Killer {
  readonly file: string;
  readonly title: string;
}

/** Which mutants each test executes. */
export interface Coverage {
  readonly files: { [file: string]: { readonly loads: number[]; readonly tests: TestCoverage[] } };
}

interface TestCoverage {
  readonly title: string;
  readonly mutants: number[];
  readonly steps: number;
  readonly duration: number;
  /** The reason why the test is not used, because it fails without mutants. */
  readonly failure?: string;
}

/** What the worker answers. */
export type Report =
  | { readonly kind: 'coverage'; readonly coverage: Coverage }
  | { readonly kind: 'progress'; readonly text: string }
  | { readonly kind: 'start'; readonly number: number }
  | { readonly kind: 'result'; readonly number: number; readonly status: Status; readonly killer?: Killer };

/** `uncovered` mutants are executed by no test. */
export type Status = 'killed' | 'timeout' | 'survived' | 'uncovered';

const ROOT = join(__dirname, '..', '..');
const NONE = -1;
/** A mutant may make a test this many times as long. */
const FACTOR = 10;

let activeMutant = NONE;
let executed: Set<number> | undefined;
let steps = 0;
let maximumSteps = Infinity;
/** How many mutants of the present file each test file noticed. */
const kills = new Map<string, number>();
const loaded = new Map<string, TestFile>();

/** Whether a test did not end. */
let isHanging = false;

class TimeoutError extends Error {}

(globalThis as any)[ACTIVE] = (number: number): boolean => {
  executed?.add(number);
  if (++steps > maximumSteps) {
    throw new TimeoutError('too many steps');
  }
  return number === activeMutant;
};

const report = (one: Report) => new Promise((resolve) => process.send!(one, resolve));

async function work(order: Order): Promise<void> {
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'cdk-sagemaker-images-'));
  process.on('exit', () => rmSync(process.env.TMPDIR!, { recursive: true, force: true }));
  // Mutants can leave promises behind that fail.
  process.on('unhandledRejection', () => {});
  addMutants(order.files);
  defineGlobals();
  let { coverage } = order;
  if (!coverage) {
    coverage = { files: {} };
    for (const file of order.testFiles) {
      coverage.files[file] = await measure(file);
      await report({ kind: 'progress', text: file });
    }
    await report({ kind: 'coverage', coverage });
  }
  for (const { number, killer } of order.mutants) {
    await report({ kind: 'start', number });
    const { status, killer: noticed } = await judge(number, coverage, killer);
    await report({ kind: 'result', number, status, killer: noticed });
    if (isHanging) {
      // Whatever did not end must not disturb other mutants.
      process.exit();
    }
  }
}

/** Runs a test file without any mutant. */
async function measure(path: string): Promise<Coverage['files'][string]> {
  executed = new Set();
  const file = load(path);
  const loads = [...executed];
  loaded.set(path, file);
  const tests: TestCoverage[] = [];
  await runTests(file, file.tests, async ({ title }, run) => {
    executed = new Set();
    steps = 0;
    const start = Date.now();
    const failure = await failureOf(run, 60_000);
    tests.push({ title, mutants: [...executed], steps, duration: Date.now() - start, failure: failure && (failure.stack ?? String(failure)) });
    return true;
  });
  executed = undefined;
  clean();
  return { loads, tests };
}

async function judge(number: number, coverage: Coverage, killer: Killer | undefined): Promise<{ status: Status; killer?: Killer }> {
  const candidates = Object.entries(coverage.files).map(([file, { loads, tests }]) => {
    const loads_ = loads.includes(number);
    const covering = tests.map((test, index) => ({ ...test, index })).filter((test) => !test.failure && (loads_ || test.mutants.includes(number)));
    return { file, loads: loads_, covering, duration: covering.reduce((sum, test) => sum + test.duration, loads_ ? 300 : 0) };
  }).filter(({ covering }) => covering.length > 0);
  const rank = (file: string) => file === killer?.file ? Infinity : kills.get(file) ?? 0;
  candidates.sort((one, other) => rank(other.file) - rank(one.file) || one.duration - other.duration);
  for (const { file, loads, covering } of candidates) {
    const first = covering.filter(({ title }) => title === killer?.title);
    const result = await tryTests(number, file, loads, [...first, ...covering.filter((test) => !first.includes(test))]);
    if (result) {
      kills.set(file, (kills.get(file) ?? 0) + 1);
      return { status: result.timeout ? 'timeout' : 'killed', killer: { file, title: result.title } };
    }
  }
  return { status: candidates.length > 0 ? 'survived' : 'uncovered' };
}

/** Runs tests of a file with a mutant, until one fails. */
async function tryTests(
  number: number, path: string, reload: boolean, tests: (TestCoverage & { index: number })[],
): Promise<{ title: string; timeout: boolean } | undefined> {
  activeMutant = number;
  steps = 0;
  maximumSteps = Infinity;
  let noticed: { title: string; timeout: boolean } | undefined;
  try {
    let file: TestFile;
    try {
      file = reload ? load(path) : original(path);
    } catch {
      return { title: '(loading the file)', timeout: false };
    }
    // A mutant may change which tests there are.
    const missing = tests.find(({ index, title }) => file.tests[index]?.title !== title);
    if (missing) {
      return { title: missing.title, timeout: false };
    }
    const facts = new Map<Test, TestCoverage>(tests.map((test) => [file.tests[test.index], test]));
    await runTests(file, [...facts.keys()], async (test, runTest) => {
      const { duration, steps: usual, title } = facts.get(test)!;
      steps = 0;
      maximumSteps = FACTOR * usual + 10_000;
      const failure = await failureOf(runTest, FACTOR * duration + 5_000);
      maximumSteps = Infinity;
      if (failure) {
        noticed = { title, timeout: failure instanceof TimeoutError };
      }
      return !failure;
    });
    return noticed;
  } finally {
    activeMutant = NONE;
    maximumSteps = Infinity;
    clean();
  }
}

function original(path: string): TestFile {
  if (!loaded.has(path)) {
    const before = activeMutant;
    activeMutant = NONE;
    loaded.set(path, load(path));
    activeMutant = before;
  }
  return loaded.get(path)!;
}

function load(path: string): TestFile {
  return loadTests(join(ROOT, path));
}

async function failureOf(action: () => Promise<void>, milliseconds: number): Promise<Error | undefined> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isHanging = true;
      reject(new TimeoutError('too slow'));
    }, milliseconds);
  });
  try {
    await Promise.race([action(), late]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    clearTimeout(timer!);
  }
}

/** Removes cloud assemblies, which are large. */
function clean(): void {
  for (const name of readdirSync(process.env.TMPDIR!)) {
    if (name.startsWith('cdk.out')) {
      rmSync(join(process.env.TMPDIR!, name), { recursive: true, force: true });
    }
  }
}

process.on('message', (order: Order) => {
  work(order).then(() => process.exit(), (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  });
});
