import {
  Aspects, aws_sagemaker as sagemaker, CfnOutput, CfnParameter, CfnResource, IResolvable, Lazy, RemovalPolicies, RemovalPolicy, Resource, Stack, Tags,
} from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Image, ImageVersion, JobType, MlFramework, Processor, ProgrammingLang, VendorGuidance } from 'cdk-sagemaker-images';
import { baseImage, ecrUri, stackIn } from '../helpers/fixtures';

const VERSION = 'AWS::SageMaker::ImageVersion';

/** A reference to an image, as another library may implement it. */
class MereReference extends Resource implements sagemaker.IImageRef {
  public readonly imageRef = { imageArn: 'arn:aws:sagemaker:eu-west-1:111111111111:image/torch' };
}

function logicalId(version: ImageVersion): string {
  return Stack.of(version).getLogicalId(version.node.defaultChild as any);
}

describe('a new image version', () => {
  test('renders all properties of the resource', () => {
    const stack = stackIn();
    new Image(stack, 'Torch', { imageName: 'torch' }).addVersion('V1', {
      baseImage: baseImage('1'),
      alias: 'gpu',
      aliases: ['stable', 'v1.0'],
      vendorGuidance: VendorGuidance.STABLE,
      jobType: JobType.NOTEBOOK_KERNEL,
      mlFramework: MlFramework.pytorch('2.4'),
      programmingLang: ProgrammingLang.python('3.11'),
      processor: Processor.GPU,
      horovod: false,
      releaseNotes: 'CUDA 12.4',
    });
    const [{ Properties: properties }] = Object.values(Template.fromStack(stack).findResources(VERSION));
    expect(properties).toEqual({
      ImageName: 'torch',
      BaseImage: ecrUri('1'),
      // Always `Aliases`: the API has no `Alias`.
      Aliases: ['gpu', 'stable', 'v1.0'],
      VendorGuidance: 'STABLE',
      JobType: 'NOTEBOOK_KERNEL',
      MLFramework: 'PyTorch 2.4',
      ProgrammingLang: 'Python 3.11',
      Processor: 'GPU',
      Horovod: false,
      ReleaseNotes: 'CUDA 12.4',
    });
  });

  test('gives its aliases to the L1, for aspects', () => {
    const image = new Image(stackIn(), 'Torch');
    const version = image.addVersion('V1', { baseImage: baseImage('1'), aliases: ['stable', 'v1.0', 'stable'] });
    expect((version.node.defaultChild as sagemaker.CfnImageVersion).aliases).toEqual(['stable', 'v1.0']);
  });

  test('renders only the required properties by default', () => {
    const stack = stackIn();
    new Image(stack, 'Torch', { imageName: 'torch' }).addVersion('V1', { baseImage: baseImage('1') });
    const [{ Properties: properties }] = Object.values(Template.fromStack(stack).findResources(VERSION));
    expect(properties).toEqual({ ImageName: 'torch', BaseImage: ecrUri('1') });
  });

  test('ignores Tags.of() because image versions cannot be tagged', () => {
    const stack = stackIn();
    new Image(stack, 'Torch').addVersion('V1', { baseImage: baseImage('1') });
    Tags.of(stack).add('team', 'ml');
    Template.fromStack(stack).hasResourceProperties(VERSION, { Tags: Match.absent() });
  });

  // The id is a public contract: changing it would replace the versions of all users.
  test("has its CloudFormation resource under the id 'Resource'", () => {
    expect(new Image(stackIn(), 'Torch').addVersion('V1', { baseImage: baseImage('1') }).node.defaultChild?.node.id).toBe('Resource');
  });

  test('has its image', () => {
    const image = new Image(stackIn(), 'Torch');
    expect(image.addVersion('V1', { baseImage: baseImage('1') }).image).toBe(image);
  });
});

