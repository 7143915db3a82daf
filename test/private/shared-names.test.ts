import { App, Aspects, aws_sagemaker as sagemaker, CfnCondition, CfnParameter, CfnResource, Environment, Fn, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { AppImageConfig, Image, ImageVersion, StudioImage } from 'cdk-sagemaker-images';
import { baseImage, errorOf, HERE, OTHER_ACCOUNT, OTHER_REGION, TROUBLESHOOTING } from '../helpers/fixtures';
import { secondCopy } from '../helpers/second-copy';
import { APPS } from '../helpers/studio';

function rawImage(stack: Stack, id: string, imageName: string): sagemaker.CfnImage {
  return new sagemaker.CfnImage(stack, id, { imageName, imageRoleArn: 'arn:aws:iam::111111111111:role/r' });
}

function conditionIn(stack: Stack, id: string): CfnCondition {
  return new CfnCondition(stack, id, { expression: Fn.conditionEquals(id, 'x') });
}

/** Returns the errors of an app, without the first line. */
function errorsOf(app: App): string[] {
  return errorOf(() => app.synth())?.split('\n').slice(1).map((line) => line.trim()) ?? [];
}

/** Returns the warnings about shared names in a stack, as `<path>: <message>`. */
function warningsIn(stack: Stack): string[] {
  return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('sharedName')).map(({ id, entry }) =>
    `${id.slice(1)}: ${String(entry.data).split('. See')[0]}`);
}

const shared = (what: string, name: string, other: string, property: string) =>
  `the ${what} name '${name}' is also that of ${other}, and names are unique in an account and Region: give one of them another ${property}, or leave it out. See ${TROUBLESHOOTING}#a-name-is-used-twice`;
const maybeShared = (name: string, other: string) => `the image name '${name}' is also that of ${other}. `
  + 'If both exist in one account and Region at the same time, a deployment fails: give one of them another imageName, or leave it out';

