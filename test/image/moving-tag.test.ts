import { aws_ecr as ecr, CfnParameter, Lazy, Stack, Token } from 'aws-cdk-lib';
import { BaseImage, Image } from 'cdk-sagemaker-images';
import { DIGEST, ecrUri, stackIn, warningIdsOf, warningsOf } from '../helpers/fixtures';

const ID = 'cdk-sagemaker-images:baseImageMovingTag';
const imported = (stack: Stack) => ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch');
const lazy = (value: string) => Lazy.string({ produce: () => value });
const withTag = (tag: string | undefined, repositoryIn: (stack: Stack) => ecr.IRepositoryRef = imported) => (stack: Stack) =>
  BaseImage.fromEcrRepository(repositoryIn(stack), tag);

const idsFor = (baseImageIn: (stack: Stack) => BaseImage) => {
  const stack = stackIn();
  return warningIdsOf(new Image(stack, 'Torch').addVersion('V', { baseImage: baseImageIn(stack) })).filter((id) => id === ID);
};

describe.each<[string, (tag: string) => (stack: Stack) => BaseImage]>([
  ['in a repository', (tag) => withTag(tag)],
  ['in a URI', (tag) => () => BaseImage.fromUri(ecrUri(tag))],
])('a tag %s', (_, make) => {
  test.each(['latest', 'main', 'stable', 'dev', 'nightly', 'gpu', 'Latest', 'release-gpu', 'latest-py311', 'cuda12.latest', 'latest2'])(
    'that is probably pushed again adds a warning: %s', (tag) => {
      expect(idsFor(make(tag))).toEqual([ID]);
    });

  test.each(['2.4.1', 'v1', '2024-11-25', 'nightly-2024-11-25', 'main-3f2a91bc', 'py311', 'greatest2', 'latestish-2'])(
    'that is probably unique adds none: %s', (tag) => {
      expect(idsFor(make(tag))).toEqual([]);
    });
});

test.each<[string, (stack: Stack) => BaseImage]>([
  ['a repository', withTag(undefined)],
  ['a URI', () => BaseImage.fromUri(ecrUri('x').replace(':x', ''))],
])('a base image without a tag adds a warning: %s', (_, make) => {
  expect(idsFor(make)).toEqual([ID]);
});

test.each<[string, (stack: Stack) => BaseImage]>([
  ['a digest', (stack) => BaseImage.fromEcrRepositoryDigest(imported(stack), DIGEST)],
  ['a digest in a URI', () => BaseImage.fromUri(ecrUri('latest').replace(':latest', `@${DIGEST}`))],
  ['a tag and a digest in a URI', () => BaseImage.fromUri(`${ecrUri('latest')}@${DIGEST}`)],
  ['a parameter', (stack) => withTag(new CfnParameter(stack, 'Tag').valueAsString)(stack)],
  ['a lazy tag', (stack) => withTag(lazy('latest'))(stack)],
  ['a tag with a token', (stack) => withTag(`main-${lazy('x')}`)(stack)],
  ['a lazy URI', (stack) => BaseImage.fromUri(lazy(ecrUri('latest')), { repository: imported(stack) })],
])('a base image with a value that does not move or is unknown adds no warning: %s', (_, make) => {
  expect(idsFor(make)).toEqual([]);
});

test.each<[string, (stack: Stack) => ecr.IRepositoryRef, boolean]>([
  ['mutable tags', (stack) => new ecr.Repository(stack, 'R', { imageTagMutability: ecr.TagMutability.MUTABLE }), true],
  ['the default', (stack) => new ecr.Repository(stack, 'R'), true],
  ['immutable tags with exclusions', (stack) => new ecr.CfnRepository(stack, 'R', { imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' }), true],
  ['immutable tags', (stack) => new ecr.Repository(stack, 'R', { imageTagMutability: ecr.TagMutability.IMMUTABLE }), false],
  ['immutable tags in an L1', (stack) => new ecr.CfnRepository(stack, 'R', { imageTagMutability: 'IMMUTABLE' }), false],
  ['a token', (stack) => new ecr.CfnRepository(stack, 'R', { imageTagMutability: Token.asString({ Ref: 'Mutability' }) }), false],
])('a moving tag in a repository of the app with %s adds a warning: %s', (_, repositoryIn, warns) => {
  expect(idsFor(withTag('main', repositoryIn))).toEqual(warns ? [ID] : []);
});

test('the warning names the tag and the remedy', () => {
  const stack = stackIn();
  new Image(stack, 'Torch').addVersion('V', { baseImage: withTag('main')(stack) });
  expect(warningsOf(stack)).toEqual([{
    path: 'Stack/Torch/V',
    id: ID,
    text: "the base image has the tag 'main': a new push does not create a new version, because the template does not change. "
      + 'Use a tag that is never used again, BaseImage.fromEcrRepositoryDigest, or followTag',
  }]);
});
