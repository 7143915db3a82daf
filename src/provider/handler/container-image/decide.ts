import type { Facts, Found, ManifestFacts, RoleFacts, Wanted } from './model';

/** The limit for container images of SageMaker Studio: 35 GB. ECR counts compressed layers, so that what is larger is too large in any case. */
const MAX_GIGABYTES = 35;
const GIGABYTE = 2 ** 30;

/** A reason not to create a version. */
export interface Problem {
  readonly why: string;
  readonly remedy: string;
}

/** Returns what is wrong with a container image, as far as it is known. */
export function problemsOf({ image, preflight }: Wanted, { region, found, manifest, role }: Facts): Problem[] {
  const { repository, account, id } = image;
  const tag = 'imageTag' in id ? `tag '${id.imageTag}'` : `digest '${id.imageDigest}'`;
  if (image.region !== region) {
    return [{ why: `it is in ${image.region}, and SageMaker pulls from its own Region ${region} only`, remedy: `replicate the repository to ${region}` }];
  }
  if (found === 'no repository') {
    return [{ why: `repository '${repository}' does not exist in account ${account} and Region ${region}`, remedy: 'create it and push the container image, or use another one' }];
  }
  if (found === 'no image') {
    return [{ why: `repository '${repository}' has no container image with ${tag}`, remedy: 'push it, or use another one' }];
  }
  return [
    ...problemsOfFound(found, repository, id),
    ...preflight && manifest ? problemsOfManifest(manifest, preflight.platform) : [],
    ...role ? problemsOfRole(role, preflight!.roleArn!, repository) : [],
  ];
}

function problemsOfFound(found: Exclude<Found, string> | undefined, repository: string, id: object): Problem[] {
  const [[name, value]] = Object.entries(id);
  const gigabytes = (found?.bytes ?? 0) / GIGABYTE;
  return [
    ...found?.status === 'ARCHIVED' ? [{
      why: 'it is archived in ECR',
      remedy: `restore it (aws ecr update-image-storage-class --repository-name ${repository} --image-id ${name}=${value} --target-storage-class STANDARD)`,
    }] : [],
    ...found?.status === 'ACTIVATING' ? [{ why: 'it is still being restored from the archive of ECR', remedy: 'wait until its status is ACTIVE' }] : [],
    ...gigabytes > MAX_GIGABYTES ? [{
      why: `it has ${gigabytes.toFixed(1)} GB, and SageMaker accepts at most ${MAX_GIGABYTES} GB`, remedy: 'make it smaller, for example with a multi-stage build',
    }] : [],
  ];
}

function problemsOfManifest({ artifact, platforms }: ManifestFacts, platform: string): Problem[] {
  if (artifact !== undefined) {
    return [{ why: `it is not a container image but an artifact of type ${artifact}`, remedy: 'use a container image' }];
  }
  const isRight = platforms.length === 0 || platforms.some((one) => one === platform || one.startsWith(`${platform}/`));
  return isRight ? [] : [{
    why: `it is built for ${platforms.join(', ')}, not for ${platform}`,
    remedy: `build it with 'docker build --platform ${platform}' and push it again`,
  }];
}

function problemsOfRole({ denied, isMissing, doubt }: RoleFacts, roleArn: string, repository: string): Problem[] {
  if (isMissing) {
    return [{ why: `the role of the image, ${roleArn}, does not exist`, remedy: 'create it, or give the image another role' }];
  }
  return denied.length === 0 || doubt !== undefined ? [] : [{
    why: `the role of the image, ${roleArn}, may not call ${denied.join(' and ')} on repository '${repository}'`,
    remedy: 'grant it these actions, and make sure that no permissions boundary or policy denies them',
  }];
}

/** Returns what is known but has no documented answer, for the log. */
export function uncertain({ manifest, role }: Facts): string[] {
  return [
    ...manifest?.isList ? ['whether SageMaker accepts a list of manifests'] : [],
    ...manifest && manifest.platforms.length === 0 ? ['its platform, which is not given'] : [],
    ...role?.doubt !== undefined ? [`whether the role may call ${role.denied.join(' and ')}: ${role.doubt}`] : [],
  ];
}
