import { recordedIn, timeIn, withRecord } from '../../../../src/provider/handler/image-feed/release-notes';

const RECORD = '(v2 pushed 2026-01-01T00:00:00Z)';
const TIME = 1_767_225_600;

test.each<[string, string]>([
  ['', RECORD],
  ['Notes', `Notes ${RECORD}`],
  [' Two\n\n lines ', `Two lines ${RECORD}`],
  ['Notes (v1 pushed 2025-12-31T23:59:59Z)', `Notes ${RECORD}`],
  ['(v1 pushed 2025-12-31T23:59:59Z)', RECORD],
  ['(v1 pushed 2025-12-31T23:59:59Z) Notes', `(v1 pushed 2025-12-31T23:59:59Z) Notes ${RECORD}`],
  ['Notes (rc1 pushed 2025-12-31T23:59:58Z) (v1 pushed 2025-12-31T23:59:59Z)', `Notes (rc1 pushed 2025-12-31T23:59:58Z) ${RECORD}`],
  ['(v1 pushed 2025-12-31T23:59:59Z) (rc1 pushed 2025-12-31T23:59:58Z)', `(rc1 pushed 2025-12-31T23:59:58Z) ${RECORD}`],
  // The first one that has no room is left out, and text before others.
  [`Notes (${'r'.repeat(128)} pushed 2025-12-31T23:59:57Z) (${'s'.repeat(90)} pushed 2025-12-31T23:59:58Z)`, `Notes (${'s'.repeat(90)} pushed 2025-12-31T23:59:58Z) ${RECORD}`],
  [`Notes (${'r'.repeat(128)} pushed 2025-12-31T23:59:57Z) (${'s'.repeat(3)} pushed 2025-12-31T23:59:58Z)`, `Notes (${'r'.repeat(128)} pushed 2025-12-31T23:59:57Z) (sss pushed 2025-12-31T23:59:58Z) ${RECORD}`],
  [`Notes (${'r'.repeat(128)} pushed 2025-12-31T23:59:57Z) (${'s'.repeat(30)} pushed 2025-12-31T23:59:58Z)`, `(${'r'.repeat(128)} pushed 2025-12-31T23:59:57Z) (${'s'.repeat(30)} pushed 2025-12-31T23:59:58Z) ${RECORD}`],
  ['a'.repeat(222), `${'a'.repeat(222)} ${RECORD}`],
  ['a'.repeat(223), `${'a'.repeat(219)}... ${RECORD}`],
  [`${'a'.repeat(218)} ${'b'.repeat(40)}`, `${'a'.repeat(218)}... ${RECORD}`],
])('the record of a push is added to %j', (notes, expected) => {
  expect(withRecord(notes, { tag: 'v2', time: TIME + 0.9 }, (tag) => tag.startsWith('v'))).toBe(expected);
  expect(expected.length).toBeLessThanOrEqual(255);
});

test.each<[string, number | undefined]>([
  ['', undefined],
  ['Notes', undefined],
  [RECORD, TIME],
  [`Notes ${RECORD}`, TIME],
  [`${RECORD} Notes`, undefined],
  ['Notes (v2 pushed 2026-13-01T00:00:00Z)', undefined],
  [`Notes (v1 pushed 2025-12-31T23:59:59Z) ${RECORD} (v0 pushed 2025-12-31T23:59:58Z)`, TIME],
  [`${RECORD} (v3 pushed 2026-13-01T00:00:00Z)`, TIME],
])('the time in %j is %s', (notes, expected) => {
  expect(timeIn(notes)).toBe(expected);
});

test('the time of a feed is that of the tags that it follows', () => {
  const notes = `Notes (rc1 pushed 2026-01-01T00:00:01Z) ${RECORD}`;
  expect([timeIn(notes, (tag) => tag === 'v2'), timeIn(notes, (tag) => tag === 'rc1'), timeIn(notes, () => false)]).toEqual([TIME, TIME + 1, undefined]);
});

test.each<[string, string, string | undefined]>([
  ['that no feed wrote', 'Notes', undefined],
  ['with the time', RECORD, undefined],
  ['with a later time', '(v1 pushed 2026-01-01T00:00:01Z)', undefined],
  ['with an earlier time', '(v1 pushed 2025-12-31T23:59:59Z)', RECORD],
  ['of another feed', '(rc1 pushed 2026-01-01T00:00:01Z)', `(rc1 pushed 2026-01-01T00:00:01Z) ${RECORD}`],
])('release notes %s get the record they need', (_, notes, expected) => {
  expect(recordedIn(notes, { tag: 'v2', time: TIME }, (tag) => tag.startsWith('v'))).toBe(expected);
});
