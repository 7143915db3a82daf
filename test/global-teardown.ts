import { rmSync } from 'fs';

/** Removes what the run wrote beside the repository. */
export default function (): void {
  rmSync(process.env.TMPDIR!, { recursive: true, force: true });
}
