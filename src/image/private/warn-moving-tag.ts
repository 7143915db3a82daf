import { aws_ecr as ecr } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { parseEcrUri } from './ecr-uri';
import { cfnResourceOf } from '../../private/dependencies';
import { quote } from '../../private/problems';
import { isUnknown } from '../../private/unknown';
import { warn } from '../../private/warnings';
import type { BaseImageConfig } from '../base-image';

/**
 * Warns of a tag that is probably pushed again, the most common reason for changes that are not deployed: one without a digit, such
 * as `latest`, `main` or `gpu`, or with the word `latest`. A repository of the app with immutable tags refuses such a push.
 */
export function warnOfMovingTag(scope: Construct, source: BaseImageConfig): void {
  const { tag, digest } = isUnknown(source.imageUri) ? source : parseEcrUri(source.imageUri)!;
  const isKnown = !isUnknown(source.imageUri) || tag !== undefined || digest !== undefined;
  if (isKnown && digest === undefined && !source.builtFromSource && !source.followTag && isMoving(tag) && !hasImmutableTags(source.repository)) {
    warn(scope, 'baseImageMovingTag',
      `the base image ${tag === undefined ? 'has no tag' : `has the tag ${quote(tag)}`}: a new push does not create a new version, `
      + 'because the template does not change. Use a tag that is never used again, BaseImage.fromEcrRepositoryDigest, or followTag');
  }
}

function isMoving(tag: string | undefined): boolean {
  return tag === undefined || (!isUnknown(tag) && (!/\d/.test(tag) || /(^|[^a-z])latest([^a-z]|$)/i.test(tag)));
}

/** Whether a repository of the app refuses to push a tag again, or may do so. */
function hasImmutableTags(repository: ecr.IRepositoryRef | undefined): boolean {
  const resource = repository && cfnResourceOf(repository);
  const mutability = resource && ecr.CfnRepository.isCfnRepository(resource) ? resource.imageTagMutability : undefined;
  return mutability === 'IMMUTABLE' || isUnknown(mutability);
}
