import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import {
  App, Aws, aws_ecr as ecr, aws_ecr_assets as assets, aws_iam as iam, aws_servicecatalog as servicecatalog, BootstraplessSynthesizer,
  Fn, IgnoreMode, Lazy, Stack, SymlinkFollowMode,
} from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { BaseImage, BaseImageAssetOptions, BaseImageConfig, Image, ImageVersion } from 'cdk-sagemaker-images';
import { agnosticStack, DIGEST, ecrUri, errorOf, HERE, OTHER_REGION, stackIn, warningIdsOf, warningsOf } from '../helpers/fixtures';
import { PULL, pullStatementsIn } from '../helpers/policies';

const VERSION = 'AWS::SageMaker::ImageVersion';

/** A container image in an asset manifest. */
interface DockerImageSource {
  readonly source: { readonly platform?: string };
}

let context: string;

beforeAll(() => {
  context = mkdtempSync(join(tmpdir(), 'base-image-'));
  ['Dockerfile', 'Other'].forEach((file) => writeFileSync(join(context, file), 'FROM scratch\n'));
  writeFileSync(join(context, 'image.tar'), 'synth does not read this');
});

afterAll(() => rmSync(context, { recursive: true, force: true }));

function versionOf(stack: Stack, baseImage: BaseImage, role?: iam.IRole): ImageVersion {
  return new Image(stack, 'Torch', { role }).addVersion('V1', { baseImage });
}

const renderedIn = (stack: Stack) => Object.values(Template.fromStack(stack).findResources(VERSION))[0];
/** The container image in the asset manifest of a stack. */
function dockerImageIn(stack: Stack): DockerImageSource {
  const { directory } = (stack.node.root as App).synth();
  const { dockerImages } = JSON.parse(readFileSync(join(directory, `${stack.artifactId}.assets.json`), 'utf8'));
  return Object.values<DockerImageSource>(dockerImages)[0];
}

describe('a stack that accepts no assets', () => {
  const STACKS: [string, () => Stack, string][] = [
    ['bootstrapless', () => stackIn(HERE, { synthesizer: new BootstraplessSynthesizer() }), 'Stack'],
    ['a product', () => new servicecatalog.ProductStack(stackIn(), 'Product'), 'Stack/Product'],
  ];
  const BUILT: [string, () => BaseImage][] = [
    ['fromAsset', () => BaseImage.fromAsset(context)], ['fromTarball', () => BaseImage.fromTarball(join(context, 'image.tar'))],
  ];

  test.each(STACKS.flatMap(([kind, create, path]) => BUILT.map(([name, build]) => [kind, name, create, path, build] as const)))(
    '(%s) cannot use %s, which the error says with a remedy', (_, __, create, path, build) => {
      const lines = errorOf(() => versionOf(create(), build()))!.split('\n');
      expect(lines[0]).toBe(`${path}/Torch/V1: 1 problem`);
      expect(lines[1]).toMatch(new RegExp(`^  the container image of baseImage is an asset, but stack '${path}' accepts no assets \\(.+\\): `
        + 'use the DefaultStackSynthesizer, or push the container image to ECR and use BaseImage.fromEcrRepository. See https://.*#a-stack-accepts-no-assets$'));
    });

  test('is not meant by another error of the asset', () => {
    expect(errorOf(() => versionOf(stackIn(), BaseImage.fromAsset(context, { buildArgs: { [Lazy.string({ produce: () => 'x' })]: 'x' } }))))
      .not.toContain('accepts no assets');
  });
});

function hashWith(options: BaseImageAssetOptions): string {
  const version = versionOf(stackIn(), BaseImage.fromAsset(context, options));
  return (version.node.findChild('BaseImage') as assets.DockerImageAsset).assetHash;
}

const assetRepository = `cdk-hnb659fds-container-assets-${HERE.account}-${HERE.region}`;

