import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import {
  App, aws_iam as iam, aws_sagemaker as sagemaker, CfnParameter, CfnResource, cloudformation_include as include, Fn, Lazy, NestedStack, Stack, Stage,
} from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Image } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { DeploymentGraph, expectIndependent, expectOneAtATime, expectOrder } from '../helpers/deployment-graph';
import { baseImage, ecrUri, errorOf, HERE, OTHER_REGION, stackIn } from '../helpers/fixtures';
import { secondCopy } from '../helpers/second-copy';
import { addVersion } from '../helpers/siblings';

const appOf = (scope: Construct) => scope.node.root as App;
const ROLE = 'arn:aws:iam::111111111111:role/torch';

/** Adds a version of an image as an L1; each has another container image. */
function addL1(scope: Construct, id: string, props: Partial<sagemaker.CfnImageVersionProps> = {}): sagemaker.CfnImageVersion {
  return new sagemaker.CfnImageVersion(scope, id, { imageName: 'torch', baseImage: ecrUri(`l1-${scope.node.addr}${id}`), ...props });
}

describe('an L1 of an image version', () => {
  test('is created after an L2 that is declared before it', () => {
    const stack = stackIn();
    expectOrder(appOf(stack), [addVersion(stack, 'torch', 'Z'), addL1(stack, 'A')]);
  });

  test('is created before an L2 that is declared after it', () => {
    const stack = stackIn();
    expectOrder(appOf(stack), [addL1(stack, 'Z'), addVersion(stack, 'torch', 'A')]);
  });

  test('is created between the L2s that are declared before and after it', () => {
    const stack = stackIn();
    expectOrder(appOf(stack), [addVersion(stack, 'torch', 'Z'), addL1(stack, 'M'), addVersion(stack, 'torch', 'A')]);
  });

  test('is created after another L1 that is declared before it', () => {
    const stack = stackIn();
    addVersion(stack, 'jax', 'Jax');
    expectOrder(appOf(stack), [addL1(stack, 'Z'), addVersion(stack, 'torch', 'M'), addL1(stack, 'B'), addL1(stack, 'A')]);
  });

  // An L1 does not know when it was declared.
  test('follows the version before it in the construct tree', () => {
    const stack = stackIn();
    const [one, two] = ['One', 'Two'].map((id) => Image.fromImageName(stack, id, 'torch'));
    const [v1, v2] = [one, two].map((image, index) => image.addVersion('V', { baseImage: baseImage(`${index}`) }));
    const l1 = addL1(one as unknown as Construct, 'L1');
    expectOrder(appOf(stack), [v1, l1, v2]);
  });

  test('is a version of the image whose name differs only in case', () => {
    const stack = stackIn();
    expectOrder(appOf(stack), [addVersion(stack), addL1(stack, 'L1', { imageName: 'Torch' })]);
  });

  test('can depend on an L2 that is declared after it', () => {
    const stack = stackIn();
    const [l1, l2] = [addL1(stack, 'L1'), addVersion(stack)];
    l1.node.addDependency(l2);
    expectOrder(appOf(stack), [l2, l1]);
  });

  test('can refer to an L2 that is declared after it', () => {
    const stack = stackIn();
    const [l1, l2] = [addL1(stack, 'L1'), addVersion(stack)];
    l1.releaseNotes = `after version ${l2.version}`;
    expectOrder(appOf(stack), [l2, l1]);
  });

  test('has the same order after a second synth', () => {
    const stack = stackIn();
    const versions = [addL1(stack, 'Z'), addVersion(stack, 'torch', 'M'), addL1(stack, 'A')];
    expectOrder(appOf(stack), versions);
    const first = DeploymentGraph.of(appOf(stack)).toJSON();
    appOf(stack).synth({ force: true });
    expect(DeploymentGraph.of(appOf(stack)).toJSON()).toEqual(first);
  });
});

