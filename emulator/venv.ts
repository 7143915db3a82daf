import { spawnSync } from 'child_process';
import { createHash } from 'crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join, relative } from 'path';

/**
 * Returns the Python executable of the offline AWS, in a virtual environment of this project.
 *
 * The environment is created if it is missing, incomplete or out of date. Every package is pinned and verified by its hash.
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
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
    return python;
  }
  log(`Installing Python packages for the offline AWS (once, into ${relative(process.cwd(), venv)}) ...`);
  rmSync(venv, { recursive: true, force: true });
  run(process.env.PYTHON ?? 'python3', ['-m', 'venv', venv]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '-r', requirements]);
  writeFileSync(stamp, wanted);
  return python;
}

function run(command: string, args: string[]): void {
  const { status, error, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 600_000 });
  if (error || status !== 0) {
    throw new Error(`${command} ${args.join(' ')} failed${error ? ` (${error.message})` : ''}: `
      + `the offline AWS needs Python 3.11 or newer with venv and pip\n${stdout ?? ''}${stderr ?? ''}`);
  }
}
