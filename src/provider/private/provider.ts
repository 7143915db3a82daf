import {
  aws_iam as iam, aws_lambda as lambda, aws_logs as logs, CfnResource, CustomResource, Duration, PhysicalName, RemovalPolicy, Stack,
} from 'aws-cdk-lib';
import { Construct, IConstruct, IDependable } from 'constructs';
import { sendDeadLetters } from './dead-letters';
import { ImmutablePolicy } from './immutable-policy';
import { addNetworkPermissions } from './network-permissions';
import { nearestConfiguration } from './provider-configuration';
import { createRule, type ImagesRule, type RuleResources } from './provider-rule';
import { HANDLER } from '../../assets';
import { dependOn, ownerOf } from '../../private/dependencies';
import { hashLogicalId } from '../../private/hash';
import { warnOfMissingPermissions } from '../../private/missing-permissions';
import { noAssetsProblem } from '../../private/no-assets';
import { once, stageOf } from '../../private/once';
import type { RoleStatement } from '../../private/policy-size';
import { Problems } from '../../private/problems';
import { RolePermissions } from '../../private/role-permissions';
import { RolePolicy, takesStatements } from '../../private/role-policy';
import { StageCheck, StagePass } from '../../private/stage-pass';
import type { ImagesProviderOptions } from '../images-provider-options';

/** Not an id that somebody would choose for a construct of their own. */
const ID = '$SageMakerImages';
const PROVIDER_SYMBOL = Symbol.for('cdk-sagemaker-images.ImagesProvider');

/** The id of the policy with lasting permissions, unless another is given. */
const LASTING = 'Permissions';
/** The id of the policy with other permissions of custom resources. */
const LOOKUPS = 'Lookups';
/** The id of the policy for rules. It is another one, because versions wait for rules, and permissions of look-ups may name a version. */
const RULES = 'Rules';

/** The longest time that Lambda allows, in minutes: a domain may be busy that long. */
const TIMEOUT = 15;

/**
 * How many statements fit into the policy of a function, which has 20 kB. With the longest names, a statement has 500 characters.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MAX_RULES = 40;

/** A custom resource behind which is the function of the stack. */
export interface ImagesResource {
  /** The type of the custom resource, as a module in `kinds/` defines it. */
  readonly kind: string;
  /** The properties of the custom resource, as that module describes them. */
  readonly properties: { [name: string]: unknown };
  /** The permissions that the function needs. */
  readonly statements: RoleStatement[];
  /** Whether its deletion needs these permissions too. They then outlive its removal from the template. */
  readonly cleansUp: boolean;
  /**
   * The id of the policy with these permissions, if its deletion needs them.
   *
   * @default - all custom resources of the stack share one
   */
  readonly policyId?: string;
  /**
   * The values that identify the resource, and the start of its logical id, which is a hash of them.
   *
   * @default - the logical id is derived from the path of the construct
   */
  readonly identity?: { readonly prefix: string; readonly values: unknown[] };
}

/**
 * The one Lambda function of a stack behind all custom resources of this library.
 *
 * Four CloudFormation resources, whatever the number of custom resources.
 */
export class Provider extends Construct {
  /** Whether a value is a provider, which may come from another copy of this library. */
  public static isProvider(x: unknown): x is Provider {
    return typeof x === 'object' && x !== null && PROVIDER_SYMBOL in x;
  }

  /** Returns the provider of the stack of a construct. Throws if the stack accepts no assets. */
  public static of(scope: IConstruct): Provider {
    try {
      return Provider.in(Stack.of(scope));
    } catch (error) {
      if (error instanceof NoAssets) {
        const problems = new Problems();
        problems.add(noAssetsProblem(scope, 'a Lambda function is needed, whose code is an asset', error.message,
          'give a product of Service Catalog an assetBucket'));
        problems.throwIfAny(scope);
      }
      throw error;
    }
  }

