import type { Reference } from './model';
import { SKEW } from './plan';
import { namesImage, namesVersion, referencesIn } from './references';
import { type Calls, Unreadable } from '../calls';
import type { Clock } from '../lifecycle/clock';
import { kindOf } from '../service/error-kinds';
import { isMap, type Json } from '../service/json';

/** How many calls run at the same time. */
const AT_ONCE = 8;
/** Up to so many domains, user profiles and spaces are always read again, whatever SageMaker says about their last change. */
const ALWAYS_READ = 50;
/** How long to wait when SageMaker lists something that it does not find, in milliseconds. */
const PAUSE = 5_000;
/** Apps that run images of SageMaker only, if they name none. */
const WITHOUT_CUSTOM_IMAGES = /^(JupyterServer|TensorBoard|RStudioServerPro|Canvas)$/;

/** A domain, user profile, space or app. */
interface Target {
  readonly kind: 'Domain' | 'UserProfile' | 'Space' | 'App';
  readonly where: string;
  readonly key: Json;
  readonly listed: Json;
  /** Another value if it has changed. */
  readonly stamp: string;
}

/** Reads everything in the Region that can name a version of an image: domains, user profiles, spaces and running apps. */
export class StudioUsage {
  private readonly known = new Map<string, { readonly stamp: string; readonly references: readonly Reference[] }>();

  constructor(private readonly calls: Pick<Calls, 'send'>, private readonly clock: Pick<Clock, 'sleep'>, private readonly image: string) {}

  /**
   * Reads what has changed since the last reading.
   *
   * @throws Unreadable
   */
  public async read(): Promise<Reference[]> {
    for (;;) {
      const targets = await this.targets();
      const all = targets.filter(({ kind }) => kind !== 'App').length <= ALWAYS_READ;
      const changed = targets.filter((target) => (all && target.kind !== 'App') || this.known.get(target.where)?.stamp !== target.stamp);
      const missing = await this.describeAll(changed);
      if (missing.length === 0) {
        return targets.flatMap(({ where }) => this.known.get(where)!.references);
      }
      // They were deleted, or are not visible everywhere yet: the next list shows which.
      await this.clock.sleep(PAUSE);
    }
  }

  /** Describes targets, and returns those that SageMaker does not find. */
  private async describeAll(targets: readonly Target[]): Promise<Target[]> {
    const queue = [...targets];
    const missing: Target[] = [];
    const errors: unknown[] = [];
    const next = async () => {
      for (let target = queue.shift(); target; target = queue.shift()) {
        try {
          await this.describe(target);
        } catch (error) {
          if (kindOf(error) === 'missing') {
            missing.push(target);
          } else {
            errors.push(error);
          }
        }
        if (errors.length > 0) {
          return;
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    if (errors.length > 0) {
      throw errors[0];
    }
    return missing;
  }

  private async targets(): Promise<Target[]> {
    return [
      ...await this.list('Domain', ['DomainId']),
      ...await this.list('UserProfile', ['DomainId', 'UserProfileName']),
      ...await this.list('Space', ['DomainId', 'SpaceName']),
      ...(await this.list('App', ['DomainId', 'AppType', 'AppName'])).filter(({ listed: { Status } }) => Status !== 'Deleted' && Status !== 'Failed'),
    ];
  }

  private async list(kind: Target['kind'], names: string[]): Promise<Target[]> {
    const targets: Target[] = [];
    for (let token: unknown, isFirst = true; isFirst || token; isFirst = false) {
      const { [`${kind}s`]: items, NextToken } = await this.calls.send(`List${kind}s`, { MaxResults: 100, NextToken: token });
      if (!Array.isArray(items)) {
        throw new Unreadable(`the response of List${kind}s has no ${kind}s`);
      }
      items.forEach((item) => targets.push(this.target(kind, names, item)));
      token = NextToken;
    }
    return targets;
  }

  private target(kind: Target['kind'], names: string[], listed: unknown): Target {
    const item = isMap(listed) ? listed : {};
    const owner = kind === 'App' ? [item.SpaceName === undefined ? 'UserProfileName' : 'SpaceName'] : [];
    const key = Object.fromEntries([...names, ...owner].map((name) => [name, item[name]]));
    if (![...Object.values(key), item.Status].every((value) => typeof value === 'string')) {
      throw new Unreadable(`an item of List${kind}s is not complete: ${JSON.stringify(listed)}`);
    }
    return { kind, where: whereIs(kind, key), key, listed: item, stamp: JSON.stringify([item.Status, item.LastModifiedTime, item.CreationTime]) };
  }

  private async describe(target: Target): Promise<void> {
    const { kind, key, listed, where, stamp } = target;
    const isKnownApp = kind === 'App' && namesVersion(listed);
    const found = isKnownApp ? listed : await this.calls.send(`Describe${kind}`, key);
    if (typeof found.Status !== 'string' || (kind === 'Domain' && !isMap(found.DefaultUserSettings))) {
      throw new Unreadable(`the description of ${where} is not complete`);
    }
    const references = kind === 'App' ? await this.referencesOfApp(key, found) : referencesIn(found, this.image);
    this.known.set(where, { stamp, references: references.map((reference) => ({ where, ...reference })) });
  }

  private async referencesOfApp({ AppType }: Json, found: Json): Promise<Omit<Reference, 'where'>[]> {
    if (!namesImage(found) && !WITHOUT_CUSTOM_IMAGES.test(String(AppType))) {
      return [{ unclear: true }];
    }
    const references = referencesIn(found, this.image);
    if (references.some(({ number }) => number !== undefined)) {
      return references;
    }
    const started = Number(found.CreationTime);
    const used = references.map(async (reference) => reference.unclear || !(started > 0) ? [{ unclear: true }]
      : reference.alias === undefined ? [{ started }] : [reference, await this.versionAt(started, reference.alias)]);
    return (await Promise.all(used)).flat();
  }

  /** Returns the version that an app with an alias runs. The alias may have moved since the app started. */
  private async versionAt(started: number, alias: string): Promise<Omit<Reference, 'where'>> {
    try {
      const { Version, LastModifiedTime } = await this.calls.send('DescribeImageVersion', { ImageName: this.image, Alias: alias });
      return typeof Version === 'number' && Number(LastModifiedTime) < started - SKEW ? { number: Version } : { existedAt: started };
    } catch (error) {
      if (kindOf(error) === 'missing') {
        return { existedAt: started };
      }
      throw error;
    }
  }
}

function whereIs(kind: Target['kind'], { DomainId, UserProfileName, SpaceName, AppType, AppName }: Json): string {
  const domain = `domain '${DomainId}'`;
  const owner = UserProfileName !== undefined ? `user profile '${UserProfileName}' of ${domain}` : SpaceName !== undefined ? `space '${SpaceName}' of ${domain}` : domain;
  return kind === 'App' ? `app '${AppName}' (${AppType}) of ${owner}` : owner;
}
