import type { Blocks, Reading, Target } from '../../../../src/provider/handler/attachments/model';
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
  public readonly studio: Pick<Studio, 'read' | 'write'>;
  private modified = 0;

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
        return { startedAt, endedAt: now(), status, failureReason, blocks: seen, stamp: JSON.stringify([modified, seen]) };
      },
      write: async (target, sent): Promise<void> => {
        this.called.push(target);
        await this.travel();
        this.assertExists();
        this.onWrite(sent, this.writes.length + 1);
        if (this.status === 'Updating') {
          throw serviceError(this.behaviour.busy ?? 'ResourceInUse', 'the domain is being updated');
        }
        this.put(sent);
        await this.travel();
      },
    };
  }

  /** Called before each write takes effect. It may throw an error or change the target. */
  public onWrite: (blocks: Blocks, count: number) => void = () => undefined;
  public onRead: (count: number) => void = () => undefined;

  /** Writes settings blocks. */
  public put(sent: Blocks): void {
    this.writes.push(sent);
    for (const [name, block] of Object.entries(sent)) {
      this.blocks = { ...this.blocks, [name]: this.behaviour.dropsOmitted ? block : { ...this.blocks[name as StudioSettings], ...block } };
    }
    this.modified++;
    const duration = this.behaviour.updating?.() ?? 0;
    if (duration > 0) {
      this.status = 'Updating';
      void this.world.sleep(duration).then(() => {
        this.status = 'InService';
        this.modified++;
      });
    }
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

  private assertExists(): void {
    if (!this.exists) {
      throw serviceError('ResourceNotFound', 'no such domain');
    }
  }

  private async travel(): Promise<void> {
    const latency = this.behaviour.latency?.() ?? 0;
    if (latency > 0) {
      await this.world.sleep(latency);
    }
  }
}
