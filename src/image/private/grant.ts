import { Annotations, aws_iam as iam } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** SageMaker actions on one resource. */
export interface GrantStatement {
  /** Without the service prefix. */
  readonly actions: string[];
  readonly resource: string;
}

/** Grants all statements that have actions as one grant, and warns if the grantee cannot hold a policy. */
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
    Annotations.of(on).addWarningV2('cdk-sagemaker-images:grantDropped',
      `nothing was granted to ${grantee.grantPrincipal}, which can hold no policy of this app: `
      + 'grant to a role, user or group, or let its owner allow it');
  }
  return result;
}
