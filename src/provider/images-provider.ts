import { aws_iam as iam, aws_lambda as lambda, aws_logs as logs, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Construct, IConstruct, IDependable } from 'constructs';
import { LastingPolicy } from './lasting-policy';
import { HANDLER } from '../assets';

/** No name that somebody would give a construct of their own. */
const ID = '$SageMakerImages';
const PROVIDER_SYMBOL = Symbol.for('cdk-sagemaker-images.ImagesProvider');

/** In minutes, the longest that Lambda allows: a domain may be busy for so long. */
const TIMEOUT = 15;

/**
 * The one Lambda function of a stack behind all custom resources of this library.
 *
 * Four CloudFormation resources, whatever the number of custom resources.
 */
export class ImagesProvider extends Construct {
  /** The one of the stack of `scope`. */
  public static of(scope: IConstruct): ImagesProvider {
    const stack = Stack.of(scope);
    const existing = stack.node.tryFindChild(ID);
    return ImagesProvider.isImagesProvider(existing) ? existing : new ImagesProvider(stack);
  }

  private static isImagesProvider(x: unknown): x is ImagesProvider {
    return typeof x === 'object' && x !== null && PROVIDER_SYMBOL in x;
  }

  /** What custom resources name as their service token. */
  public readonly serviceToken: string;
  /** How long CloudFormation waits for an answer: not for an hour, and until Lambda has done again what a crash has ended early. */
  public readonly serviceTimeout = Duration.minutes(TIMEOUT + 5);
  /** What custom resources depend on, so that they can still be deleted after the role has lost its permission for them. */
  public readonly lastingPermissions: IDependable;
  private readonly policy: LastingPolicy;

  private constructor(stack: Stack) {
    super(stack, ID);
    Object.defineProperty(this, PROVIDER_SYMBOL, { value: true });
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this, 'Role', {
      description: 'Changes SageMaker resources for the custom resources of this stack',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    this.lastingPermissions = this.policy = new LastingPolicy(this, 'LastingPolicy', role);
    this.allow(new iam.PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] }));
    this.serviceToken = new lambda.Function(this, 'Handler', {
      description: 'Custom resources for SageMaker images',
      code: lambda.Code.fromAsset(HANDLER),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: 256,
      timeout: Duration.minutes(TIMEOUT),
      role,
      logGroup,
    }).functionArn;
  }

  /** Adds statements to the function's role; duplicates are merged. */
  public allow(...statements: iam.PolicyStatement[]): void {
    this.policy.addStatements(...statements);
  }
}
