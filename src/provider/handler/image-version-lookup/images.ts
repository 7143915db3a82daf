import { DescribeImageVersionCommand, ListAliasesCommand, ListImageVersionsCommand } from '@aws-sdk/client-sagemaker';
import type { FoundVersion, Listing, Selector } from './model';
import { incompleteAnswer, type Service } from '../service/client';
import { isMap, type Json } from '../service/json';

/** So many names are listed, which a message has room for. */
const MOST_NAMES = 20;
/** So many pages are read at most, so that a listing ends. */
export const MOST_PAGES = 5;

/** Image versions in the service. */
export class Images {
  constructor(private readonly service: Pick<Service, 'send'>) {}

  public async describe(selector: Selector): Promise<FoundVersion> {
    const answer = await this.service.send(DescribeImageVersionCommand, { ...selector });
    const { ImageVersionStatus: status, FailureReason: failureReason, Version, ImageVersionArn, ImageArn, ContainerImage } = answer;
    const strings = { ImageVersionArn, ImageArn, ...status === 'CREATED' && { ContainerImage } };
    const missing = [
      ...Object.entries({ ImageVersionStatus: status, ...strings }).filter(([, value]) => typeof value !== 'string' || !value).map(([name]) => name),
      ...typeof Version === 'number' ? [] : ['Version'],
    ];
    if (missing.length > 0) {
      throw incompleteAnswer(`the answer has no ${missing.join(', ')}`);
    }
    return {
      status: status as string,
      failureReason: failureReason as string | undefined,
      attributes: { Version, ImageVersionArn, ImageArn, ContainerImage } as FoundVersion['attributes'],
    };
  }

  /** The numbers of the versions, the newest first, and the status of those that cannot be used. */
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
    for (let page = 0; page < MOST_PAGES && names.length <= MOST_NAMES && (page === 0 || token); page++) {
      const answer = await this.service.send(command, { ...input, MaxResults: 100, ...token !== undefined && { NextToken: token } });
      names.push(...((answer[field] as unknown[] | undefined) ?? []).map(nameOf));
      token = answer.NextToken;
    }
    return { names: names.slice(0, MOST_NAMES), more: names.length > MOST_NAMES || Boolean(token) };
  }
}
