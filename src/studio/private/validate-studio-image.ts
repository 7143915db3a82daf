import { Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { keyOfTarget } from './target-config';
import { checkApp, TAG_VALUE } from './validate-app-image-config';
import { checkTarget, TARGET } from './validate-studio-attachment';
import type { Image, ImageVersionOptions } from '../../image';
import { checkImageProps } from '../../image/private/validate-image';
import { bindBaseImage, checkMetadata } from '../../image/private/validate-image-version';
import { Problems, quote } from '../../private/problems';
import { checkTags } from '../../private/tags';
import type { StudioApp, StudioAppType } from '../studio-app';
import type { StudioImageProps } from '../studio-image';
import type { StudioTarget } from '../studio-target';

/** Checks all properties. The version checks the base image, unless there are other problems to report together with it. */
export function validateStudioImageProps(scope: Construct, props: StudioImageProps): void {
  const problems = new Problems();
  // The tags also apply to the configurations, which have stricter limits.
  checkImageProps(problems, { ...props, tags: undefined });
  checkMetadata(problems, props);
  checkTags(problems, props.tags, TAG_VALUE);
  const more = knownList(problems, 'additionalApps', props.additionalApps, 'give [StudioApp.codeEditor()] for example');
  const apps = [props.app, ...more].filter((app, index) => checkApp(problems, index === 0 ? 'app' : `additionalApps[${index - 1}]`, app));
  const types = apps.map(({ appType }) => appType);
  types.filter((appType, index) => types.indexOf(appType) < index).forEach((appType) =>
    problems.add(`additionalApps has a second app for ${appType}: make another StudioImage of it, or an AppImageConfig and a StudioAttachment`));
  checkTargets(problems, scope, new Set(types), props.attachTo);
  if (problems.messages.length > 0) {
    // The scope is only used for validation, because the error below is thrown in any case.
    bindBaseImage(problems, new Construct(scope, 'BaseImage'), props);
  }
  problems.throwIfAny(scope);
}

/** Checks another target, in addition to those that the image is already attached to. */
export function validateTarget(scope: Construct, apps: StudioApp[], target: StudioTarget, former: StudioTarget[]): void {
  const problems = new Problems();
  if (problems.instance('target', target, '_config', TARGET)) {
    const isTarget = checkTarget(problems, scope, new Set(apps.map(({ appType }) => appType)), target);
    if (isTarget && former.some(({ _config }) => keyOfTarget(_config) === keyOfTarget(target._config))) {
      problems.add('the image is already attached to this target: attach it once');
    }
  }
  problems.throwIfAny(scope);
}

/** Checks another version. Its id is added to two scopes that contain the constructs of the image. */
export function validateVersion(scope: Construct, image: Image, id: string, options: ImageVersionOptions): void {
  const problems = new Problems();
  problems.object('options', options, 'give an object with a baseImage');
  if (scope.node.tryFindChild(id) || image.node.tryFindChild(id)) {
    problems.add(`the id ${quote(id)} is already used by another construct of the image: choose another for the version`);
  }
  problems.throwIfAny(scope);
}

function checkTargets(problems: Problems, scope: Construct, appTypes: Set<StudioAppType>, attachTo: StudioTarget[] | undefined): void {
  const keys: string[] = [];
  knownList(problems, 'attachTo', attachTo, "give [StudioTarget.existingDomain('d-abc123')] for example").forEach((target, index) => {
    if (!problems.instance(`attachTo[${index}]`, target, '_config', TARGET) || !checkTarget(problems, scope, appTypes, target)) {
      return;
    }
    const key = keyOfTarget(target._config);
    if (keys.includes(key)) {
      problems.add(`attachTo[${index}] is the same target as attachTo[${keys.indexOf(key)}]: remove one of them`);
    }
    keys[index] = key;
  });
}

/** Returns the items of an optional list that must be known at synth, since each of them becomes constructs. */
function knownList<T>(problems: Problems, name: string, list: T[] | undefined, remedy: string): T[] {
  if (Token.isUnresolved(list)) {
    problems.add(`${name} must be known at synth, got a token: ${remedy}`);
  }
  return problems.list(name, list ?? undefined, remedy);
}
