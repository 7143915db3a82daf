import { createHash } from 'crypto';
import { CfnResource, Lazy } from 'aws-cdk-lib';

/** Returns a hash of a resolved value, in upper-case hexadecimal digits. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').toUpperCase();
}

/**
 * Lets the logical id of a resource end with a hash of a value, so that another value replaces the resource.
 *
 * The value is resolved in the stack of the resource: the CDK also resolves logical ids in the stack around a nested stack or a product.
 */
export function hashLogicalId(resource: CfnResource, prefix: string, digits: number, value: unknown): void {
  const { stack } = resource;
  resource.overrideLogicalId(Lazy.uncachedString({ produce: () => `${prefix}${hashOf(stack.resolve(value)).slice(0, digits)}` }));
}
