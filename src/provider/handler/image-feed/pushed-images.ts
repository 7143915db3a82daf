import type { StoredImage } from './model';
import { isMap, type Json } from '../service/json';
import type { RuntimeSdk } from '../service/runtime-sdk';

const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json',
];

/** Reads container images in ECR. */
export class PushedImages {
  /** @param get returns the JSON at a URL */
  constructor(private readonly sdk: Pick<RuntimeSdk, 'send'>, private readonly get: (url: string) => Promise<Json>) {}

  /** Lists all container images with tags. */
  public async images(repositoryName: string): Promise<StoredImage[]> {
    const images: StoredImage[] = [];
    for (let nextToken: unknown, isFirst = true; isFirst || nextToken; isFirst = false) {
      const page = await this.sdk.send('ecr', 'DescribeImages', { repositoryName, filter: { tagStatus: 'TAGGED' }, maxResults: 1000, nextToken });
      images.push(...page.imageDetails as StoredImage[] ?? []);
      nextToken = page.nextToken;
    }
    return images;
  }

  /** Returns the labels of a container image: of the one for linux/amd64, if there are several. */
  public async labels(repositoryName: string, imageDigest: string): Promise<Json> {
    const { images = [] } = await this.sdk.send('ecr', 'BatchGetImage', { repositoryName, imageIds: [{ imageDigest }], acceptedMediaTypes: MANIFESTS });
    const manifest = JSON.parse((images as { imageManifest: string }[])[0].imageManifest);
    const children: any[] = manifest.manifests ?? [];
    const child = children.find(({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64') ?? children[0];
    if (child) {
      return this.labels(repositoryName, child.digest);
    }
    const { downloadUrl } = await this.sdk.send('ecr', 'GetDownloadUrlForLayer', { repositoryName, layerDigest: manifest.config.digest });
    const { config } = await this.get(String(downloadUrl)) as { config?: Json };
    return isMap(config?.Labels) ? config.Labels : {};
  }
}
