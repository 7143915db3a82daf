import { aws_events as events, aws_lambda as lambda, CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { RoleStatement } from '../../private/policy-size';

/**
 * How many statements fit into the policy of a function, which has 20 kB. With the longest names, a statement has 500 characters.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MAX_RULES = 40;

/** The pattern of the events that a rule matches, in the form of EventBridge. */
export interface EventPattern {
  readonly 'source': string[];
  readonly 'account'?: string[];
  readonly 'region'?: string[];
  readonly 'detail-type': string[];
  readonly 'detail'?: { readonly [name: string]: unknown };
  readonly 'resources'?: unknown[];
}

/** A rule whose events the function of the stack handles. */
export interface ImagesRule {
  /** The name of the reaction, as a module in `kinds/` defines it. */
  readonly reaction: string;
  readonly eventPattern: EventPattern;
  /** What the reaction needs to know besides the event. Values may be tokens. */
  readonly properties: { readonly [name: string]: unknown };
  /**
   * The paths of the values in the event that the reaction needs, by name, such as `{ Tag: '$.detail.image-tag' }`.
   *
   * @default - the whole detail of the event
   */
  readonly detail?: { readonly [name: string]: string };
  /** The permissions that the function needs. */
  readonly statements: RoleStatement[];
  readonly description: string;
}

/** The resources of a rule. Until all of them exist, its events are lost. */
export interface RuleResources {
  readonly rule: CfnResource;
  /** It allows this rule, and no other one, to invoke the function. */
  readonly permission: CfnResource;
}

/**
 * Creates a rule that sends a `RuleEvent` to a function.
 *
 * If EventBridge cannot invoke the function, it tries again for a day. If the function fails, Lambda runs it again twice.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function createRule(scope: Construct, id: string, functionArn: string, { eventPattern, description, ...input }: Omit<ImagesRule, 'statements'>): RuleResources {
  const rule = new events.CfnRule(scope, id, {
    description,
    eventPattern,
    targets: [{ id: 'Function', arn: functionArn, inputTransformer: transformerOf(scope, input) }],
  });
  const permission = new lambda.CfnPermission(scope, `${id}Permission`, {
    action: 'lambda:InvokeFunction', functionName: functionArn, principal: 'events.amazonaws.com', sourceArn: rule.attrArn,
  });
  return { rule, permission };
}

/** Each rule adds a statement to the policy of the function. */
export function tooManyRules({ stackName }: Stack, count: number): string[] {
  return count <= MAX_RULES ? [] : [
    `stack '${stackName}' has ${count} rules that invoke its function, and the policy of a function has room for ${MAX_RULES}: `
    + 'create some of the feeds in another stack, or attach them to the domain instead of to each of its user profiles and spaces',
  ];
}

function transformerOf(scope: Construct, { reaction, properties, detail }: Pick<ImagesRule, 'reaction' | 'properties' | 'detail'>): events.CfnRule.InputTransformerProperty {
  const paths = detail ?? { detail: '$.detail' };
  const variables = Object.keys(paths).map((name, index) => detail ? { name, variable: `detail${index}` } : { name, variable: name });
  const rendered = detail ? `{${variables.map(({ name, variable }) => `${JSON.stringify(name)}:<${variable}>`).join()}}` : '<detail>';
  const stack = Stack.of(scope);
  return {
    inputPathsMap: { ...Object.fromEntries(variables.map(({ name, variable }) => [variable, paths[name]])), time: '$.time' },
    inputTemplate: Lazy.uncachedAny({
      produce: () => joined([
        `{"Reaction":${JSON.stringify(reaction)},"Properties":`,
        withoutVariables(stack.resolve(stack.toJsonString(properties))),
        `,"Detail":${rendered},"Time":<time>}`,
      ]),
    }) as unknown as string,
  };
}

/** Escapes what EventBridge would take for a variable, in JSON that may contain values that are known only during deployment. */
function withoutVariables(json: unknown): unknown {
  const escaped = (text: unknown) => typeof text === 'string' ? text.replaceAll('<', '\\u003c') : text;
  const parts = (json as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join'];
  return parts ? { 'Fn::Join': ['', parts[1].map(escaped)] } : escaped(json);
}

function joined(parts: unknown[]): unknown {
  const flat = parts.flatMap((part) => (part as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join']?.[1] ?? [part]);
  return flat.every((part) => typeof part === 'string') ? flat.join('') : { 'Fn::Join': ['', flat] };
}
