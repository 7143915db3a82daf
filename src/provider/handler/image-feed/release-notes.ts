const RECORD = / ?\(\S+ pushed (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\)$/;
const MAX = 255;

/**
 * Adds the tag and the time of a push to release notes, or replaces those of an earlier push.
 *
 * They tell people what a version is, and the next push whether it is newer: ECR does not tell when a tag was pushed.
 */
export function withRecord(notes: string, tag: string, time: number): string {
  const record = `(${tag} pushed ${new Date(Math.floor(time) * 1_000).toISOString().replace('.000', '')})`;
  const text = notes.replace(RECORD, '').replace(/\s+/g, ' ').trim();
  const room = MAX - record.length - 1;
  const kept = text.length > room ? `${text.slice(0, room - 3).trimEnd()}...` : text;
  return kept ? `${kept} ${record}` : record;
}

/** Returns the time in release notes, in seconds since 1970, if they have one. */
export function timeIn(notes: string): number | undefined {
  const [, time] = RECORD.exec(notes) ?? [];
  const seconds = time === undefined ? NaN : Date.parse(time) / 1_000;
  return Number.isNaN(seconds) ? undefined : seconds;
}
