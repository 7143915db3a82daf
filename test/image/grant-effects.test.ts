import { App, aws_iam as iam, aws_lambda as lambda, CfnParameter, Lazy, Stack } from 'aws-cdk-lib';
import {
  AppImageConfig, AppImageConfigGrants, BaseImage, Image, ImageGrants, ImageVersion, ImageVersionGrants, ImageVersionLookup, StudioApp,
  StudioAttachment, StudioTarget,
} from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { takesStatements } from '../../src/private/role-policy';
import { ecrUri, errorOf, HERE, OTHER_ACCOUNT, stackIn, warningsOf } from '../helpers/fixtures';
import { statementsIn } from '../helpers/policies';

const VERSION_ARN = 'arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/3';
/** Every method that grants, on a construct with the path `Stack/Torch`. */
const GRANTS: [string, (stack: Stack, grantee: iam.IGrantable) => iam.Grant][] = [
  ...(['createVersion', 'deleteVersions', 'listVersions', 'readVersions', 'updateVersions', 'manageVersions', 'deploy'] as const).map((verb) =>
    [`image.grants.${verb}`, (stack: Stack, grantee: iam.IGrantable) => new Image(stack, 'Torch').grants[verb](grantee)] as [string, any]),
  ...(['read', 'update', 'delete'] as const).map((verb) =>
    [`version.grants.${verb}`, (stack: Stack, grantee: iam.IGrantable) => ImageVersion.fromImageVersionArn(stack, 'Torch', VERSION_ARN).grants[verb](grantee)] as [string, any]),
  ...(['create', 'read', 'update', 'delete'] as const).map((verb) =>
    [`config.grants.${verb}`, (stack: Stack, grantee: iam.IGrantable) => AppImageConfig.fromAppImageConfigName(stack, 'Torch', 'torch').grants[verb](grantee)] as [string, any]),
];
const ROLE_ARN = 'arn:aws:iam::111111111111:role/r';
const OTHER_ARN = `arn:aws:iam::${OTHER_ACCOUNT.account}:role/r`;
const roleIn = (stack: Stack) => new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
const conditions = { StringEquals: { 'aws:PrincipalTag/team': 'vision' } };

/** Grantees that the app cannot add policies to, and their names in the warning. */
const CLOSED: [string, (stack: Stack) => iam.IGrantable, string][] = [
  ['a role of another account', (stack) => iam.Role.fromRoleArn(stack, 'Role', OTHER_ARN), 'Stack/Role'],
  ['a user of another account', (stack) => iam.User.fromUserArn(stack, 'User', `arn:aws:iam::${OTHER_ACCOUNT.account}:user/jo`), 'Stack/User'],
  ['such a user with conditions', (stack) => new iam.PrincipalWithConditions(
    iam.User.fromUserArn(stack, 'User', `arn:aws:iam::${OTHER_ACCOUNT.account}:user/jo`), conditions), 'Stack/User'],
  ['a group of another account', (stack) => iam.Group.fromGroupArn(stack, 'Group', `arn:aws:iam::${OTHER_ACCOUNT.account}:group/g`), 'Stack/Group'],
  ['an import that is not mutable', (stack) => iam.Role.fromRoleArn(stack, 'Role', ROLE_ARN, { mutable: false }), 'Stack/Role'],
  ['an import by name that is not mutable', (stack) => iam.Role.fromRoleName(stack, 'Role', 'r', { mutable: false }), 'Stack/Role'],
  ['a role without policy updates', (stack) => roleIn(stack).withoutPolicyUpdates(), 'Stack/Role'],
  ['a role without policy updates, whose grants go to resources', (stack) => roleIn(stack).withoutPolicyUpdates({ addGrantsToResources: true }), 'Stack/Role'],
  ['such a role with conditions', (stack) => new iam.PrincipalWithConditions(roleIn(stack).withoutPolicyUpdates(), conditions), 'Stack/Role'],
  ['such a role with session tags', (stack) => new iam.SessionTagsPrincipal(roleIn(stack).withoutPolicyUpdates()), 'Stack/Role'],
  ['a function with such a role', (stack) => functionIn(stack, roleIn(stack).withoutPolicyUpdates()), 'Stack/Function'],
  ['a function that is imported without its role', (stack) => lambda.Function.fromFunctionArn(stack, 'Function', 'arn:aws:lambda:eu-west-1:111111111111:function:f'), 'Stack/Function'],
  ['a service', () => new iam.ServicePrincipal('lambda.amazonaws.com'), 'ServicePrincipal(lambda.amazonaws.com)'],
  ['any user', () => new iam.CanonicalUserPrincipal('x'), 'CanonicalUserPrincipal(x)'],
  ['everybody', () => new iam.StarPrincipal(), 'StarPrincipal()'],
  ['an ARN with a token', (stack) => new iam.ArnPrincipal(new CfnParameter(stack, 'Arn').valueAsString), 'ArnPrincipal(${Arn})'],
];
/** Grantees that the app adds policies to. */
const OPEN: [string, (stack: Stack) => iam.IGrantable][] = [
  ['a role', roleIn],
  ['an imported role', (stack) => iam.Role.fromRoleArn(stack, 'Role', ROLE_ARN)],
  ['a role with conditions', (stack) => new iam.PrincipalWithConditions(roleIn(stack), conditions)],
  ['a lazy role', (stack) => new iam.LazyRole(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() })],
  ['a user', (stack) => new iam.User(stack, 'User')],
  ['an imported user', (stack) => iam.User.fromUserName(stack, 'User', 'jo')],
  ['a user imported by its ARN', (stack) => iam.User.fromUserArn(stack, 'User', 'arn:aws:iam::111111111111:user/jo')],
  ['a group of an account that is unknown', (stack) => iam.Group.fromGroupArn(stack, 'Group', new CfnParameter(stack, 'Arn').valueAsString)],
  ['a user of another stack', () => new iam.User(new Stack(new App(), 'Other', { env: OTHER_ACCOUNT }), 'User')],
  ['a group', (stack) => new iam.Group(stack, 'Group')],
  ['a policy', (stack) => new iam.Policy(stack, 'Policy', { roles: [roleIn(stack)] })],
  ['a managed policy', (stack) => new iam.ManagedPolicy(stack, 'Policy')],
  ['a function', (stack) => functionIn(stack, roleIn(stack))],
];