describe('an L1 in another stack', () => {
  const stacksOf = (scope: Construct, ids: string[], env = HERE) => ids.map((id) => new Stack(scope, id, { env }));

  test('is in the order of declaration', () => {
    const app = new App();
    const [z, m, a] = stacksOf(app, ['Z', 'M', 'A']);
    expectOrder(app, [addVersion(z), addL1(m, 'L1'), addVersion(a)]);
  });

  test('follows a dependency of the stacks against the order of declaration', () => {
    const app = new App();
    const [a, b] = stacksOf(app, ['A', 'B']);
    a.addDependency(b);
    const [inA, inB] = [addVersion(a), addL1(b, 'L1')];
    expectOrder(app, [inB, inA]);
  });

  test('is in order if it is in a nested stack', () => {
    const parent = stackIn();
    expectOrder(appOf(parent), [addVersion(parent), addL1(new NestedStack(parent, 'Nested'), 'L1')]);
    const other = stackIn();
    expectOrder(appOf(other), [addL1(new NestedStack(other, 'Nested'), 'L1'), addVersion(other)]);
  });

  test('is in order if it is in a nested stack of another stack', () => {
    const app = new App();
    const [a, b] = stacksOf(app, ['A', 'B']);
    expectOrder(app, [addVersion(a), addL1(new NestedStack(new NestedStack(b, 'Outer'), 'Inner'), 'L1')]);
  });

  test('is not a sibling in another Region', () => {
    const app = new App();
    const [[one], [other]] = [stacksOf(app, ['One']), stacksOf(app, ['Other'], OTHER_REGION)];
    expectIndependent(app, Image.fromImageName(one, 'I', 'torch').addVersion('V', { baseImage: baseImage('1'), alias: 'stable' }),
      addL1(other, 'L1', { alias: 'stable' }));
  });

  test.each([['the app', (app: App) => app as Construct], ['a stage', (app: App) => new Stage(app, 'Beta')]])(
    'is not a sibling of a version of %s in another stage', (_, firstIn) => {
      const app = new App();
      const [[one], [other]] = [stacksOf(firstIn(app), ['Stack']), stacksOf(new Stage(app, 'Prod'), ['Stack'])];
      expectIndependent(app, Image.fromImageName(one, 'I', 'torch').addVersion('V', { baseImage: baseImage('1'), alias: 'stable' }),
        addL1(other, 'L1', { alias: 'stable' }));
    });
});

describe('an L1 whose image name is a token', () => {
  test('is in order for a parameter', () => {
    const stack = stackIn();
    const imageName = new CfnParameter(stack, 'Name').valueAsString;
    expectOrder(appOf(stack), [addL1(stack, 'Z', { imageName }), addVersion(stack, imageName, 'M'), addL1(stack, 'A', { imageName })]);
  });

  test('is in order for a parameter of another stack', () => {
    const app = new App();
    const [a, b] = ['A', 'B'].map((id) => new Stack(app, id, { env: HERE }));
    const imageName = new CfnParameter(a, 'Name').valueAsString;
    expectOrder(app, [addVersion(a, imageName), addL1(b, 'L1', { imageName })]);
  });

  test('is independent for different parameters', () => {
    const stack = stackIn();
    const [one, other] = ['One', 'Other'].map((id) => new CfnParameter(stack, id).valueAsString);
    expectIndependent(appOf(stack), addVersion(stack, one), addL1(stack, 'L1', { imageName: other }));
  });

  test.each<[string, (image: sagemaker.CfnImage) => string]>([
    ['Ref', ({ ref }) => ref],
    ['Fn::GetAtt', ({ attrImageArn }) => attrImageArn],
  ])('is in order for the name in the ARN of a CfnImage by %s', (_, arnOf) => {
    const stack = stackIn();
    const image = new sagemaker.CfnImage(stack, 'Image', { imageName: 'Torch', imageRoleArn: ROLE });
    const imageName = Fn.select(1, Fn.split('/', arnOf(image)));
    expectOrder(appOf(stack), [addVersion(stack, 'torch', 'Z'), addL1(stack, 'M', { imageName }), addVersion(stack, 'torch', 'A')]);
  });

  test('is in order for the name in the ARN of an Image', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    const imageName = Fn.select(1, Fn.split('/', image.imageArn));
    expectOrder(appOf(stack), [image.addVersion('V', { baseImage: baseImage('1') }), addL1(stack, 'L1', { imageName })]);
  });

  test('is in order for the name in the ARN of a CfnImage whose name is a parameter', () => {
    const stack = stackIn();
    const name = new CfnParameter(stack, 'Name').valueAsString;
    const image = new sagemaker.CfnImage(stack, 'Image', { imageName: name, imageRoleArn: ROLE });
    expectOrder(appOf(stack), [addL1(stack, 'L1', { imageName: Fn.select(1, Fn.split('/', image.ref)) }), addVersion(stack, name)]);
  });

  test('is independent for the name in the ARN of another CfnImage', () => {
    const stack = stackIn();
    const image = new sagemaker.CfnImage(stack, 'Image', { imageName: 'jax', imageRoleArn: ROLE });
    expectIndependent(appOf(stack), addVersion(stack), addL1(stack, 'L1', { imageName: Fn.select(1, Fn.split('/', image.ref)) }));
  });
});

