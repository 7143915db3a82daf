import { CfnResource, Stack } from 'aws-cdk-lib';
import { VersionEntry } from './image-versions';
import { dependOn, undependOn } from '../../private/dependencies';

/** Makes a version wait for the sibling that was declared before it in the same stack. */
export function chain(entry: VersionEntry, previous: VersionEntry | undefined): void {
  if (previous) {
    dependOn(entry.resource, previous.resource);
  }
  entry.previous = previous;
}

/**
 * Puts all siblings in one order, the order of declaration as far as the other dependencies of the app allow it.
 *
 * Called when all dependencies between resources and between stacks are there, so that no cycle can come of it.
 */
export function orderSiblings(siblings: VersionEntry[]): void {
  const stacks = new Map<Stack, VersionEntry[]>();
  for (const entry of siblings) {
    const stack = Stack.of(entry.version);
    stacks.set(stack, [...stacks.get(stack) ?? [], entry]);
  }
  const groups = [...stacks].map(([stack, entries]) => ({ stack, entries: orderWithinStack(entries) }));
  if (groups.length > 1) {
    orderStacks(groups);
  }
}

/** The siblings of one stack, in the order in which they are chained. */
interface Group {
  readonly stack: Stack;
  readonly entries: VersionEntry[];
}

/** Where the app makes an earlier version depend on a later one, the chain is laid the other way round. */
function orderWithinStack(entries: VersionEntry[]): VersionEntry[] {
  const entryOf = new Map(entries.map((entry) => [entry.resource, entry]));
  const ordered: VersionEntry[] = [];
  walkDependencies(entries.map(({ resource }) => resource),
    (resource) => resourceDependencies(resource).filter((target) => target !== entryOf.get(resource)?.previous?.resource),
    (resource) => {
      const entry = entryOf.get(resource);
      if (entry) {
        ordered.push(entry);
      }
    });

  if (ordered.some((entry, index) => entry !== entries[index])) {
    for (const { resource, previous } of entries) {
      if (previous) {
        undependOn(resource, previous.resource);
      }
    }
    ordered.forEach((entry, index) => chain(entry, ordered[index - 1]));
  }
  return ordered;
}

/** All versions of one stack come before those of the next. */
function orderStacks(groups: Group[]): void {
  const ordered: Group[] = [];
  walkDependencies(groups, (group) => groups.filter((other) => other !== group && waitsFor(group, other)), (group) => ordered.push(group));
  ordered.slice(1).forEach((group, index) => {
    const before = ordered[index];
    if (!waitsFor(group, before)) {
      dependOn(group.entries[0].resource, before.entries[before.entries.length - 1].resource);
    }
  });
}

/** Whether CloudFormation starts with the first group only after the second, by the dependencies that are there already. */
function waitsFor(group: Group, other: Group): boolean {
  const [top, otherTop] = [topLevelStack(group.stack), topLevelStack(other.stack)];
  if (top !== otherTop) {
    return reachable([top], (stack) => stack.dependencies).has(otherTop);
  }
  // In one template (nested stacks are resources of it): what `Ref` and `Fn::GetAtt` imply is not looked at.
  const reached = reachable(resourcesInTemplateOf(group), resourceDependencies);
  return resourcesInTemplateOf(other).some((resource) => reached.has(resource));
}

/** What stands for the group in the template of its top-level stack. */
function resourcesInTemplateOf({ stack, entries }: Group): CfnResource[] {
  let nested = stack;
  while (nested.nestedStackParent?.nestedStackParent) {
    nested = nested.nestedStackParent;
  }
  return nested.nestedStackResource ? [nested.nestedStackResource as CfnResource] : entries.map(({ resource }) => resource);
}

function topLevelStack(stack: Stack): Stack {
  return stack.nestedStackParent ? topLevelStack(stack.nestedStackParent) : stack;
}

function resourceDependencies(resource: CfnResource): CfnResource[] {
  return resource.obtainDependencies().filter((target) => CfnResource.isCfnResource(target));
}

function reachable<T>(starts: T[], dependencies: (node: T) => T[]): Set<T> {
  const reached = new Set<T>();
  walkDependencies(starts, dependencies, (node) => reached.add(node));
  return reached;
}

/** Visits everything that the start nodes depend on, dependencies first, otherwise in the order given. */
function walkDependencies<T>(starts: T[], dependencies: (node: T) => T[], visit: (node: T) => void): void {
  const seen = new Set<T>();
  const walk = (node: T) => {
    if (!seen.has(node)) {
      seen.add(node);
      dependencies(node).forEach(walk);
      visit(node);
    }
  };
  starts.forEach(walk);
}
