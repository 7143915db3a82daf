import { App, Aspects, aws_iam as iam, CustomResource, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Construct } from 'constructs';
import { ATTACHMENT_TYPE, AttachmentProperties, statementsFor } from '../../src/provider/attachment';
import { ImagesProvider } from '../../src/provider/images-provider';
import { agnosticStack, stackIn, warningsOf } from '../helpers/fixtures';

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
  const [role] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'));
  const { Statement: statements } = role.Properties.Policies[0].PolicyDocument;
  return statements.filter(({ Action: actions }: { Action: string[] }) => !actions[0].startsWith('logs:'));
}

test('the first attachment adds four resources, each further one adds one', () => {
  const stack = stackIn();
  attach(stack, 'First');
  expect(resourceCount(stack)).toBe(4);

  const other = stackIn();
  attach(other, 'First');
  attach(other, 'Second', { ImageName: 'jax' });
  attach(other, 'Third', { Settings: 'DefaultSpaceSettings' });
  expect(resourceCount(other)).toBe(6);
});

test('a construct of the app may have any name', () => {
  const stack = stackIn();
  new Construct(stack, 'SageMakerImages');
  attach(stack, 'First');
  expect(resourceCount(stack)).toBe(4);
});

test('a role to pass makes no policy more', () => {
  const stack = stackIn();
  attach(stack, 'First', {}, iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111111111111:role/execution'));
  expect(resourceCount(stack)).toBe(4);
  expect(granted(stack)).toContainEqual(expect.objectContaining({ Action: 'iam:PassRole', Resource: 'arn:aws:iam::111111111111:role/execution' }));
});

describe('a stack with attachments to more than one domain', () => {
  const policyOf = (...domains: string[]) => {
    const stack = stackIn();
    domains.forEach((domain) => attach(stack, domain, { DomainId: domain }));
    const template = Template.fromStack(stack);
    return { template, policies: template.findResources('AWS::IAM::ManagedPolicy') };
  };

  test('has one more resource: its permissions in a policy that attachments depend on', () => {
    const { template, policies } = policyOf('d-1', 'd-2', 'd-3');
    expect(Object.keys(policies)).toHaveLength(1);
    expect(Object.keys(template.toJSON().Resources)).toHaveLength(7);
    template.allResources(ATTACHMENT_TYPE, { DependsOn: Object.keys(policies) });
    const [policy] = Object.values(policies);
    const [role] = Object.values(template.findResources('AWS::IAM::Role'));
    expect(role.Properties.Policies[0].PolicyDocument.Statement).toEqual(expect.arrayContaining(policy.Properties.PolicyDocument.Statement));
  });

  test('has another policy when one of them goes, so that the former one is there until the attachment is deleted', () => {
    const [policy, same, other] = [['d-1', 'd-2'], ['d-1', 'd-2'], ['d-1', 'd-3']].map((domains) => policyOf(...domains).policies);
    expect(same).toEqual(policy);
    expect(Object.keys(other)).not.toEqual(Object.keys(policy));
    // One name for both would not let them be there at the same time.
    expect(Object.values(policy)[0].Properties).not.toHaveProperty('ManagedPolicyName');
  });

  test('has none of it when there is one left', () => {
    const { template, policies } = policyOf('d-1');
    expect(policies).toEqual({});
    template.allResources(ATTACHMENT_TYPE, { DependsOn: Match.absent() });
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
    const [role] = Object.values(template.findResources('AWS::IAM::Role'));
    const [policy, ...others] = Object.values(template.findResources('AWS::IAM::ManagedPolicy'));
    expect(lengthOf(role.Properties.Policies[0].PolicyDocument)).toBeLessThan(10_240);
    expect(lengthOf(policy.Properties.PolicyDocument)).toBeLessThan(6_144);
    expect(others).toEqual([]);
    template.resourceCountIs('AWS::IAM::Policy', 0);
  });

  test.each([['known', () => stackIn()], ['not known', agnosticStack]])('are an error at synth when they do not (the account is %s)', (_, stack) => {
    Template.fromStack(stackWith(64, stack())).resourceCountIs('AWS::IAM::ManagedPolicy', 1);
    expect(() => Template.fromStack(stackWith(65, stack()))).toThrow(
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

test('the role has its permissions from the start, and nothing but what was allowed', () => {
  const stack = stackIn();
  attach(stack, 'Attachment');
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::IAM::Policy', 0);
  template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent(), Policies: [Match.anyValue()] });
  const [id] = Object.keys(template.findResources('AWS::IAM::Role'));
  template.hasResource('AWS::Lambda::Function', { DependsOn: [id] });
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

test('statements of others are merged, and come inline', () => {
  const stack = stackIn();
  const statement = () => new iam.PolicyStatement({ actions: ['sagemaker:ListAliases'], resources: ['arn:aws:sagemaker:eu-west-1:111111111111:image/x'] });
  ImagesProvider.of(stack).allow(statement(), statement());
  expect(granted(stack)).toHaveLength(1);
});
