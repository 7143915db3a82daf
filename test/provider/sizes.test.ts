import { relativeColdStart } from '../../bench/provider/cold-start';
import { sizes } from '../../bench/provider/sizes';

// The bench says what they are; here they cannot grow unnoticed.
test('the handler and its attachments take no more than their limits', () => {
  expect(sizes().filter(({ value, limit }) => !(value <= limit))).toEqual([]);
});

test('a cold start takes no more CPU time than its limit', async () => {
  const isOk = ({ value, limit }: { value: number; limit: number }) => value <= limit;
  const first = await relativeColdStart(5);
  // On a busy machine, the cheapest of a few runs may not be cheap.
  const last = isOk(first) ? first : await relativeColdStart(15);
  expect({ ...last, isOk: isOk(last) }).toEqual({ ...last, isOk: true });
});
