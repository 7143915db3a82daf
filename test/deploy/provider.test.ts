import { GetRoleCommand, IAMClient, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import {
  App, aws_ec2 as ec2, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_sqs as sqs, MissingRemovalPolicies, RemovalPolicies, RemovalPolicy,
  Stack,
} from 'aws-cdk-lib';
import { ImagesProvider } from 'cdk-sagemaker-images';
import { attached, attachmentScenarios, domainWithTheirs, entriesOf, theirDomain } from './attachments';
import { AppBuilder, Cloud } from './cloud';
import { ENVIRONMENT } from './environment';

const scenario = attachmentScenarios();

/** Sets all options of the function except the role. */
function configured(domains: string[]): AppBuilder {
  return (app) => {
    const network = new Stack(app, 'Network', { env: ENVIRONMENT });
    // The offline AWS has no gateways, and does not limit the network of functions.
    const { ref: vpcId } = new ec2.CfnVPC(network, 'Vpc', { cidrBlock: '10.0.0.0/16' });
    const { ref: subnetId } = new ec2.CfnSubnet(network, 'Subnet', { vpcId, cidrBlock: '10.0.0.0/24', availabilityZone: 'us-east-1a' });
    const vpc = ec2.Vpc.fromVpcAttributes(network, 'ImportedVpc', { vpcId, availabilityZones: ['us-east-1a'], privateSubnetIds: [subnetId] });
    ImagesProvider.configure(app, {
      vpc,
      architecture: lambda.Architecture.X86_64,
      encryptionKey: new kms.Key(network, 'Key', { removalPolicy: RemovalPolicy.DESTROY }),
      permissionsBoundary: new iam.ManagedPolicy(network, 'Boundary', {
        managedPolicyName: 'boundary', statements: [new iam.PolicyStatement({ actions: ['sagemaker:*', 'logs:*', 'ec2:*', 'sqs:*'], resources: ['*'] })],
      }),
      reservedConcurrentExecutions: 1,
      deadLetterQueue: new sqs.Queue(network, 'DeadLetters', { queueName: 'dead-letters' }),
    });
    attached('Ours', domains)(app);
  };
}

scenario('a function with all options except a role attaches and detaches an image', async (cloud) => {
  const domain = await domainWithTheirs(cloud);
  const domains = [domain, await theirDomain(cloud)];
  await cloud.deploy(configured(domains));
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1', 'ours:1']);
  expect(await entriesOf(cloud, domains[1])).toEqual(['ours:1']);

  const handler = await functionOf(cloud, 'Ours');
  expect(handler).toMatchObject({
    Architectures: ['x86_64'],
    DeadLetterConfig: { TargetArn: expect.stringMatching(/:dead-letters$/) },
    VpcConfig: { SubnetIds: [expect.stringMatching(/^subnet-/)], SecurityGroupIds: [expect.stringMatching(/^sg-/)] },
  });
  expect(await logGroups(cloud, handler.LoggingConfig.LogGroup)).toMatchObject([{ kmsKeyId: expect.stringMatching(/:key\//) }]);
  const { Role: role } = await cloud.client(IAMClient).send(new GetRoleCommand({ RoleName: handler.Role.split('/').at(-1) }));
  expect(role?.PermissionsBoundary?.PermissionsBoundaryArn).toMatch(/:policy\/boundary$/);

  // Each of the two attachments waits until the function is free.
  const runs = await cloud.control(`lambda-log?function=${handler.FunctionName}`) as { time: number; seconds: number }[];
  const ordered = runs.sort((a, b) => a.time - b.time);
  expect(ordered.length).toBeGreaterThanOrEqual(2);
  ordered.slice(1).forEach(({ time }, index) => expect(time).toBeGreaterThanOrEqual(ordered[index].time + ordered[index].seconds));

  await cloud.destroy(configured(domains));
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1']);
  expect(await entriesOf(cloud, domains[1])).toEqual([]);
  expect(await functionOf(cloud, 'Ours')).toBeUndefined();
  expect(await cloud.stackStatus('Network')).toBeUndefined();
});

/** Returns the configuration of the function of a stack. */
async function functionOf(cloud: Cloud, stackName: string): Promise<any> {
  const { Functions: functions } = JSON.parse(await cloud.request('lambda', '/2015-03-31/functions/'));
  return functions.find(({ FunctionName }: { FunctionName: string }) => FunctionName.startsWith(`${stackName}-`));
}

async function logGroups(cloud: Cloud, logGroupNamePrefix: string): Promise<unknown[]> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'Logs_20140328.DescribeLogGroups' };
  return JSON.parse(await cloud.request('logs', '/', headers, { logGroupNamePrefix })).logGroups;
}

const OWN_ROLE = 'provider';
/** The quota is ten: the stack attaches a ninth policy, and a tenth during each update. */
const OTHER_POLICIES = 8;

/** A stack whose function has a role with eight managed policies of the app. */
function retained(domain: string, retain: (app: App) => void): AppBuilder {
  return (app) => {
    const roles = new Stack(app, 'Roles', { env: ENVIRONMENT });
    const role = new iam.Role(roles, 'Role', { roleName: OWN_ROLE, assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    for (let index = 0; index < OTHER_POLICIES; index++) {
      const policy = new iam.ManagedPolicy(roles, `Policy${index}`, {
        statements: [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [`arn:aws:s3:::bucket-${index}/*`] })],
      });
      policy.attachToRole(role);
    }
    ImagesProvider.configure(app, { role });
    attached('Ours', [domain])(app);
    retain(app);
  };
}

// IAM would reject the second change if the former policies remained.
scenario('replaced targets do not exhaust the managed policies of a role, even if the app retains all resources', async (cloud) => {
  const domains = [await theirDomain(cloud), await theirDomain(cloud)];
  const steps: [string, (app: App) => void][] = [
    [domains[0], (app) => RemovalPolicies.of(app).retain()],
    [domains[1], (app) => MissingRemovalPolicies.of(app).retain()],
    [domains[0], (app) => RemovalPolicies.of(app).retain()],
  ];
  for (const [domain, retain] of steps) {
    await cloud.deploy(retained(domain, retain));
    expect(await entriesOf(cloud, domain)).toEqual(['ours:1']);
    expect(await policiesOf(cloud)).toHaveLength(OTHER_POLICIES + 1);
  }
});

async function policiesOf(cloud: Cloud): Promise<unknown[]> {
  return (await cloud.client(IAMClient).send(new ListAttachedRolePoliciesCommand({ RoleName: OWN_ROLE }))).AttachedPolicies!;
}
