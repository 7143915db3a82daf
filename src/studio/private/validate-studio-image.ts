import { Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AppPlace, elsewhereFor } from './app-places';
import { checkConfigNames, checkOneConfigPerName, givenNames, NamedVersion } from './config-names';
import { hasList, keyOfTarget, noImagesFor, takesDefault } from './target-config';
import { checkApp, TAG_VALUE } from './validate-app-image-config';
import { checkTarget, TARGET } from './validate-studio-attachment';
import type { Image } from '../../image';
import { checkImageProps } from '../../image/private/validate-image';
import { bindBaseImage, checkMetadata } from '../../image/private/validate-image-version';
import { see } from '../../private/help';
import { describe, Problems, quote } from '../../private/problems';
import { checkTags } from '../../private/tags';
import { checkKeepVersions } from '../../release/private/validate-image-retention';
import type { StudioApp, StudioAppType } from '../studio-app';
import type { StudioImageAttachOptions, StudioImageProps, StudioImageVersionOptions } from '../studio-image-options';
import type { StudioTarget } from '../studio-target';

/** What an image consists of so far. */
export interface StudioImageState {
  readonly props: StudioImageProps;
  readonly image: Image;
  readonly apps: StudioApp[];
  readonly places: AppPlace[];
  readonly versions: NamedVersion[];
}

const NOT_OF_IMAGE = 'the image does not have: add the app to additionalApps, or give its name in attach(target, { apps, appImageConfigNames })';

/** Checks all properties. The version checks the base image, unless there are other problems to report together with it. */
export function validateStudioImageProps(scope: Construct, props: StudioImageProps): void {
  const problems = new Problems();
  // The tags also apply to the configurations, which have stricter limits.
  checkImageProps(problems, { ...props, tags: undefined });
  checkMetadata(problems, props);
  checkTags(problems, props.tags, TAG_VALUE);
  problems.boolean('defaultImage', props.defaultImage);
  checkKeepVersions(problems, props.keepVersions);
  const more = knownList(problems, 'additionalApps', props.additionalApps, 'give [StudioApp.codeEditor()] for example');
  const apps = [props.app, ...more].filter((app, index) => checkApp(problems, index === 0 ? 'app' : `additionalApps[${index - 1}]`, app));
  const appTypes = apps.map(({ appType }) => appType);
  secondOf(appTypes).forEach((appType) => problems.add(`additionalApps has a second app for ${appType}: `
    + 'attach it with attach(target, { apps: [...] })'));
  checkConfigNames(problems, props.appImageConfigNames, { uniqueToStack: props.uniqueToStack, appTypes, former: [], remedy: NOT_OF_IMAGE });
  const targets = checkTargets(problems, scope, [...new Set(appTypes)], props);
  checkOneConfigPerName(problems, props.appImageConfigNames, targets.flatMap((target) => apps.map((app) => ({
    app, elsewhere: elsewhereFor(scope, target), isOwnApp: false,
  }))), true);
  if (problems.messages.length > 0) {
    // The scope is only used for validation, because the error below is thrown in any case.
    bindBaseImage(problems, new Construct(scope, 'BaseImage'), props);
  }
  problems.throwIfAny(scope);
}

/**
 * Checks another target, in addition to those that the image is already attached to.
 *
 * @param placesOf returns the apps of the target, if the target and the options are valid
 */
export function validateAttach(
  scope: Construct, target: StudioTarget, options: StudioImageAttachOptions, image: StudioImageState, placesOf: () => AppPlace[],
): void {
  const problems = new Problems();
  const isTarget = problems.instance('target', target, '_config', TARGET);
  if (problems.object('options', options, 'give an object such as { apps }, or leave it out')) {
    const apps = checkApps(problems, options, image);
    const appTypes = apps.map(({ appType }) => appType);
    problems.boolean('defaultImage', options.defaultImage);
    checkConfigNames(problems, options.appImageConfigNames, {
      uniqueToStack: image.props.uniqueToStack, appTypes, former: givenNames(image.versions, image.places), remedy: 'is not attached: add it to apps',
    });
    const { defaultImage = image.props.defaultImage } = options;
    const remedy = options.apps ? undefined : 'call attach(target, { apps: [...] })';
    if (isTarget && checkPairs(problems, scope, [...new Set(appTypes)], target, { defaultImage, remedy })) {
      checkOnce(problems, apps, target, image.places);
    }
  }
  if (problems.messages.length === 0) {
    checkPlaces(problems, placesOf(), image);
  }
  problems.throwIfAny(scope);
}

/** Checks another version. Its id is added to two scopes that contain the constructs of the image. */
export function validateVersion(scope: Construct, id: string, options: StudioImageVersionOptions, state: StudioImageState): void {
  const { apps, props: { uniqueToStack }, image, places, versions } = state;
  const problems = new Problems();
  if (problems.object('options', options, 'give an object with a baseImage')) {
    const appTypes = apps.map(({ appType }) => appType);
    checkConfigNames(problems, options.appImageConfigNames, { uniqueToStack, appTypes, former: givenNames(versions, places), remedy: NOT_OF_IMAGE });
    checkOneConfigPerName(problems, options.appImageConfigNames, places, false);
  }
  // The configuration of an app may not exist yet.
  if (scope.node.tryFindChild(id) || image.node.tryFindChild(id) || apps.some(({ appType }) => appType === id)) {
    problems.add(`the id ${quote(id)} is already used by another construct of the image: choose another for the version`);
  }
  problems.throwIfAny(scope);
}

