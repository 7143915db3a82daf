import { CfnResource, Stack } from 'aws-cdk-lib';
import { AttachedImage, listed, ListedImage } from './attached-image';
import { resolvedImages } from './attached-images';
import { CustomImage, keyOf, withCustomImages } from './custom-images';
import { DefaultImage, withDefaultImage } from './default-image';
import { overriddenDefault, overriddenEntry } from './final-images';
import { lowerFirst } from './merged-settings';
import { appSettingsOf, MAX_IMAGES } from './target-config';
import { groupBy } from '../../private/collections';
import { see } from '../../private/help';

const HELP = see('Settings of a domain cannot be merged');

/** Returns the problems of the attachments of one app to settings of an owned resource, given the value that the app set. */
export function problemsOfApp(resource: CfnResource, given: unknown, images: AttachedImage[]): string[] {
  const { entries, defaultImage } = resolvedImages(images, Stack.of(resource));
  const ofList = entries.length > 0 ? problemsOfList(resource, given, listed(images), entries) : [];
  const withDefault = images.find((image) => image.defaultImage);
  return ofList.length > 0 || !withDefault ? ofList : problemsOfDefault(resource, given, withDefault, defaultImage!);
}

function problemsOfList(resource: CfnResource, given: unknown, images: ListedImage[], entries: CustomImage[]): string[] {
  const [{ attachment, settings, appType }] = images;
  const app = appSettingsOf(appType);
  const where = `${resource.node.path}.${settings}.${app}.CustomImages`;
  const merged = withCustomImages(given, app, entries);
  if ('hiddenBy' in merged) {
    return [`${where} is known at deploy time only (${merged.hiddenBy}), so that ${attachment.node.path} cannot be added: give it as a value, or with Fn::If${HELP}`];
  }
  const pathOf = (entry: CustomImage) => images[entries.indexOf(entry)].attachment.node.path;
  const max = MAX_IMAGES[settings][appType]!;
  const problems = [
    ...merged.count > max ? [`${where} has ${merged.count} entries, at most ${max} are allowed: detach some images`] : [],
    ...merged.clashes.map((entry) => `${where} already has another entry for the image and the app image config of ${pathOf(entry)}: `
      + `remove that entry, or give the attachment an app image config of its own${HELP}`),
    ...[...groupBy(entries, keyOf).values()].flatMap(([first, ...others]) => others.map((other) =>
      `${pathOf(other)} attaches the image and the app image config of ${pathOf(first)} to ${where} too: `
      + 'remove one of them, or give it an app image config of its own')),
  ];
  // An override has the last word, also over the entries of this library.
  const lost = problems.length === 0 && overriddenEntry(resource, settings, app, entries);
  return lost ? [`the override of ${lost.override} removes, changes or repeats the entry of ${pathOf(lost.entry)}: `
    + `${remedyOf(resource, images[0])}: the library adds its entries to it`] : problems;
}

function problemsOfDefault(resource: CfnResource, given: unknown, image: AttachedImage, defaultImage: DefaultImage): string[] {
  const { attachment, settings, appType } = image;
  const app = appSettingsOf(appType);
  const where = `${resource.node.path}.${settings}.${app}.DefaultResourceSpec`;
  const merged = withDefaultImage(given, app, defaultImage);
  if ('hiddenBy' in merged) {
    return [`${where} is known at deploy time only (${merged.hiddenBy}), so that ${attachment.node.path} cannot be its image: give it as a value, or with Fn::If${HELP}`];
  }
  if (merged.taken.length > 0) {
    return [`${where} already has ${merged.taken.join(' and ')}, so that ${attachment.node.path} cannot be its image: `
      + `remove ${merged.taken.length > 1 ? 'them' : 'it'}, or leave out defaultImage of the attachment${HELP}`];
  }
  const override = overriddenDefault(resource, settings, app, defaultImage);
  return override === undefined ? [] : [`the override of ${override} removes or changes the default image of ${attachment.node.path}: `
    + `${remedyOf(resource, image)}: the library adds the image to it`];
}

function remedyOf(resource: CfnResource, { settings }: AttachedImage): string {
  return `remove the override, or set the property ${lowerFirst(settings)} of ${resource.node.path} instead`;
}
