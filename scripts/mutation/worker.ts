import { mkdtempSync, readdirSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { basename, join } from 'path';
import * as core from 'aws-cdk-lib/core';
import { ACTIVE } from './instrument';
import { addMutants } from './modules';
import { defineGlobals, jestOf, loadTests, runTests, type Test, type TestFile } from './tests';

/** What the worker is asked to do. */
export interface Order {
  readonly files: string[];
  readonly testFiles: string[];
  /** Whether slow tests, and most tests of other files, are left out. */
  readonly isQuick: boolean;
  /** What is known from an earlier worker. */
  readonly coverage: Coverage;
  /** Numbers of the mutants that are tested, and for each the test that noticed it last time. */
  readonly mutants: { number: number; killer?: Killer }[];
}

export interface Killer {
  readonly file: string;
  readonly title: string;
}

/** Which mutants each test executes. */
export interface Coverage {
  files: { [file: string]: FileCoverage };
}

export interface FileCoverage {
  /** The mutants that loading the file executes. */
  readonly loads: number[];
  readonly loadDuration: number;
  readonly tests: TestCoverage[];
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
  | { readonly kind: 'coverage'; readonly file: string; readonly coverage: FileCoverage }
  | { readonly kind: 'start'; readonly number: number }
  // Each test file, since all tests of a surviving mutant can take minutes.
  | { readonly kind: 'progress' }
  | { readonly kind: 'result'; readonly number: number; readonly status: Status; readonly killer?: Killer };

/** `uncovered` mutants are executed by no test. */
export type Status = 'killed' | 'timeout' | 'survived' | 'uncovered';

const ROOT = join(__dirname, '..', '..');
const NONE = -1;
/** A mutant may make a test this many times as long. */
const FACTOR = 10;
/** The longest duration of a quick test, in milliseconds. */
const QUICK = 500;

let activeMutant = NONE;
let executed: Set<number> | undefined;
let steps = 0;
let maximumSteps = Infinity;
/** How many mutants each test file noticed. */
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
  // The CDK loads its modules late. Tokens that they create once are kept.
  Object.values(core);
  const mutants = addMutants(order.files, jestOf);
  defineGlobals();
  const { coverage } = order;
  for (const file of order.testFiles.filter((one) => !(one in coverage.files))) {
    const measured = coverage.files[file] = await measure(file);
    await report({ kind: 'coverage', file, coverage: measured });
  }
  for (const { number, killer } of order.mutants) {
    await report({ kind: 'start', number });
    const { status, killer: noticed } = await judge(number, candidatesFor(number, mutants[number].file, order), killer);
    await report({ kind: 'result', number, status, killer: noticed });
    if (isHanging) {
      // Whatever did not end must not disturb other mutants.
      process.exit();
    }
  }
}

/** Runs a test file without any mutant. */
async function measure(path: string): Promise<FileCoverage> {
  executed = new Set();
  let start = Date.now();
  const file = original(path);
  const [loads, loadDuration] = [[...executed], Date.now() - start];
  const forget = tokensSinceNow();
  const tests: TestCoverage[] = [];
  await runTests(file, file.tests, async ({ title }, run) => {
    executed = new Set();
    steps = 0;
    start = Date.now();
    const failure = await failureOf(run, 60_000);
    tests.push({ title, mutants: [...executed], steps, duration: Date.now() - start, failure: failure && (failure.stack ?? String(failure)) });
    return true;
  });
  executed = undefined;
  forget();
  clean();
  return { loads, loadDuration, tests };
}

/** Tests of one file, which notice a mutant perhaps. */
interface Candidate {
  readonly file: string;
  /** Whether the file has to be loaded with the mutant, since loading it executes the mutant. */
  readonly reload: boolean;
  readonly tests: (TestCoverage & { readonly index: number })[];
  readonly duration: number;
}

/** The tests that execute a mutant, the most promising first. */
function candidatesFor(number: number, source: string, { coverage: { files }, isQuick }: Order): Candidate[] {
  const candidates = Object.entries(files).flatMap(([file, { loads, loadDuration, tests }]) => {
    const usable = tests.map((test, index) => ({ ...test, index })).filter(({ failure, duration }) => !failure && !(isQuick && duration > QUICK));
    const candidate = (reload: boolean, chosen: typeof usable): Candidate[] => chosen.length === 0 ? [] : [{
      file, reload, tests: chosen, duration: chosen.reduce((sum, { duration }) => sum + duration, reload ? loadDuration : 0),
    }];
    return [...candidate(false, usable.filter(({ mutants }) => mutants.includes(number))), ...candidate(true, loads.includes(number) ? usable : [])];
  });
  const rank = ({ file }: Candidate) => (kills.get(file) ?? 0) + (basename(file, '.test.ts') === basename(source, '.ts') ? 3 : 0);
  // Loading a file again takes longer than its tests.
  candidates.sort((one, other) => Number(one.reload) - Number(other.reload) || rank(other) - rank(one) || one.duration - other.duration);
  return isQuick ? candidates.slice(0, 8) : candidates;
}

async function judge(number: number, candidates: Candidate[], killer: Killer | undefined): Promise<{ status: Status; killer?: Killer }> {
  const known = ({ file }: Candidate) => Number(file === killer?.file);
  candidates.sort((one, other) => known(other) - known(one));
  for (const { file, reload, tests } of candidates) {
    await report({ kind: 'progress' });
    const first = tests.filter(({ title }) => title === killer?.title);
    const result = await tryTests(number, file, reload, [...first, ...tests.filter((test) => !first.includes(test))]);
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
  let forget = tokensSinceNow();
  try {
    let file: TestFile;
    try {
      file = reload ? load(path) : original(path);
      forget = reload ? forget : tokensSinceNow();
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
    forget();
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

/** Returns a function that makes the CDK forget all tokens that are created from now on, which keep whole apps in memory. */
function tokensSinceNow(): () => void {
  const { stringTokenMap, numberTokenMap } = (globalThis as any).__cdkTokenMap ?? {};
  const maps: [Map<unknown, unknown>, number][] = [stringTokenMap, numberTokenMap].map((map) => [map ?? new Map(), map?.size ?? 0]);
  return () => maps.forEach(([map, size]) => [...map.keys()].slice(size).forEach((key) => map.delete(key)));
}

/** Removes cloud assemblies, which are large. */
function clean(): void {
  for (const name of readdirSync(process.env.TMPDIR!)) {
    if (name.startsWith('cdk.out')) {
      rmSync(join(process.env.TMPDIR!, name), { recursive: true, force: true });
    }
  }
}

process.on('disconnect', () => process.exit());
process.on('message', (order: Order) => {
  work(order).then(() => process.exit(), (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  });
});
