import { aws_iam as iam, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import { leastLengthOf, PolicySize } from '../../src/private/policy-size';
import { agnosticStack, HERE, stackIn } from '../helpers/fixtures';

const ROLE = 'arn:aws:iam::111111111111:role/torch';
const EMPTY = '{"Statement":[],"Version":"2012-10-17"}'.length;

describe('the size of a growing policy', () => {
  test('starts with an empty document', () => {
    expect(new PolicySize().characters).toBe(EMPTY);
  });

  test('grows by a statement, and then by resources of the same statement', () => {
    const [stack, size] = [stackIn(), new PolicySize()];
    const first = { actions: ['s3:GetObject'], resource: 'arn:aws:s3:::one' };
    const shell = '{"Action":["s3:GetObject"],"Effect":"Allow","Resource":[]},'.length;
    const [one, other] = ['"arn:aws:s3:::one",'.length, '"arn:aws:s3:::other",'.length];
    expect(size.growth(stack, first)).toBe(shell + one);
    expect(size.add(stack, first)).toBe(shell + one);
    expect(size.growth(stack, first)).toBe(one);
    expect(size.add(stack, { ...first, resource: 'arn:aws:s3:::other' })).toBe(other);
    expect(size.characters).toBe(EMPTY + shell + one + other);
  });

  test('grows by another statement if the actions or the conditions differ', () => {
    const [stack, size] = [stackIn(), new PolicySize()];
    size.add(stack, { actions: ['s3:GetObject'], resource: '*' });
    expect(size.growth(stack, { actions: ['s3:PutObject'], resource: '*' }))
      .toBe('{"Action":["s3:PutObject"],"Effect":"Allow","Resource":[]},"*",'.length);
    expect(size.growth(stack, { actions: ['s3:GetObject'], resource: '*', conditions: { Bool: { 'aws:SecureTransport': true } } }))
      .toBe('{"Action":["s3:GetObject"],"Effect":"Allow","Condition":{"Bool":{"aws:SecureTransport":true}},"Resource":[]},"*",'.length);
  });

  /** The number of characters of an ARN in a policy. */
  function lengthOf(stack: Stack, resource: string, longestResource?: string): number {
    const size = new PolicySize();
    size.add(stack, { actions: ['a:b'], resource: '' });
    return size.growth(stack, { actions: ['a:b'], resource, longestResource }) - '"",'.length;
  }

  test.each<[string, (stack: Stack) => string, number]>([
    ['the partition', (stack) => stack.partition, 'aws-us-gov'.length],
    ['the Region', (stack) => stack.region, 'ap-southeast-1'.length],
    ['the account', (stack) => stack.account, 12],
    ['a parameter', (stack) => new CfnParameter(stack, 'Arn').valueAsString, 301],
    ['another function', () => Fn.importValue('AWS::Region'), 301],
  ])('counts %s as long as it can be, if it is unknown', (_, value, length) => {
    const stack = agnosticStack();
    expect(lengthOf(stack, `x${value(stack)}`)).toBe(1 + length);
  });

  test('counts the known account and Region of the stack', () => {
    const stack = stackIn();
    expect(lengthOf(stack, Fn.sub('${AWS::AccountId}:${AWS::Region}'))).toBe(`${HERE.account}:${HERE.region}`.length);
  });

  test('counts the longest possible ARN, if there is one', () => {
    const stack = stackIn();
    expect(lengthOf(stack, new CfnParameter(stack, 'Arn').valueAsString, ROLE)).toBe(ROLE.length);
  });
});

describe('the least length of a policy', () => {
  const documentOf = (resource: string) => new iam.PolicyDocument({ statements: [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [resource] })] });
  const lengthOf = (stack: Stack, resource: string) => leastLengthOf(stack, documentOf(resource));
  const written = (resource: string) =>
    `{"Statement":[{"Action":"s3:GetObject","Effect":"Allow","Resource":"${resource}"}],"Version":"2012-10-17"}`.length;

  test('is that of its JSON without white space', () => {
    expect(lengthOf(stackIn(), 'arn:aws:s3:::bucket')).toBe(written('arn:aws:s3:::bucket'));
  });

  test.each<[string, (stack: Stack) => string, string]>([
    ['a parameter as empty', (stack) => `x-${new CfnParameter(stack, 'Name').valueAsString}`, 'x-'],
    ['an export as empty', () => Fn.importValue('AWS::Region'), ''],
    ['the partition, which is unknown, as short as it can be', (stack) => `arn:${stack.partition}`, 'arn:aws'],
    ['the Region, which is unknown, as short as it can be', (stack) => stack.region, 'eu-west-1'],
    ['the account, which always has 12 digits', (stack) => stack.account, '111111111111'],
  ])('counts %s', (_, resource, expected) => {
    const stack = agnosticStack();
    expect(lengthOf(stack, resource(stack))).toBe(written(expected));
  });

  test('counts the known account of the stack', () => {
    expect(lengthOf(stackIn(), Fn.ref('AWS::AccountId'))).toBe(written('111111111111'));
    expect(lengthOf(stackIn(), Fn.sub('${AWS::Region}'))).toBe(written('eu-west-1'));
  });

  // A condition of a policy is an object with one key too.
  test.each<[unknown, string]>([
    [{ Bool: { 'aws:SecureTransport': true } }, '{"Bool":{"aws:SecureTransport":true}}'], [['x'], '["x"]'], [null, 'null'],
    [{ Ref: 'Name', Other: 'x' }, '{"Ref":"Name","Other":"x"}'], [{ Reference: 'x' }, '{"Reference":"x"}'], [{ 'Not Fn::Join': 'x' }, '{"Not Fn::Join":"x"}'],
  ])('counts %j, which is not a function of CloudFormation, as it is', (value, expected) => {
    expect(leastLengthOf(stackIn(), { Value: value })).toBe(`{"Value":${expected}}`.length);
  });

  test('is zero for a missing document', () => {
    expect(leastLengthOf(stackIn(), undefined)).toBe(0);
  });
});
