import { App, CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DeploymentOrder } from '../../src/private/deployment-order';

const resource = (scope: Construct, id: string, properties: object = {}) => new CfnResource(scope, id, { type: 'Custom::Any', properties: { ...properties } });
const resources = (scope: Construct, ...ids: string[]) => ids.map((id) => resource(scope, id));
const orderOf = (scope: Construct) => new DeploymentOrder(scope.node.root.node.findAll().filter(CfnResource.isCfnResource));
const paths = (found: CfnResource[] | undefined) => found?.map(({ node }) => node.path.replace('Stack/', ''));
/** The explicit dependencies of a resource, as paths. */
const dependsOn = (one: CfnResource) => paths(one.obtainDependencies().filter(CfnResource.isCfnResource));
const stackIn = (app = new App(), id = 'Stack') => new Stack(app, id);
const nestedIn = (stack: Stack, id = 'Nested') => new NestedStack(stack, id);
const unitOf = (nested: Stack) => nested.nestedStackResource as CfnResource;

describe('a sequence', () => {
  test('makes each resource wait for the one before it', () => {
    const stack = stackIn();
    const [a, b, c] = resources(stack, 'A', 'B', 'C');
    orderOf(stack).sequence([b, c, a]);
    expect([a, b, c].map(dependsOn)).toEqual([['C'], [], ['B']]);
  });

  test.each<[string, (from: CfnResource, to: CfnResource) => void]>([
    ['explicitly', (from, to) => from.addDependency(to)],
    ['by a reference', (from, to) => from.addPropertyOverride('Other', to.ref)],
  ])('follows the dependencies that exist %s', (_, depend) => {
    const stack = stackIn();
    const [a, between, b] = resources(stack, 'A', 'Between', 'B');
    depend(a, between);
    depend(between, b);
    orderOf(stack).sequence([a, b]);
    expect(paths(orderOf(stack).path(b, a))).toBeUndefined();
    expect(dependsOn(a)).toContain('B');
  });

  test('makes stacks wait for each other, in the order of their dependencies', () => {
    const app = new App();
    const [one, other] = [stackIn(app, 'One'), stackIn(app, 'Other')];
    one.addDependency(other);
    const [inOne, inOther] = [resource(one, 'A'), resource(other, 'B')];
    orderOf(app).sequence([inOne, inOther]);
    expect(one.dependencies).toEqual([other]);
    expect(other.dependencies).toEqual([]);
  });

  test('makes stacks wait for each other that have no dependencies', () => {
    const app = new App();
    const [one, other] = [stackIn(app, 'One'), stackIn(app, 'Other')];
    orderOf(app).sequence([resource(other, 'B'), resource(one, 'A')]);
    expect(one.dependencies).toEqual([other]);
  });

  // Such resources track whether they are referenced, which saves the search for references.
  describe('of resources that know whether they are referenced', () => {
    const tracking = (stack: Stack, id: string, isReferenced: boolean) => Object.assign(resource(stack, id), { isReferenced });

    test('follows references to one of them', () => {
      const stack = stackIn();
      const [a, b] = [tracking(stack, 'A', false), tracking(stack, 'B', true)];
      a.addPropertyOverride('Other', b.ref);
      orderOf(stack).sequence([a, b]);
      expect([a, b].map(dependsOn)).toEqual([['B'], []]);
    });

    test('follows references between two that are referenced', () => {
      const stack = stackIn();
      const [a, b, c] = ['A', 'B', 'C'].map((id) => tracking(stack, id, true));
      a.addPropertyOverride('Other', b.ref);
      c.addPropertyOverride('Other', a.ref);
      orderOf(stack).sequence([a, b]);
      expect([a, b].map(dependsOn)).toEqual([['B'], []]);
    });

    test('follows explicit dependencies between two that others depend on', () => {
      const stack = stackIn();
      const [a, b, c] = ['A', 'B', 'C'].map((id) => tracking(stack, id, false));
      a.addDependency(b);
      c.addDependency(a);
      orderOf(stack).sequence([a, b]);
      expect([a, b].map(dependsOn)).toEqual([['B'], []]);
    });

    test('follows dependencies that the pass has added', () => {
      const stack = stackIn();
      const nested = nestedIn(stack);
      const [a, b, inside] = [...['A', 'B'].map((id) => tracking(stack, id, false)), tracking(nested, 'Inside', false)];
      Object.assign(unitOf(nested), { isReferenced: false });
      const order = orderOf(stack);
      order.wait(a, b);
      order.sequence([a, b]);
      order.wait(b, inside);
      order.sequence([b, inside]);
      expect([a, b].map(dependsOn)).toEqual([['B'], ['Nested.NestedStack/Nested.NestedStackResource']]);
      expect(dependsOn(unitOf(nested))).toEqual([]);
    });

    test('follows explicit dependencies', () => {
      const stack = stackIn();
      const [a, b] = [tracking(stack, 'A', false), tracking(stack, 'B', false)];
      a.addDependency(b);
      orderOf(stack).sequence([a, b]);
      expect([a, b].map(dependsOn)).toEqual([['B'], []]);
    });

    test('is the given one if there are no dependencies', () => {
      const stack = stackIn();
      const [a, b] = [tracking(stack, 'A', false), tracking(stack, 'B', false)];
      orderOf(stack).sequence([b, a]);
      expect([a, b].map(dependsOn)).toEqual([['B'], []]);
    });
  });

  test('follows a dependency of a nested stack on a resource beside it', () => {
    const stack = stackIn();
    const nested = nestedIn(stack);
    const [inside, beside] = [resource(nested, 'Inside'), resource(stack, 'Beside')];
    unitOf(nested).addDependency(beside);
    orderOf(stack).sequence([inside, beside]);
    expect(dependsOn(beside)).toEqual([]);
    expect(dependsOn(unitOf(nested))).toEqual(['Beside']);
  });

  test('makes a nested stack wait for a resource beside it, and orders the resources in it', () => {
    const stack = stackIn();
    const a = resource(stack, 'A');
    const nested = nestedIn(stack);
    const [b, c] = resources(nested, 'B', 'C');
    orderOf(stack).sequence([a, b, c]);
    expect(dependsOn(unitOf(nested))).toEqual(['A']);
    expect(dependsOn(c)).toEqual(['Nested/B']);
    expect(dependsOn(b)).toEqual([]);
  });
});

