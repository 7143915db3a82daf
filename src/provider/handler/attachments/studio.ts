import { BLOCKS, type Blocks, type Reading, type RunningApp, type StudioVersion, type Target } from './model';
import { incompleteResponse, type Service } from '../service/client';
import { ifExists } from '../service/error-kinds';
import type { VersionSelector } from '../service/image-model';
import { isMap, type Json } from '../service/json';
import { LONGEST_CALL } from '../service/longest-call';

/** Reads and writes domains, user profiles and spaces. */
export class Studio {
  constructor(private readonly service: Pick<Service, 'send'>) {}

  /** Reads the settings blocks and the status of a target. */
  public async read({ kind, key }: Target, now: () => number): Promise<Reading> {
    const startedAt = now();
    const response = await this.service.send(`Describe${kind}`, key);
    const blocks: Blocks = Object.fromEntries(BLOCKS[kind].filter((name) => isMap(response[name])).map((name) => [name, response[name]]));
    // The next write is based on this response: if it were incomplete, the write would remove entries of others.
    if (typeof response.Status !== 'string' || (kind === 'Domain' && !blocks.DefaultUserSettings)) {
      throw incompleteResponse(`the response has no Status${kind === 'Domain' ? ' or no DefaultUserSettings' : ''}`);
    }
    return {
      startedAt,
      endedAt: now(),
      status: response.Status,
      failureReason: response.FailureReason as string | undefined,
      stamp: JSON.stringify([response.LastModifiedTime, blocks]),
      blocks,
    };
  }

  /** Writes settings blocks of a target in one call. */
  public async write({ kind, key }: Target, blocks: Blocks): Promise<void> {
    await this.service.send(`Update${kind}`, { ...key, ...blocks });
  }

  /** Returns a version of an image, or undefined if there is none. */
  public async version(selector: VersionSelector): Promise<StudioVersion | undefined> {
    const found = await ifExists(this.service.send('DescribeImageVersion', { ...selector }));
    return found && { number: Number(found.Version), notes: String(found.ReleaseNotes ?? ''), created: Number(found.CreationTime) };
  }

  /** Lists the apps of a target that run or start, newest first. It starts no page after the time of a call. */
  public async apps({ key }: Target, now: () => number): Promise<RunningApp[]> {
    const filter = Object.fromEntries(Object.entries(key).map(([name, value]) => [`${name}Equals`, value]));
    const end = now() + LONGEST_CALL;
    const apps: unknown[] = [];
    let token: unknown;
    do {
      const response: Json = await this.service.send('ListApps', { ...filter, MaxResults: 100, ...token !== undefined && { NextToken: token } });
      apps.push(...(response.Apps as unknown[] | undefined) ?? []);
      token = response.NextToken;
    } while (token && now() < end);
    return apps.filter((app) => isMap(app) && (app.Status === 'InService' || app.Status === 'Pending')) as RunningApp[];
  }
}
