import { Construct } from 'constructs';
import { keyOfPlace } from './places';
import { checkTags } from './validate-app-image-config';
import { checkIds, checkPlace } from './validate-studio-attachment';
import { checkImageProps } from '../../image/private/validate-image';
import { checkMetadata } from '../../image/private/validate-image-version';
import { Problems } from '../../private/problems';
import type { StudioApp } from '../studio-app';
import type { StudioImageProps } from '../studio-image';

/** Everything that can be wrong with the properties, but what only shows when the container image is there. */
export function validateStudioImageProps(scope: Construct, apps: StudioApp[], props: StudioImageProps): void {
  const problems = new Problems();
  // The tags are for the configurations too, which take fewer.
  checkImageProps(problems, { ...props, tags: undefined });
  checkMetadata(problems, props);
  checkTags(problems, props.tags ?? {});
  apps.forEach((app, index) => {
    app._check(problems);
    if (apps.slice(0, index).some(({ appType }) => appType === app.appType)) {
      problems.add(`additionalApps has a second app for ${app.appType}: make another StudioImage of it, or an AppImageConfig and a StudioAttachment`);
    }
  });
  checkTargets(problems, apps, props);
  problems.throwIfAny(scope);
}

function checkTargets(problems: Problems, apps: StudioApp[], { attachTo = [] }: StudioImageProps): void {
  const keys = attachTo.map(({ _place }) => keyOfPlace(_place));
  attachTo.forEach(({ _place }, index) => {
    checkIds(problems, _place);
    [...new Set(apps.map(({ appType }) => appType))].forEach((appType) => checkPlace(problems, appType, _place));
    if (keys.indexOf(keys[index]) < index) {
      problems.add(`attachTo[${index}] is the same place as attachTo[${keys.indexOf(keys[index])}]: remove one of them`);
    }
  });
}
