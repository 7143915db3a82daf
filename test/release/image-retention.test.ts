import { App, aws_ecr as ecr, aws_iam as iam, aws_sagemaker as sagemaker, CfnCondition, CfnParameter, CfnResource, Duration, NestedStack, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import {
  AppImageConfig, BaseImage, Image, ImageAlias, ImageFeed, ImageRetention, ImageRetentionProps, ImagesProvider, ImageVersion, ImageVersionLookup,
  ImageVersionSelector, StudioAttachment, StudioImage, StudioTarget,
} from 'cdk-sagemaker-images';
import { DeploymentGraph, expectOrder } from '../helpers/deployment-graph';
import { baseImage, ecrUri, errorOf, HERE, OTHER_REGION, stackIn, warningIdsOf, warningsOf } from '../helpers/fixtures';
import { allowedIn, statementsIn } from '../helpers/policies';
import { secondCopy } from '../helpers/second-copy';
import { APPS, domainIn } from '../helpers/studio';

const TYPE = 'Custom::SageMakerImageRetention';

function retain(stack: Stack, props: Partial<ImageRetentionProps> = {}, id = 'Retention'): ImageRetention {
  return new ImageRetention(stack, id, { image: Image.fromImageName(stack, `${id}Image`, 'torch'), keepVersions: 5, ...props });
}

const resourceOf = (construct: ImageRetention) => construct.node.findChild('Resource').node.defaultChild as CfnResource;
const propertiesIn = (stack: Stack) => Object.values(Template.fromStack(stack).findResources(TYPE))
  .map(({ Properties: { ServiceToken, ServiceTimeout, ...rest } }) => rest);
const managedIn = (stack: Stack) => propertiesIn(stack)[0].Managed;
const idOf = (construct: { stack: Stack; node: ImageVersion['node'] }) => construct.stack.getLogicalId(construct.node.defaultChild as CfnResource);
const configIn = (stack: Stack) => new AppImageConfig(stack, 'Config', { app: APPS.JupyterLab });

test('its properties are those of the custom resource', () => {
  const stack = stackIn();
  retain(stack, {
    keepFor: Duration.days(1),
    expendableAliases: ['ci-*'],
    toBeArchived: { versions: 1, age: Duration.hours(1) },
    archived: { versions: 2 },
    dryRun: true,
    failIfUnreadable: true,
    refresh: '1',
  });
  expect(propertiesIn(stack)).toEqual([{
    ImageName: 'torch',
    Delete: { Versions: 5, Age: 86_400 },
    ToBeArchived: { Versions: 1, Age: 3_600 },
    Archived: { Versions: 2 },
    ExpendableAliases: ['ci-*'],
    DryRun: true,
    FailIfUnreadable: true,
    Managed: [],
    Refresh: '1',
  }]);
});

test('what is not given is not in the template', () => {
  const stack = stackIn();
  retain(stack);
  expect(propertiesIn(stack)).toEqual([{ ImageName: 'torch', Delete: { Versions: 5 }, Managed: [] }]);
});

test('its attributes are those of the custom resource', () => {
  const stack = stackIn();
  const retention = retain(stack);
  const id = stack.getLogicalId(resourceOf(retention));
  expect(stack.resolve([retention.report, retention.deletedVersions])).toEqual([{ 'Fn::GetAtt': [id, 'Report'] }, { 'Fn::GetAtt': [id, 'DeletedVersions'] }]);
});

describe('the function', () => {
  const ACTIONS = ['ListImageVersions', 'ListAliases', 'DescribeImageVersion', 'DeleteImageVersion', 'UpdateImageVersion', 'DeleteImage', 'DescribeDomain', 'UpdateDomain',
    'DescribeUserProfile', 'DescribeSpace', 'DescribeApp', 'DeleteApp', 'ListDomains', 'ListUserProfiles', 'ListSpaces', 'ListApps', 'ListImages'].map((action) => `sagemaker:${action}`);
  const arn = (rest: string) => `arn:aws:sagemaker:eu-west-1:111111111111:${rest}`;
  const ARNS = ['image/torch', 'image/other', 'image-version/torch/3', 'image-version/other/3', 'domain/d-1', 'user-profile/d-1/a', 'space/d-1/a', 'app/d-1/a/b/c'].map(arn);
  const READ = [
    `DescribeImageVersion ${arn('image-version/torch/3')}`, `ListAliases ${arn('image-version/torch/3')}`, `ListAliases ${arn('image/torch')}`,
    `ListImageVersions ${arn('image/torch')}`, `DescribeDomain ${arn('domain/d-1')}`, `DescribeUserProfile ${arn('user-profile/d-1/a')}`,
    `DescribeSpace ${arn('space/d-1/a')}`, `DescribeApp ${arn('app/d-1/a/b/c')}`,
  ];
  const LISTS = ['ListApps', 'ListDomains', 'ListSpaces', 'ListUserProfiles'];
  const DELETE = `DeleteImageVersion ${arn('image-version/torch/3')}`;
  const UPDATE = `UpdateImageVersion ${arn('image-version/torch/3')}`;

  test.each<[string, Partial<ImageRetentionProps>, string[]]>([
    ['delete', {}, [DELETE]],
    ['delete by age', { keepVersions: undefined, keepFor: Duration.days(1) }, [DELETE]],
    ['delete and update', { archived: { versions: 2 } }, [DELETE, UPDATE]],
    ['update', { keepVersions: undefined, toBeArchived: { versions: 2 } }, [UPDATE]],
    ['change nothing', { dryRun: true, archived: { versions: 2 } }, []],
  ])('may read everything that may use a version, and %s, and nothing else', (_, props, changes) => {
    const stack = stackIn();
    retain(stack, props);
    const lists = LISTS.flatMap((action) => ARNS.map((one) => `${action} ${one}`));
    expect(allowedIn(stack, ACTIONS, ARNS).sort()).toEqual([...READ, ...changes, ...lists].map((permission) => `sagemaker:${permission}`).sort());
    expect(statementsIn(stack).filter(({ Resource }) => [Resource].flat().includes('*')).map(({ Action }) => Action)).toEqual([LISTS.map((action) => `sagemaker:${action}`)]);
  });

  test('has them before the retention runs', () => {
    const stack = stackIn();
    retain(stack);
    const [policy] = Object.keys(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    Template.fromStack(stack).hasResource(TYPE, { DependsOn: Match.arrayWith([policy]) });
  });
});

describe('the versions of the stack are protected:', () => {
  test('those of an L2, an L1 and another copy of the library', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch', { imageName: 'torch' });
    const versions = [
      image.addVersion('V1', { baseImage: baseImage('1') }),
      new (secondCopy().ImageVersion)(stack, 'V2', { image, baseImage: secondCopy().BaseImage.fromUri(ecrUri('2')) }),
    ].map((version) => idOf(version));
    const l1 = new sagemaker.CfnImageVersion(stack, 'V3', { imageName: 'Torch', baseImage: ecrUri('3') });
    image.addVersion('V4', { baseImage: baseImage('4') });
    new Image(stack, 'Other', { imageName: 'other' }).addVersion('V1', { baseImage: baseImage('5') });
    retain(stack, { image });
    expect(managedIn(stack)).toHaveLength(4);
    expect(managedIn(stack)).toEqual(expect.arrayContaining([...versions, stack.getLogicalId(l1)].map((id) => ({ 'Fn::GetAtt': [id, 'Version'] }))));
  });

  test('those of a look-up and of attachments to existing and owned targets, as custom and default images', () => {
    const stack = stackIn();
    const image = Image.fromImageName(stack, 'Torch', 'torch');
    const version = (number: number) => ImageVersion.fromImageVersionAttributes(stack, `V${number}`, { image, version: number });
    const found = new ImageVersionLookup(stack, 'Lookup', { image, version: ImageVersionSelector.alias('stable') });
    const appImageConfig = configIn(stack);
    const executionRole = new iam.Role(stack, 'Execution', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    new StudioAttachment(stack, 'A', { imageVersion: version(3), appImageConfig, target: StudioTarget.existingDomain('d-1', { executionRole }), defaultImage: true });
    new StudioAttachment(stack, 'B', { imageVersion: version(4), appImageConfig, target: StudioTarget.domain(domainIn(stack)) });
    const other = Image.fromImageName(stack, 'Other', 'other');
    new StudioAttachment(stack, 'C', {
      imageVersion: ImageVersion.fromImageVersionAttributes(stack, 'O9', { image: other, version: 9 }), appImageConfig, target: StudioTarget.existingDomain('d-1', { executionRole }),
    });
    retain(stack, { image });
    expect(managedIn(stack)).toEqual(expect.arrayContaining([
      { 'Fn::GetAtt': [stack.getLogicalId(found.node.findChild('Resource').node.defaultChild as CfnResource), 'Version'] }, 3, 4,
      { 'Fn::Sub': expect.stringMatching(/:image-version\/torch\/3$/) },
    ]));
    expect(JSON.stringify(managedIn(stack))).not.toContain(',9');
  });

  test('those in the settings of L1s, in any spelling, in conditions and overrides', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    domain.addPropertyOverride('DefaultUserSettings.KernelGatewayAppSettings.CustomImages', [
      { ImageName: 'TORCH', AppImageConfigName: 'c', ImageVersionNumber: 7 },
      { 'Fn::If': ['IsProd', { ImageName: 'torch', AppImageConfigName: 'd', ImageVersionNumber: 8 }, { ImageName: 'torch', AppImageConfigName: 'd', ImageVersionNumber: 6 }] },
      { ImageName: 'other', AppImageConfigName: 'e', ImageVersionNumber: 9 },
    ]);
    retain(stack);
    const none = { Ref: 'AWS::NoValue' };
    expect(managedIn(stack)).toEqual([7, { 'Fn::If': ['IsProd', 8, none] }, { 'Fn::If': ['IsProd', none, 6] }]);
  });

  test('those with a condition, if they exist', () => {
    const stack = stackIn();
    const version = new sagemaker.CfnImageVersion(stack, 'V', { imageName: 'torch', baseImage: ecrUri('1') });
    version.cfnOptions.condition = new CfnCondition(stack, 'IsProd');
    retain(stack);
    const overridden = new sagemaker.CfnImageVersion(stack, 'W', { imageName: 'torch', baseImage: ecrUri('2') });
    overridden.addOverride('Condition', 'IsTest');
    expect(managedIn(stack)).toEqual([
      { 'Fn::If': ['IsProd', { 'Fn::GetAtt': ['V', 'Version'] }, { Ref: 'AWS::NoValue' }] },
      { 'Fn::If': ['IsTest', { 'Fn::GetAtt': ['W', 'Version'] }, { Ref: 'AWS::NoValue' }] },
    ]);
  });

  test('the one from which an alias was taken over, to which a rollback returns it', () => {
    const stack = stackIn();
    const image = Image.fromImageName(stack, 'Torch', 'torch');
    new ImageAlias(stack, 'Prod', { image, alias: 'prod', version: new ImageVersionLookup(stack, 'Lookup', { image }) });
    retain(stack, { image });
    expect(managedIn(stack)).toContainEqual({ 'Fn::GetAtt': [expect.stringMatching(/^SageMakerAliasedVersion/), 'AliasedVersion'] });
  });

  test('a version in another stack cannot be, which is an error', () => {
    const app = new App();
    const images = new Stack(app, 'Images', { env: HERE });
    const image = new Image(images, 'Torch', { imageName: 'torch' });
    image.addVersion('V1', { baseImage: baseImage('1') });
    retain(new Stack(app, 'Other', { env: HERE }), { image });
    expect(errorOf(() => app.synth())).toContain("[Other/Retention] Images/Torch/V1 is a version of the image in stack 'Images', which the retention cannot protect: "
      + 'create the retention and all versions of the image in the same stack');
  });

  test('those that a nested stack attaches by number, if they mean the same in every template', () => {
    const stack = stackIn();
    const nested = new NestedStack(stack, 'Nested');
    const number = new CfnParameter(nested, 'Number', { type: 'Number' }).valueAsNumber;
    domainIn(nested as Stack, {
      defaultUserSettings: {
        executionRole: 'r',
        jupyterLabAppSettings: { customImages: [2, number].map((imageVersionNumber) => ({ imageName: 'torch', appImageConfigName: 'c', imageVersionNumber })) },
        codeEditorAppSettings: { defaultResourceSpec: { sageMakerImageVersionArn: `arn:${nested.partition}:sagemaker:eu-west-1:111111111111:image-version/torch/3` } },
      },
    } as never);
    retain(stack);
    const [arn, number2, ...others] = managedIn(stack);
    expect([others, number2, JSON.stringify(arn)]).toEqual([[], 2, expect.stringContaining(':image-version/torch/3')]);
  });

  test('a look-up in a nested stack cannot be, which is an error', () => {
    const stack = stackIn();
    const image = Image.fromImageName(stack, 'Torch', 'torch');
    new ImageVersionLookup(new NestedStack(stack, 'Nested'), 'Lookup', { image });
    retain(stack, { image });
    expect(errorOf(() => (stack.node.root as App).synth())).toContain("Stack/Nested/Lookup is a version of the image in stack 'Stack/Nested', which the retention cannot protect");
  });

  test('a look-up in another stack needs no protection: what it finds is used in Studio or has an alias', () => {
    const app = new App();
    const [stack, other] = ['Stack', 'Other'].map((id) => new Stack(app, id, { env: HERE }));
    const image = Image.fromImageName(stack, 'Torch', 'torch');
    new ImageVersionLookup(other, 'Lookup', { image });
    retain(stack, { image });
    expect(managedIn(stack)).toEqual([]);
  });

  test('those that are imported, whatever uses them', () => {
    const stack = stackIn();
    const image = Image.fromImageName(stack, 'Torch', 'torch');
    const parameter = new CfnParameter(stack, 'Number', { type: 'Number' });
    const arn = (region: string, name: string, number: number) => `arn:aws:sagemaker:${region}:111111111111:image-version/${name}/${number}`;
    [3, parameter.valueAsNumber].forEach((version, index) => ImageVersion.fromImageVersionAttributes(stack, `V${index}`, { image, version }));
    [arn('eu-west-1', 'torch', 4), arn('us-east-1', 'torch', 5), arn('eu-west-1', 'other', 6), new CfnParameter(stack, 'Arn').valueAsString]
      .forEach((one, index) => ImageVersion.fromImageVersionArn(stack, `Arn${index}`, one));
    secondCopy().ImageVersion.fromImageVersionAttributes(stack, 'Copy', { image, version: 7 });
    retain(stack, { image });
    expect(managedIn(stack)).toEqual([3, { Ref: 'Number' }, 4, { Ref: 'Arn' }, 7]);
  });

  test('an import with the number of a resource that waits for the retention is not one of them, as they would wait for each other', () => {
    const stack = stackIn();
    const image = Image.fromImageName(stack, 'Torch', 'torch');
    const after = new CfnResource(stack, 'After', { type: 'Custom::After' });
    ImageVersion.fromImageVersionAttributes(stack, 'V', { image, version: Token.asNumber(after.getAtt('Number')) });
    after.node.addDependency(retain(stack, { image }));
    expect(managedIn(stack)).toEqual([]);
  });

  test('those that other stacks of the app import, attach, label or look up by their number', () => {
    const app = new App();
    const [stack, other, elsewhere] = [HERE, HERE, OTHER_REGION].map((env, index) => new Stack(app, `Stack${index}`, { env }));
    const imported = (scope: Stack, version: number) => ImageVersion.fromImageVersionAttributes(scope, `V${version}`, { image: Image.fromImageName(scope, `Torch${version}`, 'torch'), version });
    imported(other, 3);
    ImageVersion.fromImageVersionAttributes(other, 'Token', {
      image: Image.fromImageName(other, 'Torch', 'torch'), version: new CfnParameter(other, 'Number', { type: 'Number' }).valueAsNumber,
    });
    new ImageAlias(other, 'Alias', { image: Image.fromImageName(other, 'OfAlias', 'torch'), alias: 'prod', version: imported(other, 4) });
    new ImageVersionLookup(other, 'Lookup', { image: Image.fromImageName(other, 'OfLookup', 'torch'), version: ImageVersionSelector.number(5) });
    domainIn(other, { defaultUserSettings: { executionRole: 'r', jupyterLabAppSettings: { customImages: [{ imageName: 'torch', appImageConfigName: 'c', imageVersionNumber: 6 }] } } });
    imported(elsewhere, 8);
    domainIn(elsewhere, { defaultUserSettings: { executionRole: 'r', jupyterLabAppSettings: { customImages: [{ imageName: 'torch', appImageConfigName: 'c', imageVersionNumber: 9 }] } } });
    retain(stack);
    expect((managedIn(stack) as number[]).sort()).toEqual([3, 4, 5, 6]);
    expect(stack.dependencies).toEqual([]);
  });

  test('a version that waits for the retention cannot be either', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch', { imageName: 'torch' });
    image.addVersion('V1', { baseImage: baseImage('1') }).node.addDependency(retain(stack, { image }));
    expect(errorOf(() => (stack.node.root as App).synth())).toContain('Stack/Torch/V1 waits for the retention, which must protect it: remove that dependency');
  });

  test('without validation, nothing says that there are none, so that the function deletes nothing', () => {
    const stack = stackIn();
    retain(stack);
    const template = (stack.node.root as App).synth({ skipValidation: true }).getStackByName('Stack').template;
    expect(Object.values<any>(template.Resources).find(({ Type }) => Type === TYPE).Properties).not.toHaveProperty('Managed');
  });
});

