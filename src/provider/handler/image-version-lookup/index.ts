import { type Existing, onFound, onMissing, onNotListed } from './decide';
import { describeSelector, parse, physicalIdOf } from './selector';
import type { ImageVersionAttributes } from '../../kinds/image-version';
import { converge, type Step } from '../converge';
import type { Clock } from '../lifecycle/clock';
import type { CustomResourceEvent } from '../lifecycle/event';
import type { Attributes, Kind } from '../lifecycle/kind';
import { Retries } from '../retries';
import { kindOf, summary } from '../service/error-kinds';
import type { VersionSelector } from '../service/image-model';
import { type Images, MAX_PAGES } from '../service/images';
import { LONGEST_CALL } from '../service/longest-call';

/** Looks up one version of an existing image. It changes nothing. */
export class ImageVersionLookup implements Kind {
  constructor(private readonly images: Pick<Images, 'describe' | 'versions' | 'aliases'>) {}

  public physicalId({ ResourceProperties }: CustomResourceEvent): string {
    return physicalIdOf(parse(ResourceProperties));
  }

  public async run({ RequestType, ResourceProperties }: CustomResourceEvent, clock: Clock): Promise<Attributes | void> {
    if (RequestType === 'Delete') {
      return;
    }
    const selector = parse(ResourceProperties);
    const retries = { describing: new Retries(), listing: new Retries() };
    const attributes = await converge<ImageVersionAttributes>({
      doing: `looking up ${describeSelector(selector)}`,
      remedy: () => 'make sure that the version status is CREATED and deploy again',
      // The description, and all pages of both listings.
      longestRound: (1 + 2 * MAX_PAGES) * LONGEST_CALL,
      next: (now) => this.next(selector, retries, now),
      state: () => ({ untouched: true, description: 'nothing was changed' }),
    }, clock);
    return { ...attributes };
  }

  private async next(selector: VersionSelector, retries: Record<'describing' | 'listing', Retries>, now: () => number): Promise<Step<ImageVersionAttributes>> {
    let found;
    try {
      found = await this.images.describe(selector);
    } catch (error) {
      return kindOf(error) === 'missing'
        ? this.explain(selector, error, retries.listing, now)
        : retries.describing.after(error, now()) ?? { do: 'give up', why: summary(error), remedy: 'fix the cause of this error and deploy again' };
    }
    retries.describing.reset();
    return onFound(found);
  }

  /** Lists the existing versions after SageMaker reported that the version does not exist. */
  private async explain(selector: VersionSelector, missing: unknown, retries: Retries, now: () => number): Promise<Step<ImageVersionAttributes>> {
    try {
      return onMissing(selector, await this.existing(selector));
    } catch (error) {
      if (kindOf(error) === 'missing') {
        return onMissing(selector, undefined);
      }
      const retry = retries.after(error, now());
      return retry?.do === 'wait' ? retry : onNotListed(summary(missing), summary(error));
    }
  }

  private async existing({ ImageName, Alias }: VersionSelector): Promise<Existing> {
    const versions = await this.images.versions(ImageName);
    return { versions, ...Alias !== undefined && { aliases: await this.images.aliases(ImageName) } };
  }
}
