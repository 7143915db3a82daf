import { renamedParameters, Signatures } from '../../scripts/api/parameters';

function api(type: 'initializer' | 'method', ...names: string[]): Signatures {
  const parameters = names.map((name) => ({ name }));
  return { types: { 'lib.BaseImage': type === 'initializer' ? { initializer: { parameters } } : { methods: [{ name: 'fromTarball', parameters }] } } };
}

describe('renamedParameters', () => {
  test('finds nothing where all names are the same, and none where one comes or goes at the end', () => {
    expect(renamedParameters(api('method', 'tarballFile'), api('method', 'tarballFile')).size).toBe(0);
    expect(renamedParameters(api('method', 'tarballFile'), api('method', 'tarballFile', 'options')).size).toBe(0);
    // What is gone is said by jsii-diff.
    expect(renamedParameters(api('method', 'tarballFile', 'options'), api('method', 'tarballFile')).size).toBe(0);
    expect(renamedParameters(api('method', 'tarballFile'), { types: {} }).size).toBe(0);
  });

  test.each([['method', 'lib.BaseImage.fromTarball'], ['initializer', 'lib.BaseImage.<initializer>']] as const)('finds another name in the parameters of a %s', (type, symbol) => {
    expect([...renamedParameters(api(type, 'tarballFile', 'options'), api(type, 'tarball', 'options'))]).toEqual([
      [`renamed-parameter:${symbol}.tarballFile`, `err  - PARAMETER tarballFile of ${symbol}: is tarball now [renamed-parameter:${symbol}.tarballFile]`],
    ]);
  });

  test('finds two that changed places', () => {
    expect(renamedParameters(api('method', 'a', 'b'), api('method', 'b', 'a')).size).toBe(2);
  });
});
