import type { FeedVersion } from './model';
import { type Follows, timeIn } from './release-notes';

/** A version, and when its container image was pushed. */
export interface Candidate {
  readonly number: number;
  readonly time: number;
}

/** Returns when the container image of a version was pushed: for one that no feed made, when the version was made. */
export function candidateOf({ number, created, notes }: Pick<FeedVersion, 'number' | 'created' | 'notes'>, follows?: Follows): Candidate {
  return { number, time: timeIn(notes, follows) ?? created };
}

/**
 * Decides which version gets the alias: the one that was pushed last. Runs at the same time agree, whatever their order.
 *
 * @param version the version of the push
 * @param holder the version that has the alias
 * @param others versions that a feed made, which may be newer
 * @param moved the version to which this run moved the alias last
 * @returns undefined to leave the alias where it is
 */
export function nextHolder(
  version: Candidate, holder: Candidate | undefined, others: readonly Candidate[], moved = version.number,
): number | undefined {
  const newest = others.reduce((best, one) => isNewer(one, best) ? one : best, version);
  if (newest.number === holder?.number) {
    return undefined;
  }
  if (newest !== version) {
    // The run for that push moves the alias, unless this run was late and took it away.
    return holder === undefined || holder.number === version.number || holder.number === moved ? newest.number : undefined;
  }
  return holder && isNewer(holder, version) ? undefined : version.number;
}

/** ECR tells times in seconds. Of two pushes in the same second, the version that was made last counts. */
function isNewer(one: Candidate, other: Candidate): boolean {
  return one.time > other.time || (one.time === other.time && one.number > other.number);
}
