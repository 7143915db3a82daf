import { mkdtempSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { RUN_FOLDER } from './run-folder';
import { ensureBundle } from '../scripts/bundle';

/** The library needs its Lambda bundle, as a built one has; and what an app synthesises without being told where, goes with the run. */
export default async function (): Promise<void> {
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), RUN_FOLDER));
  await ensureBundle();
}
