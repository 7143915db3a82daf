import type { Blocks } from './model';
import type { StudioSettings } from '../../kinds/studio-attachments';
import type { Json } from '../service/json';

/**
 * What of the settings is sent, and what must be sent again.
 *
 * Of each block in which a list changes, everything as it was read: nothing promises that the service keeps what it is not
 * sent. Blocks in which no list changes are not sent. The execution role stays out where it may not be passed: everybody who
 * changes a domain from a script leaves it out.
 */
export class Outgoing {
  private readonly passRole: Set<StudioSettings>;
  /** Whether only the settings for the apps concerned are sent. */
  private narrow = false;
  /** The settings for apps, of each block, in which a list was to change at any time. */
  private readonly concerned = new Map<StudioSettings, Set<string>>();
  /** About the write that was asked for last. */
  private next: { readonly leavesOut: Blocks; readonly passesRole: boolean } = { leavesOut: {}, passesRole: false };
  /** What the last write of each block left out. */
  private leftOut: Blocks = {};
  private lost: Blocks = {};

  constructor(passRole: readonly StudioSettings[]) {
    this.passRole = new Set(passRole);
  }

  /** After a reading: settings that were there before our write, were not sent with it, and are gone. The next write brings them back. */
  public compare(blocks: Blocks): void {
    this.lost = eachBlock(this.leftOut, (name, left) => without(left, blocks[name] ?? {}));
  }

  /** Settings that the service dropped because they were not sent, and that are not back yet. */
  public get lostSettings(): string[] {
    return namesOf(this.lost).flatMap((name) => Object.keys(this.lost[name]!).map((setting) => `${setting} of ${name}`));
  }

  /** What to send, so that these blocks become those. */
  public toSend(before: Blocks, after: Blocks): Blocks {
    const names = namesOf({ ...after, ...this.lost }).filter((name) => after[name] !== before[name] || name in this.lost);
    const sent: Blocks = Object.fromEntries(names.map((name) => [name, this.blockToSend(name, before[name] ?? {}, after[name] ?? {})]));
    this.next = {
      leavesOut: Object.fromEntries(names.map((name) => [name, without(before[name] ?? {}, sent[name]!)])),
      passesRole: names.some((name) => 'ExecutionRole' in sent[name]!),
    };
    return sent;
  }

  /** After a write that may have taken effect. */
  public sent(): void {
    this.leftOut = { ...this.leftOut, ...this.next.leavesOut };
  }

  /**
   * After a role was refused: first without the execution role, as it may be another one than the app was told. Then without
   * all that may hold a role.
   *
   * @returns whether the next write is another one
   */
  public sendNoRole(): boolean {
    if (this.narrow || this.lostSettings.length > 0) {
      return false;
    }
    this.narrow = !this.next.passesRole;
    this.passRole.clear();
    return true;
  }

  /** After other settings than the lists were refused, as it seems. */
  public sendLess(): void {
    this.narrow ||= this.lostSettings.length === 0;
  }

  private blockToSend(name: StudioSettings, before: Json, after: Json): Json {
    const concerned = this.concerned.get(name) ?? new Set();
    this.concerned.set(name, concerned);
    Object.keys(after).filter((app) => after[app] !== before[app]).forEach((app) => concerned.add(app));
    const { ExecutionRole, ...rest } = after;
    const kept = this.passRole.has(name) ? after : rest;
    return {
      ...!this.narrow && kept,
      ...this.lost[name],
      ...Object.fromEntries(Object.entries(after).filter(([app]) => concerned.has(app))),
    };
  }
}

function namesOf(blocks: Blocks): StudioSettings[] {
  return Object.keys(blocks) as StudioSettings[];
}

/** The blocks with something in them. */
function eachBlock(blocks: Blocks, change: (name: StudioSettings, block: Json) => Json): Blocks {
  const all = namesOf(blocks).map((name) => [name, change(name, blocks[name]!)] as const);
  return Object.fromEntries(all.filter(([, block]) => Object.keys(block).length > 0));
}

/** Those of the settings that are not among others. */
function without(settings: Json, others: Json): Json {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !(name in others)));
}
