import { App, aws_ecr as ecr, CfnParameter, Duration, Lazy, Stack, Token } from 'aws-cdk-lib';
import { BaseImage, Image } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { warnOfExpiringImages } from '../../src/image/private/warn-lifecycle-rules';
import { DIGEST, ecrUri, HERE, OTHER_ACCOUNT, stackIn, warningsOf } from '../helpers/fixtures';

const ID = 'cdk-sagemaker-images:baseImageExpires';

const { TAGGED, UNTAGGED, ANY } = ecr.TagStatus;
const byTag = (tag: string) => (repository: ecr.IRepositoryRef) => BaseImage.fromEcrRepository(repository, tag);
const byDigest = (repository: ecr.IRepositoryRef) => BaseImage.fromEcrRepositoryDigest(repository, DIGEST);

const byMovingTag = (tag: string) => (repository: ecr.IRepositoryRef) => BaseImage.fromEcrRepository(repository, tag, { followTag: true });

const warningsIn = (stack: Stack) => warningsOf(stack).filter(({ id }) => id === ID).map(({ path, text }) => [path, text]);

/** Returns the rule that the warning names. */
function ruleFor(lifecycleRules: ecr.LifecycleRule[], baseImageIn: (repository: ecr.IRepositoryRef) => BaseImage): string | undefined {
  const stack = stackIn();
  new Image(stack, 'Torch').addVersion('V', { baseImage: baseImageIn(new ecr.Repository(stack, 'Repository', { lifecycleRules })) });
  const [warning, ...others] = warningsIn(stack);
  expect(others).toEqual([]);
  return warning && /^lifecycle rule (.*) can remove/.exec(warning[1])![1];
}

test.each<[string, ecr.LifecycleRule, (repository: ecr.IRepositoryRef) => BaseImage, string | undefined]>([
  ['any, by count', { maxImageCount: 5 }, byTag('v1'), '1 (more than 5 images)'],
  ['any, by age', { tagStatus: ANY, maxImageAge: Duration.days(30) }, byTag('v1'), '1 (older than 30 days)'],
  ['any, for a digest', { maxImageCount: 5 }, byDigest, '1 (more than 5 images)'],
  ['a prefix', { tagStatus: TAGGED, tagPrefixList: ['w', 'v'], maxImageCount: 5 }, byTag('v1'), '1 (more than 5 images)'],
  ['another prefix', { tagStatus: TAGGED, tagPrefixList: ['dev', 'V'], maxImageCount: 5 }, byTag('v1'), undefined],
  ['a prefix, for a digest', { tagStatus: TAGGED, tagPrefixList: ['v'], maxImageCount: 5 }, byDigest, undefined],
  ['a pattern', { tagPatternList: ['*1'], maxImageCount: 5 }, byTag('v1'), '1 (more than 5 images)'],
  ['a pattern of one character', { tagPatternList: ['v1'], maxImageCount: 5 }, byTag('v1'), '1 (more than 5 images)'],
  ['another pattern', { tagPatternList: ['v1-*', 'x*'], maxImageCount: 5 }, byTag('v1'), undefined],
  ['a pattern with a dot', { tagPatternList: ['v.1*'], maxImageCount: 5 }, byTag('vx1'), undefined],
  ['untagged', { tagStatus: UNTAGGED, maxImageAge: Duration.days(1) }, byTag('v1'), undefined],
  ['untagged, for a digest', { tagStatus: UNTAGGED, maxImageAge: Duration.days(1) }, byDigest, '1 (older than 1 day)'],
  // When the tag moves, the container image of the former version has none.
  ['untagged, for a tag that is followed', { tagStatus: UNTAGGED, maxImageAge: Duration.days(1) }, byMovingTag('main'), '1 (older than 1 day)'],
  ['untagged, for an unknown tag that is followed', { tagStatus: UNTAGGED, maxImageAge: Duration.days(1) }, byMovingTag(Token.asString({ Ref: 'Tag' })), '1 (older than 1 day)'],
  ['a prefix, for a tag that is followed', { tagStatus: TAGGED, tagPrefixList: ['ma'], maxImageCount: 5 }, byMovingTag('main'), '1 (more than 5 images)'],
  ['another prefix, for a tag that is followed', { tagStatus: TAGGED, tagPrefixList: ['v'], maxImageCount: 5 }, byMovingTag('main'), undefined],
  ['any, for a tag that is a token', { maxImageCount: 5 }, byTag(Token.asString({ Ref: 'Tag' })), undefined],
  ['any, for a lazy tag', { maxImageCount: 5 }, byTag(Lazy.string({ produce: () => 'v1' })), undefined],
])('a lifecycle rule for container images: %s', (_, rule, baseImageIn, expected) => {
  expect(ruleFor([rule], baseImageIn)).toBe(expected);
});

