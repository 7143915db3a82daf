import type { Push } from '../../../../../src/provider/handler/image-feed/model';
import type { World } from '../../world';
import type { State } from '../account';
import { START } from '../names';
import { isPushed, type Made, REPOSITORY, type Repository } from '../repository';

/** What happened: `perhaps` something was handled, or a part of it. */
export type Happened = 'deployed' | 'handled' | 'perhaps' | 'nothing';

/** Which version has the label of the feed: that of the latest push whose event was handled. */
export class FeedLabel {
  /** When the container images were pushed last, of the pushes whose event was handled. */
  private readonly handled = new Map<string, number>();
  /** The same, if nobody knows whether the event was handled. */
  private readonly perhaps = new Map<string, number>();
  /** When the label was last somewhere else than a feed puts it. */
  private astray = -Infinity;

  constructor(private readonly world: World, private readonly repository: Repository) {}

  /** Notes that the event of a push was handled, or may have been. */
  public note({ digest, time }: Pick<Push, 'digest' | 'time'>, isSure: boolean): void {
    const times = isSure ? this.handled : this.perhaps;
    const uri = `${REPOSITORY}@${digest}`;
    times.set(uri, Math.max(time, times.get(uri) ?? 0));
  }

  /** Notes that the label was moved or removed by somebody else, or got lost in a run that failed. */
  public noteAstray(): void {
    this.astray = this.now;
  }

  /** @param mayBeLost whether a failure may have left the label on no version */
  public check(before: State, after: State, what: Happened, mayBeLost = what === 'perhaps'): void {
    const { labels: { nightly: label }, versions } = after;
    const hasFeed = after.deployed.has('Feed');
    // A push makes one version that can be used, however often its event arrives.
    const pushed = usable(versions).filter(isPushed).map(({ uri }) => uri);
    expect(pushed).toEqual([...new Set(pushed)]);
    const isRead = hasFeed && (before.deployed.has('Feed') || after.deployed.has('Targets') || before.labels.nightly === undefined);
    if (what === 'perhaps' || (what === 'deployed' && isRead)) {
      this.noteDeployment(before, what === 'deployed');
    }
    if (label === undefined && (what === 'perhaps' || what === 'nothing' || !hasFeed)) {
      // A run that failed took it away, or somebody did before.
      expect(mayBeLost ? undefined : before.labels.nightly).toBeUndefined();
      return this.noteAstray();
    }
    this.checkLabel(label, before.labels.nightly, usable(versions));
  }

  /**
   * Events that may have been handled can have moved the label further. After a move by hand, it stays until the next push.
   */
  private checkLabel(label: number | undefined, before: number | undefined, versions: readonly Made[]): void {
    const made = (wanted: readonly string[]) => versions.filter(({ uri }) => wanted.includes(uri)).map(({ number }) => number);
    const { latest } = this;
    const [uris, later] = [[...this.handled].filter(([, time]) => time === latest), [...this.perhaps].filter(([, time]) => time >= latest)]
      .map((some) => some.map(([uri]) => uri));
    // Of two pushes in the same second, the version that was made last counts. Retention may have deleted it, and an event that came
    // twice may have made it again, so that the other one is right too.
    const exact = made([...uris, ...later]);
    const allowed = latest > this.astray ? exact : [...exact, before, ...made(this.repository.images.map(({ imageDigest }) => `${REPOSITORY}@${imageDigest}`))];
    expect(['label', allowed.includes(label) ? 'expected' : { label, allowed }]).toEqual(['label', 'expected']);
  }

  /** Notes that a deployment made up for the event of the newest container image, or may have. */
  private noteDeployment({ versions }: State, isSure: boolean): void {
    const times = this.repository.images.map(({ imageDigest, imagePushedAt }) => ({ digest: imageDigest, time: imagePushedAt }));
    const newest = times.reduce((best, one) => one.time > best.time ? one : best);
    // One that failed is not tried again, as long as the label is somewhere.
    const isMade = versions.some(({ uri }) => uri === `${REPOSITORY}@${newest.digest}`);
    this.note(newest, isSure && !isMade && newest.time > this.latest);
  }

  private get latest(): number {
    return Math.max(...this.handled.values());
  }

  private get now(): number {
    return (START + this.world.now()) / 1_000;
  }
}

function usable(versions: readonly Made[]): Made[] {
  return versions.filter(({ status }) => status === 'CREATED');
}
