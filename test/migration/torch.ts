import { aws_iam as iam, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';

export function createTorch(stack: Stack) {
  const role = new iam.CfnRole(stack, 'ImageRole', {
    assumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    policies: [{
      policyName: 'pull',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{
          Effect: 'Allow',
          Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
          Resource: `arn:aws:ecr:${stack.region}:${stack.account}:repository/torch`,
        }],
      },
    }],
  });
  const image = new sagemaker.CfnImage(stack, 'TorchImage', { imageName: 'torch', imageDisplayName: 'PyTorch', imageRoleArn: role.attrArn });
  const version = new sagemaker.CfnImageVersion(stack, 'TorchVersion', {
    imageName: 'torch',
    baseImage: `${stack.account}.dkr.ecr.${stack.region}.amazonaws.com/torch:2.4`,
    aliases: ['stable'],
    mlFramework: 'PyTorch 2.4',
  });
  version.node.addDependency(image);
  const config = new sagemaker.CfnAppImageConfig(stack, 'TorchConfig', {
    appImageConfigName: 'torch-lab',
    jupyterLabAppImageConfig: { containerConfig: { containerArguments: ['--debug'] } },
  });
  return { image, version, config };
}
