import {
  App, aws_ecr as ecr, aws_iam as iam, aws_sagemaker as sagemaker, CfnOutput, CfnParameter, CfnResource, NestedStack, Stack, Stage, Token,
} from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import {
  AppImageConfig, BaseImage, Image, ImageAlias, ImageAliasProps, ImageVersion, ImageVersionLookup, ImageVersionSelector, StudioAttachment,
  StudioTarget,
} from 'cdk-sagemaker-images';
import { DeploymentGraph, expectOrder } from '../helpers/deployment-graph';
import { baseImage, errorOf, HERE, OTHER_REGION, stackIn, warningIdsOf, warningsOf } from '../helpers/fixtures';
import { allowedIn } from '../helpers/policies';
import { secondCopy } from '../helpers/second-copy';
import { APPS, domainIn } from '../helpers/studio';

const TYPE = 'Custom::SageMakerImageAlias';
const BEFORE = 'Custom::SageMakerAliasedVersion';

/** An image with two versions. */
function torch(stack: Stack): { image: Image; v1: ImageVersion; v2: ImageVersion } {
  const image = new Image(stack, 'Torch', { imageName: 'torch' });
  return { image, v1: image.addVersion('V1', { baseImage: baseImage('1') }), v2: image.addVersion('V2', { baseImage: baseImage('2') }) };
}

/** An alias of a version of an imported image. */
function alias(stack: Stack, props: Partial<ImageAliasProps> = {}, id = 'Prod'): ImageAlias {
  const image = props.image ?? Image.fromImageName(stack, `${id}Image`, 'torch');
  return new ImageAlias(stack, id, { image, alias: 'prod', version: ImageVersion.fromImageVersionAttributes(stack, `${id}Version`, { image, version: 3 }), ...props });
}

const resourceOf = (construct: { node: ImageAlias['node'] }) => construct.node.findChild('Resource').node.defaultChild as CfnResource;
/** The resource that reads which version has the alias. */
const beforeOf = (construct: ImageAlias) => construct.node.findChild('Before').node.defaultChild as CfnResource;
const idOf = (construct: ImageAlias | ImageVersionLookup): string => construct.stack.resolve(resourceOf(construct).logicalId);
const propertiesOf = (construct: ImageAlias) => Template.fromStack(construct.stack).toJSON().Resources[idOf(construct)].Properties;
const problemsOf = (stage: Stage) => errorOf(() => stage.synth());
const appOf = (stack: Stack) => stack.node.root as App;

