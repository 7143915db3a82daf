import { aws_iam as iam } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { readable } from '../../private/intrinsics';
import { MissingPermissions } from '../../private/missing-permissions';
import { once, stageOf } from '../../private/once';
import { requireInstance } from '../../private/problems';
import { takesStatements, unwrapped } from '../../private/role-policy';
import { StageCheck, StagePass } from '../../private/stage-pass';
import { warn } from '../../private/warnings';

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
    StagePass.add(on, warnOfDropped);
    const droppedOn = droppedIn(stageOf(on));
    const ofGrantees = droppedOn.get(on) ?? new Map<string, GrantStatement[]>();
    const name = readable(on, nameOf(grantee));
    droppedOn.set(on, ofGrantees.set(name, [...ofGrantees.get(name) ?? [], ...needed]));
  }
  return result;
}

/** The permissions that were not granted, by the construct that they are on and the name of the grantee. */
function droppedIn(stage: IConstruct): Map<IConstruct, Map<string, GrantStatement[]>> {
  return once(stage, warnOfDropped, () => new Map());
}

/** ARNs may contain lazy values, which must not be resolved before. */
const warnOfDropped: StageCheck = ({ stage }) => droppedIn(stage).forEach((ofGrantees, on) => ofGrantees.forEach((statements, name) => {
  const missing = new MissingPermissions();
  statements.forEach(({ actions, resources }) => missing.add(on, actions, resources));
  warn(on, 'grantDropped',
    `nothing was granted to ${name}, since this app cannot add policies to it: `
    + `grant to a role, user or group of the app, or ask its owner to attach a policy with ${missing}`);
}));

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
