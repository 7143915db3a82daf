import { hasStatus, matches, needsDetails, onMissingImage, onRead } from './decide';
import type { Row, Target } from './model';
import { describeFilter, parse } from './properties';
import { converge, type Pause } from '../converge';
import type { Clock } from '../lifecycle/clock';
import type { CustomResourceEvent } from '../lifecycle/event';
import type { Attributes, Kind } from '../lifecycle/kind';
import { bodyOf } from '../lifecycle/respond';
import { Retries } from '../retries';
import { kindOf, summary } from '../service/error-kinds';
import type { ListedVersion } from '../service/image-model';
import type { Images } from '../service/images';
import type { Json } from '../service/json';
import { LONGEST_CALL } from '../service/longest-call';

/** The number of versions that are read in one round, with two calls each. */
const VERSIONS_PER_ROUND = 5;
/** The pause after a throttled call if others succeeded before, in milliseconds. */
const THROTTLED = 1_000;

/** Lists the versions of an image. It changes nothing. */
export class ImageVersionList implements Kind {
  constructor(private readonly images: Pick<Images, 'allVersions' | 'allAliases' | 'details'>) {}

  public physicalId({ ResourceProperties }: CustomResourceEvent): string {
    return `${parse(ResourceProperties).ImageName}/versions`;
  }

  public async run(event: CustomResourceEvent, clock: Clock): Promise<Attributes | void> {
    if (event.RequestType === 'Delete') {
      return;
    }
    const target = parse(event.ResourceProperties);
    const bytesOf = (Data: Attributes) => Buffer.byteLength(bodyOf(event, { Status: 'SUCCESS', PhysicalResourceId: this.physicalId(event), Data }));
    const reading = new Reading(this.images, target);
    const filter = describeFilter(target.filter);
    return converge<Attributes>({
      doing: `listing the versions of image '${target.ImageName}'${filter && ` with ${filter}`}`,
      remedy: () => 'set maxVersions, or use fewer attributes of the list, and deploy again',
      // The list itself may have several pages.
      longestRound: 2 * VERSIONS_PER_ROUND * LONGEST_CALL,
      next: async (now) => await reading.continue(now) ?? onRead(target, reading.rows, reading.existing, bytesOf),
      state: () => ({ untouched: true, description: 'nothing was changed' }),
    }, clock);
  }
}

/** Reads versions. After a failed call, it continues where it was. */
class Reading {
  public readonly rows: Row[] = [];
  /** The number of versions of the image. */
  public existing = 0;
  /** The versions to read, newest first. */
  private queue?: ListedVersion[];
  /** The description of the next version, after a later call for it failed. */
  private details?: Json;
  /** Whether a call has succeeded since the last pause. */
  private progressed = false;
  private readonly retries = new Retries();

  constructor(private readonly images: Pick<Images, 'allVersions' | 'allAliases' | 'details'>, private readonly target: Target) {}

  /** Reads some versions. Returns undefined when all are read. */
  public async continue(now: () => number): Promise<Pause | undefined> {
    const { ImageName, maxVersions } = this.target;
    let read = 0;
    try {
      if (!this.queue) {
        const all = await this.counted(this.images.allVersions(ImageName));
        this.existing = all.length;
        this.queue = all.filter((version) => hasStatus(version, this.target));
      }
      while (this.queue.length > 0 && this.rows.length < maxVersions) {
        if (read === VERSIONS_PER_ROUND) {
          return { do: 'wait', why: `${this.queue.length} more versions`, milliseconds: 0 };
        }
        await this.read(this.queue[0]);
        this.retries.reset();
        this.details = undefined;
        this.queue.shift();
        read++;
      }
      return undefined;
    } catch (error) {
      if (kindOf(error) === 'missing') {
        return onMissingImage(this.target);
      }
      const pause = this.retries.after(error, now()) ?? { do: 'give up', why: summary(error), remedy: 'fix the cause of this error and deploy again' };
      const hasProgressed = this.progressed;
      this.progressed = false;
      return pause.do === 'wait' && hasProgressed ? { ...pause, milliseconds: THROTTLED, jitter: THROTTLED } : pause;
    }
  }

  private async read({ number, imageVersionArn }: ListedVersion): Promise<void> {
    const { ImageName, filter, attributes } = this.target;
    try {
      this.details ??= needsDetails(this.target) ? await this.counted(this.images.details(ImageName, number)) : {};
      const { details } = this;
      if (matches(details, filter)) {
        const aliases = attributes.includes('Aliases') ? await this.counted(this.images.allAliases(ImageName, number)) : [];
        this.rows.push({
          ImageVersionArns: imageVersionArn, Versions: String(number), Aliases: aliases.join(), ContainerImages: String(details.ContainerImage ?? ''),
        });
      }
    } catch (error) {
      // A version that was deleted after it was listed is not in the list.
      if (kindOf(error) !== 'missing') {
        throw error;
      }
    }
  }

  private async counted<T>(call: Promise<T>): Promise<T> {
    const result = await call;
    this.progressed = true;
    return result;
  }
}
