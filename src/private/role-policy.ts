import { aws_iam as iam, Names, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/**
 * A policy of its own for a role, which may belong to another stack, or to no app at all.
 *
 * Its name is that of no other stack's policy. IAM overwrites a policy of the same name without a word, and the first of two
 * stacks that is destroyed would take the permissions of the other with it.
 */
export class RolePolicy extends iam.Policy {
  /** Whether the role took the policy. */
  public attached = false;

  constructor(scope: Construct, id: string, private readonly role: iam.IRole) {
    super(scope, id, { policyName: nameOf(scope, id), document: new iam.PolicyDocument({ minimize: true }) });
    // Asking the role (instead of attaching to it) respects roles that may not be changed or belong to another account.
    role.attachInlinePolicy(this);
  }

  public addStatements(...statements: iam.PolicyStatement[]): void {
    super.addStatements(...statements);
    if (!this.attached) {
      // The report of `Role.customizeRoles` says what a role has to be allowed that takes nothing from this app.
      statements.forEach((statement) => this.role.addToPrincipalPolicy(statement));
    }
  }

  public attachToRole(role: iam.IRole): void {
    super.attachToRole(role);
    this.attached = true;
  }
}

/** The stack has its name once in a Region, and IAM its roles once in an account. At most 128 characters. */
function nameOf(scope: Construct, id: string): string {
  const path = Names.uniqueResourceName(scope, { maxLength: 50, separator: '-', allowedSpecialCharacters: '-' });
  return `${id}-${path}-${Stack.of(scope).region}`;
}