describe('the version of an alias can be', () => {
  test('an owned version, whose number it follows', () => {
    const stack = stackIn();
    const { image, v2 } = torch(stack);
    const prod = new ImageAlias(stack, 'Prod', { image, alias: 'prod', version: v2 });
    const { ServiceToken, ServiceTimeout, ...properties } = propertiesOf(prod);
    expect(ServiceToken).toBeDefined();
    expect(properties).toEqual({
      ImageName: 'torch',
      Alias: 'prod',
      Version: { 'Fn::GetAtt': [stack.getLogicalId(v2.node.defaultChild as CfnResource), 'Version'] },
      FormerVersion: { 'Fn::GetAtt': [stack.resolve(beforeOf(prod).logicalId), 'AliasedVersion'] },
    });
    expect(warningsOf(stack)).toEqual([]);
  });

  test('an import by number or by ARN', () => {
    const stack = stackIn();
    const prod = alias(stack);
    const version = ImageVersion.fromImageVersionArn(stack, 'Arn', 'arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/7');
    const next = alias(stack, { version, alias: 'next' }, 'Next');
    expect(propertiesOf(prod)).toMatchObject({ ImageName: 'torch', Alias: 'prod', Version: 3 });
    expect(propertiesOf(next)).toMatchObject({ ImageName: 'torch', Alias: 'next', Version: 7 });
  });

  test('a look-up', () => {
    const stack = stackIn();
    const image = Image.fromImageName(stack, 'Torch', 'torch');
    const version = new ImageVersionLookup(stack, 'Latest', { image });
    const prod = alias(stack, { image, version });
    expect(propertiesOf(prod).Version).toEqual({ 'Fn::GetAtt': [idOf(version), 'Version'] });
    expectOrder(appOf(stack), [resourceOf(version), resourceOf(prod)]);
  });

  test('another alias, which it follows', () => {
    const stack = stackIn();
    const { image, v1 } = torch(stack);
    const staging = new ImageAlias(stack, 'Staging', { image, alias: 'staging', version: v1 });
    const prod = new ImageAlias(stack, 'Prod', { image, alias: 'prod', version: staging });
    expect(propertiesOf(prod).Version).toEqual({ 'Fn::GetAtt': [idOf(staging), 'Version'] });
    expectOrder(appOf(stack), [resourceOf(staging), resourceOf(prod)]);
  });

  test('an L1 of an L1 image', () => {
    const stack = stackIn();
    const image = new sagemaker.CfnImage(stack, 'Torch', { imageName: 'torch', imageRoleArn: 'arn:aws:iam::111111111111:role/torch' });
    const version = new sagemaker.CfnImageVersion(stack, 'V', { imageName: 'torch', baseImage: 'x' });
    version.addDependency(image);
    const prod = new ImageAlias(stack, 'Prod', { image, alias: 'prod', version });
    expect(propertiesOf(prod)).toMatchObject({ ImageName: 'torch', Version: { 'Fn::GetAtt': ['V', 'Version'] } });
    expectOrder(appOf(stack), [image, version, resourceOf(prod)]);
  });

  test('a version of another stack, whose number is not imported', () => {
    const app = new App();
    const { image, v1 } = torch(new Stack(app, 'Images', { env: HERE }));
    const stack = new Stack(app, 'Labels', { env: HERE });
    const prod = new ImageAlias(stack, 'Prod', { image, alias: 'prod', version: v1 });
    const template = Template.fromStack(stack);
    expect(JSON.stringify(template.toJSON())).not.toContain('Fn::ImportValue');
    expect(propertiesOf(prod).Version).toEqual({ Ref: expect.stringMatching(/^SsmParameterValue/) });
    // The former version must outlive the deployment of its stack, until the alias has moved.
    Template.fromStack(v1.stack).hasResource('AWS::SageMaker::ImageVersion', { DeletionPolicy: 'RetainExceptOnCreate' });
    expectOrder(app, [v1, resourceOf(prod)]);
  });

  test('a version in a nested stack', () => {
    const stack = stackIn();
    const nested = new NestedStack(stack, 'Nested');
    const { image, v1, v2 } = torch(nested as Stack);
    const prod = new ImageAlias(stack, 'Prod', { image, alias: 'prod', version: v1 });
    const inner = new ImageAlias(nested, 'Inner', { image, alias: 'inner', version: v2 });
    expectOrder(appOf(stack), [v1, v2, resourceOf(inner), resourceOf(prod)]);
  });

  test('a version of another copy of this library', () => {
    const stack = stackIn();
    const other = secondCopy();
    const image = new other.Image(stack, 'Torch', { imageName: 'torch' });
    const version = image.addVersion('V', { baseImage: other.BaseImage.fromUri('111111111111.dkr.ecr.eu-west-1.amazonaws.com/torch:1') });
    const staging = new other.ImageAlias(stack, 'Staging', { image, alias: 'staging', version });
    const prod = new ImageAlias(stack, 'Prod', { image, alias: 'prod', version: staging });
    expectOrder(appOf(stack), [version, resourceOf(staging), resourceOf(prod)]);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 1);
  });
});