test('the first rule that ECR applies is named', () => {
  expect(ruleFor([
    { maxImageCount: 5, rulePriority: 30 }, { tagPrefixList: ['v'], maxImageCount: 7, rulePriority: 20 }, { tagPrefixList: ['x'], maxImageCount: 9, rulePriority: 10 },
  ], byTag('v1'))).toBe('20 (more than 7 images)');
});

test('a rule that is added later counts, and a repository has one warning', () => {
  const stack = stackIn();
  const repository = new ecr.Repository(stack, 'Repository');
  const image = new Image(stack, 'Torch');
  ['v1', 'x1', 'v2', 'v3'].forEach((tag) => image.addVersion(`${tag}-version`, { baseImage: BaseImage.fromEcrRepository(repository, tag) }));
  repository.addLifecycleRule({ tagPrefixList: ['v'], maxImageCount: 2 });
  expect(warningsIn(stack)).toEqual([['Stack/Repository',
    "lifecycle rule 1 (more than 2 images) can remove the container image with tag 'v1' of Stack/Torch/v1-version and of 2 more, "
    + 'which Studio pulls whenever an app starts: limit the rule to container images that no version uses, for example with tagPrefixList or tagPatternList']]);
});

describe('the rules of an L1', () => {
  const lifecyclePolicyText = JSON.stringify({ rules: [{ rulePriority: 1, selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 3 }, action: { type: 'expire' } }] });

  test.each<[string, (stack: Stack) => ecr.CfnRepository, boolean]>([
    ['a string', (stack) => new ecr.CfnRepository(stack, 'R', { lifecyclePolicy: { lifecyclePolicyText } }), true],
    ['a lazy string', (stack) => new ecr.CfnRepository(stack, 'R', { lifecyclePolicy: { lifecyclePolicyText: Lazy.string({ produce: () => lifecyclePolicyText }) } }), true],
    ['an override', (stack) => {
      const repository = new ecr.CfnRepository(stack, 'R');
      repository.addPropertyOverride('LifecyclePolicy.LifecyclePolicyText', lifecyclePolicyText);
      return repository;
    }, true],
    ['a parameter', (stack) => new ecr.CfnRepository(stack, 'R', { lifecyclePolicy: { lifecyclePolicyText: new CfnParameter(stack, 'Policy').valueAsString } }), false],
    ['a function', (stack) => new ecr.CfnRepository(stack, 'R', { lifecyclePolicy: Token.asAny({ 'Fn::If': ['C', {}, {}] }) }), false],
    ['not JSON', (stack) => new ecr.CfnRepository(stack, 'R', { lifecyclePolicy: { lifecyclePolicyText: '{' } }), false],
    ['not rules', (stack) => new ecr.CfnRepository(stack, 'R', { lifecyclePolicy: { lifecyclePolicyText: '{"rules":[{}, 5]}' } }), false],
    ['no properties', (stack) => new ecr.Repository(stack, 'R').node.defaultChild as ecr.CfnRepository, false],
    ['none', (stack) => new ecr.CfnRepository(stack, 'R', { lifecyclePolicy: {} }), false],
  ])('count if they are known: %s', (_, repositoryIn, warns) => {
    const stack = stackIn();
    new Image(stack, 'Torch').addVersion('V', { baseImage: BaseImage.fromEcrRepository(repositoryIn(stack), 'v1') });
    expect(warningsIn(stack).map(([path]) => path)).toEqual(warns ? ['Stack/R'] : []);
  });
});

test('a rule for container images that nobody pulls is described as such', () => {
  const stack = stackIn();
  const rule = { rulePriority: 2, selection: { tagStatus: 'any', countType: 'sinceImagePulled', countUnit: 'days', countNumber: 90 }, action: { type: 'expire' } };
  const repository = new ecr.CfnRepository(stack, 'R', { lifecyclePolicy: { lifecyclePolicyText: JSON.stringify({ rules: [rule] }) } });
  new Image(stack, 'Torch').addVersion('V', { baseImage: BaseImage.fromEcrRepository(repository, 'v1') });
  expect(warningsIn(stack).map(([, text]) => text)).toEqual([expect.stringMatching(/^lifecycle rule 2 \(not pulled for 90 days\) can remove/)]);
});

