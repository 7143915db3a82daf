import type { IResolveContext } from 'aws-cdk-lib';
import { AttachedImage, listed } from './attached-image';
import { byKey, CustomImage } from './custom-images';
import type { FollowedDefaultImage } from './default-image';
import { appSettingsOf } from './target-config';
import { groupBy } from '../../private/collections';
import type { StudioAttachedImages, StudioCustomImage } from '../../provider/kinds/studio-attachments';
import type { StudioDetachedDefault } from '../../provider/kinds/studio-detachments';

/** How entries and default images are rendered. */
interface Rendering<Default> {
  entry(image: CustomImage): StudioCustomImage;
  defaultImage(image: FollowedDefaultImage): Default;
}

/** Renders entries and default images without their versions. */
export const WITHOUT_VERSION = {
  entry: ({ imageName, appImageConfigName }: CustomImage): StudioCustomImage => ({ ImageName: imageName, AppImageConfigName: appImageConfigName }),
  defaultImage: ({ sageMakerImageArn }: FollowedDefaultImage): StudioDetachedDefault => ({ SageMakerImageArn: sageMakerImageArn }),
};

/**
 * Renders the lists and default images of some settings in the shape of the API. The lists are sorted so that the order of
 * attachments in the app has no effect.
 */
export function attachedImages<Default>(
  images: AttachedImage[], context: IResolveContext, render: Rendering<Default>,
): StudioAttachedImages<Default> {
  return Object.fromEntries([...groupBy(images, ({ appType }) => appType)].sort().map(([appType, ofApp]) => {
    const { entries, defaultImage } = resolvedImages(ofApp, context);
    return [appSettingsOf(appType), {
      ...entries.length > 0 && { CustomImages: byKey(entries).map(render.entry) },
      ...defaultImage && { DefaultResourceSpec: render.defaultImage(defaultImage) },
    }];
  }));
}

/** Returns the resolved entries of the attachments of one app, and its default image. */
export function resolvedImages(ofApp: AttachedImage[], scope: Pick<IResolveContext, 'resolve'>): { entries: CustomImage[]; defaultImage?: FollowedDefaultImage } {
  return {
    entries: scope.resolve(listed(ofApp).map(({ entry }) => entry)),
    // A second one is reported during validation.
    defaultImage: scope.resolve(ofApp.find(({ defaultImage }) => defaultImage)?.defaultImage),
  };
}