describe('a path', () => {
  test('contains each resource of a chain of dependencies', () => {
    const stack = stackIn();
    const [a, b, c, d] = resources(stack, 'A', 'B', 'C', 'D');
    a.addDependency(d);
    a.addDependency(b);
    b.addPropertyOverride('Other', c.ref);
    expect(paths(orderOf(stack).path(a, c))).toEqual(['A', 'B', 'C']);
    expect(orderOf(stack).path(c, a)).toBeUndefined();
    expect(orderOf(stack).path(a, a)).toBeUndefined();
  });

  test('ends although other resources wait for each other', () => {
    const stack = stackIn();
    const [a, b, c] = resources(stack, 'A', 'B', 'C');
    a.addPropertyOverride('Other', b.ref);
    b.addPropertyOverride('Other', a.ref);
    expect(orderOf(stack).path(a, c)).toBeUndefined();
    expect(paths(orderOf(stack).path(a, a))).toEqual(['A', 'B', 'A']);
  });

  test('leads out of a nested stack, and into another', () => {
    const stack = stackIn();
    const [one, other] = [nestedIn(stack, 'One'), nestedIn(stack, 'Other')];
    const [from, to] = [resource(one, 'From'), resource(other, 'To')];
    unitOf(one).addDependency(unitOf(other));
    expect(paths(orderOf(stack).path(from, to))).toEqual(['One/From', 'Other/To']);
    expect(orderOf(stack).path(to, from)).toBeUndefined();
  });
});

