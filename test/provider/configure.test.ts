import { readFileSync } from 'fs';
import { join } from 'path';
import {
  App, aws_ec2 as ec2, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, aws_sqs as sqs, CfnParameter, Stack, Stage,
} from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Image, ImagesProvider, ImagesProviderOptions, ImageVersionLookup, StudioTarget } from 'cdk-sagemaker-images';
import { Construct, IConstruct } from 'constructs';
import { errorOf, HERE, stackIn, warningsOf } from '../helpers/fixtures';
import { APPS, attach } from '../helpers/studio';

const FUNCTION = 'AWS::Lambda::Function';
const executionRoleIn = (stack: Stack) => iam.Role.fromRoleArn(stack, 'Execution', 'arn:aws:iam::111111111111:role/execution');

/** A stack with an image attached to an existing domain. */
function attachedIn(stack: Stack): Template {
  attach(stack, StudioTarget.existingDomain('d-1', { executionRole: executionRoleIn(stack) }));
  return Template.fromStack(stack);
}

/** The template of a stack whose function is configured. */
function templateWith(options: (stack: Stack) => ImagesProviderOptions): Template {
  const stack = stackIn();
  ImagesProvider.configure(stack, options(stack));
  return attachedIn(stack);
}

test('the architecture is that of the configuration', () => {
  templateWith(() => ({ architecture: lambda.Architecture.X86_64 })).hasResourceProperties(FUNCTION, { Architectures: ['x86_64'] });
});

test('the log group has the retention and the key of the configuration, and the key admits CloudWatch Logs', () => {
  const template = templateWith((stack) => ({ logRetention: logs.RetentionDays.ONE_YEAR, encryptionKey: new kms.Key(stack, 'Key') }));
  const [key] = Object.keys(template.findResources('AWS::KMS::Key'));
  template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 365, KmsKeyId: { 'Fn::GetAtt': [key, 'Arn'] } });
  template.hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: {
      Statement: Match.arrayWith([{
        Effect: 'Allow',
        Principal: { Service: 'logs.eu-west-1.amazonaws.com' },
        Action: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
        Resource: '*',
        Condition: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':logs:eu-west-1:111111111111:log-group:*']] },
          },
        },
      }]),
    },
  });
});

test('the role has the permissions boundary of the configuration', () => {
  const template = templateWith((stack) => ({ permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'boundary') }));
  template.hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: Match.objectLike({ Statement: [Match.objectLike({ Principal: { Service: 'lambda.amazonaws.com' } })] }),
    PermissionsBoundary: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111111111111:policy/boundary']] },
  });
});

