import { Faults, type Fault } from './fake-sagemaker/faults';
import { FakeImages, type ImageBehaviour } from './fake-sagemaker/images';
import { FakeStudio, type StudioBehaviour } from './fake-sagemaker/studio';
import { noResponse, serviceError, type World } from './world';
import type { Service } from '../../../src/provider/handler/service/client';
import type { Json } from '../../../src/provider/handler/service/json';

export interface Behaviour extends ImageBehaviour, StudioBehaviour {
  /** The latency of each request and each response, in milliseconds. @default 0 */
  readonly latency?: () => number;
  /** How many calls per second SageMaker accepts before it throttles. @default - any number */
  readonly callsPerSecond?: number;
  /** The size of pages, if MaxResults is not less. @default 100 */
  readonly pageSize?: number;
  /** Operations of other services that are called in the same way. */
  readonly otherOperations?: Readonly<Record<string, (input: Json) => Json>>;
}

/** A call that reached SageMaker, and the error that it returned. */
export interface Call {
  readonly at: number;
  readonly operation: string;
  readonly input: Json;
  readonly error?: string;
}

const ARN = 'arn:aws:sagemaker:eu-west-1:111111111111:';
const SECOND = 1_000;

/** SageMaker in memory, in simulated time, with faults. It shares no code with the handler. */
export class FakeSageMaker {
  public readonly images: FakeImages;
  public readonly studio: FakeStudio;
  /** All calls in their order. */
  public readonly calls: Call[] = [];
  private readonly faults = new Faults();
  private readonly operations: Readonly<Record<string, (input: Json) => Json>>;
  private accepted: number[] = [];

  constructor(private readonly world: World, private readonly behaviour: Behaviour = {}) {
    const arn = (resource: string) => ARN + resource;
    this.images = new FakeImages(world, arn, behaviour, behaviour.pageSize ?? 100);
    this.studio = new FakeStudio(world, arn, behaviour, behaviour.pageSize ?? 100);
    this.operations = { ...this.images.operations, ...this.studio.operations, ...behaviour.otherOperations };
  }

  /** Adds an image with this many versions, and with these aliases. */
  public addImage(name: string, versions = 0, aliases: Readonly<Record<string, number>> = {}): this {
    this.images.add(name, versions, aliases);
    return this;
  }

  public addDomain(DomainId: string, body: Json = { DefaultUserSettings: {} }): this {
    this.studio.add('Domain', { DomainId }, body);
    return this;
  }

  public addUserProfile(DomainId: string, UserProfileName: string, UserSettings?: Json): this {
    this.studio.add('UserProfile', { DomainId, UserProfileName }, UserSettings ? { UserSettings } : {});
    return this;
  }

  public addSpace(DomainId: string, SpaceName: string, SpaceSettings?: Json): this {
    this.studio.add('Space', { DomainId, SpaceName }, SpaceSettings ? { SpaceSettings } : {});
    return this;
  }

  /** Adds a fault of calls to come. */
  public fault(fault: Fault): this {
    this.faults.add(fault);
    return this;
  }

  public clearFaults(): void {
    this.faults.clear();
  }

  /** Makes a call, as a process that is never killed: it gets no response instead. */
  public readonly send: Service['send'] = async (operation, input) => {
    const response = await this.call(operation, input);
    if (response === 'killed') {
      throw noResponse();
    }
    return response;
  };

  /** Returns a process that makes calls until a fault kills it. A killed process never gets a response again. */
  public process(): FakeProcess {
    return new FakeProcess((operation, input) => this.call(operation, input));
  }

  private async call(operation: string, input: Json): Promise<Json | 'killed'> {
    const sent = structuredClone(input);
    await this.travel();
    const fault = this.faults.next(operation, sent);
    const record = (error?: Error) => { this.calls.push({ at: this.world.now(), operation, input: sent, ...error && { error: `${error.name}: ${error.message}` } }); };
    if (fault && fault.when !== 'after') {
      if (fault.error === 'kill') {
        return 'killed';
      }
      record(fault.error);
      throw fault.error;
    }
    let response;
    try {
      response = structuredClone(this.respond(operation, sent));
      record();
    } catch (error) {
      record(error as Error);
      await this.travel();
      throw error;
    }
    if (fault?.error === 'kill') {
      return 'killed';
    }
    await this.travel();
    if (fault) {
      throw fault.error;
    }
    return response;
  }

  private respond(operation: string, input: Json): Json {
    const { callsPerSecond = Infinity } = this.behaviour;
    const now = this.world.now();
    this.accepted = this.accepted.filter((at) => at > now - SECOND);
    if (this.accepted.length >= callsPerSecond) {
      throw serviceError('ThrottlingException', 'Rate exceeded');
    }
    this.accepted.push(now);
    this.images.settle();
    this.studio.settle();
    if (!(operation in this.operations)) {
      throw new Error(`the fake SageMaker has no ${operation}`);
    }
    return this.operations[operation](input);
  }

  private async travel(): Promise<void> {
    const latency = this.behaviour.latency?.() ?? 0;
    if (latency > 0) {
      await this.world.sleep(latency);
    }
  }
}

/** A process that calls SageMaker. */
export class FakeProcess {
  private isKilled = false;
  private end!: () => void;
  private readonly killed = new Promise<'killed'>((resolve) => { this.end = () => resolve('killed'); });

  constructor(private readonly call: (operation: string, input: Json) => Promise<Json | 'killed'>) {}

  public readonly send: Service['send'] = async (operation, input) => {
    const response = this.isKilled ? 'killed' : await this.call(operation, input).catch((error) => this.isKilled ? 'killed' as const : Promise.reject(error));
    if (response === 'killed' || this.isKilled) {
      this.isKilled = true;
      this.end();
      return new Promise<never>(() => undefined);
    }
    return response;
  };

  /** Waits for work of this process, or for its end. */
  public async run<T>(work: Promise<T>): Promise<T | 'killed'> {
    return Promise.race([work, this.killed]);
  }
}
