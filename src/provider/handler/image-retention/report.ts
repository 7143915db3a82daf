import type { Plan } from './plan';

/** What became of the versions that were to be changed. */
export interface Outcome {
  readonly deleted: number[];
  readonly marked: Map<number, string>;
  /** Why others were not deleted or marked. */
  readonly failed: Map<number, string>;
}

/** The maximum number of bytes in JSON: CloudFormation accepts 4096 for the whole response. */
const MAX_REPORT = 2_400;
const MAX_NUMBERS = 600;
const MORE = '… (the log of the Lambda function has the rest)';

/**
 * Describes what happened, for the attribute.
 *
 * @param stopped why nothing more was deleted
 */
export function reportOf({ delete: toDelete, mark, keep }: Plan, { deleted, marked, failed }: Outcome, dryRun: boolean, stopped?: string): string {
  const reasons = keep.map(({ number, reasons: why }) => `${number} (${[...why.slice(0, 3), ...why.length > 3 ? [`${why.length - 3} more`] : []].join(', ')})`);
  const marks = dryRun ? mark.map(({ number, guidance }) => `${number} as ${guidance}`) : [...marked].map(([number, guidance]) => `${number} as ${guidance}`);
  const parts = [
    dryRun ? `dry run: ${toDelete.length > 0 ? `would delete ${toDelete.join(', ')}` : 'nothing to delete'}`
      : deleted.length > 0 ? `deleted ${deleted.join(', ')}` : `nothing was deleted${stopped === undefined ? '' : `: ${stopped}`}`,
    ...!dryRun && deleted.length > 0 && stopped !== undefined ? [`stopped: ${stopped}`] : [],
    ...dryRun && stopped !== undefined ? [stopped] : [],
    ...marks.length > 0 ? [`${dryRun ? 'would mark' : 'marked'} ${marks.join(', ')}`] : [],
    ...failed.size > 0 ? [`not changed: ${[...failed].map(([number, why]) => `${number} (${why})`).join(', ')}`] : [],
    ...reasons.length > 0 ? [`kept ${reasons.join(', ')}`] : [],
  ];
  return shorten(parts.join('; '), MAX_REPORT);
}

/** The numbers of the deleted versions, for the attribute. */
export function numbersOf({ deleted }: Outcome): string {
  return shorten(deleted.join(','), MAX_NUMBERS, ',…');
}

function shorten(text: string, most: number, more = MORE): string {
  const size = (value: string) => Buffer.byteLength(JSON.stringify(value));
  if (size(text) <= most) {
    return text;
  }
  let kept = '';
  let bytes = size(more);
  for (const character of text) {
    bytes += size(character) - 2;
    if (bytes > most) {
      break;
    }
    kept += character;
  }
  return kept + more;
}
