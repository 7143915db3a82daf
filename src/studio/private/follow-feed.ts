import { Stack } from 'aws-cdk-lib';
import type { AttachedImage } from './attached-image';
import { warn } from '../../private/warnings';
import type { FeedFollower } from '../../release/private/feed-rules';

/** A member of a feed, even one of another copy of this library. */
interface Feed {
  readonly _alias?: string;
  _followedBy?(follower: FeedFollower): void;
}

/** Returns the alias of the feed that moves an entry in a stack, if one does. */
export function followedAliasIn(stack: Stack, { imageVersion }: AttachedImage): string | undefined {
  const feed = imageVersion as Feed;
  return feed._followedBy && Stack.of(imageVersion) === stack ? feed._alias : undefined;
}

/** Lets a target follow the version of an attachment if it changes without a deployment. */
export function followFeed({ attachment, imageVersion }: AttachedImage, follower: FeedFollower): void {
  const feed = imageVersion as Feed;
  if (!feed._followedBy) {
    return;
  }
  // Each stack has its own function, with permissions on the targets of that stack.
  if (Stack.of(follower.resource) === Stack.of(imageVersion)) {
    feed._followedBy(follower);
  } else {
    warn(attachment, 'feedInOtherStack',
      `${imageVersion.node.path} is in stack '${Stack.of(imageVersion).node.path}', so the target follows it only when stack '${Stack.of(follower.resource).node.path}' is `
      + 'deployed after that stack: create the feed in the stack of the target');
  }
}
