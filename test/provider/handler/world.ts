import { Clock } from '../../../src/provider/handler/events';
import { Json, Place } from '../../../src/provider/handler/place';
import { Reading } from '../../../src/provider/handler/progress';
import { Studio } from '../../../src/provider/handler/studio';

/** Time that passes as fast as everybody in it waits. */
export class World {
  private time = 0;
  private readonly sleepers: { at: number; wake: () => void }[] = [];

  constructor(private seed = 1) {}

  public now = () => this.time;

  public sleep = (milliseconds: number) => new Promise<void>((wake) => {
    this.sleepers.push({ at: this.time + Math.max(0, milliseconds), wake });
  });

  /** The same numbers for the same seed. */
  public random = () => {
    this.seed = (this.seed * 1103515245 + 12345) % 2 ** 31;
    return this.seed / 2 ** 31;
  };

  public clock(minutes = 14): Clock {
    return { deadline: this.time + minutes * 60_000, now: this.now, sleep: this.sleep, random: this.random };
  }

  /** Lets time pass until all of this is over, whatever becomes of it. */
  public async settle<T>(...actions: Promise<T>[]): Promise<PromiseSettledResult<T>[]> {
    let over = false;
    const all = Promise.allSettled(actions);
    void all.then(() => { over = true; });
    for (;;) {
      // Everything that can go on at this moment does so before time passes.
      for (let i = 0; i < 30; i++) {
        await Promise.resolve();
      }
      if (over) {
        return all;
      }
      this.sleepers.sort((one, other) => one.at - other.at);
      const next = this.sleepers.shift();
      if (!next) {
        throw new Error('everybody waits for something that never comes');
      }
      this.time = Math.max(this.time, next.at);
      next.wake();
    }
  }

  /** The outcome of one action: its error, or undefined. */
  public async run(action: Promise<unknown>): Promise<Error | undefined> {
    const [outcome] = await this.settle(action);
    return outcome.status === 'rejected' ? outcome.reason : undefined;
  }
}

export function serviceError(name: string, message = 'said the service'): Error {
  return Object.assign(new Error(message), { name, $fault: 'client', $metadata: { httpStatusCode: 400 } });
}

/** The error of a call that nobody answered, or not as a whole. */
export function noAnswer(): Error {
  return Object.assign(new Error('no whole answer in 10 s'), { name: 'TimeoutError' });
}

export interface DomainBehaviour {
  /** How long a domain is Updating after a write; 0 for not at all. */
  readonly updating?: () => number;
  /** How long a request, and how long its answer is on its way. */
  readonly latency?: () => number;
  /** The error for a write while the domain is Updating. */
  readonly busy?: string;
  /** Whether what a write does not mention is forgotten. */
  readonly forgets?: boolean;
}

/** A domain as the service keeps it, with what may go wrong. */
export class FakeDomain {
  public settings: Json;
  public status = 'InService';
  public failureReason?: string;
  public exists = true;
  public reads = 0;
  public readonly writes: Json[] = [];
  /** What the handler sees of it. */
  public readonly studio: Studio;
  private modified = 0;

  constructor(private readonly world: World, initial: Json, private readonly behaviour: DomainBehaviour = {}) {
    this.settings = initial;
    this.studio = {
      read: async (_place: Place, now: () => number): Promise<Reading> => {
        const startedAt = now();
        await this.travel();
        this.onRead(++this.reads);
        this.assertExists();
        const { status, settings, modified, failureReason } = this;
        await this.travel();
        return { startedAt, endedAt: now(), status, failureReason, settings, stamp: JSON.stringify([modified, settings]) };
      },
      write: async (_place: Place, sent: Json): Promise<void> => {
        await this.travel();
        this.assertExists();
        this.onWrite(sent, this.writes.length + 1);
        if (this.status === 'Updating') {
          throw serviceError(this.behaviour.busy ?? 'ResourceInUse', 'the domain is being updated');
        }
        this.put(sent);
        await this.travel();
      },
    } as unknown as Studio;
  }

  /** Called before each write takes effect; may throw or change things. */
  public onWrite: (settings: Json, count: number) => void = () => undefined;
  public onRead: (count: number) => void = () => undefined;

  /** A write of somebody else. */
  public put(settings: Json): void {
    this.writes.push(settings);
    this.settings = this.behaviour.forgets ? settings : { ...this.settings, ...settings };
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

  public list(app = 'JupyterLabAppSettings'): Json[] {
    return (this.settings[app] as Json | undefined)?.CustomImages as Json[] ?? [];
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