describe('a retention runs', () => {
  test('after versions, look-ups and attachments of its stack, whatever the order of declaration', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch', { imageName: 'torch' });
    const retention = resourceOf(retain(stack, { image }));
    const version = image.addVersion('V1', { baseImage: baseImage('1') });
    const found = new ImageVersionLookup(stack, 'Lookup', { image });
    const domain = domainIn(stack);
    const appImageConfig = configIn(stack);
    new StudioAttachment(stack, 'A', { imageVersion: version, appImageConfig, target: StudioTarget.domain(domain) });
    new StudioAttachment(stack, 'B', { imageVersion: version, appImageConfig, target: StudioTarget.existingDomain('d-1') });
    const graph = DeploymentGraph.of(stack.node.root as App);
    const custom = stack.node.findAll().filter(CfnResource.isCfnResource).filter(({ cfnResourceType }) => /^Custom::SageMakerStudio/.test(cfnResourceType));
    expect(custom.map(({ cfnResourceType }) => cfnResourceType).sort()).toEqual(['Custom::SageMakerStudioAttachments', 'Custom::SageMakerStudioDetachments']);
    expect(graph.cycle()).toBeUndefined();
    for (const other of [version, found.node.findChild('Resource').node.defaultChild!, domain, ...custom]) {
      expect([other.node.path, graph.waitsFor(retention, other)]).toEqual([other.node.path, true]);
    }
  });

  test('after an image that is an L1, and after a nested stack that attaches a version', () => {
    const stack = stackIn();
    const image = new sagemaker.CfnImage(stack, 'Torch', { imageName: 'torch', imageRoleArn: 'arn:aws:iam::111111111111:role/torch' });
    const retention = resourceOf(retain(stack, { image }));
    const nested = new NestedStack(stack, 'Nested');
    const domain = domainIn(nested as Stack, { defaultUserSettings: { executionRole: 'r', jupyterLabAppSettings: { customImages: [{ imageName: 'torch', appImageConfigName: 'c' }] } } } as never);
    expectOrder(stack.node.root as App, [image, retention]);
    expect(DeploymentGraph.of(stack.node.root as App).waitsFor(retention, domain)).toBe(true);
  });

  test('before what waits for it, without a cycle', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch', { imageName: 'torch' });
    const version = image.addVersion('V1', { baseImage: baseImage('1') });
    const retention = retain(stack, { image });
    const domain = domainIn(stack);
    new StudioAttachment(stack, 'A', { imageVersion: version, appImageConfig: configIn(stack), target: StudioTarget.domain(domain) });
    domain.node.addDependency(retention);
    expectOrder(stack.node.root as App, [version, resourceOf(retention), domain]);
    expect(managedIn(stack)).toEqual([{ 'Fn::GetAtt': [idOf(version), 'Version'] }]);
  });

  test('without making its stack wait for others, which may depend on it', () => {
    const app = new App();
    const images = new Stack(app, 'Images', { env: HERE });
    const studio = new Stack(app, 'Studio', { env: HERE });
    const image = new Image(images, 'Torch', { imageName: 'torch' });
    const version = image.addVersion('V1', { baseImage: baseImage('1') });
    retain(images, { image });
    new StudioAttachment(studio, 'A', { imageVersion: version, appImageConfig: configIn(studio), target: StudioTarget.existingDomain('d-1') });
    expect(DeploymentGraph.of(app).cycle()).toBeUndefined();
    expect(images.dependencies).toEqual([]);
    expect(studio.dependencies).toEqual([images]);
  });
});

