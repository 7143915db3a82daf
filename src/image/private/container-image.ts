import { aws_sagemaker as sagemaker, CfnResource, Lazy, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { parseEcrUriIn } from './ecr-uri';
import { imageNameOf, imageResourceOf, imageRoleOf } from './image-facts';
import { grantAcrossAccounts, PULL_ACTIONS, repositoryArnOf } from './pull-policy';
import { cfnResourceOf } from '../../private/dependencies';
import { timeOfSynth } from '../../private/every-synth';
import { finalValue } from '../../private/overrides';
import type { Problems } from '../../private/problems';
import { takesStatements } from '../../private/role-policy';
import { CONTAINER_IMAGE_TYPE, ContainerImageAttributes, ContainerImageProperties } from '../../provider/kinds/container-image';
import { Provider } from '../../provider/private/provider';
import type { BaseImageConfig } from '../base-image';
import type { ImageVersionProps } from '../image-version';

/** The custom resource for the container image of a version. */
export interface ContainerImageResource {
  readonly resource: CfnResource;
  /** The URI with the digest that a followed tag has during deployment. */
  readonly imageUri?: string;
}

/** Whether the versions of an image are checked, unless they say so themselves: where possible, if true. */
const checked = new WeakMap<sagemaker.IImageRef, boolean>();

/** Sets the default of `preflight` for the versions of an image. */
export function setPreflightDefault(image: sagemaker.IImageRef, preflight: boolean): void {
  checked.set(image, preflight);
}

/** Checks whether the stack can have the custom resource, if it needs one. */
export function checkContainerImageResource(
  problems: Problems, scope: Construct, { preflight }: ImageVersionProps, source: BaseImageConfig,
): void {
  if (preflight !== true && source.followTag !== true) {
    return;
  }
  if (!isRepositoryKnown(scope, source)) {
    problems.add(`${preflight === true ? 'preflight' : 'followTag'} needs to know the repository of baseImage: use BaseImage.fromUri(uri, { repository })`
      + ' or set it to false');
  }
  problems.attempt(() => Provider.of(scope));
}

/**
 * Adds the custom resource that follows a tag or checks a container image, if the version needs one.
 *
 * @param finalBaseImage returns the base image of the version when it is rendered, after all overrides
 */
export function addContainerImage(
  version: Construct, { image, preflight }: ImageVersionProps, source: BaseImageConfig, finalBaseImage: () => unknown,
): ContainerImageResource | undefined {
  const { followTag: follows = false, imageUri } = source;
  const checks = preflight ?? (checked.get(image) === true && canCheck(version, source));
  if (!follows && !checks) {
    return undefined;
  }
  const provider = Provider.of(version);
  const role = checks ? imageRoleOf(image) : undefined;
  const properties: ContainerImageProperties = {
    ImageUri: follows ? imageUri : late(finalBaseImage),
    ImageName: imageNameOf(image),
    FollowTag: follows || undefined,
    Preflight: checks ? { Platform: platformOf(source), RoleArn: role && late(() => finalRoleArn(image) ?? role.roleArn) } : undefined,
    Refresh: follows ? source.refresh ?? timeOfSynth() : undefined,
  };
  const resource = provider.addAwaited(version, 'ContainerImage', {
    kind: CONTAINER_IMAGE_TYPE,
    properties: { ...properties },
    statements: [
      { actions: checks ? CHECK_ACTIONS : FOLLOW_ACTIONS, resource: repositoryArnOf(version, source)! },
      ...role ? [{ actions: ['iam:SimulatePrincipalPolicy'], resource: role.roleArn, longestResource: LONGEST_ROLE_ARN }] : [],
    ],
  });
  // A check that is only on by default does not add a warning about permissions.
  if (follows || preflight === true || (source.repository && cfnResourceOf(source.repository))) {
    grantAcrossAccounts(version, [resource], provider.role, source, checks ? [...PULL_ACTIONS, ...FOLLOW_ACTIONS] : FOLLOW_ACTIONS);
  }
  const attribute: keyof ContainerImageAttributes = 'ImageUri';
  return { resource, imageUri: follows ? Token.asString(resource.getAtt(attribute)) : undefined };
}

function late(value: () => unknown): string {
  return Lazy.uncachedString({ produce: () => value() as string });
}

/** The role that the image gets, if it is in the app. */
function finalRoleArn(image: sagemaker.IImageRef): unknown {
  const resource = imageResourceOf(image);
  return resource && finalValue(resource, 'ImageRoleArn');
}

/** The name of a role has 64 characters at most. A path would make it longer. */
const LONGEST_ROLE_ARN = `arn:aws-us-gov:iam::111111111111:role/${'x'.repeat(64)}`;

const FOLLOW_ACTIONS = ['ecr:DescribeImages'];
/** The policy of the repository, since it may grant what the policies of the role do not. */
const CHECK_ACTIONS = [...PULL_ACTIONS, ...FOLLOW_ACTIONS, 'ecr:GetRepositoryPolicy'];

/** Whether the function exists, and has the permissions. */
function canCheck(version: Construct, source: BaseImageConfig): boolean {
  const provider = isRepositoryKnown(version, source) ? Provider.tryOf(version) : undefined;
  return provider !== undefined && takesStatements(provider.role);
}

/** Build tools take the architecture alone for that of Linux, and know it by two names. */
function platformOf({ platform = 'linux/amd64' }: BaseImageConfig): string {
  const [os, ...architecture] = platform.includes('/') ? platform.split('/') : ['linux', platform];
  return [os, ...architecture].join('/').replace('x86_64', 'amd64').replace('aarch64', 'arm64');
}

function isRepositoryKnown(scope: Construct, { repository, imageUri }: BaseImageConfig): boolean {
  return repository !== undefined || parseEcrUriIn(scope, imageUri) !== undefined;
}
