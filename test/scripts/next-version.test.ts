import { execFileSync } from 'child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { nextVersion } from '../../scripts/release/version';

const ROOT = join(__dirname, '..', '..');

/** Creates a repository with everything that the version depends on: the tasks, the tags and the titles of commits. */
function repository(...history: { title: string; tag?: string }[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'version-'));
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], { cwd: folder });
  mkdirSync(join(folder, '.projen'));
  ['package.json', join('.projen', 'tasks.json')].forEach((file) => cpSync(join(ROOT, file), join(folder, file)));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  git('init', '--quiet');
  git('add', 'package.json', '.projen');
  for (const { title, tag } of history) {
    git('commit', '--quiet', '--allow-empty', '-m', title);
    if (tag) {
      git('tag', tag);
    }
  }
  return folder;
}

// Each case takes seconds, so there are only two: the fixed first version, and a later one that depends on the commits.
test.each([
  ['0.1.0', [{ title: 'feat: images' }]],
  ['0.2.0', [{ title: 'feat: images', tag: 'v0.1.0' }, { title: 'feat!: events' }]],
])('the next version is %s after %j', (version, history) => {
  const folder = repository(...history);
  try {
    expect(nextVersion(folder)).toBe(version);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);
