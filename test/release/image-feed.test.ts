import { App, aws_ecr as ecr, aws_iam as iam, aws_sagemaker as sagemaker, CfnParameter, CfnResource, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import {
  AppImageConfig, Image, ImageAlias, ImageFeed, ImageFeedProps, JobType, MlFramework, Processor, ProgrammingLang, StudioAttachment, StudioTarget,
  VendorGuidance,
} from 'cdk-sagemaker-images';
import { expectOrder } from '../helpers/deployment-graph';
import { baseImage, errorOf, HERE, OTHER_REGION, stackIn, warningsOf } from '../helpers/fixtures';
import { allowedIn } from '../helpers/policies';
import { secondCopy } from '../helpers/second-copy';
import { APPS, domainIn } from '../helpers/studio';

const TYPE = 'Custom::SageMakerImageFeed';
const TARGETS = 'Custom::SageMakerImageFeedTargets';

function feed(stack: Stack, props: Partial<ImageFeedProps> = {}, id = 'Feed'): ImageFeed {
  return new ImageFeed(stack, id, {
    image: Image.fromImageName(stack, `${id}Image`, 'torch'),
    repository: ecr.Repository.fromRepositoryName(stack, `${id}Repository`, 'team/torch'),
    tags: ['release-*'],
    alias: 'stable',
    ...props,
  });
}

const config = (stack: Stack, id = 'Config') => new AppImageConfig(stack, id, { app: APPS.JupyterLab });
const resourceOf = (construct: ImageFeed, id = 'Resource') => construct.node.findChild(id).node.defaultChild as CfnResource;
const idOf = (construct: ImageFeed) => construct.stack.getLogicalId(resourceOf(construct));
const propertiesOf = (stack: Stack, type: string) => Object.values(Template.fromStack(stack).findResources(type)).map(({ Properties }) => Properties);

/** The input that a rule sends, with tokens as `<…>`. */
function inputsOf(stack: Stack): any[] {
  return propertiesOf(stack, 'AWS::Events::Rule').map(({ Targets: [{ InputTransformer: { InputTemplate: template } }] }) => {
    const parts: unknown[] = template['Fn::Join']?.[1] ?? [template];
    return JSON.parse(parts.map((part) => typeof part === 'string' ? part : `<${Object.values(part as object).flat().join('.')}>`).join('')
      .replace(/:<(detail|time)>/g, ':"$1"'));
  });
}

test('pushes with a tag that matches go to the function, with what a version needs', () => {
  const stack = stackIn();
  feed(stack, {
    tags: ['release-*', '*-gpu', 'v*-*-x', 'latest', '*'],
    vendorGuidance: VendorGuidance.STABLE,
    jobType: JobType.TRAINING,
    mlFramework: MlFramework.pytorch('2.4'),
    programmingLang: ProgrammingLang.python('3.11'),
    processor: Processor.GPU,
    horovod: false,
    releaseNotes: 'Nightly',
    readLabels: false,
  });
  const expected = {
    ImageName: 'torch',
    Alias: 'stable',
    RepositoryName: 'team/torch',
    RepositoryUri: expect.anything(),
    Tags: ['release-*', '*-gpu', 'v*-*-x', 'latest', '*'],
    Metadata: {
      VendorGuidance: 'STABLE', JobType: 'TRAINING', MLFramework: 'PyTorch 2.4', ProgrammingLang: 'Python 3.11', Processor: 'GPU', Horovod: false, ReleaseNotes: 'Nightly',
    },
    ReadLabels: false,
    ReportedAs: 'Stack/Feed',
  };
  expect(propertiesOf(stack, 'AWS::Events::Rule')).toEqual([expect.objectContaining({
    EventPattern: {
      'source': ['aws.ecr'],
      // Not what other accounts and Regions send to the bus.
      'account': ['111111111111'],
      'region': ['eu-west-1'],
      'detail-type': ['ECR Image Action'],
      'detail': {
        'action-type': ['PUSH'],
        'result': ['SUCCESS'],
        'repository-name': ['team/torch'],
        'image-tag': [{ prefix: 'release-' }, { suffix: '-gpu' }, { wildcard: 'v*-*-x' }, 'latest', { 'anything-but': '' }],
      },
    },
  })]);
  expect(inputsOf(stack)).toEqual([{ Reaction: 'ImageFeed', Properties: { ...expected, Places: [] }, Detail: 'detail', Time: 'time' }]);
  expect(propertiesOf(stack, TYPE)).toEqual([{ ...expected, ServiceToken: expect.anything(), ServiceTimeout: '1500', Refresh: expect.stringMatching(/^\d{4}-/) }]);
  expect(stack.resolve(propertiesOf(stack, TYPE)[0].RepositoryUri)).toEqual({ 'Fn::Sub': '111111111111.dkr.ecr.eu-west-1.${AWS::URLSuffix}/team/torch' });
});

test('a feed has one custom resource and one rule, which is there before', () => {
  const stack = stackIn();
  const one = feed(stack);
  const template = Template.fromStack(stack);
  template.resourceCountIs(TYPE, 1);
  template.resourceCountIs(TARGETS, 0);
  template.resourceCountIs('AWS::Events::Rule', 1);
  template.resourceCountIs('AWS::Lambda::Permission', 1);
  template.resourceCountIs('AWS::Lambda::Function', 1);
  expectOrder(stack.node.root as App, [one.node.findChild('Rule') as CfnResource, resourceOf(one)]);
});

test('a version must exist only if something uses it', () => {
  const unused = stackIn();
  feed(unused).grants.read(new iam.Role(unused, 'Analyst', { assumedBy: new iam.AccountRootPrincipal() }));
  expect(propertiesOf(unused, TYPE)[0]).not.toHaveProperty('Needed');
  for (const use of ['version', 'versionAsString', 'imageVersionArn', 'imageArn', 'containerImage', 'imageVersionRef'] as const) {
    const stack = stackIn();
    const { [use]: value } = feed(stack);
    expect(value).toBeDefined();
    expect(propertiesOf(stack, TYPE)[0].Needed).toBe(true);
  }
});

test('its attributes are those of the custom resource', () => {
  const stack = stackIn();
  const version = feed(stack);
  const attribute = (name: string) => ({ 'Fn::GetAtt': [idOf(version), name] });
  expect(stack.resolve([version.version, version.imageVersionArn, version.imageArn, version.containerImage, version.imageVersionRef])).toEqual([
    attribute('Version'), attribute('ImageVersionArn'), attribute('ImageArn'), attribute('ContainerImage'), { imageVersionArn: attribute('ImageVersionArn') },
  ]);
});

describe('the function', () => {
  const arn = (rest: string) => `arn:aws:sagemaker:eu-west-1:111111111111:${rest}`;
  const ECR = 'arn:aws:ecr:eu-west-1:111111111111:repository/';
  const ACTIONS = [
    ...['CreateImageVersion', 'DescribeImageVersion', 'ListImageVersions', 'ListAliases', 'DescribeImage', 'UpdateImageVersion', 'DeleteImageVersion', 'UpdateDomain'].map((action) => `sagemaker:${action}`),
    ...['DescribeImages', 'BatchGetImage', 'GetDownloadUrlForLayer', 'PutImage', 'BatchDeleteImage'].map((action) => `ecr:${action}`),
  ];
  const ARNS = [...['image/torch', 'image/other', 'image-version/torch/3', 'image-version/other/3', 'domain/d-1'].map(arn), `${ECR}team/torch`, `${ECR}other`];

  test.each([[true, ['BatchGetImage', 'GetDownloadUrlForLayer']], [false, []]])('may do what a feed does, and nothing else (labels: %s)', (readLabels, labels) => {
    const stack = stackIn();
    feed(stack, { readLabels });
    expect(allowedIn(stack, ACTIONS, ARNS).sort()).toEqual([
      `sagemaker:CreateImageVersion ${arn('image/torch')}`,
      `sagemaker:ListImageVersions ${arn('image/torch')}`,
      `sagemaker:DescribeImageVersion ${arn('image-version/torch/3')}`,
      `sagemaker:UpdateImageVersion ${arn('image-version/torch/3')}`,
      ...['DescribeImages', ...labels].map((action) => `ecr:${action} ${ECR}team/torch`),
    ].sort());
  });
});

test('the role of an owned image may pull from the repository before the first version is made', () => {
  const stack = stackIn();
  const image = new Image(stack, 'Torch');
  const repository = new ecr.Repository(stack, 'Repository');
  const one = feed(stack, { image, repository });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::IAM::Policy', {
    Roles: [{ Ref: Match.stringLikeRegexp('^TorchRole') }],
    PolicyDocument: { Statement: [{ Effect: 'Allow', Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Repository'), 'Arn'] } }] },
  });
  const [pull] = Object.keys(template.findResources('AWS::IAM::Policy', { Properties: { Roles: [{ Ref: Match.stringLikeRegexp('^TorchRole') }] } }));
  template.hasResource(TYPE, { DependsOn: Match.arrayWith([pull]) });
  expectOrder(stack.node.root as App, [image, resourceOf(one)]);
  expect(warningsOf(stack)).toEqual([]);
});

test('a lifecycle rule that removes container images of the feed is a warning', () => {
  const stack = stackIn();
  const repository = new ecr.Repository(stack, 'Repository', { lifecycleRules: [{ maxImageCount: 5 }] });
  feed(stack, { image: new Image(stack, 'Torch'), repository });
  expect(warningsOf(stack)).toMatchObject([
    { path: 'Stack/Repository', id: 'cdk-sagemaker-images:baseImageExpires', text: expect.stringContaining('can remove container images of Stack/Feed') },
  ]);
});

test('the role of an imported image is unknown, which is a warning', () => {
  const stack = stackIn();
  feed(stack);
  expect(warningsOf(stack)).toMatchObject([{ path: 'Stack/Feed', id: 'cdk-sagemaker-images:baseImagePullNotGranted' }]);
});

describe('attachments', () => {
  test('to an existing target follow, and the function may change it', () => {
    const stack = stackIn();
    const imageVersion = feed(stack);
    new StudioAttachment(stack, 'A', { imageVersion, appImageConfig: config(stack), target: StudioTarget.existingDomain('d-1'), defaultImage: true });
    new StudioAttachment(stack, 'B', { imageVersion, appImageConfig: config(stack, 'Other'), target: StudioTarget.existingDomain('d-1') });
    new StudioAttachment(stack, 'C', {
      imageVersion,
      appImageConfig: config(stack, 'Third'),
      target: StudioTarget.existingUserProfile('d-1', 'jo', { executionRole: iam.Role.fromRoleName(stack, 'Jo', 'jo') }),
    });
    const notFollowing = new Image(stack, 'Torch', { imageName: 'other' }).addVersion('V', { baseImage: baseImage('1') });
    new StudioAttachment(stack, 'D', { imageVersion: notFollowing, appImageConfig: config(stack, 'Fourth'), target: StudioTarget.existingDomain('d-1') });
    const [{ Properties: { Places: places } }] = inputsOf(stack);
    const entries = (...names: string[]) => names.map((name) => ({ ImageName: 'torch', AppImageConfigName: expect.stringMatching(new RegExp(`^stack-${name}`)) }));
    expect(places).toEqual([
      {
        DomainId: 'd-1',
        DefaultUserSettings: {
          JupyterLabAppSettings: {
            CustomImages: entries('config', 'other'), DefaultResourceSpec: { SageMakerImageArn: expect.stringMatching(/image\/torch>$/) },
          },
        },
      },
      { DomainId: 'd-1', UserProfileName: 'jo', UserSettings: { JupyterLabAppSettings: { CustomImages: entries('third') } }, PassExecutionRole: ['UserSettings'] },
    ]);
    expect(propertiesOf(stack, TARGETS)).toEqual([expect.objectContaining({ ImageName: 'torch', Alias: 'stable', Places: [expect.objectContaining({ DomainId: 'd-1' }), expect.anything()] })]);
    expect(propertiesOf(stack, TYPE)[0].Needed).toBe(true);
    // A deployment leaves these entries to the feed.
    const lists = propertiesOf(stack, 'Custom::SageMakerStudioAttachments')
      .flatMap((properties: any) => (properties.DefaultUserSettings ?? properties.UserSettings).JupyterLabAppSettings.CustomImages);
    expect(lists.map(({ FollowedAlias: alias }: any) => alias)).toEqual(lists.map(({ ImageName }: any) => ImageName === 'torch' ? 'stable' : undefined));
    expect(lists).toHaveLength(4);
    expect(propertiesOf(stack, 'Custom::SageMakerStudioAttachments')[0].DefaultUserSettings.JupyterLabAppSettings.DefaultResourceSpec.FollowedAlias).toBe('stable');
    const attached = stack.node.findAll().filter((one): one is CfnResource => (one as CfnResource).cfnResourceType === 'Custom::SageMakerStudioAttachments');
    expectOrder(stack.node.root as App, [resourceOf(imageVersion), attached[0], imageVersion.node.findChild('Rule') as CfnResource, resourceOf(imageVersion, 'Targets')]);
  });

  test('to owned targets follow, one with a condition only if it is created', () => {
    const stack = stackIn();
    const executionRole = new iam.Role(stack, 'Execution', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    const domain = domainIn(stack, { defaultUserSettings: { executionRole: executionRole.roleArn } });
    const profile = new sagemaker.CfnUserProfile(stack, 'Jo', { domainId: domain.attrDomainId, userProfileName: 'jo', userSettings: {} });
    const imageVersion = feed(stack);
    new StudioAttachment(stack, 'A', { imageVersion, appImageConfig: config(stack), target: StudioTarget.domain(domain) });
    new StudioAttachment(stack, 'B', { imageVersion, appImageConfig: config(stack, 'Other'), target: StudioTarget.userProfile(profile) });
    const [{ Properties: { Places: places } }] = inputsOf(stack);
    expect(places).toEqual([
      { DomainId: '<Domain.DomainId>', DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [expect.objectContaining({ ImageName: 'torch' })] } }, PassExecutionRole: ['DefaultUserSettings'] },
      { DomainId: '<Domain.DomainId>', UserProfileName: 'jo', UserSettings: { JupyterLabAppSettings: { CustomImages: [expect.objectContaining({ ImageName: 'torch' })] } } },
    ]);
    expectOrder(stack.node.root as App, [resourceOf(imageVersion), domain, imageVersion.node.findChild('Rule') as CfnResource, resourceOf(imageVersion, 'Targets')]);
    // The execution role must be able to use versions to come.
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('^StudioImages'),
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Action: 'sagemaker:DescribeImage' }),
          Match.objectLike({ Action: 'sagemaker:DescribeImageVersion', Resource: { 'Fn::Sub': 'arn:${AWS::Partition}:sagemaker:eu-west-1:111111111111:image-version/torch/*' } }),
          Match.objectLike({ Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'] }),
        ],
      },
    });
  });

  test('to many targets are split into rules that fit', () => {
    const stack = stackIn();
    const imageVersion = feed(stack);
    for (let index = 0; index < 20; index++) {
      new StudioAttachment(stack, `A${index}`, {
        imageVersion, appImageConfig: config(stack, `Config${index}`), target: StudioTarget.existingUserProfile('d-1', `user-${index}`),
      });
    }
    const inputs = inputsOf(stack);
    expect(inputs.map(({ Properties: { Places: { length } } }) => length)).toEqual([8, 8, 4]);
    expect(inputs.flatMap(({ Properties: { Places: places } }) => places.map(({ UserProfileName }: any) => UserProfileName))).toEqual(Array.from({ length: 20 }, (_, index) => `user-${index}`));
    inputs.forEach((input) => expect(JSON.stringify(input).length).toBeLessThan(8_192));
    expect(propertiesOf(stack, TARGETS)).toHaveLength(1);
  });

  test('in another stack follow with its deployments only, which is a warning', () => {
    const app = new App();
    const imageVersion = feed(new Stack(app, 'Feeds', { env: HERE }));
    const stack = new Stack(app, 'Studio', { env: HERE });
    new StudioAttachment(stack, 'A', { imageVersion, appImageConfig: config(stack), target: StudioTarget.existingDomain('d-1') });
    expect(warningsOf(stack).map(({ text }) => text)).toContainEqual(expect.stringContaining("Feeds/Feed is in stack 'Feeds', so the target follows it only when stack 'Studio' is deployed after that stack: create the feed in the stack of the target"));
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('Fn::ImportValue');
    expect(inputsOf(imageVersion.stack)[0].Properties.Places).toEqual([]);
  });
});

