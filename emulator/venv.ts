import { spawnSync } from 'child_process';
import { createHash } from 'crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';

const VENV = join(__dirname, '.venv');
const REQUIREMENTS = join(__dirname, 'requirements.txt');
/** Says which requirements the environment was made from. */
const STAMP = join(VENV, '.requirements.sha256');

/**
 * The Python of the offline AWS, in a virtual environment of this project.
 *
 * The environment is made when it is missing, half made, or made from other requirements; every package is pinned and
 * checked against its hash.
 */
export function ensureVenv(log: (line: string) => void = console.log): string {
  const python = join(VENV, 'bin', 'python');
  const wanted = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) {
    return python;
  }
  log('Installing the offline AWS (once; Python packages into emulator/.venv) ...');
  rmSync(VENV, { recursive: true, force: true });
  run(process.env.PYTHON ?? 'python3', ['-m', 'venv', VENV]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '-r', REQUIREMENTS]);
  writeFileSync(STAMP, wanted);
  return python;
}

function run(command: string, args: string[]): void {
  const { status, error, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 600_000 });
  if (error || status !== 0) {
    throw new Error(`${command} ${args.join(' ')} failed${error ? ` (${error.message})` : ''}: `
      + `the offline AWS needs Python 3.11 or newer with venv and pip\n${stdout ?? ''}${stderr ?? ''}`);
  }
}
