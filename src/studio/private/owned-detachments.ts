import { Aws, CfnResource, Fn, IResolveContext, Lazy, Stack, Token } from 'aws-cdk-lib';
import { AttachedImage, configResourceOf } from './attached-image';
import { attachedImages, WITHOUT_VERSION } from './attached-images';
import { followFeed } from './follow-feed';
import { toChange, toListApps, toPass } from './function-permissions';
import type { OwnedSettings } from './owned-settings';
import { executionRoleIn } from './role-in-settings';
import { idsOf, OwnedTargetConfig, TargetIds } from './target-config';
import { cfnResourceOf, dependOn } from '../../private/dependencies';
import { once } from '../../private/once';
import { freeId } from '../../private/role-policy';
import { StagePass } from '../../private/stage-pass';
import { warn } from '../../private/warnings';
import type { StudioAttachmentsProperties } from '../../provider/kinds/studio-attachments';
import { STUDIO_DETACHMENTS_TYPE, StudioDetachmentsProperties } from '../../provider/kinds/studio-detachments';
import { Provider } from '../../provider/private/provider';

type OwnedResource = OwnedTargetConfig['resource'];

/** The resources that are part of a domain or change one. Another copy of this library has a custom resource of its own. */
const IN_DOMAIN = ['AWS::SageMaker::UserProfile', 'AWS::SageMaker::Space', 'AWS::SageMaker::App', STUDIO_DETACHMENTS_TYPE];

/** The id of the policy. Its ARNs refer to the targets, which may wait for other custom resources of the stack, such as look-ups. */
const POLICY = 'DetachmentPermissions';

/**
 * All images that are attached to owned targets of one stack: one custom resource, which removes the entries of a list and the
 * default images that are removed from the template.
 */
export class OwnedDetachments {
  /** Adds an image that is attached to an owned target. */
  public static add(image: AttachedImage, settings: OwnedSettings): void {
    const stack = Stack.of(settings.resource);
    once(stack, OwnedDetachments, () => {
      const provider = Provider.tryOf(settings.resource);
      return provider ? new OwnedDetachments(stack, provider) : warnOfNone(stack, image);
    })?.add(image, settings);
  }

  private readonly resource: CfnResource;
  private readonly settings = new Set<OwnedSettings>();
  /** The settings with an execution role. */
  private readonly passing = new Set<OwnedSettings>();

  private constructor(private readonly stack: Stack, private readonly provider: Provider) {
    const properties: { [name in keyof StudioDetachmentsProperties]: unknown } = {
      Targets: Lazy.uncachedAny({ produce: (context) => this.render(context) }),
    };
    this.resource = provider.add(provider, freeId(provider, 'Detachments'), { kind: STUDIO_DETACHMENTS_TYPE, properties, statements: [], cleansUp: true });
    StagePass.add(provider, (pass) => {
      // Nothing in a domain can be changed while the domain itself is being updated.
      pass.resources.filter((one) => one.stack === stack && one !== this.resource && IN_DOMAIN.includes(one.cfnResourceType))
        .forEach((other) => pass.order.sequence([other, this.resource]));
    });
  }

  private add(image: AttachedImage, settings: OwnedSettings): void {
    if (!this.settings.has(settings)) {
      this.settings.add(settings);
      this.provider.grant(this.resource, [toChange(this.stack, permittedIds(settings.resource)), toListApps()], true, POLICY);
      dependOn(this.resource, settings.resource);
      settings.whenSet(() => this.grantPassRole(settings));
    }
    // They are deleted after the entries and the default images, also if the domain stays.
    [configResourceOf(image), cfnResourceOf(image.imageVersion)].forEach((used) => used && dependOn(this.resource, used));
    followFeed(image, {
      target: settings.resource,
      resource: this.resource,
      render: (context) => {
        const properties = this.properties(settings.resource, context, ({ imageVersion }) => imageVersion === image.imageVersion);
        return { ...properties, DomainId: ifCreated(settings.resource, properties.DomainId, '') };
      },
    });
  }

  /** The function sends settings back whole. The app can set the execution role as late as the other settings. */
  private grantPassRole(settings: OwnedSettings): void {
    if (executionRoleIn(this.stack.resolve(settings.given)) !== undefined) {
      this.passing.add(settings);
      const roleArn = Token.asString(Lazy.uncachedAny({ produce: (context) => executionRoleIn(context.resolve(settings.given)) }));
      this.provider.grant(this.resource, [toPass(roleArn)], true, POLICY);
    }
  }

  private render(context: IResolveContext): unknown {
    // A release does not change the properties, so that it does not call the function.
    const targets = [...new Set([...this.settings].map(({ resource }) => resource))].map((resource) =>
      [context.resolve(resource.logicalId), ifCreated(resource, this.properties(resource, context), Aws.NO_VALUE)] as const);
    return Object.fromEntries(targets.sort(([one], [other]) => one < other ? -1 : 1));
  }

  /** Returns a target with those of its images that match, without their versions. */
  private properties(
    resource: OwnedResource, context: IResolveContext, matches: (image: AttachedImage) => boolean = () => true,
  ): { [name in keyof StudioAttachmentsProperties]: unknown } {
    const settings = [...this.settings].filter((one) => one.resource === resource && one.images.some(matches));
    const passing = settings.filter((one) => this.passing.has(one)).map((one) => one.settings).sort();
    const { domainId, userProfileName, spaceName } = idsOf({ resource });
    return {
      DomainId: domainId,
      UserProfileName: userProfileName,
      SpaceName: spaceName,
      ...Object.fromEntries(settings.map((one) => [one.settings, attachedImages(one.images.filter(matches), context, WITHOUT_VERSION)])),
      PassExecutionRole: passing.length > 0 ? passing : undefined,
    };
  }
}

/** Returns these values for a policy. The app can still change them, and without the resource there is nothing to permit. */
function permittedIds(resource: OwnedResource): TargetIds {
  const late = (name: keyof TargetIds, otherwise: string) => name in idsOf({ resource })
    ? Token.asString(Lazy.uncachedAny({ produce: () => ifCreated(resource, idsOf({ resource })[name], otherwise) })) : undefined;
  return { domainId: late('domainId', 'none')!, userProfileName: late('userProfileName', 'none'), spaceName: late('spaceName', 'none') };
}

/** Returns a value that depends on the condition of a resource. */
function ifCreated(resource: OwnedResource, value: unknown, otherwise: string): unknown {
  const { condition } = resource.cfnOptions;
  return condition ? Fn.conditionIf(condition.logicalId, value, otherwise) : value;
}

function warnOfNone(stack: Stack, { attachment }: AttachedImage): undefined {
  warn(attachment, 'studioImageNotDetached',
    `stack '${stack.node.path}' does not support assets, so it has no function that detaches images: when the last image of a list is removed from the app, `
    + 'leave customImages: [] in its settings, or use the DefaultStackSynthesizer');
}
