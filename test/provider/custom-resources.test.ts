import { Template } from 'aws-cdk-lib/assertions';
import { Provider } from '../../src/provider/private/provider';
import { stackIn } from '../helpers/fixtures';

const KIND = 'Custom::Thing';

/** The logical id of a custom resource with certain values. */
function idOf(path: string, identity?: { prefix: string; values: unknown[] }): string {
  const stack = stackIn();
  Provider.of(stack).add(stack, path, { kind: KIND, properties: {}, statements: [], cleansUp: true, identity });
  return Object.keys(Template.fromStack(stack).findResources(KIND))[0];
}

test('the logical id of a custom resource is derived from its path', () => {
  expect(idOf('One')).toMatch(/^One/);
});

test('the logical id of a custom resource with an identity is derived from that only', () => {
  const identity = (name: string) => ({ prefix: 'Thing', values: ['d-1', name] });
  expect(idOf('One', identity('a'))).toMatch(/^Thing[0-9A-F]{16}$/);
  expect(idOf('Other', identity('a'))).toBe(idOf('One', identity('a')));
  expect(idOf('One', identity('b'))).not.toBe(idOf('One', identity('a')));
});

test('the function runs the handler of the bundle', () => {
  const stack = stackIn();
  Provider.of(stack);
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', { Handler: 'index.handler' });
});

test.each([null, undefined, 'provider', {}])('%p is not a provider', (value) => {
  expect(Provider.isProvider(value)).toBe(false);
});

test('the provider of another copy of this library is a provider', () => {
  const other = { [Symbol.for('cdk-sagemaker-images.ImagesProvider')]: true };
  expect(Provider.isProvider(other)).toBe(true);
});

// Nothing can be done about it: the number of a version is known only after it has been looked up.
test('the wildcard of the versions in the policy of look-ups is no finding for cdk-nag', () => {
  const stack = stackIn();
  const resource = 'arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/*';
  Provider.of(stack).add(stack, 'Thing', { kind: KIND, properties: {}, statements: [{ actions: ['sagemaker:DescribeImageVersion'], resource }], cleansUp: false });
  const [{ Metadata }] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  expect(Metadata.cdk_nag.rules_to_suppress).toEqual([
    { id: 'AwsSolutions-IAM5', reason: expect.any(String), applies_to: [{ regex: '/^Resource::.*:image-version\\/.*\\/\\*$/' }] },
  ]);
});
