import { Aws, CfnParameter, Lazy, Token } from 'aws-cdk-lib';
import { formatArn, joined, tokenIfDummy } from '../../src/private/arn';
import { agnosticStack, stackIn } from '../helpers/fixtures';

describe('an ARN whose parts are known', () => {
  const stack = stackIn();

  test.each([
    ['a resource with a name', { resource: 'image', resourceName: 'torch' }, 'eu-west-1:111111111111:image/torch'],
    ['a resource without a name', { resource: 'log-group:*' }, 'eu-west-1:111111111111:log-group:*'],
    ['another account', { resource: 'image', resourceName: 'torch', account: '222222222222' }, 'eu-west-1:222222222222:image/torch'],
    ['another Region', { resource: 'image', resourceName: 'torch', region: 'us-east-1' }, 'us-east-1:111111111111:image/torch'],
  ])('is a short string for %s', (_, parts, expected) => {
    expect(stack.resolve(formatArn(stack, { service: 'sagemaker', ...parts }))).toEqual({ 'Fn::Sub': `arn:\${AWS::Partition}:sagemaker:${expected}` });
  });
});

describe('an ARN is joined', () => {
  const joinOf = (...parts: unknown[]) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ...parts]] });

  test('if a part is a token', () => {
    const stack = stackIn();
    const resourceName = new CfnParameter(stack, 'Name').valueAsString;
    expect(stack.resolve(formatArn(stack, { service: 'sagemaker', resource: 'image', resourceName })))
      .toEqual(joinOf(':sagemaker:eu-west-1:111111111111:image/', { Ref: 'Name' }));
  });

  test('if the environment is unknown', () => {
    const stack = agnosticStack();
    expect(stack.resolve(formatArn(stack, { service: 'sagemaker', resource: 'image', resourceName: 'torch' })))
      .toEqual(joinOf(':sagemaker:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':image/torch'));
  });

  // Fn::Sub would replace it by the value of a parameter.
  test('if a part looks like a variable of Fn::Sub', () => {
    const stack = stackIn();
    expect(stack.resolve(formatArn(stack, { service: 'sagemaker', resource: 'image', resourceName: '${Name}' })))
      .toEqual(joinOf(':sagemaker:eu-west-1:111111111111:image/${Name}'));
  });
});

describe('a dummy ARN', () => {
  const DUMMY = 'arn:aws:sagemaker:eu-west-1:111111111111:image/dummy-value-for-/image';

  test('becomes a token with the same value', () => {
    const token = tokenIfDummy(DUMMY);
    expect(Token.isUnresolved(token)).toBe(true);
    expect(stackIn().resolve(token)).toBe(DUMMY);
  });

  test.each(['arn:aws:sagemaker:eu-west-1:111111111111:image/torch', undefined])('is not %s', (value) => {
    expect(tokenIfDummy(value as string)).toBe(value);
  });
});

describe('an ARN for the reports of the CDK', () => {
  test('contains the token of the partition', () => {
    const stack = stackIn();
    expect(joined(stack, formatArn(stack, { service: 'sagemaker', resource: 'image', resourceName: 'torch' })))
      .toBe(`arn:${Aws.PARTITION}:sagemaker:eu-west-1:111111111111:image/torch`);
  });

  test.each([['known', () => 'arn:aws:iam::111111111111:role/torch'], ['a lazy value', () => Lazy.string({ produce: () => 'arn' })]])(
    'stays the same if it is %s', (_, arnOf) => {
      const arn = arnOf();
      expect(joined(stackIn(), arn)).toBe(arn);
    });
});
