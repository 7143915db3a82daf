import type { ImageFeedPlace } from '../../kinds/image-feed';
import { isDefault } from '../attachments/default-image';
import { specIn } from '../attachments/defaults';
import { isSame, listIn } from '../attachments/images';
import { type AppSettings, BLOCKS, type Blocks, type RawProperties } from '../attachments/model';
import { isMap } from '../service/json';

/** The version that a place follows. */
export interface Followed {
  readonly number: number;
  readonly arn: string;
}

/**
 * Returns the entries and default images of a place that get a version, or undefined if nothing changes.
 *
 * What is not there is left out: somebody detached it. A default image of somebody else stays.
 */
export function changeOf(place: ImageFeedPlace, blocks: Blocks, { number, arn }: Followed): RawProperties | undefined {
  const change: Record<string, unknown> = { ...place };
  let isChanged = false;
  for (const settings of Object.values(BLOCKS).flat().filter((name) => isMap(place[name]))) {
    change[settings] = Object.fromEntries(Object.entries(place[settings]!).map(([app, { CustomImages: images = [], DefaultResourceSpec: spec }]) => {
      const behind = images.filter((image) => {
        const entry = listIn(blocks[settings], app).find((one) => isSame(image, one));
        return entry && entry.ImageVersionNumber !== number;
      });
      const inUse = specIn(blocks, { settings, app } as AppSettings);
      const isBehind = spec !== undefined && isDefault(inUse, spec, 'any version')
        && !isDefault(inUse, { ...spec, SageMakerImageVersionArn: arn }, 'same version');
      isChanged ||= behind.length > 0 || isBehind;
      return [app, {
        CustomImages: behind.map((image) => ({ ...image, ImageVersionNumber: number })),
        ...isBehind && { DefaultResourceSpec: { ...spec, SageMakerImageVersionArn: arn } },
      }];
    }));
  }
  return isChanged ? change : undefined;
}
