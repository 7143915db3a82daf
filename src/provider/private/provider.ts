import { aws_iam as iam, CfnResource, CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { sendDeadLetters } from './dead-letters';
import { addNetworkPermissions } from './network-permissions';
import { nearestConfiguration } from './provider-configuration';
import { createFunction, createLogGroup, NoAssets, TIMEOUT, uploadCode } from './provider-function';
import { ProviderPermissions } from './provider-permissions';
import { createRule, tooManyRules, type ImagesRule, type RuleResources } from './provider-rule';
import { hashLogicalId } from '../../private/hash';
import { noAssetsProblem } from '../../private/no-assets';
import type { RoleStatement } from '../../private/policy-size';
import { Problems } from '../../private/problems';

/** Not an id that somebody would choose for a construct of their own. */
const ID = '$SageMakerImages';
const PROVIDER_SYMBOL = Symbol.for('cdk-sagemaker-images.ImagesProvider');

/** The id of the policy for rules and feeds. It is another one, because versions wait for rules, and permissions of look-ups may name a version. */
export const RULES = 'Rules';

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
   * The id of the policy with these permissions.
   *
   * @default - all custom resources of the stack whose deletion needs permissions share one, and all others another one
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
  private readonly permissions: ProviderPermissions;
  private ruleCount = 0;

  private constructor(stack: Stack) {
    super(stack, ID);
    Object.defineProperty(this, PROVIDER_SYMBOL, { value: true });
    const code = uploadCode(this);
    const options = nearestConfiguration(stack);
    const logGroup = createLogGroup(this, options);
    this.permissions = new ProviderPermissions(this, options, logGroup.logGroupArn);
    this.role = this.permissions.role;
    const handler = createFunction(this, { code, logGroup, role: this.role }, options);
    if (options.vpc) {
      this.permissions.warnOfMissing(addNetworkPermissions(this, this.role, handler));
    }
    if (options.deadLetterQueue) {
      this.permissions.warnOfMissing(sendDeadLetters(this, this.role, handler, options.deadLetterQueue));
    }
    this.serviceToken = handler.functionArn;
  }

  /** Adds a custom resource. */
  public add(scope: Construct, id: string, { statements, cleansUp, policyId, identity, ...resourceProps }: ImagesResource): CfnResource {
    const resource = this.create(scope, id, resourceProps);
    if (identity) {
      hashLogicalId(resource, identity.prefix, 16, identity.values);
    }
    this.permissions.grant(resource, this.permissions.toLog(resource, statements, policyId !== undefined), cleansUp, policyId);
    return resource;
  }

  /** Adds a rule of EventBridge whose events the function handles. Two CloudFormation resources. */
  public addRule(scope: Construct, id: string, { statements, ...options }: ImagesRule): RuleResources {
    const resources = createRule(scope, id, this.serviceToken, options);
    if (this.ruleCount++ === 0) {
      this.node.addValidation({ validate: () => tooManyRules(Stack.of(this), this.ruleCount) });
    }
    // Versions wait for rules, and domains for versions.
    this.permissions.grant(resources.rule, this.permissions.toLog(resources.rule, statements, true), false, RULES);
    return resources;
  }

  /**
   * Adds a custom resource that resources of the app wait for, and whose permissions name resources of the app.
   *
   * It shares a policy with others of its kind, and waits for it unless that would close a cycle. Then it has a policy of its own.
   */
  public addAwaited(scope: Construct, id: string, { statements, ...resourceProps }: Pick<ImagesResource, 'kind' | 'properties' | 'statements'>): CfnResource {
    const resource = this.create(scope, id, resourceProps);
    this.permissions.grantAwaited(resource, statements);
    return resource;
  }

  /** Grants the function further permissions for a custom resource, which waits for them. */
  public grant(resource: CfnResource, statements: RoleStatement[], cleansUp: boolean, policyId?: string): void {
    this.permissions.grant(resource, statements, cleansUp, policyId);
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
}
