import { execFileSync } from 'child_process';
import { createHash } from 'crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'fs';
import { join } from 'path';
import { Target } from './targets';

const ROOT = join(__dirname, '..', '..');
const STAMPS = join(ROOT, '.build', 'packaged');

/** Identifies the inputs of all packages: the npm package and the version of jsii-pacmak. */
export function contents(): string {
  const [{ integrity }] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8' }));
  const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules', 'jsii-pacmak', 'package.json'), 'utf8'));
  return `${integrity} ${version}`;
}

/** Whether the package of a language was built from the same inputs and has not been modified. */
export function isUnchanged(target: Target, inputs: string): boolean {
  const file = join(STAMPS, target);
  return existsSync(file) && readFileSync(file, 'utf8') === stamp(target, inputs);
}

/** Records that the package of a language was built. */
export function remember(target: Target, inputs: string): void {
  mkdirSync(STAMPS, { recursive: true });
  writeFileSync(join(STAMPS, target), stamp(target, inputs));
}

/** Removes the package of a language and its record. */
export function forget(target: Target): void {
  rmSync(join(STAMPS, target), { force: true });
  rmSync(join(ROOT, 'dist', target), { recursive: true, force: true });
}

function stamp(target: Target, inputs: string): string {
  const folder = join(ROOT, 'dist', target);
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort() : [];
  const hash = createHash('sha256').update(inputs);
  files.map((file) => ({ file, ...statSync(join(folder, file)) })).forEach(({ file, size, mtimeMs }) => hash.update(`\n${file} ${size} ${mtimeMs}`));
  return hash.digest('hex');
}