describe('an alias of this app that protects its version', () => {
  const image = (stack: Stack, id: string) => Image.fromImageName(stack, id, 'torch');
  const feed = (stack: Stack) => new ImageFeed(stack, 'Feed', {
    image: image(stack, 'FeedImage'), repository: ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch'), tags: ['*'], alias: 'ci-latest',
  });
  const alias = (stack: Stack) => new ImageAlias(stack, 'Feed', {
    image: image(stack, 'Torch'), alias: 'ci-latest', version: ImageVersion.fromImageVersionAttributes(stack, 'V', { image: image(stack, 'Torch2'), version: 3 }),
  });
  const lookup = (stack: Stack) => new ImageVersionLookup(stack, 'Feed', { image: image(stack, 'Torch'), version: ImageVersionSelector.alias('ci-latest') });
  const other = (stack: Stack) => new Stack(stack.node.root as App, 'Other', { env: HERE });

  test.each<[string, (stack: Stack) => unknown, string | undefined]>([
    ['of a feed', feed, 'Stack/Feed'],
    ['of a feed in another stack', (stack) => feed(other(stack)), 'Other/Feed'],
    ['in another stack', (stack) => alias(other(stack)), 'Other/Feed'],
    ['that another stack looks up', (stack) => lookup(other(stack)), 'Other/Feed'],
    // The retention knows their numbers.
    ['in the same stack', alias, undefined],
    ['that is looked up in the same stack', lookup, undefined],
  ])('cannot be expendable: one %s', (_, use, path) => {
    const stack = stackIn();
    use(stack);
    retain(stack, { expendableAliases: ['x', 'ci-*'] });
    const message = errorOf(() => (stack.node.root as App).synth());
    expect(message).toEqual(path && expect.stringContaining(
      `[Stack/Retention] expendableAliases has 'ci-*', but alias 'ci-latest' of ${path} protects its version: leave it out, or use another alias`));
  });

  test('does not match other patterns', () => {
    const stack = stackIn();
    feed(stack);
    retain(stack, { expendableAliases: ['ci', '*-ci-latest', 'CI-*', 'ci.*', new CfnParameter(stack, 'Name').valueAsString] });
    expect(errorOf(() => (stack.node.root as App).synth())).toBeUndefined();
  });
});