function functionIn(stack: Stack, role: iam.IRole): lambda.Function {
  return new lambda.Function(stack, 'Function', { code: lambda.Code.fromInline('x'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X, role });
}

describe.each(GRANTS)('%s', (_, grantOn) => {
  test.each(CLOSED)('to %s fails, with one warning', (__, granteeIn, name) => {
    const stack = stackIn();
    const result = grantOn(stack, granteeIn(stack));
    expect([result.success, result.principalStatements]).toEqual([false, []]);
    expect(warningsOf(stack)).toEqual([{
      path: 'Stack/Torch',
      id: 'cdk-sagemaker-images:grantDropped',
      text: expect.stringMatching(new RegExp(`^nothing was granted to ${name.replace(/[()${}]/g, '\\$&')}, since this app cannot add policies to it: `
        + 'grant to a role, user or group of the app, or ask its owner to attach a policy with sagemaker:\\w+.* on arn:.*[a-z0-9*}]$')),
    }]);
    expect(statementsIn(stack)).toEqual([]);
  });

  test.each(OPEN)('to %s succeeds, without a warning', (__, granteeIn) => {
    const stack = stackIn();
    const result = grantOn(stack, granteeIn(stack));
    expect(result.success).toBe(true);
    expect(result.principalStatements.length).toBeGreaterThan(0);
    expect(warningsOf(stack)).toEqual([]);
  });

  test.each<[any, string]>([
    [undefined, 'grantee is missing: give a role, user, group or another iam.IGrantable'],
    [null, 'grantee is missing: give a role, user, group or another iam.IGrantable'],
    ['arn:aws:iam::111111111111:role/r', "grantee must be a role, user, group or another iam.IGrantable, got 'arn:aws:iam::111111111111:role/r'"],
    [{ grantPrincipal: undefined }, 'the grantPrincipal of grantee is missing: give a role, user, group or another iam.IGrantable'],
    [{}, 'grantee must be a role, user, group or another iam.IGrantable, got {}'],
    [5, 'grantee must be a role, user, group or another iam.IGrantable, got 5'],
  ])('to %p is an error', (grantee, problem) => {
    expect(errorOf(() => grantOn(stackIn(), grantee))).toBe(`Stack/Torch: 1 problem\n  ${problem}`);
  });
});

test('several grants to one role without effect have one warning', () => {
  const stack = stackIn();
  const image = new Image(stack, 'Torch');
  const role = roleIn(stack).withoutPolicyUpdates();
  const results = [image.grants.readVersions(role), image.grants.manageVersions(role), image.grants.deploy(role)];
  expect(results.map(({ success }) => success)).toEqual([false, false, false]);
  expect(warningsOf(stack)).toHaveLength(1);
});

describe('the warning of a grant without effect', () => {
  const START = 'nothing was granted to Stack/Role, since this app cannot add policies to it: grant to a role, user or group of the app, '
    + 'or ask its owner to attach a policy with ';
  const ARN = 'arn:${AWS::Partition}:sagemaker:eu-west-1:111111111111';
  const textsOf = (grantOn: (stack: Stack, grantee: iam.IRole) => unknown) => {
    const stack = stackIn();
    grantOn(stack, iam.Role.fromRoleArn(stack, 'Role', OTHER_ARN));
    return warningsOf(stack).map(({ text }) => text);
  };

  test('lists the permissions that the owner must grant', () => {
    expect(textsOf((stack, role) => Image.fromImageName(stack, 'Torch', 'torch').grants.manageVersions(role))).toEqual([
      `${START}sagemaker:CreateImageVersion and sagemaker:ListImageVersions and sagemaker:ListAliases on ${ARN}:image/torch, `
      + `sagemaker:DescribeImageVersion and sagemaker:UpdateImageVersion and sagemaker:DeleteImageVersion and sagemaker:ListAliases on ${ARN}:image-version/torch/*`,
    ]);
  });

  test('combines grants on one construct', () => {
    expect(textsOf((stack, role) => {
      const { grants } = Image.fromImageName(stack, 'Torch', 'Torch');
      grants.readVersions(role);
      grants.deleteVersions(role);
    })).toEqual([
      `${START}sagemaker:DescribeImageVersion and sagemaker:DeleteImageVersion on ${ARN}:image-version/torch/*, ${ARN}:image-version/Torch/*`,
    ]);
  });

  test('has the name that a lazy value has at the end', () => {
    let imageName = 'early';
    expect(textsOf((stack, role) => {
      Image.fromImageName(stack, 'Torch', Lazy.string({ produce: () => imageName })).grants.readVersions(role);
      imageName = 'late';
    })).toEqual([expect.stringContaining(`${ARN}:image-version/late/*`)]);
  });
});

test('a grant to an import without policy updates names it without the prefix of the CDK, and its scopes as they are', () => {
  const stack = stackIn();
  const scope = new Construct(stack, 'ImmutableRoles');
  new Image(stack, 'Torch').grants.readVersions(iam.Role.fromRoleArn(scope, 'Data', 'arn:aws:iam::111111111111:role/data', { mutable: false }));
  expect(warningsOf(stack).map(({ text }) => text)).toEqual([expect.stringMatching(/^nothing was granted to Stack\/ImmutableRoles\/Data, since /)]);
});

test('a grant on a version to the immutable role of its image fails', () => {
  const stack = stackIn();
  const image = new Image(stack, 'Torch', { role: roleIn(stack).withoutPolicyUpdates() });
  const version = image.addVersion('V', { baseImage: BaseImage.fromUri(ecrUri('1')) });
  expect(version.grants.read(image.role).success).toBe(false);
  expect(warningsOf(stack).map(({ id }) => id?.split(':')[1]).sort()).toEqual(['baseImagePullNotGranted', 'grantDropped']);
});

// The class is that of this copy of the CDK here. An app may have another.
test('a role of another copy of the CDK is recognized', () => {
  class Renamed { public static readonly PROPERTY_INJECTION_ID: string = 'aws-cdk-lib.aws-iam.ImmutableRole'; }
  class Role { public static readonly PROPERTY_INJECTION_ID: string = 'aws-cdk-lib.aws-iam.Role'; }
  expect([Renamed, Role].map((type) => takesStatements(new type() as any))).toEqual([false, true]);
});

// The CDK reports the permissions that such roles need.
describe('with Role.customizeRoles', () => {
  test.each<[string, iam.CustomizeRolesOptions]>([
    ['precreated roles', { usePrecreatedRoles: { 'Stack/Torch/Role': 'torch', 'Stack/Role': 'role', 'Stack/$SageMakerImages/Role': 'images' } }],
    ['roles without a name', {}],
    ['roles that are also in the template', { preventSynthesis: false }],
  ])('nothing warns: %s', (_, options) => {
    const app = new App();
    iam.Role.customizeRoles(app, options);
    const stack = new Stack(app, 'Stack', { env: HERE });
    const executionRole = roleIn(stack);
    const image = new Image(stack, 'Torch');
    const version = image.addVersion('V', { baseImage: BaseImage.fromUri(ecrUri('1')) });
    const appImageConfig = new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() });
    const target = StudioTarget.existingDomain('d-1', { executionRole });
    new StudioAttachment(stack, 'Attachment', { imageVersion: version, appImageConfig, target });
    new ImageVersionLookup(stack, 'Lookup', { image });
    const results = [version.grants.read(executionRole), image.grants.deploy(executionRole), appImageConfig.grants.read(executionRole)];
    expect(results.map(({ success }) => success)).toEqual([true, true, true]);
    expect(warningsOf(stack)).toEqual([]);
  });
});

test.each<[string, (value: any) => unknown, string]>([
  ['ImageGrants.fromImage', ImageGrants.fromImage, 'image'],
  ['ImageVersionGrants.fromImageVersion', ImageVersionGrants.fromImageVersion, 'imageVersion'],
  ['AppImageConfigGrants.fromAppImageConfig', AppImageConfigGrants.fromAppImageConfig, 'appImageConfig'],
])('%s of another value is an error', (method, from, parameter) => {
  expect(errorOf(() => from(undefined))).toMatch(new RegExp(`^${method}: 1 problem\n  ${parameter} is missing: give an \\w+, an import or a Cfn\\w+$`));
  expect(errorOf(() => from('torch'))).toMatch(new RegExp(`^${method}: 1 problem\n  ${parameter} must be an \\w+, an import or a Cfn\\w+, got 'torch'$`));
});