describe('the function', () => {
  const ACTIONS = ['DescribeImageVersion', 'UpdateImageVersion', 'DeleteImageVersion', 'ListImageVersions', 'ListAliases', 'DescribeImage', 'UpdateImage'].map((action) => `sagemaker:${action}`);
  const arn = (rest: string) => `arn:aws:sagemaker:eu-west-1:111111111111:${rest}`;
  const ARNS = ['image/torch', 'image-version/torch/3', 'image-version/torch/4', 'image-version/torch2/3', 'image-version/other/3'].map(arn);

  test('may read and update the versions of the image, and nothing else', () => {
    const stack = stackIn();
    alias(stack);
    expect(allowedIn(stack, ACTIONS, ARNS).sort()).toEqual(['DescribeImageVersion', 'UpdateImageVersion']
      .flatMap((action) => ['3', '4'].map((version) => `sagemaker:${action} ${arn(`image-version/torch/${version}`)}`)));
  });

  test('has these permissions until the alias is removed, in a policy that a change replaces', () => {
    const stack = stackIn();
    const prod = alias(stack);
    const template = Template.fromStack(stack);
    const [id] = Object.entries(template.findResources('AWS::IAM::ManagedPolicy')).find(([, { Properties }]) => JSON.stringify(Properties).includes('image-version'))!;
    expect(id).toMatch(/^SageMakerImagesAliases[0-9A-F]{8}$/);
    expect(template.toJSON().Resources[idOf(prod)].DependsOn).toContain(id);
  });

  test('may read the template of its stack, and of no other', () => {
    const stack = stackIn();
    alias(stack);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::ManagedPolicy', {
      PolicyDocument: { Statement: Match.arrayWith([{ Action: 'cloudformation:GetTemplate', Effect: 'Allow', Resource: { Ref: 'AWS::StackId' } }]) },
    });
  });

  /** Adds aliases of each of several images, whose names have 35 characters. */
  function addAliases(stack: Stack, images: number, names: string[]): void {
    for (let i = 0; i < images; i++) {
      const image = Image.fromImageName(stack, `Image${i}`, `an-image-with-a-name-of-35-chars-${i}`);
      const version = ImageVersion.fromImageVersionAttributes(stack, `Version${i}`, { image, version: 1 });
      names.forEach((name) => new ImageAlias(stack, `${name}${i}`, { image, alias: name, version }));
    }
  }

  test('has one policy for many aliases, and further ones for more', () => {
    for (const [images, names, policies] of [[1, ['prod'], 1], [50, ['prod', 'staging'], 1], [200, ['prod'], 4]] as const) {
      const stack = stackIn();
      addAliases(stack, images, [...names]);
      const template = Template.fromStack(stack);
      [TYPE, BEFORE].forEach((type) => template.resourceCountIs(type, names.length * images));
      // The other one is for the log.
      template.resourceCountIs('AWS::IAM::ManagedPolicy', policies + 1);
    }
  });

  test('has no room for more policies than an update can replace', () => {
    const stack = stackIn();
    addAliases(stack, 300, ['prod']);
    expect(problemsOf(appOf(stack))).toMatch(/the aliases of stack 'Stack' are for 300 images, which need \d policies of the function, and there is room for 4: make some of the aliases in another stack/);
  });
});

test('before the alias is created, another resource reads which version has it', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env: HERE });
  const { image, v1, v2 } = torch(stack);
  const [prod, staging] = ['Prod', 'Staging'].map((id) => new ImageAlias(stack, id, { image, alias: id.toLowerCase(), version: v1 }));
  const { Resources } = Template.fromStack(stack).toJSON();
  const { ServiceToken, ServiceTimeout, ...properties } = Resources[stack.resolve(beforeOf(prod).logicalId)].Properties;
  expect(properties).toEqual({ ImageName: 'torch', Alias: 'prod' });
  expect([ServiceToken, ServiceTimeout]).toEqual([propertiesOf(prod).ServiceToken, propertiesOf(prod).ServiceTimeout]);
  // A fixed alias of a version that becomes this one is gone by then. Other aliases may be moved meanwhile.
  expectOrder(app, [v1, v2, beforeOf(prod), beforeOf(staging), resourceOf(prod), resourceOf(staging)]);
});

