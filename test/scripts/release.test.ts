import { readFileSync } from 'fs';
import { join } from 'path';
import { changelogEntry } from '../../scripts/release/checks';

const CHANGELOG = ['# Changelog', 'What changed.', '## Unreleased', '## 0.2.0 - 2026-12-01', '### Added', '- one', '- two', '## 0.1.0', '- three'].join('\n\n');

test('a version with an entry in the changelog can be released', () => {
  expect(changelogEntry(CHANGELOG, '0.2.0')).toBe('CHANGELOG.md has 2 entries for 0.2.0');
  expect(changelogEntry(CHANGELOG, '0.1.0')).toBe('CHANGELOG.md has 1 entries for 0.1.0');
});

test.each(['0.3.0', '0.2', '0.2.0.1', 'Unreleased'])('version %s without one cannot', (version) => {
  expect(() => changelogEntry(CHANGELOG, version)).toThrow(`CHANGELOG.md has no entry for ${version}: give what is new the title '## ${version} - <date>'`);
});

test('the changelog of this library is read', () => {
  expect(changelogEntry(readFileSync(join(__dirname, '..', '..', 'CHANGELOG.md'), 'utf8'), '0.1.0')).toMatch(/has \d+ entries/);
});
