import { staleBaseline } from '../../scripts/api/released';

describe('staleBaseline', () => {
  test('finds nothing where the baseline is of the last release, or nothing was released', () => {
    expect(staleBaseline('v0.2.0', '0.2.0')).toEqual([]);
    expect(staleBaseline('', '0.0.0')).toEqual([]);
  });

  test('finds a baseline from before the last release', () => {
    expect(staleBaseline('v0.2.0', '0.1.0'))
      .toEqual(['api/released.json is of version 0.1.0, and v0.2.0 was released: run npm run api:baseline on it']);
  });
});
