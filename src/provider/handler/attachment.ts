import { converge } from './converge';
import { isSame, withEntry, withoutEntry } from './custom-images';
import { Clock, CustomResource, CustomResourceEvent, Failure } from './events';
import { log } from './log';
import { describeEntry, describePlace, Entry, parse, physicalIdOf, Place } from './place';
import type { Studio } from './studio';

/** Kept back for taking an entry away again that a failed replacement left. */
const UNDO = 120_000;

/** One entry in the list of custom images of an existing domain, user profile or space. */
export class Attachment implements CustomResource {
  constructor(private readonly studio: Studio) {}

  public physicalId(event: CustomResourceEvent): string {
    return physicalIdOf(parse(event.ResourceProperties));
  }

  public async run(event: CustomResourceEvent, clock: Clock): Promise<void> {
    const { place, entry } = parse(event.ResourceProperties);
    const isNew = event.RequestType === 'Create' || (event.RequestType === 'Update' && event.PhysicalResourceId !== this.physicalId(event));
    switch (event.RequestType) {
      case 'Create':
        return this.attach(place, entry, isNew, clock);
      case 'Update':
        return isNew ? this.attachInstead(place, entry, clock) : this.attach(place, entry, isNew, clock);
      case 'Delete':
        // CloudFormation makes up an id when no creation was ever answered: the entry may be somebody else's.
        return event.PhysicalResourceId === this.physicalId(event)
          ? this.detach(place, entry, clock)
          : log('nothing to detach', { physicalId: event.PhysicalResourceId });
    }
  }

  private attach(place: Place, entry: Entry, isNew: boolean, clock: Clock): Promise<void> {
    return converge({
      place,
      fineWithout: false,
      change: (list) => withEntry(list, entry),
      objection: (list) => {
        const other = isNew && list.find((candidate) => isSame(entry, candidate));
        return other ? `${describeEntry(other as unknown as Entry)} is attached there already, by somebody else` : undefined;
      },
    }, `attaching ${describeEntry(entry)} to ${describePlace(place)}`, this.studio, clock);
  }

  private detach(place: Place, entry: Entry, clock: Clock): Promise<void> {
    return converge({
      place,
      fineWithout: true,
      change: (list) => withoutEntry(list, entry),
    }, `detaching ${describeEntry(entry)} from ${describePlace(place)}`, this.studio, clock);
  }

  /** Attaches in a new place; CloudFormation detaches in the old one later, but knows nothing of the new one if this fails. */
  private async attachInstead(place: Place, entry: Entry, clock: Clock): Promise<void> {
    try {
      await this.attach(place, entry, true, { ...clock, deadline: clock.deadline - UNDO });
    } catch (error) {
      if (error instanceof Failure && !error.untouched) {
        await this.detach(place, entry, clock).catch((other) => {
          throw new Failure(`${error.message}; after that, ${other.message}`, false);
        });
      }
      throw error;
    }
  }
}
