import { createHash } from 'crypto';
import {
  BatchDeleteImageCommand, CompleteLayerUploadCommand, CreateRepositoryCommand, InitiateLayerUploadCommand, PutImageCommand, UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { Cloud } from './cloud';
import { ignore } from './environment';

/** What a container image is like. */
export interface Pushed {
  readonly repositoryName?: string;
  /** Makes container images with the same properties different. */
  readonly content?: string;
  readonly architecture?: string;
  /** The size that the manifest gives for the only layer. */
  readonly bytes?: number;
  /** The media type of the only layer. */
  readonly layerType?: string;
  /** The architectures of a list of manifests. */
  readonly list?: string[];
}

/** Pushes a container image with its configuration through the API of ECR, as a build would through the registry. Returns its digest. */
export async function push(cloud: Cloud, imageTag: string, pushed: Pushed = {}): Promise<string> {
  const { repositoryName = 'torch', content = imageTag, architecture = 'amd64', bytes = 1000, layerType = 'application/vnd.oci.image.layer.v1.tar+gzip', list } = pushed;
  await cloud.ecr.send(new CreateRepositoryCommand({ repositoryName })).catch(ignore('RepositoryAlreadyExistsException'));
  const config = Buffer.from(JSON.stringify({ os: 'linux', architecture, content }));
  await uploadLayer(cloud, repositoryName, config);
  const manifest = list ? {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: list.map((one, index) => ({
      mediaType: 'application/vnd.oci.image.manifest.v1+json', size: 1, digest: `sha256:${String(index).repeat(64)}`, platform: { os: 'linux', architecture: one },
    })),
  } : {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', size: config.length, digest: digestOf(config) },
    layers: [{ mediaType: layerType, size: bytes, digest: `sha256:${'b'.repeat(64)}` }],
  };
  const put = async () => {
    const { image } = await cloud.ecr.send(new PutImageCommand({ repositoryName, imageTag, imageManifest: JSON.stringify(manifest) }));
    return image!.imageId!.imageDigest!;
  };
  return put().catch(async (error) => {
    if (error.name !== 'ImageAlreadyExistsException') {
      throw error;
    }
    // Another scenario has pushed or archived it.
    await cloud.ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag }] }));
    return put();
  });
}

async function uploadLayer(cloud: Cloud, repositoryName: string, layerPartBlob: Buffer): Promise<void> {
  const { uploadId } = await cloud.ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
  const partLastByte = layerPartBlob.length - 1;
  await cloud.ecr.send(new UploadLayerPartCommand({ repositoryName, uploadId, partFirstByte: 0, partLastByte, layerPartBlob }));
  await cloud.ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [digestOf(layerPartBlob)] }))
    .catch(ignore('LayerAlreadyExistsException'));
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** Returns the calls of the function since a moment, as `<service> <operation>`. */
export async function callsOfFunction(cloud: Cloud, since: Date): Promise<string[]> {
  const calls = await cloud.control(`log?since=${since.getTime() / 1000}`) as Record<'service' | 'operation' | 'principal', string>[];
  return calls.filter(({ principal, service }) => /SageMakerImages/.test(principal ?? '') && service !== 'logs').map(({ service, operation }) => `${service} ${operation}`);
}
