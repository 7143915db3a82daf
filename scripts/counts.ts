import { existsSync, readFileSync } from 'fs';

/** How many tests passed and failed. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** Tests that could not run on this machine. */
  readonly skipped?: number;
}

/** Counts the tests in a result file of Jest. A run that failed without a failing test, such as for coverage, counts as one failure. */
export function countJest(file: string, ok: boolean): Counts {
  if (!existsSync(file)) {
    return { passed: 0, failed: 1 };
  }
  const { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests } = JSON.parse(readFileSync(file, 'utf8'));
  return { passed: numPassedTests, failed: atLeastOne(Math.max(numFailedTests, numFailedTestSuites), ok), skipped: numPendingTests };
}

/** Counts the tests in a result file of pytest. */
export function countJunit(file: string, ok: boolean): Counts {
  if (!existsSync(file)) {
    return { passed: 0, failed: 1 };
  }
  const suite = /<testsuite [^>]*>/.exec(readFileSync(file, 'utf8'))?.[0] ?? '';
  const attribute = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = attribute('failures') + attribute('errors');
  const skipped = attribute('skipped');
  return { passed: attribute('tests') - failed - skipped, failed: atLeastOne(failed, ok), skipped };
}

function atLeastOne(failed: number, ok: boolean): number {
  return ok ? failed : Math.max(1, failed);
}

/** Adds up counts. */
export function sum(results: Counts[]): Required<Counts> {
  const total = (which: keyof Counts) => results.reduce((all, counts) => all + (counts[which] ?? 0), 0);
  return { passed: total('passed'), failed: total('failed'), skipped: total('skipped') };
}

/** Renders the sum of all counts: `N passed, N failed`, and `, N skipped` if there are any. */
export function summary(results: Counts[]): string {
  const { passed, failed, skipped } = sum(results);
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Returns the lines with reasons for skipped tests from the output of Jest (`SKIPPED: why`) or pytest (`SKIPPED [1] where: why`). */
export function skipReasons(output: string): string[] {
  return [...output.matchAll(/^SKIPPED(?:: | \[).*$/gm)].map(([line]) => line);
}