test('an image that an override gives a retention counts', () => {
  const stack = stackIn();
  const image = Image.fromImageName(stack, 'Else', 'else');
  retain(stack, { image });
  const second = retain(stack, { image: Image.fromImageName(stack, 'Other', 'other') }, 'Second');
  (second.node.findChild('Resource').node.defaultChild as CfnResource).addPropertyOverride('ImageName', 'else');
  expect(errorOf(() => (stack.node.root as App).synth())).toContain('[Stack/Second] Stack/Retention is already a retention of the image');
});

test('an image has one retention', () => {
  const stack = stackIn();
  retain(stack);
  retain(stack, { image: Image.fromImageName(stack, 'Spelled', 'Torch') }, 'Second');
  retain(stack, { image: Image.fromImageName(stack, 'Else', 'else') }, 'Third');
  const message = errorOf(() => (stack.node.root as App).synth());
  expect(message).toContain('[Stack/Second] Stack/Retention is already a retention of the image: use one of them');
  expect(message).not.toContain('Third');
});

test('a retention of an image of another app is a warning', () => {
  const stack = stackIn();
  const image = new Image(stack, 'Torch', { imageName: 'torch' });
  const [owned, imported] = [retain(stack, { image }), retain(stack, { image: Image.fromImageName(stack, 'Other', 'other') }, 'Imported')];
  (stack.node.root as App).synth();
  expect([warningIdsOf(owned), warningIdsOf(imported)]).toEqual([[], ['cdk-sagemaker-images:retentionOfImportedImage']]);
});

