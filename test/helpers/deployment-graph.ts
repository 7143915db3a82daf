import { readFileSync } from 'fs';
import { join } from 'path';
import { CfnElement, CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { IConstruct } from 'constructs';

interface Template {
  readonly Resources?: Record<string, { readonly DependsOn?: string | string[]; readonly [key: string]: unknown }>;
}

/**
 * The order of deployment of an app, read from the synthesized templates and manifests.
 *
 * Each resource is a node. Each stack, nested or not, has two nodes: its start, which all of its resources wait for, and its
 * end, which waits for all of them. So one graph covers the order of all resources of an app, across stacks.
 */
export class DeploymentGraph {
  /** Synthesizes an app. */
  public static of(app: Stage): DeploymentGraph {
    app.synth();
    return new DeploymentGraph(app);
  }

  private readonly edges = new Map<string, Set<string>>();

  private constructor(app: Stage) {
    for (const construct of app.node.findAll()) {
      if (Stack.isStack(construct)) {
        this.addStack(construct);
      }
    }
  }

  /** Returns the nodes of a cycle, if there is one. An app with a cycle cannot be deployed. */
  public cycle(): string[] | undefined {
    const done = new Set<string>();
    const path: string[] = [];
    const visit = (node: string): string[] | undefined => {
      if (path.includes(node)) {
        return path.slice(path.indexOf(node));
      }
      if (done.has(node)) {
        return undefined;
      }
      done.add(node);
      path.push(node);
      for (const target of this.edges.get(node) ?? []) {
        const cycle = visit(target);
        if (cycle) {
          return cycle;
        }
      }
      path.pop();
      return undefined;
    };
    for (const node of this.edges.keys()) {
      const cycle = visit(node);
      if (cycle) {
        return cycle;
      }
    }
    return undefined;
  }

  /** Whether the CloudFormation resource of one construct is created after that of the other. */
  public waitsFor(one: IConstruct, other: IConstruct): boolean {
    const reached = new Set<string>();
    const walk = (node: string) => {
      for (const target of this.edges.get(node) ?? []) {
        if (!reached.has(target)) {
          reached.add(target);
          walk(target);
        }
      }
    };
    walk(resourceNode(one));
    return reached.has(resourceNode(other));
  }

  /** Returns the dependencies of all nodes, for comparisons. */
  public toJSON(): Record<string, string[]> {
    return Object.fromEntries([...this.edges].sort().map(([node, targets]) => [node, [...targets].sort()]));
  }

  private addStack(stack: Stack): void {
    const assembly = Stage.of(stack)!.synth();
    const { Resources: resources = {} } = JSON.parse(readFileSync(join(assembly.directory, stack.templateFile), 'utf8')) as Template;
    const nested = new Map(stack.node.findAll().filter(Stack.isStack)
      .filter((inner) => inner.nestedStackParent === stack)
      .map((inner) => [stack.getLogicalId(inner.nestedStackResource as CfnResource), inner]));
    const startOf = (id: string) => nested.has(id) ? start(nested.get(id)!) : `${stack.node.path}#${id}`;
    const endOf = (id: string) => nested.has(id) ? end(nested.get(id)!) : `${stack.node.path}#${id}`;

    this.add(end(stack), start(stack));
    for (const [id, { DependsOn: explicit = [], ...rest }] of Object.entries(resources)) {
      this.add(startOf(id), start(stack));
      this.add(end(stack), endOf(id));
      for (const target of [explicit, referencesIn(rest)].flat()) {
        if (target in resources) {
          this.add(startOf(id), endOf(target));
        }
      }
    }
    if (!stack.nestedStackParent) {
      const byId = new Map(Stage.of(stack)!.node.findAll().filter(Stack.isStack).map((other) => [other.artifactId, other]));
      for (const dependency of assembly.getStackArtifact(stack.artifactId).dependencies) {
        if (CloudFormationStackArtifact.isCloudFormationStackArtifact(dependency)) {
          this.add(start(stack), end(byId.get(dependency.id)!));
        }
      }
    }
  }

  private add(source: string, target: string): void {
    this.edges.set(source, (this.edges.get(source) ?? new Set()).add(target));
  }
}

/** Asserts that the app has no cycles and creates these constructs one after another, in this order. */
export function expectOrder(app: Stage, constructs: IConstruct[]): void {
  const graph = DeploymentGraph.of(app);
  expect(graph.cycle()).toBeUndefined();
  const isAfter = (_: IConstruct, index: number) => index === 0 || graph.waitsFor(constructs[index], constructs[index - 1]);
  expect(constructs.map((construct, index) => [construct.node.path, isAfter(construct, index)]))
    .toEqual(constructs.map((construct) => [construct.node.path, true]));
}

/** Returns the pairs of constructs that could be created at the same time. */
export function concurrentPairs(graph: DeploymentGraph, constructs: IConstruct[]): string[] {
  return constructs.flatMap((one, index) => constructs.slice(index + 1)
    .filter((other) => !graph.waitsFor(one, other) && !graph.waitsFor(other, one))
    .map((other) => `${one.node.path} and ${other.node.path}`));
}

/** Asserts that the app has no cycles and creates these constructs one after another, in any order. */
export function expectOneAtATime(app: Stage, constructs: IConstruct[]): void {
  const graph = DeploymentGraph.of(app);
  expect(graph.cycle()).toBeUndefined();
  expect(concurrentPairs(graph, constructs)).toEqual([]);
}

/** Asserts that neither of two constructs waits for the other. */
export function expectIndependent(app: Stage, one: IConstruct, other: IConstruct): void {
  expect(concurrentPairs(DeploymentGraph.of(app), [one, other])).toHaveLength(1);
}

function start(stack: Stack): string {
  return `${stack.node.path}#start`;
}

function end(stack: Stack): string {
  return `${stack.node.path}#end`;
}

function resourceNode(construct: IConstruct): string {
  const element = CfnElement.isCfnElement(construct) ? construct : construct.node.defaultChild as CfnResource;
  return `${element.stack.node.path}#${element.stack.resolve(element.logicalId)}`;
}

/** Returns the logical ids in `Ref`, `Fn::GetAtt` and `Fn::Sub`, at any depth. */
function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(referencesIn);
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) => {
    switch (key) {
      case 'Ref': return [inner as string];
      case 'Fn::GetAtt': return [Array.isArray(inner) ? inner[0] : inner.split('.')[0]];
      case 'Fn::Sub': return [...namesInSub(Array.isArray(inner) ? inner[0] : inner), ...referencesIn(inner)];
      default: return referencesIn(inner);
    }
  });
}

function namesInSub(template: string): string[] {
  return [...template.matchAll(/\$\{([^!}.]+)[^}]*\}/g)].map(([, name]) => name);
}