test('another id or scope changes nothing, another alias or image does', () => {
  const logicalId = (props: Partial<ImageAliasProps>, id?: string, stack = stackIn()) => idOf(alias(stack, props, id));
  const other = stackIn();
  expect(logicalId({})).toMatch(/^SageMakerImageAlias[0-9A-F]{16}$/);
  const beforeId = (id: string) => { const stack = stackIn(); return stack.resolve(beforeOf(alias(stack, {}, id)).logicalId); };
  expect(beforeId('Prod')).toMatch(/^SageMakerAliasedVersion[0-9A-F]{16}$/);
  expect(beforeId('Other')).toBe(beforeId('Prod'));
  expect(logicalId({}, 'Other')).toBe(logicalId({}));
  expect(logicalId({ alias: 'live' })).not.toBe(logicalId({}));
  expect(logicalId({
    image: Image.fromImageName(other, 'Jax', 'jax'),
    version: ImageVersion.fromImageVersionArn(other, 'Arn', 'arn:aws:sagemaker:eu-west-1:111111111111:image-version/jax/7'),
  }, 'Prod', other)).not.toBe(logicalId({}));
});

test('its attributes are those of the custom resource', () => {
  const stack = stackIn();
  const prod = alias(stack);
  const attribute = (name: string) => ({ 'Fn::GetAtt': [idOf(prod), name] });
  expect(stack.resolve([prod.version, prod.imageVersionArn, prod.imageArn, prod.containerImage, prod.imageVersionRef, prod.report])).toEqual([
    attribute('Version'), attribute('ImageVersionArn'), attribute('ImageArn'), attribute('ContainerImage'), { imageVersionArn: attribute('ImageVersionArn') }, attribute('Report'),
  ]);
  expect(Token.isUnresolved(prod.version)).toBe(true);
  expect(prod.alias).toBe('prod');
  new CfnOutput(stack, 'Number', { value: prod.versionAsString });
  Template.fromStack(stack).hasOutput('Number', {});
});

