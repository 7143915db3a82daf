import { App, CfnParameter, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { warnOfMissingUse } from '../../src/studio/private/missing-use';
import { stackIn, warningsOf } from '../helpers/fixtures';

const statement = (resource: string, ...actions: string[]) => ({ actions, resource });

/** Returns what the warnings of a stack ask for. */
function needs(stack: Stack, warn: (attachment: Construct) => void): string[] {
  warn(new Construct(stack, 'Attachment'));
  (stack.node.root as App).synth();
  return warningsOf(stack).map(({ text }) => text.split('would then fail: ')[1]);
}

test('the warning about missing permissions lists the actions with their resources', () => {
  expect(needs(stackIn(), (attachment) => {
    warnOfMissingUse(attachment, 'the domain', 'grant it', [statement('a', 'x:Read', 'x:List'), statement('b', 'x:Write')]);
    warnOfMissingUse(attachment, 'the domain', 'grant it', [statement('c', 'x:Write'), statement('a', 'x:Read', 'x:List')]);
  })).toEqual(['grant it x:Read and x:List on a, x:Write on b, c']);
});

test.each([[4, 'r1, r2, r3, r4'], [5, 'r1, r2, r3, r4, r5'], [6, 'r1, r2, r3, r4, r5 and 1 more'], [8, 'r1, r2, r3, r4, r5 and 3 more']])(
  'the warning about missing permissions on %d resources names at most five', (count, listed) => {
    const statements = Array.from({ length: count }, (_, index) => statement(`r${index + 1}`, 'x:Read'));
    expect(needs(stackIn(), (attachment) => warnOfMissingUse(attachment, 'the domain', 'grant it', statements))).toEqual([`grant it x:Read on ${listed}`]);
  });

test('the warning about missing permissions shows references by name', () => {
  const stack = stackIn();
  const target = new CfnResource(stack, 'Target', { type: 'Custom::Any' });
  const arns = [new CfnParameter(stack, 'Name').valueAsString, target.getAtt('Arn').toString(), Fn.importValue('x'), `arn:${target.ref}`];
  expect(needs(stack, (attachment) => warnOfMissingUse(attachment, 'the domain', 'grant it', arns.map((arn) => statement(arn, 'x:Read')))))
    .toEqual(['grant it x:Read on ${Name}, ${Target.Arn}, ${Fn::ImportValue(x)}, arn:${Target}']);
});

test('there is no warning if no permission is missing', () => {
  expect(needs(stackIn(), (attachment) => warnOfMissingUse(attachment, 'the domain', 'grant it', []))).toEqual([]);
});

test('there is one warning for each role and remedy', () => {
  expect(needs(stackIn(), (attachment) => ['the domain', 'the space'].forEach((whose) => ['grant it', 'let them grant it'].forEach((remedy) =>
    warnOfMissingUse(attachment, whose, remedy, [statement('a', 'x:Read')]))))).toHaveLength(4);
});
