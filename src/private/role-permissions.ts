import { aws_iam as iam, CfnResource, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { once } from './once';
import { INLINE_QUOTA, MANAGED_QUOTA, PolicySize, RoleStatement } from './policy-size';
import { resolveFinal } from './references';
import { freeId, RolePolicy } from './role-policy';
import { checkQuotasOf } from './role-quotas';

/** Half of the inline quota of a role. The other half is left to the policies of the app. */
const INLINE_SHARE = INLINE_QUOTA / 2;

/**
 * The permissions that this library grants to one role, in one stack and for one purpose.
 *
 * They are in separate policies, because resources wait for them. The other policies of the role may refer to those resources,
 * which would then wait for themselves. Statements that exceed the share of the inline quota are added to managed policies.
 */
export class RolePermissions {
  /**
   * @param purpose part of the id of the policies
   * @param location scope and id of the first policy, by default the stack and an id derived from the purpose
   */
  public static of(stack: Stack, role: iam.IRole, purpose: string, location?: [scope: Construct, id: string]): RolePermissions {
    return once(stack, `${purpose} ${role.node.addr}`, () => {
      const [scope, id] = location ?? [stack, `${purpose}${role.node.addr}`];
      return new RolePermissions(scope, id, role);
    });
  }

  private readonly keys = new Map<string, string>();
  private readonly granted = new Map<string, iam.Policy | iam.ManagedPolicy>();
  private readonly share: { left: number };
  private first?: RolePolicy;
  private last?: { readonly policy: iam.Policy | iam.ManagedPolicy; readonly size: PolicySize };
  private count = 0;

  private constructor(private readonly scope: Construct, private readonly id: string, private readonly role: iam.IRole) {
    // Policies of all stacks share the quotas of the role.
    this.share = once(scope.node.root, `inline share of ${checkQuotasOf(scope, role)}`, () => ({ left: INLINE_SHARE }));
  }

  /** Whether the app can add policies to the role. Undefined before the first statement is granted. */
  public get attached(): boolean | undefined {
    return this.first?.attached;
  }

  /** Grants a statement once, and returns its policy, or undefined if the app cannot add policies to the role. */
  public grant(statement: RoleStatement): CfnResource | undefined {
    const { actions, resource, conditions } = statement;
    const given = JSON.stringify([actions, resource, conditions]);
    // Two tokens may be one ARN, but to resolve them takes time.
    const key = this.keys.get(given) ?? JSON.stringify([actions, resolveFinal(resource, this.scope) ?? resource, conditions]);
    this.keys.set(given, key);
    const policy = this.granted.get(key) ?? this.policyFor(statement);
    if (!this.granted.has(key)) {
      policy.addStatements(new iam.PolicyStatement({ actions, resources: [resource], conditions }));
      this.granted.set(key, policy);
    }
    return this.attached ? policy.node.defaultChild as CfnResource : undefined;
  }

  /** Returns a policy with enough space for another statement. */
  private policyFor(statement: RoleStatement): iam.Policy | iam.ManagedPolicy {
    if (!this.first) {
      this.first = new RolePolicy(this.scope, this.id, this.role);
      this.last = { policy: this.first, size: new PolicySize() };
      this.share.left -= this.last.size.characters;
    }
    const stack = Stack.of(this.scope);
    const grown = this.last!.size.growth(stack, statement);
    const isInline = this.last!.policy === this.first;
    const isEmpty = this.granted.size === 0;
    const fits = isInline ? grown <= this.share.left : this.last!.size.characters + grown <= MANAGED_QUOTA;
    // The first statement shows whether the app can add policies to the role.
    if (!fits && !isEmpty && this.first.attached) {
      const policy = new iam.ManagedPolicy(this.scope, freeId(this.scope, `${this.id}${++this.count + 1}`), {
        roles: [this.role], document: new iam.PolicyDocument({ minimize: true }),
      });
      this.last = { policy, size: new PolicySize() };
    }
    const added = this.last!.size.add(stack, statement);
    if (this.last!.policy === this.first) {
      this.share.left -= added;
    }
    return this.last!.policy;
  }
}