describe('the versions of a template that CfnInclude includes', () => {
  let directory: string;
  beforeAll(() => directory = mkdtempSync(join(tmpdir(), 'include-')));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const versionOf = (ImageName: unknown, tag: string, rest = {}) =>
    ({ Type: 'AWS::SageMaker::ImageVersion', Properties: { ImageName, BaseImage: ecrUri(tag), ...rest } });
  function includeIn(stack: Stack, Resources: object, Parameters = {}): include.CfnInclude {
    const templateFile = join(directory, `${stack.node.addr}.json`);
    writeFileSync(templateFile, JSON.stringify({ Parameters, Resources }));
    return new include.CfnInclude(stack, 'Include', { templateFile });
  }

  test('are in the order of the template, after the versions that are declared before', () => {
    const stack = stackIn();
    const first = addVersion(stack, 'torch', 'First');
    const included = includeIn(stack, { Z: versionOf('torch', 'z'), A: versionOf('torch', 'a') });
    const last = addVersion(stack, 'torch', 'Last');
    expectOrder(appOf(stack), [first, included.getResource('Z'), included.getResource('A'), last]);
  });

  test('are in order if the template has the image', () => {
    const stack = stackIn();
    const included = includeIn(stack, {
      Image: { Type: 'AWS::SageMaker::Image', Properties: { ImageName: 'torch', ImageRoleArn: ROLE } },
      V: versionOf({ 'Fn::Select': [1, { 'Fn::Split': ['/', { Ref: 'Image' }] }] }, 'v'),
      W: versionOf({ 'Fn::Select': [1, { 'Fn::Split': ['/', { 'Fn::GetAtt': ['Image', 'ImageArn'] }] }] }, 'w'),
    });
    expectOrder(appOf(stack), [included.getResource('V'), included.getResource('W'), addVersion(stack)]);
  });

  test('are in order if the name is a parameter of the template', () => {
    const stack = stackIn();
    const included = includeIn(stack, { V: versionOf({ Ref: 'Name' }, 'v'), W: versionOf({ 'Fn::Sub': '${Name}' }, 'w') }, { Name: { Type: 'String' } });
    expectOrder(appOf(stack), [included.getResource('V'), addVersion(stack, included.getParameter('Name').valueAsString)]);
  });

  test('keep the dependencies of the template', () => {
    const stack = stackIn();
    const included = includeIn(stack, { V: { ...versionOf('torch', 'v'), DependsOn: 'W' }, W: versionOf('torch', 'w') });
    expectOrder(appOf(stack), [included.getResource('W'), included.getResource('V'), addVersion(stack)]);
  });

  test.each([['Alias', 'stable'], ['Aliases', ['stable']]])('cannot have an alias of another version: %s', (property, value) => {
    const stack = stackIn();
    addVersion(stack, 'torch', 'L2');
    Image.fromImageName(stack, 'Torch', 'torch').addVersion('V', { baseImage: baseImage('1'), alias: 'stable' });
    includeIn(stack, { V: versionOf('torch', 'v', { [property]: value }) });
    expect(errorOf(() => appOf(stack).synth())).toBe('Validation failed with the following errors:\n'
      + "  [Stack/Include/V] alias 'stable' is already an alias of Stack/Torch/V: an alias names one version of an image, so give it to one of them");
  });
});

