import { aws_iam as iam, CfnResource, PhysicalName, Stack } from 'aws-cdk-lib';
import type { Construct, IDependable } from 'constructs';
import { waitForPolicies } from './awaited-resources';
import { ImmutablePolicy } from './immutable-policy';
import { dependOn } from '../../private/dependencies';
import { warnOfMissingPermissions } from '../../private/missing-permissions';
import type { RoleStatement } from '../../private/policy-size';
import { RolePermissions } from '../../private/role-permissions';
import { RolePolicy, takesStatements } from '../../private/role-policy';
import type { ImagesProviderOptions } from '../images-provider-options';

/** The id of the policy with lasting permissions, unless another is given. */
const LASTING = 'Permissions';
/** The id of the policy with other permissions of custom resources. */
const LOOKUPS = 'Lookups';
/** The id of the policy with the permissions of custom resources that resources of the app wait for. */
const AWAITED = 'ContainerImages';

/** The role of the function of a stack, and its policies. */
export class ProviderPermissions {
  public readonly role: iam.IRole;
  /** Whether the app cannot add policies to the role. */
  private readonly isClosed: boolean = false;
  private readonly lasting = new Map<string, ImmutablePolicy>();
  /** What has the permission to log, unless the role of the app has it from the start. */
  private readonly logPermissions?: IDependable;
  /** The permission to log, if every policy can have it. */
  private readonly logStatement?: RoleStatement;

  /** @param scope the provider, which contains the role and its policies */
  constructor(private readonly scope: Construct, { role, permissionsBoundary }: ImagesProviderOptions, logGroupArn: string) {
    const logging = { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resource: logGroupArn };
    this.role = role ?? new iam.Role(scope, 'Role', {
      description: 'Changes SageMaker resources for the custom resources of this stack',
      // The policy of a repository in another account names it.
      roleName: PhysicalName.GENERATE_IF_NEEDED,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      permissionsBoundary,
    });
    if (!role) {
      const policy = this.lastingPolicy(LASTING);
      policy.addStatements(policyStatement(logging));
      this.logPermissions = policy;
      this.logStatement = logging;
      return;
    }
    // The first policy shows whether the role of the app accepts any.
    const policy = new RolePolicy(scope, 'LogPermissions', role);
    policy.addStatements(policyStatement(logging));
    this.logPermissions = policy.attached ? policy : undefined;
    if (!takesStatements(role)) {
      this.isClosed = true;
      this.warnOfMissing([policyStatement(logging)]);
    }
  }

  /**
   * Makes a custom resource or a rule wait for the permission to log, or adds it to statements, so that it is in their policy too.
   *
   * @param avoidsLasting whether it must not wait for the lasting permissions: they name domains, which may wait for it
   */
  public toLog(resource: CfnResource, statements: RoleStatement[], avoidsLasting: boolean): RoleStatement[] {
    if (avoidsLasting && this.logStatement) {
      return [this.logStatement, ...statements];
    }
    if (this.logPermissions) {
      resource.node.addDependency(this.logPermissions);
    }
    return statements;
  }

  /**
   * Grants the function permissions for a custom resource or a rule, which waits for them. Duplicates are merged.
   *
   * @param cleansUp whether its deletion needs these permissions too. They then outlive its removal from the template.
   * @param policyId the id of the policy. All custom resources wait for the default one of the lasting permissions.
   */
  public grant(resource: CfnResource, statements: RoleStatement[], cleansUp: boolean, policyId = cleansUp ? LASTING : LOOKUPS): void {
    statements.forEach((statement) => cleansUp ? this.grantLasting(resource, statement, policyId) : this.grantInline(resource, statement, policyId));
  }

  /** Grants the function permissions for a custom resource that resources of the app wait for. */
  public grantAwaited(resource: CfnResource, statements: RoleStatement[]): void {
    const needed = this.toLog(resource, statements, true);
    const policies = new Set(needed.map((statement) => this.inline(AWAITED).grant(statement)).filter((policy) => policy !== undefined));
    if (policies.size > 0) {
      waitForPolicies(this.scope, { resource, policies: [...policies], role: this.role, statements: needed });
    } else if (!takesStatements(this.role)) {
      this.warnOfMissing(statements.map(policyStatement));
    }
  }

  /** Warns of permissions that the app cannot add to the role. */
  public warnOfMissing(statements: iam.PolicyStatement[]): void {
    for (const { actions, resources } of statements) {
      warnOfMissingPermissions({
        id: 'providerRole',
        key: [this.scope.node.addr],
        construct: this.scope,
        whose: '',
        statements: [{ actions, resources }],
        message: (_, permissions) => `this app cannot add policies to the role of the function: grant it ${permissions}`,
      });
    }
  }

  private grantInline(resource: CfnResource, statement: RoleStatement, policyId: string): void {
    const policy = this.inline(policyId).grant(statement);
    if (policy) {
      dependOn(resource, policy);
      suppressWildcards(policy, statement);
    } else if (!takesStatements(this.role)) {
      this.warnOfMissing([policyStatement(statement)]);
    }
  }

  private grantLasting(resource: CfnResource, statement: RoleStatement, policyId: string): void {
    if (this.isClosed) {
      this.warnOfMissing([policyStatement(statement)]);
      return;
    }
    const policy = this.lastingPolicy(policyId);
    policy.addStatements(policyStatement(statement));
    resource.node.addDependency(policy);
    if (/:image-version\/[^/]*\/\*$/.test(statement.resource) && policy.node.defaultChild) {
      suppressWildcards(policy.node.defaultChild as CfnResource, statement);
    }
  }

  private inline(id: string): RolePermissions {
    return RolePermissions.of(Stack.of(this.scope), this.role, id, [this.scope, id]);
  }

  /** Returns the policy with permissions that last until the custom resources that need them are deleted. */
  private lastingPolicy(id: string): ImmutablePolicy {
    const policy = this.lasting.get(id) ?? new ImmutablePolicy(this.scope, id, this.role);
    this.lasting.set(id, policy);
    return policy;
  }
}

function policyStatement({ actions, resource, conditions }: RoleStatement): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions, resources: [resource], conditions });
}

/** The number of a version is not known at synth, so that nothing can be done about a finding on the wildcard. */
const VERSIONS = { regex: '/^Resource::.*:image-version\\/.*\\/\\*$/', reason: 'The number of a version is known only during the deployment' };

/** Adds the reasons for wildcards to a policy, for cdk-nag. */
function suppressWildcards(policy: CfnResource, { wildcard }: RoleStatement): void {
  const rules: unknown[] = policy.getMetadata('cdk_nag')?.rules_to_suppress ?? [];
  for (const { regex, reason } of [VERSIONS, ...wildcard ? [wildcard] : []]) {
    const rule = { id: 'AwsSolutions-IAM5', reason, applies_to: [{ regex }] };
    if (!rules.some((other) => JSON.stringify(other) === JSON.stringify(rule))) {
      rules.push(rule);
    }
  }
  policy.addMetadata('cdk_nag', { rules_to_suppress: rules });
}
