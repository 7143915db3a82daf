import { App, CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import { ImageVersion } from 'cdk-sagemaker-images';
import { IConstruct } from 'constructs';
import * as fc from 'fast-check';
import { concurrentPairs, DeploymentGraph } from '../helpers/deployment-graph';
import { HERE } from '../helpers/fixtures';
import { runs } from '../helpers/property';
import { addVersion } from '../helpers/siblings';

/** Something that a user asks for: that one version (or its stack) comes after another. */
interface Wish {
  readonly how: 'version' | 'stack' | 'resource' | 'reference';
  readonly one: number;
  readonly other: number;
  /** Whether it is said before all versions are there. */
  readonly early: boolean;
}

interface Plan {
  /** For each stack, the one that it is nested in, or none. */
  readonly parents: (number | undefined)[];
  readonly versions: { readonly stack: number; readonly image: string }[];
  readonly wishes: Wish[];
}

interface Built {
  readonly app: App;
  readonly versions: IConstruct[];
  readonly wishes: Wish[];
}

type AddVersion = (stack: Stack, image: string, id: string) => IConstruct;

/** What orders nothing by itself, so that it shows whether the wishes can be met at all. */
const addDummy: AddVersion = (stack, _image, id) => new CfnResource(stack, `${id}Dummy`, { type: 'Custom::Version' });

function build(plan: Plan, add: AddVersion): Built {
  const app = new App();
  const stacks: Stack[] = [];
  plan.parents.forEach((parent, index) => stacks.push(parent === undefined
    ? new Stack(app, `Stack${index}`, { env: HERE })
    : new NestedStack(stacks[parent], `Nested${index}`)));
  const versions: IConstruct[] = [];
  const say = ({ how, one, other }: Wish, index: number) => {
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
  plan.versions.forEach(({ stack, image }, index) => {
    versions.push(add(stacks[stack], image, `V${index}`));
    plan.wishes.forEach((wish, number) => wish.early && Math.max(wish.one, wish.other) === index && say(wish, number));
  });
  plan.wishes.forEach((wish, number) => !wish.early && say(wish, number));
  return { app, versions, wishes: plan.wishes };
}

/** Whether an app can be deployed that has these wishes and no order of its own. */
function possible(plan: Plan): boolean {
  try {
    return DeploymentGraph.of(build(plan, addDummy).app).cycle() === undefined;
  } catch {
    return false;
  }
}

/** Leaves out every wish that contradicts those before it. */
function withoutContradictions(plan: Plan): Plan {
  return plan.wishes.reduce<Plan>((so, wish) => {
    const more = { ...so, wishes: [...so.wishes, wish] };
    return possible(more) ? more : so;
  }, { ...plan, wishes: [] });
}

function plans(nested: boolean): fc.Arbitrary<Plan> {
  return fc.record({
    parents: fc.array(nested ? fc.option(fc.nat(3), { nil: undefined }) : fc.constant(undefined), { minLength: 1, maxLength: 4 }),
    versions: fc.array(fc.record({ stack: fc.nat(3), image: fc.constantFrom('torch', 'jax') }), { minLength: 2, maxLength: 7 }),
    wishes: fc.array(fc.record<Wish>({
      how: fc.constantFrom('version', 'stack', 'resource', 'reference'), one: fc.nat(6), other: fc.nat(6), early: fc.boolean(),
    }), { maxLength: 5 }),
  }).map(({ parents, versions, wishes }) => withoutContradictions({
    parents: parents.map((parent, index) => parent === undefined || index === 0 ? undefined : parent % index),
    versions: versions.map(({ stack, image }) => ({ stack: stack % parents.length, image })),
    wishes: wishes.map((wish) => ({ ...wish, one: wish.one % versions.length, other: wish.other % versions.length }))
      .filter(({ one, other }) => one !== other),
  }));
}

function expectDeployable(plan: Plan): void {
  const { app, versions, wishes } = build(plan, addVersion);
  const graph = DeploymentGraph.of(app);
  expect(graph.cycle()).toBeUndefined();
  for (const image of ['torch', 'jax']) {
    expect(concurrentPairs(graph, versions.filter((_, index) => plan.versions[index].image === image))).toEqual([]);
  }
  // A wish for stacks of which one is nested in the other says nothing about their versions.
  const unmet = wishes.filter(({ how, one, other }) => how !== 'stack' && !graph.waitsFor(versions[one], versions[other]));
  expect(unmet).toEqual([]);

  const first = graph.toJSON();
  app.synth({ force: true });
  expect(DeploymentGraph.of(app).toJSON()).toEqual(first);
}

describe('versions of any app whose own dependencies have no cycle', () => {
  test('are created one at a time, without a cycle and as the app asks for', () => {
    fc.assert(fc.property(plans(false), expectDeployable), runs(60));
  });

  test('are so with nested stacks too', () => {
    fc.assert(fc.property(plans(true), expectDeployable), runs(60));
  });
});
