import type { ContainerImage, Found, ManifestFacts, RoleFacts } from './model';
import { incompleteResponse } from '../service/client';
import { downloadJson } from '../service/download';
import { isMap, type Json } from '../service/json';
import type { RuntimeSdk } from '../service/runtime-sdk';

const MEDIA_TYPES = [
  'application/vnd.docker.distribution.manifest.v2+json', 'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json', 'application/vnd.oci.image.index.v1+json',
];
const CONFIGS = ['application/vnd.docker.container.image.v1+json', 'application/vnd.oci.image.config.v1+json'];
/** What SageMaker calls with the role of the image. */
const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

/** Reads ECR and the policies of roles. */
export class Registry {
  constructor(private readonly sdk: Pick<RuntimeSdk, 'send'>) {}

  public async find(image: ContainerImage): Promise<Found> {
    try {
      return await this.describe(image);
    } catch (error) {
      if (nameOf(error) === 'RepositoryNotFoundException') {
        return 'no repository';
      }
      if (nameOf(error) !== 'ImageNotFoundException') {
        throw error;
      }
    }
    // Without a filter, ECR may return active images only.
    return this.describe(image, { imageStatus: 'ARCHIVED' }).catch((): Found => 'no image');
  }

  private async describe(image: ContainerImage, filter?: Json): Promise<Found> {
    const { imageDetails } = await this.sdk.send('ecr', 'DescribeImages', { ...at(image), imageIds: [image.id], ...filter && { filter } });
    const [detail] = Array.isArray(imageDetails) ? imageDetails : [];
    const { imageDigest, imageStatus, imageSizeInBytes } = isMap(detail) ? detail : {};
    if (typeof imageDigest !== 'string') {
      throw incompleteResponse('the response has no imageDigest');
    }
    return { digest: imageDigest, status: imageStatus as string | undefined, bytes: imageSizeInBytes as number | undefined };
  }

  /** Reads the manifest, and the configuration that has its platform. */
  public async manifest(image: ContainerImage, imageDigest: string): Promise<ManifestFacts> {
    const { images } = await this.sdk.send('ecr', 'BatchGetImage', { ...at(image), imageIds: [{ imageDigest }], acceptedMediaTypes: MEDIA_TYPES });
    const [found] = Array.isArray(images) ? images : [];
    if (!isMap(found) || typeof found.imageManifest !== 'string') {
      throw incompleteResponse('the response has no imageManifest');
    }
    const { mediaType = found.imageManifestMediaType, artifactType, manifests, config, layers } = JSON.parse(found.imageManifest);
    if (Array.isArray(manifests)) {
      // Attestations have the platform unknown/unknown, and signatures have a type.
      const listed = manifests.filter((one) => !one.artifactType && one.platform?.os !== 'unknown');
      const platforms = listed.flatMap(({ platform }) => platformsOf(platform));
      return { platforms, isList: true, ...listed.length === 0 && { artifact: String(artifactType ?? mediaType) } };
    }
    const configType = config?.mediaType ?? mediaType;
    const content = Array.isArray(layers) ? layers.find((layer) => layer.mediaType && !/\btar\b/.test(layer.mediaType)) : undefined;
    if (!CONFIGS.includes(configType) || content) {
      return { platforms: [], isList: false, artifact: String(artifactType ?? content?.mediaType ?? configType) };
    }
    const { downloadUrl } = await this.sdk.send('ecr', 'GetDownloadUrlForLayer', { ...at(image), layerDigest: config.digest });
    return { platforms: platformsOf(await downloadJson(String(downloadUrl))), isList: false };
  }

  /** Simulates the policies of a role. */
  public async role(image: ContainerImage, roleArn: string): Promise<RoleFacts> {
    const { account, region, repository } = image;
    const [, partition, , , roleAccount] = roleArn.split(':');
    const results = await this.simulate(roleArn, `arn:${partition}:ecr:${region}:${account}:repository/${repository}`);
    if (!results) {
      return { denied: [], isMissing: true };
    }
    const refused = results.filter(({ EvalDecision }) => EvalDecision !== 'allowed');
    const denied = refused.map(({ EvalActionName }) => String(EvalActionName));
    // With resources, IAM lists the missing keys for each of them.
    const keys = refused.flatMap((result) => [result, ...result.ResourceSpecificResults as Json[] ?? []])
      .flatMap(({ MissingContextValues }) => MissingContextValues as string[] ?? []);
    if (keys.length > 0) {
      return { denied, doubt: `its policies have conditions on ${[...new Set(keys)].join(', ')}` };
    }
    const isImplicit = refused.length > 0 && refused.every(({ EvalDecision }) => EvalDecision === 'implicitDeny');
    return { denied, ...isImplicit && account === roleAccount && await this.hasPolicy(image) && { doubt: 'the policy of the repository may allow it' } };
  }

  /** Returns `undefined` if the role does not exist. */
  private async simulate(roleArn: string, repositoryArn: string): Promise<Json[] | undefined> {
    try {
      const { EvaluationResults: results } = await this.sdk.send('iam', 'SimulatePrincipalPolicy', {
        PolicySourceArn: roleArn, ActionNames: PULL, ResourceArns: [repositoryArn],
      });
      return Array.isArray(results) ? results as Json[] : [];
    } catch (error) {
      if (nameOf(error)?.startsWith('NoSuchEntity')) {
        return undefined;
      }
      throw error;
    }
  }

  private async hasPolicy(image: ContainerImage): Promise<boolean> {
    try {
      await this.sdk.send('ecr', 'GetRepositoryPolicy', at(image));
      return true;
    } catch (error) {
      if (nameOf(error) === 'RepositoryPolicyNotFoundException') {
        return false;
      }
      throw error;
    }
  }
}

function at({ account, repository }: ContainerImage): Json {
  return { registryId: account, repositoryName: repository };
}

function nameOf(error: unknown): string | undefined {
  return (error as Error).name;
}

/** Returns a platform, or nothing if it is not given. */
function platformsOf({ os, architecture, variant }: Json = {}): string[] {
  return os ? [[os, architecture, ...variant ? [variant] : []].join('/')] : [];
}
