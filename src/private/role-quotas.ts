import { aws_iam as iam, CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { see } from './help';
import { once, stageOf } from './once';
import { INLINE_QUOTA, leastLengthOf, MANAGED_POLICIES_QUOTA, MANAGED_QUOTA } from './policy-size';
import { resolveReferences } from './references';
import { StageCheck, StagePass } from './stage-pass';

const REMEDY = 'grant it one statement of your own for all images, for example on image/* and image-version/*, '
  + `and give this library role.withoutPolicyUpdates()${see('A role has too many permissions')}`;

/**
 * Checks the policies of a role in the whole app against the quotas of IAM. Returns a key that is the same for the same role.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export function checkQuotasOf(scope: IConstruct, role: iam.IRole): string {
  StagePass.add(scope, checkRoleQuotas);
  const key = keyOf(scope, resolveReferences(role.roleName, role).value);
  rolesOf(stageOf(scope)).set(key, role);
  return key;
}

/** Returns the roles of a stage by their keys. */
function rolesOf(stage: IConstruct): Map<string, iam.IRole> {
  return once(stage, checkRoleQuotas, () => new Map<string, iam.IRole>());
}

const checkRoleQuotas: StageCheck = (pass) => {
  const { root } = pass.stage.node;
  // A role that is imported by name may have policies in other stages.
  const resources = pass.stage === root && !pass.hasStages ? pass.resources : root.node.findAll().filter(CfnResource.isCfnResource);
  const policies = resources.filter(isPolicy).map((resource) => ({ resource, roles: keysOf(resource) }));
  for (const [key, role] of rolesOf(pass.stage)) {
    const ofRole = policies.filter(({ roles }) => roles.includes(key)).map(({ resource }) => resource);
    problemsOf(role, ofRole).forEach((problem) => pass.report(role, problem));
  }
};

type PolicyResource = iam.CfnPolicy | iam.CfnManagedPolicy | iam.CfnRolePolicy;

function isPolicy(resource: CfnResource): resource is PolicyResource {
  return ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy'].includes(resource.cfnResourceType);
}

/** Accounts may have roles of the same name. */
function keyOf(scope: IConstruct, roleName: unknown): string {
  return JSON.stringify([Stack.of(scope).account, roleName]);
}

/** Returns the keys of the roles of a policy. */
function keysOf(resource: PolicyResource): string[] {
  const roles = 'roleName' in resource ? [resource.roleName] : resource.roles;
  const { value } = resolveReferences(roles, resource);
  return Array.isArray(value) ? value.map((name) => keyOf(resource, name)) : [];
}

function problemsOf(role: iam.IRole, policies: PolicyResource[]): string[] {
  const resource = role.node.defaultChild;
  const own = iam.CfnRole.isCfnRole(resource) ? resource : undefined;
  const managed = policies.filter((policy): policy is iam.CfnManagedPolicy => policy.cfnResourceType === 'AWS::IAM::ManagedPolicy');
  const inline = policies.filter((policy) => !managed.includes(policy as iam.CfnManagedPolicy));
  const inlineLength = inline.reduce((sum, policy) => sum + lengthOf(policy, policy.policyDocument), 0)
    + listOf(own && own.stack.resolve(own.policies)).reduce((sum, policy) => sum + lengthOf(own!, policy.policyDocument), 0);
  // The role may name policies that name the role too.
  const others = listOf(own && resolveReferences(own.managedPolicyArns, own).value).filter((arn) => !managed.some(({ node }) => arn?.Ref?.startsWith(`${node.path}.`)));
  const managedCount = managed.length + others.length;
  const name = `role ${role.node.path}`;
  return [
    ...inlineLength > INLINE_QUOTA
      ? [`the inline policies of ${name} have at least ${inlineLength} characters, IAM allows ${INLINE_QUOTA}: move statements to managed policies, or ${REMEDY}`] : [],
    ...managedCount > MANAGED_POLICIES_QUOTA
      ? [`${name} has ${managedCount} managed policies, IAM allows ${MANAGED_POLICIES_QUOTA}: ${REMEDY}`] : [],
    ...managed.map((policy) => [policy, lengthOf(policy, policy.policyDocument)] as const).filter(([, length]) => length > MANAGED_QUOTA)
      .map(([policy, length]) => `managed policy ${policy.node.path} has at least ${length} characters, IAM allows ${MANAGED_QUOTA}: split it`),
  ];
}

function lengthOf(resource: IConstruct, document: unknown): number {
  return leastLengthOf(Stack.of(resource), document);
}

/** Returns the items of a value if it is a list, otherwise none. */
function listOf(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}
