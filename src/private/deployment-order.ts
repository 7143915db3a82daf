import type { CfnResource, Stack } from 'aws-cdk-lib';
import { groupBy } from './collections';
import { dependOn, explicitDependencies } from './dependencies';
import { referencedResources } from './references';

/** A resource that tracks whether it is referenced. */
interface TracksReferences {
  readonly isReferenced?: boolean;
}

/**
 * Makes resources wait for each other, in the given order as far as the other dependencies of the stage allow it.
 *
 * There are dependencies between stacks, and between the resources of one template, in which a nested stack is one resource.
 * So each level is ordered separately. The order of a level follows all dependencies of that level and cannot close a cycle.
 */
export class DeploymentOrder {
  private readonly references = new Map<CfnResource, CfnResource[]>();
  private readonly dependedOn: Set<CfnResource>;

  /** @param resources all resources of the stage, with all of their dependencies */
  constructor(resources: CfnResource[]) {
    this.dependedOn = new Set(resources.flatMap(explicitDependencies));
  }

  /** Makes each resource wait for the one before it. */
  public sequence(resources: CfnResource[]): void {
    const stacks = groupBy(resources, ({ stack }) => pathToTop(stack).at(-1)!);
    const ordered = sortByDependencies([...stacks.keys()], (stack) => stack.dependencies);
    this.chain(ordered.map((stack) => stacks.get(stack)![0]));
    stacks.forEach((inStack, stack) => this.sequenceWithin(stack, inStack));
  }

  /** Makes a resource wait for another. */
  public wait(resource: CfnResource, target: CfnResource): void {
    [target, ...nestedStacksOf(target)].forEach((unit) => this.dependedOn.add(unit));
    dependOn(resource, target);
  }

  /** Returns a dependency cycle of a resource, if there is one. */
  public cycleOf(resource: CfnResource): CfnResource[] | undefined {
    return this.path(resource, resource);
  }

  /** Returns a chain of dependencies in one stack and those nested in it, from one resource to another, both included. */
  public path(from: CfnResource, to: CfnResource): CfnResource[] | undefined {
    // Whatever waits for a nested stack waits for all resources in it.
    const goals = new Set([to, ...nestedStacksOf(to)]);
    const seen = new Set<CfnResource>();
    const find = (resource: CfnResource): CfnResource[] | undefined => {
      // A resource in a nested stack waits for whatever that nested stack waits for.
      for (const target of [resource, ...nestedStacksOf(resource)].flatMap((unit) => this.dependenciesOf(unit))) {
        if (goals.has(target)) {
          return [resource, to];
        }
        if (!seen.has(target)) {
          seen.add(target);
          const rest = find(target);
          if (rest) {
            return [resource, ...rest];
          }
        }
      }
      return undefined;
    };
    return find(from);
  }

  private sequenceWithin(stack: Stack, resources: CfnResource[]): void {
    const units = groupBy(resources, (resource) => unitIn(stack, resource)!);
    this.chain(this.sort([...units.keys()]));
    for (const [unit, inUnit] of units) {
      const nested = pathToTop(inUnit[0].stack).find(({ nestedStackResource }) => nestedStackResource === unit);
      if (nested) {
        this.sequenceWithin(nested, inUnit);
      }
    }
  }

  private chain(resources: CfnResource[]): void {
    resources.slice(1).forEach((later, index) => this.wait(later, resources[index]));
  }

  private sort(units: CfnResource[]): CfnResource[] {
    // The search for references takes most of the time, and there are almost never any.
    const free = units.every((unit) => (unit as TracksReferences).isReferenced === false && !this.dependedOn.has(unit));
    return free ? units : sortByDependencies(units, (unit) => this.dependenciesOf(unit));
  }

  /** Returns the resources of the same template that a resource waits for, by `DependsOn`, `Ref` or `Fn::GetAtt`. */
  private dependenciesOf(resource: CfnResource): CfnResource[] {
    let references = this.references.get(resource);
    if (!references) {
      references = referencedResources(resource).map((target) => unitIn(resource.stack, target)).filter((target) => target !== undefined);
      this.references.set(resource, references);
    }
    return [...explicitDependencies(resource), ...references];
  }
}

/** Returns the resource that represents another in the template of a stack: itself, or the nested stack that contains it. */
function unitIn(stack: Stack, resource: CfnResource): CfnResource | undefined {
  if (resource.stack === stack) {
    return resource;
  }
  const path = pathToTop(resource.stack);
  return path[path.indexOf(stack) - 1]?.nestedStackResource as CfnResource | undefined;
}

/** Returns a stack, its parent stack, and so on. */
function pathToTop(stack: Stack): Stack[] {
  return [stack, ...stack.nestedStackParent ? pathToTop(stack.nestedStackParent) : []];
}

/** Returns the resources for the nested stacks that a resource is in, the innermost first. */
function nestedStacksOf(resource: CfnResource): CfnResource[] {
  return pathToTop(resource.stack).flatMap(({ nestedStackResource }) => nestedStackResource ? [nestedStackResource as CfnResource] : []);
}

/** Sorts nodes so that each comes after its dependencies, and otherwise in the given order. */
function sortByDependencies<T>(nodes: T[], dependenciesOf: (node: T) => T[]): T[] {
  const wanted = new Set(nodes);
  const seen = new Set<T>();
  const sorted: T[] = [];
  const visit = (node: T) => {
    if (!seen.has(node)) {
      seen.add(node);
      dependenciesOf(node).forEach(visit);
      if (wanted.has(node)) {
        sorted.push(node);
      }
    }
  };
  nodes.forEach(visit);
  return sorted;
}
