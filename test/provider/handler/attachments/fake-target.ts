import type { Blocks, Reading, RunningApp, Target } from '../../../../src/provider/handler/attachments/model';
import type { Studio } from '../../../../src/provider/handler/attachments/studio';
import type { Json } from '../../../../src/provider/handler/service/json';
import type { StudioSettings } from '../../../../src/provider/kinds/studio-attachments';
import { serviceError, type World } from '../world';

export interface Behaviour {
  /** How long the status is Updating after a write. 0 means that it does not change. */
  readonly updating?: () => number;
  /** The latency of each request and each response. */
  readonly latency?: () => number;
  /** The name of the error for a write while the status is Updating. */
  readonly busy?: string;
  /** Whether a write drops the settings that a block omits. */
  readonly dropsOmitted?: boolean;
  /** Whether a write keeps the members of the former default that the new one omits. */
  readonly mergesDefaults?: boolean;
  /** Whether SageMaker accepts settings: those that a write contains, or all of a block after the write. */
  readonly accepts?: (settings: Json) => boolean;
  readonly checks?: 'what is sent' | 'whole blocks';
  /** Whether a write that SageMaker does not accept is refused, or starts an update that fails and changes nothing. */
  readonly rejection?: 'refusal' | 'failed update';
}

/** A fake domain, user profile or space, with faults. */
export class FakeTarget {
  public status = 'InService';
  public failureReason?: string;
  public exists = true;
  public reads = 0;
  public readonly writes: Blocks[] = [];
  /** The targets of all calls. */
  public readonly called: Target[] = [];
  /** The interface that the handler uses. */
  public readonly studio: Pick<Studio, 'read' | 'write' | 'apps' | 'version'>;
  private modified = 0;
  private stamp: { readonly of: [number, Blocks]; readonly text: string } = { of: [-1, {}], text: '' };

  constructor(private readonly world: World, public blocks: Blocks, private readonly behaviour: Behaviour = {}) {
    this.studio = {
      read: async (target, now): Promise<Reading> => {
        const startedAt = now();
        this.called.push(target);
        await this.travel();
        this.onRead(++this.reads);
        this.assertExists();
        const { status, modified, failureReason } = this;
        const seen = this.blocks;
        await this.travel();
        return { startedAt, endedAt: now(), status, failureReason, blocks: seen, stamp: this.stampOf(modified, seen) };
      },
      write: async (target, sent): Promise<void> => {
        this.called.push(target);
        await this.travel();
        this.assertExists();
        this.onWrite(sent, this.writes.length + 1);
        if (this.status === 'Updating') {
          throw serviceError(this.behaviour.busy ?? 'ResourceInUse', 'the domain is being updated');
        }
        if (!this.isAccepted(sent)) {
          if (this.behaviour.rejection === 'refusal') {
            throw serviceError('ValidationException', 'AppImageConfig [gone] does not exist.');
          }
          this.writes.push(sent);
          this.startUpdating('Update_Failed');
          this.failureReason = 'AppImageConfig [gone] does not exist.';
          return this.travel();
        }
        this.put(sent);
        await this.travel();
      },
      apps: async (): Promise<RunningApp[]> => {
        await this.travel();
        return this.onApps();
      },
      // No version is that of a feed.
      version: async () => undefined,
    };
  }

  /** Called before each write takes effect. It may throw an error or change the target. */
  public onWrite: (blocks: Blocks, count: number) => void = () => undefined;
  public onRead: (count: number) => void = () => undefined;
  /** Returns the running apps. */
  public onApps: () => RunningApp[] = () => [];

  /** Writes settings blocks. */
  public put(sent: Blocks): void {
    this.writes.push(sent);
    this.blocks = this.after(sent);
    this.startUpdating('InService');
  }

  /** Writes default user settings, as somebody else. */
  public putSettings(settings: Json): void {
    this.put({ DefaultUserSettings: settings });
  }

  public get settings(): Json {
    return this.blocks.DefaultUserSettings!;
  }

  public list(app = 'JupyterLabAppSettings', settings: StudioSettings = 'DefaultUserSettings'): Json[] {
    return (this.blocks[settings]?.[app] as Json | undefined)?.CustomImages as Json[] ?? [];
  }

  /** Renders the stamp once for many reads. */
  private stampOf(modified: number, blocks: Blocks): string {
    if (this.stamp.of[0] !== modified || this.stamp.of[1] !== blocks) {
      this.stamp = { of: [modified, blocks], text: JSON.stringify([modified, blocks]) };
    }
    return this.stamp.text;
  }

  private after(sent: Blocks): Blocks {
    return {
      ...this.blocks,
      ...Object.fromEntries(Object.entries(sent).map(([name, block]) => {
        const before = this.blocks[name as StudioSettings] ?? {};
        return [name, { ...!this.behaviour.dropsOmitted && before, ...this.behaviour.mergesDefaults ? mergedDefaults(before, block) : block }];
      })),
    };
  }

  private isAccepted(sent: Blocks): boolean {
    const { accepts = () => true, checks = 'what is sent' } = this.behaviour;
    const after = this.after(sent);
    return Object.entries(sent).every(([name, block]) => accepts(checks === 'whole blocks' ? after[name as StudioSettings]! : block));
  }

  private startUpdating(outcome: 'InService' | 'Update_Failed'): void {
    this.modified++;
    const duration = this.behaviour.updating?.() ?? 0;
    const end = () => {
      this.status = outcome;
      this.modified++;
    };
    if (duration > 0) {
      this.status = 'Updating';
      void this.world.sleep(duration).then(end);
    } else if (this.behaviour.accepts) {
      end();
    }
  }

  private assertExists(): void {
    if (!this.exists) {
      throw serviceError('ResourceNotFound', 'Domain [arn:aws:sagemaker:eu-west-1:111111111111:domain/d-1] does not exist.');
    }
  }

  private async travel(): Promise<void> {
    const latency = this.behaviour.latency?.() ?? 0;
    if (latency > 0) {
      await this.world.sleep(latency);
    }
  }
}

/** Adds the members of former defaults. */
function mergedDefaults(before: Json, block: Json): Json {
  return Object.fromEntries(Object.entries(block).map(([app, settings]) => {
    const [{ DefaultResourceSpec: former }, { DefaultResourceSpec: sent }] = [(before[app] ?? {}) as Json, settings as Json];
    return [app, former ? { ...settings as Json, DefaultResourceSpec: { ...former, ...sent as Json } } : settings];
  }));
}
