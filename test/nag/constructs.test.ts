import * as cdk from 'aws-cdk-lib';
import { aws_ec2 as ec2, aws_ecr as ecr, aws_iam as iam, aws_kms as kms, aws_sagemaker as sagemaker, aws_sqs as sqs, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  AppImageConfig, BaseImage, Image, ImageAlias, ImageFeed, ImageRetention, ImagesProvider, ImageVersionFailures, ImageVersionList,
  ImageVersionLookup, ImageVersionSelector, StudioApp, StudioAttachment, StudioImage, StudioTarget,
} from 'cdk-sagemaker-images';
import { COMPLIANCE_PACKS, findingsIn } from './findings';
import { HERE, stackIn } from '../helpers/fixtures';

const baseImage = (tag: string) => BaseImage.fromUri(`${HERE.account}.dkr.ecr.${HERE.region}.amazonaws.com/torch:${tag}`);
const vpcIn = (stack: Stack) => ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'], privateSubnetIds: ['subnet-a'] });
const executionRoleIn = (stack: Stack) => new iam.Role(stack, 'Execution', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });

describe('cdk-nag finds nothing in', () => {
  test('images, versions and their readers', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    image.addVersion('V1', { baseImage: baseImage('1') });
    image.addVersion('V2', { baseImage: baseImage('2') }).grants.read(new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() }));
    expect(findingsIn(stack)).toEqual([]);
  });

  test('versions that are checked and follow a tag', () => {
    const stack = stackIn();
    const repository = ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch');
    new Image(stack, 'Torch').addVersion('V', { baseImage: BaseImage.fromEcrRepository(repository, 'main', { followTag: true }), preflight: true });
    expect(findingsIn(stack)).toEqual([]);
  });

  test('attachments to domains of the app and to existing ones', () => {
    const stack = stackIn();
    const executionRole = executionRoleIn(stack);
    const domain = new sagemaker.CfnDomain(stack, 'Domain', {
      domainName: 'ml', authMode: 'IAM', vpcId: 'vpc-1', subnetIds: ['subnet-1'], defaultUserSettings: { executionRole: executionRole.roleArn },
    });
    new StudioImage(stack, 'Image', {
      baseImage: baseImage('1'),
      app: StudioApp.jupyterLab(),
      attachTo: [StudioTarget.domain(domain), StudioTarget.existingDomain('d-1', { executionRole })],
    });
    expect(findingsIn(stack)).toEqual([]);
  });
});

// A check that cannot fail is a defect.
test('cdk-nag finds a policy that is too broad', () => {
  const stack = stackIn();
  new Image(stack, 'Torch').role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['ecr:*'], resources: ['*'] }));
  expect(findingsIn(stack)).toEqual([
    'AwsSolutions-IAM5[Action::ecr:*] at Stack/Torch/Role/DefaultPolicy/Resource',
    'AwsSolutions-IAM5[Resource::*] at Stack/Torch/Role/DefaultPolicy/Resource',
  ]);
});

test('a retention needs policies on everything that may use a version, because the names are not known', () => {
  const stack = stackIn();
  new ImageRetention(stack, 'Retention', { image: Image.fromImageName(stack, 'Torch', 'torch'), keepVersions: 5 });
  const resources = ['app/*', 'domain/*', 'image-version/torch/*', 'space/*', 'user-profile/*'].map((name) => `arn:<AWS::Partition>:sagemaker:eu-west-1:111111111111:${name}`);
  expect(findingsIn(stack).sort()).toEqual(['*', ...resources].map((resource) => `AwsSolutions-IAM5[Resource::${resource}] at Stack/$SageMakerImages/Lookups/Resource`));
  // cdk-nag 2 reads the reasons in the template.
  const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  const regexes = policy.Metadata.cdk_nag.rules_to_suppress.map((rule: any) => new RegExp(rule.applies_to[0].regex.replace(/^\/(.*)\/$/, '$1')));
  expect(['*', ...resources].filter((resource) => !regexes.some((regex: RegExp) => regex.test(`Resource::${resource}`)))).toEqual([]);
});

