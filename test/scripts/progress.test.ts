import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Active, describeActive, duration, Progress, soFar } from '../../scripts/test/progress';

describe('what a part has done so far', () => {
  test.each<[string, string, ReturnType<typeof soFar>]>([
    ['nothing', 'Compiling ...\n', { failed: 0 }],
    ['files of Jest', 'PASS test/a.test.ts\n  PASS inside a line\nFAIL test/b.test.ts (5 s)\nPASS test/c.test.ts\n', { tests: '3 test files so far', failed: 1 }],
    ['tests of pytest', '......F...s [ 50%]\n....\nFeature x\n', { tests: '15 tests so far', failed: 1 }],
  ])('is counted: %s', (_, output, expected) => {
    expect(soFar(output)).toEqual({ tests: undefined, ...expected });
  });

  test('is described with its duration', () => {
    const part = (output: string): Active => ({ name: 'unit', started: 1_000, output });
    expect(describeActive(part(''), 31_000)).toBe('unit (30 s)');
    expect(describeActive(part('PASS a\nFAIL b\n'), 126_000)).toBe('unit (2 min 5 s, 2 test files so far, 1 failed)');
  });

  test('durations of a minute or more have minutes', () => {
    expect([0, 59, 60, 3_601].map(duration)).toEqual(['0 s', '59 s', '1 min 0 s', '60 min 1 s']);
  });
});

describe('progress', () => {
  let folder: string;
  let lines: jest.SpyInstance;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'progress-'));
    lines = jest.spyOn(console, 'log').mockImplementation();
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
    lines.mockRestore();
    rmSync(folder, { recursive: true });
  });

  const part = (name: string, output = '') => ({ name, started: Date.now(), output });
  const printed = () => lines.mock.calls.flat();

  test('is a line when a part starts, and one for all parts after each 30 seconds without a line', () => {
    const progress = new Progress(join(folder, 'durations.json'));
    progress.start(part('unit', 'PASS a\n'), 15);
    jest.advanceTimersByTime(20_000);
    progress.start(part('lint'), 5);
    jest.advanceTimersByTime(29_000);
    expect(printed()).toEqual(['started unit (at most 15 min)', 'started lint (at most 5 min)']);
    jest.advanceTimersByTime(31_000);
    expect(printed().slice(2)).toEqual(['running unit (50 s, 1 test file so far), lint (30 s)', 'running unit (1 min 20 s, 1 test file so far), lint (1 min 0 s)']);
    progress.close();
    jest.advanceTimersByTime(100_000);
    expect(printed()).toHaveLength(4);
  });

  test('shows how long a part took last time', () => {
    const file = join(folder, 'durations.json');
    const first = new Progress(file);
    const unit = part('unit');
    first.start(unit, 15);
    jest.advanceTimersByTime(9_000);
    expect(first.end(unit)).toBe(9);
    first.close();
    const second = new Progress(file);
    second.start(part('unit'), 15);
    second.close();
    expect(printed()).toEqual(['started unit (at most 15 min)', 'started unit (last time 9 s, at most 15 min)']);
  });
});
