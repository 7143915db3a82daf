import { Aspects, IAspect, IResolvable, IResolveContext, Lazy, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { AttachedImage } from './attached-image';
import { resolvedImages } from './attached-images';
import { byKey, withCustomImages } from './custom-images';
import { withDefaultImage } from './default-image';
import { checkFinalValues } from './final-values';
import { lowerFirst, MergedSettings } from './merged-settings';
import { appSettingsOf, OwnedTargetConfig } from './target-config';
import { problemsOfApp } from './validate-owned-settings';
import { AFTER_CHANGES } from '../../private/aspects';
import { groupBy } from '../../private/collections';
import { see } from '../../private/help';
import { once } from '../../private/once';
import type { StudioSettings } from '../../provider/kinds/studio-attachments';
import type { StudioAppType } from '../studio-app';

/** The member of a rendered value with the value that it replaces, which another copy of this library may have rendered. */
const REPLACED = Symbol.for('cdk-sagemaker-images.replaced');
const HELP = see('Settings of a domain cannot be merged');

/**
 * Adds entries and default images to one property of an owned domain, user profile or space, and keeps the value that the app sets.
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
      const app = appSettingsOf(appType);
      const { entries, defaultImage } = resolvedImages(images, context);
      const withEntries = entries.length > 0 ? merged(withCustomImages(settings, app, byKey(entries)), settings) : settings;
      return defaultImage ? merged(withDefaultImage(withEntries, app, defaultImage), withEntries) : withEntries;
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
        ? `${where} was set by an aspect after ${paths} had been attached: give the aspect a priority below ${AFTER_CHANGES}${HELP}`
        : `${paths} was attached to ${where} by an aspect, which is too late: attach it before synth, or enable the feature flag `
          + `'@aws-cdk/core:aspectStabilization'${HELP}`];
    }
    return this.isMissing(given)
      ? [`${where} is not set, so that ${this.images[0].attachment.node.path} cannot be attached to it: set it, with its executionRole${HELP}`]
      : [...this.byApp().values()].flatMap((images) => problemsOfApp(this.resource, given, images));
  }
}

/** Settings that cannot be merged stay as they are, and are reported later, by the validation. */
function merged(result: MergedSettings, given: unknown): unknown {
  return 'hiddenBy' in result ? given : result.settings;
}

/** Returns a value, and those that it replaces. */
function replacedBy(value: any): unknown[] {
  return [value, ...value?.[REPLACED] ? replacedBy(value[REPLACED]) : []];
}
