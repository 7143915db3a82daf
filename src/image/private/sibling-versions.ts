import { Annotations, aws_sagemaker as sagemaker, CfnResource, Token } from 'aws-cdk-lib';
import type { VersionResource } from './version-resource';
import { warnOfChangingIds } from './warn-changing-id';
import { groupBy } from '../../private/collections';
import { customPropertiesOf, ownerOf } from '../../private/dependencies';
import { see } from '../../private/help';
import { finalValue } from '../../private/overrides';
import { quote } from '../../private/problems';
import { resolveReferences } from '../../private/references';
import type { StageCheck, StagePass } from '../../private/stage-pass';
import { IMAGE_VERSION_LOOKUP_TYPE, ImageVersionLookupProperties } from '../../provider/kinds/image-version-lookup';

const { isCfnImageVersion } = sagemaker.CfnImageVersion;

/**
 * Orders the versions of each image, and checks them together.
 *
 * Siblings are all versions of one image in a stage, no matter how they refer to the image, including L1s and versions of
 * another copy of this library. SageMaker does not process two of them at the same time.
 */
export const checkSiblingVersions: StageCheck = (pass) => {
  const lookups = groupBy(pass.resources.filter(({ cfnResourceType }) => cfnResourceType === IMAGE_VERSION_LOOKUP_TYPE), imageKeyOfLookup);
  const versions = pass.resources.filter(isCfnImageVersion);
  versions.forEach((version) => (version as Partial<VersionResource>).fixLogicalId?.());
  groupBy(versions, imageKey).forEach((siblings, key) => {
    // A look-up must find the versions of the same deployment.
    pass.order.sequence([...inDeclarationOrder(siblings), ...lookups.get(key) ?? []]);
    mentionSharedContainerImages(siblings);
    reportSharedAliases(pass, siblings);
    warnOfChangingIds(siblings);
  });
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

function imageKeyOfLookup(lookup: CfnResource): string {
  return keyOf(lookup, customPropertiesOf<ImageVersionLookupProperties>(lookup).ImageName);
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

/** An alias names one version of an image. */
function reportSharedAliases(pass: StagePass, siblings: sagemaker.CfnImageVersion[]): void {
  const holders = new Map<string, CfnResource>();
  siblings.forEach((version) => aliasesOf(version).forEach((alias) => {
    const other = holders.get(alias);
    if (other) {
      pass.report(ownerOf(version), `alias ${quote(alias)} is already an alias of ${ownerOf(other).node.path}: `
        + 'an alias names one version of an image, so give it to one of them');
    } else {
      holders.set(alias, version);
    }
  }));
}

/** Returns the aliases that are known at synth, without duplicates. */
function aliasesOf({ stack, alias, aliases }: sagemaker.CfnImageVersion): Set<string> {
  const known = stack.resolve(aliases);
  const list: unknown[] = [stack.resolve(alias), ...Array.isArray(known) ? known : []];
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
