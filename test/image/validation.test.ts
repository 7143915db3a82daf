import { Annotations as Notes, App, aws_iam as iam, CfnParameter, Fn, Lazy, NestedStack, RemovalPolicy, Resource, Stack, Stage, Tags, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, BaseImage, Image, ImageProps, ImageVersion, ImageVersionOptions, MlFramework, ProgrammingLang, StudioApp } from 'cdk-sagemaker-images';
import * as fc from 'fast-check';
import { baseImage, errorOf, HERE, OTHER_ACCOUNT, stackIn, warningsOf } from '../helpers/fixtures';
import { runs } from '../helpers/property';

// Written out a second time, from the CloudFormation and API references, so that a mistake in the source fails a test.
const IMAGE_NAME = /^[A-Za-z0-9]([-.]?[A-Za-z0-9])*$/;
const ALIAS = /^(?![.-])[a-zA-Z0-9\-_.]+$/;
const FRAMEWORK = /^[a-zA-Z]+ ?\d+\.\d+(\.\d+)?$/;

const problemsOf = (props: ImageProps) => errorOf(() => new Image(stackIn(), 'Torch', props));
const versionProblems = (options: Partial<ImageVersionOptions>) =>
  errorOf(() => new Image(stackIn(), 'Torch').addVersion('V1', { baseImage: baseImage('1'), ...options }));

/** Strings that almost match a pattern: most random strings are far from it. */
const nearly = (alphabet: string, maxLength: number) => fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength });

describe('one error lists all problems', () => {
  test('of an image', () => {
    expect(problemsOf({
      imageName: 'to--rch',
      displayName: ' PyTorch',
      description: 'x'.repeat(513),
      tags: { 'aws:x': '1', [`${'k'.repeat(129)}`]: 'v'.repeat(257) },
      removalPolicy: RemovalPolicy.SNAPSHOT,
    })?.split('\n')).toEqual([
      'Stack/Torch: 7 problems',
      "  imageName 'to--rch' is not a valid image name: use letters and digits, with single hyphens or dots between them",
      "  displayName ' PyTorch' has a character that SageMaker does not allow: use letters, digits, spaces inside and the characters from ! to _ of ASCII",
      '  description has 513 characters, at most 512 are allowed',
      "  the tag key 'aws:x' starts with 'aws:', which AWS reserves: choose another key",
      expect.stringMatching(/^ {2}the tag key 'k+\.\.\.' has 129 characters, at most 128 are allowed$/),
      expect.stringMatching(/^ {2}the value of tag 'k+\.\.\.' has 257 characters, at most 256 are allowed$/),
      '  removalPolicy SNAPSHOT is not supported: use DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE',
    ]);
  });

  // TypeScript requires these; JavaScript does not.
  test('of a version without its required properties', () => {
    expect(errorOf(() => new ImageVersion(stackIn(), 'V', { alias: '-a' } as any))?.split('\n')).toEqual([
      'Stack/V: 3 problems',
      "  baseImage is missing: give a BaseImage, for example BaseImage.fromAsset('docker/torch')",
      '  image is missing: give an Image, an import or a CfnImage',
      "  alias '-a' is not a valid alias: use letters, digits, '-', '_' and '.', not starting with '-' or '.'",
    ]);
  });

  test('of a version', () => {
    expect(versionProblems({
      alias: '-a',
      aliases: ['ok', '', 'b c'],
      mlFramework: MlFramework.of('Tensorflow'),
      programmingLang: ProgrammingLang.of('Python 3'),
      releaseNotes: 'x'.repeat(300),
      removalPolicy: RemovalPolicy.SNAPSHOT,
    })?.split('\n')).toEqual([
      'Stack/Torch/V1: 7 problems',
      "  alias '-a' is not a valid alias: use letters, digits, '-', '_' and '.', not starting with '-' or '.'",
      '  aliases[1] is empty: give 1 to 128 characters or leave it out',
      "  aliases[2] 'b c' is not a valid alias: use letters, digits, '-', '_' and '.', not starting with '-' or '.'",
      "  mlFramework 'Tensorflow' has no version: add it, for example as MlFramework.tensorflow('1.0')",
      "  programmingLang 'Python 3' has the version '3' without a minor number: write it as ProgrammingLang.python('3.0')",
      '  releaseNotes has 300 characters, at most 255 are allowed',
      '  removalPolicy SNAPSHOT is not supported: use DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE',
    ]);
  });

  test('of a version whose sources do not exist', () => {
    expect(versionProblems({ baseImage: BaseImage.fromAsset('nowhere'), releaseNotes: '' })?.split('\n')).toEqual([
      'Stack/Torch/V1: 2 problems',
      expect.stringMatching(/^ {2}the directory of baseImage '.*\/nowhere' does not exist: /),
      '  releaseNotes is empty: give 1 to 255 characters or leave it out',
    ]);
  });

  test('and leaves no resource behind', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    expect(errorOf(() => image.addVersion('V1', { baseImage: baseImage('1'), releaseNotes: '' }))).toContain('releaseNotes is empty');
    Template.fromStack(stack).resourceCountIs('AWS::SageMaker::ImageVersion', 0);
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 0);
  });
});