/** Returns the apps of a target that are valid. */
function checkApps(problems: Problems, options: StudioImageAttachOptions, image: StudioImageState): StudioApp[] {
  const { apps: given, appImageConfigNames: names } = options;
  if (given === undefined || given === null) {
    return image.apps;
  }
  const remedy = 'give [StudioApp.jupyterLab()] for example, or leave it out';
  const apps = knownList(problems, 'apps', given, remedy).filter((app, index) => checkApp(problems, `apps[${index}]`, app));
  if (Array.isArray(given) && given.length === 0) {
    problems.add(`apps is empty: ${remedy}`);
  }
  secondOf(apps.map(({ _kind }) => _kind)).forEach((kind) => problems.add(`apps has a second app for ${kind}: give one of each kind, or of each kernel`));
  secondOf(apps.map(({ appType }) => appType)).filter((appType) => names?.[appType] !== undefined).forEach((appType) =>
    problems.add(`appImageConfigNames.${appType} cannot be the name of several configurations: call attach for each app of this kind`));
  return apps;
}

/** Checks that an image is attached to a target once as each kind of app, or as each kernel. */
function checkOnce(problems: Problems, apps: StudioApp[], target: StudioTarget, former: AppPlace[]): void {
  const key = keyOfTarget(target._config);
  const ofTarget = former.filter((place) => keyOfTarget(place.target._config) === key).map(({ app: { _kind } }) => _kind);
  const twice = apps.map(({ _kind }) => _kind).filter((kind) => ofTarget.includes(kind));
  if (twice.length > 0) {
    problems.add(`the image is already attached to this target as ${twice.join(' and ')}: attach it once as each kind of app, or as each kernel`);
  }
}

/** Checks the names of configurations together with all others of the image. */
function checkPlaces(problems: Problems, places: AppPlace[], { versions, places: former }: StudioImageState): void {
  for (const place of places) {
    const { app: { appType }, appImageConfigName: name } = place;
    const found = versions[0].configs.find(place);
    if (name !== undefined && found) {
      problems.add(`appImageConfigNames.${appType} ${describe(name)} is for a configuration that already exists as ${found.node.path}: `
        + 'leave it out, or give another StudioApp in apps');
    }
  }
  versions.forEach(({ names }, index) => checkOneConfigPerName(problems, names, [...former, ...places], index === 0));
}

function checkTargets(problems: Problems, scope: Construct, appTypes: StudioAppType[], { attachTo, defaultImage }: StudioImageProps): StudioTarget[] {
  const keys: string[] = [];
  return knownList(problems, 'attachTo', attachTo, "give [StudioTarget.existingDomain('d-abc123')] for example").filter((target, index) => {
    const remedy = `leave attachTo[${index}] out, and call attach(target, { apps: [...] })`;
    if (!problems.instance(`attachTo[${index}]`, target, '_config', TARGET)
      || !checkPairs(problems, scope, appTypes, target, { defaultImage, remedy })) {
      return false;
    }
    const key = keyOfTarget(target._config);
    if (keys.includes(key)) {
      problems.add(`attachTo[${index}] is the same target as attachTo[${keys.indexOf(key)}]: remove one of them`);
    }
    keys[index] = key;
    return true;
  });
}

/** How apps are attached to a target. */
interface Pairs {
  readonly defaultImage?: boolean;
  /** How to attach those apps only that the target supports. */
  readonly remedy?: string;
}

/** Checks a target and its apps. Returns whether the target exists, even if it is not valid. */
function checkPairs(
  problems: Problems, scope: Construct, appTypes: StudioAppType[], target: StudioTarget, { defaultImage, remedy }: Pairs,
): boolean {
  const { settings } = target._config;
  const isSupported = (appType: StudioAppType) => hasList(settings, appType) || (defaultImage === true && takesDefault(settings, appType));
  const supported = appTypes.filter(isSupported);
  if (!remedy || supported.length === 0) {
    return checkTarget(problems, scope, new Set(appTypes), target, defaultImage);
  }
  appTypes.filter((appType) => !isSupported(appType)).forEach((appType) => problems.add(noImagesFor(appType, settings)
    + `${takesDefault(settings, appType) ? ', unless defaultImage is set' : ''}: ${remedy} with the app for ${supported.join(' and ')}`
    + see('A target does not take the app')));
  return checkTarget(problems, scope, new Set(supported), target, defaultImage);
}

/** Returns the items that a list already contains. */
function secondOf<T>(list: T[]): T[] {
  return list.filter((item, index) => list.indexOf(item) < index);
}

/** Returns the items of an optional list that must be known at synth, since each of them becomes constructs. */
function knownList<T>(problems: Problems, name: string, list: T[] | undefined, remedy: string): T[] {
  if (Token.isUnresolved(list)) {
    problems.add(`${name} must be known at synth, got a token: ${remedy}`);
  }
  return problems.list(name, list ?? undefined, remedy);
}
