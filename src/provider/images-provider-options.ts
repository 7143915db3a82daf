import type { aws_ec2 as ec2, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, aws_sqs as sqs } from 'aws-cdk-lib';

/**
 * Options for the Lambda function that handles the custom resources of this library.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-function.html
 */
export interface ImagesProviderOptions {
  /**
   * The VPC that the function runs in.
   *
   * From the subnets, the function must reach the SageMaker API, and Amazon S3, where it sends its responses to CloudFormation:
   * through a NAT gateway, or through VPC endpoints for `sagemaker.api` and S3. To follow tags it must reach Amazon ECR (`ecr.api`) too.
   * `preflight` uses ECR and IAM, and skips what it cannot reach after 10 seconds each. A change updates the function in place.
   *
   * @default - the function does not run in a VPC of yours
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets of the VPC that the function runs in.
   *
   * A change updates the function in place.
   *
   * @default - the private subnets of the VPC, as for any `lambda.Function`
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of the function in the VPC.
   *
   * They must allow outbound HTTPS. A change updates the function in place.
   *
   * @default - a new security group that allows all outbound traffic
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * The architecture of the function.
   *
   * Not every Region supports `arm64`. A change updates the function in place.
   *
   * @default Architecture.ARM_64
   */
  readonly architecture?: lambda.Architecture;

  /**
   * The retention period of the logs of the function.
   *
   * A change updates the log group in place.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * The KMS key that encrypts the logs of the function.
   *
   * A key of the same app grants CloudWatch Logs the permission to use it. The policy of an imported key must already do so. A
   * change updates the log group in place.
   *
   * @default - CloudWatch Logs encrypts with a key of its own
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The number of concurrent executions that are reserved for the function, 1 or more.
   *
   * It is also the maximum. Each custom resource that is being deployed needs one, and so does each push that an `ImageFeed`
   * handles. If there is none, Lambda tries again later, and the deployment fails if that takes too long. A change updates the function
   * in place.
   *
   * @default - the function shares the unreserved concurrency of the account
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * The dead-letter queue for events that the function did not handle.
   *
   * If a custom resource gets no response, its messages show why, for example because of throttling. A change updates the
   * function in place.
   *
   * @default - such events are dropped
   * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
   */
  readonly deadLetterQueue?: sqs.IQueue;

  /**
   * The permissions boundary of the role of the function.
   *
   * A change updates the role in place.
   *
   * @default - no permissions boundary, unless an aspect sets one
   */
  readonly permissionsBoundary?: iam.IManagedPolicy;

  /**
   * The role of the function, which must trust `lambda.amazonaws.com`.
   *
   * It is granted the same permissions as the default role. If the app cannot add policies to the role, a warning lists the
   * permissions that it needs. A change updates the function in place.
   *
   * @default - a new role with exactly the permissions that the custom resources of the stack need
   */
  readonly role?: iam.IRole;
}