test.each<[string, (stack: Stack) => Resource]>([
  ['Stack/Torch', (stack) => new Image(stack, 'Torch')],
  ['Stack/Torch/V1', (stack) => new Image(stack, 'Torch').addVersion('V1', { baseImage: baseImage('1') })],
  ['Stack/Lab', (stack) => new AppImageConfig(stack, 'Lab', { app: StudioApp.jupyterLab() })],
])('applyRemovalPolicy rejects SNAPSHOT: %s', (path, construct) => {
  const stack = stackIn();
  const resource = construct(stack);
  resource.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  expect(errorOf(() => resource.applyRemovalPolicy(RemovalPolicy.SNAPSHOT)))
    .toBe(`${path}: 1 problem\n  removalPolicy SNAPSHOT is not supported: use DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE`);
  expect(resource.node.defaultChild).toMatchObject({ cfnOptions: { deletionPolicy: 'RetainExceptOnCreate' } });
});

describe('limits are inclusive', () => {
  test.each<[string, number, (text: string) => string | undefined]>([
    ['imageName', 63, (imageName) => problemsOf({ imageName })],
    ['displayName', 128, (displayName) => problemsOf({ displayName })],
    ['description', 512, (description) => problemsOf({ description })],
    ['alias', 128, (alias) => versionProblems({ alias })],
    ['aliases', 128, (alias) => versionProblems({ aliases: [alias] })],
    ['releaseNotes', 255, (releaseNotes) => versionProblems({ releaseNotes })],
  ])('%s', (name, longest, check) => {
    expect([check('x'), check('x'.repeat(longest))]).toEqual([undefined, undefined]);
    expect(check('x'.repeat(longest + 1))).toContain(`${name === 'aliases' ? 'aliases[0]' : name} has ${longest + 1} characters, at most ${longest} are allowed`);
    expect(check('')).toContain(' is empty: give 1 to ');
  });

  test.each<[string, (text: string) => string | undefined]>([
    ['mlFramework', (text) => versionProblems({ mlFramework: MlFramework.of(text) })],
    ['programmingLang', (text) => versionProblems({ programmingLang: ProgrammingLang.of(text) })],
  ])('%s', (_, check) => {
    expect([check('R4.1'), check(`${'x'.repeat(125)}1.0`)]).toEqual([undefined, undefined]);
    expect(check(`${'x'.repeat(126)}1.0`)).toContain('has 129 characters, at most 128 are allowed');
  });

  test('tags', () => {
    const tags = (count: number) => Object.fromEntries([...Array(count).keys()].map((index) => [`key${index}`, '']));
    expect(problemsOf({ tags: tags(50) })).toBeUndefined();
    expect(problemsOf({ tags: tags(51) })).toContain('tags has 51 entries, at most 50 are allowed');
    expect(problemsOf({ tags: { 'Größe: 1/2 @ +=-_.': 'ä', 'k': Token.asString({ Ref: 'P' }) } })).toBeUndefined();
    const remedy = "has a character that is not allowed: use letters, digits, spaces and '_.:/=+-@'";
    expect(problemsOf({ tags: { 'k#': 'v%' } })).toContain(`the tag key 'k#' ${remedy}\n  the value of tag 'k#' 'v%' ${remedy}`);
  });
});

describe('a value is rejected if and only if the service rejects it', () => {
  test.each<[string, string, RegExp, (text: string) => string | undefined]>([
    ['imageName', 'aZ0-._ ', IMAGE_NAME, (imageName) => problemsOf({ imageName })],
    ['alias', 'aZ0-._ /', ALIAS, (alias) => versionProblems({ alias })],
    ['mlFramework', 'aZ01. -', FRAMEWORK, (text) => versionProblems({ mlFramework: MlFramework.of(text) })],
    ['programmingLang', 'aZ01. -', FRAMEWORK, (text) => versionProblems({ programmingLang: ProgrammingLang.of(text) })],
  ])('%s', (_, alphabet, pattern, check) => {
    fc.assert(fc.property(nearly(alphabet, 9), (text) => (check(text) === undefined) === pattern.test(text)), runs(150));
    fc.assert(fc.property(fc.stringMatching(pattern === ALIAS ? /^\w[\w\-.]*$/ : pattern).filter((text) => text.length <= 63), (text) => check(text) === undefined), runs(60));
  });
});

test('tokens pass all checks', () => {
  const stack = stackIn();
  const token = (name: string) => new CfnParameter(stack, name).valueAsString;
  const image = new Image(stack, 'Torch', { imageName: token('Name'), displayName: token('Display'), description: Lazy.string({ produce: () => 'x' }) });
  image.addVersion('V1', {
    baseImage: baseImage('1'),
    alias: token('Alias'),
    aliases: Fn.split(',', token('Aliases')),
    mlFramework: MlFramework.of(token('Framework')),
    programmingLang: ProgrammingLang.of(token('Language')),
    releaseNotes: token('Notes'),
  });
  Template.fromStack(stack).resourceCountIs('AWS::SageMaker::ImageVersion', 1);
});

