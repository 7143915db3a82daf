import { Progress } from './decide';
import { attaching, detaching, type Goal } from './goal';
import type { Entry } from './model';
import { type Attachments, parse } from './properties';
import type { Studio } from './studio';
import { physicalIdIn, physicalIdOf } from './target';
import { converge, type Step } from '../converge';
import type { Clock } from '../lifecycle/clock';
import type { CustomResourceEvent } from '../lifecycle/event';
import { Failure } from '../lifecycle/failure';
import type { Kind } from '../lifecycle/kind';
import { log } from '../lifecycle/log';
import { LONGEST_CALL } from '../service/longest-call';

/** Time that is kept back for removing the entries that a failed replacement left. */
const UNDO = 120_000;

/** The entries of one app in the lists of custom images of one domain, user profile or space. */
export class StudioAttachments implements Kind {
  constructor(private readonly studio: Pick<Studio, 'read' | 'write'>) {}

  public physicalId({ ResourceProperties }: CustomResourceEvent): string {
    return physicalIdIn(ResourceProperties);
  }

  public async run(event: CustomResourceEvent, clock: Clock): Promise<void> {
    switch (event.RequestType) {
      case 'Create':
        return this.reach(attaching(parse(event.ResourceProperties)), clock);
      case 'Update': {
        const attachments = parse(event.ResourceProperties);
        return event.PhysicalResourceId === physicalIdOf(attachments.target)
          ? this.reach(attaching(attachments, formerEntries(event)), clock)
          : this.attachInstead(attachments, clock);
      }
      case 'Delete':
        // CloudFormation makes up an id when no creation was ever answered: the entries may be somebody else's.
        return event.PhysicalResourceId === ifValid(() => this.physicalId(event))
          ? this.reach(detaching(parse(event.ResourceProperties), 'any version'), clock)
          : log('nothing to detach', { physicalId: event.PhysicalResourceId });
    }
  }

  /** Attaches to a new target; CloudFormation detaches from the old one later, but knows nothing of the new one if this fails. */
  private async attachInstead(attachments: Attachments, clock: Clock): Promise<void> {
    try {
      await this.reach(attaching(attachments), { ...clock, deadline: clock.deadline - UNDO });
    } catch (error) {
      if (error instanceof Failure && !error.untouched) {
        await this.reach(detaching(attachments, 'its version'), clock).catch((other) => {
          throw new Failure(`${error.message}; after that, ${other.message}`, false);
        });
      }
      throw error;
    }
  }

  /** Reads, writes and reads again until the target is as it should be and stays so. */
  private reach(goal: Goal, clock: Clock): Promise<void> {
    const progress = new Progress(goal);
    return converge<void>({
      doing: goal.doing,
      remedy: 'see that it is InService and deploy again',
      // A reading and a write.
      longestRound: 2 * LONGEST_CALL,
      next: (now) => this.next(goal, progress, now),
      state: () => stateOf(progress),
    }, clock);
  }

  /** One reading, and the write that follows from it, if any. */
  private async next({ target }: Goal, progress: Progress, now: () => number): Promise<Step<void>> {
    let reading;
    try {
      reading = await this.studio.read(target, now);
    } catch (error) {
      return progress.notRead(error, now());
    }
    const decision = progress.read(reading, now());
    if (decision.do !== 'write') {
      return decision;
    }
    try {
      await this.studio.write(target, decision.blocks);
    } catch (error) {
      return progress.notWritten(error, now());
    }
    progress.written();
    return { do: 'look again after writing' };
  }
}

/** The entries that CloudFormation knows to be on the target; none, if what it knows is about another target or not valid. */
function formerEntries({ ResourceProperties, OldResourceProperties = {} }: CustomResourceEvent): readonly Entry[] {
  const former = ifValid(() => parse(OldResourceProperties));
  return former && physicalIdOf(former.target) === physicalIdIn(ResourceProperties) ? former.entries : [];
}

/** What is read from properties, or nothing if they are not valid. */
function ifValid<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Failure) {
      return undefined;
    }
    throw error;
  }
}

function stateOf({ touched, lostSettings }: Progress): { untouched: boolean; text: string } {
  const lost = lostSettings.length > 0 ? `; the service dropped ${lostSettings.join(', ')}: set that again by hand` : '';
  return {
    untouched: !touched,
    text: touched ? `the settings were written at least once: CloudFormation undoes that when it rolls back${lost}` : 'nothing was changed',
  };
}
