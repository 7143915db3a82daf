import * as fc from 'fast-check';
import { isSame, listIn, withEntry, withList, withoutEntry } from '../../../src/provider/handler/custom-images';
import { Entry } from '../../../src/provider/handler/place';
import { runs } from '../../helpers/property';

// Few names, so that entries meet; fields that no model has, so that they can get lost.
const name = fc.constantFrom('a', 'A', 'b', 'c-1');
const entry = fc.record({ ImageName: name, AppImageConfigName: name, ImageVersionNumber: fc.integer({ min: 1, max: 3 }) }, { requiredKeys: ['ImageName', 'AppImageConfigName'] }) as fc.Arbitrary<Entry>;
const foreign = fc.record({ ImageName: name, AppImageConfigName: name, ImageVersionNumber: fc.integer({ min: 1, max: 3 }), Later: fc.jsonValue() }, { requiredKeys: ['ImageName', 'AppImageConfigName'] });
const list = fc.uniqueArray(foreign, { selector: (one) => `${one.ImageName}/${one.AppImageConfigName}`.toLowerCase() });

test('attaching changes no other entry, keeps the order, and sets the number of its own', () => {
  fc.assert(fc.property(list, entry, (before, mine) => {
    const original = structuredClone(before);
    const after = withEntry(before, mine);
    expect(before).toEqual(original);
    const others = (entries: readonly any[]) => entries.filter((one) => !isSame(mine, one));
    expect(others(after)).toEqual(others(original));
    const position = original.findIndex((one) => isSame(mine, one));
    const found = after[position < 0 ? after.length - 1 : position];
    expect(isSame(mine, found)).toBe(true);
    expect(found.ImageVersionNumber).toBe(mine.ImageVersionNumber);
    expect(found.Later).toEqual(original[position]?.Later);
    expect(after).toHaveLength(original.length + (position < 0 ? 1 : 0));
    expect(withEntry(after, mine)).toBe(after);
  }), runs(500));
});

test('detaching leaves exactly the other entries, in their order', () => {
  fc.assert(fc.property(list, entry, (before, mine) => {
    const after = withoutEntry(before, mine);
    expect(after).toEqual(before.filter((one) => !isSame(mine, one)));
    expect(withoutEntry(after, mine)).toBe(after);
  }), runs(500));
});

test('attaching and detaching brings back what was there', () => {
  fc.assert(fc.property(list, entry, (before, mine) => {
    fc.pre(!before.some((one) => isSame(mine, one)));
    expect(withoutEntry(withEntry(before, mine), mine)).toEqual(before);
  }), runs(500));
});

test('a list changes nothing else in the settings of its app', () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), list, (settings, images) => {
    fc.pre(!('CustomImages' in settings) && !('__proto__' in settings));
    expect(withList({ App: settings }, 'App', images)).toEqual({ ...settings, CustomImages: images });
    expect(listIn({ App: withList({ App: settings }, 'App', images) }, 'App')).toEqual(images);
  }), runs(200));
});

test('the latest version has no number', () => {
  expect(withEntry([{ ImageName: 'a', AppImageConfigName: 'b', ImageVersionNumber: 2, Later: 1 }], { ImageName: 'a', AppImageConfigName: 'b' }))
    .toEqual([{ ImageName: 'a', AppImageConfigName: 'b', Later: 1 }]);
});

test('the service may lower-case names', () => {
  const list2 = [{ ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber: 3 }];
  expect(withEntry(list2, { ImageName: 'Torch', AppImageConfigName: 'Torch-JL', ImageVersionNumber: 3 })).toBe(list2);
});

test('an app without settings has no custom images', () => {
  expect(listIn({}, 'App')).toEqual([]);
  expect(listIn({ App: {} }, 'App')).toEqual([]);
});
