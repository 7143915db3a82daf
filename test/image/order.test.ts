import { App, aws_sagemaker as sagemaker, CfnParameter, CfnResource, Fn, Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Image, ImageVersion } from 'cdk-sagemaker-images';
import { DeploymentGraph, expectIndependent, expectOneAtATime, expectOrder } from '../helpers/deployment-graph';
import { agnosticStack, baseImage, HERE, stackIn } from '../helpers/fixtures';

const appOf = (stack: Stack) => stack.node.root as App;
const l1Image = (stack: Stack, id: string, imageName: string) => new sagemaker.CfnImage(stack, id, {
  imageName, imageRoleArn: 'arn:aws:iam::111111111111:role/torch',
});

describe('versions of one image in one stack', () => {
  test('are created in the order of declaration', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    // The ids are in reverse alphabetical order, so that an order by name fails.
    expectOrder(appOf(stack), ['Z', 'M', 'A'].map((id) => image.addVersion(id, { baseImage: baseImage(id) })));
  });

  test('are created in the order of declaration where the construct tree has another, and an L1 follows the version before it', () => {
    const stack = stackIn();
    const [one, other] = ['One', 'Other'].map((id) => Image.fromImageName(stack, id, 'torch'));
    const [first, second] = [other, one].map((image) => image.addVersion('V', { baseImage: baseImage(image.node.id) }));
    const l1 = new sagemaker.CfnImageVersion(one, 'L1', { imageName: 'torch', baseImage: 'uri' });
    expectOrder(appOf(stack), [first, second, l1]);
  });

  test('are not awaited by another resource that has the name of the image', () => {
    const stack = stackIn();
    const version = Image.fromImageName(stack, 'Torch', 'torch').addVersion('V', { baseImage: baseImage('1') });
    expectIndependent(appOf(stack), version, new CfnResource(stack, 'Any', { type: 'Custom::Any', properties: { ImageName: 'torch' } }));
  });

  test('wait only for the one before them', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    const versions = ['1', '2', '3'].map((tag) => image.addVersion(`V${tag}`, { baseImage: baseImage(tag) }));
    const idOf = (version: ImageVersion) => stack.getLogicalId(version.node.defaultChild as CfnResource);
    const { DependsOn: dependencies } = Template.fromStack(stack).findResources('AWS::SageMaker::ImageVersion')[idOf(versions[2])];
    expect(dependencies).toContain(idOf(versions[1]));
    expect(dependencies).not.toContain(idOf(versions[0]));
  });

  test.each<[string, (stack: Stack) => sagemaker.IImageRef]>([
    ['an L2', (stack) => new Image(stack, 'Owned', { imageName: 'torch' })],
    ['an L1', (stack) => l1Image(stack, 'Owned', 'torch')],
  ])('are in order for %s and imports of it', (_, imageIn) => {
    const stack = stackIn();
    const owned = imageIn(stack);
    const byName = Image.fromImageName(stack, 'ByName', 'torch');
    const byArn = Image.fromImageArn(stack, 'ByArn', 'arn:aws:sagemaker:eu-west-1:111111111111:image/torch');
    expectOrder(appOf(stack), [byArn, owned, byName, owned, byArn].map((image, index) =>
      new ImageVersion(stack, `V${index}`, { image, baseImage: baseImage(`${index}`) })));
  });

  // SageMaker lower-cases names, so both are the same image.
  test('are in order if the names of the image differ only in case', () => {
    const stack = stackIn();
    const images = ['Torch', 'torch'].map((name) => Image.fromImageName(stack, name, name));
    expectOrder(appOf(stack), images.map((image) => image.addVersion('V', { baseImage: baseImage(image.imageName) })));
  });

  // The stack can only be deployed where the image is, so both imports are the same image.
  test('are in order for imports by name and by ARN in a stack without account and Region', () => {
    const stack = agnosticStack();
    const images = [
      Image.fromImageName(stack, 'ByName', 'torch'),
      Image.fromImageArn(stack, 'ByArn', 'arn:aws:sagemaker:eu-west-1:111111111111:image/torch'),
    ];
    expectOrder(appOf(stack), images.map((image, index) => image.addVersion('V', { baseImage: baseImage(`${index}`) })));
  });

  test.each<[string, (stack: Stack) => string]>([
    ['a parameter', (stack) => (stack.node.tryFindChild('Name') as CfnParameter ?? new CfnParameter(stack, 'Name')).valueAsString],
    ['an imported value', () => Fn.importValue('TorchName')],
    ['a lazy value', () => Lazy.string({ produce: () => 'torch' })],
  ])('are in order if the name is %s', (_, nameIn) => {
    const stack = stackIn();
    const images = [1, 2].map((index) => Image.fromImageName(stack, `Import${index}`, nameIn(stack)));
    expectOrder(appOf(stack), images.map((image, index) => image.addVersion('V', { baseImage: baseImage(`${index}`) })));
  });

  test('are in order if the ARN is a token', () => {
    const stack = stackIn();
    const images = [1, 2].map((index) => Image.fromImageArn(stack, `Import${index}`, Fn.importValue('TorchArn')));
    expectOrder(appOf(stack), images.map((image, index) => image.addVersion('V', { baseImage: baseImage(`${index}`) })));
  });
});

describe('versions of different images', () => {
  test('do not wait for each other', () => {
    const stack = stackIn();
    const versions = ['Torch', 'Jax'].map((id) => new Image(stack, id).addVersion('V', { baseImage: baseImage(id) }));
    expectIndependent(appOf(stack), versions[0], versions[1]);
  });

  test('do not wait for each other if their names are different tokens', () => {
    const stack = stackIn();
    const versions = ['A', 'B'].map((id) => Image.fromImageName(stack, id, Fn.importValue(id)).addVersion('V', { baseImage: baseImage(id) }));
    expectIndependent(appOf(stack), versions[0], versions[1]);
  });
});