test('the permissions of a feed are in one policy, and those that an update without it needs are in one that outlives it', () => {
  const stack = stackIn();
  const imageVersion = feed(stack);
  new StudioAttachment(stack, 'A', { imageVersion, appImageConfig: config(stack), target: StudioTarget.existingDomain('d-1') });
  const template = Template.fromStack(stack);
  const versions = { 'Fn::Sub': 'arn:${AWS::Partition}:sagemaker:eu-west-1:111111111111:image-version/torch/*' };
  const policies = (type: string) => Object.entries(template.findResources(type)).filter(([, { Properties }]) => JSON.stringify(Properties).includes('image-version/torch/*'));
  expect(policies('AWS::IAM::Policy').map(([id]) => id)).toEqual([expect.stringMatching(/^SageMakerImagesRules/)]);
  expect(policies('AWS::IAM::ManagedPolicy').map(([id, { Properties }]) => [id, Properties.PolicyDocument.Statement])).toEqual([
    [expect.stringMatching(/^SageMakerImagesPermissions/), expect.arrayContaining([{ Effect: 'Allow', Action: 'sagemaker:DescribeImageVersion', Resource: versions }])],
  ]);
});

test('grants apply to all versions, since the version changes without a deployment', () => {
  const stack = stackIn();
  feed(stack).grants.update(new iam.Role(stack, 'Analyst', { assumedBy: new iam.AccountRootPrincipal() }));
  const all = { 'Fn::Sub': 'arn:${AWS::Partition}:sagemaker:eu-west-1:111111111111:image-version/torch/*' };
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    Roles: [{ Ref: Match.stringLikeRegexp('^Analyst') }],
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Resource: all })]) },
  });
});

