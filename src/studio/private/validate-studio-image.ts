import { Construct } from 'constructs';
import { keyOfPlace } from './places';
import { checkApp, TAG_VALUE } from './validate-app-image-config';
import { checkIds, checkPlace, TARGET } from './validate-studio-attachment';
import { checkImageProps } from '../../image/private/validate-image';
import { checkBaseImageIsThere, checkMetadata } from '../../image/private/validate-image-version';
import { Problems } from '../../private/problems';
import { checkTags } from '../../private/tags';
import type { StudioApp, StudioAppType } from '../studio-app';
import type { StudioImageProps } from '../studio-image';

/** Everything that can be wrong with the properties, but what only shows when the container image is there. */
export function validateStudioImageProps(scope: Construct, apps: StudioApp[], props: StudioImageProps): void {
  const problems = new Problems();
  // The tags are for the configurations too, which take fewer.
  checkImageProps(problems, { ...props, tags: undefined });
  checkBaseImageIsThere(problems, props);
  checkMetadata(problems, props);
  checkTags(problems, props.tags, TAG_VALUE);
  apps.forEach((app, index) => checkApp(problems, index === 0 ? 'app' : `additionalApps[${index - 1}]`, app));
  const types = apps.filter((app) => app).map(({ appType }) => appType);
  types.filter((appType, index) => types.indexOf(appType) < index).forEach((appType) =>
    problems.add(`additionalApps has a second app for ${appType}: make another StudioImage of it, or an AppImageConfig and a StudioAttachment`));
  checkTargets(problems, new Set(types), props);
  problems.throwIfAny(scope);
}

function checkTargets(problems: Problems, appTypes: Set<StudioAppType>, { attachTo = [] }: StudioImageProps): void {
  const keys = attachTo.map((target, index) =>
    problems.required(`attachTo[${index}]`, target, TARGET) ? keyOfPlace(target._place) : undefined);
  attachTo.forEach((target, index) => {
    if (keys[index] === undefined) {
      return;
    }
    checkIds(problems, target._place);
    appTypes.forEach((appType) => checkPlace(problems, appType, target._place));
    if (keys.indexOf(keys[index]) < index) {
      problems.add(`attachTo[${index}] is the same place as attachTo[${keys.indexOf(keys[index])}]: remove one of them`);
    }
  });
}
