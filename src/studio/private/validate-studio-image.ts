import { Construct } from 'constructs';
import { keyOfPlace } from './places';
import { checkApp, TAG_VALUE } from './validate-app-image-config';
import { checkTarget, TARGET } from './validate-studio-attachment';
import type { Image } from '../../image';
import { checkImageProps } from '../../image/private/validate-image';
import { checkBaseImage, checkBeforeBind, checkMetadata } from '../../image/private/validate-image-version';
import { Problems, quote } from '../../private/problems';
import { checkTags } from '../../private/tags';
import type { StudioApp, StudioAppType } from '../studio-app';
import type { StudioImageProps } from '../studio-image';
import type { StudioTarget } from '../studio-target';

/** Everything that can be wrong with the properties, but what only shows when a base image is bound. */
export function validateStudioImageProps(scope: Construct, props: StudioImageProps): void {
  const problems = new Problems();
  // The tags are for the configurations too, which take fewer.
  checkImageProps(problems, { ...props, tags: undefined });
  const source = checkBeforeBind(problems, props) && props.baseImage._bindEarly?.();
  if (source) {
    checkBaseImage(problems, scope, source);
  }
  checkMetadata(problems, props);
  checkTags(problems, props.tags, TAG_VALUE);
  const more = problems.items('additionalApps', props.additionalApps, 'give [StudioApp.codeEditor()] for example');
  const apps = [props.app, ...more].filter((app, index) => checkApp(problems, index === 0 ? 'app' : `additionalApps[${index - 1}]`, app));
  const types = apps.map(({ appType }) => appType);
  types.filter((appType, index) => types.indexOf(appType) < index).forEach((appType) =>
    problems.add(`additionalApps has a second app for ${appType}: make another StudioImage of it, or an AppImageConfig and a StudioAttachment`));
  checkTargets(problems, scope, new Set(types), props.attachTo);
  problems.throwIfAny(scope);
}

/** One more place, beside those that the image is attached to already. */
export function validateTarget(scope: Construct, apps: StudioApp[], target: StudioTarget, former: StudioTarget[]): void {
  const problems = new Problems();
  if (problems.instance('target', target, '_place', TARGET)) {
    const isPlace = checkTarget(problems, scope, new Set(apps.map(({ appType }) => appType)), target);
    if (isPlace && former.some(({ _place }) => keyOfPlace(_place) === keyOfPlace(target._place))) {
      problems.add('target is a place that the image is attached to already: attach it there once');
    }
  }
  problems.throwIfAny(scope);
}

/** The id of a further version, whose constructs stand in two scopes beside those of the image itself. */
export function validateVersionId(scope: Construct, image: Image, id: string): void {
  const problems = new Problems();
  if (scope.node.tryFindChild(id) || image.node.tryFindChild(id)) {
    problems.add(`the id ${quote(id)} is taken by another construct of the image: choose another for the version`);
  }
  problems.throwIfAny(scope);
}

function checkTargets(problems: Problems, scope: Construct, appTypes: Set<StudioAppType>, attachTo: StudioTarget[] | undefined): void {
  const keys: string[] = [];
  problems.items('attachTo', attachTo, "give [StudioTarget.existingDomain('d-abc123')] for example").forEach((target, index) => {
    if (!problems.instance(`attachTo[${index}]`, target, '_place', TARGET) || !checkTarget(problems, scope, appTypes, target)) {
      return;
    }
    const key = keyOfPlace(target._place);
    if (keys.includes(key)) {
      problems.add(`attachTo[${index}] is the same place as attachTo[${keys.indexOf(key)}]: remove one of them`);
    }
    keys[index] = key;
  });
}
