import { createHash } from 'crypto';
import { StudioAttachments } from '../../../../src/provider/handler/attachments';
import { Studio } from '../../../../src/provider/handler/attachments/studio';
import { ImageFeed } from '../../../../src/provider/handler/image-feed';
import type { StoredImage } from '../../../../src/provider/handler/image-feed/model';
import type { CustomResourceEvent } from '../../../../src/provider/handler/lifecycle/event';
import type { RuleEvent } from '../../../../src/provider/kinds/rule-event';
import { event } from '../event';
import { type Behaviour, FakeProcess, FakeSageMaker } from '../fake-sagemaker';
import { World } from '../world';

/** 2026-01-01 in seconds since 1970, the start of the simulated time. */
const START = 1_767_225_600;
export const REPOSITORY = '111111111111.dkr.ecr.eu-west-1.amazonaws.com/torch';
export const PROPERTIES = {
  ImageName: 'torch', Alias: 'stable', RepositoryName: 'torch', RepositoryUri: REPOSITORY, Tags: ['release-*'], Metadata: {}, ReadLabels: false, ReportedAs: 'Stack/Feed',
};

export const digestOf = (name: string) => `sha256:${createHash('sha256').update(name).digest('hex')}`;

/** A repository with a feed. */
export class Scene {
  public readonly world: World;
  public readonly sageMaker: FakeSageMaker;
  public readonly stored: (StoredImage & { readonly name: string })[] = [];
  public readonly labels: Record<string, Record<string, unknown> | Error> = {};
  /** The lines about failures. */
  public readonly reports: Record<string, unknown>[] = [];
  public properties: object = PROPERTIES;

  constructor(behaviour: Behaviour = {}, seed = 1) {
    this.world = new World(seed);
    this.sageMaker = new FakeSageMaker(this.world, { versionTime: () => 30_000, ...behaviour }).addImage('torch');
  }

  /** Pushes a container image with a tag now, and returns the event. A second tag does not change when it was pushed. */
  public push(name: string, tag: string, detail: object = {}): RuleEvent {
    const seconds = Math.floor(this.seconds());
    const known = this.stored.findIndex((one) => one.name === name);
    if (known >= 0) {
      this.stored[known] = { ...this.stored[known], imageTags: [...this.stored[known].imageTags!, tag] };
    } else {
      this.stored.push({ name, imageDigest: digestOf(name), imageTags: [tag], imagePushedAt: new Date(seconds * 1_000) });
    }
    return {
      Reaction: 'ImageFeed',
      Properties: { Places: [], ...this.properties },
      Detail: { 'result': 'SUCCESS', 'action-type': 'PUSH', 'repository-name': 'torch', 'image-digest': digestOf(name), 'image-tag': tag, ...detail },
      Time: new Date(seconds * 1_000).toISOString().replace('.000', ''),
    };
  }

  /** Lets simulated time pass. */
  public async wait(seconds: number): Promise<void> {
    await this.world.settle(this.world.sleep(seconds * 1_000));
  }

  /** Handles events in parallel, each in a process of its own. Returns their errors. */
  public async react(...events: RuleEvent[]): Promise<(Error | undefined)[]> {
    const outcomes = await this.world.settle(...events.map((one) => this.reaction(one)));
    return outcomes.map((outcome) => outcome.status === 'rejected' ? outcome.reason as Error : undefined);
  }

  public reaction(one: RuleEvent, process: Pick<FakeProcess, 'send'> = this.sageMaker): Promise<void> {
    return this.feed(process).react(one, this.world.clock());
  }

  /** Handles an event of CloudFormation. Returns the attributes or the error. */
  public async deploy(type: CustomResourceEvent['RequestType'], properties: object = {}): Promise<any> {
    const [outcome] = await this.world.settle<any>(this.deployment(type, properties));
    return outcome.status === 'fulfilled' ? outcome.value : outcome.reason;
  }

  public deployment(type: CustomResourceEvent['RequestType'], properties: object = {}): Promise<any> {
    return this.feed().run(event(type, { ...this.properties, ...properties }), this.world.clock());
  }

  /** The versions as `2 CREATED a`, by the name of the container image. */
  public async versions(): Promise<string[]> {
    const found: string[] = [];
    for (const [number, status] of Object.entries(this.sageMaker.images.statuses('torch'))) {
      const { BaseImage } = await this.describe(Number(number));
      found.push(`${number} ${status} ${this.stored.find(({ imageDigest }) => BaseImage === `${REPOSITORY}@${imageDigest}`)?.name ?? BaseImage}`);
    }
    return found;
  }

  public async describe(Version: number): Promise<Record<string, unknown>> {
    // Without it, SageMaker may throttle the call.
    await this.wait(1);
    const [outcome] = await this.world.settle(this.sageMaker.send('DescribeImageVersion', { ImageName: 'torch', Version }));
    return outcome.status === 'fulfilled' ? outcome.value : {};
  }

  /** The version with the alias. */
  public get holder(): number | undefined {
    return this.sageMaker.images.aliases('torch').stable;
  }

  public count(operation: string): number {
    return this.sageMaker.calls.filter((call) => call.operation === operation && !call.error).length;
  }

  private feed(process: Pick<FakeProcess, 'send'> = this.sageMaker): ImageFeed {
    const studio = new Studio(process);
    return new ImageFeed(process, {
      images: async () => this.stored,
      labels: async (_, digest) => {
        const labels = this.labels[digest] ?? {};
        if (labels instanceof Error) {
          throw labels;
        }
        return labels;
      },
    }, studio, new StudioAttachments(studio), (line) => this.reports.push(JSON.parse(line)), () => this.seconds());
  }

  private seconds(): number {
    return START + this.world.now() / 1_000;
  }
}
