import type { AppSettings, Blocks } from './model';
import type { StudioSettings } from '../../kinds/studio-attachments';
import type { Json } from '../service/json';

/**
 * Selects the settings that a write sends, and the settings to restore.
 *
 * A write sends only blocks that change, but sends these blocks completely, because SageMaker does not document that it
 * keeps omitted settings. The execution role is omitted where the function may not pass it, as scripts that update a domain
 * usually do.
 */
export class Outgoing {
  private readonly passRole: Set<StudioSettings>;
  /** Whether writes send only the app settings that change, and whether such a write was sent. */
  private appSettingsOnly = false;
  private sentAppSettingsOnly = false;
  /** The write that `toSend` returned last. */
  private next: { readonly omits: Blocks; readonly passesRole: boolean } = { omits: {}, passesRole: false };
  /** The settings that the last write of each block omitted. */
  private omitted: Blocks = {};
  /** The omitted settings that SageMaker dropped. The next write restores them. */
  private lost: Blocks = {};

  /** @param apps the settings that the app attaches images to */
  constructor(passRole: readonly StudioSettings[], private readonly apps: readonly AppSettings[]) {
    this.passRole = new Set(passRole);
  }

  /** Finds omitted settings that SageMaker dropped, after a read. */
  public compare(blocks: Blocks): void {
    this.lost = mapBlocks(this.omitted, (name, omitted) => without(omitted, blocks[name] ?? {}));
  }

  /** Settings that SageMaker dropped because a write omitted them, and that are not restored yet. */
  public get lostSettings(): string[] {
    return namesOf(this.lost).flatMap((name) => Object.keys(this.lost[name]!).map((setting) => `${name}.${setting}`));
  }

  /** Returns the blocks to send for a change. Without a change, these are the blocks with our images, which are written again. */
  public toSend(before: Blocks, after: Blocks): Blocks {
    const changed = namesOf({ ...after, ...this.lost }).filter((name) => after[name] !== before[name] || name in this.lost);
    const names = changed.length > 0 ? changed : namesOf(after).filter((name) => this.apps.some(({ settings }) => settings === name));
    const sent: Blocks = Object.fromEntries(names.map((name) => [name, this.blockToSend(name, before[name] ?? {}, after[name] ?? {})]));
    this.next = {
      omits: Object.fromEntries(names.map((name) => [name, without(before[name] ?? {}, sent[name]!)])),
      passesRole: names.some((name) => 'ExecutionRole' in sent[name]!),
    };
    return sent;
  }

  /** Records that the write was sent and may have taken effect. */
  public sent(): void {
    this.omitted = { ...this.omitted, ...this.next.omits };
    this.sentAppSettingsOnly ||= this.appSettingsOnly;
  }

  /**
   * Omits roles after SageMaker rejected one: first the execution role, which may differ from the role that the app granted.
   * If the write did not contain it, everything except the app settings that change.
   *
   * @returns whether the next write differs
   */
  public omitRoles(): boolean {
    if (this.appSettingsOnly || this.lostSettings.length > 0) {
      return false;
    }
    this.appSettingsOnly = !this.next.passesRole;
    this.passRole.clear();
    return true;
  }

  /**
   * Sends only the app settings that change, after SageMaker apparently rejected other settings.
   *
   * Where the app names the execution role, a write omits nothing, so that nothing can be lost. Elsewhere, it omits the role
   * anyway, which relies on SageMaker keeping what is omitted.
   *
   * @returns whether the next write differs from those before
   */
  public sendAppSettingsOnly(): boolean {
    this.appSettingsOnly ||= this.passRole.size === 0 && this.lostSettings.length === 0;
    return this.appSettingsOnly && !this.sentAppSettingsOnly;
  }

  /** Whether writes omit nothing because the app names an execution role. */
  public get omitsNothing(): boolean {
    return this.passRole.size > 0;
  }

  private blockToSend(name: StudioSettings, before: Json, after: Json): Json {
    const apps = Object.keys(after).filter((app) => after[app] !== before[app]);
    const isSent = (one: string) => apps.length > 0 ? apps.includes(one) : this.apps.some(({ settings, app }) => settings === name && app === one);
    const { ExecutionRole, ...rest } = after;
    const kept = this.passRole.has(name) ? after : rest;
    return {
      ...!this.appSettingsOnly && kept,
      ...this.lost[name],
      ...Object.fromEntries(Object.entries(after).filter(([app]) => isSent(app))),
    };
  }
}

function namesOf(blocks: Blocks): StudioSettings[] {
  return Object.keys(blocks) as StudioSettings[];
}

/** Maps each block, and removes empty results. */
function mapBlocks(blocks: Blocks, change: (name: StudioSettings, block: Json) => Json): Blocks {
  const all = namesOf(blocks).map((name) => [name, change(name, blocks[name]!)] as const);
  return Object.fromEntries(all.filter(([, block]) => Object.keys(block).length > 0));
}

/** Returns the settings whose names are not in `others`. */
function without(settings: Json, others: Json): Json {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !(name in others)));
}
