import { aws_ecr as ecr, CfnResource, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { parseEcrUri } from './ecr-uri';
import { describeRule, lifecycleRulesOf, mayRemove } from './lifecycle-rules';
import { cfnResourceOf, ownerOf } from '../../private/dependencies';
import { once, stageOf } from '../../private/once';
import { quote } from '../../private/problems';
import { StageCheck, StagePass } from '../../private/stage-pass';
import { isUnknown } from '../../private/unknown';
import { warn } from '../../private/warnings';
import type { BaseImageConfig } from '../base-image';

/** A version whose repository and container image are known. */
interface StoredVersion {
  readonly version: Construct;
  readonly source: BaseImageConfig;
  /** Undefined for a digest. */
  readonly tag?: string;
}

/**
 * Warns of lifecycle rules of a repository of the app that remove the container image of a version, which Studio pulls whenever an
 * app starts. There is one warning for each repository.
 */
export function warnOfLifecycleRules(version: Construct, source: BaseImageConfig): void {
  const { tag, digest } = isUnknown(source.imageUri) ? source : parseEcrUri(source.imageUri)!;
  if (digest !== undefined || (tag !== undefined && !isUnknown(tag))) {
    StagePass.add(version, checkLifecycleRules);
    storedIn(stageOf(version)).push({ version, source, tag: digest === undefined ? tag : undefined });
  }
}

function storedIn(stage: IConstruct): StoredVersion[] {
  return once(stage, checkLifecycleRules, (): StoredVersion[] => []);
}

const checkLifecycleRules: StageCheck = ({ stage, resources }) => {
  for (const repository of resources.filter(isRepository)) {
    const rules = lifecycleRulesOf(repository);
    const removed = storedIn(stage).filter(({ version, source }) => isIn(repository, version, source))
      .flatMap(({ version, tag }) => rules.filter((rule) => mayRemove(rule, tag)).slice(0, 1).map((rule) => ({ version, tag, rule })));
    if (removed.length > 0) {
      const [{ version, tag, rule }] = removed;
      warn(ownerOf(repository), 'baseImageExpires', `${describeRule(rule)} can remove the container image ${tag === undefined ? '' : `with tag ${quote(tag)} `}`
        + `of ${version.node.path}${removed.length > 1 ? ` and of ${removed.length - 1} more` : ''}, which Studio pulls whenever an app starts: `
        + 'limit the rule to container images that no version uses, for example with tagPrefixList or tagPatternList');
    }
  }
};

function isRepository(resource: CfnResource): resource is ecr.CfnRepository {
  return ecr.CfnRepository.isCfnRepository(resource);
}

/** Whether a repository contains a container image, which may refer to it by its name. */
function isIn(resource: ecr.CfnRepository, version: Construct, { imageUri, repository }: BaseImageConfig): boolean {
  const owned = repository && cfnResourceOf(repository);
  if (owned) {
    return owned === resource;
  }
  const uri = isUnknown(imageUri) ? undefined : parseEcrUri(imageUri);
  const name = repository?.repositoryRef.repositoryName ?? uri?.repositoryName;
  const { account, region } = repository?.env ?? uri ?? Stack.of(version);
  return name === resource.repositoryName && !isUnknown(name) && isSame(account, resource.stack.account) && isSame(region, resource.stack.region);
}

function isSame(one: string, other: string): boolean {
  return Token.compareStrings(one, other) !== TokenComparison.DIFFERENT;
}
