import { BLOCKS, type Blocks, type Reading, type Target } from './model';
import { incompleteResponse, type Service } from '../service/client';
import { isMap } from '../service/json';

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
}
