import { Stack } from 'aws-cdk-lib';

/** A stack, or the one that it is nested in, at whatever depth: what is deployed as one. */
export function topLevelStack(stack: Stack): Stack {
  return stack.nestedStackParent ? topLevelStack(stack.nestedStackParent) : stack;
}
