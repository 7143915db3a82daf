import { sizes } from '../../bench/provider/sizes';

// The bench says what they are; here they cannot grow unnoticed.
test('the handler and its attachments take no more than their limits', () => {
  expect(sizes().filter(({ value, limit }) => !(value <= limit))).toEqual([]);
});
