import { withCurrentVersions } from './current-version';
import { Progress } from './decide';
import { takenIn } from './defaults';
import { attaching, detaching, type Goal, moving } from './goal';
import { describeImages, describeTaken } from './messages';
import type { Blocks, RawProperties } from './model';
import { MovedByFeed, UnknownOwner } from './moved-by-feed';
import { type Attachments, parse } from './properties';
import { type Refusal, RunningApps } from './running-apps';
import type { Studio } from './studio';
import { physicalIdIn, physicalIdOf } from './target';
import { converge, type Step } from '../converge';
import type { Clock } from '../lifecycle/clock';
import type { CustomResourceEvent } from '../lifecycle/event';
import { Failure } from '../lifecycle/failure';
import type { Kind } from '../lifecycle/kind';
import { log } from '../lifecycle/log';
import { LONGEST_CALL } from '../service/longest-call';

/** Time reserved for removing the entries that a failed replacement left, in milliseconds. */
const UNDO = 240_000;

/** The entries and default images of one stack in the settings of one domain, user profile or space. */
export class StudioAttachments implements Kind {
  constructor(private readonly studio: Pick<Studio, 'read' | 'write' | 'apps' | 'version'>) {}

  public physicalId({ ResourceProperties }: CustomResourceEvent): string {
    return physicalIdIn(ResourceProperties);
  }

  public async run(event: CustomResourceEvent, clock: Clock): Promise<void> {
    switch (event.RequestType) {
      case 'Create':
        return this.reach(attaching(parse(event.ResourceProperties)), clock);
      case 'Update': {
        const attachments = parse(event.ResourceProperties);
        if (event.PhysicalResourceId !== physicalIdOf(attachments.target)) {
          return this.attachInstead(attachments, clock);
        }
        return this.reach(attaching(await withCurrentVersions(attachments, this.studio, clock), formerImages(event)), clock);
      }
      case 'Delete':
        if (event.PhysicalResourceId === ifValid(() => this.physicalId(event))) {
          return this.reach(detaching(parse(event.ResourceProperties), 'any version'), clock);
        }
        return this.detachUnconfirmed(event, clock);
    }
  }

  /** Gives what is attached to a target another version, and adds nothing. */
  public move(properties: RawProperties, clock: Clock): Promise<void> {
    return this.reach(moving(parse(properties)), clock);
  }

  /**
   * Detaches what a creation may have attached to which CloudFormation never got a response, so that it made up a physical id.
   *
   * Entries with other versions are somebody else's, which may be why the creation did not succeed.
   */
  private async detachUnconfirmed({ PhysicalResourceId, ResourceProperties }: CustomResourceEvent, clock: Clock): Promise<void> {
    const attachments = ifValid(() => parse(ResourceProperties));
    log(attachments ? 'detaching what may have been attached' : 'nothing to detach', { physicalId: PhysicalResourceId });
    return attachments && this.reach(detaching(attachments, 'same version'), clock);
  }

  /**
   * Attaches to a new target. CloudFormation detaches from the old one afterwards.
   *
   * If this fails, CloudFormation sends no deletion for the new target, so it is cleaned up here.
   */
  private async attachInstead(attachments: Attachments, clock: Clock): Promise<void> {
    try {
      await this.reach(attaching(attachments), { ...clock, deadline: clock.deadline - UNDO });
    } catch (error) {
      if (error instanceof Failure && !error.untouched) {
        await this.reach(detaching(attachments, 'same version'), clock).catch((other) => {
          throw new Failure(`${error.message}; the cleanup also failed: ${other.message}; remove what is left manually: ${describeImages(attachments)}`,
            false, false, 'Entries are left after a failed replacement');
        });
      }
      throw error;
    }
  }

  /** Reads and writes until the target matches the goal and remains unchanged for a while. */
  private reach(goal: Goal, clock: Clock): Promise<void> {
    const progress = new Progress(goal);
    const apps = new RunningApps(this.studio, goal);
    const moved = new MovedByFeed(this.studio, goal.removed);
    return converge<void>({
      doing: goal.doing,
      remedy: () => apps.remedy ?? progress.remedy,
      help: 'The domain is busy',
      // One read, one write, and the pages of a list.
      longestRound: 4 * LONGEST_CALL,
      next: async (now) => {
        const waiting = await apps.look(now);
        if (waiting) {
          return waiting;
        }
        const step = await this.next(goal, progress, moved, now);
        const next = 'refused' in step ? await apps.explain(step, now) : step;
        if (apps.areAwaited) {
          progress.startAgain();
        }
        return next;
      },
      state: () => stateOf(progress),
    }, clock);
  }

  /** Reads once, and writes if needed. */
  private async next({ target, defaults }: Goal, progress: Progress, moved: MovedByFeed, now: () => number): Promise<Step<void> | Refusal> {
    let reading;
    try {
      reading = await this.studio.read(target, now);
    } catch (error) {
      return progress.notRead(error, now());
    }
    let decision;
    try {
      decision = progress.read(reading, now(), await moved.in(reading.blocks));
    } catch (error) {
      if (error instanceof UnknownOwner) {
        return progress.ownerNotRead(error, now());
      }
      throw error;
    }
    if (decision.do !== 'write') {
      const kept = decision.do === 'finish' ? takenIn(reading.blocks, defaults.set) : [];
      if (kept.length > 0) {
        log('keeping the default images that somebody else set', { defaults: describeTaken(kept, reading.blocks) });
      }
      return decision;
    }
    log('writing', { settings: namesIn(decision.blocks) });
    try {
      await this.studio.write(target, decision.blocks);
    } catch (error) {
      return progress.notWritten(error, now());
    }
    progress.written();
    return { do: 'read again after writing' };
  }
}

/** Returns the names of all settings in these blocks. */
function namesIn(blocks: Blocks): string[] {
  return Object.entries(blocks).flatMap(([name, block]) => Object.keys(block).map((setting) => `${name}.${setting}`));
}

/** The old properties; undefined if these are for another target or not valid. */
function formerImages({ ResourceProperties, OldResourceProperties = {} }: CustomResourceEvent): Attachments | undefined {
  const former = ifValid(() => parse(OldResourceProperties));
  return former && physicalIdOf(former.target) === physicalIdIn(ResourceProperties) ? former : undefined;
}

/** Returns `undefined` if the properties are not valid. */
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

function stateOf({ touched, lostSettings }: Progress): { untouched: boolean; description: string; help?: string } {
  const lost = lostSettings.length > 0 ? `; SageMaker dropped ${lostSettings.join(', ')}: restore ${lostSettings.length > 1 ? 'them' : 'it'} manually` : '';
  return {
    untouched: !touched,
    description: touched ? `the settings were written at least once, and CloudFormation reverts this when it rolls back${lost}` : 'nothing was changed',
    ...lost && { help: 'A setting was dropped' },
  };
}
