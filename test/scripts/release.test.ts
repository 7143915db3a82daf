import { readFileSync } from 'fs';
import { join } from 'path';
import { holds, Skipped } from '../../scripts/release/checks';
import { changelogDay, changelogEntry, readmeOfRelease, announcesBreakingChanges, untagged } from '../../scripts/release/version';

const CHANGELOG = ['# Changelog', 'What changed.', '## Unreleased', '## 0.2.0 - 2026-12-01', '### Added', '- one', '- two', '## 0.1.0 - not yet', '- three'].join('\n\n');

describe('changelog', () => {
  test('a version with entries can be released', () => {
    expect(changelogEntry(CHANGELOG, '0.2.0')).toBe('CHANGELOG.md has 2 entries for 0.2.0');
    expect(changelogEntry(CHANGELOG, '0.1.0')).toBe('CHANGELOG.md has 1 entries for 0.1.0');
  });

  test.each(['0.3.0', '0.2', '0.2.0.1', 'Unreleased'])('version %s without entries cannot be released', (version) => {
    expect(() => changelogEntry(CHANGELOG, version)).toThrow(`CHANGELOG.md has no entry for ${version}: list the changes under '## ${version} - <date>'`);
  });

  test('a version needs a release date', () => {
    expect(changelogDay(CHANGELOG, '0.2.0')).toBe('0.2.0 is dated 2026-12-01');
    expect(() => changelogDay(CHANGELOG, '0.1.0')).toThrow("CHANGELOG.md has '## 0.1.0 - not yet': add the release date, as in '## 0.1.0 - 2026-12-31'");
  });

  test('the entries of this library are found', () => {
    expect(changelogEntry(readFileSync(join(__dirname, '..', '..', 'CHANGELOG.md'), 'utf8'), '0.1.0')).toMatch(/has \d+ entries/);
  });
});

test('a version that has a tag cannot be released again', () => {
  expect(untagged('0.2.0', ['v0.1.0', 'v0.2.0-rc', 'v10.2.0'])).toBe('v0.2.0 is a new tag');
  expect(() => untagged('0.1.0', ['v0.1.0'])).toThrow('the tag v0.1.0 already exists');
});

describe('a breaking change', () => {
  const breaking = { 'removed:A': 'never worked' };

  test.each([['0.2.0', '0.1.3'], ['1.0.0', '0.1.3'], ['2.0.0', '1.2.0'], ['0.1.0', '0.0.0']])('is announced by %s after %s', (version, released) => {
    expect(announcesBreakingChanges(version, released, breaking)).toBe(`1 breaking changes since ${released}`);
  });

  test.each([['0.1.4', '0.1.3'], ['1.3.0', '1.2.0'], ['1.2.1', '1.2.0']])('is not announced by %s after %s', (version, released) => {
    expect(() => announcesBreakingChanges(version, released, breaking)).toThrow(`api/breaking-changes.json has 1 entries, but ${version} after ${released} does not announce them`);
    expect(announcesBreakingChanges(version, released, {})).toBe(`0 breaking changes since ${released}`);
  });
});

test('a README that says that the packages are unpublished is rejected', () => {
  expect(readmeOfRelease('Install it.\n')).toBe('README.md does not say that the packages are unpublished');
  expect(() => readmeOfRelease('Install it.\n\nNone of these is published yet.\n')).toThrow("says 'None of these is published yet.': remove this line");
});

describe('the checks of a release', () => {
  const skipped = { name: 'audit', check: () => { throw new Skipped('the registry does not respond'); } };
  let log: jest.SpyInstance;
  beforeEach(() => { log = jest.spyOn(console, 'log').mockImplementation(); });
  afterEach(() => log.mockRestore());

  test('all run, even if one fails', () => {
    expect(holds([
      { name: 'tag', check: () => { throw new Error('exists'); } },
      { name: 'changelog', check: () => 'read\n2 entries\n' },
      { name: 'NuGet', check: () => '', skip: 'dotnet not found' },
    ])).toBe(false);
    expect(log.mock.calls.flat()).toEqual(['tag: FAILED exists', 'changelog: ok 2 entries', 'NuGet: SKIPPED, dotnet not found']);
  });

  test('an unknown result is a failure only in strict mode', () => {
    expect(holds([skipped])).toBe(true);
    expect(holds([skipped], { strict: true })).toBe(false);
    expect(log.mock.calls.flat()).toEqual(['audit: SKIPPED, the registry does not respond', 'audit: FAILED the registry does not respond']);
  });
});
