import type { FeedVersion } from './model';
import { incompleteResponse, type Service } from '../service/client';
import { ifExists } from '../service/error-kinds';
import type { ListedVersion, VersionSelector } from '../service/image-model';
import { Images } from '../service/images';
import type { Json } from '../service/json';

/** Reads the versions of images. */
export class Versions {
  private readonly images: Images;

  /** @param known the URIs of the container images of versions, which do not change */
  constructor(private readonly service: Pick<Service, 'send'>, private readonly known: Map<string, readonly string[]>) {
    this.images = new Images(service);
  }

  /** Lists all versions, newest first. */
  public all(imageName: string): Promise<ListedVersion[]> {
    return this.images.allVersions(imageName);
  }

  /** Returns the number of the newest version, in one call. */
  public async newest(ImageName: string): Promise<unknown> {
    const { ImageVersions } = await this.service.send('ListImageVersions', { ImageName, SortBy: 'VERSION', SortOrder: 'DESCENDING', MaxResults: 1 });
    return (ImageVersions as Json[] | undefined)?.[0]?.Version;
  }

  /** Returns undefined if there is no such version. */
  public async describe(selector: VersionSelector): Promise<FeedVersion | undefined> {
    const response = await ifExists(this.service.send('DescribeImageVersion', { ...selector }));
    if (!response) {
      return undefined;
    }
    const { Version: number, ImageVersionStatus: status, ImageVersionArn: arn, BaseImage, ContainerImage, ReleaseNotes } = response;
    if (typeof number !== 'number' || typeof status !== 'string' || typeof arn !== 'string') {
      throw incompleteResponse('the response has no Version, ImageVersionStatus or ImageVersionArn');
    }
    return {
      number,
      status,
      arn,
      created: Number(response.CreationTime),
      failureReason: response.FailureReason as string | undefined,
      uris: [BaseImage, ContainerImage].filter((uri) => typeof uri === 'string'),
      notes: typeof ReleaseNotes === 'string' ? ReleaseNotes : '',
    };
  }

  /** Returns the newest version with a container image, other than those that are being deleted. */
  public async find(ImageName: string, uri: string, versions: readonly ListedVersion[]): Promise<FeedVersion | undefined> {
    for (const { number, imageVersionArn, created, status } of versions.filter((one) => !one.status.startsWith('DELET'))) {
      const key = `${imageVersionArn} ${created} ${status}`;
      const uris = this.known.get(key);
      if (uris && !uris.includes(uri)) {
        continue;
      }
      const version = await this.describe({ ImageName, Version: number });
      if (version) {
        this.known.set(key, version.uris);
        if (version.uris.includes(uri)) {
          return version;
        }
      }
    }
    return undefined;
  }
}
