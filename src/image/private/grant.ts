import { aws_iam as iam } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { warn } from '../../private/warnings';

/** SageMaker actions on one resource. */
export interface GrantStatement {
  /** Without the service prefix. */
  readonly actions: string[];
  readonly resource: string;
}

/** Combines all statements with actions into one grant, and warns if the app cannot add policies to the grantee. */
export function grant(on: IConstruct, grantee: iam.IGrantable, statements: GrantStatement[]): iam.Grant {
  const result = statements
    .filter(({ actions }) => actions.length > 0)
    .map(({ actions, resource }) => iam.Grant.addToPrincipal({
      grantee,
      actions: actions.map((action) => `sagemaker:${action}`),
      resourceArns: [resource],
    }))
    .reduce((all, next) => all.combine(next));
  if (!result.success) {
    warn(on, 'grantDropped',
      `nothing was granted to ${grantee.grantPrincipal}, since this app cannot add policies to it: `
      + 'grant to a role, user or group of the app, or let its owner grant it');
  }
  return result;
}