describe('the image of a version', () => {
  test('can be an L1', () => {
    const stack = stackIn();
    const image = new sagemaker.CfnImage(stack, 'L1', { imageName: 'torch', imageRoleArn: 'arn:aws:iam::111111111111:role/torch' });
    new ImageVersion(stack, 'V1', { image, baseImage: baseImage('1') });
    Template.fromStack(stack).hasResource(VERSION, { Properties: { ImageName: 'torch' }, DependsOn: ['L1'] });
  });

  test('can be an L1 whose name is a token', () => {
    const stack = stackIn();
    const imageName = new CfnParameter(stack, 'Name').valueAsString;
    const image = new sagemaker.CfnImage(stack, 'L1', { imageName, imageRoleArn: 'arn:aws:iam::111111111111:role/torch' });
    new ImageVersion(stack, 'V1', { image, baseImage: baseImage('1') });
    Template.fromStack(stack).hasResourceProperties(VERSION, { ImageName: { Ref: 'Name' } });
  });

  test('can be an import, which adds no dependency', () => {
    const stack = stackIn();
    new ImageVersion(stack, 'V1', { image: Image.fromImageName(stack, 'Import', 'torch'), baseImage: baseImage('1') });
    Template.fromStack(stack).hasResource(VERSION, { Properties: { ImageName: 'torch' }, DependsOn: Match.absent() });
  });

  test('can be a plain reference, whose name is in its ARN', () => {
    const stack = stackIn();
    new ImageVersion(stack, 'V1', { image: new MereReference(stack, 'Reference'), baseImage: baseImage('1') });
    Template.fromStack(stack).hasResourceProperties(VERSION, { ImageName: 'torch' });
  });

  // The name is a literal, so nothing else makes the version wait for the image and for the permission to pull.
  test('is created before the version, as is the permission to pull', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    const version = image.addVersion('V1', { baseImage: baseImage('1') });
    const [policy] = Object.keys(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    const { DependsOn: dependencies } = Template.fromStack(stack).findResources(VERSION)[logicalId(version)];
    expect(dependencies.sort()).toEqual([policy, stack.getLogicalId(image.node.defaultChild as any)].sort());
  });
});

describe('the aliases of a version', () => {
  const aliases = (props: { alias?: string; aliases?: string[] }, stack = stackIn()) => {
    new Image(stack, 'Torch').addVersion('V1', { baseImage: baseImage('1'), ...props });
    return Object.values(Template.fromStack(stack).findResources(VERSION))[0].Properties;
  };

  test.each([
    ['one alias', { alias: 'a' }, ['a']],
    ['several aliases', { aliases: ['a', 'b'] }, ['a', 'b']],
    ['both', { alias: 'a', aliases: ['b'] }, ['a', 'b']],
    ['one that is in both', { alias: 'b', aliases: ['a', 'b'] }, ['b', 'a']],
    ['one that is given twice', { aliases: ['a', 'b', 'a'] }, ['a', 'b']],
    ['an alias and an empty list', { alias: 'a', aliases: [] }, ['a']],
  ])('are merged into one list without duplicates: %s', (_, props, expected) => {
    expect(aliases(props).Aliases).toEqual(expected);
    expect(aliases(props)).not.toHaveProperty('Alias');
  });

  test('are omitted by default', () => {
    expect(aliases({})).not.toHaveProperty('Aliases');
    expect(aliases({ aliases: [] }).Aliases ?? []).toEqual([]);
  });

  test('can contain a token', () => {
    const stack = stackIn();
    expect(aliases({ alias: new CfnParameter(stack, 'Alias').valueAsString, aliases: ['b'] }, stack).Aliases).toEqual([{ Ref: 'Alias' }, 'b']);
  });

  test('can be a list that is a token', () => {
    const stack = stackIn();
    const parameter = new CfnParameter(stack, 'Aliases', { type: 'CommaDelimitedList' });
    expect(aliases({ aliases: parameter.valueAsList }, stack).Aliases).toEqual({ Ref: 'Aliases' });
  });

  test('can be a list that is a token and one more alias', () => {
    const stack = stackIn();
    const parameter = new CfnParameter(stack, 'Aliases', { type: 'CommaDelimitedList' });
    expect(aliases({ alias: 'a', aliases: parameter.valueAsList }, stack).Aliases).toEqual({
      'Fn::Split': [',', { 'Fn::Join': [',', ['a', { 'Fn::Join': [',', { Ref: 'Aliases' }] }]] }],
    });
  });

  test.each([
    ['alone', undefined, ['b', 'c', 'b'], ['b', 'c']],
    ['with one more alias', 'a', ['b', 'c'], ['a', 'b', 'c']],
    ['with one more alias that is already in it', 'b', ['c', 'b'], ['b', 'c']],
    ['empty, with one more alias', 'a', [], ['a']],
  ])('can be a lazy list, %s', (_, alias, late, expected) => {
    expect(aliases({ alias, aliases: Lazy.list({ produce: () => late }) }).Aliases).toEqual(expected);
  });
});

