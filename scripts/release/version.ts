import { readFileSync } from 'fs';
import { join } from 'path';
import { run } from './checks';
import { Exceptions } from '../api/findings';

/** Computes the next version as the release workflow does. This changes package.json in the repository. */
export function nextVersion(repository: string): string {
  run(join(repository, 'node_modules', '.bin', 'projen'), ['bump'], repository, { RELEASE: 'true', MAJOR: '0' });
  return readFileSync(join(repository, 'dist', 'version.txt'), 'utf8').trim();
}

/** Checks that a version is new. It is not if nothing changed since the last release. */
export function untagged(version: string, tags: string[]): string {
  if (tags.includes(`v${version}`)) {
    throw new Error(`the tag v${version} already exists: there are no changes to release, or the next version could not be computed`);
  }
  return `v${version} is a new tag`;
}

/** Checks that a version announces breaking changes: with a new major version, or a new minor version if the major version is 0. */
export function announcesBreakingChanges(version: string, released: string, breaking: Exceptions): string {
  const [[major, minor], [lastMajor, lastMinor]] = [version, released].map((one) => one.split('.').map(Number));
  const count = Object.keys(breaking).length;
  if (count > 0 && major === lastMajor && (major > 0 || minor === lastMinor)) {
    throw new Error(`api/breaking-changes.json has ${count} entries, but ${version} after ${released} does not announce them: `
      + "add a commit, which may be empty, with a title like 'feat!: <what breaks>'");
  }
  return `${count} breaking changes since ${released}`;
}

/** Checks that the changelog has entries for a version. */
export function changelogEntry(changelog: string, version: string): string {
  const lines = sectionOf(changelog, version).filter((line) => line.startsWith('- '));
  if (lines.length === 0) {
    throw new Error(`CHANGELOG.md has no entry for ${version}: list the changes under '## ${version} - <date>'`);
  }
  return `CHANGELOG.md has ${lines.length} entries for ${version}`;
}

/** Checks that the changelog has a release date for a version. */
export function changelogDay(changelog: string, version: string): string {
  const [title] = sectionOf(changelog, version);
  const day = / - (\d{4}-\d\d-\d\d)$/.exec(title);
  if (!day) {
    throw new Error(`CHANGELOG.md has '## ${title}': add the release date, as in '## ${version} - 2026-12-31'`);
  }
  return `${version} is dated ${day[1]}`;
}

/** Checks that the README, which is part of the packages, does not say that they are unpublished. */
export function readmeOfRelease(readme: string): string {
  const [line] = /^.*published yet.*$/im.exec(readme) ?? [];
  if (line) {
    throw new Error(`README.md is part of the packages and says '${line}': remove this line`);
  }
  return 'README.md does not say that the packages are unpublished';
}

function sectionOf(changelog: string, version: string): string[] {
  const sections = changelog.split(/^## /m).slice(1).map((section) => section.split('\n'));
  return sections.find(([title]) => title.split(' ')[0] === version) ?? [version];
}
