import { Names } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AppPlace, idOfApp, keyOfConfig } from './app-places';
import type { ImageVersion } from '../../image';
import type { AppImageConfig } from '../app-image-config';
import type { StudioApp } from '../studio-app';

/** The place of a configuration. */
type ConfigPlace = Pick<AppPlace, 'app' | 'targetId' | 'elsewhere' | 'isOwnApp'>;

/**
 * The configurations of one version of a `StudioImage`. A target identifies an entry by image and configuration, so each version
 * needs configurations of its own.
 */
export class VersionConfigs {
  private readonly configs = new Map<string, AppImageConfig>();
  /** The keys of configurations that exist because the image has no targets. */
  private readonly unused = new Set<string>();

  /** @param make creates a configuration */
  constructor(
    private readonly scope: Construct, public readonly version: ImageVersion,
    private readonly make: (scope: Construct, id: string, app: StudioApp, name?: string) => AppImageConfig,
  ) {}

  /** Returns all configurations, which are kept from now on. */
  public all(): AppImageConfig[] {
    this.unused.clear();
    return [...this.configs.values()];
  }

  /** Returns the configuration for a place that another target already uses, if there is one. */
  public find(place: ConfigPlace): AppImageConfig | undefined {
    const key = keyOfConfig(place);
    return this.unused.has(key) ? undefined : this.configs.get(key);
  }

  /** Returns the configuration for a place, which is created on first use. */
  public use(place: ConfigPlace, name?: string): AppImageConfig {
    const key = keyOfConfig(place);
    if (this.unused.has(key) && name !== undefined && name !== this.configs.get(key)!.appImageConfigName) {
      this.remove(key);
    }
    this.unused.delete(key);
    const found = this.configs.get(key) ?? this.make(this.scopeFor(place), idOfApp(place), place.app, name);
    this.configs.set(key, found);
    return found;
  }

  /** Returns the scope and the id of an attachment, which is below the image even if its configuration is in another stack. */
  public scopeOfAttachment(place: ConfigPlace, config: AppImageConfig): [scope: Construct, id: string] {
    const { elsewhere, isOwnApp, targetId } = place;
    const scope = elsewhere && childOf(this.scope, targetId);
    return scope ? [isOwnApp ? childOf(scope, 'Own') : scope, idOfApp(place)] : [config, targetId];
  }

  /** Creates a configuration for each app, for an image without targets. */
  public makeUnused(apps: StudioApp[], nameOf: (app: StudioApp) => string | undefined): void {
    apps.forEach((app) => {
      const place = { app, targetId: '', isOwnApp: false };
      this.use(place, nameOf(app));
      this.unused.add(keyOfConfig(place));
    });
  }

  /** Removes the configurations that no target uses, unless the app may refer to them. */
  public removeUnused(): void {
    this.unused.forEach((key) => this.remove(key));
  }

  private remove(key: string): void {
    const { node } = this.configs.get(key)!;
    node.scope!.node.tryRemoveChild(node.id);
    this.configs.delete(key);
    this.unused.delete(key);
  }

  private scopeFor({ elsewhere, isOwnApp, targetId }: ConfigPlace): Construct {
    const scope = elsewhere ? childOf(elsewhere, Names.nodeUniqueId(this.version.node)) : this.scope;
    return isOwnApp ? childOf(scope, targetId) : scope;
  }
}

function childOf(scope: Construct, id: string): Construct {
  return scope.node.tryFindChild(id) as Construct | undefined ?? new Construct(scope, id);
}
