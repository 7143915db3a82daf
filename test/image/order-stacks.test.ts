import { App, CfnOutput, CfnParameter, Environment, Fn, Stack, Stage } from 'aws-cdk-lib';
import { BaseImage, Image, ImageVersion } from 'cdk-sagemaker-images';
import { DeploymentGraph, expectIndependent, expectOrder } from '../helpers/deployment-graph';
import { baseImage, HERE, OTHER_ACCOUNT, OTHER_REGION } from '../helpers/fixtures';
import { addVersion } from '../helpers/siblings';

function stacksOf(app: Stage, ids: string[], env: Environment | undefined = HERE): Stack[] {
  return ids.map((id) => new Stack(app, id, { env }));
}

describe('versions of one image in several stacks', () => {
  test('are created in the order of declaration by a dependency of the stacks', () => {
    const app = new App();
    const [z, a] = stacksOf(app, ['Z', 'A']);
    expectOrder(app, [addVersion(z), addVersion(a)]);
    expect(a.dependencies).toEqual([z]);
    expect(z.dependencies).toEqual([]);
  });

  test('are in order if one of the stacks has the image', () => {
    const app = new App();
    const [one, two, three] = stacksOf(app, ['One', 'Two', 'Three']);
    const image = new Image(one, 'Torch', { imageName: 'torch' });
    expectOrder(app, [
      image.addVersion('V1', { baseImage: baseImage('1') }),
      new ImageVersion(two, 'V2', { image, baseImage: baseImage('2') }),
      addVersion(three),
    ]);
  });

  test('keep the order within each stack if three stacks are interleaved', () => {
    const app = new App();
    const [a, b, c] = stacksOf(app, ['A', 'B', 'C']);
    const [a1, b1, a2, c1, b2, a3] = [a, b, a, c, b, a].map((stack, index) => addVersion(stack, 'torch', `V${index}`));
    expectOrder(app, [a1, a2, a3, b1, b2, c1]);
  });

  test('are in order in stacks without account and Region', () => {
    const app = new App();
    expectOrder(app, ['A', 'B'].map((id) => addVersion(new Stack(app, id))));
  });

  test('are in order if their name is imported from one export', () => {
    const app = new App();
    expectOrder(app, stacksOf(app, ['A', 'B']).map((stack) => addVersion(stack, Fn.importValue('TorchName'))));
  });

  test('are in order if their name is a parameter of one of the stacks', () => {
    const app = new App();
    const [a, b] = stacksOf(app, ['A', 'B']);
    const name = new CfnParameter(a, 'Name').valueAsString;
    expectOrder(app, [addVersion(a, name), addVersion(b, name)]);
  });

  test('make no cycle if two images are declared in opposite orders', () => {
    const app = new App();
    const [a, b] = stacksOf(app, ['A', 'B']);
    const torch = [addVersion(a, 'torch'), addVersion(b, 'torch')];
    const jax = [addVersion(b, 'jax', 'J'), addVersion(a, 'jax', 'J')];
    expectOrder(app, torch);
    expectOrder(app, jax.reverse());
  });

  test('are in order in the stacks of a stage', () => {
    const app = new App();
    const stage = new Stage(app, 'Prod', { env: HERE });
    expectOrder(app, stacksOf(stage, ['B', 'A']).map((stack) => addVersion(stack)));
  });

  test('have the same order after a second synth', () => {
    const app = new App();
    const [a, b, c] = stacksOf(app, ['A', 'B', 'C']);
    b.addDependency(c);
    [a, b, a, c, b].forEach((stack, index) => addVersion(stack, 'torch', `V${index}`));
    const first = DeploymentGraph.of(app).toJSON();
    app.synth({ force: true });
    expect(DeploymentGraph.of(app).toJSON()).toEqual(first);
  });
});

describe('stacks with dependencies against the order of declaration', () => {
  const cases: [string, (one: Stack, other: Stack) => void][] = [
    ['explicitly', (one, other) => one.addDependency(other)],
    ['through a third stack', (one, other) => {
      const [between] = stacksOf(one.node.root as App, ['Between']);
      one.addDependency(between);
      between.addDependency(other);
    }],
    ['by a reference', (one, other) => {
      new CfnOutput(one, 'Uses', { value: new CfnParameter(other, 'Used').valueAsString });
    }],
    ['by a dependency of constructs', (one, other) => one.node.addDependency(other)],
  ];

  test.each(cases)('keep their order: %s, before the versions', (_, depend) => {
    const app = new App();
    const [a, b] = stacksOf(app, ['A', 'B']);
    depend(a, b);
    const [inA, inB] = [addVersion(a), addVersion(b)];
    expectOrder(app, [inB, inA]);
  });

  test.each(cases)('keep their order: %s, after the versions', (_, depend) => {
    const app = new App();
    const [a, b] = stacksOf(app, ['A', 'B']);
    const [inA, inB] = [addVersion(a), addVersion(b)];
    depend(a, b);
    expectOrder(app, [inB, inA]);
  });

  test('keep their order if one version depends on the other', () => {
    const app = new App();
    const [inA, inB] = stacksOf(app, ['A', 'B']).map((stack) => addVersion(stack));
    inA.node.addDependency(inB);
    expectOrder(app, [inB, inA]);
  });

  test('keep their order if one version refers to the other', () => {
    const app = new App();
    const [a, b] = stacksOf(app, ['A', 'B']);
    const [inA, inB] = [addVersion(a), addVersion(b)];
    new CfnOutput(a, 'Latest', { value: `${inB.version}` });
    expectOrder(app, [inB, inA]);
  });

  test('keep their order among other stacks', () => {
    const app = new App();
    const [a, b, c, d] = stacksOf(app, ['A', 'B', 'C', 'D']);
    const [inA, inB, inC, inD] = [a, b, c, d].map((stack) => addVersion(stack));
    b.addDependency(d);
    expectOrder(app, [inA, inD, inB, inC]);
  });
});

describe('versions that are not siblings', () => {
  test.each([['account', OTHER_ACCOUNT], ['Region', OTHER_REGION]])('are those of the same name in another %s', (_, env) => {
    const app = new App();
    const [one, other] = [...stacksOf(app, ['One']), ...stacksOf(app, ['Other'], env)].map((stack) =>
      Image.fromImageName(stack, 'Torch', 'torch').addVersion('V', {
        baseImage: BaseImage.fromUri(`${stack.account}.dkr.ecr.${stack.region}.amazonaws.com/torch:1`),
        alias: 'stable',
      }));
    expectIndependent(app, one, other);
  });

  // Stages are deployed separately, and the CDK does not support dependencies between them.
  test('are those in another stage', () => {
    const app = new App();
    const versions = ['Beta', 'Prod'].map((id) => addVersion(stacksOf(new Stage(app, id), ['Stack'])[0]));
    expectIndependent(app, versions[0], versions[1]);
  });

  // `Ref: Name` is the same in both templates, but has a different value in each.
  test('are those named by parameters with the same id in two stacks', () => {
    const app = new App();
    const versions = stacksOf(app, ['Dev', 'Prod']).map((stack) =>
      Image.fromImageName(stack, 'Torch', new CfnParameter(stack, 'Name').valueAsString)
        .addVersion('V', { baseImage: baseImage(stack.node.id), alias: 'stable' }));
    expectIndependent(app, versions[0], versions[1]);
  });
});
