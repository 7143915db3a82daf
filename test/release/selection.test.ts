import { App, aws_sagemaker as sagemaker, CfnParameter, Stack } from 'aws-cdk-lib';
import { Image, ImageVersionLookup, ImageVersionSelector } from 'cdk-sagemaker-images';
import { expectOrder } from '../helpers/deployment-graph';
import { ecrUri, errorOf, stackIn } from '../helpers/fixtures';
import { statementsIn } from '../helpers/policies';

function lookup(stack: Stack, version: ImageVersionSelector): ImageVersionLookup {
  return new ImageVersionLookup(stack, 'Lookup', { image: Image.fromImageName(stack, 'Image', 'torch'), version });
}

/** The resource on which the function may describe versions. */
const describable = (stack: Stack) => statementsIn(stack).find(({ Action }) => Action === 'sagemaker:DescribeImageVersion')?.Resource;

test('the function may describe the version with a known number', () => {
  const stack = stackIn();
  lookup(stack, ImageVersionSelector.number(3));
  expect(describable(stack)).toEqual({ 'Fn::Sub': 'arn:${AWS::Partition}:sagemaker:eu-west-1:111111111111:image-version/torch/3' });
});

test('the function may describe the version with a number that is known at deploy time only', () => {
  const stack = stackIn();
  lookup(stack, ImageVersionSelector.number(new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber));
  expect(describable(stack)).toEqual({
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sagemaker:eu-west-1:111111111111:image-version/torch/', { Ref: 'Number' }]],
  });
});

test.each([1, 2, 1000])('the version with number %d can be looked up', (number) => {
  expect(errorOf(() => lookup(stackIn(), ImageVersionSelector.number(number)))).toBeUndefined();
});

test.each([0, -1, 1.5, NaN])('there is no version with number %d', (number) => {
  expect(errorOf(() => lookup(stackIn(), ImageVersionSelector.number(number)))).toContain('version.number must be a whole number of 1 or more, got ');
});

// No construct of this library but the look-up orders them.
test('a look-up follows a version that is an L1', () => {
  const stack = stackIn();
  const found = lookup(stack, ImageVersionSelector.latest());
  const version = new sagemaker.CfnImageVersion(stack, 'Version', { imageName: 'torch', baseImage: ecrUri('1') });
  expectOrder(stack.node.root as App, [version, found.node.findChild('Resource').node.defaultChild!]);
});
