import { Aws, Fn, Intrinsic, IResolveContext, Resource, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { Problems } from './problems';
import { resolveFinal } from './references';
import { topLevelStack } from './stacks';

/** The number of characters that a suffix adds to a name. */
export const SUFFIX_LENGTH = 9;

/**
 * Returns the first part of the UUID in the id of a stack: 8 hexadecimal digits in lower case, which differ between stacks of one
 * template. They contain the time of the creation. The last part may be the same for all stacks that one host creates.
 */
function stackSuffix(): string {
  return Fn.select(0, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID))));
}

/** The stacks, without those nested in them, whose templates are launched several times. */
const LAUNCHED_AGAIN = new WeakSet<Stack>();

/** Returns a name that differs between stacks of one template. It is valid in its own stack only. */
export function withStackSuffix(scope: IConstruct, name: string): string {
  LAUNCHED_AGAIN.add(topLevelStack(Stack.of(scope)));
  return `${name}-${stackSuffix()}`;
}

/** Whether some names in a stack differ between stacks of its template. Then names of policies on roles that they share must differ too. */
export function isLaunchedAgain(scope: IConstruct): boolean {
  return LAUNCHED_AGAIN.has(topLevelStack(Stack.of(scope)));
}

/** Whether a part of a resolved name is the suffix, which is in lower case. */
export function isStackSuffix(scope: IConstruct, part: unknown): boolean {
  return JSON.stringify(part) === JSON.stringify(resolveFinal(stackSuffix(), scope));
}

/** Where another stack takes the name of a resource from, and the property with which the name can be given instead. */
interface Source {
  /** The ARN that CloudFormation returns for the resource. */
  readonly arn: string;
  readonly property: string;
}

/** Returns the name of a resource with a suffix for use in all stacks. Others have other ids, and take it from the ARN of the resource. */
export function uniqueName(owner: Resource, name: string, source: Source): string {
  return Token.asString(new UniqueName(owner, name, source));
}

/** An intrinsic, and not a lazy value, because it is final as soon as it exists. */
class UniqueName extends Intrinsic {
  constructor(private readonly owner: Resource, private readonly name: string, private readonly source: Source) {
    super(name);
  }

  public resolve(context: IResolveContext): any {
    const stack = Stack.of(context.scope);
    if (stack === this.owner.stack) {
      return this.name;
    }
    this.requireEnvironmentOf(stack);
    return Fn.select(1, Fn.split('/', this.source.arn));
  }

  /** Throws in another account or Region, which cannot import the ARN. */
  private requireEnvironmentOf(stack: Stack): void {
    const problems = new Problems();
    const { env: { account, region } } = this.owner;
    const differ = (one: string, other: string) => Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
    if (differ(account, stack.account) || differ(region, stack.region)) {
      const { property } = this.source;
      problems.add(`${property} ends with the id of its stack, which stack '${stack.node.path}' in another account or Region cannot know: `
        + `give ${property} instead of uniqueToStack`);
    }
    problems.throwIfAny(this.owner);
  }
}
