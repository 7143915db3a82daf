import { aws_iam as iam, Names, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { joined } from './arn';

/**
 * A separate policy for a role, which may belong to another stack or be imported.
 *
 * Its name is unique to the stack. IAM overwrites a policy of the same name without an error, and when one of two stacks with
 * such a policy is destroyed, the other stack loses its permissions.
 */
export class RolePolicy extends iam.Policy {
  /** Whether the policy is attached to the role. */
  public attached = false;

  constructor(scope: Construct, id: string, private readonly role: iam.IRole) {
    super(scope, freeId(scope, id), { policyName: nameOf(scope, freeId(scope, id)), document: new iam.PolicyDocument({ minimize: true }) });
    // The role attaches the policy itself, unless it is immutable or belongs to another account.
    role.attachInlinePolicy(this);
  }

  public addStatements(...statements: iam.PolicyStatement[]): void {
    super.addStatements(...statements);
    if (!this.attached) {
      // The report of `Role.customizeRoles` lists the permissions that such a role requires.
      statements.map((statement) => statement.copy({ resources: statement.resources.map((arn) => joined(this, arn)) }))
        .forEach((statement) => this.role.addToPrincipalPolicy(statement));
    }
  }

  public attachToRole(role: iam.IRole): void {
    super.attachToRole(role);
    this.attached = true;
  }
}

/** Stack names are unique in a Region, and IAM is global, so the name contains both. At most 128 characters. */
function nameOf(scope: Construct, id: string): string {
  const path = Names.uniqueResourceName(scope, { maxLength: 50, separator: '-', allowedSpecialCharacters: '-' });
  return `${id}-${path}-${Stack.of(scope).region}`;
}

/** Returns an id that another copy of this library does not use for its own policy. */
export function freeId(scope: Construct, id: string): string {
  return scope.node.tryFindChild(id) ? freeId(scope, `${id}Too`) : id;
}
