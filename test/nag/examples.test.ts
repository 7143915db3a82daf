import { COMPLIANCE_PACKS, findingsInTemplate } from './findings';
import { synthExample, Template } from '../../scripts/examples/synth';

// Each example is synthesized in a process of its own.
jest.setTimeout(60_000);

/** The rules that the examples violate, without the path of each construct. */
const rulesOf = (findings: string[]) => [...new Set(findings.map((finding) => finding.split(' at ')[0].split('-').pop()!))].sort();

/** The library acknowledges it: IAM has no resource for sagemaker:ListApps. */
const LISTS_APPS = 'AwsSolutions-IAM5[Resource::*]';

/** Versions of an image, whose numbers SageMaker assigns. */
const versionsOf = (image: string) => `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sagemaker:<AWS::Region>:<AWS::AccountId>:image-version/${image}/*]`;
/** Everything in Studio that may use a version. */
const USES = ['app', 'domain', 'space', 'user-profile']
  .map((kind) => `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sagemaker:<AWS::Region>:<AWS::AccountId>:${kind}/*]`);

describe.each<[string, Record<string, unknown>, string[]]>([
  // The pipeline of this example creates versions and reads those that it created. A retention deletes versions of another image.
  ['quickstart', { domainId: 'd-1' }, [versionsOf('torch'), LISTS_APPS, versionsOf('editor'), ...USES]],
  ['studio', { domainId: 'd-1', executionRole: 'arn:aws:iam::111111111111:role/Execution' }, [LISTS_APPS]],
  ['release', { domainId: 'd-1', executionRole: 'arn:aws:iam::111111111111:role/Execution' }, [versionsOf('release-torch'), LISTS_APPS, ...USES]],
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