describe('an alias of an L1', () => {
  const error = (path: string, other: string) =>
    `  [${path}] alias 'stable' is already an alias of ${other}: an alias names one version of an image, so give it to one of them`;
  const problemsOf = (scope: Construct) => errorOf(() => appOf(scope).synth())?.split('\n').slice(1);
  const aliases: [string, object][] = [['alias', { alias: 'stable' }], ['aliases', { aliases: ['new', 'stable'] }]];

  test.each(aliases)('cannot be an alias of an L2 before it: %s', (_, props) => {
    const stack = stackIn();
    new Image(stack, 'Torch', { imageName: 'torch' }).addVersion('V', { baseImage: baseImage('1'), aliases: ['stable'] });
    addL1(stack, 'L1', props);
    expect(problemsOf(stack)).toEqual([error('Stack/L1', 'Stack/Torch/V')]);
  });

  test.each(aliases)('cannot be an alias of an L2 after it: %s', (_, props) => {
    const stack = stackIn();
    addL1(stack, 'L1', props);
    new Image(stack, 'Torch', { imageName: 'torch' }).addVersion('V', { baseImage: baseImage('1'), alias: 'stable' });
    expect(problemsOf(stack)).toEqual([error('Stack/Torch/V', 'Stack/L1')]);
  });

  test('cannot be an alias of another L1', () => {
    const stack = stackIn();
    addVersion(stack);
    addL1(stack, 'One', { alias: 'stable' });
    addL1(stack, 'Other', { aliases: ['stable'] });
    expect(problemsOf(stack)).toEqual([error('Stack/Other', 'Stack/One')]);
  });

  test('cannot be an alias of an L2 in another stack', () => {
    const app = new App();
    const [a, b] = ['A', 'B'].map((id) => new Stack(app, id, { env: HERE }));
    Image.fromImageName(a, 'Torch', 'torch').addVersion('V', { baseImage: baseImage('1'), alias: 'stable' });
    addL1(b, 'L1', { alias: 'stable' });
    expect(problemsOf(app)).toEqual([error('B/L1', 'A/Torch/V')]);
  });

  test('is reported at the construct whose default child the L1 is', () => {
    const stack = stackIn();
    Image.fromImageName(stack, 'Torch', 'torch').addVersion('V', { baseImage: baseImage('1'), alias: 'stable' });
    const owner = new Construct(stack, 'Owner');
    addL1(owner, 'Resource', { alias: 'stable' });
    addL1(new Construct(stack, 'Scope'), 'L1', { alias: 'stable' });
    expect(problemsOf(stack)).toEqual([error('Stack/Owner', 'Stack/Torch/V'), error('Stack/Scope/L1', 'Stack/Torch/V')]);
  });

  test('can be both its alias and one of its aliases', () => {
    const stack = stackIn();
    addVersion(stack);
    addL1(stack, 'L1', { alias: 'stable', aliases: ['stable'] });
    expect(problemsOf(stack)).toBeUndefined();
  });

  test('can be an alias of a version of another image', () => {
    const stack = stackIn();
    new Image(stack, 'Torch', { imageName: 'torch' }).addVersion('V', { baseImage: baseImage('1'), alias: 'stable' });
    addL1(stack, 'L1', { imageName: 'jax', alias: 'stable' });
    expect(problemsOf(stack)).toBeUndefined();
  });

  test('is compared if it is a token whose value is known during synth', () => {
    const stack = stackIn();
    const lazy = (value: any) => ({ string: Lazy.string({ produce: () => value }), list: Lazy.list({ produce: () => [value] }) });
    new Image(stack, 'Torch', { imageName: 'torch' }).addVersion('V', { baseImage: baseImage('1'), alias: 'stable' });
    addL1(stack, 'One', { alias: lazy('stable').string });
    addL1(stack, 'Two', { aliases: lazy('stable').list });
    addL1(stack, 'Three', { aliases: ['new', lazy('stable').string] });
    expect(problemsOf(stack)).toEqual(['One', 'Two', 'Three'].map((id) => error(`Stack/${id}`, 'Stack/Torch/V')));
  });

  test('is not compared if it is a token', () => {
    const stack = stackIn();
    const parameter = new CfnParameter(stack, 'Alias').valueAsString;
    const list = new CfnParameter(stack, 'Aliases', { type: 'CommaDelimitedList' }).valueAsList;
    new Image(stack, 'Torch', { imageName: 'torch' }).addVersion('V', { baseImage: baseImage('1'), alias: 'stable' });
    addL1(stack, 'One', { alias: parameter });
    addL1(stack, 'Other', { aliases: list });
    expect(problemsOf(stack)).toBeUndefined();
  });
});

