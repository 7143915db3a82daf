import type { IResolveContext } from 'aws-cdk-lib';
import type { AttachedImage } from './attached-image';
import { byKey, CustomImage } from './custom-images';
import { appSettingsOf } from './target-config';
import { groupBy } from '../../private/collections';
import type { StudioAttachedImages, StudioCustomImage } from '../../provider/kinds/studio-attachments';

/** Renders the lists of some settings in the shape of the API, sorted so that the order of attachments in the app has no effect. */
export function attachedLists(
  images: AttachedImage[], context: IResolveContext, render: (image: CustomImage) => StudioCustomImage,
): StudioAttachedImages {
  return Object.fromEntries([...groupBy(images, ({ appType }) => appType)].sort().map(([appType, ofApp]) => [
    appSettingsOf(appType), { CustomImages: byKey<CustomImage>(context.resolve(ofApp.map(({ entry }) => entry))).map(render) },
  ]));
}
