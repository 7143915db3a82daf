import { StudioAttachments } from './attachments';
import { Studio } from './attachments/studio';
import { StudioDetachments } from './detachments';
import { ImageVersionLookup } from './image-version-lookup';
import { Images } from './image-version-lookup/images';
import { clockFor } from './lifecycle/clock';
import type { CustomResourceEvent } from './lifecycle/event';
import { handle } from './lifecycle/handle';
import type { Kind } from './lifecycle/kind';
import { Service } from './service/client';
import { IMAGE_VERSION_LOOKUP_TYPE } from '../kinds/image-version-lookup';
import { STUDIO_ATTACHMENTS_TYPE } from '../kinds/studio-attachments';
import { STUDIO_DETACHMENTS_TYPE } from '../kinds/studio-detachments';

// Shared by all events that this process handles.
const service = new Service();
const attachments = new StudioAttachments(new Studio(service));
const kinds: Readonly<Record<string, Kind>> = {
  [STUDIO_ATTACHMENTS_TYPE]: attachments,
  [STUDIO_DETACHMENTS_TYPE]: new StudioDetachments(attachments),
  [IMAGE_VERSION_LOOKUP_TYPE]: new ImageVersionLookup(new Images(service)),
};

/** The entry point that Lambda calls. */
export async function handler(event: CustomResourceEvent, context: { getRemainingTimeInMillis(): number }): Promise<void> {
  await handle(event, kinds, clockFor(context.getRemainingTimeInMillis()));
}
