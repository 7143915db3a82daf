import { Attachment } from './attachment';
import { clockFor, CustomResourceEvent } from './events';
import { handle } from './handle';
import { Studio } from './studio';

// Once for all events that come to this process.
const resources = {
  'Custom::SageMakerStudioAttachment': new Attachment(new Studio()),
};

/** What Lambda calls. */
export async function handler(event: CustomResourceEvent, context: { getRemainingTimeInMillis(): number }): Promise<void> {
  await handle(event, resources, clockFor(context.getRemainingTimeInMillis()));
}