describe('a VPC', () => {
  const vpcIn = (stack: Stack) => ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-1', availabilityZones: ['a', 'b'], privateSubnetIds: ['subnet-a', 'subnet-b'], isolatedSubnetIds: ['subnet-c', 'subnet-d'],
  });

  test('gets the function into its private subnets, with a security group of its own', () => {
    const template = templateWith((stack) => ({ vpc: vpcIn(stack) }));
    const [group] = Object.keys(template.findResources('AWS::EC2::SecurityGroup'));
    template.hasResourceProperties(FUNCTION, {
      VpcConfig: { SubnetIds: ['subnet-a', 'subnet-b'], SecurityGroupIds: [{ 'Fn::GetAtt': [group, 'GroupId'] }] },
    });
  });

  test('gets it into the subnets and security groups of the configuration', () => {
    templateWith((stack) => ({
      vpc: vpcIn(stack),
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1')],
    })).hasResourceProperties(FUNCTION, { VpcConfig: { SubnetIds: ['subnet-c', 'subnet-d'], SecurityGroupIds: ['sg-1'] } });
  });

  test('needs permissions for network interfaces, which the function waits for', () => {
    const template = templateWith((stack) => ({ vpc: vpcIn(stack) }));
    const [[policy, { Properties }]] = Object.entries(template.findResources('AWS::IAM::Policy', {
      Properties: { PolicyName: Match.stringLikeRegexp('^NetworkPermissions') },
    }));
    expect(Properties.PolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:UnassignPrivateIpAddresses'],
        Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ec2:eu-west-1:111111111111:*/*']] },
      },
    ]);
    template.hasResource(FUNCTION, { DependsOn: Match.arrayWith([policy]) });
    template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
    // AWS requires the wildcards.
    template.hasResource('AWS::IAM::Policy', {
      Properties: Properties, Metadata: { cdk_nag: { rules_to_suppress: [{ id: 'AwsSolutions-IAM5', reason: Match.anyValue() }] } },
    });
  });
});

test('the reserved concurrency is that of the configuration', () => {
  templateWith(() => ({ reservedConcurrentExecutions: 5 })).hasResourceProperties(FUNCTION, { ReservedConcurrentExecutions: 5 });
  templateWith(() => ({ reservedConcurrentExecutions: 1 })).hasResourceProperties(FUNCTION, { ReservedConcurrentExecutions: 1 });
  templateWith((stack) => ({ reservedConcurrentExecutions: new CfnParameter(stack, 'Limit', { type: 'Number' }).valueAsNumber }))
    .hasResourceProperties(FUNCTION, { ReservedConcurrentExecutions: { Ref: 'Limit' } });
  templateWith(() => ({})).hasResourceProperties(FUNCTION, { ReservedConcurrentExecutions: Match.absent(), DeadLetterConfig: Match.absent() });
});

describe('a queue for dead letters', () => {
  const statementsIn = (template: Template) => Object.entries(template.findResources('AWS::IAM::Policy', {
    Properties: { PolicyName: Match.stringLikeRegexp('^DeadLetterPermissions') },
  })).map(([id, { Properties }]) => ({ id, statements: Properties.PolicyDocument.Statement }));

  test('gets the events that the function did not handle, and the function waits for the permission to send them', () => {
    const template = templateWith((stack) => ({ deadLetterQueue: sqs.Queue.fromQueueArn(stack, 'Queue', 'arn:aws:sqs:eu-west-1:111111111111:letters') }));
    template.hasResourceProperties(FUNCTION, { DeadLetterConfig: { TargetArn: 'arn:aws:sqs:eu-west-1:111111111111:letters' } });
    const [{ id, statements }] = statementsIn(template);
    expect(statements).toEqual([{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:eu-west-1:111111111111:letters' }]);
    template.hasResource(FUNCTION, { DependsOn: Match.arrayWith([id]) });
  });

  test('with a key gets the permission to use the key too', () => {
    const template = templateWith((stack) => ({ deadLetterQueue: new sqs.Queue(stack, 'Queue', { encryptionMasterKey: new kms.Key(stack, 'Key') }) }));
    const [queue] = Object.keys(template.findResources('AWS::SQS::Queue'));
    const [key] = Object.keys(template.findResources('AWS::KMS::Key'));
    expect(statementsIn(template)[0].statements).toEqual([
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': [queue, 'Arn'] } },
      { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: { 'Fn::GetAtt': [key, 'Arn'] } },
    ]);
  });
});

describe('a role of the app', () => {
  test('gets the permissions that the function needs', () => {
    const template = templateWith((stack) => ({
      role: new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }),
    }));
    const [role] = Object.keys(template.findResources('AWS::IAM::Role', {
      Properties: { AssumeRolePolicyDocument: { Statement: [Match.objectLike({ Principal: { Service: 'lambda.amazonaws.com' } })] } },
    }));
    template.hasResourceProperties(FUNCTION, { Role: { 'Fn::GetAtt': [role, 'Arn'] } });
    template.hasResourceProperties('AWS::IAM::ManagedPolicy', {
      Roles: [{ Ref: role }],
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: ['sagemaker:DescribeDomain', 'sagemaker:UpdateDomain'] })]) },
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: role }], PolicyDocument: { Statement: [Match.objectLike({ Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] })] },
    });
  });

  test('needs no lasting permissions if versions are looked up only', () => {
    const stack = stackIn();
    ImagesProvider.configure(stack, { role: new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }) });
    new ImageVersionLookup(stack, 'Lookup', { image: Image.fromImageName(stack, 'Torch', 'torch') });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::IAM::ManagedPolicy', 0);
    template.resourceCountIs('Custom::SageMakerImageVersionLookup', 1);
  });

  test('that takes no permissions gets one warning that lists them', () => {
    const stack = stackIn();
    ImagesProvider.configure(stack, {
      role: iam.Role.fromRoleName(stack, 'Role', 'deployer', { mutable: false }),
      vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'], privateSubnetIds: ['subnet-a'] }),
      deadLetterQueue: sqs.Queue.fromQueueArn(stack, 'Queue', 'arn:aws:sqs:eu-west-1:111111111111:letters'),
    });
    const template = attachedIn(stack);
    template.resourceCountIs('AWS::IAM::ManagedPolicy', 0);
    const texts = warningsOf(stack).filter(({ id }) => id === 'cdk-sagemaker-images:providerRole').map(({ text }) => text);
    expect(texts).toEqual([expect.stringMatching(new RegExp([
      /grant it logs:CreateLogStream and logs:PutLogEvents on \S+, /,
      /ec2:DescribeNetworkInterfaces and ec2:DescribeSubnets and sagemaker:ListApps on \*, /,
      /ec2:CreateNetworkInterface and .* on \S+:ec2:eu-west-1:111111111111:\*\/\*, /,
      /sqs:SendMessage on arn:aws:sqs:eu-west-1:111111111111:letters, /,
      /sagemaker:DescribeDomain and sagemaker:UpdateDomain on \S+domain\/d-1, /,
      /iam:PassRole on arn:aws:iam::111111111111:role\/execution$/,
    ].map(({ source }) => source).join('')))]);
  });
});

// The CDK reports the permissions of a role that the app does not create.
test('a role that somebody else creates gets no warnings about permissions for a VPC and a queue', () => {
  const app = new App();
  iam.Role.customizeRoles(app, { usePrecreatedRoles: { 'Stack/$SageMakerImages/Role': 'precreated' } });
  const stack = new Stack(app, 'Stack', { env: HERE });
  ImagesProvider.configure(stack, {
    vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'], privateSubnetIds: ['subnet-a'] }),
    deadLetterQueue: sqs.Queue.fromQueueArn(stack, 'Queue', 'arn:aws:sqs:eu-west-1:111111111111:letters'),
  });
  attach(stack, StudioTarget.existingDomain('d-1', { executionRole: executionRoleIn(stack) }));
  expect(warningsOf(stack).filter(({ id }) => id === 'cdk-sagemaker-images:providerRole')).toEqual([]);
  const report = readFileSync(join(app.outdir, 'iam-policy-report.json'), 'utf8');
  ['ec2:CreateNetworkInterface', 'sqs:SendMessage'].forEach((action) => expect(report).toContain(action));
});

describe('the configuration', () => {
  const x86 = { architecture: lambda.Architecture.X86_64 };
  const arm = { architecture: lambda.Architecture.ARM_64 };

  test('that is the nearest counts', () => {
    const app = new App();
    const stage = new Stage(app, 'Stage');
    const [inApp, inStage, itself] = [new Stack(app, 'A', { env: HERE }), new Stack(stage, 'B', { env: HERE }), new Stack(stage, 'C', { env: HERE })];
    ImagesProvider.configure(app, x86);
    ImagesProvider.configure(stage, arm);
    ImagesProvider.configure(itself, x86);
    const stacks = [inApp, inStage, itself];
    stacks.forEach((stack, index) => attach(stack, StudioTarget.existingDomain(`d-${index}`, { executionRole: executionRoleIn(stack) }), APPS.JupyterLab, `torch${index}`));
    expect(stacks.map((stack) => Object.values(Template.fromStack(stack).findResources(FUNCTION))[0].Properties.Architectures))
      .toEqual([['x86_64'], ['arm64'], ['x86_64']]);
  });

  test.each<[string, (stack: Stack) => IConstruct]>([['app', (stack) => stack.node.root], ['stack', (stack) => stack]])(
    'of an %s comes before the function', (_, scopeIn) => {
      const stack = stackIn();
      attachedIn(stack);
      expect(errorOf(() => ImagesProvider.configure(scopeIn(stack), x86))).toContain(
        'stack Stack already has its function: configure it before you create constructs of this library in the stack');
    });

  test('is given once', () => {
    const stack = stackIn();
    ImagesProvider.configure(stack, x86);
    expect(errorOf(() => ImagesProvider.configure(stack, arm))).toBe('Stack: 1 problem\n  the provider is already configured: configure it once, with all options');
  });

  test('is for an app, a stage or a stack', () => {
    expect(errorOf(() => ImagesProvider.configure(new Construct(stackIn(), 'Construct'), x86))).toContain('scope must be an app, a stage or a stack');
  });

  test.each<[string, any, any, string]>([
    ['options', stackIn(), undefined, 'Stack: 1 problem\n  options is missing: give { vpc } for example'],
    ['options that are an object', stackIn(), 'vpc', "Stack: 1 problem\n  options must be an object, got 'vpc': give { vpc } for example"],
    ['a scope', undefined, {}, 'ImagesProvider.configure: 1 problem\n  scope must be an app, a stage or a stack'],
    ['a scope that is a construct', {}, {}, 'ImagesProvider.configure: 1 problem\n  scope must be an app, a stage or a stack'],
  ])('needs %s', (_, scope, options, message) => {
    expect(errorOf(() => ImagesProvider.configure(scope, options))).toBe(message);
  });

  test('with problems is one error that lists all of them', () => {
    const stack = stackIn();
    const role = iam.Role.fromRoleName(stack, 'Role', 'deployer');
    const wrong: any = {
      vpcSubnets: {},
      securityGroups: ['sg-1'],
      architecture: 'arm64',
      encryptionKey: 'alias/key',
      reservedConcurrentExecutions: 0,
      deadLetterQueue: 'letters',
      role,
      permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'boundary'),
    };
    expect(errorOf(() => ImagesProvider.configure(stack, wrong))?.split('\n')).toEqual([
      'Stack: 8 problems',
      "  architecture must be Architecture.X86_64 or Architecture.ARM_64, got 'arm64'",
      "  encryptionKey must be a Key or an import by Key.fromKeyArn, got 'alias/key'",
      "  deadLetterQueue must be a Queue or an import by Queue.fromQueueArn, got 'letters'",
      "  securityGroups[0] must be a SecurityGroup or an import, got 'sg-1'",
      '  reservedConcurrentExecutions must be a whole number of 1 or more, got 0',
      '  vpcSubnets is set without vpc: give the VPC of the subnets',
      '  securityGroups is set without vpc: give the VPC of the security groups',
      '  permissionsBoundary is set together with role: set the boundary on that role',
    ]);
    expect(errorOf(() => ImagesProvider.configure(stack, { vpc: 'vpc-1', role: 5, permissionsBoundary: false } as any))).toContain(
      'vpc must be a Vpc or an import by Vpc.fromLookup, got');
  });
});