test('names can be known only at deploy time', () => {
  const stack = stackIn();
  const parameter = (id: string) => new CfnParameter(stack, id).valueAsString;
  feed(stack, {
    image: Image.fromImageName(stack, 'Named', parameter('Name')),
    repository: ecr.Repository.fromRepositoryName(stack, 'R', parameter('Repository')),
    tags: [parameter('Tag')],
    alias: parameter('Alias'),
  });
  const [{ Properties: properties }] = inputsOf(stack);
  expect(properties).toMatchObject({ ImageName: '<Name>', Alias: '<Alias>', RepositoryName: '<Repository>', Tags: ['<Tag>'] });
  expect(propertiesOf(stack, 'AWS::Events::Rule')[0].EventPattern.detail).toMatchObject({ 'repository-name': [{ Ref: 'Repository' }], 'image-tag': [{ wildcard: { Ref: 'Tag' } }] });
});

describe('an alias that a feed moves', () => {
  const errorsOf = (build: (stack: Stack, image: Image) => void) => {
    const stack = stackIn();
    build(stack, new Image(stack, 'Torch', { imageName: 'torch' }));
    return errorOf(() => Template.fromStack(stack));
  };

  test('cannot be a fixed alias of a version', () => {
    expect(errorsOf((stack, image) => {
      image.addVersion('V', { baseImage: baseImage('1'), alias: 'stable' });
      feed(stack, { image });
    })).toContain("alias 'stable' is moved by Stack/Feed: leave it out here, or remove that construct");
  });

  test('cannot be that of an ImageAlias, or of another feed of the stack', () => {
    expect(errorsOf((stack, image) => {
      new ImageAlias(stack, 'Alias', { image, alias: 'stable', version: image.addVersion('V', { baseImage: baseImage('1') }) });
      feed(stack, { image });
    })).toContain("alias 'stable' is also that of Stack/Alias: an alias names one version of an image, so remove one of them");
    expect(errorsOf((stack, image) => {
      feed(stack, { image });
      feed(stack, { image }, 'Other');
    })).toContain("alias 'stable' is also that of Stack/Feed");
  });

  test('can be that of a feed of another stack, with targets of its own', () => {
    const app = new App();
    feed(new Stack(app, 'One', { env: HERE }));
    feed(new Stack(app, 'Two', { env: HERE }));
    expect(errorOf(() => app.synth())).toBeUndefined();
  });

  test('can be followed by an ImageAlias, which moves with the deployments', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    const version = feed(stack, { image });
    new ImageAlias(stack, 'Prod', { image, alias: 'prod', version });
    Template.fromStack(stack).hasResourceProperties('Custom::SageMakerImageAlias', { Version: { 'Fn::GetAtt': [idOf(version), 'Version'] } });
  });
});