test('a look-up needs a policy on all versions of its image, because their numbers are not known', () => {
  const stack = stackIn();
  new ImageVersionLookup(stack, 'Lookup', { image: Image.fromImageName(stack, 'Torch', 'torch'), version: ImageVersionSelector.alias('stable') });
  expect(findingsIn(stack)).toEqual([
    'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sagemaker:eu-west-1:111111111111:image-version/torch/*] at Stack/$SageMakerImages/Lookups/Resource',
  ]);
  // As in docs/compliance.md. The lowest supported CDK does not have this class.
  const { Validations } = cdk as any;
  Validations.of(stack).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sagemaker:eu-west-1:111111111111:image-version/torch/*]',
    reason: 'The numbers of versions are not known at synth',
  });
  expect(findingsIn(stack)).toEqual([]);
});

test('a list needs it only for aliases, container images and filters', () => {
  const stack = stackIn();
  const list = new ImageVersionList(stack, 'List', { image: Image.fromImageName(stack, 'Torch', 'torch') });
  expect([list.versions, list.imageVersionArns]).toHaveLength(2);
  expect(findingsIn(stack)).toEqual([]);
  expect(list.aliases).toHaveLength(1);
  expect(findingsIn(stack)).toEqual([
    'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sagemaker:eu-west-1:111111111111:image-version/torch/*] at Stack/$SageMakerImages/Lookups/Resource',
  ]);
});

test('reports of failed versions need a policy on the versions of all images', () => {
  const stack = stackIn();
  new ImageVersionFailures(stack, 'Failures');
  expect(findingsIn(stack)).toEqual([
    'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sagemaker:eu-west-1:111111111111:image-version/*/*] at Stack/$SageMakerImages/Rules/Resource',
  ]);
});

describe.each(COMPLIANCE_PACKS.map((pack) => [pack.name, pack] as const))('%s', (_, pack) => {
  /** A stack with an attachment and a look-up, and its findings about this library. */
  function findings(role?: (stack: Stack, id: string) => iam.IRole): string[] {
    const stack = stackIn();
    ImagesProvider.configure(stack, {
      vpc: vpcIn(stack),
      encryptionKey: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555'),
      reservedConcurrentExecutions: 10,
      deadLetterQueue: sqs.Queue.fromQueueArn(stack, 'Queue', 'arn:aws:sqs:eu-west-1:111111111111:letters'),
      role: role?.(stack, 'FunctionRole'),
    });
    new StudioImage(stack, 'Image', {
      baseImage: baseImage('1'),
      role: role?.(stack, 'ImageRole'),
      app: StudioApp.jupyterLab(),
      attachTo: [StudioTarget.existingDomain('d-1', { executionRole: role?.(stack, 'Execution') ?? executionRoleIn(stack) })],
    });
    new ImageVersionLookup(stack, 'Lookup', { image: Image.fromImageName(stack, 'Other', 'other') });
    return findingsIn(stack, pack);
  }

  test('finds only the inline policies by which the CDK grants permissions, if the function is configured', () => {
    expect([...new Set(findings().map((finding) => finding.split(' at ')[0]))]).toEqual([`${pack.name}-IAMNoInlinePolicy`]);
  });

  test('finds nothing if the app also gives roles that have their permissions already', () => {
    expect(findings((stack, id) => iam.Role.fromRoleName(stack, id, id, { mutable: false }))).toEqual([]);
  });
});

test('an alias that moves needs a policy on all versions of its image, because their numbers are not known', () => {
  const stack = stackIn();
  const image = new Image(stack, 'Torch', { imageName: 'torch' });
  new ImageAlias(stack, 'Prod', { image, alias: 'prod', version: image.addVersion('V', { baseImage: baseImage('1') }) });
  expect(findingsIn(stack)).toEqual([
    'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sagemaker:eu-west-1:111111111111:image-version/torch/*] at Stack/$SageMakerImages/Aliases/Resource',
  ]);
});

test('a function in a VPC needs a policy on all network interfaces, because Lambda requires it', () => {
  const stack = stackIn();
  ImagesProvider.configure(stack, { vpc: vpcIn(stack) });
  new StudioImage(stack, 'Image', {
    baseImage: baseImage('1'), app: StudioApp.jupyterLab(), attachTo: [StudioTarget.existingDomain('d-1', { executionRole: executionRoleIn(stack) })],
  });
  expect(findingsIn(stack)).toEqual([
    'AwsSolutions-IAM5[Resource::*] at Stack/$SageMakerImages/NetworkPermissions/Resource',
    'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ec2:eu-west-1:111111111111:*/*] at Stack/$SageMakerImages/NetworkPermissions/Resource',
  ]);
});

test('a feed needs policies on all versions of its image, because it makes them without a deployment', () => {
  const stack = stackIn();
  const executionRole = executionRoleIn(stack);
  const imageVersion = new ImageFeed(stack, 'Feed', {
    image: new Image(stack, 'Image', { imageName: 'torch' }), repository: ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch'), tags: ['release-*'], alias: 'stable',
  });
  new StudioAttachment(stack, 'Attachment', {
    imageVersion, appImageConfig: new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() }), target: StudioTarget.existingDomain('d-1', { executionRole }),
  });
  expect(findingsIn(stack)).toEqual([
    'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sagemaker:eu-west-1:111111111111:image-version/torch/*] at Stack/$SageMakerImages/Permissions/Resource',
    'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sagemaker:eu-west-1:111111111111:image-version/torch/*] at Stack/$SageMakerImages/Rules/Resource',
    expect.stringMatching(/^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:sagemaker:eu-west-1:111111111111:image-version\/torch\/\*\] at Stack\/StudioImages\w+\/Resource$/),
  ]);
});
