import { region_info as regionInfo, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { renderIntrinsics } from '../../private/intrinsics';
import { resolveFinal } from '../../private/references';

/** The parts of an Amazon ECR image URI. */
export interface EcrUri {
  readonly account: string;
  readonly region: string;
  readonly repositoryName: string;
  readonly tag?: string;
  readonly digest?: string;
}

// `<account>.dkr.ecr.<region>.<suffix>`, or `<account>.dkr-ecr.<region>.<suffix>` for dual-stack, either of them also with `-fips`.
const REGISTRY = String.raw`(?<account>\d{12})\.dkr(?<separator>[.-])ecr(?:-fips)?\.(?<region>[a-z]+(?:-[a-z]+)+-\d+)\.(?<suffix>[a-z0-9.-]+)`;
const REPOSITORY = String.raw`(?<repositoryName>[a-z0-9]+(?:(?:[._-]+|/)[a-z0-9]+)*)`;
const TAG = String.raw`(?<tag>\w[\w.-]{0,127})`;
const DIGEST = String.raw`(?<digest>sha256:[a-f0-9]{64})`;

const ECR_URI = new RegExp(`^${REGISTRY}/${REPOSITORY}(?::${TAG})?(?:@${DIGEST})?$`);
/** A valid name of a repository. */
export const REPOSITORY_NAME = new RegExp(`^${REPOSITORY}$`);
const TAG_ALONE = new RegExp(`^${TAG}$`);
const DIGEST_ALONE = new RegExp(`^${DIGEST}$`);

/** Values that no URI has, and that stand for those of the stack. */
const PSEUDO_PARAMETERS: Record<string, string> = {
  'AWS::AccountId': '000000000000', 'AWS::Region': 'of-stack-0', 'AWS::URLSuffix': 'amazonaws.com',
};

/** The DNS suffix of most Regions. To know it without the CDK saves the time to load its facts. */
const MOST_COMMON_SUFFIX = 'amazonaws.com';
/** The suffixes of dual-stack endpoints, of which the CDK has no facts. */
const DUAL_STACK_SUFFIXES = [
  'on.aws', 'on.amazonwebservices.com.cn', 'on.amazonwebservices.eu', 'on.aws.ic.gov', 'on.aws.scloud', 'on.cloud-aws.adc-e.uk', 'on.aws.hci.ic.gov',
];

/** Parses an ECR image URI. Returns undefined if it is not valid. Regions that the CDK does not know yet are accepted. */
export function parseEcrUri(uri: string): EcrUri | undefined {
  const groups = ECR_URI.exec(uri)?.groups;
  return groups && isSuffix(groups.suffix, groups.separator) ? groups as unknown as EcrUri : undefined;
}

/** Parses an ECR image URI that may name the account, Region and suffix of its stack by pseudo parameters of CloudFormation. */
export function parseEcrUriIn(scope: IConstruct, uri: string): EcrUri | undefined {
  if (!Token.isUnresolved(uri)) {
    return parseEcrUri(uri);
  }
  const text = renderIntrinsics(resolveFinal(uri, scope), (name, argument) => name === 'Ref' && PSEUDO_PARAMETERS[argument] || '?');
  const parsed = parseEcrUri(text);
  const { account, region } = Stack.of(scope);
  return parsed && {
    ...parsed,
    ...parsed.account === PSEUDO_PARAMETERS['AWS::AccountId'] && { account },
    ...parsed.region === PSEUDO_PARAMETERS['AWS::Region'] && { region },
  };
}

function isSuffix(suffix: string, separator: string): boolean {
  return separator === '-' ? DUAL_STACK_SUFFIXES.includes(suffix) : suffix === MOST_COMMON_SUFFIX || domainSuffixes().has(suffix);
}

let suffixes: Set<string | undefined> | undefined;

/** Returns the DNS suffixes of all partitions that the CDK knows. */
function domainSuffixes(): Set<string | undefined> {
  return suffixes ??= new Set(regionInfo.RegionInfo.regions.map(({ domainSuffix }) => domainSuffix));
}

/** Whether a string is a valid tag of a container image. */
export function isTag(tag: string): boolean {
  return TAG_ALONE.test(tag);
}

/** Whether a string is a valid digest of a container image. */
export function isDigest(digest: string): boolean {
  return DIGEST_ALONE.test(digest);
}
