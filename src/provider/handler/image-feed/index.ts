import { createHash } from 'crypto';
import { metadataFrom } from './labels';
import type { Feed, FeedVersion, Push } from './model';
import { type Candidate, candidateOf, nextHolder } from './order';
import { patient } from './patient';
import { changeOf } from './places';
import { parse, physicalIdOf, pushOf } from './properties';
import type { PushedImages } from './pushed-images';
import { timeIn, withRecord } from './release-notes';
import { isContainerImage, newestPush } from './tags';
import { Versions } from './versions';
import { IMAGE_FEED_METRIC, type ImageFeedMetadata, type ImageFeedPlace } from '../../kinds/image-feed';
import type { RuleEvent } from '../../kinds/rule-event';
import type { RawProperties } from '../attachments/model';
import { parse as parseAttachments } from '../attachments/properties';
import type { Studio } from '../attachments/studio';
import { describeTarget, physicalIdIn } from '../attachments/target';
import { converge, type Step, type Work } from '../converge';
import { inParallel } from '../detachments/in-parallel';
import { moveAlias } from '../image-alias/move';
import type { Clock } from '../lifecycle/clock';
import type { CustomResourceEvent } from '../lifecycle/event';
import { Failure } from '../lifecycle/failure';
import type { Attributes, Kind } from '../lifecycle/kind';
import { log } from '../lifecycle/log';
import { metricOf } from '../lifecycle/metric';
import type { Reaction } from '../lifecycle/react';
import { Retries } from '../retries';
import type { Service } from '../service/client';
import { kindOf, summary } from '../service/error-kinds';
import { Images } from '../service/images';

const FIX = 'fix the cause of this error, and push again';
const help = 'A feed makes no version';
/** The time after which a version that failed is tried again, in seconds. Lambda repeats a failed run sooner. */
const FINAL = 600;
/** The longest round: it may read all versions of an image. */
const ROUND = 60_000;
/** How many times the labels are read. */
const LABEL_READS = 4;
/** Time that is left to Lambda, in milliseconds. */
const MARGIN = 10_000;
const AT_ONCE = 5;
/** How long an alias that another run moves may be on no version, in milliseconds. */
const BETWEEN = 60_000;

/** Makes versions of the container images that are pushed to a repository. */
export class ImageFeed implements Kind, Reaction {
  /** The URIs of the container images of versions, for all runs of this process. */
  private readonly known = new Map<string, readonly string[]>();

  /**
   * @param attachments handles the attachments of one target, which an update moves
   * @param print writes a line to the log without a prefix
   * @param seconds the time, in seconds since 1970
   */
  constructor(
    private readonly service: Pick<Service, 'send'>,
    private readonly registry: Pick<PushedImages, 'images' | 'labels'>,
    private readonly studio: Pick<Studio, 'read'>,
    private readonly attachments: Kind,
    private readonly print: (line: string) => void,
    private readonly seconds = () => Date.now() / 1_000,
  ) {}

  public physicalId({ ResourceProperties }: CustomResourceEvent): string {
    return `${physicalIdOf(parse(ResourceProperties))}${ResourceProperties.Places ? '/targets' : ''}`;
  }

  /** Returns the version with the alias. If there is none, or an event of a push got lost, it makes one. */
  public async run({ RequestType, ResourceProperties }: CustomResourceEvent, clock: Clock): Promise<Attributes | void> {
    if (RequestType === 'Delete') {
      return;
    }
    const feed = parse(ResourceProperties);
    const { Places: places } = ResourceProperties;
    const holder = await this.holder(feed, clock);
    if (!holder || RequestType === 'Update' || places) {
      const push = await this.missed(feed, holder, clock);
      await (push && this.ingest(feed, push, clock).catch((error) => {
        if (!holder) {
          throw error;
        }
        // A container image that fails must not block other changes of the stack.
        this.failed(feed, error, push);
      }));
    }
    if (!places) {
      return this.attributes(feed, clock);
    }
    // They usually follow already. A push, or the rollback of a deployment, may have come in between.
    await this.movePlaces(feed, places, clock).catch((error) => this.failed(feed, error));
  }

  public async react({ Properties, Detail, Time }: RuleEvent, clock: Clock): Promise<void> {
    const feed = parse(Properties);
    const push = pushOf(Detail, Time);
    if (!isContainerImage(push.tag, Detail['artifact-media-type'] as string | undefined)) {
      return log('not a container image', { ...push });
    }
    const limited = { ...clock, deadline: clock.deadline - MARGIN };
    try {
      await this.ingest(feed, push, limited);
      await this.movePlaces(feed, Properties.Places, limited);
    } catch (error) {
      this.failed(feed, error, push);
      throw error;
    }
  }

