import type { FeedVersion } from './model';
import { changeOf } from './places';
import { rounds } from './work';
import type { ImageFeedPlace } from '../../kinds/image-feed';
import type { StudioAttachments } from '../attachments';
import type { RawProperties } from '../attachments/model';
import { parse } from '../attachments/properties';
import type { Studio } from '../attachments/studio';
import { describeTarget } from '../attachments/target';
import { inParallel } from '../detachments/in-parallel';
import type { Clock } from '../lifecycle/clock';
import { Failure } from '../lifecycle/failure';
import { log } from '../lifecycle/log';
import { ifExists } from '../service/error-kinds';

const AT_ONCE = 5;

/** Moves entries and default images in Studio. */
export class TargetMover {
  constructor(private readonly studio: Pick<Studio, 'read'>, private readonly attachments: Pick<StudioAttachments, 'move'>) {}

  /** Moves what is in some targets to the version with the alias, until it has not moved meanwhile. */
  public async move(all: unknown, holder: () => Promise<FeedVersion | undefined>, clock: Clock): Promise<void> {
    // A domain whose condition is false has no id.
    const places = (all as ImageFeedPlace[]).filter(({ DomainId }) => DomainId);
    for (let moved: number | undefined; places.length > 0;) {
      const version = await holder();
      if (!version || version.number === moved) {
        return;
      }
      moved = version.number;
      // A domain cannot change at the same time as what is in it.
      for (const inDomain of [false, true]) {
        const some = places.filter(({ UserProfileName, SpaceName }) => inDomain === Boolean(UserProfileName ?? SpaceName));
        const errors = await inParallel(AT_ONCE, some, (place) => this.moveOne(place, version, clock));
        if (errors.length > 0) {
          throw new Failure(errors.map(({ message }) => message).join('; '), false);
        }
      }
    }
  }

  private async moveOne(place: ImageFeedPlace, version: FeedVersion, clock: Clock): Promise<void> {
    const { target } = parse({ ...place });
    const change = await rounds<RawProperties | undefined>(`reading ${describeTarget(target)}`, clock, async (now) => {
      const reading = await ifExists(this.studio.read(target, now));
      return reading?.status === 'Updating' ? { do: 'wait', why: 'it is being updated' }
        : { do: 'finish', result: reading && changeOf(place, reading.blocks, version) };
    });
    if (!change) {
      return log('nothing to move', { target: describeTarget(target) });
    }
    await this.attachments.move(change, clock);
  }
}
