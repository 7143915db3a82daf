import { App, aws_iam as iam, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Image, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { agnosticStack, baseImage, HERE, OTHER_REGION } from '../helpers/fixtures';
import { APPS } from '../helpers/studio';

const ROLE_NAME = 'execution';

const roleIn = (scope: Construct) => new iam.Role(scope, 'Role', { roleName: ROLE_NAME, assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
const importIn = (scope: Construct) => iam.Role.fromRoleName(scope, 'Role', ROLE_NAME);

/** The purposes of the policies that the library adds to a role. */
const USES: [string, (scope: Construct, role: iam.IRole) => void][] = [
  ['an execution role', (scope, executionRole) => void new StudioImage(scope, 'Torch', {
    baseImage: baseImage('1'), app: APPS.JupyterLab, attachTo: [StudioTarget.existingDomain('d-1', { executionRole })],
  })],
  ['the role of an image that versions are added to', (scope, role) => {
    new Image(scope, 'Torch', { role }).addVersion('V', { baseImage: baseImage('1') });
  }],
  ['the role of an image of another stack', (scope, role) => {
    Image.fromImageAttributes(scope, 'Torch', { imageName: 'torch', role }).addVersion('V', { baseImage: baseImage('1') });
  }],
  ['the role of an image that is granted to read a version', (scope, role) => {
    new Image(scope, 'Torch', { role }).addVersion('V', { baseImage: baseImage('1') }).grants.read(role);
  }],
];

/** The names of all policies of a role in some stacks. */
function policyNames(...stacks: Stack[]): unknown[] {
  return stacks.flatMap((stack) => Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    .map(({ Properties: { PolicyName } }) => PolicyName));
}

function expectDifferent(names: unknown[]): void {
  expect(names.length).toBeGreaterThan(1);
  expect(new Set(names.map((name) => JSON.stringify(name))).size).toBe(names.length);
}

// IAM overwrites an inline policy of the same name, and deletes it with the first of the stacks.
describe.each(USES)('the policies of %s have different names', (_, use) => {
  test('in two stacks that share a role', () => {
    const app = new App();
    const role = roleIn(new Stack(app, 'Roles', { env: HERE }));
    const stacks = ['One', 'Two'].map((id) => new Stack(app, id, { env: HERE }));
    stacks.forEach((stack) => use(stack, role));
    expectDifferent(policyNames(...stacks));
  });

  test('in a stack and one that is nested in it', () => {
    const stack = new Stack(new App(), 'Stack', { env: HERE });
    const nested = new NestedStack(stack, 'Nested');
    const role = roleIn(stack);
    [stack, nested].forEach((scope) => use(scope, role));
    expectDifferent(policyNames(stack, nested));
  });

  test('in two apps that differ only in the names of their stacks', () => {
    const stacks = ['a-b', 'ab'].map((stackName) => new Stack(new App(), 'Stack', { env: HERE, stackName }));
    stacks.forEach((stack) => use(stack, importIn(stack)));
    expectDifferent(policyNames(...stacks));
  });

  test('in two Regions, which share the role', () => {
    const stacks = [HERE, OTHER_REGION].map(({ account }) => new Stack(new App(), 'Stack', { env: { account } }));
    stacks.forEach((stack) => use(stack, importIn(stack)));
    policyNames(...stacks).forEach((name) => expect(JSON.stringify(name)).toContain('{"Ref":"AWS::Region"}'));
  });

  test('that are valid, however long the path and the name of the stack are', () => {
    const stack = new Stack(new App(), 'Stack', { env: HERE, stackName: `a${'-long'.repeat(25)}` });
    const scope = ['x', 'y', 'z'].reduce((outer: Construct, letter) => new Construct(outer, letter.repeat(80)), stack);
    use(scope, importIn(stack));
    const names = policyNames(stack);
    expect(names.length).toBeGreaterThan(0);
    names.forEach((name) => expect(name).toMatch(/^[\w+=,.@-]{1,128}$/));
  });
});

test('a role has one policy for all targets of a stack', () => {
  const stack = agnosticStack();
  const executionRole = importIn(stack);
  const attachTo = ['d-1', 'd-2'].map((id) => StudioTarget.existingDomain(id, { executionRole }));
  new StudioImage(stack, 'Torch', { baseImage: baseImage('1'), app: APPS.JupyterLab, attachTo });
  expect(policyNames(stack).filter((name) => JSON.stringify(name).includes('StudioImages'))).toHaveLength(1);
});
