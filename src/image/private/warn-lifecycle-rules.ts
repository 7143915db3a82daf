import { aws_ecr as ecr, CfnResource, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { parseEcrUri } from './ecr-uri';
import { describeRule, type LifecycleRule, lifecycleRulesOf, mayRemove, mayRemoveAny } from './lifecycle-rules';
import { cfnResourceOf, ownerOf } from '../../private/dependencies';
import { once, stageOf } from '../../private/once';
import { quote } from '../../private/problems';
import { StageCheck, StagePass } from '../../private/stage-pass';
import { isUnknown } from '../../private/unknown';
import { warn } from '../../private/warnings';
import type { BaseImageConfig } from '../base-image';

/** A container image that must stay, or all container images of a repository whose tags match patterns. */
interface Stored {
  readonly construct: Construct;
  readonly repository?: ecr.IRepositoryRef;
  /** The URI, if there is no repository. */
  readonly imageUri?: string;
  /** What a rule can remove, for messages. */
  readonly what: string;
  readonly isRemovedBy: (rule: LifecycleRule) => boolean;
}

/**
 * Warns of lifecycle rules of a repository of the app that remove the container image of a version, which Studio pulls whenever an
 * app starts. There is one warning for each repository.
 */
export function warnOfLifecycleRules(version: Construct, source: BaseImageConfig): void {
  const { repository, imageUri } = source;
  const { tag, digest } = isUnknown(imageUri) ? source : parseEcrUri(imageUri)!;
  const knownTag = digest === undefined && !isUnknown(tag) ? tag : undefined;
  // When a tag that is followed moves, the container image of the former version, which is kept, has no tag.
  const mayBeUntagged = digest !== undefined || source.followTag === true;
  if (knownTag !== undefined || mayBeUntagged) {
    keep({
      construct: version,
      repository,
      imageUri,
      what: `the container image ${knownTag === undefined ? '' : `with tag ${quote(knownTag)} `}of ${version.node.path}`,
      isRemovedBy: (rule) => (knownTag !== undefined && mayRemove(rule, knownTag)) || (mayBeUntagged && mayRemove(rule, undefined)),
    });
  }
}

/**
 * Warns of lifecycle rules of a repository of the app that remove container images from which versions were made during no deployment.
 *
 * @param tagPatterns the tags of these container images, with `*` for any characters. They may be pushed again, and then have no tag.
 */
export function warnOfExpiringImages(construct: Construct, repository: ecr.IRepositoryRef, tagPatterns: string[]): void {
  keep({
    construct,
    repository,
    what: `container images of ${construct.node.path}`,
    isRemovedBy: (rule) => mayRemove(rule, undefined) || tagPatterns.some((pattern) => !isUnknown(pattern) && mayRemoveAny(rule, pattern)),
  });
}

function keep(stored: Stored): void {
  StagePass.add(stored.construct, checkLifecycleRules);
  storedIn(stageOf(stored.construct)).push(stored);
}

function storedIn(stage: IConstruct): Stored[] {
  return once(stage, checkLifecycleRules, (): Stored[] => []);
}

const checkLifecycleRules: StageCheck = ({ stage, resources }) => {
  for (const repository of resources.filter(isRepository)) {
    const rules = lifecycleRulesOf(repository);
    const removed = storedIn(stage).filter((stored) => isIn(repository, stored))
      .flatMap(({ what, isRemovedBy }) => rules.filter(isRemovedBy).slice(0, 1).map((rule) => ({ what, rule })));
    if (removed.length > 0) {
      const [{ what, rule }] = removed;
      warn(ownerOf(repository), 'baseImageExpires', `${describeRule(rule)} can remove ${what}${
        removed.length > 1 ? ` and of ${removed.length - 1} more` : ''}, which Studio pulls whenever an app starts: `
        + 'limit the rule to container images that no version uses, for example with tagPrefixList or tagPatternList');
    }
  }
};

function isRepository(resource: CfnResource): resource is ecr.CfnRepository {
  return ecr.CfnRepository.isCfnRepository(resource);
}

/** Whether a repository contains a container image, which may refer to it by its name. */
function isIn(resource: ecr.CfnRepository, { construct, imageUri, repository }: Stored): boolean {
  const owned = repository && cfnResourceOf(repository);
  if (owned) {
    return owned === resource;
  }
  const uri = imageUri === undefined || isUnknown(imageUri) ? undefined : parseEcrUri(imageUri);
  const name = repository?.repositoryRef.repositoryName ?? uri?.repositoryName;
  const { account, region } = repository?.env ?? uri ?? Stack.of(construct);
  return name === resource.repositoryName && !isUnknown(name) && isSame(account, resource.stack.account) && isSame(region, resource.stack.region);
}

function isSame(one: string, other: string): boolean {
  return Token.compareStrings(one, other) !== TokenComparison.DIFFERENT;
}
