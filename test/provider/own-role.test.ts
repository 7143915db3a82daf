import { aws_iam as iam, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ImagesProvider } from 'cdk-sagemaker-images';
import { Provider } from '../../src/provider/private/provider';
import { errorOf, stackIn, warningsOf } from '../helpers/fixtures';

const KIND = 'Custom::Thing';
const ROLE = 'arn:aws:iam::111111111111:role/provider';
const ON = 'arn:aws:sagemaker:eu-west-1:111111111111:thing/one';

function add(stack: Stack, cleansUp: boolean): CfnResource {
  return Provider.of(stack).add(stack, 'Thing', { kind: KIND, properties: {}, statements: [{ actions: ['sagemaker:DescribeThing'], resource: ON }], cleansUp });
}

function stackWith(role: (stack: Stack) => iam.IRole): Stack {
  const stack = stackIn();
  ImagesProvider.configure(stack, { role: role(stack) });
  return stack;
}

/** The policies that the custom resource waits for, as the names of their constructs. */
function waitsFor(stack: Stack): string[] {
  const { Resources } = Template.fromStack(stack).toJSON();
  const [thing] = Object.values<any>(Resources).filter(({ Type }) => Type === KIND);
  return [thing.DependsOn ?? []].flat().map((id: string) => Resources[id].Type.replace('AWS::IAM::', '')).sort();
}

describe('with a role of the app, a custom resource waits for', () => {
  const own = (stack: Stack) => new iam.Role(stack, 'Own', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });

  test('the permissions on the log and those that last', () => {
    const stack = stackWith(own);
    add(stack, true);
    expect(waitsFor(stack)).toEqual(['ManagedPolicy', 'Policy']);
  });

  test('the permissions on the log and those of look-ups, which are policies of their own', () => {
    const stack = stackWith(own);
    add(stack, false);
    expect(waitsFor(stack)).toEqual(['Policy', 'Policy']);
    const names = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).map(({ Properties }) => Properties.PolicyName);
    expect(names.map((name) => name.split('-')[0]).sort()).toEqual(['LogPermissions', 'Lookups']);
  });
});

describe('with a role that takes no permissions', () => {
  const closed = (stack: Stack) => iam.Role.fromRoleArn(stack, 'Closed', ROLE, { mutable: false });
  const missing = 'this app cannot add policies to the role of the function: grant it ';

  test.each([true, false])('a custom resource waits for none, and one warning lists them (cleansUp: %p)', (cleansUp) => {
    const stack = stackWith(closed);
    add(stack, cleansUp);
    expect(waitsFor(stack)).toEqual([]);
    expect(warningsOf(stack).map(({ text }) => text.replace(/\$\{\S+\}/, '<logs>'))).toEqual([
      `${missing}logs:CreateLogStream and logs:PutLogEvents on <logs>, sagemaker:DescribeThing on ${ON}`,
    ]);
  });
});

test('an error that has another cause than assets is not changed', () => {
  const stack = stackWith((scope) => {
    const role = new iam.Role(scope, 'Own', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    role.attachInlinePolicy = () => { throw new Error('this role is complete'); };
    return role;
  });
  expect(errorOf(() => Provider.of(stack))).toBe('this role is complete');
  stack.node.tryRemoveChild('$SageMakerImages');
  expect(errorOf(() => Provider.tryOf(stack))).toBe('this role is complete');
});

test('values of another type are errors, one for each option', () => {
  const wrong: any = 'wrong';
  const options = { vpc: wrong, architecture: wrong, encryptionKey: wrong, permissionsBoundary: wrong, role: wrong, securityGroups: [wrong] };
  const message = errorOf(() => ImagesProvider.configure(stackIn(), options))!;
  expect(message.split('\n').slice(1).map((line) => line.split(' must be ')[0].trim())).toEqual([
    'vpc', 'architecture', 'encryptionKey', 'permissionsBoundary', 'role', 'securityGroups[0]',
    'permissionsBoundary is set together with role: set the boundary on that role',
  ]);
  expect(errorOf(() => ImagesProvider.configure(stackIn(), { vpc: {} as any, securityGroups: wrong }))).toContain('  securityGroups must be a list, got ');
});
