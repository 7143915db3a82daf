import { createHash } from 'crypto';
import { metadataFrom } from './labels';
import type { Feed, FeedVersion, Push } from './model';
import type { PushedImages } from './pushed-images';
import { recordedIn, withRecord } from './release-notes';
import { ADVICE, type PushRun, rounds } from './work';
import type { ImageFeedMetadata } from '../../kinds/image-feed';
import type { Clock } from '../lifecycle/clock';
import { log } from '../lifecycle/log';
import type { Service } from '../service/client';
import { kindOf, summary } from '../service/error-kinds';

/** The time after which a version that failed is tried again, in seconds. Lambda repeats a failed run sooner. */
const FINAL = 600;
/** How many times the labels are read. */
const LABEL_READS = 4;

/** Makes versions of container images. */
export class VersionMaker {
  /** @param seconds the time, in seconds since 1970 */
  constructor(
    private readonly service: Pick<Service, 'send'>, private readonly registry: Pick<PushedImages, 'labels'>, private readonly seconds: () => number,
  ) {}

  /** Returns the version of a push, which is made if it is not there yet. Its release notes have the time of this push, or of a later one. */
  public make(run: PushRun): Promise<FeedVersion> {
    const { feed, push, follows, versions, clock } = run;
    const { ImageName } = feed;
    const uri = `${feed.RepositoryUri}@${push.digest}`;
    /** How often SageMaker said that it makes the version. */
    let made = 0;
    let metadata: ImageFeedMetadata | undefined;
    return rounds(`making a version of image '${ImageName}' from ${uri} (tag '${push.tag}')`, clock, async () => {
      const all = await versions.all(ImageName);
      const found = await versions.find(ImageName, uri, all);
      switch (found?.status) {
        case 'CREATED':
          return { do: 'finish', result: await recorded(run, found) };
        case 'CREATING':
          return { do: 'wait', why: `the status of version ${found.number} is CREATING` };
        case 'CREATE_FAILED':
          if (this.seconds() - found.created < FINAL) {
            return { do: 'give up', why: `version ${found.number} failed (${found.failureReason ?? 'SageMaker gave no reason'})`, ...ADVICE };
          }
      }
      metadata ??= await this.metadata(feed, push, clock);
      // Another run may have made the version while this one was reading.
      if (await versions.newest(ImageName) !== all[0]?.number) {
        return { do: 'wait', why: 'the versions have changed meanwhile', milliseconds: 0 };
      }
      await this.service.send('CreateImageVersion', {
        ImageName,
        BaseImage: uri,
        // The same for runs at the same time. Another one if SageMaker remembers the token of a version that was deleted.
        ClientToken: createHash('sha256').update(JSON.stringify([ImageName, uri, all[0]?.number, Math.floor(made / 4)])).digest('hex').slice(0, 36),
        ...metadata,
        ReleaseNotes: withRecord(metadata.ReleaseNotes ?? '', push, follows),
      });
      made++;
      return { do: 'wait', why: 'the version is being made' };
    });
  }

  private async metadata({ RepositoryName, Metadata, ReadLabels }: Feed, { digest }: Push, clock: Clock): Promise<ImageFeedMetadata> {
    for (let reads = 1; ReadLabels; reads++) {
      try {
        const { metadata, dropped } = metadataFrom(await this.registry.labels(RepositoryName, digest), Metadata);
        if (dropped.length > 0) {
          log('ignoring labels that SageMaker does not accept', { digest, labels: dropped });
        }
        return metadata;
      } catch (error) {
        log('labels not read', { digest, error: summary(error) });
        if (reads === LABEL_READS || kindOf(error) === 'refused') {
          break;
        }
        await clock.sleep(2 ** reads * 1_000);
      }
    }
    return Metadata;
  }
}

/** Writes the time of a push to the release notes of a version that has that of an earlier one. */
async function recorded({ push, follows, records }: PushRun, found: FeedVersion): Promise<FeedVersion> {
  const notes = recordedIn(found.notes, push, follows);
  if (notes === undefined) {
    return found;
  }
  await records.write(found.number, notes);
  return { ...found, notes };
}