describe('a path within a stack', () => {
  test('ignores references to other stacks', () => {
    const app = new App();
    const [one, other] = [stackIn(app, 'One'), stackIn(app, 'Other')];
    const [a, b, elsewhere] = [...resources(one, 'A', 'B'), resource(other, 'Elsewhere')];
    a.addPropertyOverride('Other', elsewhere.ref);
    a.addPropertyOverride('Another', b.ref);
    expect(orderOf(app).path(a, b)?.map(({ node }) => node.path)).toEqual(['One/A', 'One/B']);
    expect(orderOf(app).path(a, elsewhere)).toBeUndefined();
  });

  test('leads into a nested stack by a reference to one of its resources', () => {
    const stack = stackIn();
    const nested = nestedIn(stack);
    const [outside, inside, sibling] = [resource(stack, 'Outside'), ...resources(nested, 'Inside', 'Sibling')];
    outside.addPropertyOverride('Other', inside.ref);
    // All of a nested stack is created before what refers to a part of it.
    expect(paths(orderOf(stack).path(outside, sibling))).toEqual(['Outside', 'Nested/Sibling']);
  });
});

describe('a cycle', () => {
  test('is found after the dependency that closes it', () => {
    const stack = stackIn();
    const [a, b] = resources(stack, 'A', 'B');
    const order = orderOf(stack);
    a.addPropertyOverride('Other', b.ref);
    expect(order.cycleOf(a)).toBeUndefined();
    order.wait(b, a);
    expect(paths(order.cycleOf(a))).toEqual(['A', 'B', 'A']);
    expect(dependsOn(b)).toEqual(['A']);
  });

  test('is found if its dependencies are older than the pass', () => {
    const stack = stackIn();
    const [a, b] = resources(stack, 'A', 'B');
    a.addPropertyOverride('Other', b.ref);
    b.addDependency(a);
    expect(paths(orderOf(stack).cycleOf(a))).toEqual(['A', 'B', 'A']);
  });

  test('is found through the nested stack of a resource', () => {
    const stack = stackIn();
    const outside = resource(stack, 'Outside');
    const nested = nestedIn(stack);
    const inside = resource(nested, 'Inside');
    unitOf(nested).addPropertyOverride('Parameters.Other', outside.ref);
    const order = orderOf(stack);
    order.wait(outside, inside);
    expect(paths(order.cycleOf(inside))).toEqual(['Nested/Inside', 'Outside', 'Nested/Inside']);
    expect(dependsOn(outside)).toEqual(['Nested.NestedStack/Nested.NestedStackResource']);
  });

  test('is found if a reference closes it', () => {
    const stack = stackIn();
    const [a, b] = resources(stack, 'A', 'B');
    a.addDependency(b);
    b.addPropertyOverride('Other', a.ref);
    expect(paths(orderOf(stack).cycleOf(a))).toEqual(['A', 'B', 'A']);
  });

  test('is none of a resource that others only wait for', () => {
    const stack = stackIn();
    const [a, b] = resources(stack, 'A', 'B');
    const order = orderOf(stack);
    order.wait(b, a);
    expect(order.cycleOf(a)).toBeUndefined();
    expect(order.cycleOf(b)).toBeUndefined();
  });

  test('is found if others wait for the nested stack of the resource as a whole', () => {
    const stack = stackIn();
    const outside = resource(stack, 'Outside');
    const nested = nestedIn(stack);
    const inside = resource(nested, 'Inside');
    unitOf(nested).addPropertyOverride('Parameters.Other', outside.ref);
    outside.addDependency(unitOf(nested));
    expect(paths(orderOf(stack).cycleOf(inside))).toEqual(['Nested/Inside', 'Outside', 'Nested/Inside']);
  });
});
