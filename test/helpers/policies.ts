import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';

/** An action on a resource, as `<action> <ARN>`. */
export type Permission = string;

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: object;
}

/** All statements of identity policies in a stack. */
export function statementsIn(stack: Stack): Statement[] {
  const template = Template.fromStack(stack);
  return ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
    .flatMap((type) => Object.values(template.findResources(type)))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

/** What SageMaker calls with the role of an image when it creates a version. */
export const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

/** The statements of a stack that allow to pull a container image. */
export function pullStatementsIn(stack: Stack): Statement[] {
  return statementsIn(stack).filter(({ Action }) => [Action].flat().includes(PULL[0]));
}

/**
 * What the policies of a stack allow among the given actions and ARNs, by IAM's rules for `*` and `?`.
 *
 * Statements with a condition allow nothing here; those that this library makes have none, but for the pass of a role.
 */
export function allowedIn(stack: Stack, actions: string[], arns: string[]): Permission[] {
  const statements = statementsIn(stack).filter(({ Effect, Condition }) => Effect === 'Allow' && !Condition);
  return actions.flatMap((action) => arns
    .filter((arn) => statements.some((statement) =>
      [statement.Action].flat().some((pattern) => fits(pattern, action)) &&
      [statement.Resource].flat().some((pattern) => fits(textOf(pattern), arn))))
    .map((arn) => `${action} ${arn}`));
}

/** A value as text; a reference to a resource reads `{<logical id>}`. */
function textOf(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  const { 'Ref': ref, 'Fn::Join': join, 'Fn::GetAtt': attribute } = value as Record<string, any>;
  if (join) {
    return join[1].map(textOf).join(join[0]);
  }
  return ref === 'AWS::Partition' ? 'aws' : `{${ref ?? attribute[0]}}`;
}

function fits(pattern: string, value: string): boolean {
  const expression = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.');
  return new RegExp(`^${expression}$`).test(value);
}
