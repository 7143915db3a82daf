import { App, aws_sagemaker as sagemaker, CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import { ImageVersion } from 'cdk-sagemaker-images';
import { IConstruct } from 'constructs';
import * as fc from 'fast-check';
import { concurrentPairs, DeploymentGraph } from '../helpers/deployment-graph';
import { ecrUri, HERE } from '../helpers/fixtures';
import { runs } from '../helpers/property';
import { addVersion } from '../helpers/siblings';

/** A dependency that a user adds: of one version (or its stack) on another. */
interface Dependency {
  readonly how: 'version' | 'stack' | 'resource' | 'reference';
  readonly one: number;
  readonly other: number;
  /** Whether it is added before all versions are declared. */
  readonly early: boolean;
}

interface Plan {
  /** For each stack, the index of its parent, if it is nested. */
  readonly parents: (number | undefined)[];
  readonly versions: { readonly stack: number; readonly image: string; readonly isL1: boolean }[];
  readonly dependencies: Dependency[];
}

interface Built {
  readonly app: App;
  readonly versions: IConstruct[];
  readonly dependencies: Dependency[];
}

type AddVersion = (stack: Stack, image: string, id: string, isL1: boolean) => IConstruct;

const addL1OrL2: AddVersion = (stack, imageName, id, isL1) => isL1
  ? new sagemaker.CfnImageVersion(stack, id, { imageName, baseImage: ecrUri(`${stack.node.addr}${id}`) })
  : addVersion(stack, imageName, id);

/** Adds a resource that is never ordered, which shows whether the dependencies have a cycle of their own. */
const addDummy: AddVersion = (stack, _image, id) => new CfnResource(stack, `${id}Dummy`, { type: 'Custom::Version' });

function build(plan: Plan, add: AddVersion): Built {
  const app = new App();
  const stacks: Stack[] = [];
  plan.parents.forEach((parent, index) => stacks.push(parent === undefined
    ? new Stack(app, `Stack${index}`, { env: HERE })
    : new NestedStack(stacks[parent], `Nested${index}`)));
  const versions: IConstruct[] = [];
  const addDependency = ({ how, one, other }: Dependency, index: number) => {
    const [source, target] = [versions[one], versions[other]];
    const [sourceStack, targetStack] = [source, target].map((version) => Stack.of(version));
    switch (how) {
      case 'version': return source.node.addDependency(target);
      case 'stack': return sourceStack === targetStack ? undefined : sourceStack.node.addDependency(targetStack);
      default: {
        const between = new CfnResource(sourceStack, `Between${index}`, { type: 'Custom::Between' });
        source.node.addDependency(between);
        if (how === 'resource') {
          return between.node.addDependency(target);
        }
        const resource = target instanceof ImageVersion ? target.node.defaultChild as CfnResource : target as CfnResource;
        return between.addPropertyOverride('Refers', resource.getAtt('Version'));
      }
    }
  };
  plan.versions.forEach(({ stack, image, isL1 }, index) => {
    versions.push(add(stacks[stack], image, `V${index}`, isL1));
    plan.dependencies.forEach((dependency, number) =>
      dependency.early && Math.max(dependency.one, dependency.other) === index && addDependency(dependency, number));
  });
  plan.dependencies.forEach((dependency, number) => !dependency.early && addDependency(dependency, number));
  return { app, versions, dependencies: plan.dependencies };
}

/** Whether an app with only these dependencies can be deployed. */
function possible(plan: Plan): boolean {
  try {
    return DeploymentGraph.of(build(plan, addDummy).app).cycle() === undefined;
  } catch {
    return false;
  }
}

/** Removes every dependency that makes a cycle with those before it. */
function withoutContradictions(plan: Plan): Plan {
  return plan.dependencies.reduce<Plan>((so, dependency) => {
    const more = { ...so, dependencies: [...so.dependencies, dependency] };
    return possible(more) ? more : so;
  }, { ...plan, dependencies: [] });
}

function plans(nested: boolean): fc.Arbitrary<Plan> {
  return fc.record({
    parents: fc.array(nested ? fc.option(fc.nat(3), { nil: undefined }) : fc.constant(undefined), { minLength: 1, maxLength: 4 }),
    versions: fc.array(fc.record({ stack: fc.nat(3), image: fc.constantFrom('torch', 'jax'), isL1: fc.boolean() }), { minLength: 2, maxLength: 7 }),
    dependencies: fc.array(fc.record<Dependency>({
      how: fc.constantFrom('version', 'stack', 'resource', 'reference'), one: fc.nat(6), other: fc.nat(6), early: fc.boolean(),
    }), { maxLength: 5 }),
  }).map(({ parents, versions, dependencies }) => withoutContradictions({
    parents: parents.map((parent, index) => parent === undefined || index === 0 ? undefined : parent % index),
    versions: versions.map(({ stack, ...version }) => ({ ...version, stack: stack % parents.length }))
      // The library orders versions only in a stage that has a version of its own.
      .map((version, index) => index === 0 ? { ...version, isL1: false } : version),
    dependencies: dependencies
      .map((dependency) => ({ ...dependency, one: dependency.one % versions.length, other: dependency.other % versions.length }))
      .filter(({ one, other }) => one !== other),
  }));
}

function expectDeployable(plan: Plan): void {
  const { app, versions, dependencies } = build(plan, addL1OrL2);
  const graph = DeploymentGraph.of(app);
  expect(graph.cycle()).toBeUndefined();
  for (const image of ['torch', 'jax']) {
    expect(concurrentPairs(graph, versions.filter((_, index) => plan.versions[index].image === image))).toEqual([]);
  }
  // A dependency of a stack on its nested stack does not order their versions.
  const unmet = dependencies.filter(({ how, one, other }) => how !== 'stack' && !graph.waitsFor(versions[one], versions[other]));
  expect(unmet).toEqual([]);

  const first = graph.toJSON();
  app.synth({ force: true });
  expect(DeploymentGraph.of(app).toJSON()).toEqual(first);
}

describe('versions of an app whose own dependencies have no cycle', () => {
  test('are created one at a time and follow the dependencies of the app', () => {
    fc.assert(fc.property(plans(false), expectDeployable), runs(60));
  });

  test('are created one at a time and follow the dependencies of the app with nested stacks', () => {
    fc.assert(fc.property(plans(true), expectDeployable), runs(60));
  });
});