test.each<[string, (stack: Stack) => iam.IRole]>([
  ['of another account', (stack) => iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::222222222222:role/own')],
  ['that is imported as not mutable', (stack) => iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111111111111:role/own', { mutable: false })],
  ['without policy updates', (stack) => new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }).withoutPolicyUpdates()],
])('a warning lists the permissions that a role %s lacks', (_, role) => {
  const stack = stackIn();
  ImagesProvider.configure(stack, { role: role(stack) });
  retain(stack, { image: new Image(stack, 'Torch', { imageName: 'torch' }), archived: { versions: 2 } });
  const [warning, ...others] = warningsOf(stack).filter(({ id }) => id === 'cdk-sagemaker-images:providerRole').map(({ text }) => text);
  expect(warning.replace(/arn:[^ ,]+?:sagemaker:eu-west-1:111111111111:/g, '').replace(/\$\{\S+\}/, '<logs>').split(', ')).toEqual([
    'this app cannot add policies to the role of the function: grant it logs:CreateLogStream and logs:PutLogEvents on <logs>',
    'sagemaker:ListImageVersions and sagemaker:ListAliases on image/torch',
    'sagemaker:DescribeImageVersion and sagemaker:ListAliases and sagemaker:DeleteImageVersion and sagemaker:UpdateImageVersion on image-version/torch/*',
    'sagemaker:ListApps and sagemaker:ListDomains and sagemaker:ListSpaces and sagemaker:ListUserProfiles on *',
    'sagemaker:DescribeApp on app/*', 'sagemaker:DescribeDomain on domain/*', 'sagemaker:DescribeSpace on space/*', 'sagemaker:DescribeUserProfile on user-profile/*',
  ]);
  expect(others).toEqual([]);
  Template.fromStack(stack).resourceCountIs(TYPE, 1);
});

