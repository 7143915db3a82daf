import { aws_iam as iam, aws_lambda as lambda, CfnResource, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { RolePolicy, takesStatements } from '../../private/role-policy';

/**
 * Grants the role of a function in a VPC the permissions to manage network interfaces, which Lambda uses.
 *
 * IAM does not support resources for the actions that describe. Lambda checks the others on all network interfaces of the
 * account, and refuses the function otherwise.
 *
 * @returns the statements that the app cannot add to the role
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
export function addNetworkPermissions(scope: Construct, role: iam.IRole, handler: lambda.Function): iam.PolicyStatement[] {
  const statements = [
    new iam.PolicyStatement({ actions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'], resources: ['*'] }),
    new iam.PolicyStatement({
      actions: [
        'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses',
      ],
      resources: [Stack.of(scope).formatArn({ service: 'ec2', resource: '*', resourceName: '*' })],
    }),
  ];
  const policy = new RolePolicy(scope, 'NetworkPermissions', role);
  policy.addStatements(...statements);
  if (!policy.attached) {
    return takesStatements(role) ? [] : statements;
  }
  handler.node.addDependency(policy);
  // AWS requires these wildcards, so that nothing can be done about a finding.
  (policy.node.defaultChild as CfnResource).addMetadata('cdk_nag', {
    rules_to_suppress: [{ id: 'AwsSolutions-IAM5', reason: 'Lambda requires permissions on all network interfaces of the account' }],
  });
  return [];
}
