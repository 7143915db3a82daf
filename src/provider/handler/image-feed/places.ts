import type { ImageFeedPlace } from '../../kinds/image-feed';
import type { StudioSettings } from '../../kinds/studio-attachments';
import { isDefault } from '../attachments/default-image';
import { specIn } from '../attachments/defaults';
import { isSame, listIn } from '../attachments/images';
import { type AppSettings, BLOCKS, type Blocks, type RawProperties } from '../attachments/model';
import { isMap, type Json } from '../service/json';

/** The version that a place follows. */
export interface Followed {
  readonly number: number;
  readonly arn: string;
}

/** What changes in a target, as an update of its attachments. */
export interface PlaceChange {
  readonly former: RawProperties;
  readonly current: RawProperties;
}

/**
 * Returns how entries and default images of a place get to a version, or undefined if nothing changes.
 *
 * What is not there is not added: somebody detached it. A default image of somebody else stays.
 */
export function changeOf(place: ImageFeedPlace, blocks: Blocks, { number, arn }: Followed): PlaceChange | undefined {
  const former: Record<string, unknown> = { ...place };
  const current: Record<string, unknown> = { ...place };
  let isChanged = false;
  for (const settings of Object.values(BLOCKS).flat().filter((name) => isMap(place[name]))) {
    const apps = Object.entries(place[settings]!).map(([app, { CustomImages: images = [], DefaultResourceSpec: spec }]) => {
      const at = { settings: settings as StudioSettings, app } as AppSettings;
      const found = images.flatMap((image) => {
        const entry = listIn(blocks[settings], app).find((one) => isSame(image, one));
        return entry && entry.ImageVersionNumber !== number ? [{ image, entry }] : [];
      });
      const inUse = specIn(blocks, at);
      const isBehind = spec !== undefined && isDefault(inUse, spec, 'any version')
        && !isDefault(inUse, { ...spec, SageMakerImageVersionArn: arn }, 'same version');
      isChanged ||= found.length > 0 || isBehind;
      const before = isArn(inUse.SageMakerImageVersionArn) ? { SageMakerImageVersionArn: inUse.SageMakerImageVersionArn } : {};
      return [app, {
        former: {
          CustomImages: found.map(({ image, entry }) => ({ ...image, ImageVersionNumber: entry.ImageVersionNumber })),
          ...isBehind && { DefaultResourceSpec: { ...spec, ...before } },
        },
        current: {
          CustomImages: found.map(({ image }) => ({ ...image, ImageVersionNumber: number })),
          ...isBehind && { DefaultResourceSpec: { ...spec, SageMakerImageVersionArn: arn } },
        },
      }] as const;
    });
    const pick = (which: 'former' | 'current'): Json => Object.fromEntries(apps.map(([app, change]) => [app, change[which]]));
    former[settings] = pick('former');
    current[settings] = pick('current');
  }
  return isChanged ? { former, current } : undefined;
}

/** Not the value that clears a version. */
function isArn(value: unknown): boolean {
  return String(value).startsWith('arn:');
}
