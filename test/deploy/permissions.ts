import {
  GetPolicyCommand, GetPolicyVersionCommand, GetRolePolicyCommand, IAMClient, ListAttachedRolePoliciesCommand, ListRolePoliciesCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import { Cloud } from './cloud';

interface Statement {
  readonly Action: string | string[];
  readonly Resource: string | string[];
}

/** Returns the permissions that the policies of a role grant, as `<action> <resource>`. */
export async function granted(cloud: Cloud, nameContains: string): Promise<string[]> {
  const client = cloud.client(IAMClient);
  const { Roles: roles = [] } = await client.send(new ListRolesCommand({}));
  const { RoleName } = roles.find((role) => role.RoleName!.includes(nameContains))!;
  const found = new Set<string>();
  for (const document of [...await inlinePolicies(client, RoleName!), ...await managedPolicies(client, RoleName!)]) {
    for (const { Action, Resource } of (JSON.parse(decodeURIComponent(document)) as { Statement: Statement[] }).Statement) {
      [Action].flat().forEach((action) => [Resource].flat().forEach((resource) => found.add(`${action} ${resource}`)));
    }
  }
  return [...found].sort();
}

async function inlinePolicies(client: IAMClient, RoleName: string): Promise<string[]> {
  const { PolicyNames: names = [] } = await client.send(new ListRolePoliciesCommand({ RoleName }));
  return Promise.all(names.map(async (PolicyName) => (await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }))).PolicyDocument!));
}

async function managedPolicies(client: IAMClient, RoleName: string): Promise<string[]> {
  const { AttachedPolicies: policies = [] } = await client.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  return Promise.all(policies.map(async ({ PolicyArn }) => {
    const { Policy: policy } = await client.send(new GetPolicyCommand({ PolicyArn }));
    const { PolicyVersion: version } = await client.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: policy!.DefaultVersionId }));
    return version!.Document!;
  }));
}

/**
 * Returns the permissions that the sessions of a role have used since a moment, as `<action> <resource>`, and `denied: <action> <resource>`
 * for those that they lacked.
 *
 * The names of log streams are replaced with `*`. Lambda writes the log after the function has responded, when its policy may be gone.
 */
export async function used(cloud: Cloud, nameContains: string, since: Date): Promise<string[]> {
  const judged = await cloud.control(`permissions?principal=${nameContains}&since=${since.getTime() / 1000}`) as Record<'action' | 'resource' | 'verdict', string>[];
  const found = judged.map(({ action, resource, verdict }) => `${verdict === 'allowed' ? '' : 'denied: '}${action} ${resource.replace(/:log-stream:.*/, ':*')}`);
  return [...new Set(found)].filter((one) => !one.startsWith('denied: logs:')).sort();
}
