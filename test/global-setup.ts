import { mkdtempSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { RUN_FOLDER } from './run-folder';
import { ensureBundle } from '../scripts/bundle';

/** Builds the Lambda bundle that the library needs, and redirects temporary files, such as cloud assemblies, to a folder of this run. */
export default async function (): Promise<void> {
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), RUN_FOLDER));
  await ensureBundle();
}