describe('explicit dependencies between versions of one image', () => {
  const versionsIn = (stack: Stack, count: number) => {
    const image = new Image(stack, 'Torch');
    return Array.from({ length: count }, (_, index) => image.addVersion(`V${index + 1}`, { baseImage: baseImage(`${index + 1}`) }));
  };

  test('in the order of declaration have no effect', () => {
    const stack = stackIn();
    const [v1, v2, v3] = versionsIn(stack, 3);
    v3.node.addDependency(v1);
    v2.node.addDependency(v1);
    expectOrder(appOf(stack), [v1, v2, v3]);
  });

  test('against the order of declaration reverse it', () => {
    const stack = stackIn();
    const [v1, v2] = versionsIn(stack, 2);
    v1.node.addDependency(v2);
    expectOrder(appOf(stack), [v2, v1]);
  });

  test('against the order of declaration move only the versions that have to move', () => {
    const stack = stackIn();
    const [v1, v2, v3, v4] = versionsIn(stack, 4);
    v2.node.addDependency(v4);
    expectOrder(appOf(stack), [v1, v4, v2, v3]);
  });

  // One of them is also a link of the chain: it must not be removed with the chain.
  test('are all kept if some follow and some reverse the order of declaration', () => {
    const stack = stackIn();
    const [v1, v2, v3] = versionsIn(stack, 3);
    v3.node.addDependency(v2);
    v1.node.addDependency(v3);
    expectOrder(appOf(stack), [v2, v3, v1]);
  });

  test('can go through a resource that is not a version', () => {
    const stack = stackIn();
    const [v1, v2] = versionsIn(stack, 2);
    const check = new CfnResource(stack, 'Check', { type: 'Custom::Check' });
    check.node.addDependency(v2);
    v1.node.addDependency(check);
    expectOrder(appOf(stack), [v2, check, v1]);
  });

  test('can go through a reference of a resource that is not a version', () => {
    const stack = stackIn();
    const [v1, v2] = versionsIn(stack, 2);
    const check = new CfnResource(stack, 'Check', { type: 'Custom::Check', properties: { version: v2.version } });
    v1.node.addDependency(check);
    expectOrder(appOf(stack), [v2, check, v1]);
  });

  test('can be added between the L1s', () => {
    const stack = stackIn();
    const [v1, v2] = versionsIn(stack, 2);
    v1.node.defaultChild!.node.addDependency(v2.node.defaultChild!);
    expectOrder(appOf(stack), [v2, v1]);
  });

  test('can be added between scopes with versions', () => {
    const stack = stackIn();
    const early = new Image(stack, 'Early', { imageName: 'torch' });
    const late = Image.fromImageName(stack, 'Late', 'torch');
    const v1 = early.addVersion('V', { baseImage: baseImage('1') });
    const v2 = late.addVersion('V', { baseImage: baseImage('2') });
    early.node.addDependency(late);
    expectOrder(appOf(stack), [v2, v1]);
  });
});

describe('synth', () => {
  const app = (order: (versions: ImageVersion[]) => void) => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    order(['1', '2', '3'].map((tag) => image.addVersion(`V${tag}`, { baseImage: baseImage(tag) })));
    return appOf(stack);
  };

  test.each<[string, (versions: ImageVersion[]) => void]>([
    ['no explicit dependencies', () => {}],
    ['one that reverses the order', ([v1, , v3]) => v1.node.addDependency(v3)],
    ['two that reverse the order', ([v1, v2, v3]) => [v1, v2].forEach((version) => version.node.addDependency(v3))],
    ['one of each kind', ([v1, v2, v3]) => [v3.node.addDependency(v2), v1.node.addDependency(v3)]],
  ])('gives the same result a second time with %s', (_, order) => {
    const once = app(order);
    const first = DeploymentGraph.of(once).toJSON();
    once.synth({ force: true });
    expect(DeploymentGraph.of(once).toJSON()).toEqual(first);
    expect(DeploymentGraph.of(app(order)).toJSON()).toEqual(first);
  });
});

// A check that cannot fail is a defect.
describe('the deployment graph of these tests', () => {
  const resource = (stack: Stack, id: string, properties = {}) => new CfnResource(stack, id, { type: 'Custom::Any', properties });

  test.each<[string, (stack: Stack) => void]>([
    ['DependsOn', (stack) => {
      resource(stack, 'A').addOverride('DependsOn', 'B');
      resource(stack, 'B').addOverride('DependsOn', ['A']);
    }],
    ['Ref and Fn::GetAtt', (stack) => {
      resource(stack, 'A', { list: [{ deep: { Ref: 'B' } }] });
      resource(stack, 'B', { list: { 'Fn::GetAtt': ['A', 'Arn'] } });
    }],
    ['Fn::Sub', (stack) => {
      resource(stack, 'A', { text: { 'Fn::Sub': '${!Literal}-${B.Arn}' } });
      resource(stack, 'B', { text: { 'Fn::Sub': ['${Var}', { Var: { Ref: 'A' } }] } });
    }],
  ])('finds a cycle of %s', (_, plant) => {
    const stack = stackIn(HERE);
    plant(stack);
    expect(DeploymentGraph.of(appOf(stack)).cycle()).toHaveLength(2);
  });

  test('finds resources that do not wait for each other', () => {
    const stack = stackIn();
    const [one, other] = ['A', 'B'].map((id) => resource(stack, id));
    expect(() => expectOrder(appOf(stack), [one, other])).toThrow();
    expect(() => expectOneAtATime(appOf(stack), [one, other])).toThrow();
  });
});
