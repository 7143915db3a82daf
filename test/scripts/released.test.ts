import { signature, staleBaseline } from '../../scripts/api/released';

describe('staleBaseline', () => {
  test('finds nothing if the baseline is from the last release, or if there was no release', () => {
    expect(staleBaseline('v0.2.0', '0.2.0')).toEqual([]);
    expect(staleBaseline('', '0.0.0')).toEqual([]);
  });

  test('finds a baseline that is older than the last release', () => {
    expect(staleBaseline('v0.2.0', '0.1.0'))
      .toEqual(['api/released.json is from version 0.1.0, but the last release is v0.2.0: run npm run api:baseline on v0.2.0']);
  });
});

test('a baseline contains no descriptions and source locations', () => {
  const docs = { summary: 'An image.', stability: 'experimental', subclassable: true };
  expect(JSON.parse(JSON.stringify(signature({ docs, locationInModule: { line: 1 }, methods: [{ docs: { summary: 'Adds.' }, name: 'add' }] }))))
    .toEqual({ docs: { stability: 'experimental', subclassable: true }, methods: [{ docs: {}, name: 'add' }] });
});
