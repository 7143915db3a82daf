import { App, CfnParameter, CfnResource, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { warnOfMissingPermissions } from '../../src/private/missing-permissions';
import { stackIn, warningsOf } from '../helpers/fixtures';

const statement = (resource: string, ...actions: string[]) => ({ actions, resources: [resource] });
const message = (whose: string, permissions: string) => `${whose} needs ${permissions}`;

/** Returns the warnings about missing permissions, each of which is a list of statements of one key. */
function warningsFor(stack: Stack, ...missing: [key: string, whose: string, ...statements: ReturnType<typeof statement>[]][]) {
  missing.forEach(([key, whose, ...statements], index) =>
    warnOfMissingPermissions({ id: 'x', key: [key], construct: new Construct(stack, `C${index}`), whose, statements, message }));
  (stack.node.root as App).synth();
  return warningsOf(stack).map(({ path, text }) => `${path}: ${text}`);
}

test('a warning about missing permissions lists the actions with their resources, of all constructs with its key', () => {
  expect(warningsFor(stackIn(),
    ['role', 'A', statement('a', 'x:Read', 'x:List'), statement('b', 'x:Write')],
    ['role', 'A', statement('c', 'x:Write'), statement('a', 'x:Read', 'x:List')],
  )).toEqual(['Stack/C0: A needs x:Read and x:List on a, x:Write on b, c']);
});

test('a warning about missing permissions names all owners once, and there is one for each key', () => {
  expect(warningsFor(stackIn(),
    ['one', 'A', statement('a', 'x:Read')], ['two', 'B', statement('a', 'x:Read')], ['one', 'C', statement('b', 'x:Read')], ['one', 'A', statement('a', 'x:Read')],
  )).toEqual(['Stack/C0: A and of C needs x:Read on a, b', 'Stack/C1: B needs x:Read on a']);
});

test.each([[4, 'r1, r2, r3, r4'], [5, 'r1, r2, r3, r4, r5'], [6, 'r1, r2, r3, r4, r5 and 1 more'], [8, 'r1, r2, r3, r4, r5 and 3 more']])(
  'a warning about missing permissions on %d resources names at most five', (count, listed) => {
    const statements = Array.from({ length: count }, (_, index) => statement(`r${index + 1}`, 'x:Read'));
    expect(warningsFor(stackIn(), ['role', 'A', ...statements])).toEqual([`Stack/C0: A needs x:Read on ${listed}`]);
  });

test('a warning about missing permissions shows references by name, and lazy values as they are at the end', () => {
  const stack = stackIn();
  const target = new CfnResource(stack, 'Target', { type: 'Custom::Any' });
  let late = 'early';
  const arns = [
    new CfnParameter(stack, 'Name').valueAsString, target.getAtt('Arn').toString(), Fn.importValue('x'), `arn:${target.ref}`,
    Lazy.string({ produce: () => late }),
  ];
  late = 'late';
  expect(warningsFor(stack, ['role', 'A', ...arns.map((arn) => statement(arn, 'x:Read'))]))
    .toEqual(['Stack/C0: A needs x:Read on ${Name}, ${Target.Arn}, ${Fn::ImportValue(x)}, arn:${Target}, late']);
});

test('a warning about missing permissions contains no JSON', () => {
  const arns = [
    Token.asString({ 'Fn::GetStackOutput': { StackName: 'Other', OutputName: { 'Fn::Sub': 'Role-${AWS::Region}' } } }),
    `arn:${Token.asString({ 'Fn::Transform': { Name: 'Macro', Parameters: { Of: { 'Fn::Sub': 'x' } } } })}`,
    Fn.join('/', Fn.split(':', Fn.importValue('x'))),
  ];
  expect(warningsFor(stackIn(), ['role', 'A', ...arns.map((arn) => statement(arn, 'x:Read'))])).toEqual([
    'Stack/C0: A needs x:Read on ${Fn::GetStackOutput(Other, Role-${AWS::Region})}, arn:${Fn::Transform(Macro, x)}, ${Fn::Split(:, ${Fn::ImportValue(x)})}',
  ]);
});
