/** What to do about a failure, and the page about it. */
export interface Fix {
  readonly fix: string;
  readonly source: string;
}

const ECR = 'AmazonECR/latest/userguide/';
const STUDIO = 'sagemaker/latest/dg/studio-updated-byoi-specs.html';

/**
 * The first match counts. No public source lists the reasons that SageMaker gives for versions. These are the words of the errors
 * of AWS STS, IAM, Amazon ECR and AWS KMS that SageMaker gets when it pulls a container image.
 */
const FIXES: readonly [words: RegExp, fix: string, page: string][] = [
  [/\bassume\b|AssumeRole|be assumed/i, 'let the role of the image trust sagemaker.amazonaws.com, and deploy again if the role is new', 'sagemaker/latest/dg/security-confused-deputy-prevention.html'],
  [/\bkms\b/i, 'enable the KMS key of the repository and grant its use to Amazon ECR', `${ECR}encryption-at-rest.html`],
  [/repository.*(not|n't) (exist|found)|RepositoryNotFound/i, 'correct the account, Region or name of the repository in the base image', `${ECR}repository-info.html`],
  [/authoriz|denied|permission|ecr:/i, 'grant the role of the image ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on the repository, unless the policy of the repository, a boundary or a service control policy denies them', `${ECR}repository-policies.html`],
  [/\barchived\b/i, 'restore the container image in Amazon ECR, or push it again', `${ECR}LifecyclePolicies.html`],
  [/(image|manifest|tag|digest).*((not|n't) (exist|found)|unknown)|ImageNotFound/i, 'push the container image, and check whether a lifecycle rule or cdk gc has deleted it', `${ECR}LifecyclePolicies.html`],
  [/\bregion\b/i, 'push the container image to a repository in the Region of the image', STUDIO],
  [/\bsize\b|large|exceed/i, 'make the container image smaller', STUDIO],
  [/manifest|media ?type|architecture|platform/i, 'build one container image for linux/amd64 without attestations (docker buildx build --platform linux/amd64 --provenance=false)', STUDIO],
  [/internal|throttl|unavailable|timed? ?out/i, 'deploy again', 'sagemaker/latest/APIReference/API_CreateImageVersion.html'],
];

/** Returns the likely fix, or undefined if the reason is unknown. */
export function fixOf(reason: string): Fix | undefined {
  const found = FIXES.find(([words]) => words.test(reason));
  return found && { fix: found[1], source: `https://docs.aws.amazon.com/${found[2]}` };
}
