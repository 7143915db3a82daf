import { rmSync } from 'fs';
import { tmpdir } from 'os';
import { basename, dirname } from 'path';
import { RUN_FOLDER } from './run-folder';

/** Removes the temporary files of the run. In watch mode, the next run creates its own folder. */
export default function (): void {
  const folder = tmpdir();
  // Never remove the system's folder for temporary files, in case the setup failed early.
  if (basename(folder).startsWith(RUN_FOLDER)) {
    process.env.TMPDIR = dirname(folder);
    rmSync(folder, { recursive: true, force: true });
  }
}
