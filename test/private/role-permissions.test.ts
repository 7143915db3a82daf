import { App, aws_ecr as ecr, aws_iam as iam, CfnResource, Environment, Lazy, Stack, Stage, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { BaseImage, Image, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { formatArn } from '../../src/private/arn';
import { RolePermissions } from '../../src/private/role-permissions';
import { agnosticStack, errorOf, HERE, OTHER_ACCOUNT, OTHER_REGION, stackIn, TROUBLESHOOTING } from '../helpers/fixtures';
import { PULL } from '../helpers/policies';

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const INLINE_QUOTA = 10_240;
const MANAGED_QUOTA = 6_144;
const MANAGED_POLICIES_QUOTA = 10;
/** The part of the inline quota that this library uses. */
const SHARE = 5_120;

/** A policy of a template, with the length that IAM counts. */
interface Policy {
  readonly id: string;
  readonly isManaged: boolean;
  readonly statements: any[];
  readonly length: number;
}

/** Replaces the intrinsic functions of a document with realistic values, long ones if the stack does not have them. */
function deployed(value: any, stack: Stack): any {
  if (Array.isArray(value)) {
    return value.map((item) => deployed(item, stack));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const isKnown = !Token.isUnresolved(stack.region);
  const partition = isKnown ? 'aws' : 'aws-us-gov';
  const region = isKnown ? stack.region : 'us-gov-west-1';
  const pseudo: Record<string, string> = { 'AWS::Partition': partition, 'AWS::Region': region, 'AWS::AccountId': '123456789012' };
  const { Ref: ref, 'Fn::Sub': sub, 'Fn::Join': join, 'Fn::GetAtt': attribute } = value;
  if (ref) {
    // The ARN of a version is the only other Ref in these policies.
    return pseudo[ref] ?? `arn:${partition}:sagemaker:${region}:123456789012:image-version/${'n'.repeat(63)}/12345`;
  }
  if (join) {
    return join[1].map((part: unknown) => deployed(part, stack)).join(join[0]);
  }
  if (sub) {
    const [text, variables = {}] = [sub].flat();
    return text.replace(/\$\{([^}]+)\}/g, (_: string, name: string) => pseudo[name] ?? deployed(variables[name], stack));
  }
  if (attribute) {
    return attribute[1] === 'Arn' ? `arn:${partition}:ecr:${region}:123456789012:repository/${'r'.repeat(63)}` : '12345';
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, deployed(inner, stack)]));
}

/** The policies of a stack, inline policies first, in the order in which the library made them. */
function policiesIn(stack: Stack): Policy[] {
  return ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) => Object.entries(Template.fromStack(stack).findResources(type))
    .map(([id, { Properties: { PolicyDocument: document } }]) =>
      ({ id, isManaged: type === 'AWS::IAM::ManagedPolicy', statements: document.Statement, length: JSON.stringify(deployed(document, stack)).length })));
}

