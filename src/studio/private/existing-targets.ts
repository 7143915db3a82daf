import { aws_sagemaker as sagemaker, CfnResource, Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { listed, ListedImage } from './attached-image';
import { resolvedImages } from './attached-images';
import type { ExistingTarget } from './existing-target';
import { overriddenDefault, overriddenEntry } from './final-images';
import { appSettingsOf, describeTarget, MAX_IMAGES } from './target-config';
import { groupBy } from '../../private/collections';
import { customPropertiesOf } from '../../private/dependencies';
import { once, stageOf } from '../../private/once';
import { resolveReferences } from '../../private/references';
import { StageCheck, StagePass } from '../../private/stage-pass';
import { warn } from '../../private/warnings';
import { STUDIO_ATTACHMENTS_TYPE, StudioAttachmentsProperties } from '../../provider/kinds/studio-attachments';

/** Orders and checks a target together with all others of its stage. */
export function addExistingTarget(target: ExistingTarget): void {
  StagePass.add(target.stack, checkExistingTargets);
  targetsOf(stageOf(target.stack)).push(target);
}

function targetsOf(stage: IConstruct): ExistingTarget[] {
  return once(stage, checkExistingTargets, (): ExistingTarget[] => []);
}

const checkExistingTargets: StageCheck = (pass) => {
  const targets = targetsOf(pass.stage).map((target) => ({ target, key: target.key }));
  groupBy(targets, ({ target: { stack }, key }) => `${stack.node.addr} ${key}`).forEach((ofStack) => reportTwins(pass, ofStack.map(({ target }) => target)));
  // Only one update of a domain, its user profiles and its spaces can run at a time.
  groupBy(pass.resources.filter(({ cfnResourceType }) => cfnResourceType === STUDIO_ATTACHMENTS_TYPE), domainKey)
    .forEach((ofDomain) => pass.order.sequence(ofDomain));
  // Several stacks can attach to the lists of one target.
  const images = targets.flatMap(({ target, key }) => listed(target.images).map((image) => ({ ...image, target, key })));
  for (const ofList of groupBy(images, listKey).values()) {
    reportTooMany(pass, ofList);
    reportTwice(pass, ofList);
  }
  targets.forEach(({ target }) => {
    reportOverrides(pass, target);
    warnOfOwned(target);
  });
};

type ImageOfTarget = ListedImage & { readonly target: ExistingTarget; readonly key: string };

/** Returns the same key for all resources that change one domain, in any stack. */
function domainKey(resource: CfnResource): string {
  return JSON.stringify([resource.stack.environment, known(resource, customPropertiesOf<StudioAttachmentsProperties>(resource).DomainId)]);
}

/** Returns the same key for all attachments to one list of one target. */
function listKey({ settings, appType, target: { stack }, key }: ImageOfTarget): string {
  return JSON.stringify([stack.environment, key, settings, appType]);
}

/** Attachments to one target must share one resource. With lazy ids, it may be known too late that the target is the same. */
function reportTwins(pass: StagePass, [first, ...twins]: ExistingTarget[]): void {
  twins.forEach((twin) => pass.report(first.images[0].attachment, `${twin.images[0].attachment.node.path} also attaches to ${describeTarget(twin.config)}, `
    + 'but its id is lazy, so the two cannot be combined: use one StudioTarget for both'));
}

function reportTooMany(pass: StagePass, ofList: ImageOfTarget[]): void {
  const [{ attachment, settings, appType, target }] = ofList;
  const max = MAX_IMAGES[settings][appType]!;
  if (ofList.length > max) {
    pass.report(attachment, `${ofList.length} images are attached to ${appSettingsOf(appType)} of ${settings} of ${describeTarget(target.config)}, `
      + `at most ${max} are allowed: detach some`);
  }
}

/** SageMaker identifies an entry by its image and its configuration. */
function reportTwice(pass: StagePass, ofList: ImageOfTarget[]): void {
  const entryKey = ({ attachment, entry: { imageName, appImageConfigName } }: ImageOfTarget) =>
    JSON.stringify(known(attachment, [imageName, appImageConfigName])).toLowerCase();
  groupBy(ofList, entryKey).forEach(([first, ...others]) => others.forEach(({ attachment, target }) =>
    pass.report(attachment, `${first.attachment.node.path} attaches the same image with the same app image config to the same list of `
      + `${describeTarget(target.config)}: remove one of them, or give it an app image config of its own`)));
}

/** An override of the custom resource has the last word, also over its entries and default images. */
function reportOverrides(pass: StagePass, { resource, stack, images }: ExistingTarget): void {
  groupBy(images, ({ settings, appType }) => `${settings} ${appType}`).forEach((ofApp) => {
    const [{ settings, appType }] = ofApp;
    const { entries, defaultImage } = resolvedImages(ofApp, stack);
    const lost = overriddenEntry(resource, settings, appSettingsOf(appType), entries);
    const ofDefault = defaultImage && overriddenDefault(resource, settings, appSettingsOf(appType), defaultImage);
    const report = (attachment: Construct, override: string, effect: string) => pass.report(attachment,
      `the override of ${override} of ${resource.node.path} ${effect}: remove the override, or the attachment`);
    if (lost) {
      report(listed(ofApp)[entries.indexOf(lost.entry)].attachment, lost.override, 'removes, changes or repeats its entry');
    }
    if (ofDefault !== undefined) {
      report(ofApp.find((image) => image.defaultImage)!.attachment, ofDefault, 'removes or changes its default image');
    }
  });
}

/** The template of an owned target puts its own list back whenever it changes. */
function warnOfOwned({ config: { domainId, userProfileName, spaceName }, images: [{ attachment }] }: ExistingTarget): void {
  const { targets } = resolveReferences([domainId, userProfileName, spaceName], attachment);
  // The id of an owned profile or space may come with the id of its owned domain.
  const [owned] = KINDS.flatMap((kind) => targets.filter(kind.isOne).map(({ node }) => ({ ...kind, path: node.path })));
  if (owned) {
    warn(attachment, 'studioDomainOfThisApp',
      `the ${owned.name} is ${owned.path} of the same app: attach to it by ${owned.target}, `
      + 'since an update of its settings by CloudFormation may remove the image; '
      + 'if this attachment is deployed already, remove it in one deployment, and add the other in the next');
  }
}

const KINDS = [
  { name: 'user profile', isOne: sagemaker.CfnUserProfile.isCfnUserProfile, target: 'StudioTarget.userProfile' },
  { name: 'space', isOne: sagemaker.CfnSpace.isCfnSpace, target: 'StudioTarget.space' },
  { name: 'domain', isOne: sagemaker.CfnDomain.isCfnDomain, target: 'StudioTarget.domain or domainSharedSpaces' },
];

function known(scope: IConstruct, value: unknown): unknown {
  return resolveReferences(value, Stack.of(scope)).value;
}
