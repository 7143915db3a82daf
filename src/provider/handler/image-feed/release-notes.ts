import type { Push } from './model';

const RECORD = / ?\((\S+) pushed (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\)/g;
const RECORDS = new RegExp(`(${RECORD.source})+$`);
const MAX = 255;

/** Whether a feed follows a tag. */
export type Follows = (tag: string) => boolean;

/**
 * Adds the tag and the time of a push to release notes, in place of those of earlier pushes that the same feed follows.
 *
 * They tell people what a version is, and the next push whether it is newer: ECR does not tell when a tag was pushed.
 */
export function withRecord(notes: string, { tag, time }: Pick<Push, 'tag' | 'time'>, follows: Follows): string {
  const records = [
    ...recordsIn(notes).filter((one) => !follows(one.tag)).map(({ record }) => record),
    `(${tag} pushed ${new Date(Math.floor(time) * 1_000).toISOString().replace('.000', '')})`,
  ];
  while (records.join(' ').length > MAX) {
    records.shift();
  }
  const text = notes.replace(RECORDS, '').replace(/\s+/g, ' ').trim();
  const room = MAX - records.join(' ').length - 1;
  const kept = text.length <= room ? text : room > 3 ? `${text.slice(0, room - 3).trimEnd()}...` : '';
  return [...kept ? [kept] : [], ...records].join(' ');
}

/** Returns the release notes with a push, or undefined if they stay: they have its time or a later one, or no feed made the version. */
export function recordedIn(notes: string, push: Pick<Push, 'tag' | 'time'>, follows: Follows): string | undefined {
  const isOfFeed = timeIn(notes) !== undefined;
  return isOfFeed && (timeIn(notes, follows) ?? 0) < push.time ? withRecord(notes, push, follows) : undefined;
}

/** Returns the time of the last push in release notes, in seconds since 1970, if they have one. */
export function timeIn(notes: string, follows: Follows = () => true): number | undefined {
  const times = recordsIn(notes).filter(({ tag }) => follows(tag)).map(({ time }) => Date.parse(time) / 1_000).filter((time) => !Number.isNaN(time));
  return times.length > 0 ? Math.max(...times) : undefined;
}

function recordsIn(notes: string): { readonly record: string; readonly tag: string; readonly time: string }[] {
  const [records = ''] = RECORDS.exec(notes) ?? [];
  return [...records.matchAll(RECORD)].map(([record, tag, time]) => ({ record: record.trim(), tag, time }));
}
