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

/** Returns all statements of the identity policies of a stack. */
export function statementsIn(stack: Stack): Statement[] {
  const template = Template.fromStack(stack);
  return ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
    .flatMap((type) => Object.values(template.findResources(type)))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

/** The actions that SageMaker calls with the role of an image when it creates a version. */
export const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

/** Returns the statements of a stack that grant the pull of a container image. */
export function pullStatementsIn(stack: Stack): Statement[] {
  return statementsIn(stack).filter(({ Action }) => [Action].flat().includes(PULL[0]));
}

/**
 * Returns which of the given actions the policies of a stack grant on which ARNs, with IAM's wildcards `*` and `?`.
 *
 * Statements with a condition are ignored. Only the statement for `iam:PassRole` has one.
 */
export function allowedIn(stack: Stack, actions: string[], arns: string[]): Permission[] {
  const statements = statementsIn(stack).filter(({ Effect, Condition }) => Effect === 'Allow' && !Condition);
  return actions.flatMap((action) => arns
    .filter((arn) => statements.some((statement) =>
      [statement.Action].flat().some((pattern) => fits(pattern, action)) &&
      [statement.Resource].flat().some((pattern) => fits(textOf(pattern), arn))))
    .map((arn) => `${action} ${arn}`));
}

/** Renders a value as a string. A reference to a resource or parameter becomes `{<logical id>}`. */
function textOf(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  const { 'Ref': ref, 'Fn::Join': join, 'Fn::GetAtt': attribute, 'Fn::Sub': sub } = value as Record<string, any>;
  if (join) {
    return join[1].map(textOf).join(join[0]);
  }
  if (sub) {
    const [template, variables = {}] = [sub].flat();
    return template.replace(/\$\{(!?)([^}]+)\}/g, (_: string, literal: string, name: string) => {
      if (literal) {
        return `\${${name}}`;
      }
      return textOf(variables[name] ?? { Ref: name.split('.')[0] });
    });
  }
  return ref === 'AWS::Partition' ? 'aws' : `{${ref ?? attribute[0]}}`;
}

function fits(pattern: string, value: string): boolean {
  const expression = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.');
  return new RegExp(`^${expression}$`).test(value);
}
