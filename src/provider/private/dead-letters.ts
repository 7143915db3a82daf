import type { aws_lambda as lambda, aws_sqs as sqs } from 'aws-cdk-lib';
import { aws_iam as iam } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { RolePolicy, takesStatements } from '../../private/role-policy';

/**
 * Makes Lambda send events that a function did not handle to a queue, with the permissions of the role of the function.
 *
 * Lambda refuses the function if its role does not have these permissions yet.
 *
 * @returns the statements that the app cannot add to the role
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function sendDeadLetters(scope: Construct, role: iam.IRole, handler: lambda.Function, queue: sqs.IQueue): iam.PolicyStatement[] {
  (handler.node.defaultChild as lambda.CfnFunction).deadLetterConfig = { targetArn: queue.queueArn };
  const statements = [new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] })];
  if (queue.encryptionMasterKey) {
    statements.push(new iam.PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [queue.encryptionMasterKey.keyArn] }));
  }
  const policy = new RolePolicy(scope, 'DeadLetterPermissions', role);
  policy.addStatements(...statements);
  if (!policy.attached) {
    return takesStatements(role) ? [] : statements;
  }
  handler.node.addDependency(policy);
  return [];
}
