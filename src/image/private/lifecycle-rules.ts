import type { aws_ecr as ecr } from 'aws-cdk-lib';
import { finalProperties, overrideOf } from '../../private/overrides';

/** A rule of a lifecycle policy, as ECR defines it. */
export interface LifecycleRule {
  readonly rulePriority: number;
  readonly selection: {
    readonly tagStatus: 'tagged' | 'untagged' | 'any';
    readonly tagPrefixList?: string[];
    readonly tagPatternList?: string[];
    readonly countType: string;
    readonly countNumber: number;
  };
}

/** Returns the rules of a repository in the order in which ECR applies them, or none if they are unknown at synth. */
export function lifecycleRulesOf(repository: ecr.CfnRepository): LifecycleRule[] {
  if (repository.lifecyclePolicy === undefined && overrideOf(repository, []) === undefined) {
    return [];
  }
  const text = finalProperties(repository)?.LifecyclePolicy?.LifecyclePolicyText;
  try {
    const rules: LifecycleRule[] = JSON.parse(text).rules;
    return rules.filter(({ selection }) => selection).sort((one, other) => one.rulePriority - other.rulePriority);
  } catch {
    // It is a function of CloudFormation, or ECR reports the error.
    return [];
  }
}

/**
 * Whether a rule may remove the container image with a tag, or with a digest.
 *
 * A container image with a digest may have no tag. Which tags it has otherwise is unknown.
 */
export function mayRemove({ selection }: LifecycleRule, tag: string | undefined): boolean {
  const { tagStatus, tagPrefixList = [], tagPatternList = [] } = selection;
  switch (tagStatus) {
    case 'any': return true;
    case 'untagged': return tag === undefined;
    default: return tag !== undefined && (tagPrefixList.some((prefix) => typeof prefix === 'string' && tag.startsWith(prefix))
      || tagPatternList.some((pattern) => typeof pattern === 'string' && wildcard(pattern).test(tag)));
  }
}

/** Whether a rule may remove a container image with a tag that matches a pattern with `*`. */
export function mayRemoveAny({ selection }: LifecycleRule, pattern: string): boolean {
  const { tagStatus, tagPrefixList = [], tagPatternList = [] } = selection;
  const patterns = [...tagPrefixList.map((prefix) => `${prefix}*`), ...tagPatternList];
  return tagStatus === 'any' || (tagStatus === 'tagged' && patterns.some((one) => typeof one === 'string' && overlap(one, pattern)));
}

/** Whether a string matches both patterns. */
function overlap(one: string, other: string): boolean {
  if (one === '' || other === '') {
    return /^\**$/.test(one + other);
  }
  if (one[0] === '*') {
    return overlap(one.slice(1), other) || overlap(one, other.slice(1));
  }
  return other[0] === '*' ? overlap(other, one) : one[0] === other[0] && overlap(one.slice(1), other.slice(1));
}

const LIMITS: Record<string, string> = { imageCountMoreThan: 'more than', sinceImagePulled: 'not pulled for' };

/** Describes a rule in a message. */
export function describeRule({ rulePriority, selection: { countType, countNumber } }: LifecycleRule): string {
  const unit = `${countType === 'imageCountMoreThan' ? 'image' : 'day'}${Number(countNumber) === 1 ? '' : 's'}`;
  return `lifecycle rule ${rulePriority} (${LIMITS[countType] ?? 'older than'} ${countNumber} ${unit})`;
}

/** Returns a regular expression for a pattern in which `*` stands for any characters. */
export function wildcard(pattern: string): RegExp {
  return new RegExp(`^${pattern.split('*').map((part) => part.replace(/[.\\^$|?+()[\]{}]/g, '\\$&')).join('.*')}$`);
}
