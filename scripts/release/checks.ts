import { spawnSync } from 'child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { withCaches } from '../package/caches';

export const ROOT = join(__dirname, '..', '..');

/** One thing that a release needs. */
export interface Check {
  readonly name: string;
  /** Throws if it does not hold, `Skipped` if that cannot be told; what it returns is shown. */
  readonly check: () => string;
  /** Why it cannot be checked here. */
  readonly skip?: string;
}

/** Thrown by a check that cannot tell. */
export class Skipped extends Error {}

/**
 * Says of each check what became of it.
 *
 * @param options.strict whether one that cannot tell has failed
 * @returns whether all hold
 */
export function holds(checks: Check[], { strict = false }: { strict?: boolean } = {}): boolean {
  let failed = false;
  for (const { name, check, skip } of checks) {
    try {
      console.log(`${name}: ${skip ? `SKIPPED, ${skip}` : `ok ${check().trim().split('\n').pop()}`}`);
    } catch (error) {
      const skipped = error instanceof Skipped && !strict;
      failed ||= !skipped;
      console.log(`${name}: ${skipped ? 'SKIPPED,' : 'FAILED'} ${(error as Error).message}`);
    }
  }
  return !failed;
}

/** Known weaknesses in what ships: the packages that are bundled, by the list that ships beside them. */
export function audit(): string {
  const listed = readFileSync(join(ROOT, 'NOTICE'), 'utf8').matchAll(/^- (?<name>\S+) (?<version>\S+) \(/gm);
  const dependencies = Object.fromEntries([...listed].map(({ groups }) => [groups!.name, groups!.version]));
  const folder = mkdtempSync(join(tmpdir(), 'audit-'));
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'bundled', version: '1.0.0', dependencies }));
    run('npm', ['install', '--package-lock-only', '--ignore-scripts'], folder);
    const { status, stdout, stderr } = start('npm', ['audit'], folder);
    if (/audit endpoint returned an error/.test(stderr)) {
      throw new Skipped('the registry answers no audits');
    }
    if (status !== 0) {
      throw new Error(`${stdout}${stderr}`);
    }
    return `${Object.keys(dependencies).length} packages are bundled: ${stdout}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a command printed; throws if it failed. */
export function run(command: string, args: string[], cwd: string = ROOT, env: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr } = start(command, args, cwd, env);
  if (status !== 0) {
    throw new Error(`${command} ${args.join(' ')} failed\n${stdout}${stderr}`);
  }
  return `${stdout}${stderr}`;
}

function start(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
  // What npm has to say is read, also under `npm run --silent`, which would hand its silence down.
  const all = { ...withCaches(), npm_config_loglevel: 'notice', ...env };
  return spawnSync(command, args, { cwd, env: all, encoding: 'utf8', timeout: 600_000 });
}
