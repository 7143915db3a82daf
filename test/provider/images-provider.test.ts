import { readFileSync } from 'fs';
import { join } from 'path';
import { App, Aspects, aws_iam as iam, CustomResource, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Construct } from 'constructs';
import { ATTACHMENT_TYPE, AttachmentProperties, statementsFor } from '../../src/provider/attachment';
import { ImagesProvider } from '../../src/provider/images-provider';
import { agnosticStack, HERE, stackIn, warningsOf } from '../helpers/fixtures';

const PROPERTIES: AttachmentProperties = {
  DomainId: 'd-1',
  Settings: 'DefaultUserSettings',
  AppSettings: 'JupyterLabAppSettings',
  ImageName: 'torch',
  ImageVersionNumber: 3,
  AppImageConfigName: 'torch-jl',
};

/** What `src/studio` does for one attachment. */
function attach(stack: Stack, id: string, properties: Partial<AttachmentProperties> = {}, role?: iam.IRole): CustomResource {
  const all = { ...PROPERTIES, ...properties };
  const provider = ImagesProvider.of(stack);
  provider.allow(...statementsFor(stack, all, role));
  const { serviceToken, serviceTimeout } = provider;
  const resource = new CustomResource(stack, id, { serviceToken, serviceTimeout, resourceType: ATTACHMENT_TYPE, properties: all });
  resource.node.addDependency(provider.lastingPermissions);
  return resource;
}

function resourceCount(stack: Stack): number {
  return Object.keys(Template.fromStack(stack).toJSON().Resources ?? {}).length;
}

/** The statements of the function's role, without those about its log. */
function granted(stack: Stack): unknown[] {
  const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy'));
  return policy.Properties.PolicyDocument.Statement.filter(({ Action: actions }: { Action: string[] }) => !actions[0].startsWith('logs:'));
}

test('the first attachment adds five resources, each further one adds one', () => {
  const stack = stackIn();
  attach(stack, 'First');
  expect(resourceCount(stack)).toBe(5);

  const other = stackIn();
  attach(other, 'First');
  attach(other, 'Second', { ImageName: 'jax' });
  attach(other, 'Third', { DomainId: 'd-2' });
  expect(resourceCount(other)).toBe(7);
});

test('a construct of the app may have any name', () => {
  const stack = stackIn();
  new Construct(stack, 'SageMakerImages');
  attach(stack, 'First');
  expect(resourceCount(stack)).toBe(5);
});

