import { type Action, Progress } from './decide';
import type { AliasMove, AliasMoved } from './model';
import { converge, type Step } from '../converge';
import type { Clock } from '../lifecycle/clock';
import { log } from '../lifecycle/log';
import type { Service } from '../service/client';
import { ifExists } from '../service/error-kinds';
import type { FoundVersion, VersionSelector } from '../service/image-model';
import { Images } from '../service/images';
import { LONGEST_CALL } from '../service/longest-call';

/** Time reserved for putting the alias back, in milliseconds. */
const UNDO = 180_000;

/**
 * Moves an alias to a version of the image, or removes it. Repeats are harmless.
 *
 * @throws Failure after the alias is back where it was, or with the command that puts it back
 */
export function moveAlias(service: Pick<Service, 'send'>, move: AliasMove, clock: Clock): Promise<AliasMoved> {
  const { imageName, alias, version } = move;
  const progress = new Progress(move, clock.deadline - UNDO);
  return converge<AliasMoved>({
    doing: `${version === undefined ? 'removing' : 'moving'} alias '${alias}' of image '${imageName}'${version === undefined ? '' : ` to version ${version}`}`,
    remedy: () => 'deploy again',
    // Both reads and one write.
    longestRound: 3 * LONGEST_CALL,
    next: (now) => next(service, move, progress, now),
    state: () => progress,
  }, clock);
}

/** Reads once, and writes if needed. */
async function next(service: Pick<Service, 'send'>, move: AliasMove, progress: Progress, now: () => number): Promise<Step<AliasMoved>> {
  const { imageName: ImageName, alias } = move;
  const images = new Images(service);
  let action: Action;
  try {
    const decision = progress.found(await findVersion(images, { ImageName, Alias: alias }), now());
    if (progress.isElsewhere) {
      log('somebody else moved the alias', { image: ImageName, alias, expected: move.home ?? move.onlyFrom, found: progress.former });
    }
    action = decision.do === 'check' ? progress.target(await findVersion(images, { ImageName, Version: decision.version }), now()) : decision;
  } catch (error) {
    return progress.notRead(error, now());
  }
  if (action.do !== 'write') {
    return action;
  }
  const { version, change } = action;
  log('writing', { image: ImageName, version, [change]: alias });
  try {
    await service.send('UpdateImageVersion', { ImageName, Version: version, [change]: [alias] });
  } catch (error) {
    return progress.notWritten(error, now());
  }
  progress.written();
  return { do: 'read again after writing' };
}

/** Returns `undefined` if the version does not exist. */
export function findVersion(images: Pick<Images, 'describe'>, selector: VersionSelector): Promise<FoundVersion | undefined> {
  return ifExists(images.describe(selector));
}