  /** Returns the provider of the stack of a construct, or undefined if the stack accepts no assets. */
  public static tryOf(scope: IConstruct): Provider | undefined {
    try {
      return Provider.in(Stack.of(scope));
    } catch (error) {
      if (error instanceof NoAssets) {
        return undefined;
      }
      throw error;
    }
  }

  private static in(stack: Stack): Provider {
    const existing = stack.node.tryFindChild(ID);
    return Provider.isProvider(existing) ? existing : new Provider(stack);
  }

  /** The role of the function. */
  public readonly role: iam.IRole;
  private readonly serviceToken: string;
  /** Whether the app cannot add policies to the role. */
  private readonly isClosed: boolean = false;
  private readonly lasting = new Map<string, ImmutablePolicy>();
  private logPermissions?: IDependable;
  private ruleCount = 0;
  /** The permission to log, unless the role of the app has it from the start. */
  private readonly logStatement?: RoleStatement;

  private constructor(stack: Stack) {
    super(stack, ID);
    Object.defineProperty(this, PROVIDER_SYMBOL, { value: true });
    const code = this.uploaded(lambda.Code.fromAsset(HANDLER));
    const options = nearestConfiguration(stack);
    const logGroup = this.createLogGroup(options);
    const logging = { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resource: logGroup.logGroupArn };
    const logStatement = new iam.PolicyStatement({ actions: logging.actions, resources: [logging.resource] });
    this.role = options.role ?? new iam.Role(this, 'Role', {
      description: 'Changes SageMaker resources for the custom resources of this stack',
      // The policy of a repository in another account names it.
      roleName: PhysicalName.GENERATE_IF_NEEDED,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      permissionsBoundary: options.permissionsBoundary,
    });
    if (!options.role) {
      this.logPermissions = this.lastingPermissions();
      this.logStatement = logging;
      this.lastingPermissions().addStatements(logStatement);
    } else if (!this.accepts(logStatement)) {
      this.isClosed = true;
      this.warnOfMissing(logStatement);
    }
    const handler = new lambda.Function(this, 'Handler', {
      description: 'Custom resources for SageMaker images',
      code,
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: options.architecture ?? lambda.Architecture.ARM_64,
      memorySize: 256,
      timeout: Duration.minutes(TIMEOUT),
      role: this.role,
      logGroup,
      vpc: options.vpc,
      vpcSubnets: options.vpcSubnets,
      securityGroups: options.securityGroups,
      reservedConcurrentExecutions: options.reservedConcurrentExecutions,
    });
    if (options.vpc) {
      addNetworkPermissions(this, this.role, handler).forEach((statement) => this.warnOfMissing(statement));
    }
    if (options.deadLetterQueue) {
      sendDeadLetters(this, this.role, handler, options.deadLetterQueue).forEach((statement) => this.warnOfMissing(statement));
    }
    this.serviceToken = handler.functionArn;
  }

  /** Adds a custom resource. */
  public add(scope: Construct, id: string, { statements, cleansUp, policyId, identity, ...resourceProps }: ImagesResource): CfnResource {
    const resource = this.create(scope, id, resourceProps);
    if (identity) {
      hashLogicalId(resource, identity.prefix, 16, identity.values);
    }
    // With a policy of its own, it does not wait for the lasting permissions. They name domains, which may wait for it.
    const logging = policyId !== undefined && this.logStatement ? [this.logStatement] : [];
    if (this.logPermissions && logging.length === 0) {
      resource.node.addDependency(this.logPermissions);
    }
    this.grant(resource, [...logging, ...statements], cleansUp, policyId);
    return resource;
  }

  /** Adds a rule of EventBridge whose events the function handles. Two CloudFormation resources. */
  public addRule(scope: Construct, id: string, { statements, ...options }: ImagesRule): RuleResources {
    const resources = createRule(scope, id, this.serviceToken, options);
    if (this.ruleCount++ === 0) {
      this.node.addValidation({ validate: () => this.checkRules() });
    }
    // As in `add`: versions wait for rules, and domains for versions.
    if (this.logPermissions && !this.logStatement) {
      resources.rule.node.addDependency(this.logPermissions);
    }
    this.grant(resources.rule, [...this.logStatement ? [this.logStatement] : [], ...statements], false, RULES);
    return resources;
  }