// Two copies of the library can be part of one app, for example if a construct library depends on another release of it.
describe('versions of two copies of the library', () => {
  const copy = secondCopy();
  const addOther = (stack: Stack, id: string, props = {}) => copy.Image.fromImageName(stack, `${id}Image`, 'torch')
    .addVersion(id, { baseImage: copy.BaseImage.fromUri(ecrUri(`other-${stack.node.addr}${id}`)), ...props });

  test('come from different classes, and share the constructs of the CDK', () => {
    const version = addOther(stackIn(), 'V');
    expect(copy.ImageVersion).not.toBe(addVersion(stackIn()).constructor);
    expect(version).toBeInstanceOf(copy.ImageVersion);
    expect(version).toBeInstanceOf(Construct);
    expect(version.node.defaultChild).toBeInstanceOf(sagemaker.CfnImageVersion);
  });

  test('are created one at a time in one stack', () => {
    const stack = stackIn();
    expectOneAtATime(appOf(stack), [addVersion(stack, 'torch', 'A'), addOther(stack, 'B'), addVersion(stack, 'torch', 'C'), addOther(stack, 'D'), addL1(stack, 'E')]);
  });

  test('are created one at a time in several stacks and nested stacks', () => {
    const app = new App();
    const [a, b] = ['A', 'B'].map((id) => new Stack(app, id, { env: HERE }));
    const nested = new NestedStack(a, 'Nested');
    expectOneAtATime(app, [addVersion(a), addOther(b, 'V'), addOther(nested, 'V'), addVersion(new NestedStack(b, 'Nested'))]);
  });

  test('keep explicit dependencies', () => {
    const stack = stackIn();
    const [one, two, three] = [addVersion(stack, 'torch', 'A'), addOther(stack, 'B'), addOther(stack, 'C')];
    one.node.addDependency(two);
    three.node.addDependency(one);
    expectOrder(appOf(stack), [two, one, three]);
  });

  test('have the same order after a second synth', () => {
    const stack = stackIn();
    [() => addVersion(stack, 'torch', 'A'), () => addOther(stack, 'B'), () => addVersion(stack, 'torch', 'C')].forEach((add) => add());
    const first = DeploymentGraph.of(appOf(stack)).toJSON();
    appOf(stack).synth({ force: true });
    expect(DeploymentGraph.of(appOf(stack)).toJSON()).toEqual(first);
  });

  test('cannot have the same alias', () => {
    const stack = stackIn();
    Image.fromImageName(stack, 'Torch', 'torch').addVersion('V', { baseImage: baseImage('1'), alias: 'stable' });
    addOther(stack, 'Other', { alias: 'stable' });
    const problems = errorOf(() => appOf(stack).synth())?.split('\n').slice(1);
    // Each copy reports it.
    expect(new Set(problems).size).toBe(1);
    expect(problems![0]).toMatch(/^ {2}\[(Stack\/Torch\/V|Stack\/OtherImage\/Other)\] alias 'stable' is already an alias of (Stack\/Torch\/V|Stack\/OtherImage\/Other): /);
  });

  describe.each<[string, (stack: Stack) => iam.Role | undefined]>([
    ['the default role of the image', () => undefined],
    ['a role of the app', (stack) => new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') })],
  ])('can use %s', (_, roleIn) => {
    test('and wait for its permission to pull', () => {
      const stack = stackIn();
      const image = new Image(stack, 'Torch', { role: roleIn(stack) });
      const versions = [
        image.addVersion('V1', { baseImage: baseImage('1') }),
        new copy.ImageVersion(stack, 'V2', { image, baseImage: copy.BaseImage.fromUri(ecrUri('2')) }),
      ];
      expectOneAtATime(appOf(stack), versions);
      const { Resources: resources } = Template.fromStack(stack).toJSON();
      const pulls = Object.keys(resources).filter((id) => resources[id].Type === 'AWS::IAM::Policy'
        && JSON.stringify(resources[id].Properties.PolicyDocument).includes('ecr:BatchGetImage'));
      for (const version of versions) {
        const { DependsOn: dependencies } = resources[stack.getLogicalId(version.node.defaultChild as CfnResource)];
        expect(dependencies.filter((id: string) => pulls.includes(id))).not.toEqual([]);
      }
    });
  });
});
