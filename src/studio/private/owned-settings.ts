import { Aspects, IAspect, IResolvable, IResolveContext, Lazy, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { AttachedImage } from './attached-image';
import { byKey, CustomImage, keyOf, lowerFirst, withCustomImages } from './custom-images';
import { overriddenEntry } from './final-lists';
import { checkFinalValues } from './final-values';
import { appSettingsOf, MAX_IMAGES, OwnedTargetConfig } from './target-config';
import { AFTER_CHANGES } from '../../private/aspects';
import { groupBy } from '../../private/collections';
import { once } from '../../private/once';
import type { StudioSettings } from '../../provider/kinds/studio-attachments';
import type { StudioAppType } from '../studio-app';

/** The member of a rendered value with the value that it replaces, which another copy of this library may have rendered. */
const REPLACED = Symbol.for('cdk-sagemaker-images.replaced');

/**
 * Adds entries to one property of an owned domain, user profile or space, and keeps the value that the app sets.
 *
 * The app can set the property at any time before synth, and to a value that is known only later. So an aspect replaces it with a
 * value that merges when it is resolved. Aspects run before references between stacks are resolved, and again in each synth.
 */
export class OwnedSettings implements IAspect {
  /** Returns the settings of one target. */
  public static of({ resource, settings }: OwnedTargetConfig): OwnedSettings {
    return once(resource, `OwnedSettings ${settings}`, () => new OwnedSettings(resource, settings));
  }

  public readonly images: AttachedImage[] = [];
  /** The value that the app set, and the one that replaces it. */
  private replaced: unknown;
  private rendered?: IResolvable;
  private readonly waiting: (() => void)[] = [];
  private readonly properties: Record<string, unknown>;
  private readonly property: string;

  private constructor(public readonly resource: OwnedTargetConfig['resource'], public readonly settings: StudioSettings) {
    this.properties = resource as unknown as Record<string, unknown>;
    this.property = lowerFirst(settings);
    Aspects.of(resource).add(this, { priority: AFTER_CHANGES });
    resource.node.addValidation({ validate: () => this.validate() });
    checkFinalValues(resource);
  }

  /** The value that the app set. */
  public get given(): unknown {
    return this.isRendered() ? this.replaced : this.value;
  }

  /** Runs an action once, when the app has set the property to its final value. */
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
      this.replaced = this.value;
      this.rendered = Object.assign(Lazy.uncachedAny({ produce: (context) => this.render(context) }), { [REPLACED]: this.replaced });
      this.properties[this.property] = this.rendered;
    }
  }

  private get value(): unknown {
    return this.properties[this.property];
  }

  private isRendered(): boolean {
    return this.rendered !== undefined && replacedBy(this.value).includes(this.rendered);
  }

  private render(context: IResolveContext): unknown {
    const given = context.resolve(this.replaced);
    return this.isMissing(given) ? given : [...this.byApp()].reduce((settings, [appType, images]) => {
      const merged = withCustomImages(settings, appSettingsOf(appType), byKey(context.resolve(images.map(({ entry }) => entry))));
      // Settings that cannot be merged are reported later, by the validation.
      return 'hiddenBy' in merged ? settings : merged.settings;
    }, given);
  }

  /** Whether required settings are missing. Default space settings need an execution role, so they cannot be created here. */
  private isMissing(given: unknown): boolean {
    return this.settings === 'DefaultSpaceSettings' && (given === undefined || given === null);
  }

  private byApp(): Map<StudioAppType, AttachedImage[]> {
    return new Map([...groupBy(this.images, ({ appType }) => appType)].sort());
  }

  private validate(): string[] {
    const given = Stack.of(this.resource).resolve(this.replaced);
    const where = `${this.resource.node.path}.${this.settings}`;
    if (!this.isRendered()) {
      const paths = this.images.map(({ attachment }) => attachment.node.path).join(' and ');
      return [this.rendered
        ? `${where} was set by an aspect after ${paths} had been attached: give the aspect a priority below ${AFTER_CHANGES}`
        : `${paths} was attached to ${where} by an aspect, which is too late: attach it before synth, or enable the feature flag `
          + "'@aws-cdk/core:aspectStabilization'"];
    }
    return this.isMissing(given)
      ? [`${where} is not set, so that ${this.images[0].attachment.node.path} cannot be attached to it: set it, with its executionRole`]
      : [...this.byApp()].flatMap(([appType, images]) => this.validateList(`${where}.${appSettingsOf(appType)}.CustomImages`, given, appType, images));
  }

  private validateList(where: string, given: unknown, appType: StudioAppType, images: AttachedImage[]): string[] {
    const entries: CustomImage[] = Stack.of(this.resource).resolve(images.map(({ entry }) => entry));
    const merged = withCustomImages(given, appSettingsOf(appType), entries);
    if ('hiddenBy' in merged) {
      return [`${where} is known at deploy time only (${merged.hiddenBy}), so that ${images[0].attachment.node.path} cannot be added: `
        + 'give it as a value, or with Fn::If'];
    }
    const pathOf = (entry: CustomImage) => images[entries.indexOf(entry)].attachment.node.path;
    const max = MAX_IMAGES[this.settings][appType]!;
    const problems = [
      ...merged.count > max ? [`${where} has ${merged.count} entries, at most ${max} are allowed: detach some images`] : [],
      ...merged.clashes.map((entry) => `${where} already has another entry for the image and the app image config of ${pathOf(entry)}: `
        + 'remove that entry, or give the attachment an app image config of its own'),
      ...[...groupBy(entries, keyOf).values()].flatMap(([first, ...others]) => others.map((other) =>
        `${pathOf(other)} attaches the image and the app image config of ${pathOf(first)} to ${where} too: `
        + 'remove one of them, or give it an app image config of its own')),
    ];
    return problems.length > 0 ? problems : this.validateOverrides(appType, entries, pathOf);
  }

  /** An override has the last word, also over the entries of this library. */
  private validateOverrides(appType: StudioAppType, entries: CustomImage[], pathOf: (entry: CustomImage) => string): string[] {
    const lost = overriddenEntry(this.resource, this.settings, appSettingsOf(appType), entries);
    return lost ? [`the override of ${lost.override} removes, changes or repeats the entry of ${pathOf(lost.entry)}: `
      + `remove the override, or set the property ${this.property} of ${this.resource.node.path} instead: the library adds its entries to it`] : [];
  }
}

/** Returns a value, and those that it replaces. */
function replacedBy(value: any): unknown[] {
  return [value, ...value?.[REPLACED] ? replacedBy(value[REPLACED]) : []];
}
