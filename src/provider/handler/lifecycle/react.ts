import type { Clock } from './clock';
import { log } from './log';
import type { RuleEvent } from '../../kinds/rule-event';

/** One kind of work that the function does when something happens, not during a deployment. */
export interface Reaction {
  /**
   * Handles an event. It is idempotent: EventBridge may send an event more than once, and events in another order.
   *
   * @throws an error that makes Lambda run the event again, twice at most
   */
  react(event: RuleEvent, clock: Clock): Promise<void>;
}

/** Handles an event of a rule. Its error makes Lambda run it again. */
export async function react(event: RuleEvent, reactions: Readonly<Record<string, Reaction>>, clock: Clock): Promise<void> {
  const { Reaction: name, Detail, Time } = event;
  log('received', { reaction: name, detail: Detail, time: Time });
  const reaction = reactions[name] as Reaction | undefined;
  if (!reaction) {
    throw new Error(`the function does not react to '${name}'; use one of ${Object.keys(reactions).join(', ')}`);
  }
  await reaction.react(event, clock);
}
