import { spawnSync } from 'child_process';
import { createHash } from 'crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join, relative } from 'path';

const REMEDY = 'install it, or set the environment variable PYTHON to the one to use';

/**
 * Returns the Python executable of the offline AWS, in a virtual environment of this project.
 *
 * The environment is created if it is missing, incomplete or out of date. Every package is pinned and verified by its hash.
 *
 * Throws `PythonError` if Python is missing or too old, or if the environment cannot be created.
 *
 * @param folder the folder of `requirements.txt`; the environment is created in its subfolder `.venv`
 */
export function ensureVenv(log: (line: string) => void = console.log, folder: string = __dirname): string {
  const venv = join(folder, '.venv');
  const requirements = join(folder, 'requirements.txt');
  // The requirements that the environment was created from.
  const stamp = join(venv, '.requirements.sha256');
  const python = join(venv, 'bin', 'python');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  // The Python that the environment was created from may be gone.
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
    return python;
  }
  const installed = process.env.PYTHON || 'python3';
  requireVersion(installed);
  log(`Installing Python packages for the offline AWS (once, into ${relative(process.cwd(), venv)}) ...`);
  rmSync(venv, { recursive: true, force: true });
  run(installed, ['-m', 'venv', venv]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '-r', requirements]);
  writeFileSync(stamp, wanted);
  return python;
}

/** The Python of this machine cannot run the offline AWS. The message tells the user what to do. */
export class PythonError extends Error {}

function requireVersion(python: string): void {
  const { status, stdout } = spawnSync(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], { encoding: 'utf8', timeout: 60_000 });
  const version = stdout?.trim();
  if (status !== 0 || !version) {
    throw new PythonError(`the offline AWS needs Python 3.11 or newer, and '${python}' cannot be run: ${REMEDY}`);
  }
  const [major, minor] = version.split('.').map(Number);
  if (major < 3 || (major === 3 && minor < 11)) {
    throw new PythonError(`the offline AWS needs Python 3.11 or newer, and '${python}' is Python ${version}: ${REMEDY}`);
  }
}

function run(command: string, args: string[]): void {
  const { status, error, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 600_000 });
  if (error || status !== 0) {
    throw new PythonError(`${command} ${args.join(' ')} failed${error ? ` (${error.message})` : ''}: `
      + `the offline AWS needs Python 3.11 or newer with venv and pip\n${stdout ?? ''}${stderr ?? ''}`.trimEnd());
  }
}
