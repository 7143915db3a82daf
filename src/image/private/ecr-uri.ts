/** The parts of an Amazon ECR image URI. */
export interface EcrUri {
  readonly account: string;
  readonly region: string;
  readonly repositoryName: string;
  readonly tag?: string;
  readonly digest?: string;
}

// <account>.dkr.ecr.<region>.<suffix>, including its FIPS (dkr.ecr-fips) and dual-stack (dkr-ecr) forms.
const REGISTRY = String.raw`(?<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?<region>[a-z]{2}(?:-[a-z]+)+-\d)\.[a-z0-9.-]+`;
const REPOSITORY = String.raw`(?<repositoryName>[a-z0-9]+(?:(?:[._-]+|/)[a-z0-9]+)*)`;
const TAG = String.raw`(?<tag>\w[\w.-]{0,127})`;
const DIGEST = String.raw`(?<digest>sha256:[a-f0-9]{64})`;

const ECR_URI = new RegExp(`^${REGISTRY}/${REPOSITORY}(?::${TAG})?(?:@${DIGEST})?$`);
const TAG_ALONE = new RegExp(`^${TAG}$`);
const DIGEST_ALONE = new RegExp(`^${DIGEST}$`);

/** Parses an ECR image URI. Returns undefined if it is not valid. */
export function parseEcrUri(uri: string): EcrUri | undefined {
  return ECR_URI.exec(uri)?.groups as EcrUri | undefined;
}

/** Whether a string is a valid tag of a container image. */
export function isTag(tag: string): boolean {
  return TAG_ALONE.test(tag);
}

/** Whether a string is a valid digest of a container image. */
export function isDigest(digest: string): boolean {
  return DIGEST_ALONE.test(digest);
}
