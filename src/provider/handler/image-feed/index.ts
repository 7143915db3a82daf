import { VersionMaker } from './make-version';
import type { Feed, Push } from './model';
import { moveLabel } from './move-label';
import { TargetMover } from './move-targets';
import { parse, physicalIdOf, pushOf } from './properties';
import type { PushedImages } from './pushed-images';
import { attributesOf, holderOf, missedPush } from './reads';
import { Records } from './records';
import { following, isContainerImage } from './tags';
import { Versions } from './versions';
import { IMAGE_FEED_METRIC } from '../../kinds/image-feed';
import type { RuleEvent } from '../../kinds/rule-event';
import type { StudioAttachments } from '../attachments';
import type { Studio } from '../attachments/studio';
import { Calls } from '../calls';
import type { Clock } from '../lifecycle/clock';
import type { CustomResourceEvent } from '../lifecycle/event';
import type { Attributes, Kind } from '../lifecycle/kind';
import { log } from '../lifecycle/log';
import { metricOf } from '../lifecycle/metric';
import type { Reaction } from '../lifecycle/react';
import type { Service } from '../service/client';

/** Time that is left to Lambda, in milliseconds. */
const MARGIN = 10_000;

/** Makes versions of the container images that are pushed to a repository. */
export class ImageFeed implements Kind, Reaction {
  /** The URIs of the container images of versions, for all runs of this process. */
  private readonly known = new Map<string, readonly string[]>();
  private readonly maker: VersionMaker;
  private readonly targets: TargetMover;

  /**
   * @param print writes a line to the log without a prefix
   * @param seconds the time, in seconds since 1970
   */
  constructor(
    private readonly service: Pick<Service, 'send'>,
    private readonly registry: Pick<PushedImages, 'images' | 'labels'>,
    studio: Pick<Studio, 'read'>,
    attachments: Pick<StudioAttachments, 'move'>,
    private readonly print: (line: string) => void,
    private readonly seconds = () => Date.now() / 1_000,
  ) {
    this.maker = new VersionMaker(service, registry, seconds);
    this.targets = new TargetMover(studio, attachments);
  }

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
    const versions = this.versions(clock);
    const holder = await holderOf(feed, versions, clock);
    if (!holder || RequestType === 'Update' || places) {
      const push = await missedPush(feed, holder, this.registry, versions, clock);
      await (push && this.ingest(feed, push, clock).catch((error) => {
        if (!holder) {
          throw error;
        }
        // A container image that fails must not block other changes of the stack.
        this.failed(feed, error, push);
      }));
    }
    if (!places) {
      return attributesOf(this.service, feed, clock);
    }
    // They usually follow already. A push, or the rollback of a deployment, may have come in between.
    await this.moveTargets(feed, places, clock).catch((error) => this.failed(feed, error));
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
      await this.moveTargets(feed, Properties.Places, limited);
    } catch (error) {
      this.failed(feed, error, push);
      throw error;
    }
  }

  /** Makes the version of a push and moves the alias to it, unless another push is newer. */
  private async ingest(feed: Feed, push: Push, clock: Clock): Promise<void> {
    const isPattern = following(feed.Tags);
    const run = {
      feed,
      push,
      follows: (tag: string) => tag === push.tag || isPattern(tag),
      versions: this.versions(clock),
      records: new Records(this.service, feed.ImageName, clock.now),
      clock,
    };
    const { number } = await this.maker.make(run);
    await moveLabel(this.service, run, number);
  }

  private moveTargets(feed: Feed, places: unknown, clock: Clock): Promise<void> {
    const versions = this.versions(clock);
    return this.targets.move(places, () => holderOf(feed, versions, clock), clock);
  }

  private versions(clock: Clock): Versions {
    return new Versions(new Calls(this.service, clock, clock.deadline), this.known);
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
