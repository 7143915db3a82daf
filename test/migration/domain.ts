import { aws_iam as iam, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';

/** Creates the domain of all paths, with the images that its L1 lists. */
export function createDomain(stack: Stack, customImages?: sagemaker.CfnDomain.CustomImageProperty[]): sagemaker.CfnDomain {
  const executionRole = new iam.Role(stack, 'Execution', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  executionRole.addToPolicy(new iam.PolicyStatement({ actions: ['sagemaker:DescribeImage', 'sagemaker:DescribeImageVersion'], resources: ['*'] }));
  const domain = new sagemaker.CfnDomain(stack, 'Domain', {
    domainName: 'notebooks',
    authMode: 'IAM',
    vpcId: 'vpc-1',
    subnetIds: ['subnet-1'],
    defaultUserSettings: {
      executionRole: executionRole.roleArn,
      ...customImages && { jupyterLabAppSettings: { customImages } },
    },
  });
  domain.node.addDependency(executionRole);
  return domain;
}