  /**
   * Adds a custom resource that resources of the app wait for, and whose permissions name resources of the app.
   *
   * It shares a policy with others of its kind, and waits for it unless that would close a cycle. Then it has a policy of its own.
   */
  public addAwaited(scope: Construct, id: string, { statements, ...resourceProps }: Omit<ImagesResource, 'cleansUp' | 'identity'>): CfnResource {
    const resource = this.create(scope, id, resourceProps);
    if (this.logPermissions && !this.logStatement) {
      resource.node.addDependency(this.logPermissions);
    }
    // It does not wait for the lasting permissions, because they name domains, which may wait for it.
    const needed = [...this.logStatement ? [this.logStatement] : [], ...statements];
    const permissions = RolePermissions.of(Stack.of(this), this.role, 'ContainerImages', [this, 'ContainerImages']);
    const policies = new Set(needed.map((statement) => permissions.grant(statement)).filter((policy) => policy !== undefined));
    if (policies.size > 0) {
      StagePass.add(this, waitForPolicies, 'last');
      awaitedIn(stageOf(this)).push({ resource, policies: [...policies], role: this.role, statements: needed });
    } else if (!takesStatements(this.role)) {
      statements.forEach(({ actions, resource: arn }) => this.warnOfMissing(new iam.PolicyStatement({ actions, resources: [arn] })));
    }
    return resource;
  }

  /**
   * Grants the function permissions for a custom resource or a rule, which waits for them. Duplicates are merged.
   *
   * @param policyId the id of the policy. All custom resources wait for the default one of the lasting permissions.
   */
  public grant(resource: CfnResource, statements: RoleStatement[], cleansUp: boolean, policyId = cleansUp ? LASTING : LOOKUPS): void {
    for (const statement of statements) {
      const { actions, resource: arn, conditions } = statement;
      if (!cleansUp) {
        const policy = RolePermissions.of(Stack.of(this), this.role, policyId, [this, policyId]).grant(statement);
        if (policy) {
          dependOn(resource, policy);
          suppressWildcards(policy, statement);
        } else if (!takesStatements(this.role)) {
          this.warnOfMissing(new iam.PolicyStatement({ actions, resources: [arn], conditions }));
        }
      } else if (!this.isClosed) {
        const policy = this.lastingPermissions(policyId);
        policy.addStatements(new iam.PolicyStatement({ actions, resources: [arn], conditions }));
        resource.node.addDependency(policy);
        if (/:image-version\/[^/]*\/\*$/.test(arn) && policy.node.defaultChild) {
          suppressWildcards(policy.node.defaultChild as CfnResource, statement);
        }
      } else {
        this.warnOfMissing(new iam.PolicyStatement({ actions, resources: [arn], conditions }));
      }
    }
  }

  private create(scope: Construct, id: string, { kind, properties }: Pick<ImagesResource, 'kind' | 'properties'>): CfnResource {
    return new CustomResource(scope, id, {
      serviceToken: this.serviceToken,
      // Not an hour, but long enough for Lambda to run an event again that a crash ended early or that had to wait for other stacks.
      serviceTimeout: Duration.minutes(TIMEOUT + 10),
      resourceType: kind,
      properties,
    }).node.defaultChild as CfnResource;
  }

  /** Each rule adds a statement to the policy of the function. */
  private checkRules(): string[] {
    return this.ruleCount <= MAX_RULES ? [] : [
      `stack '${Stack.of(this).stackName}' has ${this.ruleCount} rules that invoke its function, and the policy of a function has room for ${MAX_RULES}: `
      + 'create some of the feeds in another stack, or attach them to the domain instead of to each of its user profiles and spaces',
    ];
  }

