import { aws_iam as iam, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { executionRolesOf, namedRole } from '../../src/studio/private/settings-roles';
import { stackIn } from '../helpers/fixtures';

const ASSUMED_BY = new iam.ServicePrincipal('sagemaker.amazonaws.com');
const roleIn = (scope: Construct, id: string) => new iam.Role(scope, id, { assumedBy: ASSUMED_BY });
const l1RoleIn = (scope: Construct, id: string) => new iam.CfnRole(scope, id, { assumeRolePolicyDocument: {} });

function domainIn(stack: Stack, user: string, space?: string): sagemaker.CfnDomain {
  return new sagemaker.CfnDomain(stack, 'Domain', {
    authMode: 'IAM',
    domainName: 'domain',
    vpcId: 'vpc-1',
    subnetIds: ['subnet-1'],
    defaultUserSettings: { executionRole: user },
    defaultSpaceSettings: space === undefined ? undefined : { executionRole: space },
  });
}

const rolesOf = (resource: sagemaker.CfnDomain | sagemaker.CfnSpace | sagemaker.CfnUserProfile, settings: string) =>
  executionRolesOf({ resource, settings } as any);

describe('the execution role of a domain', () => {
  const foundFor = (stack: Stack, arn: string) => rolesOf(domainIn(stack, arn), 'DefaultUserSettings')[0].role;

  test('is an L2 that the app owns', () => {
    const stack = stackIn();
    const role = roleIn(stack, 'Role');
    expect(foundFor(stack, role.roleArn) === role).toBe(true);
  });

  test.each<[string, (stack: Stack) => iam.CfnRole]>([
    ['is an L1', (stack) => l1RoleIn(stack, 'L1')],
    ['is the L1 of a construct that is not a role', (stack) => l1RoleIn(new Construct(stack, 'Scope'), 'Resource')],
    ['is an L1 below another role', (stack) => l1RoleIn(roleIn(stack, 'Role') as Construct, 'Other')],
  ])('%s, which is imported once', (_, make) => {
    const stack = stackIn();
    const role = make(stack);
    const found = foundFor(stack, role.attrArn)!;
    expect(found.node.path).toBe(`${role.node.path}/SageMakerImagesImport`);
    expect(stack.resolve(found.roleName)).toEqual({ Ref: stack.getLogicalId(role) });
    const [again] = rolesOf(stack.node.findChild('Domain') as sagemaker.CfnDomain, 'DefaultUserSettings');
    expect(again.role === found).toBe(true);
  });

  test('is unknown if it is the ARN of another kind of resource', () => {
    const stack = stackIn();
    const other = new sagemaker.CfnImage(stack, 'Image', { imageName: 'torch', imageRoleArn: 'arn' });
    expect(foundFor(stack, other.getAtt('Arn').toString())).toBeUndefined();
  });

  test('is unknown if it is a literal', () => {
    expect(rolesOf(domainIn(stackIn(), 'arn:aws:iam::111111111111:role/other'), 'DefaultUserSettings'))
      .toEqual([{ key: '"arn:aws:iam::111111111111:role/other"', role: undefined }]);
  });

  test('differs in its user settings and its space settings', () => {
    const domain = domainIn(stackIn(), 'arn:user', 'arn:space');
    expect(rolesOf(domain, 'DefaultUserSettings').map(({ key }) => key)).toEqual(['"arn:user"']);
    expect(rolesOf(domain, 'DefaultSpaceSettings').map(({ key }) => key)).toEqual(['"arn:space"']);
    expect(rolesOf(domainIn(stackIn(), 'arn:user'), 'DefaultSpaceSettings')).toEqual([]);
  });
});

describe('the execution role of a space', () => {
  test.each<[string | undefined, string]>([['Private', 'arn:user'], ['Shared', 'arn:space'], [undefined, 'arn:space']])(
    'with the sharing type %s is %s', (sharingType, expected) => {
      const stack = stackIn();
      const space = new sagemaker.CfnSpace(stack, 'Space', {
        domainId: domainIn(stack, 'arn:user', 'arn:space').attrDomainId, spaceName: 'space', spaceSharingSettings: sharingType ? { sharingType } : undefined,
      });
      expect(rolesOf(space, 'SpaceSettings').map(({ key }) => key)).toEqual([JSON.stringify(expected)]);
    });

  test('is unknown in a domain that the app does not own', () => {
    expect(rolesOf(new sagemaker.CfnSpace(stackIn(), 'Space', { domainId: 'd-1', spaceName: 'space' }), 'SpaceSettings')).toEqual([]);
  });
});

test('the key of a role is that of the same role in settings', () => {
  const stack = stackIn();
  const role = roleIn(stack, 'Role');
  const [found] = rolesOf(domainIn(stack, role.roleArn), 'DefaultUserSettings');
  expect(namedRole(role).key).toBe(found.key);
  expect(namedRole(role).role === role).toBe(true);
  expect(namedRole(roleIn(stack, 'Other')).key).not.toBe(found.key);
});

test('settings that a function hides have a key, but no role', () => {
  const stack = stackIn();
  const domain = domainIn(stack, 'arn:user');
  domain.defaultUserSettings = { 'Fn::Transform': 'x' } as any;
  expect(rolesOf(domain, 'DefaultUserSettings')).toEqual([{ key: '{"Fn::Transform":"x"}' }]);
});
