/**
 * `npm run release:verify`: what has to hold before anything is published, in the workflow, where the packages are built.
 *
 * Here a check that cannot tell is a failure.
 */
import { readFileSync } from 'fs';
import { join } from 'path';
import { audit, changelogEntry, ROOT } from './checks';

const version = readFileSync(join(ROOT, 'dist', 'version.txt'), 'utf8').trim();
console.log(changelogEntry(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'), version));
console.log(audit());
