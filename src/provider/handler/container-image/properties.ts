import type { ContainerImage, Wanted } from './model';
import { Failure } from '../lifecycle/failure';
import { isMap } from '../service/json';

const URI = /^((\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+\/([^:@]+))(?::([^:@]+))?(?:@(sha256:[a-f0-9]{64}))?$/;

/**
 * Parses the properties, whose booleans CloudFormation sends as strings.
 *
 * @throws Failure that lists all problems
 */
export function parse(properties: Readonly<Record<string, unknown>>): Wanted {
  const { ImageUri: uri, ImageName: imageName, FollowTag: followTag, Preflight: preflight } = properties;
  const image = typeof uri === 'string' ? imageOf(uri) : undefined;
  const { Platform: platform, RoleArn: roleArn } = isMap(preflight) ? preflight : {};
  const problems = [
    ...image ? [] : [`ImageUri must be the URI of a container image in ECR, got ${JSON.stringify(uri)}`],
    ...preflight === undefined || typeof platform === 'string' ? [] : [`Preflight.Platform must be a string, got ${JSON.stringify(platform)}`],
  ];
  if (!image || problems.length > 0) {
    throw new Failure(`the properties of the container image are not valid: ${problems.join(', ')}; nothing was changed; correct them and deploy again`, true);
  }
  return {
    image,
    imageName: String(imageName),
    followTag: String(followTag) === 'true',
    ...preflight !== undefined && { preflight: { platform: platform as string, roleArn: roleArn as string | undefined } },
  };
}

function imageOf(uri: string): ContainerImage | undefined {
  const [, repositoryUri, account, region, repository, tag, imageDigest] = URI.exec(uri) ?? [];
  // As SageMaker has it: a digest takes precedence, and the default tag is latest.
  return repositoryUri ? { uri, repositoryUri, account, region, repository, id: imageDigest ? { imageDigest } : { imageTag: tag ?? 'latest' } } : undefined;
}

/** Describes a container image in messages. */
export function describe({ repository, id }: ContainerImage): string {
  return 'imageTag' in id ? `container image '${repository}' with tag '${id.imageTag}'` : `container image '${repository}' with digest '${id.imageDigest}'`;
}
