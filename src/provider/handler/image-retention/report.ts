import { NO_LIMIT, type Plan } from './plan';

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
 * @param without why nothing was changed on purpose
 * @param stopped why nothing more was deleted
 */
export function reportOf(plan: Plan, { deleted, marked, failed }: Outcome, without: string | undefined, stopped?: string): string {
  const isDry = without !== undefined;
  const marks = (isDry ? plan.mark.map(({ number, guidance }) => [number, guidance] as const) : [...marked])
    .map(([number, guidance]) => `${number} as ${guidance}`);
  const kept = plan.keep.map(({ number, reasons }) => ({ number, why: reasons.filter((reason) => reason !== NO_LIMIT) }))
    .filter(({ why }) => why.length > 0).map(({ number, why }) => `${number} (${[...why.slice(0, 3), ...why.length > 3 ? [`${why.length - 3} more`] : []].join(', ')})`);
  const because = stopped === undefined ? '' : `: ${stopped}`;
  return shorten([
    isDry ? `${without}: ${plan.delete.length > 0 ? `would delete ${plan.delete.join(', ')}` : `nothing to delete${because}`}`
      : deleted.length > 0 ? `deleted ${deleted.join(', ')}` : `nothing was deleted${because}`,
    ...because && !isDry && deleted.length > 0 ? [`stopped${because}`] : [],
    ...marks.length > 0 ? [`${isDry ? 'would mark' : 'marked'} ${marks.join(', ')}`] : [],
    ...failed.size > 0 ? [`not changed: ${[...failed].map(([number, why]) => `${number} (${why})`).join(', ')}`] : [],
    ...kept.length > 0 ? [`kept ${kept.join(', ')}`] : [],
  ].join('; '), MAX_REPORT);
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
