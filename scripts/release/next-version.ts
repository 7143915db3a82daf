import { readFileSync } from 'fs';
import { join } from 'path';
import { run } from './checks';

/** The version that the release workflow would give to a repository, which it changes: the version goes into package.json. */
export function nextVersion(repository: string): string {
  run(join(repository, 'node_modules', '.bin', 'projen'), ['bump'], repository, { RELEASE: 'true', MAJOR: '0' });
  return readFileSync(join(repository, 'dist', 'version.txt'), 'utf8').trim();
}