describe('an alias can be used as a version:', () => {
  const config = (stack: Stack) => new AppImageConfig(stack, 'Config', { app: APPS.JupyterLab });
  const entry = (prod: ImageAlias) => ({
    JupyterLabAppSettings: {
      CustomImages: [Match.objectLike({ ImageName: 'torch', ImageVersionNumber: { 'Fn::GetAtt': [idOf(prod), 'Version'] } })],
    },
  });

  test('attached to an existing domain', () => {
    const stack = stackIn();
    const { image, v1 } = torch(stack);
    const prod = new ImageAlias(stack, 'Prod', { image, alias: 'prod', version: v1 });
    new StudioAttachment(stack, 'A', { imageVersion: prod, appImageConfig: config(stack), target: StudioTarget.existingDomain('d-1') });
    Template.fromStack(stack).hasResourceProperties('Custom::SageMakerStudioAttachments', { DefaultUserSettings: entry(prod) });
  });

  test('attached to an owned domain, also as default, whose role is granted the use of the version and of its repository', () => {
    const stack = stackIn();
    const executionRole = new iam.Role(stack, 'Execution', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    const domain = domainIn(stack, { defaultUserSettings: { executionRole: executionRole.roleArn } });
    const image = new Image(stack, 'Torch', { imageName: 'torch' });
    const version = image.addVersion('V', { baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch'), '1') });
    const staging = new ImageAlias(stack, 'Staging', { image, alias: 'staging', version });
    const prod = new ImageAlias(stack, 'Prod', { image, alias: 'prod', version: staging });
    new StudioAttachment(stack, 'A', { imageVersion: prod, appImageConfig: config(stack), target: StudioTarget.domain(domain), defaultImage: true });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::SageMaker::Domain', { DefaultUserSettings: entry(prod) });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('^StudioImages'),
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Action: 'sagemaker:DescribeImage' }),
          Match.objectLike({ Action: 'sagemaker:DescribeImageVersion', Resource: { 'Fn::GetAtt': [idOf(prod), 'ImageVersionArn'] } }),
          Match.objectLike({ Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'] }),
        ],
      },
    });
    expect(warningsOf(stack)).toEqual([]);
    expectOrder(appOf(stack), [version, resourceOf(prod), domain]);
  });

  // The permissions for existing targets name the domain, which waits for the alias.
  test('attached to a domain of the stack, and to a user profile of this domain as an existing one', () => {
    const stack = stackIn();
    const { image, v1 } = torch(stack);
    const domain = domainIn(stack);
    const prod = new ImageAlias(stack, 'Prod', { image, alias: 'prod', version: v1 });
    const targets = [StudioTarget.domain(domain), StudioTarget.existingUserProfile(domain.attrDomainId, 'alice')];
    targets.forEach((target, index) => new StudioAttachment(stack, `A${index}`, {
      imageVersion: prod, appImageConfig: new AppImageConfig(stack, `Config${index}`, { app: APPS.JupyterLab }), target,
    }));
    expectOrder(appOf(stack), [resourceOf(prod), domain]);
  });

  test('attached in another stack, which does not import its number', () => {
    const app = new App();
    const { image, v1 } = torch(new Stack(app, 'Images', { env: HERE }));
    const prod = new ImageAlias(image.stack, 'Prod', { image, alias: 'prod', version: v1 });
    const stack = new Stack(app, 'Studio', { env: HERE });
    new StudioAttachment(stack, 'A', { imageVersion: prod, appImageConfig: config(stack), target: StudioTarget.existingDomain('d-1') });
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('Fn::ImportValue');
    Template.fromStack(image.stack).hasResourceProperties('AWS::SSM::Parameter', { Value: { 'Fn::GetAtt': [idOf(prod), 'Version'] } });
    expect(stack.dependencies).toContain(image.stack);
    expect(warningsOf(stack).concat(warningsOf(image.stack)).map(({ id }) => id)).not.toContain('cdk-sagemaker-images:versionExported');
  });

  test('granted, in its stack and in another one', () => {
    const app = new App();
    const prod = alias(new Stack(app, 'Labels', { env: HERE }));
    for (const stack of [prod.stack, new Stack(app, 'Others', { env: HERE })]) {
      prod.grants.read(new iam.Role(stack, 'Analyst', { assumedBy: new iam.AccountRootPrincipal() }));
    }
    Template.fromStack(prod.stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [Match.objectLike({ Action: 'sagemaker:DescribeImageVersion', Resource: { 'Fn::GetAtt': [idOf(prod), 'ImageVersionArn'] } })] },
    });
    expect(JSON.stringify(Template.fromStack(app.node.findChild('Others') as Stack))).toContain(':image-version/torch/*');
  });

  test('exported, with a warning, since CloudFormation refuses to change an import', () => {
    const app = new App();
    const prod = alias(new Stack(app, 'Labels', { env: HERE }));
    new CfnOutput(new Stack(app, 'Others', { env: HERE }), 'Number', { value: prod.containerImage });
    app.synth();
    expect(warningIdsOf(prod)).toEqual(['cdk-sagemaker-images:versionExported']);
  });
});