test('its metric counts what failed', () => {
  const stack = stackIn();
  expect(stack.resolve(feed(stack).metricFailedPushes({ label: 'x' }))).toMatchObject({
    namespace: 'SageMakerImages', metricName: 'FailedPushes', dimensions: { Feed: 'Stack/Feed' }, statistic: 'Sum', label: 'x',
  });
});

test('of another copy of the library is followed too', () => {
  const { ImageFeed: Other, Image: OtherImage } = secondCopy();
  const stack = stackIn();
  const imageVersion = new Other(stack, 'Feed', {
    image: OtherImage.fromImageName(stack, 'Image', 'torch'), repository: ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch'), tags: ['*'], alias: 'stable',
  });
  new StudioAttachment(stack, 'A', { imageVersion, appImageConfig: config(stack), target: StudioTarget.existingDomain('d-1') });
  expect(inputsOf(stack)[0].Properties.Places).toEqual([expect.objectContaining({ DomainId: 'd-1' })]);
});

describe('all problems are one error:', () => {
  const problemsOf = (props: any) => {
    const stack = stackIn();
    return errorOf(() => feed(stack, props))?.split('\n').slice(1);
  };

  test('of another kind', () => {
    expect(problemsOf({ image: 'torch', repository: 'torch', tags: 'release-*', alias: undefined, readLabels: 'yes', processor: 'TPU', releaseNotes: '', mlFramework: MlFramework.of('PyTorch') })).toEqual([
      "  image must be an Image, an import or a CfnImage, got 'torch'",
      "  repository must be a Repository, an import or a CfnRepository, got 'torch'",
      "  tags must be a list, got 'release-*': give ['release-*'] for example",
      "  alias is missing: give an alias, for example 'stable'",
      "  readLabels must be true or false, got 'yes'",
      expect.stringContaining("  processor must be CPU or GPU, got 'TPU'"),
      expect.stringContaining("  mlFramework 'PyTorch' has no version"),
      '  releaseNotes is empty: give 1 to 255 characters or leave it out',
    ]);
  });

  test.each<[any, unknown]>([
    [undefined, "  tags is missing: give ['release-*'] for example"],
    [[], "  tags is empty: give ['release-*'] for example"],
    [[undefined], "  tags[0] is missing: give a tag, for example 'release-*'"],
    [Token.asList({ Ref: 'Tags' }), "  tags must be a list of tags, got a token: give the tags one by one, ['release-*'] for example"],
    [['a', ''], '  tags[1] is empty: give 1 to 128 characters'],
    [['**'], expect.stringContaining("  tags[0] '**' is not a valid pattern: use letters,")],
    [['-x'], expect.stringContaining("  tags[0] '-x' is not a valid pattern")],
    [['a/b'], expect.stringContaining("  tags[0] 'a/b' is not a valid pattern")],
    [Array.from({ length: 20 }, (_, index) => `${'x'.repeat(100)}${index}`), expect.stringContaining('  tags has more than 1,000 characters')],
  ])('tags %j', (tags, problem) => {
    expect(problemsOf({ tags })).toEqual([problem]);
  });

  test.each([{ account: '222222222222', region: 'eu-west-1' }, OTHER_REGION])('a repository whose events do not arrive (%j)', (env) => {
    const stack = stackIn();
    const repository = ecr.Repository.fromRepositoryName(new Stack(stack.node.root as App, 'Other', { env }), 'R', 'torch');
    expect(errorOf(() => feed(stack, { repository }))).toContain(
      `repository is in ${env.account}/${env.region} and the stack in 111111111111/eu-west-1, and ECR sends its events there only: replicate the repository to the account and Region of the stack`);
  });

  test('an image of another Region', () => {
    const stack = stackIn();
    const image = Image.fromImageName(new Stack(stack.node.root as App, 'Other', { env: OTHER_REGION }), 'Torch', 'torch');
    expect(errorOf(() => feed(stack, { image }))).toContain('image Other/Torch is in 111111111111/us-east-1 and the stack in 111111111111/eu-west-1');
  });
});
