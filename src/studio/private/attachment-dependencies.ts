import { CfnResource, Stack } from 'aws-cdk-lib';
import { Construct, Dependable, IConstruct } from 'constructs';
import { see } from '../../private/help';
import { once, stageOf } from '../../private/once';
import { StageCheck, StagePass } from '../../private/stage-pass';

/** An attachment and its resource, which other attachments may share and which is not a child of the attachment. */
interface MadeBy {
  readonly attachment: Construct;
  readonly resource: CfnResource;
  /** Whether dependencies of the scopes of the attachment count too, as if they contained the resource. */
  readonly withContainers: boolean;
}

/** Forwards dependencies of and on an attachment to its resource. */
export function shareDependencies(made: MadeBy): void {
  const { attachment, resource } = made;
  Dependable.implement(attachment, { dependencyRoots: [attachment, resource] });
  StagePass.add(attachment, forwardDependencies, 'first');
  attachmentsOf(stageOf(attachment)).push(made);
}

function attachmentsOf(stage: IConstruct): MadeBy[] {
  return once(stage, forwardDependencies, (): MadeBy[] => []);
}

/**
 * The CDK forwards dependencies of constructs to the resources below them, and an attachment has none below it. Dependencies on
 * the attachment itself are forwarded by `Dependable`, all others here.
 */
const forwardDependencies: StageCheck = (pass) => {
  const attachments = attachmentsOf(pass.stage);
  attachments.forEach((made) => scopesOf(made).forEach((scope) =>
    scope.node.dependencies.forEach((target) => waitFor(pass, made.resource, target))));
  forwardToContainers(pass, attachments);
  new Set(attachments.map(({ resource }) => resource)).forEach((resource) => reportCycle(pass, resource, attachments));
};

/**
 * Makes the resource of an attachment wait for a dependency of the attachment or of one of its scopes. The CDK ignores a
 * dependency of a resource on itself.
 */
function waitFor(pass: StagePass, resource: CfnResource, target: IConstruct): void {
  target.node.findAll().filter(CfnResource.isCfnResource).forEach((one) => pass.order.wait(resource, one));
}

/** Makes dependents of the scopes of an attachment wait for its resource, unless the resource depends on them. */
function forwardToContainers(pass: StagePass, attachments: MadeBy[]): void {
  const containers = new Map<IConstruct, Set<CfnResource>>();
  attachments.forEach((made) => scopesOf(made).slice(0, -1).forEach((scope) =>
    containers.set(scope, (containers.get(scope) ?? new Set()).add(made.resource))));
  for (const construct of pass.constructs) {
    const resources = construct.node.dependencies.flatMap((target) => [...containers.get(target) ?? []]);
    for (const resource of new Set(resources)) {
      construct.node.findAll().filter(CfnResource.isCfnResource)
        .filter((one) => !pass.order.path(resource, one))
        .forEach((one) => pass.order.wait(one, resource));
    }
  }
}

/** Returns the scopes whose dependencies count: those below the stack, if they count, and the attachment itself. */
function scopesOf({ attachment, withContainers }: MadeBy): IConstruct[] {
  const { scopes } = attachment.node;
  return withContainers ? scopes.slice(scopes.indexOf(Stack.of(attachment)) + 1) : [attachment];
}

/** Reports a cycle by the paths of its constructs. The error of CloudFormation contains only logical ids. */
function reportCycle(pass: StagePass, resource: CfnResource, all: MadeBy[]): void {
  const cycle = pass.order.cycleOf(resource);
  if (!cycle) {
    return;
  }
  const paths = all.filter((one) => one.resource === resource).map(({ attachment }) => attachment.node.path);
  const between = cycle.slice(1, -1).map(({ node }) => node.path).join(', which waits for ');
  pass.report(all.find((one) => one.resource === resource)!.attachment,
    `${paths.join(', ')} ${paths.length > 1 ? 'are made at once, and need' : 'needs'} ${between}, which waits for ${paths.length > 1 ? 'one of them' : 'it'}: `
    + 'remove that dependency, or make one of the attachments in another stack' + see('A dependency cycle'));
}
