import { spawnSync } from 'child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { withCaches } from '../package/caches';

export const ROOT = join(__dirname, '..', '..');

/** Thrown by a check that cannot tell. */
export class Skipped extends Error {}

/** The entry of a version in a changelog; throws if there is none, or nothing in it. */
export function changelogEntry(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const entry = sections.find((section) => section.split(/\s/)[0] === version);
  const lines = entry?.split('\n').filter((line) => line.startsWith('- ')) ?? [];
  if (lines.length === 0) {
    throw new Error(`CHANGELOG.md has no entry for ${version}: give what is new the title '## ${version} - <date>'`);
  }
  return `CHANGELOG.md has ${lines.length} entries for ${version}`;
}

/** Known weaknesses in what ships: the packages that are bundled, by the list that ships beside them. */
export function audit(): string {
  const listed = readFileSync(join(ROOT, 'THIRD-PARTY-LICENSES'), 'utf8').matchAll(/^- (?<name>\S+) (?<version>\S+) \(/gm);
  const dependencies = Object.fromEntries([...listed].map(({ groups }) => [groups!.name, groups!.version]));
  const folder = mkdtempSync(join(tmpdir(), 'audit-'));
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'bundled', version: '1.0.0', dependencies }));
    run('npm', ['install', '--package-lock-only', '--ignore-scripts'], folder);
    const { status, stdout, stderr } = spawnSync('npm', ['audit'], { cwd: folder, encoding: 'utf8', timeout: 60_000 });
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
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env: { ...withCaches(), ...env }, encoding: 'utf8', timeout: 600_000 });
  if (status !== 0) {
    throw new Error(`${command} ${args.join(' ')} failed\n${stdout}${stderr}`);
  }
  return `${stdout}${stderr}`;
}
