import {
  DescribeDomainCommand, DescribeSpaceCommand, DescribeUserProfileCommand,
  UpdateDomainCommand, UpdateSpaceCommand, UpdateUserProfileCommand,
} from '@aws-sdk/client-sagemaker';
import { BLOCKS, type Blocks, type Reading, type Target } from './model';
import { incompleteAnswer, type Service } from '../service/client';
import { isMap } from '../service/json';

const COMMANDS = {
  Domain: { Describe: DescribeDomainCommand, Update: UpdateDomainCommand },
  UserProfile: { Describe: DescribeUserProfileCommand, Update: UpdateUserProfileCommand },
  Space: { Describe: DescribeSpaceCommand, Update: UpdateSpaceCommand },
};

/** Domains, user profiles and spaces in the service. */
export class Studio {
  constructor(private readonly service: Pick<Service, 'send'>) {}

  /** Reads a target. */
  public async read({ kind, key }: Target, now: () => number): Promise<Reading> {
    const startedAt = now();
    const answer = await this.service.send(COMMANDS[kind].Describe, key);
    const blocks: Blocks = Object.fromEntries(BLOCKS[kind].filter((name) => isMap(answer[name])).map((name) => [name, answer[name]]));
    // The next write is made from this: an incomplete answer would remove what others have there.
    if (typeof answer.Status !== 'string' || (kind === 'Domain' && !blocks.DefaultUserSettings)) {
      throw incompleteAnswer(`the answer has no Status${kind === 'Domain' ? ' or no DefaultUserSettings' : ''}`);
    }
    return {
      startedAt,
      endedAt: now(),
      status: answer.Status,
      failureReason: answer.FailureReason as string | undefined,
      stamp: JSON.stringify([answer.LastModifiedTime, blocks]),
      blocks,
    };
  }

  /** Writes settings blocks of a target, all in one call. */
  public async write({ kind, key }: Target, blocks: Blocks): Promise<void> {
    await this.service.send(COMMANDS[kind].Update, { ...key, ...blocks });
  }
}
