import { CfnResource, Fn, aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { importedIn, managedIn, mentions } from './managed-versions';
import { wildcard } from '../../image/private/lifecycle-rules';
import { keyOf } from '../../image/private/sibling-versions';
import { groupBy } from '../../private/collections';
import { ownerOf } from '../../private/dependencies';
import { once, stageOf } from '../../private/once';
import { finalCondition, finalProperties, finalValue } from '../../private/overrides';
import { quote } from '../../private/problems';
import { topLevelStack } from '../../private/stacks';
import { StageCheck, StagePass } from '../../private/stage-pass';
import { warn } from '../../private/warnings';
import { ALIASED_VERSION_TYPE, AliasedVersionAttributes, IMAGE_ALIAS_TYPE } from '../../provider/kinds/image-alias';
import { IMAGE_FEED_TYPE } from '../../provider/kinds/image-feed';
import { IMAGE_RETENTION_TYPE } from '../../provider/kinds/image-retention';
import { IMAGE_VERSION_LOOKUP_TYPE } from '../../provider/kinds/image-version-lookup';
import { STUDIO_ATTACHMENTS_TYPE } from '../../provider/kinds/studio-attachments';
import { STUDIO_DETACHMENTS_TYPE } from '../../provider/kinds/studio-detachments';

/** A retention and its custom resource. */
interface Retention {
  readonly construct: Construct;
  readonly resource: CfnResource;
  /** Whether the app has the image. */
  readonly isOwned: boolean;
  /** Sets the versions that the stack creates or refers to. */
  readonly manage: (versions: unknown[]) => void;
}

/** The resources whose properties name versions of images. */
const STUDIO = [
  'AWS::SageMaker::Domain', 'AWS::SageMaker::UserProfile', 'AWS::SageMaker::Space', 'AWS::SageMaker::App', STUDIO_ATTACHMENTS_TYPE, STUDIO_DETACHMENTS_TYPE,
];

/** Those with the attribute `Version`. A feed may not have a version yet, and its alias protects the one that it has. */
const WITH_NUMBER = ['AWS::SageMaker::ImageVersion', IMAGE_VERSION_LOOKUP_TYPE, IMAGE_ALIAS_TYPE];

/** Those with an alias of a version. */
const WITH_ALIAS = [IMAGE_ALIAS_TYPE, IMAGE_FEED_TYPE, IMAGE_VERSION_LOOKUP_TYPE];

/** Orders and checks a retention together with everything of its stage that uses the image. */
export function addRetention(retention: Retention): void {
  StagePass.add(retention.construct, checkRetentions);
  retentionsOf(stageOf(retention.construct)).push(retention);
}

function retentionsOf(stage: IConstruct): Retention[] {
  return once(stage, checkRetentions, (): Retention[] => []);
}

const checkRetentions: StageCheck = (pass) => {
  const named = pass.resources.filter((resource) => imageNameIn(resource) !== undefined);
  const byImage = groupBy(named, (resource) => keyOf(resource, imageNameIn(resource)));
  const studio = pass.resources.filter(({ cfnResourceType }) => STUDIO.includes(cfnResourceType))
    .map((resource) => ({ resource, properties: finalProperties(resource) }));
  for (const { construct, resource, isOwned, manage } of retentionsOf(pass.stage)) {
    const ofImage = byImage.get(keyOf(resource, imageNameIn(resource)))!;
    const [first] = ofImage.filter(({ cfnResourceType }) => cfnResourceType === IMAGE_RETENTION_TYPE);
    if (first !== resource) {
      pass.report(construct, `${pathOf(first)} is already a retention of the image: use one of them`);
    }
    const versions = ofImage.filter((other) => sagemaker.CfnImageVersion.isCfnImageVersion(other));
    reportOtherStacks(pass, construct, resource, ofImage);
    const { ImageName: name, ExpendableAliases: expendable } = finalProperties(resource);
    // The retention knows the versions of the others.
    const protecting = ofImage.filter((other) => other.cfnResourceType === IMAGE_FEED_TYPE || other.stack !== resource.stack);
    reportExpendableAliases(pass, construct, expendable, protecting);
    const using = studio.filter(({ properties, resource: { cfnResourceType, stack } }) =>
      stack.environment === resource.stack.environment && (cfnResourceType === STUDIO_DETACHMENTS_TYPE || mentions(properties, name)));
    if (!isOwned && versions.length === 0) {
      warn(construct, 'retentionOfImportedImage', 'the app creates neither the image nor a version of it: versions that another app creates, and may deploy again, '
        + 'are protected only while they have an alias or are used in Studio');
    }
    const users = ofImage.filter(({ cfnResourceType }) => cfnResourceType !== IMAGE_RETENTION_TYPE);
    const isElsewhere = (other: CfnResource) => topLevelStack(other.stack) !== topLevelStack(resource.stack);
    const free = new Set([...users, ...using.map((one) => one.resource)].filter((other) => !isElsewhere(other) && !pass.order.path(other, resource)));
    free.forEach((other) => pass.order.wait(resource, other));
    manage([
      ...users.filter((other) => other.stack === resource.stack && free.has(other)).flatMap(numberOf),
      ...users.filter(isElsewhere).flatMap(literalNumberIn),
      ...using.filter((other) => free.has(other.resource) || isElsewhere(other.resource)).flatMap((other) => other.resource.stack === resource.stack
        ? managedIn(other.properties, name, true).map((value) => ifCreated(other.resource, value)) : managedIn(other.properties, name, false)),
      ...importedIn(pass, resource, name),
    ].filter((value, index, all) => all.findIndex((other) => JSON.stringify(other) === JSON.stringify(value)) === index));
  }
};

/** Returns the name of the image that a version or a custom resource is about. */
function imageNameIn(resource: CfnResource): unknown {
  if (sagemaker.CfnImageVersion.isCfnImageVersion(resource)) {
    return finalValue(resource, 'ImageName');
  }
  return resource.cfnResourceType.startsWith('Custom::SageMaker') ? finalValue(resource, 'ImageName') : undefined;
}

/** Returns the number of a version, or of the version that a custom resource stands for, or that an alias returns to in a rollback. */
function numberOf(resource: CfnResource): unknown[] {
  if (resource.cfnResourceType === ALIASED_VERSION_TYPE) {
    const aliased: keyof AliasedVersionAttributes = 'AliasedVersion';
    return [ifCreated(resource, resource.getAtt(aliased))];
  }
  return WITH_NUMBER.includes(resource.cfnResourceType) ? [ifCreated(resource, resource.getAtt('Version'))] : [];
}

/** Returns the number that a custom resource is given, if it means the same in every template. */
function literalNumberIn(resource: CfnResource): unknown[] {
  const { Version: number } = resource.cfnResourceType.startsWith('Custom::') ? finalProperties(resource) : {} as { Version?: unknown };
  return typeof number === 'number' ? [number] : [];
}

function ifCreated(resource: CfnResource, value: unknown): unknown {
  const condition = finalCondition(resource);
  return resource.stack.resolve(condition === undefined ? value : Fn.conditionIf(condition, value, Fn.ref('AWS::NoValue')));
}

/** The number of a version of another template cannot be passed: CloudFormation refuses to change exports. */
function reportOtherStacks(pass: StagePass, construct: Construct, resource: CfnResource, users: CfnResource[]): void {
  const { stack } = resource;
  const withNumber = users.filter(({ cfnResourceType }) => WITH_NUMBER.includes(cfnResourceType));
  // What another stack looks up has an alias or is used in Studio, and is read there. This stack may be rolled back to it.
  const elsewhere = withNumber.find((other) => other.stack !== stack
    && (sagemaker.CfnImageVersion.isCfnImageVersion(other) || topLevelStack(other.stack) === topLevelStack(stack)));
  const waiting = withNumber.find((other) => other.stack === stack
    && sagemaker.CfnImageVersion.isCfnImageVersion(other) && pass.order.path(other, resource));
  if (elsewhere) {
    pass.report(construct, `${pathOf(elsewhere)} is a version of the image in stack '${elsewhere.stack.node.path}', which the retention cannot protect: `
      + 'create the retention and all versions of the image in the same stack');
  }
  if (waiting) {
    pass.report(construct, `${pathOf(waiting)} waits for the retention, which must protect it: remove that dependency`);
  }
}

/** Reports expendable aliases which, for some users, are all that protects their version. */
function reportExpendableAliases(pass: StagePass, construct: Construct, expendable: unknown, users: CfnResource[]): void {
  const patterns = (Array.isArray(expendable) ? expendable : []).filter((pattern): pattern is string => typeof pattern === 'string');
  for (const user of users.filter(({ cfnResourceType }) => WITH_ALIAS.includes(cfnResourceType))) {
    const alias = user.stack.resolve(finalValue(user, 'Alias'));
    const pattern = typeof alias === 'string' ? patterns.find((one) => wildcard(one).test(alias)) : undefined;
    if (pattern !== undefined) {
      pass.report(construct, `expendableAliases has ${quote(pattern)}, but alias ${quote(alias)} of ${pathOf(user)} protects its version: leave it out, or use another alias`);
    }
  }
}

/** Returns the path of the construct that has a resource. A custom resource is inside another construct. */
function pathOf(resource: CfnResource): string {
  const owner = ownerOf(resource);
  return (resource.cfnResourceType.startsWith('Custom::') ? ownerOf(owner) : owner).node.path;
}
