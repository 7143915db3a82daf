import { readFileSync } from 'fs';
import { join } from 'path';
import { holds, Skipped } from '../../scripts/release/checks';
import { changelogDay, changelogEntry, readmeOfRelease, tellsOfBreaks, untagged } from '../../scripts/release/version';

const CHANGELOG = ['# Changelog', 'What changed.', '## Unreleased', '## 0.2.0 - 2026-12-01', '### Added', '- one', '- two', '## 0.1.0 - not yet', '- three'].join('\n\n');

describe('changelog', () => {
  test('a version with an entry can be released', () => {
    expect(changelogEntry(CHANGELOG, '0.2.0')).toBe('CHANGELOG.md has 2 entries for 0.2.0');
    expect(changelogEntry(CHANGELOG, '0.1.0')).toBe('CHANGELOG.md has 1 entries for 0.1.0');
  });

  test.each(['0.3.0', '0.2', '0.2.0.1', 'Unreleased'])('version %s without one cannot', (version) => {
    expect(() => changelogEntry(CHANGELOG, version)).toThrow(`CHANGELOG.md has no entry for ${version}: give what is new the title '## ${version} - <date>'`);
  });

  test('a version needs a day', () => {
    expect(changelogDay(CHANGELOG, '0.2.0')).toBe('0.2.0 is of 2026-12-01');
    expect(() => changelogDay(CHANGELOG, '0.1.0')).toThrow("CHANGELOG.md has '## 0.1.0 - not yet': put the day there, as in '## 0.1.0 - 2026-12-31'");
  });

  test('that of this library is read', () => {
    expect(changelogEntry(readFileSync(join(__dirname, '..', '..', 'CHANGELOG.md'), 'utf8'), '0.1.0')).toMatch(/has \d+ entries/);
  });
});

test('a version that has a tag cannot be released again', () => {
  expect(untagged('0.2.0', ['v0.1.0', 'v0.2.0-rc', 'v10.2.0'])).toBe('v0.2.0 is a new tag');
  expect(() => untagged('0.1.0', ['v0.1.0'])).toThrow('the tag v0.1.0 exists already');
});

describe('a breaking change', () => {
  const breaking = { 'removed:A': 'never worked' };

  test.each([['0.2.0', '0.1.3'], ['1.0.0', '0.1.3'], ['2.0.0', '1.2.0'], ['0.1.0', '0.0.0']])('is told by %s after %s', (version, released) => {
    expect(tellsOfBreaks(version, released, breaking)).toBe(`1 breaking changes since ${released}`);
  });

  test.each([['0.1.4', '0.1.3'], ['1.3.0', '1.2.0'], ['1.2.1', '1.2.0']])('is not told by %s after %s', (version, released) => {
    expect(() => tellsOfBreaks(version, released, breaking)).toThrow(`api/breaking-changes.json has 1 entries, and ${version} after ${released} does not tell of them`);
    expect(tellsOfBreaks(version, released, {})).toBe(`0 breaking changes since ${released}`);
  });
});

test('a README that says that nothing is published stays at home', () => {
  expect(readmeOfRelease('Install it.\n')).toBe('README.md takes itself for published');
  expect(() => readmeOfRelease('Install it.\n\nNone of these is published yet.\n')).toThrow("says 'None of these is published yet.': take that out");
});

describe('the checks of a release', () => {
  const skipped = { name: 'audit', check: () => { throw new Skipped('the registry is silent'); } };
  let said: jest.SpyInstance;
  beforeEach(() => { said = jest.spyOn(console, 'log').mockImplementation(); });
  afterEach(() => said.mockRestore());

  test('all have their say, also after one that failed', () => {
    expect(holds([
      { name: 'tag', check: () => { throw new Error('exists'); } },
      { name: 'changelog', check: () => 'read\n2 entries\n' },
      { name: 'NuGet', check: () => '', skip: 'dotnet not found' },
    ])).toBe(false);
    expect(said.mock.calls.flat()).toEqual(['tag: FAILED exists', 'changelog: ok 2 entries', 'NuGet: SKIPPED, dotnet not found']);
  });

  test('one that cannot tell has failed only where it has to tell', () => {
    expect(holds([skipped])).toBe(true);
    expect(holds([skipped], { strict: true })).toBe(false);
    expect(said.mock.calls.flat()).toEqual(['audit: SKIPPED, the registry is silent', 'audit: FAILED the registry is silent']);
  });
});
