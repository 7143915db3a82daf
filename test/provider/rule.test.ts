import { App, aws_iam as iam, aws_ssm as ssm, CfnParameter, Lazy, NestedStack, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ImagesProvider } from '../../src';
import { Provider } from '../../src/provider/private/provider';
import type { RuleResources } from '../../src/provider/private/provider-rule';
import { stackIn, warningsOf } from '../helpers/fixtures';

const PATTERN = { 'source': ['aws.sagemaker'], 'detail-type': ['SageMaker Image Version State Change'] };
const ARN = 'arn:aws:sagemaker:eu-west-1:111111111111:image/one';

function addRule(stack: Stack, properties: object = {}, more: object = {}): RuleResources {
  return Provider.of(stack).addRule(stack, 'Rule', {
    reaction: 'Count',
    description: 'Counts',
    eventPattern: PATTERN,
    properties: properties as {},
    statements: [{ actions: ['sagemaker:DescribeImage'], resource: ARN }],
    ...more,
  });
}

/** What the function gets, after EventBridge replaced the variables, and CloudFormation the values that it knows. */
function sent(stack: Stack, values: Record<string, string> = {}): any {
  const [{ Properties: { Targets: [{ InputTransformer: { InputTemplate: template, InputPathsMap: paths } }] } }] =
    Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule'));
  const text: string = typeof template === 'string' ? template
    : template['Fn::Join'][1].map((part: any) => typeof part === 'string' ? part : values[part.Ref]).join('');
  return JSON.parse(text.replace(/<(\w+)>/g, (_, name) => JSON.stringify(`${paths[name]} of the event`)));
}

test('a rule and the permission for exactly this rule are all that it adds to the function', () => {
  const stack = stackIn();
  addRule(stack);
  const template = Template.fromStack(stack);
  expect(Object.values(template.toJSON().Resources).map(({ Type }: any) => Type).sort()).toEqual([
    'AWS::Events::Rule', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::Lambda::Function', 'AWS::Lambda::Permission', 'AWS::Logs::LogGroup',
  ]);
  const [handler] = Object.keys(template.findResources('AWS::Lambda::Function'));
  template.hasResourceProperties('AWS::Events::Rule', { EventPattern: PATTERN, Targets: [{ Arn: { 'Fn::GetAtt': [handler, 'Arn'] }, Id: 'Function' }] });
  template.hasResourceProperties('AWS::Lambda::Permission', {
    Action: 'lambda:InvokeFunction', FunctionName: { 'Fn::GetAtt': [handler, 'Arn'] }, Principal: 'events.amazonaws.com', SourceArn: { 'Fn::GetAtt': ['Rule', 'Arn'] },
  });
});

test('the function gets the reaction, the properties, and the detail and the time of the event', () => {
  const stack = stackIn();
  addRule(stack, { Text: 'a "b" <detail> \\', Number: 3, Yes: true, List: ['x', { Deep: 1 }], Absent: undefined });
  expect(sent(stack)).toEqual({
    Reaction: 'Count',
    Properties: { Text: 'a "b" <detail> \\', Number: 3, Yes: true, List: ['x', { Deep: 1 }] },
    Detail: '$.detail of the event',
    Time: '$.time of the event',
  });
});

test('single values of the event can be chosen', () => {
  const stack = stackIn();
  addRule(stack, {}, { detail: { Tag: '$.detail.image-tag', Digest: '$.detail.image-digest' } });
  expect(sent(stack).Detail).toEqual({ Tag: '$.detail.image-tag of the event', Digest: '$.detail.image-digest of the event' });
});

test('properties may be tokens: strings, numbers, lists and late values', () => {
  const stack = stackIn();
  const name = new CfnParameter(stack, 'Name');
  const list: string[] = [];
  addRule(stack, { Name: name.valueAsString, In: `<${name.valueAsString}>`, Late: Lazy.number({ produce: () => 7 }), List: Lazy.any({ produce: () => list }), Known: Token.asList(['k']) });
  list.push('late');
  expect(sent(stack, { Name: 'torch' }).Properties).toEqual({ Name: 'torch', In: '<torch>', Late: 7, List: ['late'], Known: ['k'] });
});

test('the rule waits for the permissions of the function, but not for those on domains, which may wait for it', () => {
  const stack = stackIn();
  addRule(stack);
  const template = Template.fromStack(stack);
  const [policy] = Object.keys(template.findResources('AWS::IAM::Policy'));
  template.hasResource('AWS::Events::Rule', { DependsOn: [policy] });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: [
        { Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Effect: 'Allow', Resource: { 'Fn::GetAtt': Match.anyValue() } },
        { Action: 'sagemaker:DescribeImage', Effect: 'Allow', Resource: ARN },
      ],
    },
  });
});

test('a warning lists what a role of the app lacks', () => {
  const stack = stackIn();
  ImagesProvider.configure(stack, { role: iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111111111111:role/own', { mutable: false }) });
  addRule(stack);
  expect(warningsOf(stack).map(({ text }) => text).join()).toContain(`sagemaker:DescribeImage on ${ARN}`);
});

test('a nested stack has a function and rules of its own', () => {
  const nested = new NestedStack(new Stack(new App(), 'Stack'), 'Nested');
  addRule(nested, { Id: new ssm.StringParameter(nested, 'P', { stringValue: 'x' }).parameterName });
  Template.fromStack(nested).hasResourceProperties('AWS::Lambda::Permission', { SourceArn: { 'Fn::GetAtt': ['Rule', 'Arn'] }, FunctionName: Match.objectLike({}) });
});

test.each([[40, []], [41, [
  "Stack/$SageMakerImages: stack 'Stack' has 41 rules that invoke its function, and the policy of a function has room for 40: create some of the feeds in another stack, "
  + 'or attach them to the domain instead of to each of its user profiles and spaces',
]]])('the policy of the function has room for 40 rules (%d)', (count, problems) => {
  const stack = stackIn();
  for (let index = 0; index < count; index++) {
    Provider.of(stack).addRule(stack, `Rule${index}`, { reaction: 'Count', description: 'Counts', eventPattern: PATTERN, properties: {}, statements: [] });
  }
  const found = stack.node.findAll().flatMap((construct) => construct.node.validate().map((problem) => `${construct.node.path}: ${problem}`));
  expect(found).toEqual(problems);
});
