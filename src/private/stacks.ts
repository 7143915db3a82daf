import type { Stack } from 'aws-cdk-lib';

/** Returns the stack at the top of a hierarchy of nested stacks, which is deployed as a whole. */
export function topLevelStack(stack: Stack): Stack {
  return stack.nestedStackParent ? topLevelStack(stack.nestedStackParent) : stack;
}
