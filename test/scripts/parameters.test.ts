import { renamedParameters, Signatures } from '../../scripts/api/parameters';

function api(type: 'initializer' | 'method', ...names: string[]): Signatures {
  const parameters = names.map((name) => ({ name }));
  return { types: { 'lib.BaseImage': type === 'initializer' ? { initializer: { parameters } } : { methods: [{ name: 'fromTarball', parameters }] } } };
}

describe('renamedParameters', () => {
  test('finds nothing if names do not change, or if parameters are added or removed at the end', () => {
    expect(renamedParameters(api('method', 'tarballFile'), api('method', 'tarballFile')).size).toBe(0);
    expect(renamedParameters(api('method', 'tarballFile'), api('method', 'tarballFile', 'options')).size).toBe(0);
    // jsii-diff reports removed parameters.
    expect(renamedParameters(api('method', 'tarballFile', 'options'), api('method', 'tarballFile')).size).toBe(0);
    expect(renamedParameters(api('method', 'tarballFile'), { types: {} }).size).toBe(0);
  });

  test.each([['method', 'lib.BaseImage.fromTarball'], ['initializer', 'lib.BaseImage.<initializer>']] as const)('finds a renamed parameter of a %s', (type, symbol) => {
    expect([...renamedParameters(api(type, 'tarballFile', 'options'), api(type, 'tarball', 'options'))]).toEqual([
      [`renamed-parameter:${symbol}.tarballFile`, `err  - PARAMETER tarballFile of ${symbol}: was renamed to tarball [renamed-parameter:${symbol}.tarballFile]`],
    ]);
  });

  test('finds parameters that were swapped', () => {
    expect(renamedParameters(api('method', 'a', 'b'), api('method', 'b', 'a')).size).toBe(2);
  });
});