describe('the deployment order of an image is', () => {
  test('its versions, its aliases and its look-ups, however they are declared, in several stacks', () => {
    const app = new App();
    const images = new Stack(app, 'Images', { env: HERE });
    const image = new Image(images, 'Torch', { imageName: 'torch' });
    const v1 = image.addVersion('V1', { baseImage: baseImage('1') });
    const found = new ImageVersionLookup(images, 'Found', { image, version: ImageVersionSelector.alias('prod') });
    const staging = new ImageAlias(images, 'Staging', { image, alias: 'staging', version: v1 });
    const prod = new ImageAlias(images, 'Prod', { image, alias: 'prod', version: v1 });
    const v2 = image.addVersion('V2', { baseImage: baseImage('2') });
    const others = new Stack(app, 'Others', { env: HERE });
    const late = alias(others, { image: Image.fromImageName(others, 'Torch', 'Torch'), alias: 'late' });
    expectOrder(app, [v1, v2, resourceOf(staging), resourceOf(prod), resourceOf(found), resourceOf(late)]);
  });

  test('an image without a version in the app, and its alias', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch', { imageName: 'torch' });
    const prod = alias(stack, { image });
    expectOrder(appOf(stack), [image, resourceOf(prod)]);
  });

  test('one alias after the other for an imported image, before the look-ups', () => {
    const stack = stackIn();
    const found = new ImageVersionLookup(stack, 'Found', { image: Image.fromImageName(stack, 'Torch', 'torch') });
    const [one, two] = ['one', 'two'].map((name) => alias(stack, { alias: name }, name));
    expectOrder(appOf(stack), [resourceOf(one), resourceOf(two), resourceOf(found)]);
  });

  test('free for look-ups of an imported image without aliases', () => {
    const stack = stackIn();
    const image = Image.fromImageName(stack, 'Torch', 'torch');
    const [one, two] = ['one', 'two'].map((id) => new ImageVersionLookup(stack, id, { image }));
    const graph = DeploymentGraph.of(appOf(stack));
    expect([graph.waitsFor(resourceOf(one), resourceOf(two)), graph.waitsFor(resourceOf(two), resourceOf(one))]).toEqual([false, false]);
  });

  test('a look-up, and then the alias that it was read for', () => {
    const stack = stackIn();
    const { image, v2 } = torch(stack);
    const before = new ImageVersionLookup(stack, 'Before', { image, version: ImageVersionSelector.alias('prod') });
    const previous = new ImageAlias(stack, 'Previous', { image, alias: 'previous', version: before });
    const prod = new ImageAlias(stack, 'Prod', { image, alias: 'prod', version: v2 });
    expectOrder(appOf(stack), [v2, resourceOf(before), resourceOf(previous), resourceOf(prod)]);
  });
});

describe('an alias of an image can be given once:', () => {
  test('two ImageAliases of one name are an error', () => {
    const app = new App();
    const one = new Stack(app, 'One', { env: HERE });
    alias(one);
    const two = new Stack(app, 'Two', { env: HERE });
    alias(two, { image: Image.fromImageName(two, 'Torch', 'TORCH') });
    expect(problemsOf(app)).toContain("[Two/Prod] alias 'prod' is also that of One/Prod: an alias names one version of an image, so remove one of them");
  });

  test('two of one name in one stack too', () => {
    const stack = stackIn();
    ['A', 'B'].forEach((id) => alias(stack, {}, id));
    expect(problemsOf(appOf(stack))).toContain("[Stack/B] alias 'prod' is also that of Stack/A");
  });

  test.each<[string, (stack: Stack, image: Image) => unknown]>([
    ['alias', (_, image) => image.addVersion('V', { baseImage: baseImage('9'), alias: 'prod' })],
    ['aliases', (_, image) => image.addVersion('V', { baseImage: baseImage('9'), aliases: ['x', 'prod'] })],
    ['an entry of an L1', (stack) => new sagemaker.CfnImageVersion(stack, 'V', { imageName: 'torch', baseImage: 'x', aliases: ['prod'] })],
    ['an entry in another stack', (stack) => {
      const other = new Stack(stack.node.root as App, 'Other', { env: HERE });
      return Image.fromImageName(other, 'Torch', 'torch').addVersion('V', { baseImage: baseImage('9'), alias: 'prod' });
    }],
  ])('%s of a version is an error', (_, add) => {
    const stack = stackIn();
    const { image, v1 } = torch(stack);
    new ImageAlias(stack, 'Prod', { image, alias: 'prod', version: v1 });
    const version = add(stack, image) as ImageVersion;
    expect(problemsOf(appOf(stack))).toContain(`[${version.node.path}] alias 'prod' is moved by Stack/Prod: leave it out here, or remove that construct`);
  });

  test('other images and other aliases are none', () => {
    const stack = stackIn();
    const { image, v1 } = torch(stack);
    image.addVersion('V3', { baseImage: baseImage('3'), alias: 'stable' });
    new ImageAlias(stack, 'Prod', { image, alias: 'prod', version: v1 });
    alias(stack, { image: Image.fromImageName(stack, 'Jax', 'jax'), version: ImageVersion.fromImageVersionAttributes(stack, 'J', { image: Image.fromImageName(stack, 'Jax2', 'jax'), version: 1 }) }, 'JaxProd');
    expect(problemsOf(appOf(stack))).toBeUndefined();
  });

  test('two with the same parameter as their name are an error too', () => {
    const stack = stackIn();
    const name = new CfnParameter(stack, 'Name').valueAsString;
    ['A', 'B'].forEach((id) => alias(stack, { alias: name }, id));
    expect(problemsOf(appOf(stack))).toContain('[Stack/B] its alias is also that of Stack/A: an alias names one version of an image, so remove one of them');
  });

  test('an alias of a version that an override adds is an error too', () => {
    const stack = stackIn();
    const { image, v1 } = torch(stack);
    (v1.node.defaultChild as CfnResource).addPropertyOverride('Aliases', ['prod']);
    new ImageAlias(stack, 'Prod', { image, alias: 'prod', version: v1 });
    expect(problemsOf(appOf(stack))).toContain("alias 'prod' is moved by Stack/Prod: leave it out here, or remove that construct");
  });

  test('so is one that an override gives an ImageAlias', () => {
    const stack = stackIn();
    const { image, v1, v2 } = torch(stack);
    resourceOf(new ImageAlias(stack, 'Staging', { image, alias: 'staging', version: v1 })).addPropertyOverride('Alias', 'prod');
    new ImageAlias(stack, 'Prod', { image, alias: 'prod', version: v2 });
    expect(problemsOf(appOf(stack))).toContain("[Stack/Prod] alias 'prod' is also that of Stack/Staging");
  });

  test('an alias that follows itself by an override is an error that names the constructs', () => {
    const stack = stackIn();
    const { image, v1 } = torch(stack);
    const staging = new ImageAlias(stack, 'Staging', { image, alias: 'staging', version: v1 });
    const prod = new ImageAlias(stack, 'Prod', { image, alias: 'prod', version: staging });
    resourceOf(staging).addPropertyOverride('Version', Token.asAny(prod.version));
    expect(problemsOf(appOf(stack))).toMatch(/\[Stack\/Staging\] the alias waits for itself \(Stack\/Staging, .*\): give it a version that does not depend on it/);
  });
});

