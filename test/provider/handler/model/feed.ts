import type { Push, StoredImage } from '../../../../src/provider/handler/image-feed/model';
import type { RuleEvent } from '../../../../src/provider/kinds/rule-event';
import type { World } from '../world';

/** 2026-01-01 in seconds since 1970, the start of the simulated time. */
const START = 1_767_225_600;
export const REPOSITORY = '111111111111.dkr.ecr.eu-west-1.amazonaws.com/torch';
export const FEED = {
  ImageName: 'torch', Alias: 'nightly', RepositoryName: 'torch', RepositoryUri: REPOSITORY, Tags: ['release-*'], Metadata: {}, ReadLabels: false, ReportedAs: 'Stack/Feed',
};

/** A version, and the URI of its container image. */
export interface Made {
  readonly number: number;
  readonly uri: unknown;
}

/** The repository, and the reference model of the label that follows it. */
export class Repository {
  public readonly images: StoredImage[] = [];
  /** Events that are still to come. */
  public late: Push[] = [];
  /** When the container images were pushed last, of the pushes whose event was handled. */
  private readonly handled = new Map<string, number>();
  /** The same, if nobody knows whether the event was handled. */
  private readonly perhaps = new Map<string, number>();
  /** When the label was last somewhere else than a feed puts it. */
  private astray = -Infinity;
  private pushes = 0;

  constructor(private readonly world: World) {}

  /** Pushes a container image now. Another tag does not change when it was pushed, as far as ECR tells. */
  public push(content: number): Push {
    const [digest, tag, time] = [`sha256:${content}`, `release-${++this.pushes}`, Math.floor(this.now)];
    const at = this.images.findIndex(({ imageDigest }) => imageDigest === digest);
    if (at < 0) {
      this.images.push({ imageDigest: digest, imageTags: [tag], imagePushedAt: new Date(time * 1_000) });
    } else {
      this.images[at] = { ...this.images[at], imageTags: [...this.images[at].imageTags!, tag] };
    }
    return { digest, tag, time };
  }

  public eventOf({ digest, tag, time }: Push, Places: unknown): RuleEvent {
    return {
      Reaction: 'ImageFeed',
      Properties: { ...FEED, Places },
      Detail: { 'result': 'SUCCESS', 'action-type': 'PUSH', 'repository-name': 'torch', 'image-digest': digest, 'image-tag': tag },
      Time: new Date(time * 1_000).toISOString().replace('.000', ''),
    };
  }

  /** Notes that the event of a push was handled, or may have been. */
  public note({ digest, time }: Pick<Push, 'digest' | 'time'>, isSure: boolean): void {
    const times = isSure ? this.handled : this.perhaps;
    const uri = `${REPOSITORY}@${digest}`;
    times.set(uri, Math.max(time, times.get(uri) ?? 0));
  }

  /** Notes that a deployment made up for the event of the newest container image, or may have. */
  public noteDeployment(before: readonly Made[], isSure: boolean): void {
    const times = this.images.map(({ imageDigest, imagePushedAt }) => ({ digest: imageDigest!, time: Number(imagePushedAt) / 1_000 }));
    const newest = times.reduce((best, one) => one.time > best.time ? one : best);
    const isMade = before.some(({ uri }) => uri === `${REPOSITORY}@${newest.digest}`);
    this.note(newest, isSure && !isMade && newest.time > this.latest);
  }

  /** Notes that the label was moved or removed by somebody else, or got lost in a run that failed. */
  public noteAstray(): void {
    this.astray = this.now;
  }

  /**
   * Checks where the label is: on the version of the latest push whose event was handled.
   *
   * Events that may have been handled can have moved it further. After a move by hand, it stays until the next push.
   */
  public check(label: number | undefined, before: number | undefined, versions: readonly Made[]): void {
    // A push makes one version, however often its event arrives.
    const pushed = versions.map(({ uri }) => uri).filter((uri) => String(uri).startsWith(REPOSITORY));
    expect(pushed).toEqual([...new Set(pushed)]);
    const made = (wanted: readonly unknown[]) => versions.filter(({ uri }) => wanted.includes(uri)).map(({ number }) => number);
    const { latest } = this;
    const [uris, later] = [[...this.handled].filter(([, time]) => time === latest), [...this.perhaps].filter(([, time]) => time >= latest)]
      .map((some) => some.map(([uri]) => uri));
    // Of two pushes in the same second, the version that was made last counts.
    const exact = [Math.max(...made(uris)), ...made(later)];
    const allowed = latest > this.astray ? exact : [...exact, before, ...made(this.images.map(({ imageDigest }) => `${REPOSITORY}@${imageDigest}`))];
    expect(['label', allowed.includes(label) ? 'expected' : { label, allowed }]).toEqual(['label', 'expected']);
  }

  private get latest(): number {
    return Math.max(...this.handled.values());
  }

  private get now(): number {
    return START + this.world.now() / 1_000;
  }
}
