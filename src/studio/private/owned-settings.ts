import { Aspects, aws_iam as iam, IAspect, IResolvable, IResolveContext, Lazy, Stack } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { Attached } from './attached';
import { CustomImage, keyOf, withCustomImages } from './custom-images';
import { allowUse } from './execution-role';
import { appSettingsOf, MAX_IMAGES, OwnedPlace, StudioSettings } from './places';
import { executionRolesOf, namedRole } from './settings-roles';
import { allowUserProfiles } from './user-profiles';
import { AFTER_CHANGES } from '../../private/aspects';
import { groupBy } from '../../private/collections';
import { cfnResourceOf, dependOn } from '../../private/dependencies';
import { StudioAppType } from '../studio-app';

/** Attaches in the template, in the resource's own property. */
export function attachToOwned(attachment: Construct, place: OwnedPlace, what: Attached): void {
  // The name of the configuration is plain text, so nothing else makes the place wait for it.
  const config = cfnResourceOf(what.appImageConfig);
  if (config) {
    dependOn(place.resource, config);
  }
  const { executionRole } = what.target;
  const allow = (role?: iam.IRole) =>
    allowUse({ attachment, version: what.imageVersion, role, whose: place.resource.node.path, waiting: place.resource });
  const settings = OwnedSettings.of(place);
  settings.entries.push({ attachment, ...what });
  if (executionRole) {
    allow(executionRole);
  }
  // The app may set the roles that the settings name as late as the settings themselves.
  settings.whenSet(() => {
    const roles = executionRole ? [namedRole(executionRole)] : executionRolesOf(place);
    if (!executionRole) {
      new Set(roles.length > 0 ? roles.map(({ role }) => role) : [undefined]).forEach(allow);
    }
    allowUserProfiles({ attachment, place, what, changes: place.resource, known: roles });
  });
}

/** An entry and who put it there. */
interface OwnedEntry {
  readonly attachment: IConstruct;
  readonly appType: StudioAppType;
  readonly image: CustomImage;
}

/**
 * Puts entries into one property of a domain, user profile or space of this app, beside what the app puts there.
 *
 * The app may set the property at any time before synth, and to a value that is known later only. So an aspect puts a
 * value in its place that merges when it is resolved. An aspect, because it comes before references between stacks are
 * looked for, and in each synth anew.
 */
class OwnedSettings implements IAspect {
  /** Those of one place. */
  public static of({ resource, settings }: OwnedPlace): OwnedSettings {
    const ofResource = OwnedSettings.instances.get(resource) ?? new Map<StudioSettings, OwnedSettings>();
    OwnedSettings.instances.set(resource, ofResource);
    const instance = ofResource.get(settings) ?? new OwnedSettings(resource, settings);
    ofResource.set(settings, instance);
    return instance;
  }

  private static readonly instances = new WeakMap<IConstruct, Map<StudioSettings, OwnedSettings>>();

  public readonly entries: OwnedEntry[] = [];
  /** What the app set, and what stands in its place. */
  private given: unknown;
  private rendered?: IResolvable;
  private readonly waiting: (() => void)[] = [];
  private readonly properties: Record<string, unknown>;
  private readonly property: string;

  private constructor(private readonly resource: OwnedPlace['resource'], private readonly settings: StudioSettings) {
    this.properties = resource as unknown as Record<string, unknown>;
    this.property = settings.charAt(0).toLowerCase() + settings.slice(1);
    Aspects.of(resource).add(this, { priority: AFTER_CHANGES });
    resource.node.addValidation({ validate: () => this.validate() });
  }

  /** Does something once, when the app has set the property to what it shall be. */
  public whenSet(action: () => void): void {
    if (this.rendered) {
      action();
    } else {
      this.waiting.push(action);
    }
  }

  public visit(node: IConstruct): void {
    if (node !== this.resource) {
      return;
    }
    this.waiting.splice(0).forEach((action) => action());
    if (!this.isRendered()) {
      this.given = this.properties[this.property];
      this.rendered = Lazy.uncachedAny({ produce: (context) => this.render(context) });
      this.properties[this.property] = this.rendered;
    }
  }

  private isRendered(): boolean {
    return this.rendered !== undefined && this.properties[this.property] === this.rendered;
  }

  private render(context: IResolveContext): unknown {
    const given = context.resolve(this.given);
    return this.isMissing(given) ? given : [...this.byApp()].reduce((settings, [appType, entries]) => {
      const merged = withCustomImages(settings, appSettingsOf(appType), context.resolve(entries.map(({ image }) => image)));
      // What cannot be merged is an error of validation, which comes later.
      return 'hiddenBy' in merged ? settings : merged.settings;
    }, given);
  }

  /** These settings need an execution role: they cannot be made of nothing. */
  private isMissing(given: unknown): boolean {
    return this.settings === 'DefaultSpaceSettings' && (given === undefined || given === null);
  }

  /** Sorted, so that the order does not depend on the order of declaration: another order would be a change of the domain. */
  private byApp(): Map<StudioAppType, OwnedEntry[]> {
    const path = ({ attachment }: OwnedEntry) => attachment.node.path;
    return groupBy([...this.entries].sort((a, b) => path(a) < path(b) ? -1 : 1), ({ appType }) => appType);
  }

  private validate(): string[] {
    const given = Stack.of(this.resource).resolve(this.given);
    const where = `${this.resource.node.path}.${this.settings}`;
    if (!this.isRendered()) {
      const paths = this.entries.map(({ attachment }) => attachment.node.path).join(' and ');
      return [this.rendered
        ? `${where} was set by an aspect after ${paths} had been put there: give the aspect a priority below ${AFTER_CHANGES}`
        : `${paths} was attached to ${where} by an aspect, too late to be put there: attach it before synth, or switch on the feature flag `
          + "'@aws-cdk/core:aspectStabilization'"];
    }
    return this.isMissing(given)
      ? [`${where} is not set, so that ${this.entries[0].attachment.node.path} cannot be attached to it: set it, with its executionRole`]
      : [...this.byApp()].flatMap(([appType, entries]) => this.validateList(`${where}.${appSettingsOf(appType)}.CustomImages`, given, appType, entries));
  }

  private validateList(where: string, given: unknown, appType: StudioAppType, entries: OwnedEntry[]): string[] {
    const images: CustomImage[] = Stack.of(this.resource).resolve(entries.map(({ image }) => image));
    const merged = withCustomImages(given, appSettingsOf(appType), images);
    if ('hiddenBy' in merged) {
      return [`${where} is known at deploy time only (${merged.hiddenBy}), so that ${entries[0].attachment.node.path} cannot be put beside it: `
        + 'give it as a value, or with Fn::If'];
    }
    const pathOf = (image: CustomImage) => entries[images.indexOf(image)].attachment.node.path;
    const max = MAX_IMAGES[this.settings][appType]!;
    return [
      ...merged.count !== undefined && merged.count > max ? [`${where} has ${merged.count} entries, at most ${max} are allowed: detach some images`] : [],
      ...merged.clashes.map((image) => `${where} has an entry for the image and the app image config of ${pathOf(image)} already, `
        + 'which is not the same: remove that entry, or give the attachment an app image config of its own'),
      ...[...groupBy(images, keyOf).values()].flatMap(([first, ...others]) => others.map((other) =>
        `${pathOf(other)} attaches the image and the app image config of ${pathOf(first)} to ${where} too: `
        + 'remove one of them, or give it an app image config of its own')),
    ];
  }
}
