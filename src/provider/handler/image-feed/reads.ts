import type { Feed, FeedVersion, Push } from './model';
import { candidateOf } from './order';
import type { PushedImages } from './pushed-images';
import { following, newestPush } from './tags';
import type { Versions } from './versions';
import { ADVICE, rounds } from './work';
import type { Clock } from '../lifecycle/clock';
import type { Attributes } from '../lifecycle/kind';
import type { Service } from '../service/client';
import { kindOf } from '../service/error-kinds';
import { Images } from '../service/images';

/** How long an alias that another run moves may be on no version, in milliseconds. */
const BETWEEN = 60_000;

/** Returns the version that has the alias. */
export function holderOf({ ImageName, Alias }: Feed, versions: Versions, clock: Clock): Promise<FeedVersion | undefined> {
  return rounds(`reading alias '${Alias}' of image '${ImageName}'`, clock, async () => ({ do: 'finish', result: await versions.describe({ ImageName, Alias }) }));
}

/** Returns the newest push if nothing was made of it yet. */
export function missedPush(
  { ImageName, RepositoryName, RepositoryUri, Tags, Needed }: Feed, holder: FeedVersion | undefined,
  registry: Pick<PushedImages, 'images'>, versions: Versions, clock: Clock,
): Promise<Push | undefined> {
  return rounds(`reading repository '${RepositoryName}'`, clock, async () => {
    const push = newestPush(await registry.images(RepositoryName), Tags);
    if (!push && !holder && Needed) {
      return {
        do: 'give up',
        why: `no container image has a tag that matches ${Tags.join(' or ')}, and there is no version yet`,
        remedy: 'push one and deploy again, or deploy without attachments and other uses of the feed first',
        help: ADVICE.help,
      };
    }
    // Somebody may have moved the alias back from a version that is there.
    const isKnown = push && holder && (push.time <= candidateOf(holder, following(Tags)).time
      || await versions.find(ImageName, `${RepositoryUri}@${push.digest}`, await versions.all(ImageName)));
    return { do: 'finish', result: isKnown ? undefined : push };
  });
}

/** Returns the attributes of the version that has the alias, and none if there is no such version. */
export function attributesOf(service: Pick<Service, 'send'>, { ImageName, Alias, Needed }: Feed, clock: Clock): Promise<Attributes> {
  const end = clock.now() + BETWEEN;
  return rounds(`reading the version with alias '${Alias}' of image '${ImageName}'`, clock, async () => {
    try {
      return { do: 'finish', result: { ...(await new Images(service).describe({ ImageName, Alias })).attributes } };
    } catch (error) {
      if (kindOf(error) !== 'missing') {
        throw error;
      }
      return Needed && clock.now() < end ? { do: 'wait', why: 'no version has the alias' } : { do: 'finish', result: {} };
    }
  });
}