  /** Makes the version of a push and moves the alias to it, unless another push is newer. */
  private async ingest(feed: Feed, push: Push, clock: Clock): Promise<void> {
    const { number, notes } = await this.version(feed, push, clock);
    await this.moveLabel(feed, { number, time: timeIn(notes) ?? push.time }, notes, clock);
  }

  /** Returns the version of a push, which is made if it is not there yet. */
  private version(feed: Feed, push: Push, clock: Clock): Promise<FeedVersion> {
    const { ImageName } = feed;
    const uri = `${feed.RepositoryUri}@${push.digest}`;
    /** How often SageMaker said that it makes the version. */
    let made = 0;
    let metadata: ImageFeedMetadata | undefined;
    const reading = this.versions(clock);
    return this.work(`making a version of image '${ImageName}' from ${uri} (tag '${push.tag}')`, clock, async () => {
      const versions = await reading.all(ImageName);
      const found = await reading.find(ImageName, uri, versions);
      switch (found?.status) {
        case 'CREATED': {
          const record = timeIn(found.notes);
          // One that no feed made keeps its release notes.
          if (record === undefined || record >= push.time) {
            return { do: 'finish', result: found };
          }
          const notes = withRecord(found.notes, push.tag, push.time);
          await this.service.send('UpdateImageVersion', { ImageName, Version: found.number, ReleaseNotes: notes });
          return { do: 'finish', result: { ...found, notes } };
        }
        case 'CREATING':
          return { do: 'wait', why: `the status of version ${found.number} is CREATING` };
        case 'CREATE_FAILED':
          if (this.seconds() - found.created < FINAL) {
            return {
              do: 'give up', why: `version ${found.number} failed (${found.failureReason ?? 'SageMaker gave no reason'})`, remedy: FIX, help,
            };
          }
      }
      metadata ??= await this.metadata(feed, push, clock);
      await this.service.send('CreateImageVersion', {
        ImageName,
        BaseImage: uri,
        // The same for runs at the same time. Another one if SageMaker remembers the token of a version that was deleted.
        ClientToken: createHash('sha256').update(JSON.stringify([ImageName, uri, versions[0]?.number, Math.floor(made / 4)])).digest('hex').slice(0, 36),
        ...metadata,
        ReleaseNotes: withRecord(metadata.ReleaseNotes ?? '', push.tag, push.time),
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

  /** Moves the alias to the version, unless another one is newer, and verifies that no other run moved it back. */
  private moveLabel(feed: Feed, own: Candidate, notes: string, clock: Clock): Promise<void> {
    const { ImageName, Alias } = feed;
    const versions = this.versions(clock);
    let moved: number | undefined;
    return this.work(`giving alias '${Alias}' of image '${ImageName}' to version ${own.number}`, clock, async () => {
      const holder = await versions.describe({ ImageName, Alias });
      // Another tag may have been pushed for an older version.
      const recent = (await versions.all(ImageName)).filter(({ number, status, created, modified = created }) =>
        number === own.number || (status === 'CREATED' && modified >= own.time));
      let { time } = own;
      const others = [];
      for (const { number } of recent) {
        const other = await versions.describe({ ImageName, Version: number });
        const pushed = other && timeIn(other.notes);
        if (pushed !== undefined && number === own.number) {
          if (pushed < time) {
            // A run for an earlier push replaced the record.
            await this.service.send('UpdateImageVersion', { ImageName, Version: number, ReleaseNotes: notes });
            return { do: 'read again after writing' };
          }
          // Another run may have recorded a later push.
          time = Math.max(time, pushed);
        } else if (pushed !== undefined) {
          others.push(candidateOf(other!));
        }
      }
      const next = nextHolder({ ...own, time }, holder && candidateOf(holder), others, moved);
      if (next === undefined) {
        log('the alias is right', { image: ImageName, alias: Alias, version: holder?.number });
        return { do: 'finish', result: undefined };
      }
      moved = next;
      await moveAlias(this.service, { imageName: ImageName, alias: Alias, version: next, yields: true }, clock);
      return { do: 'read again after writing' };
    });
  }

  /** Moves entries and default images to the version with the alias, until it has not moved meanwhile. */
  private async movePlaces(feed: Feed, all: unknown, clock: Clock): Promise<void> {
    // A domain whose condition is false has no id.
    const places = (all as ImageFeedPlace[]).filter(({ DomainId }) => DomainId);
    for (let moved: number | undefined; places.length > 0;) {
      const holder = await this.holder(feed, clock);
      if (!holder || holder.number === moved) {
        return;
      }
      moved = holder.number;
      // A domain cannot change at the same time as what is in it.
      for (const inDomain of [false, true]) {
        const some = places.filter(({ UserProfileName, SpaceName }) => inDomain === Boolean(UserProfileName ?? SpaceName));
        const errors = await inParallel(AT_ONCE, some, (place) => this.movePlace(place, holder, clock));
        if (errors.length > 0) {
          throw new Failure(errors.map(({ message }) => message).join('; '), false);
        }
      }
    }
  }

  private async movePlace(place: ImageFeedPlace, holder: FeedVersion, clock: Clock): Promise<void> {
    const { target } = parseAttachments({ ...place });
    const change = await this.work(`reading ${describeTarget(target)}`, clock, async (now) => {
      let reading;
      try {
        reading = await this.studio.read(target, now);
      } catch (error) {
        if (kindOf(error) === 'missing') {
          return { do: 'finish', result: undefined };
        }
        throw error;
      }
      return reading.status === 'Updating' ? { do: 'wait', why: 'it is being updated' } : { do: 'finish', result: changeOf(place, reading.blocks, holder) };
    });
    if (!change) {
      return log('nothing to move', { target: describeTarget(target) });
    }
    const physicalId = physicalIdIn(place as RawProperties);
    await this.attachments.run({
      RequestType: 'Update',
      PhysicalResourceId: physicalId,
      ResourceProperties: change.current as Record<string, unknown>,
      OldResourceProperties: change.former as Record<string, unknown>,
    } as CustomResourceEvent, clock);
  }

  private holder({ ImageName, Alias }: Feed, clock: Clock): Promise<FeedVersion | undefined> {
    return this.work(`reading alias '${Alias}' of image '${ImageName}'`, clock, async () =>
      ({ do: 'finish', result: await this.versions(clock).describe({ ImageName, Alias }) }));
  }

  /** Returns the newest push if nothing was made of it yet. */
  private missed(feed: Feed, holder: FeedVersion | undefined, clock: Clock): Promise<Push | undefined> {
    const { ImageName, RepositoryName, Tags } = feed;
    const versions = this.versions(clock);
    return this.work(`reading repository '${RepositoryName}'`, clock, async () => {
      const push = newestPush(await this.registry.images(RepositoryName), Tags);
      if (!push && !holder && feed.Needed) {
        return {
          do: 'give up',
          why: `no container image has a tag that matches ${Tags.join(' or ')}, and there is no version yet`,
          remedy: 'push one and deploy again, or deploy without attachments and other uses of the feed first',
          help,
        };
      }
      // Somebody may have moved the alias back from a version that is there.
      const isKnown = push && holder && (push.time <= candidateOf(holder).time
        || await versions.find(ImageName, `${feed.RepositoryUri}@${push.digest}`, await versions.all(ImageName)));
      return { do: 'finish', result: isKnown ? undefined : push };
    });
  }

  private attributes({ ImageName, Alias, Needed }: Feed, clock: Clock): Promise<Attributes> {
    const end = clock.now() + BETWEEN;
    return this.work(`reading the version with alias '${Alias}' of image '${ImageName}'`, clock, async () => {
      try {
        return { do: 'finish', result: { ...(await new Images(this.service).describe({ ImageName, Alias })).attributes } };
      } catch (error) {
        if (kindOf(error) !== 'missing') {
          throw error;
        }
        return Needed && clock.now() < end ? { do: 'wait', why: 'no version has the alias' } : { do: 'finish', result: {} };
      }
    });
  }

  private versions(clock: Clock): Versions {
    return new Versions(patient(this.service, clock), this.known);
  }

  /** Runs rounds, which try again after an error that may go away. */
  private work<Result>(doing: string, clock: Clock, next: (now: () => number) => Promise<Step<Result>>): Promise<Result> {
    const retries = new Retries();
    const work: Work<Result> = {
      doing,
      longestRound: ROUND,
      help,
      remedy: () => FIX,
      next: async (now) => {
        try {
          const step = await next(now);
          retries.reset();
          return step;
        } catch (error) {
          if (error instanceof Failure) {
            throw error;
          }
          return retries.after(error, now()) ?? { do: 'give up', why: summary(error), remedy: FIX, help };
        }
      },
      state: () => ({ untouched: false, description: 'versions and the alias stay as they are' }),
    };
    return converge(work, clock);
  }

  /** Reports a push of which no version was made, or whose version is not in use everywhere. CloudWatch counts the lines. */
  private failed({ ImageName, Alias, ReportedAs }: Feed, error: unknown, push?: Push): void {
    this.print(JSON.stringify({
      ...metricOf(IMAGE_FEED_METRIC, ReportedAs, Math.round(this.seconds() * 1_000)),
      message: 'the feed failed',
      image: ImageName,
      alias: Alias,
      ...push,
      error: (error as Error).message,
    }));
  }
}
