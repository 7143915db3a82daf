import {
  App, Aspects, aws_ecr as ecr, aws_ecr_assets as assets, aws_iam as iam, aws_lambda as lambda, aws_sagemaker as sagemaker, BootstraplessSynthesizer,
  CfnResource, NestedStack, Stack, Token,
} from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  AppImageConfig, BaseImage, BaseImageConfig, BaseImageEcrOptions, Image, ImagesProvider, ImageVersion, ImageVersionOptions, StudioImage,
} from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { DeploymentGraph, expectOrder } from '../helpers/deployment-graph';
import { agnosticStack, DIGEST, ecrUri, errorOf, HERE, OTHER_ACCOUNT, stackIn, warningsOf } from '../helpers/fixtures';
import { allowedIn, statementsIn } from '../helpers/policies';
import { secondCopy } from '../helpers/second-copy';
import { APPS } from '../helpers/studio';

const TYPE = 'Custom::SageMakerContainerImage';
const HELP = /\. See \S+$/;

const repositoryIn = (scope: Construct, name = 'torch') => ecr.Repository.fromRepositoryName(scope, `${name}-repository`, name);
const following = (scope: Construct, options: BaseImageEcrOptions = {}, tag = 'main') =>
  BaseImage.fromEcrRepository(repositoryIn(scope), tag, { followTag: true, ...options });

function versionIn(scope: Construct, options: Partial<ImageVersionOptions> = {}, id = 'Torch'): ImageVersion {
  return new Image(scope, id, { imageName: id.toLowerCase() }).addVersion('V', { baseImage: BaseImage.fromUri(ecrUri('1')), ...options });
}

/** The properties of the custom resources of a stack, without those of all custom resources. */
function resourcesIn(stack: Stack): any[] {
  return Object.values(Template.fromStack(stack).findResources(TYPE))
    .map(({ Properties: { ServiceToken, ServiceTimeout, ...properties } }) => properties);
}

const customResourceOf = (version: Construct) => version.node.findChild('ContainerImage').node.defaultChild as CfnResource;
const baseImagesIn = (stack: Stack) => Object.values(Template.fromStack(stack).findResources('AWS::SageMaker::ImageVersion')).map(({ Properties }) => Properties.BaseImage);
const studioImageIn = (scope: Construct, props: object = {}, id = 'Torch') => new StudioImage(scope, id, { baseImage: BaseImage.fromUri(ecrUri('1')), app: APPS.JupyterLab, ...props });