test('image, alias and number can be known only at deploy time', () => {
  const stack = stackIn();
  const parameter = (id: string) => new CfnParameter(stack, id).valueAsString;
  const image = Image.fromImageName(stack, 'Named', parameter('Name'));
  const version = ImageVersion.fromImageVersionAttributes(stack, 'V', { image, version: new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber });
  expect(propertiesOf(alias(stack, { image, version, alias: parameter('Alias') }))).toMatchObject({ ImageName: { Ref: 'Name' }, Alias: { Ref: 'Alias' }, Version: { Ref: 'Number' } });
});

test('all problems are one error', () => {
  const stack = stackIn();
  const problems = (props: any) => errorOf(() => alias(stack, props, `A${stack.node.children.length}`))?.split('\n').slice(1);
  expect(problems({ alias: '' })).toEqual(['  alias is empty: give 1 to 128 characters']);
  expect(problems({ alias: '.x', version: 3 })).toEqual([
    "  alias '.x' is not a valid alias: use letters, digits, '-', '_' and '.', not starting with '-' or '.'",
    '  version must be an ImageVersion, an ImageAlias, a look-up, an import or a CfnImageVersion, got 3',
  ]);
  expect(errorOf(() => new ImageAlias(stack, 'I', { image: 'torch', alias: undefined, version: undefined } as any))?.split('\n').slice(1)).toEqual([
    "  image must be an Image, an import or a CfnImage, got 'torch'",
    "  alias is missing: give an alias, for example 'prod'",
    '  version is missing: give an ImageVersion, an ImageAlias, a look-up, an import or a CfnImageVersion',
  ]);
  const jax = Image.fromImageName(stack, 'Jax', 'jax');
  expect(problems({ version: ImageVersion.fromImageVersionAttributes(stack, 'JaxVersion', { image: jax, version: 1 }) }))
    .toEqual(["  version Stack/JaxVersion is a version of image 'jax', and the alias is for image 'torch': use a version of the same image"]);
  const elsewhere = new Stack(stack.node.root as App, 'Other', { env: OTHER_REGION });
  const image = Image.fromImageName(elsewhere, 'Torch', 'torch');
  expect(problems({ version: ImageVersion.fromImageVersionAttributes(elsewhere, 'V', { image, version: 1 }) }))
    .toEqual(['  version Other/V is in 111111111111/us-east-1 and the stack in 111111111111/eu-west-1: put the alias into a stack of the same account and Region']);
});

