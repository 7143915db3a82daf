import { setTimeout as sleep } from 'timers/promises';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateDomainCommand, DeleteAppCommand, DeleteDomainCommand, DeleteSpaceCommand, DeleteUserProfileCommand, DescribeAppCommand,
  DescribeDomainCommand, DescribeDomainResponse, DescribeSpaceCommand, DescribeUserProfileCommand, ListAppsCommand, ListDomainsCommand,
  ListSpacesCommand, ListUserProfilesCommand, SageMakerClient, UserSettings,
} from '@aws-sdk/client-sagemaker';
import { Cloud } from './cloud';
import { ENVIRONMENT, ignore } from './environment';

/** The execution role of domains that do not belong to the app. */
export const EXECUTION_ROLE = `arn:aws:iam::${ENVIRONMENT.account}:role/execution`;

/** Creates the execution role without any permissions. */
export async function createExecutionRole(cloud: Cloud): Promise<void> {
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
  await cloud.client(IAMClient).send(new CreateRoleCommand({ RoleName: 'execution', AssumeRolePolicyDocument: JSON.stringify(trust) }));
}

/** Grants the execution role the permissions that the library lists in a warning if the app does not own the role. */
export async function grantDescribe(cloud: Cloud): Promise<void> {
  const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sagemaker:Describe*', Resource: '*' }] };
  await cloud.client(IAMClient).send(new PutRolePolicyCommand({ RoleName: 'execution', PolicyName: 'all', PolicyDocument: JSON.stringify(policy) }));
}

/** A timeout that is long enough for each change on a slow machine. */
const SECONDS = 60;

let domains = 0;

/** Creates a domain that does not belong to the app, and returns its id. */
export async function createDomain({ sageMaker }: Pick<Cloud, 'sageMaker'>, userSettings: Partial<UserSettings> = {}): Promise<string> {
  const { DomainArn } = await sageMaker.send(new CreateDomainCommand({
    DomainName: `theirs-${++domains}`,
    AuthMode: 'IAM',
    VpcId: 'vpc-1',
    SubnetIds: ['subnet-1'],
    DefaultUserSettings: { ExecutionRole: EXECUTION_ROLE, ...userSettings },
    DefaultSpaceSettings: { ExecutionRole: EXECUTION_ROLE, SecurityGroups: ['sg-1'] },
  }));
  const id = DomainArn!.split('/')[1];
  await domainInService(sageMaker, id);
  return id;
}

/** Waits until a domain has stopped changing, and returns its description. */
export function domainInService(sageMaker: SageMakerClient, DomainId: string): Promise<DescribeDomainResponse> {
  return settled(() => sageMaker.send(new DescribeDomainCommand({ DomainId })));
}

/** Waits until a domain, user profile or space has stopped changing, and returns its description. */
export async function settled<T extends { Status?: string }>(describe: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + SECONDS * 1000; ;) {
    const found = await describe();
    if (!['Pending', 'Updating', 'Deleting'].includes(found.Status!)) {
      return found;
    }
    if (Date.now() > deadline) {
      throw new Error(`still ${found.Status} after ${SECONDS} s: ${JSON.stringify(found)}`);
    }
    await sleep(50);
  }
}

/** Deletes all domains with their user profiles and spaces. */
export async function deleteDomains(client: SageMakerClient): Promise<void> {
  const { Domains: all = [] } = await client.send(new ListDomainsCommand({}));
  for (const { DomainId } of all) {
    const { Apps: apps = [] } = await client.send(new ListAppsCommand({ DomainIdEquals: DomainId }));
    for (const { UserProfileName, SpaceName, AppType, AppName } of apps) {
      const app = { DomainId, UserProfileName, SpaceName, AppType, AppName };
      await untilGone(() => client.send(new DescribeAppCommand(app)), () => client.send(new DeleteAppCommand(app)));
    }
    const { Spaces: spaces = [] } = await client.send(new ListSpacesCommand({ DomainIdEquals: DomainId }));
    for (const { SpaceName } of spaces) {
      await untilGone(() => client.send(new DescribeSpaceCommand({ DomainId, SpaceName })),
        () => client.send(new DeleteSpaceCommand({ DomainId, SpaceName })));
    }
    const { UserProfiles: profiles = [] } = await client.send(new ListUserProfilesCommand({ DomainIdEquals: DomainId }));
    for (const { UserProfileName } of profiles) {
      await untilGone(() => client.send(new DescribeUserProfileCommand({ DomainId, UserProfileName })),
        () => client.send(new DeleteUserProfileCommand({ DomainId, UserProfileName })));
    }
    await untilGone(() => client.send(new DescribeDomainCommand({ DomainId })), () => client.send(new DeleteDomainCommand({ DomainId })));
  }
}

async function untilGone(describe: () => Promise<{ Status?: string }>, remove: () => Promise<unknown>): Promise<void> {
  await settled(describe);
  await remove();
  await settled(describe).catch(ignore('ResourceNotFound'));
}

/** Calls SageMaker and returns the body of the response unchanged. The SDK drops members that its model lacks. */
export function rawCall(cloud: Cloud, operation: string, body: object): Promise<string> {
  return cloud.request('sagemaker', '/', { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `SageMaker.${operation}` }, body);
}
