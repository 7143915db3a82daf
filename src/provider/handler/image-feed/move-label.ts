import type { FeedVersion } from './model';
import { candidateOf, nextHolder } from './order';
import { timeIn } from './release-notes';
import { type PushRun, rounds } from './work';
import { moveAlias } from '../image-alias/move';
import { log } from '../lifecycle/log';
import type { Service } from '../service/client';

/** Moves the alias to the version of a push, unless another one is newer, and verifies that no other run moved it back. */
export function moveLabel(
  service: Pick<Service, 'send'>, { feed: { ImageName, Alias }, push, versions, records, clock }: PushRun, { number, notes }: FeedVersion,
): Promise<void> {
  const own = { number, time: timeIn(notes) ?? push.time };
  let moved: number | undefined;
  return rounds(`giving alias '${Alias}' of image '${ImageName}' to version ${number}`, clock, async (now) => {
    const readAt = now();
    const holder = await versions.describe({ ImageName, Alias });
    // Another tag may have been pushed for an older version.
    const recent = (await versions.all(ImageName)).filter((one) =>
      one.number === number || (one.status === 'CREATED' && (one.modified ?? one.created) >= own.time));
    let { time } = own;
    const others = [];
    for (const { number: Version } of recent) {
      const other = await versions.describe({ ImageName, Version });
      const pushed = other && timeIn(other.notes);
      if (pushed !== undefined && Version === number) {
        if (pushed < time) {
          // A run for an earlier push replaced the record.
          await records.write(Version, notes);
          return { do: 'read again after writing' };
        }
        // Another run may have recorded a later push.
        time = Math.max(time, pushed);
      } else if (pushed !== undefined) {
        others.push(candidateOf(other!));
      }
    }
    const next = nextHolder({ number, time }, holder && candidateOf(holder), others, moved);
    const milliseconds = records.timeUntilSafe(readAt);
    if (next === undefined && milliseconds > 0) {
      return { do: 'wait', why: 'a run for an earlier push may replace the release notes', milliseconds };
    }
    if (next === undefined) {
      log('the alias is right', { image: ImageName, alias: Alias, version: holder?.number });
      return { do: 'finish', result: undefined };
    }
    moved = next;
    await moveAlias(service, { imageName: ImageName, alias: Alias, version: next, yields: true }, clock);
    return { do: 'read again after writing' };
  });
}
