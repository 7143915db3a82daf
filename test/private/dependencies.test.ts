import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { cfnResourceOf, dependOn, dependOnStack, explicitDependencies } from '../../src/private/dependencies';

const resource = (scope: Stack, id: string) => new CfnResource(scope, id, { type: 'Custom::Any' });
const stacks = () => {
  const app = new App();
  return ['One', 'Other'].map((id) => new Stack(app, id));
};

test('the explicit dependencies of a resource include those of other stacks, but not the stacks', () => {
  const [one, other] = stacks();
  const [first, second, elsewhere] = [resource(one, 'First'), resource(one, 'Second'), resource(other, 'Elsewhere')];
  dependOn(first, second);
  dependOn(first, elsewhere);
  expect(explicitDependencies(first).map(({ node }) => node.path).sort()).toEqual(['One/Second', 'Other/Elsewhere']);
  expect(one.dependencies).toEqual([other]);
});

// Older releases of aws-cdk-lib have only the old names, and newer ones deprecate them.
describe('the newer names of methods are used if there are any', () => {
  function renamed<T extends object>(target: T, name: string): jest.Mock {
    const method = jest.fn();
    Object.defineProperty(target, name, { value: method });
    return method;
  }

  test('for a dependency in one stack, with a short reason', () => {
    const [one] = stacks();
    const [first, second] = [resource(one, 'First'), resource(one, 'Second')];
    const method = renamed(first, 'addResourceDependency');
    dependOn(first, second);
    expect(method.mock.calls).toEqual([[second, 'order of deployment']]);
  });

  test('for a dependency on another stack, without a reason, so that the CDK makes its own', () => {
    const [one, other] = stacks();
    const [first, elsewhere] = [resource(one, 'First'), resource(other, 'Elsewhere')];
    const method = renamed(first, 'addResourceDependency');
    dependOn(first, elsewhere);
    expect(method.mock.calls).toEqual([[elsewhere, undefined]]);
  });

  test('for a dependency of stacks', () => {
    const [one, other] = stacks();
    const method = renamed(one, 'addStackDependency');
    dependOnStack(one, other, 'the versions of an image are in order');
    expect(method.mock.calls).toEqual([[other, 'the versions of an image are in order']]);
  });
});

test('the CloudFormation resource of a construct is found at any depth', () => {
  const [one] = stacks();
  const l1 = resource(one, 'Resource');
  expect(cfnResourceOf(l1)).toBe(l1);
  expect(cfnResourceOf(one)).toBe(l1);
  expect(cfnResourceOf(stacks()[0])).toBeUndefined();
});

test('a stack depends on another, in all releases of aws-cdk-lib', () => {
  const [one, other] = stacks();
  dependOnStack(one, other, 'the versions of an image are in order');
  expect(one.dependencies.map(({ stackName }) => stackName)).toEqual(['Other']);
});
