import { aws_ecr as ecr, aws_sagemaker as sagemaker, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { checkRepository } from '../../image/private/validate-base-image';
import { IMAGE } from '../../image/private/validate-image';
import { checkAlias, checkImageEnvironment, checkMetadata } from '../../image/private/validate-image-version';
import { see } from '../../private/help';
import { Problems } from '../../private/problems';
import type { ImageFeedProps } from '../image-feed';

const TAGS = "give ['release-*'] for example";
/** The tag of a container image, with wildcards. EventBridge does not accept two of them in a row. */
const PATTERN = /^(?!.*\*\*)[\w*][\w.*-]*$/;

/** Checks the properties of a feed. */
export function validateImageFeed(scope: Construct, props: ImageFeedProps): void {
  const problems = new Problems();
  if (problems.instance('image', props.image, 'imageRef', IMAGE)) {
    checkImageEnvironment(problems, scope, props.image as sagemaker.IImageRef);
  }
  checkRepository(problems, props.repository, 'repository');
  checkRepositoryEnvironment(problems, scope, props.repository);
  checkTags(problems, props.tags);
  if (problems.required('alias', props.alias, "give an alias, for example 'stable'")) {
    checkAlias(problems, 'alias', props.alias, true);
  }
  problems.boolean('readLabels', props.readLabels);
  const { vendorGuidance, jobType, mlFramework, programmingLang, processor, horovod, releaseNotes } = props;
  checkMetadata(problems, { baseImage: undefined as never, vendorGuidance, jobType, mlFramework, programmingLang, processor, horovod, releaseNotes });
  problems.throwIfAny(scope);
}

/** ECR sends events to the default event bus of its own account and Region, and SageMaker pulls in its own Region. */
function checkRepositoryEnvironment(problems: Problems, scope: Construct, repository: ecr.IRepositoryRef): void {
  const { account, region } = Stack.of(scope);
  const { env } = (repository ?? {}) as Partial<ecr.IRepositoryRef>;
  const differ = (one: string | undefined, other: string) => one !== undefined && Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
  if (env && (differ(env.account, account) || differ(env.region, region))) {
    problems.add(`repository is in ${env.account}/${env.region} and the stack in ${account}/${region}, and ECR sends its events there only: `
      + `replicate the repository to the account and Region of the stack, and give the copy${see('A feed makes no version')}`);
  }
}

function checkTags(problems: Problems, tags: string[]): void {
  if (!problems.required('tags', tags, TAGS)) {
    return;
  }
  if (Token.isUnresolved(tags)) {
    // Each tag needs a matcher of its own.
    problems.add("tags must be a list of tags, got a token: give the tags one by one, ['release-*'] for example");
    return;
  }
  const patterns = problems.list('tags', tags, TAGS);
  if (Array.isArray(tags) && tags.length === 0) {
    problems.add(`tags is empty: ${TAGS}`);
  }
  patterns.forEach((pattern, index) => {
    if (problems.required(`tags[${index}]`, pattern, "give a tag, for example 'release-*'") && problems.length(`tags[${index}]`, pattern, 1, 128, true)) {
      problems.pattern(`tags[${index}]`, pattern, PATTERN, "is not a valid pattern: use letters, digits, '_', '-' and '.', with '*' for any characters, "
        + "not '**', and not starting with '-' or '.'");
    }
  });
  if (patterns.filter((pattern) => typeof pattern === 'string').join().length > 1_000) {
    problems.add('tags has more than 1,000 characters in all, which do not fit into the pattern of a rule: use fewer, with wildcards');
  }
}
