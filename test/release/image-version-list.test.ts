import { App, aws_iam as iam, aws_sagemaker as sagemaker, CfnOutput, CfnParameter, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import {
  Image, ImageVersionList, ImageVersionListProps, ImageVersionLookup, ImageVersionStatus, JobType, MlFramework, Processor, ProgrammingLang,
  VendorGuidance,
} from 'cdk-sagemaker-images';
import { expectOrder } from '../helpers/deployment-graph';
import { agnosticStack, baseImage, errorOf, HERE, OTHER_REGION, stackIn, warningsOf } from '../helpers/fixtures';
import { allowedIn } from '../helpers/policies';

const TYPE = 'Custom::SageMakerImageVersionList';

function list(stack: Stack, props: Partial<ImageVersionListProps> = {}, id = 'List'): ImageVersionList {
  return new ImageVersionList(stack, id, { image: Image.fromImageName(stack, `${id}Image`, 'torch'), ...props });
}

const resourceOf = (construct: ImageVersionList) => construct.node.findChild('Resource').node.defaultChild as CfnResource;
const idOf = (construct: ImageVersionList) => Stack.of(construct).getLogicalId(resourceOf(construct));
const propertiesIn = (stack: Stack) => {
  const [{ Properties: { ServiceToken, ServiceTimeout, ...properties } }] = Object.values(Template.fromStack(stack).findResources(TYPE));
  return properties;
};

test.each<[string, Partial<ImageVersionListProps>, object]>([
  ['all', {}, {}],
  ['those with a status', { status: ImageVersionStatus.CREATED }, { Filter: { ImageVersionStatus: 'CREATED' } }],
  ['those with metadata', {
    vendorGuidance: VendorGuidance.STABLE, jobType: JobType.TRAINING, mlFramework: MlFramework.pytorch('2.4'), programmingLang: ProgrammingLang.python('3.11'), processor: Processor.GPU,
  }, { Filter: { VendorGuidance: 'STABLE', JobType: 'TRAINING', MLFramework: 'PyTorch 2.4', ProgrammingLang: 'Python 3.11', Processor: 'GPU' } }],
  ['the newest', { maxVersions: 10 }, { MaxVersions: 10 }],
  ['none, if there are none', { allowEmpty: true }, { AllowEmpty: true }],
  ['none is an error', { allowEmpty: false }, {}],
  ['again', { refresh: '2' }, { Refresh: '2' }],
])('versions are listed: %s', (_, props, expected) => {
  const stack = stackIn();
  list(stack, props);
  expect(propertiesIn(stack)).toEqual({ ImageName: 'torch', ...expected });
});

test('each list is split from an attribute', () => {
  const stack = stackIn();
  const versions = list(stack);
  const split = (name: string) => ({ 'Fn::Split': ['|', { 'Fn::GetAtt': [idOf(versions), name] }] });
  expect(stack.resolve([versions.imageVersionArns, versions.versions, versions.aliases, versions.containerImages]))
    .toEqual([split('ImageVersionArns'), split('Versions'), split('Aliases'), split('ContainerImages')]);
});

test('the function is asked for the lists that are used only, in the same order each time', () => {
  const stack = stackIn();
  const versions = list(stack);
  new CfnOutput(stack, 'Newest', { value: Fn.select(0, versions.versions) });
  new CfnOutput(stack, 'All', { value: Fn.join(' ', versions.imageVersionArns) });
  new CfnOutput(stack, 'Again', { value: Fn.select(1, versions.versions) });
  expect(propertiesIn(stack)).toEqual({ ImageName: 'torch', Attributes: ['ImageVersionArns', 'Versions'] });
});

test('a list can be the resources of a policy', () => {
  const stack = stackIn();
  const versions = list(stack);
  const role = new iam.Role(stack, 'Analyst', { assumedBy: new iam.AccountRootPrincipal() });
  role.addToPolicy(new iam.PolicyStatement({ actions: ['sagemaker:DescribeImageVersion'], resources: versions.imageVersionArns }));
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: { Statement: [Match.objectLike({ Resource: { 'Fn::Split': ['|', { 'Fn::GetAtt': [idOf(versions), 'ImageVersionArns'] }] } })] },
  });
});

