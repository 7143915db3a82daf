import { Annotations, aws_iam as iam, aws_sagemaker as sagemaker, CfnResource, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { arnIn } from './image-version-entry';
import type { BaseImageConfig, ImageVersion } from '../../image';
import { arnOfImageOf, arnOfNumber } from '../../image/private/image-version-facts';
import { allowAcrossAccounts, PULL_ACTIONS, repositoryArnOf } from '../../image/private/pull-policy';
import { dependOn } from '../../private/dependencies';
import { RolePolicy } from '../../private/role-policy';

/** An execution role and what it has to be allowed to use. */
export interface Use {
  readonly attachment: Construct;
  readonly version: sagemaker.IImageVersionRef;
  /** Unknown, if it is not of this app. */
  readonly role?: iam.IRole;
  /** Who has the role. */
  readonly whose: string;
  /** What changes the place. */
  readonly waiting: CfnResource;
  /** What to do if the role is unknown. */
  readonly remedy?: string;
}

/**
 * Lets an execution role use a version, and makes the change of the place wait for that. Warns of what cannot be allowed.
 *
 * Returns what allows it.
 */
export function allowUse({ attachment, version, role, whose, waiting, remedy }: Use): CfnResource | undefined {
  const policy = role && ExecutionPolicy.of(Stack.of(waiting), role);
  const source = sourceOf(version);
  policy?.addStatements(...statementsFor(Stack.of(waiting), attachment, version));
  if (policy?.attached) {
    dependOn(waiting, policy.node.defaultChild as CfnResource);
    if (source) {
      allowAcrossAccounts(attachment, waiting, role, source);
    }
  }
  const needs = [
    ...policy?.attached ? [] : describeStatements(attachment, version),
    ...source && repositoryArnOf(attachment, source) ? [] : [`${PULL_ACTIONS.join(' and ')} on the repository of the base image`],
  ];
  if (needs.length > 0) {
    Annotations.of(attachment).addWarningV2('cdk-sagemaker-images:studioExecutionRole',
      `the execution role of ${whose} may not be able to use the image, and the attachment or the start of an app would then fail: `
      + `${policy?.attached ? 'allow it' : remedy ?? 'pass executionRole to the target, or let the owner of the role allow it'} ${needs.join(', ')}`);
  }
  return policy?.attached ? policy.node.defaultChild as CfnResource : undefined;
}

/** Where the container image of a version comes from; not known for an import. */
function sourceOf(version: sagemaker.IImageVersionRef): BaseImageConfig | undefined {
  return sagemaker.CfnImageVersion.isCfnImageVersion(version) ? { imageUri: version.baseImage } : (version as Partial<ImageVersion>)._baseImage;
}

/** What an execution role calls when a domain takes a version and when an app of it starts. */
function statementsFor(stack: Stack, attachment: Construct, version: sagemaker.IImageVersionRef): iam.PolicyStatement[] {
  const source = sourceOf(version);
  const repositoryArn = source && repositoryArnOf(attachment, source);
  return [
    new iam.PolicyStatement({ actions: ['sagemaker:DescribeImage'], resources: [arnOfImageOf(version)] }),
    new iam.PolicyStatement({ actions: ['sagemaker:DescribeImageVersion'], resources: [arnIn(stack, version)] }),
    ...repositoryArn ? [new iam.PolicyStatement({ actions: PULL_ACTIONS, resources: [repositoryArn] })] : [],
    ...source?.encryptionKeyArn ? [new iam.PolicyStatement({
      actions: ['kms:Decrypt'],
      resources: [source.encryptionKeyArn],
      conditions: { StringEquals: { 'kms:ViaService': `ecr.${Stack.of(attachment).region}.amazonaws.com` } },
    })] : [],
  ];
}

/**
 * The permissions of one execution role, in the stack of what uses it.
 *
 * A policy of its own: the other policies of an execution role may name the domain, which waits for this one.
 */
class ExecutionPolicy extends RolePolicy {
  public static of(stack: Stack, role: iam.IRole): ExecutionPolicy {
    const id = `StudioImages${role.node.addr}`;
    return stack.node.tryFindChild(id) as ExecutionPolicy | undefined ?? new ExecutionPolicy(stack, id, role);
  }
}

/** The statements in words. Who allows them elsewhere does not know the numbers of future versions. */
function describeStatements(attachment: Construct, version: sagemaker.IImageVersionRef): string[] {
  const stack = Stack.of(attachment);
  const allVersions = readable(stack.resolve(arnOfNumber(version, '*')));
  return statementsFor(Stack.of(version), attachment, version).map((statement) => {
    const actions = statement.actions.join(' and ');
    return `${actions} on ${actions === 'sagemaker:DescribeImageVersion' ? allVersions : readable(stack.resolve(statement.resources[0]))}`;
  });
}

/** An ARN with its tokens as `${...}`. */
function readable(value: any): string {
  if (typeof value === 'string') {
    return value;
  }
  const [[name, inner]] = Object.entries<any>(value);
  switch (name) {
    case 'Ref': return `\${${inner}}`;
    case 'Fn::GetAtt': return `\${${inner.join('.')}}`;
    case 'Fn::Join': return inner[1].map(readable).join(inner[0]);
    default: return JSON.stringify(value);
  }
}