describe('the attributes of a version', () => {
  test('are those that CloudFormation returns', () => {
    const stack = stackIn();
    const version = new Image(stack, 'Torch').addVersion('V1', { baseImage: baseImage('1') });
    const get = (attribute: string) => ({ 'Fn::GetAtt': [logicalId(version), attribute] });
    expect(stack.resolve(version.imageVersionArn)).toEqual({ Ref: logicalId(version) });
    expect(stack.resolve(version.imageVersionRef)).toEqual({ imageVersionArn: { Ref: logicalId(version) } });
    expect(stack.resolve(version.imageArn)).toEqual(get('ImageArn'));
    expect(stack.resolve(version.containerImage)).toEqual(get('ContainerImage'));
    expect(stack.resolve(version.version)).toEqual(get('Version'));
  });

  test('can be used in another stack', () => {
    const stack = stackIn();
    const version = new Image(stack, 'Torch').addVersion('V1', { baseImage: baseImage('1') });
    const user = new Stack(stack.node.root as any, 'User', { env: { account: stack.account, region: stack.region } });
    new CfnOutput(user, 'Number', { value: `${version.version}` });
    Template.fromStack(user).hasOutput('Number', { Value: { 'Fn::ImportValue': Match.stringLikeRegexp('^Stack:ExportsOutputFnGetAttTorchV1') } });
  });
});

describe('the removal policy of a version', () => {
  test.each([
    [undefined, 'Delete'],
    [RemovalPolicy.DESTROY, 'Delete'],
    [RemovalPolicy.RETAIN, 'Retain'],
    [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, 'RetainExceptOnCreate'],
  ])('%s renders the deletion policy %s and always retains a replaced version', (removalPolicy, deletion) => {
    const stack = stackIn();
    new Image(stack, 'Torch').addVersion('V1', { baseImage: baseImage('1'), removalPolicy });
    Template.fromStack(stack).hasResource(VERSION, { DeletionPolicy: deletion, UpdateReplacePolicy: 'Retain' });
  });

  // Spaces still use the old version after the base image changes.
  test.each([
    [RemovalPolicy.DESTROY, 'Delete'],
    [RemovalPolicy.RETAIN, 'Retain'],
    [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, 'RetainExceptOnCreate'],
  ])('is changed by applyRemovalPolicy(%s) to %s and always retains a replaced version', (policy, deletion) => {
    const stack = stackIn();
    const version = new Image(stack, 'Torch').addVersion('V1', { baseImage: baseImage('1'), removalPolicy: RemovalPolicy.RETAIN });
    version.applyRemovalPolicy(policy);
    Template.fromStack(stack).hasResource(VERSION, { DeletionPolicy: deletion, UpdateReplacePolicy: 'Retain' });
  });

  // Deleting the image deletes all of its versions, so nothing is gained by retaining them.
  test.each<[string, (stack: Stack) => void]>([
    ['RemovalPolicies', (stack) => RemovalPolicies.of(stack).destroy()],
    ['another aspect', (stack) => Aspects.of(stack).add({ visit: (node) => CfnResource.isCfnResource(node) && node.applyRemovalPolicy(RemovalPolicy.DESTROY) })],
  ])('is changed by %s for the whole stack and still retains a replaced version', (_, destroyAll) => {
    const stack = stackIn();
    new Image(stack, 'Torch', { removalPolicy: RemovalPolicy.RETAIN }).addVersion('V1', { baseImage: baseImage('1'), removalPolicy: RemovalPolicy.RETAIN });
    destroyAll(stack);
    Template.fromStack(stack).hasResource(VERSION, { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Retain' });
    Template.fromStack(stack).hasResource('AWS::SageMaker::Image', { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  });
});

describe('isImageVersion', () => {
  test('is true for a version', () => {
    expect(ImageVersion.isImageVersion(new Image(stackIn(), 'Torch').addVersion('V1', { baseImage: baseImage('1') }))).toBe(true);
  });

  test('is true for a version of another copy of the library', () => {
    expect(ImageVersion.isImageVersion({ [Symbol.for('cdk-sagemaker-images.ImageVersion')]: true })).toBe(true);
  });

  test.each([[undefined], [null], ['version'], [{} as IResolvable], [new Image(stackIn(), 'Torch')]])('is false for %p', (value) => {
    expect(ImageVersion.isImageVersion(value)).toBe(false);
  });
});
