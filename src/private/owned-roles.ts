import { aws_iam as iam, CfnElement } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Returns the role of this app whose ARN a resolved value is.
 *
 * @param value a value with resolved references
 * @param targets the elements that it refers to
 */
export function roleWithArn(value: any, targets: CfnElement[]): iam.IRole | undefined {
  const target = targets.find((candidate) => value?.Ref === `${candidate.node.path}.Arn`);
  return target && iam.CfnRole.isCfnRole(target) ? roleOf(target) : undefined;
}

/** Returns the L2 of a role, or an import of an L1 without an L2. */
function roleOf(resource: iam.CfnRole): iam.IRole {
  const owner = resource.node.scope as IConstruct & Partial<iam.IRole>;
  if (owner.node.defaultChild === resource && owner.attachInlinePolicy) {
    return owner as iam.IRole;
  }
  const id = 'SageMakerImagesImport';
  return resource.node.tryFindChild(id) as iam.IRole | undefined ?? iam.Role.fromRoleName(resource, id, resource.ref);
}
