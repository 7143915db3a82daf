import { COMPLIANCE_PACKS, findingsInTemplate } from './findings';
import { synthExample, Template } from '../../scripts/examples/synth';

// Each example is synthesized in a process of its own.
jest.setTimeout(60_000);

/** The rules that the examples violate, without the path of each construct. */
const rulesOf = (findings: string[]) => [...new Set(findings.map((finding) => finding.split(' at ')[0].split('-').pop()!))].sort();

/** The library acknowledges it: IAM has no resource for sagemaker:ListApps. */
const LISTS_APPS = 'AwsSolutions-IAM5[Resource::*]';

const OF_ACCOUNT = 'arn:<AWS::Partition>:sagemaker:<AWS::Region>:<AWS::AccountId>:';
/** Versions whose numbers SageMaker assigns, and everything in Studio that may use one of them. */
const RELEASE = [
  `AwsSolutions-IAM5[Resource::${OF_ACCOUNT}image-version/release-torch/*]`,
  LISTS_APPS,
  ...['app', 'domain', 'space', 'user-profile'].map((kind) => `AwsSolutions-IAM5[Resource::${OF_ACCOUNT}${kind}/*]`),
];

describe.each<[string, Record<string, unknown>, string[]]>([
  // The pipeline of this example creates versions, whose numbers SageMaker assigns, and reads those that it created.
  ['quickstart', { domainId: 'd-1' }, ['AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sagemaker:<AWS::Region>:<AWS::AccountId>:image-version/torch/*]', LISTS_APPS]],
  ['studio', { domainId: 'd-1', executionRole: 'arn:aws:iam::111111111111:role/Execution' }, [LISTS_APPS]],
  ['release', { domainId: 'd-1', executionRole: 'arn:aws:iam::111111111111:role/Execution' }, RELEASE],
  ['unified-studio', { domainId: 'd-1', executionRole: 'arn:aws:iam::111111111111:role/Execution' }, [LISTS_APPS]],
  ['studio-owned', { release: 1, vpcId: 'vpc-1', subnetId: 'subnet-1' }, [LISTS_APPS]],
])('examples/%s', (name, context, wildcards) => {
  let template: Template;
  beforeAll(() => { template = synthExample(name, context); });

  test('has no finding of cdk-nag, with nothing acknowledged, except for wildcards that IAM requires', () => {
    expect([...new Set(findingsInTemplate(template).map((finding) => finding.split(' at ')[0]))]).toEqual(wildcards);
  });

  test.each(COMPLIANCE_PACKS.map((pack) => [pack.name, pack] as const))('has only findings of %s that the app can resolve', (_, pack) => {
    const ofFunction = ['CloudWatchLogGroupEncrypted', 'LambdaConcurrency', 'LambdaDLQ', 'LambdaInsideVPC'];
    // The CDK grants permissions by inline policies.
    expect(['IAMNoInlinePolicy', ...ofFunction]).toEqual(expect.arrayContaining(rulesOf(findingsInTemplate(template, pack))));
  });
});