test('a role to pass makes no policy more', () => {
  const stack = stackIn();
  attach(stack, 'First', {}, iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111111111111:role/execution'));
  expect(resourceCount(stack)).toBe(5);
  expect(granted(stack)).toContainEqual(expect.objectContaining({ Action: 'iam:PassRole', Resource: 'arn:aws:iam::111111111111:role/execution' }));
});

describe('the permissions for attachments', () => {
  const policyOf = (...domains: string[]) => {
    const stack = stackIn();
    domains.forEach((domain) => attach(stack, domain, { DomainId: domain }));
    const template = Template.fromStack(stack);
    return { template, policies: template.findResources('AWS::IAM::ManagedPolicy') };
  };

  test('are a policy of their own, which every attachment waits for', () => {
    const { template, policies } = policyOf('d-1', 'd-2', 'd-3');
    const [role] = Object.keys(template.findResources('AWS::IAM::Role'));
    expect(Object.values(policies).map(({ Properties }) => Properties.Roles)).toEqual([[{ Ref: role }]]);
    template.allResources(ATTACHMENT_TYPE, { DependsOn: Object.keys(policies) });
  });

  test.each([
    ['one of them goes', ['d-1', 'd-2'], ['d-1']],
    ['one comes', ['d-1'], ['d-1', 'd-2']],
    ['one is exchanged for another', ['d-1'], ['d-2']],
  ])('are another policy when %s, so that the former one is there until the former attachment is deleted', (_, before, after) => {
    const [policy, same, other] = [before, before, after].map((domains) => policyOf(...domains).policies);
    expect(same).toEqual(policy);
    expect(Object.keys(other)).not.toEqual(Object.keys(policy));
    // One name for both would not let them be there at the same time.
    expect(Object.values(policy)[0].Properties).not.toHaveProperty('ManagedPolicyName');
  });

  test('are another policy even where the app is not validated', () => {
    const [one, other] = ['d-1', 'd-2'].map((domain) => {
      const stack = stackIn();
      attach(stack, 'Attachment', { DomainId: domain });
      const { Resources } = (stack.node.root as App).synth({ skipValidation: true }).getStackArtifact(stack.artifactId).template;
      return Object.keys(Resources).filter((id) => id.includes('LastingPolicy'));
    });
    expect([...one, ...other]).toEqual([expect.stringMatching(/[0-9A-F]{8}$/), expect.stringMatching(/[0-9A-F]{8}$/)]);
    expect(one).not.toEqual(other);
  });

  test('are reported, and made by nobody, where the app makes no roles', () => {
    const app = new App();
    iam.Role.customizeRoles(app, { usePrecreatedRoles: { 'Stack/$SageMakerImages/Role': 'precreated' } });
    const stack = new Stack(app, 'Stack', { env: HERE });
    attach(stack, 'Attachment');
    const template = Template.fromStack(stack);
    ['Role', 'Policy', 'ManagedPolicy'].forEach((type) => template.resourceCountIs(`AWS::IAM::${type}`, 0));
    template.hasResourceProperties('AWS::Lambda::Function', { Role: Match.objectLike({}) });
    const report = readFileSync(join(app.outdir, 'iam-policy-report.json'), 'utf8');
    expect(report).toContain('sagemaker:UpdateDomain');
    expect(report).toContain('logs:PutLogEvents');
  });
});

describe('the permissions for many user profiles', () => {
  /** As it is in the account. */
  const lengthOf = (policy: unknown) => JSON.stringify(policy).replace(/\{"Fn::Sub":("[^"]*")\}/g, '$1').replaceAll('${AWS::Partition}', 'aws').length;
  const stackWith = (profiles: number, stack = stackIn()) => {
    [...Array(profiles).keys()].forEach((i) => attach(stack, `Profile${i}`, {
      DomainId: 'd-abcdefghijkl', Settings: 'UserSettings', UserProfileName: `firstname-lastname-${i}`,
    }));
    return stack;
  };

  test('fit the quotas of IAM, while an update has both the former and the new ones', () => {
    const template = Template.fromStack(stackWith(60));
    const [policy, ...others] = Object.values(template.findResources('AWS::IAM::ManagedPolicy'));
    expect(lengthOf(policy.Properties.PolicyDocument)).toBeLessThan(6_144);
    expect(others).toEqual([]);
    template.resourceCountIs('AWS::IAM::Policy', 0);
  });

  test.each([['known', () => stackIn()], ['not known', agnosticStack]])('are an error at synth when they do not (the account is %s)', (_, stack) => {
    Template.fromStack(stackWith(62, stack())).resourceCountIs('AWS::IAM::ManagedPolicy', 1);
    expect(() => Template.fromStack(stackWith(64, stack()))).toThrow(
      /the attachments of stack 'Stack' need a policy of 6[12]\d\d characters, and IAM takes 6144: attach to the existing domain .* another stack/,
    );
  });
});

test('each stack has a provider of its own, nested stacks and stages too', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const nested = new NestedStack(stack, 'Nested');
  const staged = new Stack(new Stage(app, 'Stage'), 'Stack');
  for (const one of [stack, nested, staged]) {
    expect(ImagesProvider.of(attach(one, 'Attachment'))).toBe(ImagesProvider.of(one));
  }
  for (const one of [stack, nested, staged]) {
    Template.fromStack(one).resourceCountIs('AWS::Lambda::Function', 1);
  }
});

test.each([
  [{}, ['sagemaker:DescribeDomain', 'sagemaker:UpdateDomain'], 'domain/d-1'],
  [{ Settings: 'DefaultSpaceSettings' }, ['sagemaker:DescribeDomain', 'sagemaker:UpdateDomain'], 'domain/d-1'],
  [{ Settings: 'UserSettings', UserProfileName: 'ann' }, ['sagemaker:DescribeUserProfile', 'sagemaker:UpdateUserProfile'], 'user-profile/d-1/ann'],
  [{ Settings: 'SpaceSettings', SpaceName: 'team' }, ['sagemaker:DescribeSpace', 'sagemaker:UpdateSpace'], 'space/d-1/team'],
] as const)('%j needs to read and to update exactly that', (properties, actions, resource) => {
  const stack = stackIn();
  attach(stack, 'Attachment', properties);
  expect(granted(stack)).toEqual([{
    Effect: 'Allow',
    Action: actions,
    Resource: { 'Fn::Sub': `arn:\${AWS::Partition}:sagemaker:eu-west-1:111111111111:${resource}` },
  }]);
});

test('attachments to one place need one statement, and those to two places one with two resources', () => {
  const stack = stackIn();
  attach(stack, 'First');
  attach(stack, 'Second', { ImageName: 'jax' });
  attach(stack, 'Third', { DomainId: 'd-2' });
  expect(granted(stack)).toEqual([expect.objectContaining({ Resource: [expect.anything(), expect.anything()] })]);
});

test('the function is what Lambda has of the newest and cheapest, for as long as it may take, and keeps its log for a month', () => {
  const stack = stackIn();
  attach(stack, 'Attachment');
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Lambda::Function', { Runtime: 'nodejs24.x', Architectures: ['arm64'], Timeout: 900, MemorySize: 256 });
  template.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 30 }, DeletionPolicy: 'Delete' });
});

test('the role has nothing but what was allowed, and its log', () => {
  const stack = stackIn();
  attach(stack, 'Attachment');
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent(), Policies: Match.absent() });
  template.resourceCountIs('AWS::IAM::Policy', 0);
  template.resourceCountIs('AWS::IAM::ManagedPolicy', 1);
  const [logs] = Object.keys(template.findResources('AWS::Logs::LogGroup'));
  template.hasResourceProperties('AWS::IAM::ManagedPolicy', {
    PolicyDocument: {
      Statement: [
        { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: { 'Fn::GetAtt': [logs, 'Arn'] } },
        { Action: ['sagemaker:DescribeDomain', 'sagemaker:UpdateDomain'] },
      ],
    },
  });
});

test('the domain may be known at deploy time only', () => {
  const stack = agnosticStack();
  attach(stack, 'Attachment', { DomainId: stack.formatArn({ service: 'x', resource: 'y' }) });
  expect(JSON.stringify(granted(stack))).toContain('AWS::Region');
});

test('cdk-nag finds nothing and the CDK warns of nothing', () => {
  const stack = stackIn();
  attach(stack, 'Attachment');
  attach(stack, 'Other', { DomainId: 'd-2' });
  Aspects.of(stack).add(new AwsSolutionsChecks());
  expect(Annotations.fromStack(stack).findError('*', Match.anyValue())).toEqual([]);
  expect(warningsOf(stack)).toEqual([]);
});

test('statements of others are merged', () => {
  const stack = stackIn();
  const statement = () => new iam.PolicyStatement({ actions: ['sagemaker:ListAliases'], resources: ['arn:aws:sagemaker:eu-west-1:111111111111:image/x'] });
  ImagesProvider.of(stack).allow(statement(), statement());
  expect(granted(stack)).toHaveLength(1);
});
