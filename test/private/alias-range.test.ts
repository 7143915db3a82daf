import * as fc from 'fast-check';
import { aliasesInRange, parseRange, versionAliases } from '../../src/private/alias-range';

const VERSIONS = [
  '0.0.1', '0.0.2', '0.1.0', '0.2.0', '0.2.3', '1.0.0', '1.2.3', '2.0.0', '2.3.9', '2.4.0', '2.4.1', '2.4.10', '2.5.0-alpha', '2.5.0-alpha.1',
  '2.5.0-rc.1', '2.5.0-rc.2', '2.5.0', '3.0.0-0', '3.0.0-beta', '3.0.0', '10.0.0',
];

const inRange = (range: string, aliases = VERSIONS) => aliasesInRange(aliases, parseRange(range)!);

// What `semver.rsort(semver.match(VERSIONS, range))` of npm returns.
test.each([
  ['^2.4', '2.5.0 2.4.10 2.4.1 2.4.0'],
  ['^2.4.1', '2.5.0 2.4.10 2.4.1'],
  ['^ 2.4.1', '2.5.0 2.4.10 2.4.1'],
  ['^2', '2.5.0 2.4.10 2.4.1 2.4.0 2.3.9 2.0.0'],
  ['^0.2', '0.2.3 0.2.0'],
  ['^0.2.1', '0.2.3'],
  ['^0.0.1', '0.0.1'],
  ['^0.0', '0.0.2 0.0.1'],
  ['^0', '0.2.3 0.2.0 0.1.0 0.0.2 0.0.1'],
  ['~2.4', '2.4.10 2.4.1 2.4.0'],
  ['~2.4.1', '2.4.10 2.4.1'],
  ['~>2.4.1', '2.4.10 2.4.1'],
  ['~2', '2.5.0 2.4.10 2.4.1 2.4.0 2.3.9 2.0.0'],
  ['2', '2.5.0 2.4.10 2.4.1 2.4.0 2.3.9 2.0.0'],
  ['2.x', '2.5.0 2.4.10 2.4.1 2.4.0 2.3.9 2.0.0'],
  ['2.4.X', '2.4.10 2.4.1 2.4.0'],
  ['2.4.*', '2.4.10 2.4.1 2.4.0'],
  ['=2.4', '2.4.10 2.4.1 2.4.0'],
  ['2.4.1', '2.4.1'],
  ['v2.4.1', '2.4.1'],
  ['=2.4.1', '2.4.1'],
  ['*', '10.0.0 3.0.0 2.5.0 2.4.10 2.4.1 2.4.0 2.3.9 2.0.0 1.2.3 1.0.0 0.2.3 0.2.0 0.1.0 0.0.2 0.0.1'],
  ['>2.4', '10.0.0 3.0.0 2.5.0'],
  ['>2.4.1', '10.0.0 3.0.0 2.5.0 2.4.10'],
  ['>2', '10.0.0 3.0.0'],
  ['>=2.4.1 <3', '2.5.0 2.4.10 2.4.1'],
  ['>= 2.4.1  < 3', '2.5.0 2.4.10 2.4.1'],
  ['<=0.2', '0.2.3 0.2.0 0.1.0 0.0.2 0.0.1'],
  ['<=0.2.0', '0.2.0 0.1.0 0.0.2 0.0.1'],
  ['<0.2', '0.1.0 0.0.2 0.0.1'],
  ['<0', ''],
  ['>*', ''],
  ['>=*', '10.0.0 3.0.0 2.5.0 2.4.10 2.4.1 2.4.0 2.3.9 2.0.0 1.2.3 1.0.0 0.2.3 0.2.0 0.1.0 0.0.2 0.0.1'],
  ['1.2 - 2.3', '2.3.9 2.0.0 1.2.3'],
  ['1.2.3 - 2.4.0', '2.4.0 2.3.9 2.0.0 1.2.3'],
  ['1 - 1', '1.2.3 1.0.0'],
  ['~1 || ~0.1', '1.2.3 1.0.0 0.1.0'],
  ['0.0.1||10', '10.0.0 0.0.1'],
  ['7 || 8', ''],
  // A prerelease needs a comparator with a prerelease of the same version.
  ['>=2.5.0-rc.1', '10.0.0 3.0.0 2.5.0 2.5.0-rc.2 2.5.0-rc.1'],
  ['^2.5.0-alpha', '2.5.0 2.5.0-rc.2 2.5.0-rc.1 2.5.0-alpha.1 2.5.0-alpha'],
  ['~2.5.0-alpha.1', '2.5.0 2.5.0-rc.2 2.5.0-rc.1 2.5.0-alpha.1'],
  ['<2.5.0-rc.2 >=2.4', '2.5.0-rc.1 2.5.0-alpha.1 2.5.0-alpha 2.4.10 2.4.1 2.4.0'],
  ['2.5.0-rc.1', '2.5.0-rc.1'],
  ['>2.5.0', '10.0.0 3.0.0'],
  ['3.0.0-0 - 3.0.0-zeta', '3.0.0-beta 3.0.0-0'],
])('%s selects %s', (range, expected) => {
  expect(inRange(range).join(' ')).toBe(expected);
});

test.each(['', ' ', 'latest', '2.4.1.0', '^', '>', '2..1', 'x.1', '1.x.3', '*.1', '2.x-rc', '02', '2.04', '2.4.1-01', '2.4.1-', '2 ||', '|| 2', '2,3', '>=>2', '-1', '1 - ', '^a', '2.4 -3', '!2', '9999999999999999'])(
  '%j is not a valid range', (range) => {
    expect(parseRange(range)).toBeUndefined();
  });

test('any string is a range or not, without an exception', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\^~<>=v.\dxX*| -]{0,20}$/)), (range) => {
    const parsed = parseRange(range);
    expect(parsed === undefined || aliasesInRange(VERSIONS, parsed).every((alias) => VERSIONS.includes(alias))).toBe(true);
  }), { numRuns: 2000 });
});

test('the order of the aliases does not matter', () => {
  fc.assert(fc.property(fc.shuffledSubarray(VERSIONS, { minLength: VERSIONS.length }), (aliases) => {
    expect(versionAliases(aliases).map(([alias]) => alias)).toEqual([...VERSIONS].reverse());
  }));
});

test('aliases that are not semantic versions are ignored', () => {
  expect(inRange('*', ['stable', 'v2.4.1', 'gpu-2.4.1', '2.4.1_1', '2.4.1.1', '02.4.1', '2.4.1-01', '2.', '-1', '2.4-rc', '1.0.0'])).toEqual(['1.0.0']);
});

test('missing parts of an alias are 0', () => {
  expect(inRange('^2.4', ['2', '2.4', '2.5', '3'])).toEqual(['2.5', '2.4']);
  expect(inRange('>=1', ['1', '2', '3'])).toEqual(['3', '2', '1']);
  expect(inRange('2.4.0', ['2.4'])).toEqual(['2.4']);
});

test('an alias with a longer one is a label that moves', () => {
  // '2' may be on 2.4.1, which is not in the range.
  expect(inRange('~2.0', ['2', '2.4', '2.4.1'])).toEqual([]);
  expect(inRange('^2', ['2', '2.4', '2.4.1', '2.4.0', '1'])).toEqual(['2.4.1', '2.4.0']);
  expect(inRange('^2', ['2.4', '2.40'])).toEqual(['2.40', '2.4']);
  // These do not make it a label: a prerelease comes before its release, and the others are not versions.
  expect(inRange('^2', ['2.4', '2.4.0-rc.1', '2.4.x', '2.4.1.1'])).toEqual(['2.4']);
});
