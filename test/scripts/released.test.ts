import { signature, staleBaseline } from '../../scripts/api/released';

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

test('a baseline keeps what rules are made of, and no texts and places', () => {
  const docs = { summary: 'An image.', stability: 'experimental', subclassable: true };
  expect(JSON.parse(JSON.stringify(signature({ docs, locationInModule: { line: 1 }, methods: [{ docs: { summary: 'Adds.' }, name: 'add' }] }))))
    .toEqual({ docs: { stability: 'experimental', subclassable: true }, methods: [{ docs: {}, name: 'add' }] });
});
