import { aws_iam as iam, aws_lambda as lambda, aws_logs as logs, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { HANDLER } from '../../assets';
import type { ImagesProviderOptions } from '../images-provider-options';

/** The longest time that Lambda allows, in minutes: a domain may be busy that long. */
export const TIMEOUT = 15;

/** A stack has a synthesizer that accepts no assets. The message is that of the synthesizer. */
export class NoAssets extends Error {}

/** What a function consists of, besides its options. */
export interface FunctionParts {
  readonly code: lambda.AssetCode;
  readonly logGroup: logs.LogGroup;
  readonly role: iam.IRole;
}

/** Uploads the code before anything else is created, since not every stack accepts assets. Throws `NoAssets`, without a trace. */
export function uploadCode(scope: Construct): lambda.AssetCode {
  const code = lambda.Code.fromAsset(HANDLER);
  try {
    code.bind(scope);
  } catch (error) {
    scope.node.scope!.node.tryRemoveChild(scope.node.id);
    throw new NoAssets((error as Error).message);
  }
  return code;
}

export function createLogGroup(scope: Construct, { logRetention, encryptionKey }: ImagesProviderOptions): logs.LogGroup {
  encryptionKey?.addToResourcePolicy(logsMayUse(Stack.of(scope)));
  return new logs.LogGroup(scope, 'Logs', {
    retention: logRetention ?? logs.RetentionDays.ONE_MONTH,
    encryptionKey,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

export function createFunction(scope: Construct, parts: FunctionParts, options: ImagesProviderOptions): lambda.Function {
  return new lambda.Function(scope, 'Handler', {
    ...parts,
    description: 'Custom resources for SageMaker images',
    handler: 'index.handler',
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: options.architecture ?? lambda.Architecture.ARM_64,
    memorySize: 256,
    timeout: Duration.minutes(TIMEOUT),
    vpc: options.vpc,
    vpcSubnets: options.vpcSubnets,
    securityGroups: options.securityGroups,
    reservedConcurrentExecutions: options.reservedConcurrentExecutions,
  });
}

/** The permissions on a key that CloudWatch Logs needs, for the log groups of the account. */
function logsMayUse(stack: Stack): iam.PolicyStatement {
  return new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
    actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    resources: ['*'],
    conditions: {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': stack.formatArn({ service: 'logs', resource: 'log-group:*' }) },
    },
  });
}
