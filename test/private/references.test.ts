import { aws_iam as iam, CfnParameter, CfnResource, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';
import { referencedResources, resolveReferences } from '../../src/private/references';
import { stackIn } from '../helpers/fixtures';

describe('the resources that a resource refers to', () => {
  const target = (stack: Stack) => new CfnResource(stack, 'Target', { type: 'Custom::Target' });
  const user = (stack: Stack, properties = {}) => new CfnResource(stack, 'User', { type: 'Custom::User', properties });

  test.each<[string, (used: CfnResource, stack: Stack) => unknown]>([
    ['Ref', (used) => used.ref],
    ['Fn::GetAtt', (used) => used.getAtt('Arn')],
    ['a number', (used) => Token.asNumber(used.getAtt('Number'))],
    ['a list', (used) => Token.asList(used.getAtt('List'))],
    ['a string around it', (used) => `a-${used.ref}-b`],
    ['Fn::Sub', (used) => Fn.sub('${Name}', { Name: used.ref })],
    ['Fn::Join', (used) => Fn.join('-', ['a', used.ref])],
    ['Fn::Select of Fn::Split', (used) => Fn.select(1, Fn.split('/', used.ref))],
    ['a lazy value', (used) => Lazy.string({ produce: () => used.ref })],
    ['a JSON string', (used, stack) => stack.toJsonString({ deep: [{ name: used.ref }] })],
    ['a key', (used) => ({ [used.ref]: 1 })],
  ])('are found in %s', (_, refer) => {
    const stack = stackIn();
    const used = target(stack);
    const value = refer(used, stack);
    if (typeof value === 'object' && !Array.isArray(value) && Object.keys(value as object).some((key) => Token.isUnresolved(key))) {
      // CloudFormation does not support such keys, but they occur in JSON strings.
      expect(referencedResources(user(stack, { text: stack.toJsonString(value) }))).toEqual([used]);
    } else {
      expect(referencedResources(user(stack, { list: [{ deep: value }] }))).toEqual([used]);
    }
  });

  test('are found in overrides, metadata and policy documents', () => {
    const stack = stackIn();
    const used = target(stack);
    const [one, other] = [user(stack), new CfnResource(stack, 'Other', { type: 'Custom::User' })];
    one.addPropertyOverride('Name', used.ref);
    other.addMetadata('name', used.ref);
    const policy = new iam.Policy(stack, 'Policy', {
      statements: [new iam.PolicyStatement({ actions: ['a:b'], resources: [`${used.ref}/*`] })],
      users: [iam.User.fromUserName(stack, 'Me', 'me')],
    });
    expect([one, other, policy.node.defaultChild as CfnResource].map(referencedResources)).toEqual([[used], [used], [used]]);
  });

  test('do not include parameters, pseudo parameters and literals', () => {
    const stack = stackIn();
    const parameter = new CfnParameter(stack, 'Parameter').valueAsString;
    expect(referencedResources(user(stack, { a: parameter, b: Fn.importValue('x'), c: `${Stack.of(stack).partition}`, d: [1, 'two', null] }))).toEqual([]);
  });
});

describe('a value with resolved references', () => {
  test('is the same for one target in two stacks and differs for two targets with the same id', () => {
    const stacks = [stackIn(), new Stack(undefined, 'Other')];
    const [here, there] = stacks.map((stack) => new CfnParameter(stack, 'Name').valueAsString);
    expect(resolveReferences(here, stacks[0]).value).toEqual(resolveReferences(here, stacks[1]).value);
    expect(resolveReferences(here, stacks[0]).value).not.toEqual(resolveReferences(there, stacks[1]).value);
  });

  // With '[object Object]' for both, two images would look like one.
  test('differs for different values that are joined with a string', () => {
    const stack = stackIn();
    for (const around of [(value: string) => `team-${value}`, (value: string) => `${value}-team`]) {
      const value = (name: string) => resolveReferences(around(Fn.importValue(name)), stack).value;
      expect(value('a')).toEqual(value('a'));
      expect(value('a')).not.toEqual(value('b'));
    }
  });

  test('is a string if all parts are strings', () => {
    expect(resolveReferences(`to${Lazy.string({ produce: () => 'rch' })}`, stackIn()).value).toBe('torch');
  });
});