test('an image and a version of another stage are an error', () => {
  const app = new App();
  const [one, two] = ['One', 'Two'].map((id) => new Stack(new Stage(app, id, { env: HERE }), 'Stack'));
  const { image, v1 } = torch(one);
  const text = 'is in stage One and the stack in stage Two, which are deployed separately: import it in that stack';
  expect(errorOf(() => new ImageAlias(two, 'Prod', { image, alias: 'prod', version: v1 }))?.split('\n')).toEqual([
    'Two/Stack/Prod: 2 problems', expect.stringContaining(`  image One/Stack/Torch ${text}`), expect.stringContaining(`  version One/Stack/Torch/V1 ${text}`),
  ]);
  const imported = Image.fromImageName(two, 'Imported', 'torch');
  expect(errorOf(() => new ImageAlias(two, 'Other', { image: imported, alias: 'prod', version: v1 }))).toContain(`version One/Stack/Torch/V1 ${text}`);
});

test('a version of another image whose name is a token is an error', () => {
  const stack = stackIn();
  const name = new CfnParameter(stack, 'Name').valueAsString;
  const [one, two] = ['One', 'Two'].map((id) => new Image(stack, id, { imageName: `${name}-${id}` }));
  const version = two.addVersion('V', { baseImage: baseImage('1') });
  expect(errorOf(() => new ImageAlias(stack, 'Prod', { image: one, alias: 'prod', version }))).toContain('use a version of the same image');
});

// ImageVersionAlias in the service model of the SageMaker API.
describe('an alias that looks like a version, but starts no space, adds a warning:', () => {
  const ID = 'cdk-sagemaker-images:aliasStartsNoSpace';

  test.each(['gpu-2.4.1', 'v1.2', 'v3', '2.4.1_gpu', '2.4.1.5', '01.2.3', 'torch-2.4', '2.4.1-'])('%s', (name) => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch', { imageName: 'torch' });
    const version = image.addVersion('V', { baseImage: baseImage('1'), aliases: ['latest', name] });
    const other = new Image(stack, 'Jax', { imageName: 'jax' }).addVersion('W', { baseImage: baseImage('2'), alias: name });
    const moving = alias(stack, { image: Image.fromImageName(stack, 'Tf', 'tf'), alias: name }, 'Alias');
    expect([version, other, moving].map((construct) => warningIdsOf(construct))).toEqual([[ID], [ID], [ID]]);
    expect(warningsOf(stack)[0].text).toBe(`the alias '${name}' looks like a version, but spaces and apps can be started with aliases such as '2', '2.4', '2.4.1' or `
      + "'2.4.1-gpu' only: use a name of this form, or acknowledge this");
  });

  test.each(['2', '2.4', '2.4.1', '2.4.1-gpu', '2.4.1-rc.1', '10.20.30', 'prod', 'latest', 'release-42', 'gpu', 'cuda12'])('%s does not', (name) => {
    const stack = stackIn();
    expect(warningIdsOf(alias(stack, { alias: name }))).toEqual([]);
  });

  test('tokens do not', () => {
    const stack = stackIn();
    const { valueAsString, valueAsList } = { valueAsString: new CfnParameter(stack, 'One').valueAsString, valueAsList: new CfnParameter(stack, 'List', { type: 'CommaDelimitedList' }).valueAsList };
    const image = new Image(stack, 'Torch', { imageName: 'torch' });
    const versions = [{ aliases: valueAsList }, { aliases: [valueAsString] }, { alias: `v1.${valueAsString}` }]
      .map((props, index) => image.addVersion(`V${index}`, { baseImage: baseImage(`${index}`), ...props }));
    expect(versions.map((version) => warningIdsOf(version))).toEqual([[], [], []]);
  });
});
