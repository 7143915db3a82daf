import { CfnParameter, CfnResource, Fn, Intrinsic, Lazy, Token } from 'aws-cdk-lib';
import { referencedResources, resolveFinal } from '../../src/private/references';
import { stackIn } from '../helpers/fixtures';

describe('a value that does not change any more', () => {
  test('is resolved, with references as paths', () => {
    const stack = stackIn();
    const target = new CfnResource(stack, 'Target', { type: 'Custom::Target' });
    expect(resolveFinal(['a', target.ref, Fn.importValue('x'), new CfnParameter(stack, 'Name').valueAsString], stack))
      .toEqual(['a', { Ref: 'Stack/Target.Ref' }, { 'Fn::ImportValue': 'x' }, { Ref: 'Stack/Name.Ref' }]);
  });

  test('contains functions that are joined with strings', () => {
    expect(resolveFinal(`a-${Fn.importValue('x')}`, stackIn())).toEqual({ 'Fn::Join': ['', ['a-', { 'Fn::ImportValue': 'x' }]] });
  });

  test('can be a string that the app joins', () => {
    const stack = stackIn();
    const target = new CfnResource(stack, 'Target', { type: 'Custom::Target' });
    expect(resolveFinal(Fn.join('-', ['a', target.ref]), stack)).toEqual({ 'Fn::Join': ['-', ['a', { Ref: 'Stack/Target.Ref' }]] });
    expect(resolveFinal(Fn.join('-', Fn.split(',', Fn.importValue('x'))), stack))
      .toEqual({ 'Fn::Join': ['-', { 'Fn::Split': [',', { 'Fn::ImportValue': 'x' }] }] });
  });
});

// Apps can implement their own tokens, without the optional method toJSON.
test('a value of a token of another kind may change', () => {
  expect(resolveFinal({ creationStack: [], resolve: () => 'torch' }, stackIn())).toBeUndefined();
});

// The CDK caches the first value of a lazy one, which may be too early.
describe('a value that contains a lazy one', () => {
  test.each<[string, (lazy: string) => unknown]>([
    ['itself', (lazy) => lazy], ['in a string', (lazy) => `a-${lazy}`], ['in a function', (lazy) => Fn.join('-', ['a', lazy])], ['deeply', (lazy) => [{ a: lazy }]],
  ])('is not resolved: %s', (_, around) => {
    const produce = jest.fn(() => 'torch');
    expect(resolveFinal(around(Lazy.string({ produce })), stackIn())).toBeUndefined();
    expect(produce).not.toHaveBeenCalled();
  });
});

test('an error of a value is not hidden', () => {
  class Broken extends Intrinsic {
    public resolve(): never {
      throw new Error('broken');
    }
  }
  expect(() => resolveFinal(new Broken('x'), stackIn())).toThrow('broken');
});

test('a reference in a number that is part of a string is found', () => {
  const stack = stackIn();
  const target = new CfnResource(stack, 'Target', { type: 'Custom::Target' });
  const number = Token.asNumber(target.getAtt('Number'));
  const user = new CfnResource(stack, 'User', { type: 'Custom::User', properties: { plain: 'a', number: 1, text: `after version ${number}` } });
  expect(referencedResources(user)).toEqual([target]);
});
