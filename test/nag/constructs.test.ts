import { aws_ec2 as ec2, aws_iam as iam, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { BaseImage, Image, ImagesProvider, ImageVersionLookup, ImageVersionSelector, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { findingsIn } from './findings';
import { HERE, stackIn } from '../helpers/fixtures';

const baseImage = (tag: string) => BaseImage.fromUri(`${HERE.account}.dkr.ecr.${HERE.region}.amazonaws.com/torch:${tag}`);
const executionRoleIn = (stack: Stack) => new iam.Role(stack, 'Execution', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });

describe('cdk-nag finds nothing in', () => {
  test('images, versions and their readers', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    image.addVersion('V1', { baseImage: baseImage('1') });
    image.addVersion('V2', { baseImage: baseImage('2') }).grants.read(new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() }));
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

test('a look-up needs a policy on all versions of its image, because their numbers are not known', () => {
  const stack = stackIn();
  new ImageVersionLookup(stack, 'Lookup', { image: Image.fromImageName(stack, 'Torch', 'torch'), version: ImageVersionSelector.alias('stable') });
  expect(findingsIn(stack)).toEqual([
    'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sagemaker:eu-west-1:111111111111:image-version/torch/*] at Stack/$SageMakerImages/Lookups/Resource',
  ]);
});

test('a function in a VPC needs a policy on all network interfaces, because Lambda requires it', () => {
  const stack = stackIn();
  ImagesProvider.configure(stack, { vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'], privateSubnetIds: ['subnet-a'] }) });
  new StudioImage(stack, 'Image', {
    baseImage: baseImage('1'), app: StudioApp.jupyterLab(), attachTo: [StudioTarget.existingDomain('d-1', { executionRole: executionRoleIn(stack) })],
  });
  expect(findingsIn(stack)).toEqual([
    'AwsSolutions-IAM5[Resource::*] at Stack/$SageMakerImages/NetworkPermissions/Resource',
    'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ec2:eu-west-1:111111111111:*/*] at Stack/$SageMakerImages/NetworkPermissions/Resource',
  ]);
});
