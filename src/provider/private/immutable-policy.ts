import { aws_iam as iam, CfnResource, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { acceptWildcard } from '../../private/accepted-wildcard';
import { hashLogicalId } from '../../private/hash';
import { leastLengthOf, MANAGED_QUOTA } from '../../private/policy-size';

/**
 * Permissions of a role, in a policy that is replaced as a whole whenever they change.
 *
 * An update of a stack changes policies first and deletes what is gone at its very end. With the permissions that the new
 * policy has by then, a custom resource that is removed, or moves to another domain, could not clean up. The former policy
 * is deleted after it.
 *
 * It is a managed policy, because the former and the new one exist at the same time: the inline policies of a role share
 * one quota, managed policies have one each.
 */
export class ImmutablePolicy extends iam.ManagedPolicy {
  private hasWildcard = false;

  constructor(scope: Construct, id: string, role: iam.IRole) {
    super(scope, id, { roles: [role], document: new iam.PolicyDocument({ minimize: true }) });
    // There is none where the app makes no roles and policies of its own (`Role.customizeRoles`).
    const resource = this.node.defaultChild as CfnResource | undefined;
    if (resource) {
      hashLogicalId(resource, `SageMakerImages${id}`, 8, this.document);
      // Regardless of any aspect: a former policy that is retained stays attached to the role, and IAM refuses the 11th.
      resource.addDeletionOverride('DeletionPolicy');
      resource.addDeletionOverride('UpdateReplacePolicy');
    }
    this.node.addValidation({ validate: () => this.checkLength() });
  }

  public addStatements(...statements: iam.PolicyStatement[]): void {
    super.addStatements(...statements);
    const resource = this.node.defaultChild as CfnResource | undefined;
    if (resource && !this.hasWildcard && statements.some(({ resources }) => resources.includes('*'))) {
      this.hasWildcard = true;
      acceptWildcard(resource, 'IAM has no resource for actions that list, such as sagemaker:ListApps');
    }
  }

  private checkLength(): string[] {
    const stack = Stack.of(this);
    const length = leastLengthOf(stack, this.document);
    return length <= MANAGED_QUOTA ? [] : [
      `the attachments of stack '${stack.stackName}' need a policy of ${length} characters, IAM allows ${MANAGED_QUOTA}: `
      + 'attach to the domain instead of to each of its user profiles and spaces, or make some of the attachments in another stack',
    ];
  }
}
