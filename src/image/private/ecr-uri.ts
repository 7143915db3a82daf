/** The parts of an Amazon ECR image URI. */
export interface EcrUri {
  readonly account: string;
  readonly region: string;
  readonly repositoryName: string;
  readonly tag?: string;
  readonly digest?: string;
}

// <account>.dkr.ecr.<region>.<suffix>, also in its FIPS (dkr.ecr-fips) and dual-stack (dkr-ecr) spelling.
const REGISTRY = String.raw`(?<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?<region>[a-z]{2}(?:-[a-z]+)+-\d)\.[a-z0-9.-]+`;
const REPOSITORY = String.raw`(?<repositoryName>[a-z0-9]+(?:(?:[._-]+|/)[a-z0-9]+)*)`;
const TAG = String.raw`(?<tag>\w[\w.-]{0,127})`;
const DIGEST = String.raw`(?<digest>sha256:[a-f0-9]{64})`;

const ECR_URI = new RegExp(`^${REGISTRY}/${REPOSITORY}(?::${TAG})?(?:@${DIGEST})?$`);
const TAG_ALONE = new RegExp(`^${TAG}$`);
const DIGEST_ALONE = new RegExp(`^${DIGEST}$`);

/** Takes an ECR image URI apart; undefined if it is none. */
export function parseEcrUri(uri: string): EcrUri | undefined {
  return ECR_URI.exec(uri)?.groups as EcrUri | undefined;
}

/** Whether this is a tag that a container image can have. */
export function isTag(tag: string): boolean {
  return TAG_ALONE.test(tag);
}

/** Whether this is a digest that a container image can have. */
export function isDigest(digest: string): boolean {
  return DIGEST_ALONE.test(digest);
}
