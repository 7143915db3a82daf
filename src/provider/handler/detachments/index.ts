import { inParallel } from './in-parallel';
import { removedImages } from './removed-images';
import type { RawProperties } from '../attachments/model';
import { physicalIdIn } from '../attachments/target';
import type { Clock } from '../lifecycle/clock';
import type { CustomResourceEvent } from '../lifecycle/event';
import { Failure } from '../lifecycle/failure';
import type { Kind } from '../lifecycle/kind';

/** How many targets are changed at the same time. */
const AT_ONCE = 5;

/**
 * Removes the entries and default images of one stack from its domains, user profiles and spaces after they left the template.
 *
 * CloudFormation does not send a list or a default that is not in the template, so they would stay. All other changes are made
 * by CloudFormation itself.
 */
export class StudioDetachments implements Kind {
  /** @param attachments handles the attachments of one target, whose deletion detaches them */
  constructor(private readonly attachments: Kind) {}

  public physicalId({ LogicalResourceId }: CustomResourceEvent): string {
    return LogicalResourceId;
  }

  public async run(event: CustomResourceEvent, clock: Clock): Promise<void> {
    const { RequestType, ResourceProperties, OldResourceProperties = {} } = event;
    const removed = RequestType === 'Create' ? []
      : RequestType === 'Update' ? removedImages(OldResourceProperties, ResourceProperties) : removedImages(ResourceProperties, {});
    const failures = await inParallel(AT_ONCE, removed, (target) => this.detach(event, target, clock));
    if (failures.length > 0) {
      // Another run only helps if nothing but time was missing.
      const timedOut = failures.every((failure) => failure instanceof Failure && failure.timedOut);
      const help = failures.flatMap((failure) => failure instanceof Failure && failure.help || []);
      throw new Failure(failures.map(({ message }) => message).join('; '), false, timedOut, help[0]);
    }
  }

  private async detach(event: CustomResourceEvent, target: RawProperties, clock: Clock): Promise<void> {
    await this.attachments.run({ ...event, RequestType: 'Delete', PhysicalResourceId: physicalIdIn(target), ResourceProperties: target }, clock);
  }
}
