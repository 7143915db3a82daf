import { StudioAttachments } from './attachments';
import { Studio } from './attachments/studio';
import { ContainerImages } from './container-image';
import { Registry } from './container-image/registry';
import { StudioDetachments } from './detachments';
import { FailedVersions } from './failed-versions';
import { ImageAlias } from './image-alias';
import { AliasedVersion } from './image-alias/aliased-version';
import { ImageFeed } from './image-feed';
import { PushedImages } from './image-feed/pushed-images';
import { ImageRetention } from './image-retention';
import { ImageVersionList } from './image-version-list';
import { ImageVersionLookup } from './image-version-lookup';
import { clockFor } from './lifecycle/clock';
import type { CustomResourceEvent } from './lifecycle/event';
import { handle } from './lifecycle/handle';
import type { Kind } from './lifecycle/kind';
import { type Reaction, react } from './lifecycle/react';
import { Service } from './service/client';
import { downloadJson } from './service/download';
import { Images } from './service/images';
import { RuntimeSdk } from './service/runtime-sdk';
import { CONTAINER_IMAGE_TYPE } from '../kinds/container-image';
import { FAILED_VERSIONS } from '../kinds/failed-versions';
import { ALIASED_VERSION_TYPE, IMAGE_ALIAS_TYPE } from '../kinds/image-alias';
import { IMAGE_FEED_REACTION, IMAGE_FEED_TARGETS_TYPE, IMAGE_FEED_TYPE } from '../kinds/image-feed';
import { IMAGE_RETENTION_TYPE } from '../kinds/image-retention';
import { IMAGE_VERSION_LIST_TYPE } from '../kinds/image-version-list';
import { IMAGE_VERSION_LOOKUP_TYPE } from '../kinds/image-version-lookup';
import type { RuleEvent } from '../kinds/rule-event';
import { STUDIO_ATTACHMENTS_TYPE } from '../kinds/studio-attachments';
import { STUDIO_DETACHMENTS_TYPE } from '../kinds/studio-detachments';

// Shared by all events that this process handles.
const service = new Service();
const images = new Images(service);
const studio = new Studio(service);
const attachments = new StudioAttachments(studio);
const sdk = new RuntimeSdk();
const print = (line: string) => { process.stdout.write(`${line}\n`); };
const feed = new ImageFeed(service, new PushedImages(sdk, downloadJson), studio, attachments, print);
const kinds: Readonly<Record<string, Kind>> = {
  [CONTAINER_IMAGE_TYPE]: new ContainerImages(new Registry(sdk)),
  [STUDIO_ATTACHMENTS_TYPE]: attachments,
  [STUDIO_DETACHMENTS_TYPE]: new StudioDetachments(attachments),
  [IMAGE_ALIAS_TYPE]: new ImageAlias(service, sdk),
  [ALIASED_VERSION_TYPE]: new AliasedVersion(images),
  [IMAGE_FEED_TARGETS_TYPE]: feed,
  [IMAGE_FEED_TYPE]: feed,
  [IMAGE_RETENTION_TYPE]: new ImageRetention(service),
  [IMAGE_VERSION_LIST_TYPE]: new ImageVersionList(images),
  [IMAGE_VERSION_LOOKUP_TYPE]: new ImageVersionLookup(images),
};

const reactions: Readonly<Record<string, Reaction>> = {
  [IMAGE_FEED_REACTION]: feed,
  // Not console.log, whose prefix keeps CloudWatch from finding the metric.
  [FAILED_VERSIONS]: new FailedVersions(service, sdk, print),
};

/** The entry point that Lambda calls. */
export async function handler(event: CustomResourceEvent | RuleEvent, context: { getRemainingTimeInMillis(): number }): Promise<void> {
  const clock = clockFor(context.getRemainingTimeInMillis());
  await ('RequestType' in event ? handle(event, kinds, clock) : react(event, reactions, clock));
}
