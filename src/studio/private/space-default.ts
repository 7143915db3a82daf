import type { IConstruct } from 'constructs';
import type { AttachedImage } from './attached-image';
import { imageNameOfVersion } from '../../image/private/image-version-facts';
import { once, stageOf } from '../../private/once';
import { resolveReferences } from '../../private/references';
import { StageCheck, StagePass } from '../../private/stage-pass';
import { warn } from '../../private/warnings';

/** Warns if an image is the default of a space, but no user profile or domain offers it. SageMaker would not start it. */
export function checkSpaceDefault(image: AttachedImage): void {
  const stage = stageOf(image.attachment);
  StagePass.add(stage, warnOfSpaceDefaults);
  imagesOf(stage).push(image);
}

function imagesOf(stage: IConstruct): AttachedImage[] {
  return once(stage, warnOfSpaceDefaults, (): AttachedImage[] => []);
}

const warnOfSpaceDefaults: StageCheck = ({ stage }) => {
  const images = imagesOf(stage);
  const spaces = images.filter(({ entry }) => !entry);
  const offered = new Set(spaces.length > 0 ? images.filter(({ settings }) => settings !== 'SpaceSettings').map(keyOf) : []);
  spaces.filter((image) => !offered.has(keyOf(image))).forEach(({ attachment, appType }) => warn(attachment, 'studioDefaultNotOffered',
    `the image is the default of a space, but this app attaches it to no user profile and no domain for ${appType}, and SageMaker starts only images that they offer: `
    + 'attach it there too'));
};

/** Returns the same key for the same image and kind of app. */
function keyOf({ imageVersion, appType }: AttachedImage): string {
  return JSON.stringify([resolveReferences(imageNameOfVersion(imageVersion), imageVersion).value, appType]).toLowerCase();
}
