import { createHash } from 'crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { filesIn } from './files';
import type { Coverage, FileCoverage } from './worker';

const ROOT = join(__dirname, '..', '..');
const CACHE = join(ROOT, '.build', 'mutation', 'coverage.json');

/** Which mutants there are depends on these files. */
const MUTATION = ['scripts/mutation/instrument.ts', 'scripts/mutation/mutators.ts'];

/** Which mutants the tests execute, from this run or from an earlier one with the same sources. */
export class CoverageCache {
  /** Only of test files that have not changed. */
  public readonly coverage: Coverage = { files: {} };
  private readonly hashes = new Map<string, string>();

  /** @param files the files with mutants, whose numbers depend on all of them */
  constructor(files: string[], testFiles: string[]) {
    const shared = [...filesIn('src'), ...filesIn('test').filter((file) => !file.endsWith('.test.ts')), ...MUTATION];
    const sources = JSON.stringify([files, ...shared.map(read)]);
    testFiles.forEach((file) => this.hashes.set(file, createHash('sha256').update(sources).update(read(file)).digest('hex')));
    const cached: Record<string, FileCoverage> = existsSync(CACHE) ? JSON.parse(readFileSync(CACHE, 'utf8')) : {};
    this.hashes.forEach((hash, file) => {
      if (hash in cached) {
        this.coverage.files[file] = cached[hash];
      }
    });
  }

  public save(): void {
    mkdirSync(dirname(CACHE), { recursive: true });
    const cached = Object.entries(this.coverage.files).map(([file, coverage]) => [this.hashes.get(file), coverage]);
    writeFileSync(CACHE, JSON.stringify(Object.fromEntries(cached)));
  }
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}
