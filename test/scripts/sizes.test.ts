import { documentedRows, outdatedRows } from '../../scripts/sizes';

const DOCUMENTED = ['| npm | 100 kB (1000 kB unpacked) | the library |', '| Go module | 500 kB, not packed | the same |'];

test('bench/README.md has a row for each package', () => {
  expect(documentedRows().map((row) => row.split(' | ')[0])).toEqual(['| npm', '| Python wheel', '| Python sources', '| Maven jar', '| Go module', '| NuGet']);
});

test('sizes that differ by up to 10 % are up to date', () => {
  expect(outdatedRows(['| npm | 109 kB (905 kB unpacked) | the library |'], DOCUMENTED)).toEqual([]);
});

test.each([
  ['is larger', '| npm | 111 kB (1000 kB unpacked) | the library |'],
  ['is smaller', '| Go module | 449 kB, not packed | the same |'],
  ['has a larger part', '| npm | 100 kB (1101 kB unpacked) | the library |'],
  ['has other contents', '| npm | 100 kB (1000 kB unpacked) | the library and its sources |'],
  ['is new', '| Maven jar | 100 kB | the same |'],
])('a package that %s is out of date', (_, row) => {
  expect(outdatedRows([row, DOCUMENTED[0]], DOCUMENTED)).toEqual([row]);
});
