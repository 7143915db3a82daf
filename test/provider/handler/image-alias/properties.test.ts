import { heirOf, isIdOf, physicalIdOf } from '../../../../src/provider/handler/image-alias/properties';

const TARGET = { imageName: 'torch', alias: 'prod', version: 34 };

test('the physical id of an alias that was taken over contains both versions', () => {
  expect(physicalIdOf(TARGET)).toBe('torch/alias/prod');
  expect(physicalIdOf(TARGET, 'none')).toBe('torch/alias/prod');
  expect(physicalIdOf(TARGET, 12)).toBe('torch/alias/prod/from/12/to/34');
});

test.each([
  ['torch/alias/prod', true],
  ['torch/alias/prod/from/12/to/34', true],
  ['torch/alias/prod/from/12/to/5', true],
  ['torch/alias/prod/from/12/to/34/x', false],
  ['torch/alias/prod/from/12/to/34 (unconfirmed)', false],
  ['torch/alias/prod2', false],
  ['jax/alias/prod', false],
  [undefined, false],
])('%s is an id of the alias: %s', (id, expected) => {
  expect(isIdOf(id, TARGET)).toBe(expected);
});

test.each([
  ['torch/alias/prod/from/12/to/34', 12],
  ['torch/alias/prod/from/12/to/4', 'none'],
  ['torch/alias/prod', 'none'],
  // Whoever sends the deletion does not know what the creation did.
  ['Stack-Prod-1A2B3C', 56],
  ['torch/alias/prod/from/12/to/34 (unconfirmed)', 56],
])('after the deletion of %s, the alias is on %s', (id, expected) => {
  expect(heirOf(id, { ...TARGET, former: 56 })).toBe(expected);
});

test('nobody knows where the alias was without a response and a former version', () => {
  expect(heirOf('Stack-Prod-1A2B3C', TARGET)).toBeUndefined();
});