test.each<[string, (stack: Stack) => BaseImage, boolean]>([
  ['a URI', () => BaseImage.fromUri(ecrUri('v1')), true],
  ['a URI in another account', () => BaseImage.fromUri(ecrUri('v1').replace(HERE.account, OTHER_ACCOUNT.account)), false],
  ['a URI of another repository', () => BaseImage.fromUri(ecrUri('v1').replace('/torch:', '/other:')), false],
  ['an import', (stack) => BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Import', 'torch'), 'v1'), true],
  ['an import with another name', (stack) => BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Import', 'other'), 'v1'), false],
  ['an import with an unknown name', (stack) => BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Import', new CfnParameter(stack, 'Name').valueAsString), 'v1'), false],
  ['a URI that is a token', (stack) => BaseImage.fromUri(new CfnParameter(stack, 'Uri').valueAsString, { repository: stack.node.findChild('Repository') as ecr.Repository }), false],
])('a repository of the app can be referred to by its name: %s', (_, baseImageIn, warns) => {
  const stack = stackIn();
  new ecr.Repository(stack, 'Repository', { repositoryName: 'torch', lifecycleRules: [{ maxImageCount: 5 }] });
  new Image(stack, 'Torch').addVersion('V', { baseImage: baseImageIn(stack) });
  expect(warningsIn(stack).map(([path]) => path)).toEqual(warns ? ['Stack/Repository'] : []);
});

test('a repository in another stack gets the warning', () => {
  const app = new App();
  const [one, other] = ['One', 'Other'].map((id) => new Stack(app, id, { env: HERE }));
  const repository = new ecr.Repository(one, 'Repository', { repositoryName: 'torch', lifecycleRules: [{ maxImageCount: 5 }] });
  new Image(other, 'Torch').addVersion('V', { baseImage: BaseImage.fromEcrRepository(repository, 'v1') });
  expect([one, other].map((stack) => warningsIn(stack).map(([path]) => path))).toEqual([['One/Repository'], []]);
});

describe('the container images that a feed makes versions of', () => {
  test.each<[string, ecr.LifecycleRule, string[], boolean]>([
    ['any', { maxImageCount: 5 }, ['v*'], true],
    ['untagged, since a tag may be pushed again', { tagStatus: UNTAGGED, maxImageAge: Duration.days(1) }, ['v*'], true],
    ['the same prefix', { tagPrefixList: ['v'], maxImageCount: 5 }, ['v*'], true],
    ['a longer prefix', { tagPrefixList: ['v1'], maxImageCount: 5 }, ['v*'], true],
    ['a shorter prefix', { tagPrefixList: ['v'], maxImageCount: 5 }, ['v1.*'], true],
    ['another prefix', { tagPrefixList: ['dev'], maxImageCount: 5 }, ['v*'], false],
    ['an overlapping pattern', { tagPatternList: ['*-gpu'], maxImageCount: 5 }, ['x', 'v*'], true],
    ['a pattern that does not overlap', { tagPatternList: ['*-gpu'], maxImageCount: 5 }, ['v*-cpu', 'main'], false],
    ['a pattern that is a tag', { tagPatternList: ['main'], maxImageCount: 5 }, ['main'], true],
    ['a pattern in the middle', { tagPatternList: ['a*b*c'], maxImageCount: 5 }, ['*b*'], true],
    ['tags that are tokens', { tagPatternList: ['main'], maxImageCount: 5 }, [Token.asString({ Ref: 'Tag' })], false],
  ])('are removed by a rule: %s', (_, rule, patterns, isRemoved) => {
    const stack = stackIn();
    const repository = new ecr.Repository(stack, 'Repository', { lifecycleRules: [rule] });
    warnOfExpiringImages(new Construct(stack, 'Feed'), repository, patterns);
    const prefix = 'can remove container images of Stack/Feed, which Studio pulls whenever an app starts';
    expect(warningsIn(stack).map(([path, text]) => `${path}: ${text}`)).toEqual(isRemoved ? [expect.stringContaining(prefix)] : []);
  });

  test('are in another repository', () => {
    const stack = stackIn();
    new ecr.Repository(stack, 'Repository', { lifecycleRules: [{ maxImageCount: 5 }] });
    warnOfExpiringImages(new Construct(stack, 'Feed'), ecr.Repository.fromRepositoryName(stack, 'Other', 'other'), ['*']);
    expect(warningsIn(stack)).toEqual([]);
  });
});
