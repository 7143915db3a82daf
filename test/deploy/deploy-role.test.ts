import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { App, aws_iam as iam, CliCredentialsStackSynthesizer, Stack } from 'aws-cdk-lib';
import { Image, VendorGuidance } from 'cdk-sagemaker-images';
import { torch } from './apps';
import { AppBuilder, Cloud } from './cloud';
import { ENVIRONMENT } from './environment';
import { scenarios } from './scenario';

const { account } = ENVIRONMENT;
const DEPLOYER = 'deployer';
const DEPLOYER_ARN = `arn:aws:iam::${account}:role/${DEPLOYER}`;
/** The role of all images in this file. The deployer cannot create other roles. */
const IMAGE_ROLE = 'torch-image-role';

/** Additional permissions for a stack with a role and a policy. */
const ROLE_ACTIONS = ['CreateRole', 'GetRole', 'DeleteRole', 'PutRolePolicy', 'GetRolePolicy', 'DeleteRolePolicy', 'ListRolePolicies', 'ListAttachedRolePolicies'];

/** The role that CloudFormation deploys with. It has the permissions of `grants.deploy`, and can create the role of the image. */
function permissions(app: App): void {
  const stack = new Stack(app, 'Permissions', { env: ENVIRONMENT });
  const deployer = new iam.Role(stack, 'Deployer', { roleName: DEPLOYER, assumedBy: new iam.ServicePrincipal('cloudformation.amazonaws.com') });
  const role = iam.Role.fromRoleName(stack, 'ImageRole', IMAGE_ROLE);
  Image.fromImageAttributes(stack, 'Torch', { imageName: 'torch', role }).grants.deploy(deployer);
  deployer.addToPolicy(new iam.PolicyStatement({ actions: ROLE_ACTIONS.map((action) => `iam:${action}`), resources: [role.roleArn] }));
  readTemplates(deployer);
}

/** AWS does not document the identity that CloudFormation reads templates with. */
function readTemplates(deployer: iam.Role): void {
  deployer.addToPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [`arn:aws:s3:::cdk-*-assets-${account}-*/*`] }));
}

interface Options { readonly tag: string; readonly alias: string; readonly team?: string; readonly displayName?: string }

/** A stack with an image and two versions. The synthesizer selects no role, so that each deployment can. */
function images(imageName: string, { tag, alias, team, displayName }: Options): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Images', { env: ENVIRONMENT, synthesizer: new CliCredentialsStackSynthesizer() });
    const role = new iam.Role(stack, 'Role', { roleName: IMAGE_ROLE, assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    const image = new Image(stack, 'Torch', { imageName, role, displayName, tags: team ? { team } : undefined });
    image.addVersion('A', { baseImage: torch(stack, 'a'), alias, vendorGuidance: VendorGuidance.STABLE });
    image.addVersion('B', { baseImage: torch(stack, tag) });
  };
}

const scenario = scenarios({ settings: { enforce_iam: true }, prepare: (cloud) => cloud.pushImages('torch', 'a', 'b', 'c') });

scenario('a role with grants.deploy can create, update and delete an image, and uses almost all of its permissions', async (cloud) => {
  await cloud.deploy(permissions);
  await cloud.deploy(images('torch', { tag: 'b', alias: 'one', team: 'ml', displayName: 'Torch' }), DEPLOYER_ARN);
  // Updates names, tags and aliases in place, and replaces version B.
  await cloud.deploy(images('torch', { tag: 'c', alias: 'two' }), DEPLOYER_ARN);
  await cloud.deploy(images('torch', { tag: 'c', alias: 'two', team: 'ai' }), DEPLOYER_ARN);
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED two', 'torch 2 CREATED', 'torch 3 CREATED']);
  await cloud.destroy(images('torch', { tag: 'c', alias: 'two', team: 'ai' }), DEPLOYER_ARN);
  expect(await cloud.images()).toEqual([]);

  const used = await judged(cloud, DEPLOYER);
  expect(used.filter(({ verdict }) => verdict === 'denied')).toEqual([]);
  const granted = await sageMakerActions(cloud, DEPLOYER);
  const unused = granted.filter((action) => !used.some((entry) => entry.action === action));
  // CloudFormation calls these for drift detection and imports only.
  expect(unused).toEqual(['sagemaker:ListImageVersions', 'sagemaker:ListTags']);
});

scenario('a role with grants.deploy cannot deploy another image', async (cloud) => {
  await cloud.deploy(permissions);
  const output = await cloud.failToDeploy(images('other', { tag: 'b', alias: 'one' }), DEPLOYER_ARN);
  expect(output).toContain('is not authorized to perform: sagemaker:CreateImage on resource');
  expect(await cloud.images()).toEqual([]);
});

scenario('a role without grants.deploy cannot deploy an image', async (cloud) => {
  await cloud.deploy((app) => {
    const stack = new Stack(app, 'Permissions', { env: ENVIRONMENT });
    const deployer = new iam.Role(stack, 'Deployer', { roleName: DEPLOYER, assumedBy: new iam.ServicePrincipal('cloudformation.amazonaws.com') });
    deployer.addToPolicy(new iam.PolicyStatement({ actions: ['iam:*'], resources: ['*'] }));
    readTemplates(deployer);
  });
  const output = await cloud.failToDeploy(images('torch', { tag: 'b', alias: 'one' }), DEPLOYER_ARN);
  expect(output).toContain('is not authorized to perform: sagemaker:CreateImage on resource');
});

interface Judged { readonly action: string; readonly resource: string; readonly verdict: string }

/** Returns the permissions that were checked for a role. */
async function judged(cloud: Cloud, roleName: string): Promise<Judged[]> {
  return await cloud.control(`permissions?principal=assumed-role/${roleName}/`) as Judged[];
}

/** Returns the SageMaker actions, and `iam:PassRole`, in the policies of a role. */
async function sageMakerActions(cloud: Cloud, RoleName: string): Promise<string[]> {
  const client = cloud.client(IAMClient);
  const actions = new Set<string>();
  for (const PolicyName of (await client.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames!) {
    const { PolicyDocument } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    for (const { Action } of JSON.parse(decodeURIComponent(PolicyDocument!)).Statement) {
      [Action].flat().filter((action) => /^sagemaker:|PassRole/.test(action)).forEach((action) => actions.add(action));
    }
  }
  return [...actions].sort();
}
