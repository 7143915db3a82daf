import { candidateOf, nextHolder } from './order';
import { recordedIn, timeIn } from './release-notes';
import { type PushRun, rounds } from './work';
import { moveAlias } from '../image-alias/move';
import { log } from '../lifecycle/log';
import type { Service } from '../service/client';

/** Moves the alias to the version of a push, unless another one is newer, and verifies that no other run moved it back. */
export function moveLabel(
  service: Pick<Service, 'send'>, { feed: { ImageName, Alias }, push, follows, versions, records, clock }: PushRun, number: number,
): Promise<void> {
  let moved: number | undefined;
  return rounds(`giving alias '${Alias}' of image '${ImageName}' to version ${number}`, clock, async (now) => {
    const readAt = now();
    const holder = await versions.describe({ ImageName, Alias });
    // Another tag may have been pushed for an older version.
    const recent = (await versions.all(ImageName)).filter((one) =>
      one.number === number || (one.status === 'CREATED' && (one.modified ?? one.created) >= push.time));
    let { time } = push;
    const others = [];
    for (const one of recent) {
      const version = await versions.describe({ ImageName, Version: one.number });
      const pushed = version && timeIn(version.notes, follows);
      if (version?.number === number) {
        // Another run may have written at the same time.
        const notes = recordedIn(version.notes, push, follows);
        if (notes !== undefined) {
          await records.write(number, notes);
          return { do: 'read again after writing' };
        }
        // It may be for a later push.
        time = Math.max(time, pushed ?? 0);
      } else if (version && pushed !== undefined) {
        others.push(candidateOf(version, follows));
      }
    }
    const next = nextHolder({ number, time }, holder && candidateOf(holder, follows), others, moved);
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