describe('a base image', () => {
  test('from a Dockerfile is built for linux/amd64 and pulled only from the asset repository', () => {
    const stack = stackIn();
    const version = versionOf(stack, BaseImage.fromAsset(context));
    expect(dockerImageIn(stack).source.platform).toBe('linux/amd64');
    expect((version.node.findChild('BaseImage') as assets.DockerImageAsset).assetHash).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(renderedIn(stack).Properties.BaseImage)).toContain(`/${assetRepository}:`);
    expect(pullStatementsIn(stack).map(({ Action, Resource }) => [Action, JSON.stringify(Resource)]))
      .toEqual([[PULL, expect.stringContaining(`repository/${assetRepository}"`)]]);
  });

  test('from a Dockerfile is built for the given platform', () => {
    const stack = stackIn();
    versionOf(stack, BaseImage.fromAsset(context, { platform: assets.Platform.LINUX_ARM64 }));
    expect(dockerImageIn(stack).source.platform).toBe('linux/arm64');
  });

  test('from a Dockerfile has another hash after a file is added', () => {
    const before = hashWith({});
    writeFileSync(join(context, 'more'), 'x');
    expect(hashWith({})).not.toBe(before);
  });

  // The promises of the docstrings. An option of the lowest supported CDK that is missing here does not compile.
  const OPTIONS: Record<keyof assets.DockerImageAssetOptions, { makesAnother: boolean; options: BaseImageAssetOptions }> = {
    file: { makesAnother: true, options: { file: 'Other' } },
    target: { makesAnother: true, options: { target: 'build' } },
    platform: { makesAnother: true, options: { platform: assets.Platform.LINUX_ARM64 } },
    buildArgs: { makesAnother: true, options: { buildArgs: { PYTHON: '3.11' } } },
    buildSecrets: { makesAnother: true, options: { buildSecrets: { token: 'src=token.txt' } } },
    buildSsh: { makesAnother: true, options: { buildSsh: 'default' } },
    networkMode: { makesAnother: true, options: { networkMode: assets.NetworkMode.NONE } },
    outputs: { makesAnother: true, options: { outputs: ['type=docker'] } },
    exclude: { makesAnother: true, options: { exclude: ['image.tar'] } },
    ignoreMode: { makesAnother: true, options: { ignoreMode: IgnoreMode.GIT } },
    followSymlinks: { makesAnother: true, options: { followSymlinks: SymlinkFollowMode.ALWAYS } },
    extraHash: { makesAnother: true, options: { extraHash: 'monday' } },
    cacheFrom: { makesAnother: false, options: { cacheFrom: [{ type: 'gha' }] } },
    cacheTo: { makesAnother: false, options: { cacheTo: { type: 'gha' } } },
    cacheDisabled: { makesAnother: false, options: { cacheDisabled: true } },
    assetName: { makesAnother: false, options: { assetName: 'torch' } },
    displayName: { makesAnother: false, options: { displayName: 'PyTorch' } },
    invalidation: { makesAnother: false, options: { buildArgs: { PYTHON: '3.11' }, invalidation: { buildArgs: false } } },
  };

  test.each(Object.entries(OPTIONS))('from a Dockerfile has another hash with another %s, if that is part of the hash', (_, { makesAnother, options }) => {
    expect(hashWith(options) !== hashWith({})).toBe(makesAnother);
  });

  test('from a Dockerfile has the same hash with explicit defaults', () => {
    expect(hashWith({
      file: 'Dockerfile',
      platform: assets.Platform.LINUX_AMD64,
      ignoreMode: IgnoreMode.DOCKER,
      followSymlinks: SymlinkFollowMode.EXTERNAL,
      invalidation: { file: false },
    })).toBe(hashWith({}));
  });

  test('from a tar archive is pulled from the asset repository', () => {
    const stack = stackIn();
    versionOf(stack, BaseImage.fromTarball(join(context, 'image.tar')));
    expect(JSON.stringify(renderedIn(stack).Properties.BaseImage)).toContain(`/${assetRepository}:`);
    expect(pullStatementsIn(stack)).toHaveLength(1);
  });

  test('can be an asset that is defined elsewhere', () => {
    const stack = stackIn();
    const asset = new assets.DockerImageAsset(stack, 'Asset', { directory: context, platform: assets.Platform.LINUX_AMD64 });
    versionOf(stack, BaseImage.fromDockerImageAsset(asset));
    expect(renderedIn(stack).Properties.BaseImage).toEqual(stack.resolve(asset.imageUri));
  });

  test.each<[string, (stack: Stack) => ecr.IRepositoryRef]>([
    ['an L2', (stack) => new ecr.Repository(stack, 'Repository')],
    ['an L1', (stack) => new ecr.CfnRepository(stack, 'Repository')],
    ['an import', (stack) => ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch')],
  ])('from a repository is a tag or a digest in it: %s', (_, repositoryIn) => {
    for (const [baseImage, suffix] of [
      [(repository: ecr.IRepositoryRef) => BaseImage.fromEcrRepository(repository, '2.4'), ':2.4'],
      [(repository: ecr.IRepositoryRef) => BaseImage.fromEcrRepositoryDigest(repository, DIGEST), `@${DIGEST}`],
    ] as const) {
      const stack = stackIn();
      const repository = repositoryIn(stack);
      const version = versionOf(stack, baseImage(repository));
      const { 'Fn::Sub': sub } = renderedIn(stack).Properties.BaseImage;
      const [text, variables] = Array.isArray(sub) ? sub : [sub, {}];
      expect(text).toBe(`${HERE.account}.dkr.ecr.${HERE.region}.\${AWS::URLSuffix}/${variables.RepositoryName ? '${RepositoryName}' : 'torch'}${suffix}`);
      expect(pullStatementsIn(stack)).toEqual([{ Action: PULL, Effect: 'Allow', Resource: stack.resolve(repository.repositoryRef.repositoryArn) }]);
      expect(warningIdsOf(version)).toEqual([]);
    }
  });

  test('from a repository can have a tag that is a token', () => {
    const stack = stackIn();
    versionOf(stack, BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch'), Fn.importValue('Tag')));
    expect(renderedIn(stack).Properties.BaseImage).toEqual({
      'Fn::Sub': [`${HERE.account}.dkr.ecr.${HERE.region}.\${AWS::URLSuffix}/torch\${TagOrDigest}`, { TagOrDigest: { 'Fn::Join': ['', [':', { 'Fn::ImportValue': 'Tag' }]] } }],
    });
  });

  // An image version reports such a tag. Another construct may bind it.
  test('from a repository has a tag that looks like a variable of Fn::Sub as it is', () => {
    const stack = agnosticStack();
    const repository = ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch');
    expect(stack.resolve(BaseImage.fromEcrRepository(repository, '${x}').bind(stack).imageUri)).toEqual(
      { 'Fn::Sub': '${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/torch:${!x}' });
  });

  test('from a repository uses pseudo parameters in a stack without account and Region', () => {
    const stack = new Stack(new App(), 'Stack');
    versionOf(stack, BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch'), '1'));
    expect(renderedIn(stack).Properties.BaseImage).toEqual({ 'Fn::Sub': '${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/torch:1' });
  });

  test('from a URI is pulled from the repository in the URI', () => {
    const stack = stackIn();
    const version = versionOf(stack, BaseImage.fromUri(ecrUri('1')));
    expect(renderedIn(stack).Properties.BaseImage).toBe(ecrUri('1'));
    expect(pullStatementsIn(stack).map(({ Resource }) => JSON.stringify(Resource))).toEqual([expect.stringContaining(`:ecr:${HERE.region}:${HERE.account}:repository/torch"`)]);
    expect(warningIdsOf(version)).toEqual([]);
  });

  test('from a URI that is a token is pulled from the given repository', () => {
    const stack = stackIn();
    const repository = ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch');
    const version = versionOf(stack, BaseImage.fromUri(Fn.importValue('Uri'), { repository }));
    expect(pullStatementsIn(stack)).toEqual([{ Action: PULL, Effect: 'Allow', Resource: stack.resolve(repository.repositoryArn) }]);
    expect(warningIdsOf(version)).toEqual([]);
  });

  test('from a URI that is a token, without a repository, adds a warning with the actions to grant', () => {
    const stack = stackIn();
    const version = versionOf(stack, BaseImage.fromUri(Lazy.string({ produce: () => ecrUri('1') })));
    expect(pullStatementsIn(stack)).toEqual([]);
    expect(warningsOf(stack)).toContainEqual({
      path: version.node.path, id: 'cdk-sagemaker-images:baseImagePullNotGranted', text: expect.stringContaining(PULL.join(' and ')),
    });
  });

  test.each([
    ['latest', "has the tag 'latest'", () => BaseImage.fromUri(ecrUri('latest'))],
    ['no tag', 'has no tag', () => BaseImage.fromUri(ecrUri('1').replace(/:1$/, ''))],
    ['no tag in a repository', "has the tag 'latest'", (stack: Stack) => BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch'))],
  ])('with a tag that moves adds a warning: %s', (_, what, baseImageIn) => {
    const stack = stackIn();
    expect(warningIdsOf(versionOf(stack, baseImageIn(stack)))).toEqual(['cdk-sagemaker-images:baseImageMovingTag']);
    expect(warningsOf(stack).map(({ text }) => text)).toEqual([expect.stringMatching(`^the base image ${what}: a new push does not create a new version, `)]);
  });

  test.each([
    ['docker.io/library/python:3.11', "baseImage 'docker.io/library/python:3.11' is not a valid URI of a container image in ECR: give '<account>.dkr.ecr.<region>.amazonaws.com/<repository>[:<tag>|@<digest>]', or let BaseImage.fromAsset build and push one"],
    [ecrUri('-1'), `baseImage '${ecrUri('-1')}' is not a valid URI of a container image in ECR: give `],
    [`${OTHER_REGION.account}.dkr.ecr.${OTHER_REGION.region}.amazonaws.com/torch:1`, `baseImage is in ${OTHER_REGION.region} and the stack in ${HERE.region}: SageMaker pulls in its own Region only, so replicate the repository there`],
    [ecrUri('x'.repeat(255)), 'baseImage has 306 characters, at most 255 are allowed'],
    ['', 'baseImage is empty: give 1 to 255 characters'],
  ])('from an invalid URI is an error: %s', (uri, problem) => {
    expect(errorOf(() => versionOf(stackIn(), BaseImage.fromUri(uri)))).toContain(`Stack/Torch/V1: 1 problem\n  ${problem}`);
  });

  test.each<[string, (repository: ecr.IRepositoryRef) => BaseImage, string]>([
    ['a tag', (repository) => BaseImage.fromEcrRepository(repository, 'a b'), "the tag 'a b' of baseImage is not a valid tag: use 1 to 128 letters, digits, '_', '-' and '.', not starting with '-' or '.'"],
    ['a digest', (repository) => BaseImage.fromEcrRepositoryDigest(repository, 'sha256:1'), "the digest 'sha256:1' of baseImage is not a valid digest: give 'sha256:' and 64 hexadecimal digits"],
    ['a name', () => BaseImage.fromEcrRepository({ repositoryRef: {}, env: HERE } as any, '1'), 'the name of the repository of baseImage is missing'],
  ])('from a repository with %s that is invalid is an error', (_, baseImageOf, problem) => {
    const stack = stackIn();
    expect(errorOf(() => versionOf(stack, baseImageOf(ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch'))))).toContain(problem);
  });
});

// It is not documented whether SageMaker moves an alias that the old version still has, or rejects the new version.
describe('a fixed alias', () => {
  const idsWith = (baseImageIn: (stack: Stack) => BaseImage, aliases: { alias?: string; aliases?: string[] }) => {
    const stack = stackIn();
    return warningIdsOf(new Image(stack, 'Torch').addVersion('V1', { baseImage: baseImageIn(stack), ...aliases }));
  };

  test.each<[string, (stack: Stack) => BaseImage]>([
    ['a Dockerfile', () => BaseImage.fromAsset(context)],
    ['a tar archive', () => BaseImage.fromTarball(join(context, 'image.tar'))],
    ['an asset', (stack) => BaseImage.fromDockerImageAsset(new assets.DockerImageAsset(stack, 'Asset', { directory: context, platform: assets.Platform.LINUX_AMD64 }))],
  ])('adds a warning to a version that is built from %s', (_, baseImageIn) => {
    const warning = ['cdk-sagemaker-images:aliasOnRebuiltImage'];
    expect([idsWith(baseImageIn, { alias: 'stable' }), idsWith(baseImageIn, { aliases: ['stable'] })]).toEqual([warning, warning]);
    expect([idsWith(baseImageIn, {}), idsWith(baseImageIn, { aliases: [] })]).toEqual([[], []]);
  });

  test('adds no warning if it is a token, which may change with each build', () => {
    const parameter = Fn.importValue('Release');
    const build = () => BaseImage.fromAsset(context);
    expect([idsWith(build, { alias: parameter }), idsWith(build, { aliases: [parameter] })]).toEqual([[], []]);
    expect(idsWith(build, { aliases: [parameter, 'stable'] })).toEqual(['cdk-sagemaker-images:aliasOnRebuiltImage']);
  });

  test('is named in the warning with the remedy', () => {
    const stack = stackIn();
    new Image(stack, 'Torch').addVersion('V1', { baseImage: BaseImage.fromAsset(context), alias: 'stable' });
    expect(warningsOf(stack).map(({ text }) => text)).toEqual([
      'the version has a fixed alias, and its base image is built from sources: the next build creates a new version while the old one, which is kept, '
      + 'still has the alias. SageMaker may refuse that, and the deployment is then rolled back: leave out alias and aliases, or change them with the sources',
    ]);
  });

  test('adds no warning to a version of a container image with a tag', () => {
    expect(idsWith(() => BaseImage.fromUri(ecrUri('1')), { alias: 'stable' })).toEqual([]);
  });
});

/** A base image of somebody else, whose bind throws. */
class FailingBaseImage extends BaseImage {
  constructor(private readonly error: unknown) {
    super();
  }

  public bind(): BaseImageConfig {
    throw this.error;
  }
}

describe('an error of bind', () => {
  const problemsWith = (baseImage: BaseImage) => errorOf(() => new Image(stackIn(), 'Torch')
    .addVersion('V1', { baseImage, alias: '-a', releaseNotes: '' }))?.split('\n');
  const others = [
    "  alias '-a' is not a valid alias: use letters, digits, '-', '_' and '.', not starting with '-' or '.'",
    '  releaseNotes is empty: give 1 to 255 characters or leave it out',
  ];

  test.each<[string, unknown, string]>([
    ['an Error', new Error('the registry is not reachable'), 'the registry is not reachable'],
    ['a subclass of Error', new TypeError('the registry is not a URL'), 'the registry is not a URL'],
    ['a string', 'the registry is not reachable', 'the registry is not reachable'],
  ])('of a subclass is reported together with all other problems: %s', (_, error, problem) => {
    expect(problemsWith(new FailingBaseImage(error))).toEqual(['Stack/Torch/V1: 3 problems', `  ${problem}`, ...others]);
  });

  test('of a subclass that throws undefined is reported too', () => {
    expect(problemsWith(new FailingBaseImage(undefined))).toEqual(['Stack/Torch/V1: 3 problems', '  undefined', ...others]);
  });

  // The CDK throws it: build arguments are needed before the deployment.
  test.each<[string, Record<string, string>]>([['value', { REGION: Aws.REGION }], ['name', { [Aws.REGION]: '1' }]])(
    'of the CDK for a build argument whose %s is a token is reported together with all other problems', (_, buildArgs) => {
      expect(problemsWith(BaseImage.fromAsset(context, { buildArgs })))
        .toEqual(['Stack/Torch/V1: 3 problems', expect.stringMatching(/^ {2}Cannot use tokens in .*buildArgs/), ...others]);
    });

  test('of the CDK for an option that is a token is an error of the version', () => {
    expect(errorOf(() => versionOf(stackIn(), BaseImage.fromAsset(context, { target: Aws.REGION }))))
      .toMatch(/^Stack\/Torch\/V1: 1 problem\n {2}Cannot use Token as value of 'target'/);
  });

  test('lists each problem of a base image of the library', () => {
    const stack = stackIn();
    const version = () => versionOf(stack, BaseImage.fromEcrRepository(undefined as any, 5 as any));
    expect(errorOf(version)?.split('\n')).toEqual([
      'Stack/Torch/V1: 2 problems',
      '  the repository of baseImage is missing: give a Repository, an import or a CfnRepository',
      "  the tag of baseImage must be a string, got 5: give a tag such as '2.4.1'",
    ]);
  });
});