describe('validation', () => {
  test('reports an alias of two versions of an image at the second version, however they refer to the image', () => {
    const stack = stackIn();
    const images = [new Image(stack, 'Torch', { imageName: 'torch' }), Image.fromImageName(stack, 'Import', 'Torch')];
    images.forEach((image, index) => image.addVersion('V', { baseImage: baseImage(`${index}`), aliases: ['stable', `only-${index}`] }));
    expect(errorOf(() => Template.fromStack(stack))).toBe(
      "Validation failed with the following errors:\n  [Stack/Import/V] alias 'stable' is already an alias of Stack/Torch/V: "
      + 'an alias names one version of an image, so give it to one of them');
  });

  // The CDK prints the path of a construct in brackets, and the path of an app is empty.
  test('reports no error at the app itself', () => {
    const app = new App();
    const scopes = [new Stack(app, 'Stack', { env: HERE }), new Stack(new Stage(app, 'Prod'), 'Stack', { env: HERE })];
    for (const stack of [...scopes, new NestedStack(scopes[0], 'Nested')]) {
      const role = iam.Role.fromRoleName(stack, 'Role', `torch${stack.node.addr}`);
      const image = new Image(stack, 'Torch', { role, tags: { team: 'ml' } });
      ['V1', 'V2'].forEach((id) => image.addVersion(id, { baseImage: baseImage(id), alias: 'stable' }));
      Tags.of(image).add('stage', 'v'.repeat(257));
      new iam.Policy(stack, 'Large', { roles: [role], statements: [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [`arn:aws:s3:::${'x'.repeat(11_000)}`] })] });
    }
    const errors = [errorOf(() => (scopes[1].node.scope as Stage).synth()), errorOf(() => { app.node.tryRemoveChild('Prod'); app.synth(); })];
    const pathsOf = (error?: string) => error?.split('\n').slice(1).map((line) => /^ {2}\[(.*?)\] /.exec(line)?.[1]).sort();
    expect(errors.map(pathsOf)).toEqual([
      ['Prod/Stack/Role', 'Prod/Stack/Torch/Resource', 'Prod/Stack/Torch/V2'],
      ['Stack/Nested/Role', 'Stack/Nested/Torch/Resource', 'Stack/Nested/Torch/V2', 'Stack/Role', 'Stack/Torch/Resource', 'Stack/Torch/V2'],
    ]);
    expect(errors.join()).not.toContain('[]');
  });

  test('accepts an alias on versions of two images', () => {
    const stack = stackIn();
    ['A', 'B'].forEach((id) => new Image(stack, id).addVersion('V', { baseImage: baseImage(id), alias: 'stable' }));
    expect(errorOf(() => Template.fromStack(stack))).toBeUndefined();
  });

  // SageMaker accepts it, so `cdk synth --strict` must not fail.
  test('adds a hint, but no warning, for one container image in two versions of an image', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    ['1', '1', '2'].forEach((tag, index) => image.addVersion(`V${index}`, { baseImage: baseImage(tag) }));
    const hints = Annotations.fromStack(stack).findInfo('*', Match.anyValue());
    expect(hints.map(({ id, entry }) => [id, String(entry.data).split('. See ')[0]])).toEqual([['/Stack/Torch/V1',
      'the base image is also that of Stack/Torch/V0. SageMaker accepts that. If only the aliases differ, one version with all of them is enough']]);
    expect(hints[0].entry.data).toMatch(/\/docs\/troubleshooting\.md#sharedcontainerimage \[ack: cdk-sagemaker-images:sharedContainerImage\]$/);
    expect(warningsOf(stack)).toEqual([]);
  });

  test('rejects a version in another account than its image', () => {
    const app = new App();
    const image = new Image(new Stack(app, 'Images', { env: HERE }), 'Torch', { imageName: 'torch' });
    const other = new Stack(app, 'Other', { env: OTHER_ACCOUNT });
    expect(errorOf(() => new ImageVersion(other, 'V', { image, baseImage: baseImage('1') })))
      .toBe('Other/V: 1 problem\n  image Images/Torch is in 111111111111/eu-west-1 and the stack in 222222222222/eu-west-1: '
        + 'use a stack in the account and Region of the image');
  });
});

test('a warning can be acknowledged', () => {
  const stack = stackIn();
  const version = new Image(stack, 'Torch').addVersion('V1', { baseImage: baseImage('latest') });
  Notes.of(version).acknowledgeWarning('cdk-sagemaker-images:baseImageMovingTag', 'the tag moves on purpose');
  expect(warningsOf(stack)).toEqual([]);
});