describe('the function', () => {
  const ACTIONS = ['DescribeImageVersion', 'ListImageVersions', 'ListAliases', 'DescribeImage', 'UpdateImageVersion', 'DeleteImageVersion'].map((action) => `sagemaker:${action}`);
  const arn = (rest: string) => `arn:aws:sagemaker:eu-west-1:111111111111:${rest}`;
  const ARNS = ['image/torch', 'image/other', 'image-version/torch/3', 'image-version/other/3'].map(arn);
  const LIST = `sagemaker:ListImageVersions ${arn('image/torch')}`;
  const DESCRIBE = `sagemaker:DescribeImageVersion ${arn('image-version/torch/3')}`;
  const ALIASES = ['image-version/torch/3', 'image/torch'].map((one) => `sagemaker:ListAliases ${arn(one)}`);

  test.each<[string, (stack: Stack) => unknown, string[]]>([
    ['ARNs', (stack) => list(stack).imageVersionArns, [LIST]],
    ['numbers of versions with a status', (stack) => list(stack, { status: ImageVersionStatus.CREATED }).versions, [LIST]],
    ['aliases', (stack) => list(stack).aliases, [...ALIASES, LIST]],
    ['container images', (stack) => list(stack).containerImages, [DESCRIBE, LIST]],
    ['versions with metadata', (stack) => list(stack, { processor: Processor.GPU }).versions, [DESCRIBE, LIST]],
    ['everything', (stack) => {
      const { aliases, containerImages, versions } = list(stack);
      return [aliases, containerImages, versions];
    }, [DESCRIBE, ...ALIASES, LIST]],
  ])('may read what it needs for %s, and nothing else', (_, use, allowed) => {
    const stack = stackIn();
    use(stack);
    expect(allowedIn(stack, ACTIONS, ARNS).sort()).toEqual([...allowed].sort());
  });

  test('has the permissions before it lists', () => {
    const stack = stackIn();
    const { aliases } = list(stack);
    const [policy] = Object.keys(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    Template.fromStack(stack).hasResource(TYPE, { DependsOn: Match.arrayWith([policy]) });
    expect(aliases).toHaveLength(1);
  });

  test('is shared with look-ups', () => {
    const stack = stackIn();
    list(stack);
    list(stack, { status: ImageVersionStatus.CREATED }, 'Created');
    new ImageVersionLookup(stack, 'Latest', { image: Image.fromImageName(stack, 'Other', 'other') });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Lambda::Function', 1);
    template.resourceCountIs('AWS::IAM::Policy', 1);
  });
});

describe('a list of an image of the same app', () => {
  test('waits for the image and its versions, in the same stack or another', () => {
    const app = new App();
    const images = new Stack(app, 'Images', { env: HERE });
    const image = new Image(images, 'Torch');
    const early = list(images, { image }, 'Early');
    const versions = ['1', '2'].map((tag) => image.addVersion(`V${tag}`, { baseImage: baseImage(tag) }));
    const late = list(new Stack(app, 'Others', { env: HERE }), { image });
    expectOrder(app, [...versions, resourceOf(early), resourceOf(late)]);
  });

  test('can be that of an L1', () => {
    const stack = stackIn();
    const image = new sagemaker.CfnImage(stack, 'Torch', { imageName: 'torch', imageRoleArn: 'arn:aws:iam::111111111111:role/torch' });
    expectOrder(stack.node.root as App, [image, resourceOf(list(stack, { image }))]);
  });
});

test('a list that another stack uses adds a warning', () => {
  const app = new App();
  const stack = new Stack(app, 'Images', { env: HERE });
  const versions = list(stack);
  new CfnOutput(new Stack(app, 'Other', { env: HERE }), 'Newest', { value: Fn.select(0, versions.versions) });
  expect(warningsOf(stack)).toEqual([{
    path: 'Images/List',
    id: 'cdk-sagemaker-images:versionExported',
    text: "the list of versions is exported, and CloudFormation refuses the next version as long as the export is imported ('Cannot update export'): use the list in its own stack, or list the versions there",
  }]);
});

test('the image and the maximum can be known only at deploy time, in a stack without an environment', () => {
  const stack = agnosticStack();
  list(stack, {
    image: Image.fromImageName(stack, 'Named', new CfnParameter(stack, 'Name').valueAsString),
    maxVersions: new CfnParameter(stack, 'Max', { type: 'Number' }).valueAsNumber,
    mlFramework: MlFramework.of(new CfnParameter(stack, 'Framework').valueAsString),
  });
  expect(propertiesIn(stack)).toEqual({ ImageName: { Ref: 'Name' }, MaxVersions: { Ref: 'Max' }, Filter: { MLFramework: { Ref: 'Framework' } } });
});

test('all problems are one error', () => {
  const stack = stackIn();
  const problemsOf = (props: any) => errorOf(() => list(stack, props, `L${stack.node.children.length}`))?.split('\n').slice(1);
  expect(problemsOf({
    image: 'torch', status: 'FAILED', vendorGuidance: 'GOOD', jobType: 'BATCH', processor: 'TPU', mlFramework: MlFramework.of('Tensorflow'), programmingLang: 'R', maxVersions: 0, allowEmpty: 'no', refresh: '',
  })).toEqual([
    "  image must be an Image, an import or a CfnImage, got 'torch'",
    "  status must be CREATING, CREATED, CREATE_FAILED, DELETING or DELETE_FAILED, got 'FAILED'",
    "  vendorGuidance must be NOT_PROVIDED, STABLE, TO_BE_ARCHIVED or ARCHIVED, got 'GOOD'",
    "  jobType must be TRAINING, INFERENCE or NOTEBOOK_KERNEL, got 'BATCH'",
    "  processor must be CPU or GPU, got 'TPU'",
    expect.stringContaining("  mlFramework 'Tensorflow' has no version"),
    "  programmingLang must be a ProgrammingLang, for example ProgrammingLang.python('3.11'), got 'R'",
    '  maxVersions must be a whole number of 1 or more, got 0',
    "  allowEmpty must be true or false, got 'no'",
    '  refresh is empty: give 1 to 1024 characters or leave it out',
  ]);
  expect(problemsOf({ maxVersions: 1.5 })).toEqual(['  maxVersions must be a whole number of 1 or more, got 1.5']);
  const elsewhere = Image.fromImageName(new Stack(stack.node.root as App, 'Other', { env: OTHER_REGION }), 'Torch', 'torch');
  expect(problemsOf({ image: elsewhere })).toEqual([expect.stringContaining('image Other/Torch is in 111111111111/us-east-1 and the stack in 111111111111/eu-west-1')]);
});
