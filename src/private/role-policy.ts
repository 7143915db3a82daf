import { aws_iam as iam, Lazy, Names, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { joined } from './arn';
import { cfnResourceOf } from './dependencies';
import { isLaunchedAgain, SUFFIX_LENGTH, withStackSuffix } from './unique-name';

/**
 * A separate policy for a role, which may belong to another stack or be imported.
 *
 * Its name is unique to the stack. IAM overwrites a policy of the same name without an error, and when one of two stacks with
 * such a policy is destroyed, the other stack loses its permissions.
 */
export class RolePolicy extends iam.Policy {
  /** Whether the policy is attached to the role, so that resources can wait for it. */
  public attached = false;

  constructor(scope: Construct, id: string, private readonly role: iam.IRole) {
    super(scope, freeId(scope, id), { policyName: nameOf(scope, freeId(scope, id)), document: new iam.PolicyDocument({ minimize: true }) });
    // The role attaches the policy itself, unless it is immutable or belongs to another account.
    role.attachInlinePolicy(this);
    if (!this.attached) {
      // It does not become part of the template, but rule packs such as cdk-nag would judge it.
      scope.node.tryRemoveChild(this.node.id);
    }
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

/** Principals that report that they took a statement, and drop it. An import of a role of another account is immutable too. */
const WITHOUT_POLICIES = ['aws-cdk-lib.aws-iam.ImmutableRole', 'aws-cdk-lib.aws_iam.UnknownPrincipal'];
const JSII_TYPE = Symbol.for('jsii.rtti');

/** The names of a class of the CDK, which are the same in all copies of it. */
interface NamedClass {
  readonly PROPERTY_INJECTION_ID?: string;
  readonly [JSII_TYPE]?: { readonly fqn: string };
}

/**
 * Whether statements that the app adds to a principal have an effect, as far as the principal does not say so itself. With
 * `Role.customizeRoles`, the effect is that the CDK reports them.
 */
export function takesStatements(principal: iam.IPrincipal): boolean {
  const grantee = unwrapped(principal);
  const { PROPERTY_INJECTION_ID: name, [JSII_TYPE]: type } = grantee.constructor as NamedClass;
  return !WITHOUT_POLICIES.includes(name ?? type?.fqn ?? '') && !isElsewhere(grantee);
}

/** Whether a principal is imported from another account, in which CloudFormation cannot attach a policy to it. */
function isElsewhere(principal: iam.IPrincipal): boolean {
  const { principalAccount: account } = principal;
  return account !== undefined && Construct.isConstruct(principal) && !cfnResourceOf(principal)
    && Token.compareStrings(account, Stack.of(principal).account) === TokenComparison.DIFFERENT;
}

/** Returns the principal that a principal with conditions or session tags is based on. */
export function unwrapped(principal: iam.IPrincipal): iam.IPrincipal {
  const { wrapped } = principal as { readonly wrapped?: iam.IPrincipal };
  return wrapped ? unwrapped(wrapped) : principal;
}

/** Stack names are unique in a Region, and IAM is global, so the name contains both. At most 128 characters. */
function nameOf(scope: Construct, id: string): string {
  const name = (maxLength: number) => {
    const path = Names.uniqueResourceName(scope, { maxLength, separator: '-', allowedSpecialCharacters: '-' });
    return `${id}-${path}-${Stack.of(scope).region}`;
  };
  return Lazy.uncachedString({ produce: () => isLaunchedAgain(scope) ? withStackSuffix(scope, name(50 - SUFFIX_LENGTH)) : name(50) });
}

/** Returns an id that another copy of this library does not use for its own policy. */
export function freeId(scope: Construct, id: string): string {
  return scope.node.tryFindChild(id) ? freeId(scope, `${id}Too`) : id;
}
