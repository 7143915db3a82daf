import { App, CfnOutput, CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import { Image, ImageVersion } from 'cdk-sagemaker-images';
import { expectOneAtATime, expectOrder } from '../helpers/deployment-graph';
import { baseImage, HERE, stackIn } from '../helpers/fixtures';
import { addVersion } from '../helpers/siblings';

const appOf = (stack: Stack) => stack.node.root as App;

// A nested stack is one resource of its parent: its versions wait, and are waited for, as a whole.
describe('versions of one image in nested stacks', () => {
  test('are in order in a parent and its nested stack, whichever is declared first', () => {
    const parent = stackIn();
    const before = addVersion(parent);
    expectOrder(appOf(parent), [before, addVersion(new NestedStack(parent, 'Nested'))]);

    const other = stackIn();
    const inNested = addVersion(new NestedStack(other, 'Nested'));
    expectOrder(appOf(other), [inNested, addVersion(other)]);
  });

  test('are in order if the image is in the parent', () => {
    const parent = stackIn();
    const nested = new NestedStack(parent, 'Nested');
    const image = new Image(parent, 'Torch');
    expectOrder(appOf(parent), [
      image.addVersion('V1', { baseImage: baseImage('1') }),
      new ImageVersion(nested, 'V2', { image, baseImage: baseImage('2') }),
    ]);
  });

  test('are in order if the image is in the nested stack', () => {
    const parent = stackIn();
    const image = new Image(new NestedStack(parent, 'Nested'), 'Torch');
    expectOrder(appOf(parent), [
      image.addVersion('V1', { baseImage: baseImage('1') }),
      new ImageVersion(parent, 'V2', { image, baseImage: baseImage('2') }),
    ]);
  });

  test('are in order in two nested stacks', () => {
    const parent = stackIn();
    expectOrder(appOf(parent), ['Z', 'A'].map((id) => addVersion(new NestedStack(parent, id))));
  });

  test('are in order in nested stacks of different stacks', () => {
    const app = new App();
    expectOrder(app, ['Z', 'A'].map((id) => addVersion(new NestedStack(new Stack(app, id, { env: HERE }), 'Nested'))));
  });

  test('are created one at a time if a parent and its nested stack are interleaved', () => {
    const parent = stackIn();
    const nested = new NestedStack(parent, 'Nested');
    expectOneAtATime(appOf(parent), [parent, nested, parent, nested].map((stack, index) => addVersion(stack, 'torch', `V${index}`)));
  });

  test('are created one at a time in a nested stack of a nested stack', () => {
    const parent = stackIn();
    const outer = new NestedStack(parent, 'Outer');
    const inner = new NestedStack(outer, 'Inner');
    expectOneAtATime(appOf(parent), [parent, outer, inner].map((stack) => addVersion(stack)));
  });

  test('are created one at a time in two nested stacks of a nested stack', () => {
    const parent = stackIn();
    const outer = new NestedStack(parent, 'Outer');
    expectOneAtATime(appOf(parent), ['A', 'B'].map((id) => addVersion(new NestedStack(outer, id))));
  });

  test('are created one at a time if another stack is declared between a stack and its nested stack', () => {
    const app = new App();
    const [a, b] = ['A', 'B'].map((id) => new Stack(app, id, { env: HERE }));
    expectOneAtATime(app, [a, b, new NestedStack(a, 'Nested')].map((stack) => addVersion(stack)));
  });
});

describe('dependencies between a stack and its nested stack', () => {
  test('are kept if a later version of the parent depends on the nested one', () => {
    const parent = stackIn();
    const nested = new NestedStack(parent, 'Nested');
    const v1 = addVersion(parent, 'torch', 'V1');
    const v2 = addVersion(nested, 'torch', 'V2');
    const v3 = addVersion(parent, 'torch', 'V3');
    v3.node.addDependency(v2);
    expectOneAtATime(appOf(parent), [v1, v2, v3]);
    expectOrder(appOf(parent), [v2, v3]);
  });

  test('are kept if the first version of the parent depends on the nested one', () => {
    const parent = stackIn();
    const v1 = addVersion(parent, 'torch', 'V1');
    const v2 = addVersion(new NestedStack(parent, 'Nested'), 'torch', 'V2');
    v1.node.addDependency(v2);
    expectOrder(appOf(parent), [v2, v1]);
  });

  test('are kept if the nested stack is between two versions of the parent', () => {
    const parent = stackIn();
    const nested = new NestedStack(parent, 'Nested');
    const [v1, v2] = [addVersion(parent, 'torch', 'V1'), addVersion(parent, 'torch', 'V2')];
    const inNested = addVersion(nested, 'torch', 'V3');
    inNested.node.addDependency(v1);
    v2.node.addDependency(inNested);
    expectOrder(appOf(parent), [v1, inNested, v2]);
  });

  // The reference becomes a parameter of the nested stack: nothing else makes it wait.
  test('are kept if the nested stack refers to a version of the parent that is declared later', () => {
    const parent = stackIn();
    const nested = new NestedStack(parent, 'Nested');
    const inNested = addVersion(nested);
    const later = addVersion(parent);
    new CfnResource(nested, 'User', { type: 'Custom::User', properties: { version: later.version } });
    expectOrder(appOf(parent), [later, inNested]);
  });

  test('are kept if a version of the parent waits for a resource that refers to a nested stack declared later', () => {
    const parent = stackIn();
    const first = addVersion(parent);
    const nested = new NestedStack(parent, 'Nested');
    const inNested = addVersion(nested);
    const user = new CfnResource(parent, 'User', { type: 'Custom::User', properties: { version: inNested.version } });
    first.node.addDependency(user);
    new CfnOutput(parent, 'Out', { value: user.ref });
    expectOrder(appOf(parent), [inNested, first]);
  });
});
