import { Annotations, aws_sagemaker as sagemaker, CfnResource, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { VersionResource } from './version-resource';
import { warnOfChangingIds } from './warn-changing-id';
import { groupBy } from '../../private/collections';
import { ownerOf } from '../../private/dependencies';
import { see } from '../../private/help';
import { finalValue } from '../../private/overrides';
import { quote } from '../../private/problems';
import { resolveReferences } from '../../private/references';
import type { StageCheck, StagePass } from '../../private/stage-pass';
import { ALIASED_VERSION_TYPE, IMAGE_ALIAS_TYPE } from '../../provider/kinds/image-alias';
import { IMAGE_FEED_TYPE } from '../../provider/kinds/image-feed';
import { IMAGE_VERSION_LIST_TYPE } from '../../provider/kinds/image-version-list';
import { IMAGE_VERSION_LOOKUP_TYPE } from '../../provider/kinds/image-version-lookup';

const { isCfnImageVersion } = sagemaker.CfnImageVersion;

/** The types of custom resources with an `ImageName` that change the image, in the order of their deployment after its versions. */
const CHANGING = [IMAGE_ALIAS_TYPE, IMAGE_FEED_TYPE];
/** The types of those that read the image, and so come next. */
const READING = [IMAGE_VERSION_LOOKUP_TYPE, IMAGE_VERSION_LIST_TYPE];
/** The first ones read where aliases are that others take over. */
const AFTER_VERSIONS = [ALIASED_VERSION_TYPE, ...CHANGING, ...READING];

/**
 * Orders the versions of each image, its aliases and whatever reads them, and checks them together.
 *
 * Siblings are all versions of one image in a stage, no matter how they refer to the image, including L1s and versions of
 * another copy of this library. SageMaker does not process two of them at the same time.
 */
export const checkSiblingVersions: StageCheck = (pass) => {
  const versions = groupBy(pass.resources.filter(isCfnImageVersion), imageKey);
  const others = groupBy(pass.resources.filter(({ cfnResourceType }) => AFTER_VERSIONS.includes(cfnResourceType)), imageKeyOfCustom);
  pass.resources.filter(isCfnImageVersion).forEach((version) => (version as Partial<VersionResource>).fixLogicalId?.());
  for (const key of new Set([...versions.keys(), ...others.keys()])) {
    const siblings = versions.get(key) ?? [];
    const following = AFTER_VERSIONS.flatMap((type) => (others.get(key) ?? []).filter(({ cfnResourceType }) => cfnResourceType === type));
    // An alias may follow another alias or a look-up: dependencies come first. What only reads an image has no order of its own.
    if (siblings.length > 0 || following.some(({ cfnResourceType }) => CHANGING.includes(cfnResourceType))) {
      pass.order.sequence([...inDeclarationOrder(siblings), ...following]);
    }
    following.filter(({ cfnResourceType }) => cfnResourceType === IMAGE_ALIAS_TYPE).forEach((alias) => reportCycle(pass, alias));
    mentionSharedContainerImages(siblings);
    reportSharedAliases(pass, siblings, following.filter(({ cfnResourceType }) => CHANGING.includes(cfnResourceType)));
    warnOfChangingIds(siblings);
  }
};

/** An L1 has no declaration number. It follows the version before it in the construct tree. */
function inDeclarationOrder(siblings: sagemaker.CfnImageVersion[]): sagemaker.CfnImageVersion[] {
  let latest = -1;
  return siblings
    .map((version) => ({ version, declaration: latest = (version as Partial<VersionResource>).declaration ?? latest }))
    .sort((one, other) => one.declaration - other.declaration)
    .map(({ version }) => version);
}

function imageKey(version: sagemaker.CfnImageVersion): string {
  return keyOf(version, finalValue(version, 'ImageName'));
}

function imageKeyOfCustom(resource: CfnResource): string {
  return keyOf(resource, finalValue(resource, 'ImageName'));
}

/** Returns the same key for all references to one image. A version is always in the environment of its image. */
export function keyOf(resource: CfnResource, imageName: unknown): string {
  const known = Token.isUnresolved(imageName) ? knownName(resource, imageName) : imageName;
  return `${resource.stack.environment} ${typeof known === 'string' ? known.toLowerCase() : JSON.stringify(known)}`;
}

function knownName(resource: CfnResource, imageName: unknown): unknown {
  const { value, targets } = resolveReferences(imageName, resource);
  // A name that is split from the ARN of an owned image.
  const images = targets.filter((target) => sagemaker.CfnImage.isCfnImage(target));
  return images.length === 1 ? resolveReferences(finalValue(images[0], 'ImageName'), resource).value : value;
}

/** An alias names one version of an image. `moving` are the custom resources with an `Alias`, which they move. */
function reportSharedAliases(pass: StagePass, siblings: sagemaker.CfnImageVersion[], moving: CfnResource[]): void {
  const holders = new Map<string, CfnResource>();
  for (const alias of moving) {
    const name = alias.stack.resolve(finalValue(alias, 'Alias'));
    // A parameter has the same name in each stack.
    const key = typeof name === 'string' ? name : JSON.stringify([alias.stack.node.path, name]);
    const other = holders.get(key);
    if (other && !areFeedsOfStacks(alias, other)) {
      pass.report(constructOf(alias), `${typeof name === 'string' ? `alias ${quote(name)}` : 'its alias'} is also that of ${constructOf(other).node.path}: an alias names one version of an image, so remove one of them`);
    } else {
      holders.set(key, alias);
    }
  }
  siblings.forEach((version) => aliasesOf(version).forEach((alias) => {
    const other = holders.get(alias);
    if (other && moving.includes(other)) {
      pass.report(ownerOf(version), `alias ${quote(alias)} is moved by ${constructOf(other).node.path}: leave it out here, or remove that construct`);
    } else if (other) {
      pass.report(ownerOf(version), `alias ${quote(alias)} is already an alias of ${ownerOf(other).node.path}: `
        + 'an alias names one version of an image, so give it to one of them');
    } else {
      holders.set(alias, version);
    }
  }));
}

/** Feeds of several stacks agree on the version that has the alias. Each stack needs its own to move the targets in it. */
function areFeedsOfStacks(one: CfnResource, other: CfnResource): boolean {
  return [one, other].every(({ cfnResourceType }) => cfnResourceType === IMAGE_FEED_TYPE) && one.stack !== other.stack;
}

/** An alias can only follow itself by an override. The error of CloudFormation contains only logical ids. */
function reportCycle(pass: StagePass, alias: CfnResource): void {
  const cycle = pass.order.cycleOf(alias);
  if (cycle) {
    const paths = cycle.map((resource) => constructOf(resource).node.path);
    pass.report(constructOf(alias), `the alias waits for itself (${paths.join(', ')}): give it a version that does not depend on it`);
  }
}

/** Returns the construct of a custom resource of this library. */
function constructOf(resource: CfnResource): IConstruct {
  return ownerOf(ownerOf(resource));
}

/** Returns the aliases that are known at synth, without duplicates. */
function aliasesOf(version: sagemaker.CfnImageVersion): Set<string> {
  const [alias, known] = ['Alias', 'Aliases'].map((property) => version.stack.resolve(finalValue(version, property)));
  const list: unknown[] = [alias, ...Array.isArray(known) ? known : []];
  return new Set(list.filter((item): item is string => typeof item === 'string'));
}

/**
 * Adds a hint, not a warning: SageMaker accepts two versions of one container image, which the developer guide advises against.
 * But a tag that somebody forgot to change looks the same.
 */
function mentionSharedContainerImages(siblings: sagemaker.CfnImageVersion[]): void {
  const holders = new Map<string, CfnResource>();
  for (const version of siblings) {
    const other = holders.get(version.baseImage);
    if (other) {
      Annotations.of(ownerOf(version)).addInfoV2('cdk-sagemaker-images:sharedContainerImage',
        `the base image is also that of ${ownerOf(other).node.path}. SageMaker accepts that. If only the aliases differ, one version with `
        + `all of them is enough${see('sharedContainerImage')}`);
    } else {
      holders.set(version.baseImage, version);
    }
  }
}
