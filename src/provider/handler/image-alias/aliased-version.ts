import { findVersion } from './move';
import { parseAlias } from './properties';
import { NONE } from '../../kinds/image-alias';
import { converge } from '../converge';
import type { Clock } from '../lifecycle/clock';
import type { CustomResourceEvent } from '../lifecycle/event';
import type { Attributes, Kind } from '../lifecycle/kind';
import { Retries } from '../retries';
import { summary } from '../service/error-kinds';
import type { Images } from '../service/images';
import { LONGEST_CALL } from '../service/longest-call';

/** Reads which version has an alias before an `ImageAlias` takes it over. It changes nothing. */
export class AliasedVersion implements Kind {
  constructor(private readonly images: Pick<Images, 'describe'>) {}

  public physicalId({ ResourceProperties }: CustomResourceEvent): string {
    const { imageName, alias } = parseAlias(ResourceProperties);
    return `${imageName}/version-with-alias/${alias}`;
  }

  public async run({ RequestType, ResourceProperties }: CustomResourceEvent, clock: Clock): Promise<Attributes | void> {
    if (RequestType === 'Delete') {
      return;
    }
    const { imageName, alias } = parseAlias(ResourceProperties);
    const retries = new Retries();
    return converge<Attributes>({
      doing: `reading which version of image '${imageName}' has alias '${alias}'`,
      remedy: () => 'deploy again',
      longestRound: LONGEST_CALL,
      next: async (now) => {
        try {
          const found = await findVersion(this.images, { ImageName: imageName, Alias: alias });
          return { do: 'finish', result: { AliasedVersion: found?.attributes.Version ?? NONE } };
        } catch (error) {
          return retries.after(error, now()) ?? { do: 'give up', why: summary(error), remedy: 'fix the cause of this error and deploy again' };
        }
      },
      state: () => ({ untouched: true, description: 'nothing was changed' }),
    }, clock);
  }
}