  /** Uploads the code before anything else is created, since not every stack accepts assets. */
  private uploaded(code: lambda.AssetCode): lambda.AssetCode {
    try {
      code.bind(this);
    } catch (error) {
      Stack.of(this).node.tryRemoveChild(ID);
      throw new NoAssets((error as Error).message);
    }
    return code;
  }

  private createLogGroup({ logRetention, encryptionKey }: ImagesProviderOptions): logs.LogGroup {
    encryptionKey?.addToResourcePolicy(logsMayUse(Stack.of(this)));
    return new logs.LogGroup(this, 'Logs', {
      retention: logRetention ?? logs.RetentionDays.ONE_MONTH,
      encryptionKey,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  /** Returns the permissions that last until the custom resources that need them are deleted. */
  private lastingPermissions(id = LASTING): ImmutablePolicy {
    const policy = this.lasting.get(id) ?? new ImmutablePolicy(this, id, this.role);
    this.lasting.set(id, policy);
    return policy;
  }

  /** Adds a first policy to a role of the app, and returns whether the role accepts it. */
  private accepts(statement: iam.PolicyStatement): boolean {
    const policy = new RolePolicy(this, 'LogPermissions', this.role);
    policy.addStatements(statement);
    this.logPermissions = policy.attached ? policy : undefined;
    return takesStatements(this.role);
  }

  private warnOfMissing({ actions, resources }: iam.PolicyStatement): void {
    warnOfMissingPermissions({
      id: 'providerRole',
      key: [this.node.addr],
      construct: this,
      whose: '',
      statements: [{ actions, resources }],
      message: (_, permissions) => `this app cannot add policies to the role of the function: grant it ${permissions}`,
    });
  }
}

/** A custom resource that waits for its policies if it can. */
interface Awaited {
  readonly resource: CfnResource;
  readonly policies: CfnResource[];
  readonly role: iam.IRole;
  readonly statements: RoleStatement[];
}

function awaitedIn(stage: IConstruct): Awaited[] {
  return once(stage, waitForPolicies, (): Awaited[] => []);
}

/** The policies name roles and repositories of the app. These may wait for an image, for example because a construct depends on another. */
const waitForPolicies: StageCheck = ({ stage, order }) => {
  for (const { resource, policies, role, statements } of awaitedIn(stage)) {
    if (policies.every((policy) => !order.path(policy, resource))) {
      policies.forEach((policy) => order.wait(resource, policy));
    } else {
      once(resource, waitForPolicies, () => {
        const policy = new RolePolicy(ownerOf(resource) as Construct, 'Permissions', role);
        policy.addStatements(...statements.map(({ actions, resource: arn }) => new iam.PolicyStatement({ actions, resources: [arn] })));
        dependOn(resource, policy.node.defaultChild as CfnResource);
        return policy;
      });
    }
  }
};

/** A stack has a synthesizer that accepts no assets. The message is that of the synthesizer. */
class NoAssets extends Error {}

/** The number of a version is not known at synth, so that nothing can be done about a finding on the wildcard. */
const VERSIONS = { regex: '/^Resource::.*:image-version\\/.*\\/\\*$/', reason: 'The number of a version is known only during the deployment' };

/** Adds the reasons for wildcards to a policy, for cdk-nag. */
function suppressWildcards(policy: CfnResource, { wildcard }: RoleStatement): void {
  const rules: unknown[] = policy.getMetadata('cdk_nag')?.rules_to_suppress ?? [];
  for (const { regex, reason } of [VERSIONS, ...wildcard ? [wildcard] : []]) {
    const rule = { id: 'AwsSolutions-IAM5', reason, applies_to: [{ regex }] };
    if (!rules.some((other) => JSON.stringify(other) === JSON.stringify(rule))) {
      rules.push(rule);
    }
  }
  policy.addMetadata('cdk_nag', { rules_to_suppress: rules });
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