describe('a name that two resources have in one environment is an error', () => {
  test('of two images of a stack, whatever their case', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    new Image(stack, 'One', { imageName: 'torch' });
    new Image(stack, 'Two', { imageName: 'Torch' });
    expect(errorsOf(app)).toEqual([`[Stack/Two] ${shared('image', 'Torch', 'Stack/One', 'imageName')}`]);
  });

  test('of two configurations, L1s or L2s', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: HERE });
    new sagemaker.CfnAppImageConfig(stack, 'One', { appImageConfigName: 'lab' });
    new AppImageConfig(new Stack(app, 'Other', { env: HERE }), 'Two', { appImageConfigName: 'lab', app: APPS.JupyterLab });
    new sagemaker.CfnAppImageConfig(stack, 'Three', { appImageConfigName: 'lab' });
    expect(errorsOf(app)).toEqual([
      `[Stack/Three] ${shared('app image config', 'lab', 'Stack/One', 'appImageConfigName')}`,
      `[Other/Two] ${shared('app image config', 'lab', 'Stack/One', 'appImageConfigName')}`,
    ]);
  });

  test('of an L1 whose name an override or an aspect sets', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    new Image(stack, 'One', { imageName: 'torch' });
    rawImage(stack, 'Two', 'other').addPropertyOverride('ImageName', 'torch');
    const three = rawImage(stack, 'Three', 'other');
    Aspects.of(three).add({ visit: () => { three.imageName = 'torch'; } });
    expect(errorsOf(app)).toEqual(['Two', 'Three'].map((id) => `[Stack/${id}] ${shared('image', 'torch', 'Stack/One', 'imageName')}`));
  });

  test('of a generic resource', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: HERE });
    new CfnResource(stack, 'One', { type: 'AWS::SageMaker::Image', properties: { ImageName: 'torch' } });
    new Image(stack, 'Two', { imageName: 'torch' });
    expect(errorsOf(app)).toEqual([`[Stack/Two] ${shared('image', 'torch', 'Stack/One', 'imageName')}`]);
  });

  test('of L1s, if the library adds a version to one of them', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const image = rawImage(stack, 'One', 'torch');
    rawImage(stack, 'Two', 'torch');
    new ImageVersion(stack, 'V', { image, baseImage: baseImage('1') });
    expect(errorsOf(app)).toEqual([`[Stack/Two] ${shared('image', 'torch', 'Stack/One', 'imageName')}`]);
  });

  test('of names that are the same parameter of a stack', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const imageName = new CfnParameter(stack, 'Name').valueAsString;
    ['One', 'Two'].forEach((id) => new Image(stack, id, { imageName }));
    new Image(new Stack(app, 'Other'), 'Three', { imageName: new CfnParameter(app.node.findChild('Other') as Stack, 'Name').valueAsString });
    expect(errorsOf(app)).toEqual([
      '[Stack/Two] the image name is also that of Stack/One, and names are unique in an account and Region: give one of them another imageName, or leave it out'
        + `. See ${TROUBLESHOOTING}#a-name-is-used-twice`,
    ]);
  });

  test('in nested stacks of one stack', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    ['A', 'B'].forEach((id) => new Image(new NestedStack(stack, id), 'Torch', { imageName: 'torch' }));
    expect(errorsOf(app)).toEqual([`[Stack/B/Torch] ${shared('image', 'torch', 'Stack/A/Torch', 'imageName')}`]);
  });

  test('in two stages, or in a stage and the app', () => {
    const app = new App();
    ['Dev', 'Prod'].forEach((id) => new Image(new Stack(new Stage(app, id), 'Stack', { env: HERE }), 'Torch', { imageName: 'torch' }));
    expect(errorsOf(app)).toEqual([`[Prod/Stack/Torch] ${shared('image', 'torch', 'Dev/Stack/Torch', 'imageName')}`]);
    const other = new App();
    new Image(new Stack(other, 'Stack', { env: HERE }), 'Torch', { imageName: 'torch' });
    new Image(new Stack(new Stage(other, 'Prod'), 'Stack', { env: HERE }), 'Torch', { imageName: 'torch' });
    expect(errorsOf(other)).toEqual([`[Stack/Torch] ${shared('image', 'torch', 'Prod/Stack/Torch', 'imageName')}`]);
  });

  test('of an L1 in a stage with nothing of this library', () => {
    const app = new App();
    rawImage(new Stack(new Stage(app, 'Dev'), 'Stack', { env: HERE }), 'Torch', 'torch');
    new Image(new Stack(new Stage(app, 'Prod'), 'Stack', { env: HERE }), 'Torch', { imageName: 'torch' });
    expect(errorOf(() => app.synth())).toContain(`Dev/Stack/Torch: ${shared('image', 'torch', 'Prod/Stack/Torch', 'imageName')}`);
  });

  test('once in each synth, however often', () => {
    const app = new App();
    ['Dev', 'Prod'].forEach((id) => new Image(new Stack(new Stage(app, id), 'Stack', { env: HERE }), 'Torch', { imageName: 'torch' }));
    const [first, second] = [1, 2].map(() => errorOf(() => app.synth({ force: true })));
    expect(second).toBe(first);
  });

  test('with the same condition', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const condition = conditionIn(stack, 'C');
    ['One', 'Two'].forEach((id) => {
      (new Image(stack, id, { imageName: 'torch' }).node.defaultChild as CfnResource).cfnOptions.condition = condition;
    });
    expect(errorsOf(app)).toEqual([`[Stack/Two] ${shared('image', 'torch', 'Stack/One', 'imageName')}`]);
  });

  test('of images of two copies of the library', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    new Image(stack, 'One', { imageName: 'torch' });
    new (secondCopy().Image)(stack, 'Two', { imageName: 'torch' });
    expect([...new Set(errorsOf(app))]).toEqual([`[Stack/Two] ${shared('image', 'torch', 'Stack/One', 'imageName')}`]);
  });
});

