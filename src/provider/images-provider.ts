import { createHash } from 'crypto';
import { join } from 'path';
import { aws_iam as iam, aws_lambda as lambda, aws_logs as logs, Duration, Names, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Construct, IConstruct, IDependable } from 'constructs';

const ID = 'SageMakerImages';

/** Built by `scripts/bundle.ts`; the same folder from the sources and from the compiled library. */
const HANDLER = join(__dirname, '..', '..', 'assets', 'provider', 'handler');

/**
 * The one Lambda function of a stack behind all custom resources of this library.
 *
 * Three CloudFormation resources, whatever the number of custom resources, and a policy as soon as they work on more than
 * one thing: see `LastingPolicy`.
 */
export class ImagesProvider extends Construct {
  /** The one of the stack of `scope`. */
  public static of(scope: IConstruct): ImagesProvider {
    const stack = Stack.of(scope);
    return stack.node.tryFindChild(ID) as ImagesProvider | undefined ?? new ImagesProvider(stack);
  }

  /** What custom resources name as their service token. */
  public readonly serviceToken: string;
  /** What custom resources depend on, so that they can still be deleted after the role has lost its permission for them. */
  public readonly lastingPermissions: IDependable;
  private readonly policy = new iam.PolicyDocument({ minimize: true });
  private readonly allowed = new iam.PolicyDocument({ minimize: true });

  private constructor(stack: Stack) {
    super(stack, ID);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this, 'Role', {
      description: 'Changes SageMaker resources for the custom resources of this stack',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      // Inline, so that the role never exists without them: a policy of its own would be one more resource to wait for.
      inlinePolicies: { Policy: this.policy },
    });
    this.policy.addStatements(new iam.PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }));
    this.lastingPermissions = new LastingPolicy(this, role, this.allowed);
    this.serviceToken = new lambda.Function(this, 'Handler', {
      description: 'Custom resources for SageMaker images',
      code: lambda.Code.fromAsset(HANDLER),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: 256,
      // The longest that Lambda allows: a domain may be busy for minutes.
      timeout: Duration.minutes(15),
      role,
      logGroup,
    }).functionArn;
  }

  /** Adds statements to the function's role; duplicates are merged. */
  public allow(...statements: iam.PolicyStatement[]): void {
    this.policy.addStatements(...statements.map((statement) => statement.copy()));
    this.allowed.addStatements(...statements);
  }
}

/**
 * The same permissions once more, in a policy that is replaced as a whole whenever they change.
 *
 * An update changes the role first and deletes what is gone at its very end. A custom resource that is removed, or moves
 * to another domain, could not clean up any more with what the role has by then. The former policy goes after it.
 *
 * A stack that works on one thing does without: when the last custom resource goes, the role goes after it.
 */
class LastingPolicy extends iam.CfnPolicy {
  constructor(scope: Construct, role: iam.Role, private readonly allowed: iam.PolicyDocument) {
    super(scope, 'LastingPolicy', { policyName: 'Lasting', policyDocument: allowed, roles: [role.roleName] });
    // Everything that is allowed is known when the app is validated.
    this.node.addValidation({ validate: () => this.nameByContent() });
  }

  public shouldSynthesize(): boolean {
    const statements: { Resource: unknown }[] = this.stack.resolve(this.allowed)?.Statement ?? [];
    return new Set(statements.flatMap(({ Resource }) => Resource).map((resource) => JSON.stringify(resource))).size > 1;
  }

  private nameByContent(): string[] {
    const content = JSON.stringify(this.stack.resolve(this.allowed));
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 8).toUpperCase();
    this.policyName = `Lasting${hash}`;
    this.overrideLogicalId(`${Names.uniqueResourceName(this, { maxLength: 200 })}${hash}`);
    return [];
  }
}
