import { byKey, keyOf, withCustomImages } from '../../src/studio/private/custom-images';

const ENTRY = { imageName: 'torch', appImageConfigName: 'torch-config', imageVersionNumber: 2 };
const other = (name: string) => ({ imageName: name, appImageConfigName: name, imageVersionNumber: 1 });
const settings = (...customImages: unknown[]) => ({ jupyterLabAppSettings: { customImages } });
const merged = (given: unknown) => withCustomImages(given, 'JupyterLabAppSettings', [ENTRY]) as { settings: unknown; count: number; clashes: unknown[] };
const condition = (...branches: unknown[]) => ({ 'Fn::If': ['Condition', ...branches] });
/** Settings in a function have the names of CloudFormation. */
const inFunction = (...names: string[]) => ({
  JupyterLabAppSettings: { CustomImages: names.map((name) => ({ ImageName: name, AppImageConfigName: name, ImageVersionNumber: 1 })) },
});

describe('the number of images in a list', () => {
  test.each<[string, unknown, number]>([
    ['no settings', undefined, 1],
    ['another image', settings(other('a')), 2],
    ['the same image', settings(ENTRY), 1],
    ['a conditional image', settings(condition(other('a'), { Ref: 'AWS::NoValue' })), 1],
    ['a longer list before one with a conditional image', condition(inFunction('a', 'b'), { JupyterLabAppSettings: { CustomImages: [condition(other('a'), other('b'))] } }), 3],
    ['a longer list first', condition(inFunction('a', 'b'), inFunction('a')), 3],
    ['a longer list last', condition(inFunction('a'), inFunction('a', 'b')), 3],
  ])('with %s', (_, given, count) => {
    expect(merged(given).count).toBe(count);
  });
});

describe('an entry', () => {
  test.each<[string, boolean, unknown]>([
    ['with another number', true, { ...ENTRY, imageVersionNumber: 1 }],
    ['without a number', true, { imageName: 'torch', appImageConfigName: 'torch-config' }],
    ['in a condition', true, condition({ ImageName: 'torch', AppImageConfigName: 'torch-config', ImageVersionNumber: 2 }, { Ref: 'AWS::NoValue' })],
    ['in a condition in a condition', true, condition({ Ref: 'AWS::NoValue' }, condition({ Ref: 'AWS::NoValue' }, { ImageName: 'Torch', AppImageConfigName: 'torch-config' }))],
    ['with the same number', false, ENTRY],
    ['with another configuration', false, { ...ENTRY, appImageConfigName: 'other' }],
    ['of another image', false, { ...ENTRY, imageName: 'other' }],
  ])('that exists %s clashes: %s', (_, clashes, item) => {
    expect(merged(settings(item)).clashes).toEqual(clashes ? [ENTRY] : []);
  });

  test('is added with the names of its list', () => {
    expect(merged({ a: 1, jupyterLabAppSettings: { b: 2, customImages: [other('a')] } }).settings)
      .toEqual({ a: 1, jupyterLabAppSettings: { b: 2, customImages: [other('a'), ENTRY] } });
    expect(merged(condition({ C: 3 }, { Ref: 'AWS::NoValue' })).settings).toEqual(condition(
      { C: 3, JupyterLabAppSettings: { CustomImages: [{ ImageName: 'torch', AppImageConfigName: 'torch-config', ImageVersionNumber: 2 }] } },
      { JupyterLabAppSettings: { CustomImages: [{ ImageName: 'torch', AppImageConfigName: 'torch-config', ImageVersionNumber: 2 }] } },
    ));
  });

  test('cannot be added to the result of another function, whose name is returned', () => {
    expect(merged({ 'Fn::ImportValue': 'x' })).toEqual({ hiddenBy: 'Fn::ImportValue' });
    expect(merged({ jupyterLabAppSettings: { customImages: { 'Fn::Split': [',', 'x'] } } })).toEqual({ hiddenBy: 'Fn::Split' });
  });
});

test('an error in settings is not hidden', () => {
  expect(() => merged({ get jupyterLabAppSettings() { throw new Error('broken'); } })).toThrow('broken');
});

test('the key of an entry ignores case, spelling and number, and that of a function is unique', () => {
  expect(keyOf({ ImageName: 'Torch', AppImageConfigName: 'torch-config' })).toBe(keyOf(ENTRY));
  expect(keyOf({ ...ENTRY, appImageConfigName: 'other' })).not.toBe(keyOf(ENTRY));
  expect(keyOf({ Ref: 'A' })).not.toBe(keyOf({ Ref: 'B' }));
});

test('entries are sorted by image and configuration, without changing the list', () => {
  const given = [other('b'), ENTRY, other('A')];
  expect(byKey(given)).toEqual([other('A'), other('b'), ENTRY]);
  expect(given[0]).toEqual(other('b'));
});
