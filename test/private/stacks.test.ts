import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { topLevelStack } from '../../src/private/stacks';

test('the top-level stack is the one that contains all others', () => {
  const stack = new Stack(new App(), 'Stack');
  const nested = new NestedStack(stack, 'Nested');
  const inner = new NestedStack(nested, 'Inner');
  expect([stack, nested, inner].map(topLevelStack)).toEqual([stack, stack, stack]);
});