function expectWithinQuotas(stacks: Stack[]): { inline: Policy[]; managed: Policy[] } {
  const policies = stacks.flatMap(policiesIn);
  const [inline, managed] = [policies.filter(({ isManaged }) => !isManaged), policies.filter(({ isManaged }) => isManaged)];
  expect(inline.reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(SHARE);
  expect(managed.filter(({ length }) => length > MANAGED_QUOTA)).toEqual([]);
  expect(managed.length).toBeLessThanOrEqual(MANAGED_POLICIES_QUOTA);
  return { inline, managed };
}

const roleIn = (stack: Stack, props: Partial<iam.RoleProps> = {}) =>
  new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com'), ...props });
/** A name with a number, 63 characters long. */
const longName = (index: number, letter = 'x') => `${letter}${index}-`.padEnd(63, letter);
const imageArn = (stack: Stack, index: number) => formatArn(stack, { service: 'sagemaker', resource: 'image', resourceName: longName(index) });
const READ = ['sagemaker:DescribeImage'];
const range = (count: number) => [...Array(count).keys()];

/** Grants a role access to images with long names. */
function grantImages(stack: Stack, role: iam.IRole, count: number, first = 0): (CfnResource | undefined)[] {
  const permissions = RolePermissions.of(stack, role, 'Images');
  return range(count).map((index) => permissions.grant({ actions: READ, resource: imageArn(stack, first + index) }));
}

describe.each<[string, () => Stack]>([['known', stackIn], ['unknown', agnosticStack]])('permissions in a stack whose account is %s', (_, newStack) => {
  test('are one inline policy until its share of the quota is used, then managed policies', () => {
    const stack = newStack();
    grantImages(stack, roleIn(stack), 200);
    const { inline, managed } = expectWithinQuotas([stack]);
    expect(inline).toHaveLength(1);
    // As many as 200 ARNs of some 125 characters need.
    expect([managed.length >= 3, managed.length <= 5]).toEqual([true, true]);
    // All but the last policy are almost full.
    expect(inline[0].length).toBeGreaterThan(SHARE * 0.85);
    managed.slice(0, -1).forEach(({ length }) => expect(length).toBeGreaterThan(MANAGED_QUOTA * 0.85));
  });

  test('do not need a managed policy for a few images', () => {
    const stack = newStack();
    grantImages(stack, roleIn(stack), 30);
    expect(policiesIn(stack).map(({ isManaged }) => isManaged)).toEqual([false]);
  });

  test('hold all that was granted, each once', () => {
    const stack = newStack();
    const role = roleIn(stack);
    grantImages(stack, role, 200);
    grantImages(stack, role, 200);
    const resources = policiesIn(stack).flatMap(({ statements }) => statements).flatMap(({ Resource }) => Resource).map((arn) => JSON.stringify(arn));
    expect(resources.sort()).toEqual(range(200).map((index) => JSON.stringify(stack.resolve(imageArn(stack, index)))).sort());
  });

  test('are within the quotas for 200 images that share a role and have a repository each', () => {
    const stack = newStack();
    const role = roleIn(stack);
    range(200).forEach((index) => new Image(stack, `Image${index}`, { imageName: longName(index), role }).addVersion('V', {
      baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, `Repository${index}`, longName(index, 'r')), `${index}`),
    }));
    const { managed } = expectWithinQuotas([stack]);
    expect(managed.length).toBeGreaterThan(0);
  });

  test('are within the quotas for images whose repositories are in the stack', () => {
    const stack = newStack();
    const role = roleIn(stack);
    range(60).forEach((index) => new Image(stack, `Image${index}`, { role }).addVersion('V', {
      baseImage: BaseImage.fromEcrRepository(new ecr.Repository(stack, `Repository${index}`), `${index}`),
    }));
    expectWithinQuotas([stack]);
  });

  test('are within the quotas for an execution role of 60 images', () => {
    const stack = newStack();
    const role = roleIn(stack);
    range(60).forEach((index) => new StudioImage(stack, `Image${index}`, {
      imageName: longName(index),
      baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, `Repository${index}`, longName(index, 'r')), `${index}`),
      app: StudioApp.jupyterLab(),
      attachTo: [StudioTarget.existingDomain(`d-${index}`, { executionRole: role })],
    }));
    const ofRole = JSON.stringify(stack.resolve(role.roleName));
    const all = Template.fromStack(stack);
    const ids = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) => Object.entries(all.findResources(type)))
      .filter(([, { Properties }]) => (Properties.Roles ?? []).some((name: unknown) => JSON.stringify(name) === ofRole)).map(([id]) => id);
    const policies = policiesIn(stack).filter(({ id }) => ids.includes(id));
    const inline = policies.filter(({ isManaged }) => !isManaged);
    const managed = policies.filter(({ isManaged }) => isManaged);
    expect(inline).toHaveLength(1);
    expect(inline[0].length).toBeLessThanOrEqual(SHARE);
    expect(managed.map(({ length }) => length <= MANAGED_QUOTA)).toEqual(managed.map(() => true));
    expect([managed.length >= 2, managed.length <= MANAGED_POLICIES_QUOTA]).toEqual([true, true]);
  });
});

