import { aws_sagemaker as sagemaker, CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { Attached } from './attached';
import { allowUse } from './execution-role';
import { StudioPlace } from './places';
import { NamedRole, ownExecutionRolesOf } from './settings-roles';
import { groupBy } from '../../private/collections';
import { DeploymentOrder } from '../../private/deployment-order';
import { resolveReferences } from '../../private/references';

/** An attachment to all users of a domain. */
interface DomainAttachment {
  readonly attachment: Construct;
  readonly place: StudioPlace;
  readonly what: Attached;
  /** What changes the domain. */
  readonly changes: CfnResource;
  /** The roles that are allowed already, or warned of. */
  readonly known: NamedRole[];
}

/** Lets the user profiles of this app that have execution roles of their own use what is attached to their whole domain. */
export function allowUserProfiles(to: DomainAttachment): void {
  if (to.place.settings === 'DefaultUserSettings') {
    UserProfiles.of(to.attachment).allow(to);
  }
}

/** All user profiles of an app or of one of its stages. */
class UserProfiles {
  public static of(scope: IConstruct): UserProfiles {
    const stage = Stage.of(scope) ?? scope.node.root;
    const instance = UserProfiles.instances.get(stage) ?? new UserProfiles(stage);
    UserProfiles.instances.set(stage, instance);
    return instance;
  }

  private static readonly instances = new WeakMap<IConstruct, UserProfiles>();

  /** Looked for once in each synth. */
  private byDomain?: Map<string, sagemaker.CfnUserProfile[]>;
  /** The keys of the roles of each attachment that are done. */
  private readonly done = new WeakMap<Construct, Set<string>>();
  private readonly ordered: [policy: CfnResource, domain: CfnResource][] = [];

  private constructor(private readonly stage: IConstruct) {
    stage.node.addValidation({ validate: () => this.validate() });
  }

  public allow({ attachment, place, what, changes, known }: DomainAttachment): void {
    this.byDomain ??= groupBy(this.stage.node.findAll().filter(sagemaker.CfnUserProfile.isCfnUserProfile),
      (profile) => domainKey(profile, profile.domainId));
    const done = this.done.get(attachment) ?? new Set(known.map(({ key }) => key));
    this.done.set(attachment, done);
    for (const profile of this.byDomain.get(domainKey(attachment, place.resource ? place.resource.ref : place.domainId)) ?? []) {
      for (const { key, role } of ownExecutionRolesOf(profile).filter((named) => !done.has(named.key))) {
        done.add(key);
        const policy = allowUse({
          attachment,
          version: what.imageVersion,
          role,
          whose: `user profile ${profile.node.path}`,
          // In the stack of the profile, which knows the role and the domain; an attachment may be deployed after it.
          waiting: place.resource || dependsOn(Stack.of(profile), Stack.of(changes)) ? profile : changes,
          remedy: 'let the owner of the role allow it',
        });
        if (policy && place.resource) {
          this.ordered.push([policy, changes]);
        }
      }
    }
  }

  /** The domain waits for the permissions too, unless these wait for the domain: a role may name it. */
  private validate(): string[] {
    this.byDomain = undefined;
    if (this.ordered.length > 0) {
      const order = new DeploymentOrder(this.stage);
      this.ordered.forEach((pair) => order.lay(pair));
    }
    return [];
  }
}

/** The same for the same domain, as far as that is known at synth. */
function domainKey(scope: Construct, domainId: string): string {
  const { value, targets } = resolveReferences(domainId, scope);
  const domain = targets.find((target) => sagemaker.CfnDomain.isCfnDomain(target));
  return domain ? domain.node.path : JSON.stringify([Stack.of(scope).environment, value]);
}

/** Whether a stack is deployed after another, as far as that is known before references are. */
function dependsOn(stack: Stack, other: Stack): boolean {
  return stack.dependencies.some((dependency) => dependency === other || dependsOn(dependency, other));
}
