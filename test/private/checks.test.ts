import { Lazy, Token } from 'aws-cdk-lib';
import { Problems } from '../../src/private/problems';
import { errorOf, stackIn } from '../helpers/fixtures';

/** Runs a check, and returns its result and the problems that it found. */
function run<T>(check: (problems: Problems) => T): { result: T; messages: string[] } {
  const problems = new Problems();
  return { result: check(problems), messages: problems.messages };
}

describe('an action that throws', () => {
  const attempt = (thrown: unknown) => run((problems) => problems.attempt(() => { throw thrown; }));

  test.each<[string, unknown, string[]]>([
    ['an error', new Error('is wrong'), ['is wrong']],
    ['several problems', Object.assign(new Error('2 problems'), { problems: ['one', 'two'] }), ['one', 'two']],
    ['a string', 'is wrong', ['is wrong']],
    ['nothing', undefined, ['undefined']],
  ])('%s has no result, and adds what is wrong', (_, thrown, messages) => {
    expect(attempt(thrown)).toEqual({ result: undefined, messages });
  });

  test('nothing has its result', () => {
    expect(run((problems) => problems.attempt(() => 5))).toEqual({ result: 5, messages: [] });
  });
});

describe('a list', () => {
  test.each<[string, unknown, unknown[], string[]]>([
    ['is missing', undefined, [], []],
    ['is unknown', Lazy.list({ produce: () => ['a'] }), [], []],
    ['is known', ['a', 'b'], ['a', 'b'], []],
    ['is a string', 'a', [], ["aliases must be a list, got 'a': give a list"]],
  ])('that %s is read, or reported', (_, list, result, messages) => {
    expect(run((problems) => problems.list('aliases', list as unknown[], 'give a list'))).toEqual({ result, messages });
  });
});

describe('a map', () => {
  test.each<[string, unknown, unknown[], string[]]>([
    ['is missing', undefined, [], []],
    ['is unknown', Token.asAny({ a: 1 }), [], []],
    ['is known', { a: 1 }, [['a', 1]], []],
    ['is null', null, [], ['tags must be a map, got null: give a map']],
    ['is a list', ['a'], [], ["tags must be a map, got [ 'a' ]: give a map"]],
  ])('that %s is read, or reported', (_, map, result, messages) => {
    expect(run((problems) => problems.map('tags', map as any, 'give a map'))).toEqual({ result, messages });
  });
});

test.each<[unknown, string[]]>([
  [true, []], [false, []], [undefined, []], [Token.asAny(true), []],
  ['yes', ["horovod must be true or false, got 'yes'"]], [0, ['horovod must be true or false, got 0']],
])('a boolean is true or false, or unknown: %p', (value, messages) => {
  expect(run((problems) => problems.boolean('horovod', value)).messages).toEqual(messages);
});

describe('the length of a string', () => {
  const REMEDY = 'give 1 to 4 characters';
  const lengthOf = (value: unknown, isRequired?: boolean) => run((problems) => problems.length('name', value as string, 1, 4, isRequired));

  test.each<[unknown, boolean, string[]]>([
    ['a', true, []], ['abcd', true, []], [undefined, true, []], [Lazy.string({ produce: () => '' }), true, []],
    ['', false, [`name is empty: ${REMEDY} or leave it out`]],
    ['abcde', false, ['name has 5 characters, at most 4 are allowed']],
    [5, false, [`name must be a string, got 5: ${REMEDY} or leave it out`]],
  ])('%p has a result and a problem', (value, result, messages) => {
    expect(lengthOf(value)).toEqual({ result, messages });
  });

  test('is required if the string is', () => {
    expect(lengthOf(undefined, true)).toEqual({ result: false, messages: [`name is missing: ${REMEDY}`] });
    expect(lengthOf('', true)).toEqual({ result: false, messages: [`name is empty: ${REMEDY}`] });
  });
});

describe('an ARN', () => {
  const REMEDY = "give 'arn:<partition>:sagemaker:<region>:<account>:image/<name>'";
  const arn = (value: unknown) => run((problems) => problems.arn('imageArn', value as string, /^arn:a$/, 'an image', 'image/<name>'));

  test('that is known and valid can be split', () => {
    expect(arn('arn:a')).toEqual({ result: true, messages: [] });
  });

  test('that is unknown is accepted, but cannot be split', () => {
    expect(arn(Lazy.string({ produce: () => 'arn:a' }))).toEqual({ result: false, messages: [] });
  });

  test.each<[unknown, string]>([['arn:b', "imageArn 'arn:b' is not a valid ARN of an image"], [undefined, 'imageArn is missing'], [5, 'imageArn 5 is not a valid ARN of an image']])(
    'is reported if it is %p', (value, message) => {
      expect(arn(value)).toEqual({ result: false, messages: [`${message}: ${REMEDY}`] });
    });
});

test('the error counts the problems, and names the construct', () => {
  const problems = new Problems();
  const error = (id?: string) => errorOf(() => problems.throwIfAny(stackIn(), id));
  expect(error()).toBeUndefined();
  problems.add('a is wrong');
  expect(error()).toBe('Stack: 1 problem\n  a is wrong');
  problems.add('b is wrong');
  expect(error('Torch')).toBe('Stack/Torch: 2 problems\n  a is wrong\n  b is wrong');
});
