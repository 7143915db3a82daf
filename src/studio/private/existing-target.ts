import { aws_iam as iam, CfnResource, IResolveContext, Lazy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AttachedImage, configResourceOf } from './attached-image';
import { attachedImages, WITHOUT_VERSION } from './attached-images';
import { addExistingTarget } from './existing-targets';
import { followedAliasIn, followFeed } from './follow-feed';
import { toChange, toListApps, toPass, toReadVersions } from './function-permissions';
import { describeTarget, ExistingTargetConfig } from './target-config';
import { imageOfVersion } from '../../image/private/image-version-facts';
import { dependOn } from '../../private/dependencies';
import { hashOf } from '../../private/hash';
import { once } from '../../private/once';
import { Problems } from '../../private/problems';
import { resolveFinal, resolveReferences } from '../../private/references';
import { STUDIO_ATTACHMENTS_TYPE, StudioAttachmentsProperties, StudioSettings } from '../../provider/kinds/studio-attachments';
import { Provider } from '../../provider/private/provider';

/** An existing domain, user profile or space, with all images that one stack attaches to it: one custom resource. */
export class ExistingTarget {
  /** Returns the existing target of a configuration in the stack of an attachment. */
  public static of(attachment: Construct, config: ExistingTargetConfig): ExistingTarget {
    const stack = Stack.of(attachment);
    const key = keyOf(config, (value) => resolveFinal(value, stack) ?? value);
    return once(stack, `ExistingTarget ${key}`, () => {
      const provider = Provider.of(attachment);
      requireFree(attachment, provider, key, config);
      const target = new ExistingTarget(stack, provider, config, key);
      addExistingTarget(target);
      return target;
    });
  }

  public readonly resource: CfnResource;
  public readonly images: AttachedImage[] = [];
  private readonly passing = new Set<StudioSettings>();
  private readonly refreshes = new Set<string>();

  private constructor(public readonly stack: Stack, private readonly provider: Provider, public readonly config: ExistingTargetConfig, key: string) {
    const { domainId, userProfileName, spaceName } = config;
    const properties: { [name in keyof StudioAttachmentsProperties]: unknown } = {
      DomainId: domainId,
      UserProfileName: userProfileName,
      SpaceName: spaceName,
      ...Object.fromEntries(settingsOf(config).map((one) => [one, Lazy.uncachedAny({ produce: (context) => this.render(one, context) })])),
      Refresh: Lazy.uncachedAny({ produce: () => this.refreshes.size > 0 ? [...this.refreshes].sort() : undefined }),
      WaitForApps: Lazy.uncachedAny({ produce: () => this.images.some(({ waitForApps }) => waitForApps) || undefined }),
      PassExecutionRole: Lazy.uncachedAny({ produce: () => this.passing.size > 0 ? [...this.passing].sort() : undefined }),
    };
    this.resource = provider.add(provider, idOf(key), {
      kind: STUDIO_ATTACHMENTS_TYPE,
      properties,
      statements: [toChange(stack, config), toListApps()],
      cleansUp: true,
      // The same as long as the template names the target in the same way, wherever in the stack images are attached to it.
      identity: { prefix: 'StudioAttachments', values: [domainId, userProfileName ?? null, spaceName ?? null] },
    });
  }

  /** @param passed the execution role that the function is granted to pass to SageMaker with the settings */
  public add(image: AttachedImage, passed?: iam.IRole): void {
    const { entry, defaultImage } = image;
    const followedAlias = followedAliasIn(this.stack, image);
    this.images.push(followedAlias === undefined ? image
      : { ...image, entry: entry && { ...entry, followedAlias }, defaultImage: defaultImage && { ...defaultImage, followedAlias } });
    if (followedAlias !== undefined) {
      // An update that removes an attachment reads to which version the feed has moved it.
      this.provider.grant(this.resource, toReadVersions(imageOfVersion(image.imageVersion)!), true);
    }
    if (image.refresh !== undefined) {
      this.refreshes.add(image.refresh);
    }
    const appImageConfig = configResourceOf(image);
    if (appImageConfig) {
      dependOn(this.resource, appImageConfig);
    }
    if (passed) {
      this.passing.add(image.settings);
      this.provider.grant(this.resource, [toPass(passed.roleArn)], true);
    }
    followFeed(image, { target: this, resource: this.resource, render: (context) => this.following(image, context) });
  }

  /** A key that is the same for the same domain, user profile or space, when all values are known. */
  public get key(): string {
    return keyOf(this.config, (value) => resolveReferences(value, this.stack).value);
  }

  /** Renders what has the same version as an image, without it. */
  private following({ imageVersion }: AttachedImage, context: IResolveContext): unknown {
    const { domainId, userProfileName, spaceName } = this.config;
    const images = this.images.filter((image) => image.imageVersion === imageVersion);
    const ofSettings = (settings: StudioSettings) => images.filter((image) => image.settings === settings);
    const settings = settingsOf(this.config).filter((one) => ofSettings(one).length > 0);
    const passing = settings.filter((one) => this.passing.has(one));
    return {
      DomainId: domainId,
      UserProfileName: userProfileName,
      SpaceName: spaceName,
      ...Object.fromEntries(settings.map((one) => [one, attachedImages(ofSettings(one), context, WITHOUT_VERSION)])),
      WaitForApps: images.some(({ waitForApps }) => waitForApps) || undefined,
      PassExecutionRole: passing.length > 0 ? passing : undefined,
    };
  }

  private render(settings: StudioSettings, context: IResolveContext): unknown {
    const images = this.images.filter((image) => image.settings === settings);
    return images.length === 0 ? undefined : attachedImages(images, context, {
      entry: ({ imageName, appImageConfigName, imageVersionNumber, followedAlias }) =>
        ({ ImageName: imageName, AppImageConfigName: appImageConfigName, ImageVersionNumber: imageVersionNumber, FollowedAlias: followedAlias }),
      defaultImage: ({ sageMakerImageArn, sageMakerImageVersionArn, followedAlias }) =>
        ({ SageMakerImageArn: sageMakerImageArn, SageMakerImageVersionArn: sageMakerImageVersionArn, FollowedAlias: followedAlias }),
    });
  }
}

function settingsOf({ userProfileName, spaceName }: ExistingTargetConfig): StudioSettings[] {
  return userProfileName !== undefined ? ['UserSettings'] : spaceName !== undefined ? ['SpaceSettings'] : ['DefaultUserSettings', 'DefaultSpaceSettings'];
}

/** Throws if another copy of this library has the target: all images of a stack are attached to it by one resource. */
function requireFree(attachment: Construct, provider: Provider, key: string, config: ExistingTargetConfig): void {
  const problems = new Problems();
  if (provider.node.tryFindChild(idOf(key))) {
    problems.add(`another copy of this library in the app also attaches images to ${describeTarget(config)} in stack '${Stack.of(provider).node.path}': `
      + 'use one copy, or attach in another stack');
  }
  problems.throwIfAny(attachment);
}

function idOf(key: string): string {
  return `Target${hashOf(key).slice(0, 8)}`;
}

function keyOf({ domainId, userProfileName, spaceName }: ExistingTargetConfig, known: (value: string) => unknown): string {
  return JSON.stringify([domainId, userProfileName, spaceName].map((value) => value === undefined ? null : known(value)));
}
