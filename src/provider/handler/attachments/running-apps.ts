import type { Goal } from './goal';
import { describeApps, remedyFor } from './messages';
import type { RunningApp } from './model';
import type { Studio } from './studio';
import type { Pause } from '../converge';
import { kindOf, summary } from '../service/error-kinds';

/** Gives up because SageMaker refused an update, or because the update failed. */
export type Refusal = Pause & { readonly do: 'give up'; readonly refused: true };

/** How often apps are listed while we wait for them, in milliseconds. */
const PAUSE = { milliseconds: 10_000, jitter: 5_000 };
/** How often listing apps is tried again. */
const MAX_TRIES = 3;

/** Whether an error says that apps are the cause. */
export function isAboutApps(message: string): boolean {
  return /\bapp(lication)?s?\b(?! image)/i.test(message);
}

/** The running apps that may be why SageMaker refuses an update. AWS says that all apps must be deleted first, but others saw no refusal. */
export class RunningApps {
  /** The advice after a timeout. */
  public remedy?: string;
  /** What SageMaker refused, while we wait for apps. */
  private refusal?: Refusal;
  private tries = 0;

  constructor(private readonly studio: Pick<Studio, 'apps'>, private readonly goal: Goal) {}

  /** Whether the work waits for apps. */
  public get areAwaited(): boolean {
    return this.refusal !== undefined;
  }

  /** Names the running apps in a refusal, or waits for them. */
  public async explain(refusal: Refusal, now: () => number): Promise<Pause> {
    const { target, waitForApps } = this.goal;
    let apps;
    try {
      apps = await this.studio.apps(target, now);
    } catch (error) {
      return ['busy', 'unknown'].includes(kindOf(error)) && (waitForApps || ++this.tries <= MAX_TRIES)
        ? { do: 'wait', why: refusal.why }
        : { ...refusal, why: `${refusal.why} (listing the running apps failed: ${summary(error)})` };
    }
    this.remedy = apps.length > 0 ? this.remedyFor(apps) : undefined;
    if (this.remedy === undefined) {
      return refusal;
    }
    const why = `${refusal.why}; ${describeApps(apps)}`;
    if (waitForApps) {
      this.refusal = refusal;
      return { do: 'wait', why, ...PAUSE };
    }
    const blame = isAboutApps(refusal.why) ? { remedy: this.remedy, help: 'Running apps block an update' }
      : { remedy: `${refusal.remedy}; if the running apps are the cause, ${this.remedy}` };
    return { ...refusal, why, ...blame, details: { apps } };
  }

  /**
   * Looks again at the apps that we wait for.
   *
   * @returns undefined if none of them is left
   */
  public async look(now: () => number): Promise<Pause | undefined> {
    const { refusal } = this;
    this.refusal = undefined;
    const next = refusal && await this.explain(refusal, now);
    return next === refusal ? undefined : next;
  }

  private remedyFor(apps: readonly RunningApp[]): string {
    const { succeedsIfMissing, waitForApps } = this.goal;
    return remedyFor(apps[0], { isWaiting: waitForApps, isDetaching: succeedsIfMissing });
  }
}
