import * as fc from 'fast-check';
import { changed, listIn, withImage, withoutImage } from '../../../../src/provider/handler/attachments/images';
import type { StudioCustomImage } from '../../../../src/provider/kinds/studio-attachments';
import { runs } from '../../../helpers/property';

// There are few names, so that entries collide. Entries have fields that no model knows, which must not get lost.
const name = fc.constantFrom('a', 'A', 'b', 'c-1');
const entry = fc.record({ ImageName: name, AppImageConfigName: name, ImageVersionNumber: fc.integer({ min: 1, max: 3 }) }, { requiredKeys: ['ImageName', 'AppImageConfigName'] }) as fc.Arbitrary<StudioCustomImage>;
const foreign = fc.record({ ImageName: name, AppImageConfigName: name, ImageVersionNumber: fc.integer({ min: 1, max: 3 }), Later: fc.jsonValue() }, { requiredKeys: ['ImageName', 'AppImageConfigName'] });
const list = fc.uniqueArray(foreign, { selector: (one) => `${one.ImageName}/${one.AppImageConfigName}`.toLowerCase() });

/** The oracle for "the same image and configuration", on purpose not that of the handler. */
const same = (one: any, other: any) => `${one.ImageName} ${one.AppImageConfigName}`.toLowerCase() === `${other.ImageName} ${other.AppImageConfigName}`.toLowerCase();

test('attaching an image keeps all other entries and their order, and sets the version of its own entry', () => {
  fc.assert(fc.property(list, entry, (before, mine) => {
    const original = structuredClone(before);
    const after = withImage(before, mine);
    expect(before).toEqual(original);
    const others = (entries: readonly any[]) => entries.filter((one) => !same(mine, one));
    expect(others(after)).toEqual(others(original));
    const position = original.findIndex((one) => same(mine, one));
    const found = after[position < 0 ? after.length - 1 : position];
    expect(same(mine, found)).toBe(true);
    expect(found.ImageVersionNumber).toBe(mine.ImageVersionNumber);
    expect(found.Later).toEqual(original[position]?.Later);
    expect(after).toHaveLength(original.length + (position < 0 ? 1 : 0));
    expect(withImage(after, mine)).toBe(after);
  }), runs(500));
});

test('detaching an image keeps all other entries and their order', () => {
  fc.assert(fc.property(list, entry, (before, mine) => {
    const after = withoutImage(before, mine, 'any version');
    expect(after).toEqual(before.filter((one) => !same(mine, one)));
    expect(withoutImage(after, mine, 'any version')).toBe(after);
  }), runs(500));
});

test('detaching an image restores the list as it was before it was attached', () => {
  fc.assert(fc.property(list, entry, (before, mine) => {
    fc.pre(!before.some((one) => same(mine, one)));
    expect(withoutImage(withImage(before, mine), mine, 'any version')).toEqual(before);
  }), runs(500));
});

test('an image is removed in any version or only in the same version', () => {
  const list2 = [{ ImageName: 'a', AppImageConfigName: 'b', ImageVersionNumber: 2 }];
  expect(withoutImage(list2, { ImageName: 'A', AppImageConfigName: 'B', ImageVersionNumber: 2 }, 'same version')).toEqual([]);
  expect(withoutImage(list2, { ImageName: 'a', AppImageConfigName: 'b', ImageVersionNumber: 3 }, 'same version')).toBe(list2);
  expect(withoutImage(list2, { ImageName: 'a', AppImageConfigName: 'b' }, 'same version')).toBe(list2);
  expect(withoutImage(list2, { ImageName: 'a', AppImageConfigName: 'b' }, 'any version')).toEqual([]);
});

test('changing a list does not change other settings', () => {
  const image = { ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber: 3 };
  const attach = [{ settings: 'DefaultUserSettings', app: 'JupyterLabAppSettings', image }] as const;
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), list, (settings, images) => {
    fc.pre(!('CustomImages' in settings) && !('__proto__' in settings) && !images.some((one) => same(image, one)));
    const blocks = {
      DefaultUserSettings: { JupyterLabAppSettings: { ...settings, CustomImages: images }, Other: settings },
      DefaultSpaceSettings: { Other: settings },
    };
    const after = changed(blocks, { attach, detach: [], version: 'same version' });
    expect(after).toEqual({
      DefaultUserSettings: { JupyterLabAppSettings: { ...settings, CustomImages: [...images, image] }, Other: settings },
      DefaultSpaceSettings: { Other: settings },
    });
    expect(after.DefaultSpaceSettings).toBe(blocks.DefaultSpaceSettings);
    expect(changed(after, { attach, detach: [], version: 'same version' })).toBe(after);
  }), runs(200));
});

test('an entry for the latest version has no version number', () => {
  expect(withImage([{ ImageName: 'a', AppImageConfigName: 'b', ImageVersionNumber: 2, Later: 1 }], { ImageName: 'a', AppImageConfigName: 'b' }))
    .toStrictEqual([{ ImageName: 'a', AppImageConfigName: 'b', Later: 1 }]);
});

test('names are compared without case, because SageMaker may lowercase them', () => {
  const list2 = [{ ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber: 3 }];
  expect(withImage(list2, { ImageName: 'Torch', AppImageConfigName: 'Torch-JL', ImageVersionNumber: 3 })).toBe(list2);
});

test('an app without settings has no custom images', () => {
  expect(listIn(undefined, 'App')).toEqual([]);
  expect(listIn({}, 'App')).toEqual([]);
  expect(listIn({ App: {} }, 'App')).toEqual([]);
});
