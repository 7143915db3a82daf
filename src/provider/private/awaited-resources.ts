import { aws_iam as iam, CfnResource } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { dependOn, ownerOf } from '../../private/dependencies';
import { once, stageOf } from '../../private/once';
import type { RoleStatement } from '../../private/policy-size';
import { RolePolicy } from '../../private/role-policy';
import { StageCheck, StagePass } from '../../private/stage-pass';

/** A custom resource that resources of the app wait for. It waits for its policies if it can. */
interface Awaited {
  readonly resource: CfnResource;
  readonly policies: CfnResource[];
  readonly role: iam.IRole;
  readonly statements: RoleStatement[];
}

/** Makes a custom resource wait for policies that it shares, unless that would close a cycle. It then has a policy of its own. */
export function waitForPolicies(scope: Construct, awaited: Awaited): void {
  StagePass.add(scope, waitIfPossible, 'last');
  awaitedIn(stageOf(scope)).push(awaited);
}

function awaitedIn(stage: IConstruct): Awaited[] {
  return once(stage, waitIfPossible, (): Awaited[] => []);
}

/** The policies name roles and repositories of the app. These may wait for an image, for example because a construct depends on another. */
const waitIfPossible: StageCheck = ({ stage, order }) => {
  for (const { resource, policies, role, statements } of awaitedIn(stage)) {
    if (policies.every((policy) => !order.path(policy, resource))) {
      policies.forEach((policy) => order.wait(resource, policy));
    } else {
      once(resource, waitIfPossible, () => {
        const policy = new RolePolicy(ownerOf(resource) as Construct, 'Permissions', role);
        policy.addStatements(...statements.map(({ actions, resource: arn }) => new iam.PolicyStatement({ actions, resources: [arn] })));
        dependOn(resource, policy.node.defaultChild as CfnResource);
        return policy;
      });
    }
  }
};
