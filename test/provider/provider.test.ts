import { readFileSync } from 'fs';
import { join } from 'path';
import { App, Aspects, aws_iam as iam, CfnResource, MissingRemovalPolicies, NestedStack, RemovalPolicies, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Construct, IConstruct } from 'constructs';
import { Provider } from '../../src/provider/private/provider';
import { agnosticStack, HERE, stackIn, warningsOf } from '../helpers/fixtures';

const KIND = 'Custom::Thing';

interface Options {
  /** The ARN of the thing. */
  readonly on?: string;
  readonly actions?: string[];
  readonly cleansUp?: boolean;
}

const arnOf = (name: string) => `arn:aws:sagemaker:eu-west-1:111111111111:thing/${name}`;

/** Adds a custom resource of a made-up kind. */
function add(stack: Stack, id: string, { on = arnOf('one'), actions = ['sagemaker:DescribeThing', 'sagemaker:UpdateThing'], cleansUp = true }: Options = {}): CfnResource {
  return Provider.of(stack).add(stack, id, {
    kind: KIND, properties: { Name: id, Count: 3 }, statements: [{ actions, resource: on }], cleansUp,
  });
}

function resourceCount(stack: Stack): number {
  return Object.keys(Template.fromStack(stack).toJSON().Resources ?? {}).length;
}

/** The statements of the lasting policy of the function's role, without those about its log. */
function lastingStatements(stack: Stack): unknown[] {
  const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy'));
  return policy.Properties.PolicyDocument.Statement.filter(({ Action: actions }: { Action: string[] }) => !actions[0].startsWith('logs:'));
}

test('the first custom resource adds five resources, each further one adds one', () => {
  const count = (...names: string[]) => {
    const stack = stackIn();
    names.forEach((name) => add(stack, name, { on: arnOf(name) }));
    return resourceCount(stack);
  };
  expect([count('a'), count('a', 'b'), count('a', 'b', 'c')]).toEqual([5, 6, 7]);
});

test('a custom resource has its type, its properties, and a time-out beyond that of the function', () => {
  const stack = stackIn();
  add(stack, 'First');
  Template.fromStack(stack).hasResource(KIND, {
    Properties: { ServiceToken: { 'Fn::GetAtt': [Match.stringLikeRegexp('Handler'), 'Arn'] }, ServiceTimeout: '1500', Name: 'First', Count: 3 },
  });
});

test('a construct of the app can have any id', () => {
  const stack = stackIn();
  new Construct(stack, 'SageMakerImages');
  add(stack, 'First');
  expect(resourceCount(stack)).toBe(5);
});

test('each stack has a function of its own, nested stacks and stages too', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const nested = new NestedStack(stack, 'Nested');
  const staged = new Stack(new Stage(app, 'Stage'), 'Stack');
  for (const one of [stack, nested, staged]) {
    add(one, 'First');
    expect(Provider.of(new Construct(one, 'Inner'))).toBe(Provider.of(one));
  }
  for (const one of [stack, nested, staged]) {
    Template.fromStack(one).resourceCountIs('AWS::Lambda::Function', 1);
  }
});

