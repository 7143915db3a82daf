import { Fn, Stack } from 'aws-cdk-lib';
import { intrinsicOf, isMissing, readable, renderIntrinsics } from '../../src/private/intrinsics';

test.each<[unknown, string | undefined]>([
  [{ Ref: 'A' }, 'Ref'],
  [{ 'Fn::GetAtt': ['A', 'Arn'] }, 'Fn::GetAtt'],
  [{ 'Fn::Sub': 'a' }, 'Fn::Sub'],
  ['Ref', undefined],
  [undefined, undefined],
  [null, undefined],
  [5, undefined],
  [[{ Ref: 'A' }], undefined],
  [{}, undefined],
  [{ Condition: 'A' }, undefined],
  [{ Ref: 'A', Other: 1 }, undefined],
])('the intrinsic function of %j is %s', (value, name) => {
  expect(intrinsicOf(value)).toBe(name);
});

test.each<[unknown, boolean]>([
  [undefined, true], [null, true], [{ Ref: 'AWS::NoValue' }, true],
  ['', false], [0, false], [false, false], [[], false], [{ Ref: 'A' }, false], [{}, false],
])('%j is missing: %s', (value, expected) => {
  expect(isMissing(value)).toBe(expected);
});

describe('renderIntrinsics', () => {
  const render = (value: unknown) => renderIntrinsics(value, (name, argument) => `<${name} ${[argument].flat().join('.')}>`);

  test.each<[string, unknown, string]>([
    ['a string', 'torch', 'torch'],
    ['a number', 5, '5'],
    ['undefined', undefined, ''],
    ['Ref', { Ref: 'A' }, '<Ref A>'],
    ['Fn::GetAtt', { 'Fn::GetAtt': ['A', 'Arn'] }, '<Fn::GetAtt A.Arn>'],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'B' }, 'c']] }, 'a-<Ref B>-c'],
    ['Fn::Join in Fn::Join', { 'Fn::Join': ['', ['a', { 'Fn::Join': ['/', ['b', { 'Fn::GetAtt': ['C', 'Arn'] }]] }]] }, 'ab/<Fn::GetAtt C.Arn>'],
    ['Fn::Sub', { 'Fn::Sub': 'arn:${AWS::Partition}:${A}' }, 'arn:<Ref AWS::Partition>:<Ref A>'],
    ['Fn::Sub with variables', { 'Fn::Sub': ['${A}-${B}', { A: 'a', B: { Ref: 'C' } }] }, 'a-<Ref C>'],
    ['Fn::Sub with a variable and a pseudo parameter', { 'Fn::Sub': ['${AWS::Region}-${A}', { A: { 'Fn::Join': ['', ['a', 'b']] } }] }, '<Ref AWS::Region>-ab'],
    // CloudFormation removes the exclamation point.
    ['a literal in Fn::Sub', { 'Fn::Sub': '${!aws:username}-${A}' }, '${aws:username}-<Ref A>'],
  ])('renders %s', (_, value, expected) => {
    expect(render(value)).toBe(expected);
  });
});

test.each<[unknown, string]>([
  [Fn.ref('A'), '${A}'],
  [Fn.getAtt('A', 'Arn'), '${A.Arn}'],
  [Fn.importValue('A'), '${Fn::ImportValue(A)}'],
  [Fn.select(1, Fn.split('/', Fn.importValue('A'))), '${Fn::Select(1, ${Fn::Split(/, ${Fn::ImportValue(A)})})}'],
])('a message shows the references of a value (%#)', (value, expected) => {
  expect(readable(new Stack(), value)).toBe(expected);
});
