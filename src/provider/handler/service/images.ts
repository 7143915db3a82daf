import { incompleteResponse, type Service } from './client';
import type { FoundVersion, ListedVersion, Listing, VersionSelector } from './image-model';
import { isMap, type Json } from './json';

/** The number of names in a listing, limited to fit into a message. */
const MAX_NAMES = 20;
/** The number of pages that a listing for a message reads at most. */
export const MAX_PAGES = 5;
const NEWEST_FIRST = { SortBy: 'VERSION', SortOrder: 'DESCENDING' };

/** Reads image versions and aliases. */
export class Images {
  constructor(private readonly service: Pick<Service, 'send'>) {}

  public async describe(selector: VersionSelector): Promise<FoundVersion> {
    const response = await this.service.send('DescribeImageVersion', { ...selector });
    const { ImageVersionStatus: status, FailureReason: failureReason, Version, ImageVersionArn, ImageArn, ContainerImage } = response;
    const strings = { ImageVersionArn, ImageArn, ...status === 'CREATED' && { ContainerImage } };
    const missing = [
      ...Object.entries({ ImageVersionStatus: status, ...strings }).filter(([, value]) => typeof value !== 'string' || !value).map(([name]) => name),
      ...typeof Version === 'number' ? [] : ['Version'],
    ];
    if (missing.length > 0) {
      throw incompleteResponse(`the response has no ${missing.join(', ')}`);
    }
    return {
      status: status as string,
      failureReason: failureReason as string | undefined,
      attributes: { Version, ImageVersionArn, ImageArn, ContainerImage } as FoundVersion['attributes'],
    };
  }

  /** Returns the description of a version as SageMaker sends it. */
  public async details(ImageName: string, Version: number): Promise<Json> {
    return this.service.send('DescribeImageVersion', { ImageName, Version });
  }

  /** Lists the version numbers, newest first, with the status of versions that cannot be used. */
  public async versions(ImageName: string): Promise<Listing> {
    return this.list('ListImageVersions', { ImageName, ...NEWEST_FIRST }, 'ImageVersions', (version) => isMap(version)
      ? `${version.Version}${version.ImageVersionStatus === 'CREATED' ? '' : ` (${version.ImageVersionStatus})`}`
      : String(version));
  }

  public async aliases(ImageName: string): Promise<Listing> {
    return this.list('ListAliases', { ImageName }, 'SageMakerImageVersionAliases', String);
  }

  /** Lists all versions, newest first. */
  public async allVersions(ImageName: string): Promise<ListedVersion[]> {
    const items = await this.all('ListImageVersions', { ImageName, ...NEWEST_FIRST }, 'ImageVersions');
    return items.map((item) => {
      const { Version, ImageVersionStatus, ImageVersionArn, CreationTime, LastModifiedTime, FailureReason } = isMap(item) ? item : {};
      if (typeof Version !== 'number' || typeof ImageVersionStatus !== 'string' || typeof ImageVersionArn !== 'string' || !(Number(CreationTime) > 0)) {
        throw incompleteResponse(`a version in the list is not complete: ${JSON.stringify(item)}`);
      }
      return {
        number: Version,
        status: ImageVersionStatus,
        imageVersionArn: ImageVersionArn,
        created: Number(CreationTime),
        modified: Number(LastModifiedTime ?? CreationTime),
        failureReason: FailureReason as string | undefined,
      };
    });
  }

  /** Lists all aliases of an image, or of one of its versions. */
  public async allAliases(ImageName: string, Version?: number): Promise<string[]> {
    const items = await this.all('ListAliases', { ImageName, ...Version !== undefined && { Version } }, 'SageMakerImageVersionAliases');
    return items.map(String);
  }

  /** Reads all pages of a list. */
  private async all(operation: string, input: Json, field: string): Promise<unknown[]> {
    const items: unknown[] = [];
    for (let token: unknown, isFirst = true; isFirst || token; isFirst = false) {
      const response = await this.service.send(operation, { ...input, MaxResults: 100, ...token !== undefined && { NextToken: token } });
      items.push(...(response[field] as unknown[] | undefined) ?? []);
      token = response.NextToken;
    }
    return items;
  }

  private async list(operation: string, input: Json, field: string, nameOf: (item: unknown) => string): Promise<Listing> {
    const names: string[] = [];
    let token: unknown;
    for (let page = 0; page < MAX_PAGES && names.length <= MAX_NAMES && (page === 0 || token); page++) {
      const response = await this.service.send(operation, { ...input, MaxResults: 100, ...token !== undefined && { NextToken: token } });
      names.push(...((response[field] as unknown[] | undefined) ?? []).map(nameOf));
      token = response.NextToken;
    }
    return { names: names.slice(0, MAX_NAMES), more: names.length > MAX_NAMES || Boolean(token) };
  }
}