describe('permissions that last', () => {
  const policyOf = (...names: string[]) => {
    const stack = stackIn();
    names.forEach((name) => add(stack, name, { on: arnOf(name) }));
    const template = Template.fromStack(stack);
    return { template, policies: template.findResources('AWS::IAM::ManagedPolicy') };
  };

  test('are a policy of their own, which every custom resource waits for', () => {
    const { template, policies } = policyOf('a', 'b', 'c');
    const [role] = Object.keys(template.findResources('AWS::IAM::Role'));
    expect(Object.values(policies).map(({ Properties }) => Properties.Roles)).toEqual([[{ Ref: role }]]);
    template.allResources(KIND, { DependsOn: Object.keys(policies) });
  });

  test('are exactly those that were asked for, merged, and those for the log', () => {
    const stack = stackIn();
    add(stack, 'First');
    add(stack, 'Second');
    add(stack, 'Third', { on: arnOf('two') });
    const template = Template.fromStack(stack);
    const [logs] = Object.keys(template.findResources('AWS::Logs::LogGroup'));
    template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent(), Policies: Match.absent() });
    template.resourceCountIs('AWS::IAM::Policy', 0);
    template.hasResourceProperties('AWS::IAM::ManagedPolicy', {
      PolicyDocument: {
        Statement: [
          { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: { 'Fn::GetAtt': [logs, 'Arn'] } },
          { Effect: 'Allow', Action: ['sagemaker:DescribeThing', 'sagemaker:UpdateThing'], Resource: [arnOf('one'), arnOf('two')] },
        ],
      },
    });
  });

  test.each([
    ['one of them goes', ['a', 'b'], ['a']],
    ['one comes', ['a'], ['a', 'b']],
    ['one is exchanged for another', ['a'], ['b']],
  ])('are another policy when %s, so that the former one exists until the former custom resource is deleted', (_, before, after) => {
    const [policy, same, other] = [before, before, after].map((names) => policyOf(...names).policies);
    expect(same).toEqual(policy);
    expect(Object.keys(other)).not.toEqual(Object.keys(policy));
    // They could not exist at the same time with one name for both.
    expect(Object.values(policy)[0].Properties).not.toHaveProperty('ManagedPolicyName');
  });

  test('are another policy even where the app is not validated', () => {
    const [one, other] = ['a', 'b'].map((name) => {
      const stack = stackIn();
      add(stack, 'First', { on: arnOf(name) });
      const { Resources } = (stack.node.root as App).synth({ skipValidation: true }).getStackArtifact(stack.artifactId).template;
      return Object.keys(Resources).filter((id) => id.includes('Permissions'));
    });
    expect([...one, ...other]).toEqual([expect.stringMatching(/[0-9A-F]{8}$/), expect.stringMatching(/[0-9A-F]{8}$/)]);
    expect(one).not.toEqual(other);
  });

  // A policy that is retained stays attached to the role, and IAM refuses the 11th.
  test.each<[string, (app: IConstruct) => void]>([
    ['RemovalPolicies', (app) => RemovalPolicies.of(app).retain()],
    ['MissingRemovalPolicies', (app) => MissingRemovalPolicies.of(app).retain()],
    ['an aspect of the app', (app) => Aspects.of(app).add({
      visit: (node) => { if (CfnResource.isCfnResource(node)) { node.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE); } },
    })],
  ])('are deleted although %s retains everything', (_, retain) => {
    const stack = stackIn();
    add(stack, 'First');
    retain(stack.node.root);
    const template = Template.fromStack(stack);
    template.hasResource('AWS::IAM::ManagedPolicy', { DeletionPolicy: Match.absent(), UpdateReplacePolicy: Match.absent() });
    template.hasResource('AWS::Lambda::Function', { DeletionPolicy: Match.stringLikeRegexp('^Retain') });
  });

  test('are reported, and no policy is made, where the app makes no roles', () => {
    const app = new App();
    iam.Role.customizeRoles(app, { usePrecreatedRoles: { 'Stack/$SageMakerImages/Role': 'precreated' } });
    const stack = new Stack(app, 'Stack', { env: HERE });
    add(stack, 'First');
    const template = Template.fromStack(stack);
    ['Role', 'Policy', 'ManagedPolicy'].forEach((type) => template.resourceCountIs(`AWS::IAM::${type}`, 0));
    template.hasResourceProperties('AWS::Lambda::Function', { Role: Match.objectLike({}) });
    const report = readFileSync(join(app.outdir, 'iam-policy-report.json'), 'utf8');
    expect(report).toContain('sagemaker:UpdateThing');
    expect(report).toContain('logs:PutLogEvents');
  });

  test.each([['known', () => stackIn()], ['not known', agnosticStack]])('are an error when they exceed the quota of IAM (the account is %s)', (_, make) => {
    // The ARN of a user profile, of which a domain may have many.
    const stackWith = (count: number) => {
      const stack = make();
      for (let index = 0; index < count; index++) {
        add(stack, `Thing${index}`, { on: stack.formatArn({ service: 'sagemaker', resource: 'user-profile', resourceName: `d-abcdefghijkl/firstname-lastname-${index}` }) });
      }
      return stack;
    };
    Template.fromStack(stackWith(60)).resourceCountIs('AWS::IAM::ManagedPolicy', 1);
    expect(() => Template.fromStack(stackWith(66))).toThrow(
      /\[Stack\/\$SageMakerImages\/Permissions\] the attachments of stack 'Stack' need a policy of 6[123]\d\d characters, IAM allows 6144: attach to the domain .* another stack/,
    );
  });
});

describe('permissions that nothing needs for its deletion', () => {
  test('are in an inline policy, which the custom resource waits for', () => {
    const stack = stackIn();
    add(stack, 'First', { cleansUp: false });
    add(stack, 'Second', { cleansUp: false });
    const template = Template.fromStack(stack);
    const [[id, { Properties: { PolicyDocument } }], ...others] = Object.entries(template.findResources('AWS::IAM::Policy'));
    expect(others).toEqual([]);
    expect(PolicyDocument.Statement).toEqual([{ Effect: 'Allow', Action: ['sagemaker:DescribeThing', 'sagemaker:UpdateThing'], Resource: arnOf('one') }]);
    // The function also needs the permissions for its log.
    template.allResources(KIND, { DependsOn: [id, ...Object.keys(template.findResources('AWS::IAM::ManagedPolicy'))].sort() });
    expect(lastingStatements(stack)).toEqual([]);
  });

  test('are as many as needed', () => {
    const stack = stackIn();
    for (let index = 0; index < 200; index++) {
      add(stack, `Thing${index}`, { on: arnOf(`a-thing-with-a-name-of-some-length-${index}`), cleansUp: false });
    }
    const template = Template.fromStack(stack);
    const lengthOf = (type: string) => Object.values(template.findResources(type))
      .map(({ Properties }) => JSON.stringify(Properties.PolicyDocument).length);
    expect(lengthOf('AWS::IAM::Policy').reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(10_240);
    expect(Math.max(...lengthOf('AWS::IAM::ManagedPolicy'))).toBeLessThanOrEqual(6_144);
    expect(lengthOf('AWS::IAM::ManagedPolicy').length).toBeLessThanOrEqual(10);
    expect(JSON.stringify(template.toJSON()).match(/a-thing-with-a-name-of-some-length-\d+"/g)).toHaveLength(200);
  });
});

test('the function is the newest and cheapest that Lambda has, may take its time, and keeps its log for a month', () => {
  const stack = stackIn();
  add(stack, 'First');
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Lambda::Function', {
    Runtime: 'nodejs24.x', Architectures: ['arm64'], Timeout: 900, MemorySize: 256, VpcConfig: Match.absent(),
  });
  template.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 30, KmsKeyId: Match.absent() }, DeletionPolicy: 'Delete' });
});

test('the CDK warns of nothing', () => {
  const stack = stackIn();
  add(stack, 'First');
  add(stack, 'Other', { on: arnOf('two'), cleansUp: false });
  expect(warningsOf(stack)).toEqual([]);
});
