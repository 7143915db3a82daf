/** What to do about a failure, and the page about it. */
export interface Fix {
  readonly fix: string;
  readonly source: string;
}

const ECR = 'AmazonECR/latest/userguide/';
const STUDIO = 'sagemaker/latest/dg/studio-updated-byoi-specs.html';

/**
 * The first match counts. No public source lists the reasons that SageMaker gives for versions. These are the words of the errors
 * of AWS STS, IAM, Amazon ECR and AWS KMS that SageMaker gets when it pulls a container image, and of SageMaker itself.
 */
export const FIXES: readonly [words: RegExp, fix: string, page: string][] = [
  [/throttl|rate exceeded|internal ?(server|service)? ?(error|failure|exception)|unavailable|timed? ?out/i, 'deploy again', 'sagemaker/latest/APIReference/API_CreateImageVersion.html'],
  [/\bsize\b|\blarge|\bGB\b/i, 'make the container image smaller', STUDIO],
  [/\bquota|(service|account).*limit|LimitExceeded/i, 'request a higher quota, or delete versions that nobody uses', 'general/latest/gr/sagemaker.html'],
  [/\bassume\b|AssumeRole|be assumed/i, 'let the role of the image trust sagemaker.amazonaws.com, and deploy again if the role is new', 'sagemaker/latest/dg/security-confused-deputy-prevention.html'],
  [/\bkms/i, 'enable the KMS key of the repository and grant its use to Amazon ECR', `${ECR}encryption-at-rest.html`],
  [/repository.*(not|n't) (exist|found)|RepositoryNotFound/i, 'correct the account, Region or name of the repository in the base image', 'AmazonECR/latest/APIReference/API_BatchGetImage.html'],
  [/authoriz|denied|permission|forbidden|ecr:/i, 'grant the role of the image ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on the repository, unless the policy of the repository, a boundary or a service control policy denies them', `${ECR}repository-policies.html`],
  [/\barchived\b/i, 'restore the container image in Amazon ECR, or push it again', `${ECR}LifecyclePolicies.html`],
  [/media ?type|architecture|platform|(unsupported|invalid|matching) manifest|manifest.*(supported|invalid)/i, 'build one container image for linux/amd64 without attestations (docker buildx build --platform linux/amd64 --provenance=false)', STUDIO],
  [/(image|manifest|tag|digest).*((not|n't) (exist|found)|unknown)|ImageNotFound/i, 'push the container image, and check whether a lifecycle rule or cdk gc has deleted it', `${ECR}LifecyclePolicies.html`],
  [/\bregion\b/i, 'push the container image to a repository in the Region of the image', STUDIO],
];

/** Names of resources, which may contain any word: in quotes, ARNs and URIs. */
const NAMES = /'[^'\s]*'|"[^"\s]*"|\barn:\S+|\S+\.amazonaws\.com\S*/g;

/** Returns the likely fix, or undefined if the reason is unknown. */
export function fixOf(reason: string): Fix | undefined {
  const text = reason.replace(NAMES, "''");
  const found = FIXES.find(([words]) => words.test(text));
  return found && { fix: found[1], source: `https://docs.aws.amazon.com/${found[2]}` };
}
