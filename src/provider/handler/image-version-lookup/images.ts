import { DescribeImageVersionCommand, ListAliasesCommand, ListImageVersionsCommand } from '@aws-sdk/client-sagemaker';
import type { FoundVersion, Listing, Selector } from './model';
import { incompleteResponse, type Service } from '../service/client';
import { isMap, type Json } from '../service/json';

/** The number of names in a listing, limited to fit into a message. */
const MAX_NAMES = 20;
/** The number of pages that a listing reads at most, so that it ends. */
export const MAX_PAGES = 5;

/** Reads image versions and aliases. */
export class Images {
  constructor(private readonly service: Pick<Service, 'send'>) {}

  public async describe(selector: Selector): Promise<FoundVersion> {
    const response = await this.service.send(DescribeImageVersionCommand, { ...selector });
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

  /** Lists the version numbers, newest first, with the status of versions that cannot be used. */
  public async versions(ImageName: string): Promise<Listing> {
    return this.list(ListImageVersionsCommand, { ImageName, SortBy: 'VERSION', SortOrder: 'DESCENDING' }, 'ImageVersions', (version) => isMap(version)
      ? `${version.Version}${version.ImageVersionStatus === 'CREATED' ? '' : ` (${version.ImageVersionStatus})`}`
      : String(version));
  }

  public async aliases(ImageName: string): Promise<Listing> {
    return this.list(ListAliasesCommand, { ImageName }, 'SageMakerImageVersionAliases', String);
  }

  private async list(command: new (input: any) => any, input: Json, field: string, nameOf: (item: unknown) => string): Promise<Listing> {
    const names: string[] = [];
    let token: unknown;
    for (let page = 0; page < MAX_PAGES && names.length <= MAX_NAMES && (page === 0 || token); page++) {
      const response = await this.service.send(command, { ...input, MaxResults: 100, ...token !== undefined && { NextToken: token } });
      names.push(...((response[field] as unknown[] | undefined) ?? []).map(nameOf));
      token = response.NextToken;
    }
    return { names: names.slice(0, MAX_NAMES), more: names.length > MAX_NAMES || Boolean(token) };
  }
}
