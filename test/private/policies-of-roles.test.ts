import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { freeId, RolePolicy } from '../../src/private/role-policy';
import { stackIn } from '../helpers/fixtures';

const statement = (...resources: string[]) => new iam.PolicyStatement({ actions: ['a:b'], resources });
const roleIn = (stack: Stack) => new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
const policiesIn = (stack: Stack) => Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).map(({ Properties }) => Properties);

test('a policy of a role is attached to it, has the name of its stack and Region, and merges its statements', () => {
  const stack = stackIn();
  const policy = new RolePolicy(stack, 'Pull', roleIn(stack));
  expect(policy.attached).toBe(true);
  policy.addStatements(statement('one'), statement('other'));
  expect(policiesIn(stack)).toEqual([{
    PolicyName: 'Pull-Stack-eu-west-1',
    PolicyDocument: { Version: '2012-10-17', Statement: [{ Action: 'a:b', Effect: 'Allow', Resource: ['one', 'other'] }] },
    Roles: [{ Ref: expect.stringMatching(/^Role/) }],
  }]);
});

test('a policy has a short name in a construct with a long path, with hyphens and a hash', () => {
  const stack = stackIn();
  const scope = new Construct(new Construct(stack, 'a'.repeat(60)), 'b'.repeat(60));
  new RolePolicy(scope, 'Pull', roleIn(stack)).addStatements(statement('one'));
  const [{ PolicyName: name }] = policiesIn(stack);
  expect(name).toMatch(/^Pull-Stack-a+b+-[0-9A-F]{8}-eu-west-1$/);
  expect(name.length).toBeLessThanOrEqual('Pull-'.length + 50 + '-eu-west-1'.length);
});

test('a policy of a role that takes none is not attached', () => {
  const stack = stackIn();
  const policy = new RolePolicy(stack, 'Pull', iam.Role.fromRoleArn(stack, 'Closed', 'arn:aws:iam::111111111111:role/closed', { mutable: false }));
  policy.addStatements(statement('one'));
  expect(policy.attached).toBe(false);
  expect(policiesIn(stack)).toEqual([]);
  // A rule pack would judge it.
  expect(stack.node.tryFindChild('Pull')).toBeUndefined();
});

test('a role that takes no policy is told of each statement', () => {
  const stack = stackIn();
  const role = roleIn(stack);
  jest.spyOn(role, 'attachInlinePolicy').mockImplementation();
  const told = jest.spyOn(role, 'addToPrincipalPolicy');
  new RolePolicy(stack, 'Pull', role).addStatements(statement('one'), statement('other'));
  expect(told.mock.calls.map(([one]) => one.resources)).toEqual([['one'], ['other']]);
});

test('a role with the policy is not told of its statements again', () => {
  const stack = stackIn();
  const role = roleIn(stack);
  const told = jest.spyOn(role, 'addToPrincipalPolicy');
  new RolePolicy(stack, 'Pull', role).addStatements(statement('one'));
  expect(told).not.toHaveBeenCalled();
});

test('a policy of another copy of this library keeps its id', () => {
  const stack = stackIn();
  const role = roleIn(stack);
  const ids = [1, 2, 3].map(() => new RolePolicy(stack, 'Pull', role).node.id);
  expect(ids).toEqual(['Pull', 'PullToo', 'PullTooToo']);
  expect(freeId(stack, 'Other')).toBe('Other');
});
