import { aws_iam as iam } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { readable } from '../../private/intrinsics';
import { warnOfMissingPermissions } from '../../private/missing-permissions';
import { requireInstance } from '../../private/problems';
import { takesStatements, unwrapped } from '../../private/role-policy';

const GRANTEE = 'a role, user, group or another iam.IGrantable';

/** Actions on some resources. */
export interface GrantStatement {
  readonly actions: string[];
  readonly resources: string[];
  readonly conditions?: iam.PolicyStatementProps['conditions'];
}

/** Combines all statements with actions into one grant, and warns if the app cannot add policies to the grantee. */
export function grant(on: IConstruct, grantee: iam.IGrantable, statements: GrantStatement[]): iam.Grant {
  requireInstance(on, 'grantee', grantee, 'grantPrincipal', GRANTEE);
  requireInstance(on, 'the grantPrincipal of grantee', grantee.grantPrincipal, 'grantPrincipal', GRANTEE);
  const needed = statements.filter(({ actions }) => actions.length > 0);
  const result = takesStatements(grantee.grantPrincipal)
    ? needed
      .map(({ actions, resources, conditions }) => iam.Grant.addToPrincipal({ grantee, actions, resourceArns: resources, conditions }))
      .reduce((all, next) => all.combine(next))
    : iam.Grant.drop(grantee, 'the app cannot add policies to the grantee');
  if (!result.success) {
    const whose = readable(on, nameOf(grantee));
    warnOfMissingPermissions({
      id: 'grantDropped',
      key: [whose],
      construct: on,
      whose,
      statements: needed,
      message: (_, permissions) => `nothing was granted to ${whose}, since this app cannot add policies to it: `
        + `grant to a role, user or group of the app, or ask its owner to attach a policy with ${permissions}`,
    });
  }
  return result;
}

/** Returns the path of a construct, without the prefix that the CDK adds for an immutable role, or the name of a principal. */
export function nameOf(grantee: iam.IGrantable): string {
  const principal = unwrapped(grantee.grantPrincipal);
  const { node } = [grantee, principal].find((one) => 'node' in one) as Partial<IConstruct> | undefined ?? {};
  return node ? node.path.replace(/ImmutableRole(?=[^/]+$)/, '') : String(principal);
}

/** Prefixes actions of SageMaker. */
export function sagemakerActions(...names: string[]): string[] {
  return names.map((name) => `sagemaker:${name}`);
}