test('values can be known only at deploy time', () => {
  const stack = stackIn();
  const text = (id: string) => new CfnParameter(stack, id).valueAsString;
  const number = (id: string) => new CfnParameter(stack, id, { type: 'Number' }).valueAsNumber;
  retain(stack, {
    image: Image.fromImageName(stack, 'Named', text('Name')), keepVersions: number('Count'), keepFor: Duration.seconds(number('Age')), expendableAliases: [text('Alias')], refresh: text('Refresh'),
  });
  expect(propertiesIn(stack)).toEqual([{
    ImageName: { Ref: 'Name' }, Delete: { Versions: { Ref: 'Count' }, Age: { Ref: 'Age' } }, ExpendableAliases: [{ Ref: 'Alias' }], Managed: [], Refresh: { Ref: 'Refresh' },
  }]);
});

test('all problems are one error', () => {
  const stack = stackIn();
  const problemsOf = (props: any) => errorOf(() => retain(stack, props, `R${stack.node.children.length}`))?.split('\n').slice(1);
  expect(problemsOf({
    image: 'torch', keepVersions: 0, keepFor: 5, expendableAliases: ['*', 'a b', 3], toBeArchived: {}, archived: { versions: 1.5, age: Duration.seconds(0) }, dryRun: 'yes', failIfUnreadable: 1, refresh: '',
  })).toEqual([
    "  image must be an Image, an import or a CfnImage, got 'torch'",
    '  keepVersions must be a whole number of 1 or more, got 0',
    '  keepFor must be a Duration, for example Duration.days(90), got 5',
    '  toBeArchived has no limit: give versions, age or both',
    '  archived.versions must be a whole number of 1 or more, got 1.5',
    '  archived.age must be longer than 0 seconds: give Duration.days(90) for example, or leave it out',
    '  keepVersions must be more than archived.versions, which is 1.5, got 0: versions become TO_BE_ARCHIVED first, then ARCHIVED, and are deleted last',
    "  expendableAliases[0] '*' is not valid: use 1 to 128 letters, digits, '-', '_', '.' and '*', not only '*'",
    "  expendableAliases[1] 'a b' is not valid: use 1 to 128 letters, digits, '-', '_', '.' and '*', not only '*'",
    "  expendableAliases[2] must be a string, got 3: give an alias or a pattern such as 'ci-*'",
    "  dryRun must be true or false, got 'yes'",
    '  failIfUnreadable must be true or false, got 1',
    '  refresh is empty: give 1 to 1024 characters or leave it out',
  ]);
  expect(problemsOf({ keepVersions: undefined })).toEqual(['  keepVersions and keepFor are missing: give the number of versions to keep, how long to keep them, or both']);
  expect(problemsOf({ keepVersions: 3, toBeArchived: { versions: 3 } })).toEqual([expect.stringContaining('  keepVersions must be more than toBeArchived.versions, which is 3, got 3')]);
  expect(problemsOf({ keepVersions: 3, toBeArchived: { versions: 1 }, archived: { versions: 2 } })).toBeUndefined();
  const elsewhere = Image.fromImageName(new Stack(stack.node.root as App, 'Elsewhere', { env: OTHER_REGION }), 'Torch', 'torch');
  expect(problemsOf({ image: elsewhere })).toEqual([expect.stringContaining('image Elsewhere/Torch is in 111111111111/us-east-1 and the stack in 111111111111/eu-west-1')]);
});

describe('keepVersions of a StudioImage', () => {
  const studioImage = (stack: Stack, props: object = {}) => new StudioImage(stack, 'Image', {
    imageName: 'torch', baseImage: BaseImage.fromUri(ecrUri('1')), app: APPS.JupyterLab, attachTo: [StudioTarget.existingDomain('d-1')], ...props,
  });

  test('adds a retention', () => {
    const stack = stackIn();
    const { imageVersion } = studioImage(stack, { keepVersions: 3 });
    expect(propertiesIn(stack)).toEqual([{ ImageName: 'torch', Delete: { Versions: 3 }, Managed: [{ 'Fn::GetAtt': [idOf(imageVersion), 'Version'] }] }]);
  });

  test('is off by default', () => {
    const stack = stackIn();
    studioImage(stack);
    expect(propertiesIn(stack)).toEqual([]);
  });

  test('is checked together with the other properties', () => {
    expect(errorOf(() => studioImage(stackIn(), { keepVersions: 0, imageName: '' }))?.split('\n').slice(1)).toEqual([
      expect.stringContaining('imageName is empty'), '  keepVersions must be a whole number of 1 or more, got 0',
    ]);
  });
});
