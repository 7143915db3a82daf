import { type Existing, onAliases, onFound, onFoundInRange, onMissing, onNotListed, onPassedOver } from './decide';
import type { Selection } from './model';
import { describeSelector, parse, physicalIdOf } from './selector';
import type { ImageVersionAttributes } from '../../kinds/image-version';
import { converge, type Pause, type Step } from '../converge';
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
  constructor(private readonly images: Pick<Images, 'describe' | 'versions' | 'aliases' | 'allAliases'>) {}

  public physicalId({ ResourceProperties }: CustomResourceEvent): string {
    return physicalIdOf(parse(ResourceProperties));
  }

  public async run({ RequestType, ResourceProperties }: CustomResourceEvent, clock: Clock): Promise<Attributes | void> {
    if (RequestType === 'Delete') {
      return;
    }
    const selection = parse(ResourceProperties);
    const retries = { describing: new Retries(), listing: new Retries() };
    const passedOver = new Map<string, string>();
    const attributes = await converge<ImageVersionAttributes>({
      doing: `looking up ${describeSelector(selection)}`,
      remedy: () => 'make sure that the version status is CREATED and deploy again',
      // The description, and all pages of both listings.
      longestRound: (1 + 2 * MAX_PAGES) * LONGEST_CALL,
      next: (now) => selection.AliasRange === undefined ? this.next(selection, retries, now) : this.nextInRange(selection, passedOver, retries, now),
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
        : onError(error, retries.describing, now);
    }
    retries.describing.reset();
    return onFound(found);
  }

  private async nextInRange(
    selection: Selection, passedOver: Map<string, string>, retries: Record<'describing' | 'listing', Retries>, now: () => number,
  ): Promise<Step<ImageVersionAttributes>> {
    const { ImageName } = selection;
    let step;
    try {
      step = onAliases(selection, await this.images.allAliases(ImageName), passedOver);
    } catch (error) {
      return kindOf(error) === 'missing' ? onMissing(selection, undefined) : onError(error, retries.listing, now);
    }
    retries.listing.reset();
    if (step.do !== 'look up') {
      return step;
    }
    const { alias } = step;
    try {
      const found = await this.images.describe({ ImageName, Alias: alias });
      retries.describing.reset();
      return onFoundInRange(alias, found, passedOver);
    } catch (error) {
      // The alias was removed after it was listed.
      return kindOf(error) === 'missing' ? onPassedOver(alias, summary(error), passedOver) : onError(error, retries.describing, now);
    }
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

function onError(error: unknown, retries: Retries, now: () => number): Pause {
  return retries.after(error, now()) ?? { do: 'give up', why: summary(error), remedy: 'fix the cause of this error and deploy again' };
}
