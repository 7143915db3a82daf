import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { countJest, countJunit, skipReasons, summary } from '../../scripts/counts';

let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'counts-')); });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const jestResult = (counts: object) => file('jest.json', JSON.stringify({
  numPassedTests: 3, numFailedTests: 0, numFailedTestSuites: 0, numPendingTests: 0, ...counts,
}));

test.each<[string, object, boolean, object]>([
  ['all passed', {}, true, { passed: 3, failed: 0, skipped: 0 }],
  ['some were skipped', { numPendingTests: 2 }, true, { passed: 3, failed: 0, skipped: 2 }],
  ['one failed', { numFailedTests: 1, numFailedTestSuites: 1 }, false, { passed: 3, failed: 1, skipped: 0 }],
  ['a file could not be loaded', { numFailedTestSuites: 1 }, false, { passed: 3, failed: 1, skipped: 0 }],
  ['the coverage was too low', {}, false, { passed: 3, failed: 1, skipped: 0 }],
])('jest: %s', (_, counts, ok, expected) => {
  expect(countJest(jestResult(counts), ok)).toEqual(expected);
});

test('pytest: failures, errors and skipped tests are counted separately', () => {
  const result = file('junit.xml', '<testsuites><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10"></testsuite></testsuites>');
  expect(countJunit(result, false)).toEqual({ passed: 4, failed: 3, skipped: 3 });
});

test('a run without a result file counts as a failure', () => {
  expect(countJest(join(folder, 'nothing'), true)).toEqual({ passed: 0, failed: 1 });
  expect(countJunit(join(folder, 'nothing'), true)).toEqual({ passed: 0, failed: 1 });
});

test('the summary contains skipped tests only if there are any', () => {
  expect(summary([{ passed: 2, failed: 1 }, { passed: 3, failed: 0, skipped: 0 }])).toBe('5 passed, 1 failed');
  expect(summary([{ passed: 2, failed: 0 }, { passed: 3, failed: 0, skipped: 4 }])).toBe('5 passed, 0 failed, 4 skipped');
});

test('reasons for skipped tests are found in the output of Jest and pytest', () => {
  const output = 'PASS\nSKIPPED: the deploy test, since no Docker engine answers\n  SKIPPED inside a line\nSKIPPED [1] tests/test_x.py:3: no aws\n';
  expect(skipReasons(output)).toEqual(['SKIPPED: the deploy test, since no Docker engine answers', 'SKIPPED [1] tests/test_x.py:3: no aws']);
});
