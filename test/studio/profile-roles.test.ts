import { App, Aspects, aws_iam as iam, aws_sagemaker as sagemaker, CfnCondition, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { StudioTarget } from 'cdk-sagemaker-images';
import { expectOrder } from '../helpers/deployment-graph';
import { HERE, OTHER_REGION, stackIn, warningsOf } from '../helpers/fixtures';
import { APPS, attach, domainIn, resourceOf, ROLE_ARN } from '../helpers/studio';

const WARNING = 'cdk-sagemaker-images:studioExecutionRole';

function roleIn(stack: Stack, id: string, props: Partial<iam.RoleProps> = {}): iam.Role {
  return new iam.Role(stack, id, { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com'), ...props });
}

function profileIn(stack: Stack, domainId: string, userSettings?: any, id = 'Profile'): sagemaker.CfnUserProfile {
  return new sagemaker.CfnUserProfile(stack, id, { domainId, userProfileName: id.toLowerCase(), userSettings });
}

/** The ids of the roles that a stack grants permissions for Studio. */
function grantedIn(stack: Stack): string[] {
  const policies = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy')).filter(([id]) => id.startsWith('StudioImages'));
  return policies.map(([, { Properties: { Roles: [role] } }]) => /(?:^|Ref)(R\d)/.exec(role.Ref ?? role['Fn::ImportValue'])![1]).sort();
}

const whoseRoles = (stack: Stack) => warningsOf(stack).filter(({ id }) => id === WARNING)
  .map(({ text }) => /^the execution role of (.*?) may .* images: (.*?) sagemaker:/.exec(text)!.slice(1).join(' | '));

describe('the roles of settings with a condition', () => {
  const conditional = (settings: (stack: Stack, roles: Record<string, iam.Role>) => unknown) => {
    const stack = stackIn();
    new CfnCondition(stack, 'C', { expression: Fn.conditionEquals(new CfnParameter(stack, 'P').valueAsString, 'x') });
    const roles = Object.fromEntries(['R1', 'R2', 'R3'].map((id) => [id, roleIn(stack, id)]));
    const domain = domainIn(stack, { defaultUserSettings: { executionRole: roles.R1.roleArn } });
    attach(stack, StudioTarget.userProfile(profileIn(stack, domain.ref, settings(stack, roles))));
    return stack;
  };

  test.each<[string, (stack: Stack, roles: Record<string, iam.Role>) => unknown, string[]]>([
    ['a condition for the settings', (_, { R2, R3 }) => Fn.conditionIf('C', { ExecutionRole: R2.roleArn }, { ExecutionRole: R3.roleArn }), ['R2', 'R3']],
    ['a condition inside another', (_, { R1, R2, R3 }) => Fn.conditionIf('C', { ExecutionRole: R2.roleArn },
      Fn.conditionIf('C', { ExecutionRole: R1.roleArn }, { ExecutionRole: R3.roleArn })), ['R1', 'R2', 'R3']],
    ['a condition for the role', (_, { R2, R3 }) => ({ executionRole: Fn.conditionIf('C', R2.roleArn, R3.roleArn).toString() }), ['R2', 'R3']],
    ['a condition for settings or none', (_, { R2 }) => Fn.conditionIf('C', { ExecutionRole: R2.roleArn }, { Ref: 'AWS::NoValue' }), ['R1', 'R2']],
    ['a condition for settings without a role', (_, { R2 }) => Fn.conditionIf('C', { ExecutionRole: R2.roleArn }, { SecurityGroups: [] }), ['R1', 'R2']],
  ])('are all granted the permissions: %s', (_, settings, expected) => {
    const stack = conditional(settings);
    expect(grantedIn(stack)).toEqual(expected);
    expect(whoseRoles(stack)).toEqual([]);
  });

  test('cause a warning if one is not owned, and do not include that of the domain', () => {
    const stack = conditional((_, { R2 }) => Fn.conditionIf('C', { ExecutionRole: R2.roleArn }, { ExecutionRole: ROLE_ARN }));
    expect(grantedIn(stack)).toEqual(['R2']);
    expect(whoseRoles(stack)).toEqual(['Stack/Profile | pass executionRole to the target, or let the owner of the role grant it']);
  });

  test('cause a warning if a function hides one', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    attach(stack, StudioTarget.userProfile(profileIn(stack, domain.ref)));
    domain.defaultUserSettings = Fn.conditionIf('C', { ExecutionRole: roleIn(stack, 'R1').roleArn }, { 'Fn::FindInMap': ['A', 'B', 'C'] });
    new CfnCondition(stack, 'C', { expression: Fn.conditionEquals('x', 'x') });
    expect(grantedIn(stack)).toEqual(['R1']);
    expect(whoseRoles(stack)).toHaveLength(1);
  });
});

describe('the role of an owned user profile whose domain an image is attached to', () => {
  const both = (make: (stack: Stack, r1: iam.Role, r2: iam.Role) => StudioTarget) => {
    const stack = stackIn();
    attach(stack, make(stack, ...['R1', 'R2'].map((id) => roleIn(stack, id)) as [iam.Role, iam.Role]));
    return stack;
  };

  test.each<[string, (stack: Stack, r1: iam.Role, r2: iam.Role) => StudioTarget]>([
    ['an owned domain', (stack, r1, r2) => {
      const domain = domainIn(stack, { defaultUserSettings: { executionRole: r1.roleArn } });
      profileIn(stack, domain.attrDomainId, { executionRole: r2.roleArn });
      return StudioTarget.domain(domain);
    }],
    ['an owned domain with a given role', (stack, r1, r2) => {
      const domain = domainIn(stack);
      profileIn(stack, domain.ref, { executionRole: r2.roleArn });
      return StudioTarget.domain(domain, { executionRole: r1 });
    }],
    ['an existing domain', (stack, r1, r2) => {
      profileIn(stack, 'd-1', { executionRole: r2.roleArn });
      return StudioTarget.existingDomain('d-1', { executionRole: r1 });
    }],
    ['a domain whose id is a parameter', (stack, r1, r2) => {
      const id = new CfnParameter(stack, 'Id').valueAsString;
      profileIn(stack, id, { executionRole: r2.roleArn });
      return StudioTarget.existingDomain(id, { executionRole: r1 });
    }],
  ])('is granted the permissions too: %s', (_, make) => {
    const stack = both(make);
    expect(grantedIn(stack)).toEqual(['R1', 'R2']);
    expect(whoseRoles(stack)).toEqual([]);
  });

  test.each<[string, (stack: Stack, r1: iam.Role, r2: iam.Role) => StudioTarget]>([
    ['another domain', (stack, r1, r2) => {
      profileIn(stack, domainIn(stack, {}, 'Other').ref, { executionRole: r2.roleArn });
      return StudioTarget.domain(domainIn(stack), { executionRole: r1 });
    }],
    ['another existing domain', (stack, r1, r2) => {
      profileIn(stack, 'd-2', { executionRole: r2.roleArn });
      return StudioTarget.existingDomain('d-1', { executionRole: r1 });
    }],
    ['shared spaces', (stack, r1, r2) => {
      profileIn(stack, 'd-1', { executionRole: r2.roleArn });
      return StudioTarget.existingDomainSharedSpaces('d-1', { executionRole: r1 });
    }],
    ['another profile', (stack, r1, r2) => {
      profileIn(stack, 'd-1', { executionRole: r2.roleArn });
      return StudioTarget.existingUserProfile('d-1', 'jo', { executionRole: r1 });
    }],
    ['a profile without a role', (stack, r1) => {
      profileIn(stack, 'd-1', { securityGroups: [] });
      return StudioTarget.existingDomain('d-1', { executionRole: r1 });
    }],
  ])('is not granted permissions it does not need: %s', (_, make) => {
    expect(grantedIn(both(make))).toEqual(['R1']);
  });

  test.each<[string, (stack: Stack, executionRole: iam.IRole) => StudioTarget]>([
    ['an owned domain', (stack, executionRole) => StudioTarget.domain(domainIn(stack), { executionRole })],
    ['an existing domain', (_, executionRole) => StudioTarget.existingDomain('d-1', { executionRole })],
  ])('causes no second warning if it is that of the domain: %s', (_, make) => {
    const stack = stackIn();
    const target = make(stack, iam.Role.fromRoleArn(stack, 'Import', ROLE_ARN, { mutable: false }));
    const domain = stack.node.tryFindChild('Domain') as sagemaker.CfnDomain | undefined;
    profileIn(stack, domain?.ref ?? 'd-1', { executionRole: ROLE_ARN });
    attach(stack, target);
    expect(whoseRoles(stack)).toHaveLength(1);
  });

  test('is that which an aspect of the app sets', () => {
    const stack = stackIn();
    const profile = profileIn(stack, 'd-1');
    const role = roleIn(stack, 'R2');
    const attachment = attach(stack, StudioTarget.existingDomain('d-1', { executionRole: roleIn(stack, 'R1') }));
    Aspects.of(attachment).add({ visit: () => { profile.userSettings = { executionRole: role.roleArn }; } }, { priority: 800 });
    expect(grantedIn(stack)).toEqual(['R1', 'R2']);
  });

  test('is granted the permissions before an owned domain is changed', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    const profile = profileIn(stack, domain.ref, { executionRole: roleIn(stack, 'R2').roleArn });
    attach(stack, StudioTarget.domain(domain));
    Template.fromStack(stack);
    const policy = stack.node.children.find(({ node }) => node.id.startsWith('StudioImages'))!;
    expectOrder(stack.node.root as App, [policy, domain, profile]);
  });

  test('is granted the permissions before an existing domain is changed', () => {
    const stack = stackIn();
    profileIn(stack, 'd-1', { executionRole: roleIn(stack, 'R2').roleArn });
    const attachment = attach(stack, StudioTarget.existingDomain('d-1'));
    Template.fromStack(stack);
    const policy = stack.node.children.find(({ node }) => node.id.startsWith('StudioImages'))!;
    expectOrder(stack.node.root as App, [policy, resourceOf(attachment)]);
  });

  // The policy waits for its role, which waits for the domain.
  test('can refer to the domain, and is then granted the permissions before the profile is created', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    const role = roleIn(stack, 'R2', { description: domain.attrDomainArn });
    const profile = profileIn(stack, domain.ref, { executionRole: role.roleArn });
    attach(stack, StudioTarget.domain(domain));
    Template.fromStack(stack);
    const policy = stack.node.children.find(({ node }) => node.id.startsWith('StudioImages'))!;
    expectOrder(stack.node.root as App, [domain, policy, profile]);
  });

  test('can be set after the image was attached', () => {
    const stack = stackIn();
    attach(stack, StudioTarget.existingDomain('d-1'));
    const profile = profileIn(stack, 'd-1');
    profile.userSettings = { executionRole: roleIn(stack, 'R2').roleArn };
    expect(grantedIn(stack)).toEqual(['R2']);
  });

  test('can be added after a first synth', () => {
    const stack = stackIn();
    attach(stack, StudioTarget.existingDomain('d-1'));
    Template.fromStack(stack);
    profileIn(stack, 'd-1', { executionRole: roleIn(stack, 'R2').roleArn });
    (stack.node.root as App).synth({ force: true });
    expect(stack.node.children.filter(({ node }) => node.id.startsWith('StudioImages'))).toHaveLength(1);
  });

  test('is not granted permissions for a domain of another Region with the same id', () => {
    const app = new App();
    const there = new Stack(app, 'There', { env: OTHER_REGION });
    profileIn(there, 'd-1', { executionRole: roleIn(there, 'R2').roleArn });
    const stack = new Stack(app, 'Stack', { env: HERE });
    attach(stack, StudioTarget.existingDomain('d-1'));
    expect([there, stack].map(grantedIn)).toEqual([[], []]);
  });

  test('causes one warning if it is not owned, however many profiles have it', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    profileIn(stack, domain.ref, { executionRole: ROLE_ARN }, 'Same');
    profileIn(stack, domain.ref, { executionRole: `${ROLE_ARN}-2` }, 'One');
    profileIn(stack, domain.ref, { executionRole: `${ROLE_ARN}-2` }, 'Two');
    attach(stack, StudioTarget.domain(domain));
    expect(grantedIn(stack)).toEqual([]);
    expect(whoseRoles(stack)).toEqual([
      'Stack/Domain | pass executionRole to the target, or let the owner of the role grant it',
      'user profile Stack/One | let the owner of the role grant it',
    ]);
  });

  test('is granted the permissions for each image', () => {
    const stack = stackIn();
    profileIn(stack, 'd-1', { executionRole: roleIn(stack, 'R2').roleArn });
    ['a', 'b'].forEach((name) => attach(stack, StudioTarget.existingDomain('d-1'), APPS.JupyterLab, name));
    const [{ Properties: { PolicyDocument: { Statement } } }] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy', {
      Properties: { PolicyDocument: { Statement: [{ Action: 'sagemaker:DescribeImage' }, {}, {}] } },
    }));
    expect(Statement[0].Resource).toHaveLength(2);
  });

  test.each([false, true])('can be in another stack than the domain (image in the stack of the domain: %s)', (together) => {
    const app = new App();
    const domains = new Stack(app, 'Domains', { env: HERE });
    const domain = domainIn(domains);
    const profiles = new Stack(app, 'Profiles', { env: HERE });
    const profile = profileIn(profiles, domain.ref, { executionRole: roleIn(profiles, 'R2').roleArn });
    const { imageVersion } = attach(together ? domains : new Stack(app, 'Images', { env: HERE }), StudioTarget.domain(domain));
    expect(grantedIn(profiles)).toEqual(['R2']);
    expectOrder(app, [imageVersion, domain, profile]);
  });

  test.each([false, true])('can be in another stack than the attachment (stack of the profile depends on that of the attachment: %s)', (waits) => {
    const app = new App();
    const profiles = new Stack(app, 'Profiles', { env: HERE });
    profileIn(profiles, 'd-1', { executionRole: roleIn(profiles, 'R2').roleArn });
    const images = new Stack(app, 'Images', { env: HERE });
    if (waits) {
      profiles.addDependency(images);
    }
    attach(images, StudioTarget.existingDomain('d-1'));
    expect([profiles, images].map(grantedIn)).toEqual(waits ? [['R2'], []] : [[], ['R2']]);
  });

  test.each<[string, boolean]>([['a stack that depends on that of the attachment', true], ['another stack only', false]])(
    'can be in a stack that depends on %s', (_, waits) => {
      const app = new App();
      const [profiles, between, images] = ['Profiles', 'Between', 'Images'].map((id) => new Stack(app, id, { env: HERE }));
      profileIn(profiles, 'd-1', { executionRole: roleIn(profiles, 'R2').roleArn });
      profiles.addDependency(between);
      if (waits) {
        between.addDependency(images);
      }
      attach(images, StudioTarget.existingDomain('d-1'));
      expect([profiles, images].map(grantedIn)).toEqual(waits ? [['R2'], []] : [[], ['R2']]);
    });
});
