import { aws_iam as iam, Stack, Token } from 'aws-cdk-lib';
import { intrinsicOf, renderIntrinsics } from './intrinsics';

/** The maximum number of characters in all inline policies of a role together. */
export const INLINE_QUOTA = 10_240;
/** The maximum number of characters in a managed policy. */
export const MANAGED_QUOTA = 6_144;
/** The maximum number of managed policies of a role, unless the quota is raised. */
export const MANAGED_POLICIES_QUOTA = 10;

/** Permissions of a role on one resource. */
export interface RoleStatement {
  readonly actions: string[];
  readonly resource: string;
  readonly conditions?: iam.PolicyStatementProps['conditions'];
  /** An ARN that is at least as long as that of the resource, if the latter is unknown at synth. */
  readonly longestResource?: string;
  /** Why the resource can only be this wildcard, for cdk-nag. */
  readonly wildcard?: { readonly regex: string; readonly reason: string };
}

/** Returns a statement for each of several resources. The CDK merges them into one. */
export function statementsOn(actions: string[], resources: string[]): RoleStatement[] {
  return resources.map((resource) => ({ actions, resource }));
}

/** The longest values, for an upper bound. */
const LONGEST = { 'AWS::Partition': 'aws-us-gov', 'AWS::Region': 'ap-southeast-1', 'AWS::AccountId': '111111111111' };
/** The shortest values, for a lower bound. */
const SHORTEST = { 'AWS::Partition': 'aws', 'AWS::Region': 'eu-west-1', 'AWS::AccountId': '111111111111' };
/** The ARN of a repository with the longest name. */
const LONGEST_ARN = 'x'.repeat(301);

/** An upper bound of the length of a growing policy, whose statements the CDK merges. */
export class PolicySize {
  /** The number of characters, without white space, which IAM does not count. */
  public characters = JSON.stringify({ Statement: [], Version: '2012-10-17' }).length;
  private readonly statements = new Set<string>();

  /** Returns the number of characters that another statement would add. */
  public growth(stack: Stack, { actions, conditions, resource, longestResource }: RoleStatement): number {
    const arn = textOf(stack, longestResource ?? resource, (name, argument) => name === 'Ref' && valueOf(stack, argument, LONGEST) || LONGEST_ARN);
    const shell = this.shellOf(actions, conditions);
    return `"${arn}",`.length + (this.statements.has(shell) ? 0 : `${shell},`.length);
  }

  /** Adds a statement and returns the number of characters that it adds. */
  public add(stack: Stack, statement: RoleStatement): number {
    const added = this.growth(stack, statement);
    this.statements.add(this.shellOf(statement.actions, statement.conditions));
    this.characters += added;
    return added;
  }

  /** Renders a statement without its resources. */
  private shellOf(actions: string[], conditions?: object): string {
    return JSON.stringify({ Action: actions, Effect: 'Allow', Condition: conditions, Resource: [] });
  }
}

/** Returns a lower bound of the length of a deployed policy document. Values that are unknown at synth count as empty. */
export function leastLengthOf(stack: Stack, document: unknown): number {
  const text = (value: unknown) => renderIntrinsics(value, (name, argument) => name === 'Ref' && valueOf(stack, argument, SHORTEST) || '');
  return JSON.stringify(stack.resolve(document), (_, value) => intrinsicOf(value) ? text(value) : value)?.length ?? 0;
}

/** Returns a lower bound of the length of a string. Values that are unknown at synth count as empty. */
export function leastTextLengthOf(stack: Stack, value: string): number {
  return textOf(stack, value, (name, argument) => name === 'Ref' && valueOf(stack, argument, SHORTEST) || '').length;
}

function textOf(stack: Stack, value: string, unknown: (name: string, argument: any) => string): string {
  return renderIntrinsics(stack.resolve(value), unknown);
}

/** Returns the value of a pseudo parameter in the stack, or another value if it is unknown. */
function valueOf({ partition, region, account }: Stack, name: string, otherwise: Record<string, string>): string | undefined {
  const known: Record<string, string> = { 'AWS::Partition': partition, 'AWS::Region': region, 'AWS::AccountId': account };
  return Token.isUnresolved(known[name]) ? otherwise[name] : known[name];
}