describe('a policy', () => {
  test('has one statement for all resources with the same actions and conditions', () => {
    const stack = stackIn();
    const permissions = RolePermissions.of(stack, roleIn(stack), 'Images');
    const conditions = { StringEquals: { 'kms:ViaService': 'ecr.eu-west-1.amazonaws.com' } };
    for (const name of ['a', 'b']) {
      permissions.grant({ actions: READ, resource: `arn:image/${name}` });
      permissions.grant({ actions: PULL, resource: `arn:repository/${name}` });
      permissions.grant({ actions: ['kms:Decrypt'], resource: `arn:key/${name}`, conditions });
    }
    permissions.grant({ actions: ['kms:Decrypt'], resource: 'arn:key/c' });
    const [{ statements }, ...others] = policiesIn(stack);
    expect(others).toEqual([]);
    expect(statements).toHaveLength(4);
    expect(statements).toEqual(expect.arrayContaining([
      { Action: 'sagemaker:DescribeImage', Effect: 'Allow', Resource: ['arn:image/a', 'arn:image/b'] },
      { Action: PULL, Effect: 'Allow', Resource: ['arn:repository/a', 'arn:repository/b'] },
      { Action: 'kms:Decrypt', Effect: 'Allow', Resource: ['arn:key/a', 'arn:key/b'], Condition: conditions },
      { Action: 'kms:Decrypt', Effect: 'Allow', Resource: 'arn:key/c' },
    ]));
  });

  test('of one purpose is not shared with another', () => {
    const stack = stackIn();
    const role = roleIn(stack);
    const [one, other] = ['Pull', 'Studio'].map((purpose) => RolePermissions.of(stack, role, purpose).grant({ actions: READ, resource: 'arn:image/a' }));
    expect(one).not.toBe(other);
    expect(policiesIn(stack)).toHaveLength(2);
  });

  test('of one role is not shared with another', () => {
    const stack = stackIn();
    const [one, other] = [roleIn(stack), iam.Role.fromRoleName(stack, 'Other', 'other')]
      .map((role) => RolePermissions.of(stack, role, 'Images').grant({ actions: READ, resource: 'arn:image/a' }));
    expect(one).not.toBe(other);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', { Roles: ['other'] });
  });
});

describe('the last character of a quota', () => {
  /** The document of one statement on some resources has this many characters. */
  const lengthWith = (...resources: string[]) => JSON.stringify({
    Statement: [{ Action: 'sagemaker:DescribeImage', Effect: 'Allow', Resource: resources }], Version: '2012-10-17',
  }).length;
  const permissionsIn = (stack: Stack) => RolePermissions.of(stack, roleIn(stack), 'Images');
  const idsOf = (stack: Stack) => stack.node.children.map(({ node }) => node.id).filter((id) => id.startsWith('Images'))
    .map((id) => id.replace(/^Images[0-9a-f]{42}/, 'Images'));
  /** Rendered documents are at most this much shorter than this library assumes: a list of one action, and a comma after both lists. */
  const SPARE = JSON.stringify(['']).length - JSON.stringify('').length + 2;

  test.each([[0, ['Images']], [1, ['Images', 'Images2']]])('of the inline policy can be used, and not %p more', (more, ids) => {
    const stack = stackIn();
    const permissions = permissionsIn(stack);
    const last = 'b'.repeat(SHARE - SPARE - lengthWith('a', '') + more);
    ['a', last].forEach((resource) => permissions.grant({ actions: READ, resource }));
    expect(idsOf(stack)).toEqual(ids);
  });

  test.each([[0, ['Images', 'Images2']], [1, ['Images', 'Images2', 'Images3']]])('of a managed policy can be used, and not %p more', (more, ids) => {
    const stack = stackIn();
    const permissions = permissionsIn(stack);
    const first = 'a'.repeat(SHARE);
    const last = 'b'.repeat(MANAGED_QUOTA - SPARE - lengthWith(first, '') + more);
    ['inline', first, last].forEach((resource) => permissions.grant({ actions: READ, resource }));
    expect(idsOf(stack)).toEqual(ids);
  });
});

