import { timeIn, withRecord } from '../../../../src/provider/handler/image-feed/release-notes';

const RECORD = '(v2 pushed 2026-01-01T00:00:00Z)';
const TIME = 1_767_225_600;

test.each<[string, string]>([
  ['', RECORD],
  ['Notes', `Notes ${RECORD}`],
  [' Two\n\n lines ', `Two lines ${RECORD}`],
  ['Notes (v1 pushed 2025-12-31T23:59:59Z)', `Notes ${RECORD}`],
  ['(v1 pushed 2025-12-31T23:59:59Z)', RECORD],
  ['(v1 pushed 2025-12-31T23:59:59Z) Notes', `(v1 pushed 2025-12-31T23:59:59Z) Notes ${RECORD}`],
  ['a'.repeat(222), `${'a'.repeat(222)} ${RECORD}`],
  ['a'.repeat(223), `${'a'.repeat(219)}... ${RECORD}`],
  [`${'a'.repeat(218)} ${'b'.repeat(40)}`, `${'a'.repeat(218)}... ${RECORD}`],
])('the record of a push is added to %j', (notes, expected) => {
  expect(withRecord(notes, 'v2', TIME + 0.9)).toBe(expected);
  expect(expected.length).toBeLessThanOrEqual(255);
});

test.each<[string, number | undefined]>([
  ['', undefined],
  ['Notes', undefined],
  [RECORD, TIME],
  [`Notes ${RECORD}`, TIME],
  [`${RECORD} Notes`, undefined],
  ['Notes (v2 pushed 2026-13-01T00:00:00Z)', undefined],
])('the time in %j is %s', (notes, expected) => {
  expect(timeIn(notes)).toBe(expected);
});
