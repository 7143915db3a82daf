import { CfnResource, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { groupBy } from './collections';
import { dependOn } from './dependencies';
import { referencedResources } from './references';

/**
 * Makes resources wait for each other, in the order given as far as the other dependencies of the app allow it.
 *
 * CloudFormation knows dependencies between stacks and between the resources of one template, where a nested stack is
 * one resource. So the order is laid level by level. It follows all dependencies of its level, and no cycle can come of it.
 */
export class DeploymentOrder {
  private readonly references = new Map<CfnResource, CfnResource[]>();
  private readonly dependedOn: Set<CfnResource>;

  /**
   * Made when all dependencies of the app are known.
   *
   * @param isUnreferenced whether it is known of a resource that nothing refers to it
   */
  constructor(app: IConstruct, private readonly isUnreferenced: (resource: CfnResource) => boolean = () => false) {
    this.dependedOn = new Set(app.node.findAll().filter(CfnResource.isCfnResource).flatMap(explicitDependencies));
  }

  public lay(resources: CfnResource[]): void {
    const stacks = groupBy(resources, ({ stack }) => pathToTop(stack).at(-1)!);
    const ordered = sortByDependencies([...stacks.keys()], (stack) => stack.dependencies);
    eachPair(ordered, (earlier, later) => dependOn(stacks.get(later)![0], stacks.get(earlier)![0]));
    stacks.forEach((inStack, stack) => this.layWithin(stack, inStack));
  }

  private layWithin(stack: Stack, resources: CfnResource[]): void {
    const units = groupBy(resources, (resource) => unitIn(stack, resource)!);
    eachPair(this.sort([...units.keys()]), (earlier, later) => dependOn(later, earlier));
    for (const [unit, inUnit] of units) {
      const nested = pathToTop(inUnit[0].stack).find(({ nestedStackResource }) => nestedStackResource === unit);
      if (nested) {
        this.layWithin(nested, inUnit);
      }
    }
  }

  private sort(units: CfnResource[]): CfnResource[] {
    // To look for references is most of the work, and almost always there is nothing to find.
    const free = units.every((unit) => this.isUnreferenced(unit) && !this.dependedOn.has(unit));
    return free ? units : sortByDependencies(units, (unit) => this.dependenciesOf(unit));
  }

  /** What a resource waits for in its own template, by `DependsOn`, `Ref` and `Fn::GetAtt`. */
  private dependenciesOf(resource: CfnResource): CfnResource[] {
    let references = this.references.get(resource);
    if (!references) {
      references = referencedResources(resource).map((target) => unitIn(resource.stack, target)).filter((target) => target !== undefined);
      this.references.set(resource, references);
    }
    return [...explicitDependencies(resource), ...references];
  }
}

function explicitDependencies(resource: CfnResource): CfnResource[] {
  return resource.obtainDependencies().filter((target) => CfnResource.isCfnResource(target));
}

/** What stands for a resource in the template of a stack: itself, or the nested stack that it is in. */
function unitIn(stack: Stack, resource: CfnResource): CfnResource | undefined {
  if (resource.stack === stack) {
    return resource;
  }
  const path = pathToTop(resource.stack);
  return path[path.indexOf(stack) - 1]?.nestedStackResource as CfnResource | undefined;
}

/** A stack, the one that it is nested in, and so on. */
function pathToTop(stack: Stack): Stack[] {
  return [stack, ...stack.nestedStackParent ? pathToTop(stack.nestedStackParent) : []];
}

/** The nodes so that each stands after its dependencies, otherwise in the order given. */
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

function eachPair<T>(items: T[], use: (earlier: T, later: T) => void): void {
  items.slice(1).forEach((later, index) => use(items[index], later));
}
