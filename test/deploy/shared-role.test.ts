import { DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { aws_iam as iam, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { torch } from './apps';
import { AppBuilder } from './cloud';
import { ENVIRONMENT } from './environment';
import { scenarios } from './scenario';

const ROLE = 'shared';
const TEAMS = ['team-a', 'team-b'];

const scenario = scenarios({ settings: { enforce_iam: true }, prepare: (cloud) => cloud.pushImages('torch', 'a', 'b') });

/** Stacks that differ only in their names, with one role for all images and all domains. */
function teams(tags: Record<string, string>): AppBuilder {
  return (app) => {
    const role = new iam.Role(new Stack(app, 'Roles', { env: ENVIRONMENT }), 'Role', {
      roleName: ROLE, assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com'),
    });
    for (const [team, tag] of Object.entries(tags)) {
      const stack = new Stack(app, team, { env: ENVIRONMENT });
      const domain = new sagemaker.CfnDomain(stack, 'Domain', {
        domainName: team, authMode: 'IAM', vpcId: 'vpc-1', subnetIds: ['subnet-1'], defaultUserSettings: { executionRole: role.roleArn },
      });
      new StudioImage(stack, 'Torch', {
        imageName: team, role, baseImage: torch(stack, tag), app: StudioApp.jupyterLab(), attachTo: [StudioTarget.domain(domain)],
      });
    }
  };
}

// If two stacks gave their inline policies of one role the same name, the first stack would delete the policy of the other.
scenario('one of two stacks that share a role can be destroyed, and the other keeps its permissions', async (cloud) => {
  const policies = async () => (await cloud.client(IAMClient).send(new ListRolePoliciesCommand({ RoleName: ROLE }))).PolicyNames!;
  await cloud.deploy(teams({ 'team-a': 'a', 'team-b': 'a' }));
  // One policy to pull base images, and one for the apps in Studio.

  expect(await policies()).toHaveLength(2 * TEAMS.length);

  await cloud.cloudFormation.send(new DeleteStackCommand({ StackName: 'team-a' }));
  expect((await policies()).filter((name) => name.includes('team-b'))).toHaveLength(2);

  await cloud.deploy(teams({ 'team-b': 'b' }));
  expect(await cloud.shortVersions()).toEqual(['team-b 1 CREATED', 'team-b 2 CREATED']);
});
