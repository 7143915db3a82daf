import { spawnSync } from 'child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { withCaches } from '../package/caches';

export const ROOT = join(__dirname, '..', '..');

/** A check before a release. */
export interface Check {
  readonly name: string;
  /** Throws an error if it fails, or `Skipped` if the result is unknown. The last line of the returned string is printed. */
  readonly check: () => string;
  /** The reason why it cannot run here. */
  readonly skip?: string;
}

/** Thrown by a check whose result is unknown. */
export class Skipped extends Error {}

/**
 * Runs checks and prints their results.
 *
 * @param options.strict whether an unknown result is a failure
 * @returns whether all checks passed
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

/** Audits the bundled packages, as listed in NOTICE, for known vulnerabilities. */
export function audit(): string {
  const listed = readFileSync(join(ROOT, 'NOTICE'), 'utf8').matchAll(/^- (?<name>\S+) (?<version>\S+) \(/gm);
  const dependencies = Object.fromEntries([...listed].map(({ groups }) => [groups!.name, groups!.version]));
  const folder = mkdtempSync(join(tmpdir(), 'audit-'));
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'bundled', version: '1.0.0', dependencies }));
    run('npm', ['install', '--package-lock-only', '--ignore-scripts'], folder);
    const { status, stdout, stderr } = start('npm', ['audit'], folder);
    if (/audit endpoint returned an error/.test(stderr)) {
      throw new Skipped('the registry does not support audits');
    }
    if (status !== 0) {
      throw new Error(`${stdout}${stderr}`);
    }
    return `${Object.keys(dependencies).length} packages are bundled: ${stdout}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs a command.
 *
 * @returns its output
 * @throws if it fails
 */
export function run(command: string, args: string[], cwd: string = ROOT, env: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr } = start(command, args, cwd, env);
  if (status !== 0) {
    throw new Error(`${command} ${args.join(' ')} failed\n${stdout}${stderr}`);
  }
  return `${stdout}${stderr}`;
}

function start(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
  // `npm run --silent` would pass its log level to npm, whose output is needed.
  const all = { ...withCaches(), npm_config_loglevel: 'notice', ...env };
  return spawnSync(command, args, { cwd, env: all, encoding: 'utf8', timeout: 600_000 });
}
