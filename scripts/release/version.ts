import { readFileSync } from 'fs';
import { join } from 'path';
import { run } from './checks';
import { Exceptions } from '../api/findings';

/** The version that the release workflow would give to a repository, which it changes: the version goes into package.json. */
export function nextVersion(repository: string): string {
  run(join(repository, 'node_modules', '.bin', 'projen'), ['bump'], repository, { RELEASE: 'true', MAJOR: '0' });
  return readFileSync(join(repository, 'dist', 'version.txt'), 'utf8').trim();
}

/** Whether a version is new. Where nothing changed since the last one, it is not. */
export function untagged(version: string, tags: string[]): string {
  if (tags.includes(`v${version}`)) {
    throw new Error(`the tag v${version} exists already: there is nothing new to release, or the next version was not found`);
  }
  return `v${version} is a new tag`;
}

/** Whether a version tells users that something breaks: by its first number, or by the second where the first is 0. */
export function tellsOfBreaks(version: string, released: string, breaking: Exceptions): string {
  const [[major, minor], [lastMajor, lastMinor]] = [version, released].map((text) => text.split('.').map(Number));
  const count = Object.keys(breaking).length;
  if (count > 0 && major === lastMajor && (major > 0 || minor === lastMinor)) {
    throw new Error(`api/breaking-changes.json has ${count} entries, and ${version} after ${released} does not tell of them: `
      + "land a commit, which may be empty, with a title like 'feat!: <what breaks>'");
  }
  return `${count} breaking changes since ${released}`;
}

/** The entry of a version in a changelog; throws if there is none, or nothing in it. */
export function changelogEntry(changelog: string, version: string): string {
  const lines = sectionOf(changelog, version).filter((line) => line.startsWith('- '));
  if (lines.length === 0) {
    throw new Error(`CHANGELOG.md has no entry for ${version}: give what is new the title '## ${version} - <date>'`);
  }
  return `CHANGELOG.md has ${lines.length} entries for ${version}`;
}

/** The day of a version in a changelog; throws if it has none yet. */
export function changelogDay(changelog: string, version: string): string {
  const [title] = sectionOf(changelog, version);
  const day = / - (\d{4}-\d\d-\d\d)$/.exec(title);
  if (!day) {
    throw new Error(`CHANGELOG.md has '## ${title}': put the day there, as in '## ${version} - 2026-12-31'`);
  }
  return `${version} is of ${day[1]}`;
}

/** A README that goes into the packages does not say that there are none. */
export function readmeOfRelease(readme: string): string {
  const [line] = /^.*published yet.*$/im.exec(readme) ?? [];
  if (line) {
    throw new Error(`README.md goes into the packages and says '${line}': take that out`);
  }
  return 'README.md takes itself for published';
}

function sectionOf(changelog: string, version: string): string[] {
  const sections = changelog.split(/^## /m).slice(1).map((section) => section.split('\n'));
  return sections.find(([title]) => title.split(' ')[0] === version) ?? [version];
}