describe('a tag that is followed', () => {
  test('is resolved by a custom resource, whose URI with the digest is the base image', () => {
    const stack = stackIn();
    const version = versionIn(stack, { baseImage: following(stack, { refresh: '42' }) });
    expect(resourcesIn(stack)).toEqual([{
      ImageUri: { 'Fn::Sub': '111111111111.dkr.ecr.eu-west-1.${AWS::URLSuffix}/torch:main' }, ImageName: 'torch', FollowTag: true, Refresh: '42',
    }]);
    expect(baseImagesIn(stack)).toEqual([{ 'Fn::GetAtt': [stack.getLogicalId(customResourceOf(version)), 'ImageUri'] }]);
    // A version that is replaced is kept.
    Template.fromStack(stack).hasResource('AWS::SageMaker::ImageVersion', { UpdateReplacePolicy: 'Retain' });
    expectOrder(stack.node.root as App, [customResourceOf(version), version]);
  });

  test('is resolved in each deployment by default, with one value in all stacks of an app', () => {
    const refreshes = () => {
      const app = new App();
      const stacks = ['One', 'Two'].map((id) => new Stack(app, id, { env: HERE }));
      stacks.forEach((stack) => versionIn(stack, { baseImage: following(stack) }, `Torch${stack.node.id}`));
      return stacks.map((stack) => resourcesIn(stack)[0].Refresh);
    };
    const [[one, two], [next]] = [refreshes(), refreshes()];
    expect(one).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(two).toBe(one);
    expect(next).not.toBe(one);
  });

  test('may be a token', () => {
    const stack = agnosticStack();
    versionIn(stack, { baseImage: following(stack, { refresh: Token.asString({ Ref: 'Release' }) }, Token.asString({ Ref: 'Tag' })) });
    expect(resourcesIn(stack)).toEqual([{
      ImageUri: { 'Fn::Sub': ['${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/torch${TagOrDigest}', { TagOrDigest: { 'Fn::Join': ['', [':', { Ref: 'Tag' }]] } }] },
      ImageName: 'torch',
      FollowTag: true,
      Refresh: { Ref: 'Release' },
    }]);
  });

  test('adds no warning that a push has no effect, unlike a tag that is not followed', () => {
    const [followed, fixed] = [{ followTag: true }, {}].map((options) => {
      const stack = stackIn();
      versionIn(stack, { baseImage: BaseImage.fromEcrRepository(repositoryIn(stack), 'main', options) });
      return warningsOf(stack).map(({ id }) => id);
    });
    expect(followed).not.toContain('cdk-sagemaker-images:baseImageMovingTag');
    expect(fixed).toContain('cdk-sagemaker-images:baseImageMovingTag');
  });

  test('of a version with a fixed alias adds a warning, since the old version keeps the alias', () => {
    const stack = stackIn();
    versionIn(stack, { baseImage: following(stack), aliases: ['stable'] });
    expect(warningsOf(stack).filter(({ id }) => id === 'cdk-sagemaker-images:aliasOnRebuiltImage').map(({ text }) => text)).toEqual([
      'the version has a fixed alias, and its base image follows a tag: the next deployment after a push creates a new version while the old one, which is kept, '
      + 'still has the alias. SageMaker may refuse that, and the deployment is then rolled back: leave out alias and aliases',
    ]);
  });

  test('needs one permission on exactly the repository', () => {
    const stack = stackIn();
    versionIn(stack, { baseImage: following(stack) });
    const arns = ['torch', 'torch2', 'other'].map((name) => `arn:aws:ecr:eu-west-1:111111111111:repository/${name}`);
    expect(allowedIn(stack, ['ecr:DescribeImages', 'ecr:GetRepositoryPolicy', 'ecr:ListImages', 'ecr:PutImage', 'iam:SimulatePrincipalPolicy'], arns))
      .toEqual([`ecr:DescribeImages ${arns[0]}`]);
  });

  test('of a repository of another account needs a permission there, which the app grants if it owns the repository', () => {
    const app = new App();
    const repository = new ecr.Repository(new Stack(app, 'Theirs', { env: OTHER_ACCOUNT }), 'Repository', { repositoryName: 'torch' });
    const stack = new Stack(app, 'Ours', { env: HERE });
    const version = versionIn(stack, { baseImage: BaseImage.fromEcrRepository(repository, 'main', { followTag: true }) });
    const [{ Properties }] = Object.values(Template.fromStack(repository.stack).findResources('AWS::ECR::Repository'));
    expect(Properties.RepositoryPolicyText.Statement.map(({ Action }: any) => Action)).toEqual(
      expect.arrayContaining([['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], 'ecr:DescribeImages']));
    expect(JSON.stringify(Properties.RepositoryPolicyText)).toContain('role/oursemakerimagesrole');
    expectOrder(app, [repository, customResourceOf(version), version]);
  });

  test('of an imported repository of another account adds a warning about the permission there', () => {
    const stack = stackIn();
    const repository = ecr.Repository.fromRepositoryArn(stack, 'Repository', 'arn:aws:ecr:eu-west-1:222222222222:repository/torch');
    versionIn(stack, { baseImage: BaseImage.fromEcrRepository(repository, 'main', { followTag: true }) });
    expect(warningsOf(stack).map(({ text }) => text).join()).toContain('account 222222222222, which owns the repository, must grant account 111111111111 '
      + 'ecr:DescribeImages and ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on torch in the policy of the repository');
  });

  test.each<[object, string]>([
    [{ followTag: 'yes' }, "the option followTag of baseImage must be true or false, got 'yes'"],
    [{ refresh: '1' }, 'the option refresh of baseImage has no effect without followTag: set followTag to true or leave out refresh'],
    [{ followTag: true, refresh: '' }, 'the option refresh of baseImage is empty: give 1 to 1024 characters or leave it out'],
    [{ followTag: true, refresh: 'x'.repeat(1025) }, 'the option refresh of baseImage has 1025 characters, at most 1024 are allowed'],
    [{ platform: 'linux/amd64' }, "the platform of baseImage must be a Platform, for example Platform.LINUX_AMD64, got 'linux/amd64'"],
    [{ platform: assets.Platform.custom('linux amd64') }, "the platform of baseImage 'linux amd64' is not a valid platform: give '<os>/<architecture>', for example 'linux/amd64'"],
  ])('is refused with the options %j', (options, message) => {
    const stack = stackIn();
    expect(errorOf(() => versionIn(stack, { baseImage: BaseImage.fromEcrRepository(repositoryIn(stack), 'main', options) })))
      .toBe(`Stack/Torch/V: 1 problem\n  ${message}`);
  });

  test.each<[string, BaseImageConfig, string]>([
    ['a digest', { imageUri: ecrUri('1').replace(/:1$/, `@${DIGEST}`), followTag: true }, 'baseImage has a digest, which never moves: leave out followTag'],
    ['an unknown repository', { imageUri: Token.asString({ Ref: 'Uri' }), followTag: true },
      'followTag needs to know the repository of baseImage: use BaseImage.fromUri(uri, { repository }) or set it to false'],
  ])('is refused for %s, which a base image of the app may have', (_, config, message) => {
    class Own extends BaseImage {
      public bind() {
        return config;
      }
    }
    expect(errorOf(() => versionIn(stackIn(), { baseImage: new Own() }))).toBe(`Stack/Torch/V: 1 problem\n  ${message}`);
  });
});

describe('preflight', () => {
  test('is off in ImageVersion: a stack that uses nothing else of this library has no function, rule or log group', () => {
    const stack = stackIn();
    const version = versionIn(stack, { aliases: ['1.0'] });
    version.grants.read(new iam.User(stack, 'Analyst'));
    new AppImageConfig(stack, 'Config', { app: APPS.JupyterLab });
    const types = Object.values<any>(Template.fromStack(stack).toJSON().Resources).map(({ Type }) => Type);
    expect(types.sort()).toEqual([
      'AWS::IAM::Policy', 'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::IAM::User',
      'AWS::SageMaker::AppImageConfig', 'AWS::SageMaker::Image', 'AWS::SageMaker::ImageVersion',
    ]);
  });

  test('checks the container image and the role before the version is created, and changes nothing in the version', () => {
    const stack = stackIn();
    const version = versionIn(stack, { preflight: true });
    const role = stack.getLogicalId((version.image as Image).role.node.defaultChild as CfnResource);
    expect(resourcesIn(stack)).toEqual([{
      ImageUri: ecrUri('1'), ImageName: 'torch', Preflight: { Platform: 'linux/amd64', RoleArn: { 'Fn::GetAtt': [role, 'Arn'] } },
    }]);
    expect(baseImagesIn(stack)).toEqual([ecrUri('1')]);
    const pull = (version.image as Image).node.findChild('PullPolicy').node.defaultChild as CfnResource;
    const [permissions] = stack.node.findAll().filter((one) => one.node.id === 'ContainerImages').map((one) => one.node.defaultChild as CfnResource);
    expectOrder(stack.node.root as App, [pull, customResourceOf(version), version]);
    expectOrder(stack.node.root as App, [permissions, customResourceOf(version)]);
  });

  test('costs one custom resource for each version, besides the function and one policy', () => {
    const types = (preflight: boolean) => {
      const stack = stackIn();
      const image = new Image(stack, 'Torch');
      ['1', '2', '3'].forEach((tag) => image.addVersion(`V${tag}`, { baseImage: BaseImage.fromUri(ecrUri(tag)), preflight }));
      return Object.values<any>(Template.fromStack(stack).toJSON().Resources).map(({ Type }) => Type).sort();
    };
    const without = types(false);
    const added = types(true);
    without.forEach((type) => added.splice(added.indexOf(type), 1));
    expect(added).toEqual([...Array(3).fill(TYPE), 'AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::Lambda::Function', 'AWS::Logs::LogGroup'].sort());
  });

  test.each<[string, (stack: Stack) => BaseImage, string]>([
    ['an asset', (stack) => BaseImage.fromDockerImageAsset(new assets.DockerImageAsset(stack, 'Asset', { directory: `${__dirname}/../../examples/studio/torch`, platform: assets.Platform.LINUX_ARM64 })), 'linux/arm64'],
    ['an asset that is built', () => BaseImage.fromAsset(`${__dirname}/../../examples/studio/torch`), 'linux/amd64'],
    ['an asset for an architecture alone', () => BaseImage.fromAsset(`${__dirname}/../../examples/studio/torch`, { platform: assets.Platform.custom('aarch64') }), 'linux/arm64'],
    ['a URI', () => BaseImage.fromUri(ecrUri('1'), { platform: assets.Platform.custom('linux/x86_64') }), 'linux/amd64'],
    ['a tag', (stack) => BaseImage.fromEcrRepository(repositoryIn(stack), '1', { platform: assets.Platform.LINUX_ARM64 }), 'linux/arm64'],
    ['a digest', (stack) => BaseImage.fromEcrRepositoryDigest(repositoryIn(stack), DIGEST), 'linux/amd64'],
  ])('checks the platform of %s', (_, baseImage, platform) => {
    const stack = stackIn();
    versionIn(stack, { baseImage: baseImage(stack), preflight: true });
    expect(resourcesIn(stack)[0].Preflight.Platform).toBe(platform);
  });

  test('is done by the custom resource that follows the tag', () => {
    const stack = stackIn();
    versionIn(stack, { baseImage: following(stack, { refresh: '1' }), preflight: true });
    expect(resourcesIn(stack)).toEqual([expect.objectContaining({ FollowTag: true, Preflight: expect.anything(), Refresh: '1' })]);
  });

  test('checks what an override or an aspect makes the version use, and the role that it gives the image', () => {
    const stack = stackIn();
    const version = versionIn(stack, { preflight: true });
    Aspects.of(stack).add({
      visit: (node) => {
        if (sagemaker.CfnImageVersion.isCfnImageVersion(node)) {
          node.baseImage = ecrUri('1').replace('/torch', '/mirror/torch');
        }
      },
    });
    (version.image.node.defaultChild as CfnResource).addPropertyOverride('ImageRoleArn', 'arn:aws:iam::111111111111:role/central');
    expect(resourcesIn(stack)).toEqual([{
      ImageUri: ecrUri('1').replace('/torch', '/mirror/torch'), ImageName: 'torch', Preflight: { Platform: 'linux/amd64', RoleArn: 'arn:aws:iam::111111111111:role/central' },
    }]);
  });

  test('needs four permissions on exactly the repository, and one on exactly the role', () => {
    const stack = stackIn();
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') }).withoutPolicyUpdates();
    new Image(stack, 'Torch', { role }).addVersion('V', { baseImage: BaseImage.fromUri(ecrUri('1')), preflight: true });
    const actions = ['BatchGetImage', 'DescribeImages', 'GetDownloadUrlForLayer', 'GetRepositoryPolicy', 'ListImages', 'PutImage', 'BatchDeleteImage'].map((action) => `ecr:${action}`);
    const arns = [...['torch', 'torch2'].map((name) => `arn:aws:ecr:eu-west-1:111111111111:repository/${name}`), '{Role1ABCC5F0}', 'arn:aws:iam::111111111111:role/other'];
    expect(allowedIn(stack, [...actions, 'iam:SimulatePrincipalPolicy', 'iam:GetRole'], arns))
      .toEqual([...actions.slice(0, 4).map((action) => `${action} ${arns[0]}`), `iam:SimulatePrincipalPolicy ${arns[2]}`]);
  });

  test.each<[string, (stack: Stack) => sagemaker.IImageRef, unknown]>([
    ['an L1 with a role of the app', (stack) => new sagemaker.CfnImage(stack, 'L1', {
      imageName: 'torch', imageRoleArn: new iam.Role(stack, 'Own', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') }).roleArn,
    }), { 'Fn::GetAtt': ['Own8C3D11E1', 'Arn'] }],
    ['an import with its role', (stack) => Image.fromImageAttributes(stack, 'Import', {
      imageName: 'torch', role: iam.Role.fromRoleArn(stack, 'Imported', 'arn:aws:iam::111111111111:role/torch'),
    }), 'arn:aws:iam::111111111111:role/torch'],
    ['an import without its role, which is not checked', (stack) => Image.fromImageName(stack, 'Import', 'torch'), undefined],
  ])('checks the role of %s', (_, image, roleArn) => {
    const stack = stackIn();
    new ImageVersion(stack, 'V', { image: image(stack), baseImage: BaseImage.fromUri(ecrUri('1')), preflight: true });
    const arn = resourcesIn(stack)[0].Preflight.RoleArn;
    expect(arn === undefined ? arn : JSON.parse(JSON.stringify(arn).replace(/Own\w{8}/, 'Own8C3D11E1'))).toEqual(roleArn);
    expect(statementsIn(stack).flatMap(({ Action }) => Action).includes('iam:SimulatePrincipalPolicy')).toBe(roleArn !== undefined);
  });

  describe('of a repository of another account', () => {
    const theirs = (app: App) => new ecr.Repository(new Stack(app, 'Theirs', { env: OTHER_ACCOUNT }), 'Repository', { repositoryName: 'torch' });
    /** The actions that the policy of the repository grants the function. */
    const grantedToFunction = (repository: ecr.Repository) => Object.values(Template.fromStack(repository.stack).findResources('AWS::ECR::Repository'))
      .flatMap(({ Properties }) => Properties.RepositoryPolicyText.Statement)
      .filter((statement) => JSON.stringify(statement).includes('semakerimagesrole'))
      .flatMap(({ Action }) => Action).sort();
    const mentionsFunction = (stack: Stack) => warningsOf(stack).some(({ text }) => text.includes('ecr:DescribeImages'));

    test('needs permissions there, which the app grants if it owns the repository', () => {
      const app = new App();
      const repository = theirs(app);
      const stack = new Stack(app, 'Ours', { env: HERE });
      const { imageVersion } = studioImageIn(stack, { baseImage: BaseImage.fromEcrRepository(repository, '1') });
      expect(grantedToFunction(repository)).toEqual(['ecr:BatchGetImage', 'ecr:DescribeImages', 'ecr:GetDownloadUrlForLayer']);
      expectOrder(app, [repository, customResourceOf(imageVersion), imageVersion]);
    });

    test('and of a tag that is followed needs them once', () => {
      const app = new App();
      const repository = theirs(app);
      versionIn(new Stack(app, 'Ours', { env: HERE }), { baseImage: BaseImage.fromEcrRepository(repository, 'main', { followTag: true }), preflight: true });
      expect(grantedToFunction(repository)).toEqual(['ecr:BatchGetImage', 'ecr:DescribeImages', 'ecr:GetDownloadUrlForLayer']);
    });

    test.each([[true, true], [undefined, false]])('that is imported adds a warning about them with preflight: %p? %p', (preflight, expected) => {
      const stack = stackIn();
      const repository = ecr.Repository.fromRepositoryArn(stack, 'Repository', 'arn:aws:ecr:eu-west-1:222222222222:repository/torch');
      studioImageIn(stack, { baseImage: BaseImage.fromEcrRepository(repository, '1'), preflight });
      expect(resourcesIn(stack)).toHaveLength(1);
      expect(mentionsFunction(stack)).toBe(expected);
    });
  });

  test('is an error if the repository is unknown, together with all others', () => {
    expect(errorOf(() => versionIn(stackIn(), { baseImage: BaseImage.fromUri(Token.asString({ Ref: 'Uri' })), preflight: true, releaseNotes: '' }))).toBe('Stack/Torch/V: 2 problems\n'
      + '  releaseNotes is empty: give 1 to 255 characters or leave it out\n'
      + '  preflight needs to know the repository of baseImage: use BaseImage.fromUri(uri, { repository }) or set it to false');
  });

  test.each([[{ preflight: true }], [{ preflight: false, followed: true }]])('%j is an error if the stack accepts no assets', ({ preflight, followed }: any) => {
    const stack = stackIn(HERE, { synthesizer: new BootstraplessSynthesizer() });
    const baseImage = followed ? following(stack) : BaseImage.fromUri(ecrUri('1'));
    expect(errorOf(() => versionIn(stack, { baseImage, preflight }))?.replace(HELP, '')).toMatch(
      /^Stack\/Torch\/V: 1 problem\n {2}a Lambda function is needed, whose code is an asset, but stack 'Stack' accepts no assets/);
  });

  test('must be true or false', () => {
    expect(errorOf(() => versionIn(stackIn(), { preflight: 'yes' as any }))).toBe("Stack/Torch/V: 1 problem\n  preflight must be true or false, got 'yes'");
  });

  test('adds a warning with all permissions if the role of the function takes none', () => {
    const stack = stackIn();
    ImagesProvider.configure(stack, { role: iam.Role.fromRoleArn(stack, 'Closed', 'arn:aws:iam::111111111111:role/closed', { mutable: false }) });
    versionIn(stack, { preflight: true });
    const [{ text }] = warningsOf(stack).filter(({ id }) => id === 'cdk-sagemaker-images:providerRole');
    expect(text).toContain('ecr:BatchGetImage and ecr:GetDownloadUrlForLayer and ecr:DescribeImages and ecr:GetRepositoryPolicy on '
      + 'arn:${AWS::Partition}:ecr:eu-west-1:111111111111:repository/torch');
    expect(text).toContain('iam:SimulatePrincipalPolicy');
  });
});

describe('a StudioImage', () => {
  test('checks the container images of all versions by default', () => {
    const stack = stackIn();
    const studio = studioImageIn(stack);
    studio.addVersion('Gpu', { baseImage: BaseImage.fromUri(ecrUri('2')) });
    studio.addVersion('Unchecked', { baseImage: BaseImage.fromUri(ecrUri('3')), preflight: false });
    expect(resourcesIn(stack).map(({ ImageUri }) => ImageUri)).toEqual([ecrUri('1'), ecrUri('2')]);
  });

  test('checks none if it says so, except for versions that do', () => {
    const stack = stackIn();
    const studio = studioImageIn(stack, { preflight: false });
    studio.addVersion('Gpu', { baseImage: BaseImage.fromUri(ecrUri('2')) });
    expect(stack.node.findAll().some((one) => one instanceof lambda.CfnFunction)).toBe(false);
    studio.addVersion('Checked', { baseImage: BaseImage.fromUri(ecrUri('3')), preflight: true });
    expect(resourcesIn(stack).map(({ ImageUri }) => ImageUri)).toEqual([ecrUri('3')]);
  });

  test.each<[string, () => Stack, object]>([
    ['the stack accepts no assets', () => stackIn(HERE, { synthesizer: new BootstraplessSynthesizer() }), {}],
    ['the repository is unknown', stackIn, { baseImage: BaseImage.fromUri(Token.asString({ Ref: 'Uri' })) }],
    ['the role of the function takes no permissions', () => {
      const stack = stackIn();
      ImagesProvider.configure(stack, { role: iam.Role.fromRoleArn(stack, 'Closed', 'arn:aws:iam::111111111111:role/closed', { mutable: false }) });
      return stack;
    }, {}],
  ])('checks nothing by default if %s', (_, stackOf, props) => {
    const stack = stackOf();
    studioImageIn(stack, props);
    expect(resourcesIn(stack)).toEqual([]);
  });

  test('that asks for it is refused if the stack accepts no assets', () => {
    expect(errorOf(() => studioImageIn(stackIn(HERE, { synthesizer: new BootstraplessSynthesizer() }), { preflight: true }))).toContain('a Lambda function is needed');
  });

  test('of another copy of the library shares the function', () => {
    const stack = stackIn();
    studioImageIn(stack);
    const { BaseImage: OtherBaseImage, StudioApp, StudioImage: OtherStudioImage } = secondCopy();
    new OtherStudioImage(stack, 'Other', { baseImage: OtherBaseImage.fromUri(ecrUri('2')), app: StudioApp.jupyterLab() });
    expect(resourcesIn(stack)).toHaveLength(2);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 1);
    expect(DeploymentGraph.of(stack.node.root as App).cycle()).toBeUndefined();
  });
});

describe('the custom resource', () => {
  test('is in the stack of the version, nested or not', () => {
    const app = new App();
    const image = new Image(new Stack(app, 'Images', { env: HERE }), 'Torch', { imageName: 'torch' });
    const stacks = [new Stack(app, 'Versions', { env: HERE }), new NestedStack(image.stack, 'Nested')];
    stacks.forEach((stack, index) => {
      const version = new ImageVersion(stack, 'V', { image, baseImage: BaseImage.fromUri(ecrUri(`${index}`)), preflight: true });
      expect(customResourceOf(version).stack).toBe(stack);
    });
    expect(DeploymentGraph.of(app).cycle()).toBeUndefined();
  });

  // The policy of the function names repositories and roles of the app.
  test.each([[['One', 'Two']], [['Two', 'One']]])('of a construct whose repository waits for another construct has a policy of its own: %s', (order) => {
    const stack = stackIn();
    const constructs = new Map(['One', 'Two'].map((id) => {
      const scope = new Construct(stack, id);
      const version = versionIn(scope, { baseImage: BaseImage.fromEcrRepository(new ecr.Repository(scope, 'Repository'), '1'), preflight: true }, id);
      return [id, { scope, version }];
    }));
    const [first, second] = order.map((id) => constructs.get(id)!);
    second.scope.node.addDependency(first.scope);
    expectOrder(stack.node.root as App, [customResourceOf(first.version), first.version, customResourceOf(second.version), second.version]);
    const policies = (version: Construct) => version.node.findAll().filter((one) => one instanceof iam.CfnPolicy);
    expect([policies(first.version).length, policies(second.version).length]).toEqual([1, 0]);
    const [own] = policies(first.version) as iam.CfnPolicy[];
    expectOrder(stack.node.root as App, [own, customResourceOf(first.version)]);
    expect(stack.resolve(own.policyDocument).Statement.flatMap(({ Action }: any) => Action).sort()).toEqual([
      'ecr:BatchGetImage', 'ecr:DescribeImages', 'ecr:GetDownloadUrlForLayer', 'ecr:GetRepositoryPolicy', 'iam:SimulatePrincipalPolicy',
      'logs:CreateLogStream', 'logs:PutLogEvents',
    ]);
  });

  test('waits for the shared policy if nothing is in the way, in each synth', () => {
    const stack = stackIn();
    const versions = ['One', 'Two'].map((id) => versionIn(stack, { preflight: true }, id));
    const app = stack.node.root as App;
    const first = JSON.stringify(app.synth({ force: true }).getStackByName('Stack').template);
    expect(JSON.stringify(app.synth({ force: true }).getStackByName('Stack').template)).toBe(first);
    const [permissions] = stack.node.findAll().filter((one) => one.node.id === 'ContainerImages').map((one) => one.node.defaultChild as CfnResource);
    versions.forEach((version) => expectOrder(app, [permissions, customResourceOf(version)]));
  });
});