describe('a name that two resources may have in one environment is a warning', () => {
  test.each<[string, Environment | undefined, Environment | undefined]>([
    ['two stacks without environments', undefined, undefined],
    ['a stack without an environment', HERE, undefined],
    ['a stack with an account only', { account: HERE.account }, HERE],
  ])('in %s', (_, one, other) => {
    const app = new App();
    const stacks = [one, other].map((env, index) => new Stack(app, `Stack${index}`, { env }));
    stacks.forEach((stack) => new Image(stack, 'Torch', { imageName: 'torch' }));
    expect(errorsOf(app)).toEqual([]);
    expect(stacks.map(warningsIn)).toEqual([[], [`Stack1/Torch: ${maybeShared('torch', 'Stack0/Torch')}`]]);
  });

  test('in stages without environments', () => {
    const app = new App();
    const stacks = ['Dev', 'Prod'].map((id) => new Stack(new Stage(app, id), 'Stack'));
    stacks.forEach((stack) => new Image(stack, 'Torch', { imageName: 'torch' }));
    const warningsOfStage = app.synth().getNestedAssembly('assembly-Prod').getStackByName('Prod-Stack').messages
      .map(({ id, entry }) => `${id.slice(1)}: ${String(entry.data).split('. See')[0]}`);
    expect(warningsOfStage).toEqual([`Prod/Stack/Torch: ${maybeShared('torch', 'Dev/Stack/Torch')}`]);
  });

  test('if one of them has a condition', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    new Image(stack, 'One', { imageName: 'torch' });
    rawImage(stack, 'Two', 'torch').cfnOptions.condition = conditionIn(stack, 'C');
    expect(errorsOf(app)).toEqual([]);
    expect(warningsIn(stack)).toEqual([`Stack/Two: ${maybeShared('torch', 'Stack/One')}`]);
  });
});

describe('a name is neither an error nor a warning', () => {
  test.each<[string, (app: App) => unknown]>([
    ['in another account', (app) => new Image(new Stack(app, 'B', { env: OTHER_ACCOUNT }), 'Torch', { imageName: 'torch' })],
    ['in another Region', (app) => new Image(new Stack(new Stage(app, 'S'), 'B', { env: OTHER_REGION }), 'Torch', { imageName: 'torch' })],
    ['in another Region and an unknown account', (app) => new Image(new Stack(app, 'B', { env: { region: OTHER_REGION.region } }), 'Torch', { imageName: 'torch' })],
    ['of another kind of resource', (app) => new AppImageConfig(new Stack(app, 'B', { env: HERE }), 'Torch', { appImageConfigName: 'torch', app: APPS.JupyterLab })],
    ['of an import', (app) => Image.fromImageName(new Stack(app, 'B', { env: HERE }), 'Torch', 'torch')],
    ['that is generated', (app) => new StudioImage(new Stack(app, 'B', { env: HERE }), 'Torch', { baseImage: baseImage('1'), app: APPS.JupyterLab })],
  ])('%s', (_, make) => {
    const app = new App();
    const stack = new Stack(app, 'A', { env: HERE });
    new Image(stack, 'Torch', { imageName: 'torch' });
    make(app);
    expect(errorsOf(app)).toEqual([]);
    expect(app.node.findAll().filter(Stack.isStack).filter((one) => Stage.of(one) === app).flatMap(warningsIn)).toEqual([]);
  });

  test('with two conditions, which may exclude each other', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const nested = new NestedStack(stack, 'Nested');
    nested.nestedStackResource!.cfnOptions.condition = conditionIn(stack, 'A');
    rawImage(nested, 'Torch', 'torch');
    (new Image(stack, 'Torch', { imageName: 'torch' }).node.defaultChild as CfnResource).cfnOptions.condition = conditionIn(stack, 'B');
    expect(errorsOf(app)).toEqual([]);
    expect(warningsIn(stack)).toEqual([]);
  });
});
