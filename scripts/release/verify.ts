/**
 * `npm run release:verify`: what has to hold before anything is published, in the workflow, where the packages are built.
 *
 * Here a check that cannot tell is a failure.
 */
import { readFileSync } from 'fs';
import { join } from 'path';
import { audit, holds, ROOT, run } from './checks';
import { changelogDay, changelogEntry, readmeOfRelease, tellsOfBreaks, untagged } from './version';
import { readBreakingChanges, readReleased } from '../api/released';

const read = (...path: string[]) => readFileSync(join(ROOT, ...path), 'utf8');
const version = read('dist', 'version.txt').trim();

process.exitCode = holds([
  { name: 'tag', check: () => untagged(version, run('git', ['tag']).split('\n')) },
  { name: 'breaking changes', check: () => tellsOfBreaks(version, readReleased().version, readBreakingChanges()) },
  { name: 'changelog', check: () => changelogEntry(read('CHANGELOG.md'), version) },
  { name: 'day', check: () => changelogDay(read('CHANGELOG.md'), version) },
  { name: 'README', check: () => readmeOfRelease(read('README.md')) },
  { name: 'audit', check: audit },
], { strict: true }) ? 0 : 1;
