import { aws_sagemaker as sagemaker, CfnResource, Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import type { AttachedImage } from './attached-image';
import { grantUse } from './execution-role';
import { NamedRole, ownExecutionRolesOf } from './settings-roles';
import type { TargetConfig } from './target-config';
import { groupBy } from '../../private/collections';
import { once, stageOf } from '../../private/once';
import { resolveReferences } from '../../private/references';
import { StagePass } from '../../private/stage-pass';

/** An attachment to all users of a domain. */
interface DomainAttachment {
  readonly image: AttachedImage;
  readonly config: TargetConfig;
  /** The resource that changes the domain. */
  readonly changes: CfnResource;
  /** The roles that already have the permissions or a warning. */
  readonly known: NamedRole[];
}

/** Grants the execution roles of owned user profiles the permissions to use an image that is attached to their whole domain. */
export function grantUserProfiles(to: DomainAttachment): void {
  if (to.config.settings === 'DefaultUserSettings') {
    const stage = stageOf(to.image.attachment);
    once(stage, UserProfiles, () => new UserProfiles(stage)).grant(to);
  }
}

/** All user profiles of an app or of one of its stages. */
class UserProfiles {
  /** The user profiles by domain, which are searched once in each synth. */
  private byDomain?: Map<string, sagemaker.CfnUserProfile[]>;
  private readonly ordered: [policy: CfnResource, domain: CfnResource][] = [];

  constructor(private readonly stage: IConstruct) {
    // The domain waits for the permissions too, unless they wait for the domain, which a role may refer to.
    StagePass.add(stage, ({ order }) => {
      this.byDomain = undefined;
      this.ordered.forEach((pair) => order.sequence(pair));
    });
  }

  public grant({ image: { attachment, imageVersion }, config, changes, known }: DomainAttachment): void {
    this.byDomain ??= groupBy(this.stage.node.findAll().filter(sagemaker.CfnUserProfile.isCfnUserProfile),
      (profile) => domainKey(profile, profile.domainId));
    // The keys of the roles that are already handled.
    const done = once(attachment, UserProfiles, () => new Set(known.map(({ key }) => key)));
    for (const profile of this.byDomain.get(domainKey(attachment, config.resource ? config.resource.ref : config.domainId)) ?? []) {
      for (const { key, role } of ownExecutionRolesOf(profile).filter((named) => !done.has(named.key))) {
        done.add(key);
        const policies = grantUse({
          attachment,
          version: imageVersion,
          role,
          roleKey: key,
          whose: `user profile ${profile.node.path}`,
          // In the stack of the profile, which refers to the role and the domain. The attachment may be deployed later.
          waiting: config.resource || dependsOn(Stack.of(profile), Stack.of(changes)) ? profile : changes,
          remedy: 'let the owner of the role grant it',
        });
        if (config.resource) {
          this.ordered.push(...policies.map((policy): [CfnResource, CfnResource] => [policy, changes]));
        }
      }
    }
  }
}

/** Returns a key that is the same for the same domain, as far as known at synth. */
export function domainKey(scope: Construct, domainId: string): string {
  const { value, targets } = resolveReferences(domainId, scope);
  const domain = targets.find((target) => sagemaker.CfnDomain.isCfnDomain(target));
  return domain ? domain.node.path : JSON.stringify([Stack.of(scope).environment, value]);
}

/** Whether a stack is deployed after another, as far as known before references are resolved. */
function dependsOn(stack: Stack, other: Stack): boolean {
  return stack.dependencies.some((dependency) => dependency === other || dependsOn(dependency, other));
}
