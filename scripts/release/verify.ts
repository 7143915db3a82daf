/**
 * `npm run release:verify`: runs the checks before publishing, in the workflow that builds the packages.
 *
 * A check with an unknown result fails.
 */
import { readFileSync } from 'fs';
import { join } from 'path';
import { audit, holds, ROOT, run } from './checks';
import { changelogDay, changelogEntry, readmeOfRelease, announcesBreakingChanges, untagged } from './version';
import { readBreakingChanges, readReleased } from '../api/released';

const read = (...path: string[]) => readFileSync(join(ROOT, ...path), 'utf8');
const version = read('dist', 'version.txt').trim();

process.exitCode = holds([
  { name: 'tag', check: () => untagged(version, run('git', ['tag']).split('\n')) },
  { name: 'breaking changes', check: () => announcesBreakingChanges(version, readReleased().version, readBreakingChanges()) },
  { name: 'changelog', check: () => changelogEntry(read('CHANGELOG.md'), version) },
  { name: 'release date', check: () => changelogDay(read('CHANGELOG.md'), version) },
  { name: 'README', check: () => readmeOfRelease(read('README.md')) },
  { name: 'audit', check: audit },
], { strict: true }) ? 0 : 1;
