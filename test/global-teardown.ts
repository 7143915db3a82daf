import { rmSync } from 'fs';
import { tmpdir } from 'os';
import { basename, dirname } from 'path';
import { RUN_FOLDER } from './run-folder';

/** Removes what the run wrote beside the repository; the next run of a watch makes its own. */
export default function (): void {
  const folder = tmpdir();
  // Never the folder of the machine, if the setup did not get that far.
  if (basename(folder).startsWith(RUN_FOLDER)) {
    process.env.TMPDIR = dirname(folder);
    rmSync(folder, { recursive: true, force: true });
  }
}