describe('grant', () => {
  test('keeps each of several values that are known only at the end', () => {
    const stack = stackIn();
    const permissions = RolePermissions.of(stack, roleIn(stack), 'Images');
    ['arn:image/a', 'arn:image/b'].forEach((arn) => permissions.grant({ actions: READ, resource: Lazy.string({ produce: () => arn }) }));
    expect(policiesIn(stack)[0].statements).toEqual([{ Action: 'sagemaker:DescribeImage', Effect: 'Allow', Resource: ['arn:image/a', 'arn:image/b'] }]);
  });

  test('tells a role that takes no policy of each statement once', () => {
    const stack = stackIn();
    const role = roleIn(stack).withoutPolicyUpdates();
    const told = jest.spyOn(role, 'addToPrincipalPolicy');
    const permissions = RolePermissions.of(stack, role, 'Images');
    expect(permissions.attached).toBeUndefined();
    ['arn:image/a', 'arn:image/a', 'arn:image/b'].forEach((resource) => permissions.grant({ actions: READ, resource }));
    expect(told.mock.calls.map(([{ resources }]) => resources)).toEqual([['arn:image/a'], ['arn:image/b']]);
    expect(permissions.attached).toBe(false);
  });

  test('returns the resource of the policy that has the statement, inline or managed', () => {
    const stack = stackIn();
    const granted = grantImages(stack, roleIn(stack), 200);
    const { Resources: resources } = Template.fromStack(stack).toJSON();
    granted.forEach((policy, index) => {
      const document = resources[stack.getLogicalId(policy!)].Properties.PolicyDocument;
      expect(document.Statement[0].Resource).toContainEqual(stack.resolve(imageArn(stack, index)));
    });
    expect(new Set(granted.map((policy) => policy!.cfnResourceType))).toEqual(new Set(['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']));
  });

  test('returns the same resource for the same statement', () => {
    const stack = stackIn();
    const role = roleIn(stack);
    const pathsOf = (policies: (CfnResource | undefined)[]) => policies.map((policy) => policy!.node.path);
    const first = pathsOf(grantImages(stack, role, 200));
    expect(pathsOf(grantImages(stack, role, 200))).toEqual(first);
  });

  test('makes a version wait for the policy with its repository, and for no other', () => {
    const stack = stackIn();
    const role = roleIn(stack);
    const versions = range(100).map((index) => new Image(stack, `Image${index}`, { role }).addVersion('V', {
      baseImage: BaseImage.fromUri(`111111111111.dkr.ecr.eu-west-1.amazonaws.com/${longName(index, 'r')}:1`),
    }));
    const { Resources: resources } = Template.fromStack(stack).toJSON();
    const policyIds = policiesIn(stack).map(({ id }) => id);
    expect(policyIds.length).toBeGreaterThan(1);
    versions.forEach((version, index) => {
      const { DependsOn: dependencies } = resources[stack.getLogicalId(version.node.defaultChild as CfnResource)];
      const waitsFor = dependencies.filter((id: string) => policyIds.includes(id));
      const having = policyIds.filter((id) => JSON.stringify(resources[id]).includes(`/${longName(index, 'r')}"`));
      expect([waitsFor, having]).toEqual([having, [expect.any(String)]]);
    });
  });

  test.each<[string, (stack: Stack) => iam.IRole]>([
    ['is imported as immutable', (stack) => iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111111111111:role/torch', { mutable: false })],
    ['is in another account', (stack) => iam.Role.fromRoleArn(stack, 'Role', `arn:aws:iam::${OTHER_ACCOUNT.account}:role/torch`)],
    ['has no policy updates', (stack) => roleIn(stack).withoutPolicyUpdates()],
  ])('returns undefined and adds no policy for a role that %s', (_, roleOf) => {
    const stack = stackIn();
    const role = roleOf(stack);
    expect(grantImages(stack, role, 200)).toEqual(Array(200).fill(undefined));
    expect(RolePermissions.of(stack, role, 'Images').attached).toBe(false);
    expect(policiesIn(stack)).toEqual([]);
  });
});

describe('the inline policies of one role in several stacks', () => {
  test.each<[string, (stacks: Stack[]) => iam.IRole[]]>([
    ['a role of the app', ([first, ...others]) => {
      const role = roleIn(first);
      return [role, ...others.map(() => role)];
    }],
    ['imports by name', (stacks) => stacks.map((stack) => iam.Role.fromRoleName(stack, 'Import', 'torch'))],
    ['imports by ARN and by name', (stacks) => stacks.map((stack, index) => index === 0
      ? iam.Role.fromRoleArn(stack, 'Import', 'arn:aws:iam::111111111111:role/teams/torch') : iam.Role.fromRoleName(stack, 'Import', 'torch'))],
  ])('share the inline quota: %s', (_, rolesIn) => {
    const app = new App();
    const stacks = ['A', 'B', 'C'].map((id) => new Stack(app, id, { env: HERE }));
    const roles = rolesIn(stacks);
    stacks.forEach((stack, index) => grantImages(stack, roles[index], 20, index * 20));
    const { inline, managed } = expectWithinQuotas(stacks);
    expect(inline.length).toBeGreaterThan(1);
    expect(managed.length).toBeGreaterThan(0);
  });

  test('share the inline quota without what is in managed policies', () => {
    const app = new App();
    const stacks = ['A', 'B'].map((id) => new Stack(app, id, { env: HERE }));
    const [ofA, ofB] = stacks.map((stack) => RolePermissions.of(stack, iam.Role.fromRoleName(stack, 'Import', 'torch'), 'Images'));
    ['a', 'a'.repeat(SHARE)].forEach((resource) => ofA.grant({ actions: READ, resource }));
    ['a', 'b'].forEach((resource) => ofB.grant({ actions: READ, resource }));
    expect(stacks.map((stack) => policiesIn(stack).map(({ isManaged }) => isManaged))).toEqual([[false, true], [false]]);
  });

  // IAM roles are global: stacks of other Regions have the same role.
  test('share the inline quota across Regions', () => {
    const app = new App();
    const stacks = [HERE, OTHER_REGION].map((env, index) => new Stack(app, `Stack${index}`, { env }));
    stacks.forEach((stack) => grantImages(stack, iam.Role.fromRoleName(stack, 'Import', 'torch'), 40));
    expectWithinQuotas(stacks);
  });

  test('do not share the inline quota with a role of the same name in another account', () => {
    const app = new App();
    const stacks = [HERE, OTHER_ACCOUNT].map((env, index) => new Stack(app, `Stack${index}`, { env }));
    stacks.forEach((stack) => grantImages(stack, iam.Role.fromRoleName(stack, 'Import', 'torch'), 35));
    expect(stacks.map((stack) => policiesIn(stack).map(({ isManaged }) => isManaged))).toEqual([[false], [false]]);
  });
});

describe('the quotas of a role', () => {
  const statement = (length: number) => new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [`arn:aws:s3:::${'x'.repeat(length)}`] });
  /** The length of the document of such a statement. */
  const lengthOf = (length: number) => JSON.stringify({
    Statement: [{ Action: 's3:GetObject', Effect: 'Allow', Resource: `arn:aws:s3:::${'x'.repeat(length)}` }], Version: '2012-10-17',
  }).length;
  const remedy = 'grant it one statement of your own for all images, for example on image/* and image-version/*, '
    + `and give this library role.withoutPolicyUpdates(). See ${TROUBLESHOOTING}#a-role-has-too-many-permissions`;
  const inlineError = (path: string, length: number) =>
    `  [${path}] the inline policies of role ${path} have at least ${length} characters, IAM allows 10240: move statements to managed policies, or ${remedy}`;
  /** Grants one short statement. */
  const grantOne = (stack: Stack, role: iam.IRole) => RolePermissions.of(stack, role, 'Images').grant({ actions: READ, resource: 'arn:image' });
  /** The length of the policy with that statement. */
  const OWN = JSON.stringify({ Statement: [{ Action: 'sagemaker:DescribeImage', Effect: 'Allow', Resource: 'arn:image' }], Version: '2012-10-17' }).length;
  const problemsOf = (stack: Stack) => errorOf(() => (stack.node.root as App).synth({ force: true }))?.split('\n').slice(1);
  /** The length of the resource in a document of this length. */
  const fill = (length: number) => length - lengthOf(0);

  const INLINE: [string, (stack: Stack, length: number) => iam.Role][] = [
    ['the default policy of the role', (stack, length) => {
      const role = roleIn(stack);
      // The CDK moves statements of more than 10,000 characters to managed policies.
      role.addToPolicy(statement(fill(9_000)));
      new iam.Policy(stack, 'Policy', { roles: [role], statements: [statement(fill(length - 9_000))] });
      return role;
    }],
    ['an inline policy that is attached to the role', (stack, length) => {
      const role = roleIn(stack);
      new iam.Policy(stack, 'Policy', { roles: [role], statements: [statement(fill(length))] });
      return role;
    }],
    ['an L1 of a policy', (stack, length) => {
      const role = roleIn(stack);
      new iam.CfnPolicy(stack, 'Policy', {
        policyName: 'p', roles: [role.roleName], policyDocument: new iam.PolicyDocument({ statements: [statement(fill(length))] }),
      });
      return role;
    }],
    ['an L1 of a role policy', (stack, length) => {
      const role = roleIn(stack);
      new iam.CfnRolePolicy(stack, 'Policy', {
        policyName: 'p', roleName: role.roleName, policyDocument: new iam.PolicyDocument({ statements: [statement(fill(length))] }),
      });
      return role;
    }],
    ['inlinePolicies of the role', (stack, length) =>
      roleIn(stack, { inlinePolicies: { p: new iam.PolicyDocument({ statements: [statement(fill(length))] }) } })],
  ];

  test.each(INLINE)('include %s', (_, roleWith) => {
    for (const [own, problems] of [
      [INLINE_QUOTA - OWN, undefined],
      [INLINE_QUOTA - OWN + 1, [inlineError('Stack/Role', INLINE_QUOTA + 1)]],
    ] as const) {
      const stack = stackIn();
      grantOne(stack, roleWith(stack, own));
      expect(problemsOf(stack)).toEqual(problems);
    }
  });

  test('include the policies of an imported role in all stacks and stages of its account', () => {
    const app = new App();
    const stacks = [new Stack(app, 'One', { env: HERE }), new Stack(app, 'Two', { env: OTHER_REGION }), new Stack(new Stage(app, 'Prod'), 'Three', { env: HERE })];
    const roles = stacks.map((stack) => iam.Role.fromRoleName(stack, 'Import', 'torch'));
    roles.forEach((role, index) => new iam.Policy(stacks[index], 'Policy', { roles: [role], statements: [statement(fill(4_000))] }));
    grantOne(stacks[0], roles[0]);
    expect(errorOf(() => app.synth())?.split('\n').slice(1)).toEqual([inlineError('One/Import', 12_000 + OWN)]);
  });

  test('include the policies of the app for a role in a stage', () => {
    const app = new App();
    const [stack, staged] = [new Stack(app, 'One', { env: HERE }), new Stack(new Stage(app, 'Prod'), 'Two', { env: HERE })];
    const roles = [stack, staged].map((one) => iam.Role.fromRoleName(one, 'Import', 'torch'));
    new iam.Policy(stack, 'Policy', { roles: [roles[0]], statements: [statement(fill(9_000))] });
    new iam.Policy(staged, 'Policy', { roles: [roles[1]], statements: [statement(fill(2_000))] });
    grantOne(staged, roles[1]);
    expect(errorOf(() => app.synth())?.split('\n').slice(1)).toEqual([inlineError('Prod/Two/Import', 11_000 + OWN)]);
  });

  test('are checked for an import in which the app has a construct of its own', () => {
    const stack = stackIn();
    const role = iam.Role.fromRoleName(stack, 'Import', 'torch');
    new Construct(role, 'Default');
    grantOne(stack, role);
    expect(problemsOf(stack)).toBeUndefined();
  });

  test('are counted separately for each account', () => {
    const app = new App();
    const stacks = [HERE, OTHER_ACCOUNT].map((env, index) => new Stack(new Stage(app, `Stage${index}`), 'Stack', { env }));
    const roles = stacks.map((stack) => iam.Role.fromRoleName(stack, 'Import', 'torch'));
    roles.forEach((role, index) => {
      new iam.Policy(stacks[index], 'Policy', { roles: [role], statements: [statement(fill(8_000))] });
      grantOne(stacks[index], role);
    });
    expect(errorOf(() => app.synth())).toBeUndefined();
  });

  test('do not include the policies of another role', () => {
    const stack = stackIn();
    const other = new iam.Role(stack, 'Other', { assumedBy: new iam.AccountRootPrincipal() });
    new iam.Policy(stack, 'Policy', { roles: [other], statements: [statement(11_000)] });
    grantOne(stack, roleIn(stack));
    expect(problemsOf(stack)).toBeUndefined();
  });

  test.each<[string, (stack: Stack, count: number) => iam.Role]>([
    ['managed policies of AWS', (stack, count) => roleIn(stack, {
      managedPolicies: range(count).map((index) => iam.ManagedPolicy.fromAwsManagedPolicyName(`Policy${index}`)),
    })],
    ['managed policies of the app', (stack, count) => {
      const role = roleIn(stack);
      range(count).forEach((index) => new iam.ManagedPolicy(stack, `Policy${index}`, { roles: [role], statements: [statement(index)] }));
      return role;
    }],
    ['managed policies of both', (stack, count) => {
      const role = roleIn(stack, { managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('Policy')] });
      range(count - 1).forEach((index) => new iam.ManagedPolicy(stack, `Policy${index}`, { roles: [role], statements: [statement(index)] }));
      return role;
    }],
  ])('limit the number of %s', (_, roleWith) => {
    for (const [count, problems] of [
      [MANAGED_POLICIES_QUOTA, undefined],
      [MANAGED_POLICIES_QUOTA + 1, [`  [Stack/Role] role Stack/Role has 11 managed policies, IAM allows 10: ${remedy}`]],
    ] as const) {
      const stack = stackIn();
      grantOne(stack, roleWith(stack, count));
      expect(problemsOf(stack)).toEqual(problems);
    }
  });

  test('count a managed policy once if both the role and the policy name each other', () => {
    const stack = stackIn();
    const policies = range(6).map((index) => new iam.ManagedPolicy(stack, `Policy${index}`, { statements: [statement(index)] }));
    const role = roleIn(stack, { managedPolicies: policies });
    policies.forEach((policy) => policy.attachToRole(role));
    grantOne(stack, role);
    expect(problemsOf(stack)).toBeUndefined();
  });

  test('count all managed policies that only the role names', () => {
    const stack = stackIn();
    const policies = range(10).map((index) => new iam.ManagedPolicy(stack, `Policy${index}`, { statements: [statement(index)] }));
    const role = roleIn(stack, { managedPolicies: policies });
    new iam.ManagedPolicy(stack, 'Own', { roles: [role], statements: [statement(10)] });
    grantOne(stack, role);
    expect(problemsOf(stack)).toEqual([`  [Stack/Role] role Stack/Role has 11 managed policies, IAM allows 10: ${remedy}`]);
  });

  test('limit the number of managed policies of this library', () => {
    const stack = stackIn();
    const role = roleIn(stack, { managedPolicies: range(8).map((index) => iam.ManagedPolicy.fromAwsManagedPolicyName(`Policy${index}`)) });
    grantImages(stack, role, 200);
    const count = 8 + Object.keys(Template.fromJSON(stackTemplate(stack)).findResources('AWS::IAM::ManagedPolicy')).length;
    expect(count).toBeGreaterThan(10);
    expect(problemsOf(stack)).toEqual([`  [Stack/Role] role Stack/Role has ${count} managed policies, IAM allows 10: ${remedy}`]);
  });

  test('limit the length of a managed policy', () => {
    for (const [length, problems] of [
      [MANAGED_QUOTA, undefined],
      [MANAGED_QUOTA + 1, ['  [Stack/Role] managed policy Stack/Managed/Resource has at least 6145 characters, IAM allows 6144: split it']],
    ] as const) {
      const stack = stackIn();
      const role = roleIn(stack);
      new iam.ManagedPolicy(stack, 'Managed', { roles: [role], statements: [statement(fill(length))] });
      grantOne(stack, role);
      expect(problemsOf(stack)).toEqual(problems);
    }
  });

  test('are reported together, and not after they have been fixed', () => {
    const stack = stackIn();
    const role = roleIn(stack, { managedPolicies: range(10).map((index) => iam.ManagedPolicy.fromAwsManagedPolicyName(`Policy${index}`)) });
    grantOne(stack, role);
    new iam.Policy(stack, 'Policy', { roles: [role], statements: [statement(fill(11_000))] });
    new iam.ManagedPolicy(stack, 'Managed', { roles: [role], statements: [statement(fill(7_000))] });
    expect(problemsOf(stack)).toEqual([
      inlineError('Stack/Role', 11_000 + OWN),
      `  [Stack/Role] role Stack/Role has 11 managed policies, IAM allows 10: ${remedy}`,
      '  [Stack/Role] managed policy Stack/Managed/Resource has at least 7000 characters, IAM allows 6144: split it',
    ]);
    stack.node.tryRemoveChild('Policy');
    stack.node.tryRemoveChild('Managed');
    expect(problemsOf(stack)).toBeUndefined();
  });

  // A value that only CloudFormation knows may be short.
  test('count an unknown value as empty', () => {
    const stack = agnosticStack();
    const role = roleIn(stack);
    grantOne(stack, role);
    const resources = range(85).map((index) => new CfnResource(stack, `R${index}`, { type: 'Custom::R' }).getAtt('Arn').toString());
    new iam.Policy(stack, 'Policy', { roles: [role], statements: [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources })] });
    expect(problemsOf(stack)).toBeUndefined();
  });

  test.each<[string, Environment | undefined]>([['known', HERE], ['unknown', undefined]])(
    'never count more than IAM in a stack whose account is %s', (_, env) => {
      const stack = new Stack(new App(), 'Stack', { env });
      const role = roleIn(stack);
      grantOne(stack, role);
      // In the Region and partition with the shortest names, one more of these would be too long.
      const arn = (index: number) => `arn:aws:s3:eu-west-1:111111111111:x/${String(index).padStart(3, '0')}`;
      const count = Math.floor((INLINE_QUOTA - OWN - lengthOf(0) - 2) / `"${arn(0)}",`.length);
      const resources = range(count).map((index) => formatArn(stack, { service: 's3', resource: `x/${String(index).padStart(3, '0')}` }));
      new iam.Policy(stack, 'Policy', { roles: [role], statements: [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources })] });
      expect(problemsOf(stack)).toBeUndefined();
      new iam.Policy(stack, 'More', { roles: [role], statements: [statement(200)] });
      expect(problemsOf(stack)).toEqual([expect.stringMatching(/^ {2}\[Stack\/Role\] the inline policies of role Stack\/Role have at least \d+ characters, IAM allows 10240: /)]);
    });
});

/** The template of a stack without its validation. */
function stackTemplate(stack: Stack): Record<string, any> {
  return (stack.node.root as App).synth({ skipValidation: true, force: true }).getStackByName(stack.stackName).template;
}
