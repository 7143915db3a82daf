import * as fc from 'fast-check';
import type { StoredImage } from '../../../../src/provider/handler/image-feed/model';
import { isContainerImage, matches, newestPush } from '../../../../src/provider/handler/image-feed/tags';

describe('a tag', () => {
  test.each<[string, string, boolean]>([
    ['release-1', 'release-1', true],
    ['release-12', 'release-1', false],
    ['my-release-1', 'release-1', false],
    ['release-1', 'release-*', true],
    ['release-', 'release-*', true],
    ['my-release-1', 'release-*', false],
    ['1.2-gpu', '*-gpu', true],
    ['1.2-gpu-old', '*-gpu', false],
    ['v1-gpu', 'v*-gpu', true],
    ['v-gpu', 'v*-gpu', true],
    ['v1-cpu', 'v*-gpu', false],
    ['aba', 'ab*ba', false],
    ['abba', 'ab*ba', true],
    ['a-b-c', 'a*b*c', true],
    ['a-c', 'a*b*c', false],
    ['abc', 'a*b*c', true],
    ['ac-b', 'a*b*c', false],
    ['a-b-b-c', 'a*b*b*c', true],
    ['a-b-c', 'a*b*b*c', false],
    ['ba', 'b*b*a', false],
    ['bbc', 'a*b*c', false],
    ['anything', '*', true],
    ['1x2', '1.2', false],
  ])('%s matches %s: %s', (tag, pattern, expected) => {
    expect(matches(tag, pattern)).toBe(expected);
  });

  test('matches as with a regular expression', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 6 });
    fc.assert(fc.property(text, pattern, (tag, one) => {
      expect([tag, one, matches(tag, one)]).toEqual([tag, one, new RegExp(`^${one.replace(/\./g, '[.]').replace(/\*/g, '.*')}$`).test(tag)]);
    }), { numRuns: 3000 });
  });
});

test.each<[string, string | undefined, boolean]>([
  ['release-1', undefined, true],
  ['release-1', 'application/vnd.oci.image.config.v1+json', true],
  ['release-1', 'application/vnd.docker.container.image.v1+json', true],
  ['release-1', 'application/vnd.cncf.helm.config.v1+json', false],
  ['release-1', 'x-application/vnd.oci.image.config.v1+json', false],
  [`sha256-${'a'.repeat(64)}.sig`, undefined, false],
  [`sha256-${'a'.repeat(63)}`, undefined, true],
  [`my-sha256-${'a'.repeat(64)}`, undefined, true],
])('%s of type %s is a container image: %s', (tag, type, expected) => {
  expect(isContainerImage(tag, type)).toBe(expected);
});

describe('the newest push', () => {
  const stored = (name: string, seconds: number, more: Partial<StoredImage> = {}): StoredImage => ({ imageDigest: `sha256:${name}`, imageTags: [`release-${name}`], imagePushedAt: seconds, ...more });

  test.each<[string, StoredImage[], string | undefined]>([
    ['of none', [], undefined],
    ['is the last by time, first in the list', [stored('b', 20), stored('a', 10)], 'b'],
    ['is the last by time, last in the list', [stored('a', 10), stored('b', 20)], 'b'],
    ['of the same second is the first in the list', [stored('a', 10), stored('b', 10)], 'a'],
    ['has a date', [stored('a', 19), stored('b', 0, { imagePushedAt: new Date(20_000) }), stored('c', 21, { imageTags: ['other'] })], 'b'],
    ['is not archived', [stored('a', 10), stored('b', 20, { imageStatus: 'ARCHIVED' })], 'a'],
    ['has a digest', [stored('a', 10), stored('b', 20, { imageDigest: undefined })], 'a'],
    ['has a tag', [stored('a', 10), stored('b', 20, { imageTags: undefined })], 'a'],
    ['has a time', [stored('a', 10), stored('b', 0, { imagePushedAt: undefined })], 'a'],
    ['has a time, and is not the last in the list', [stored('b', 0, { imagePushedAt: undefined }), stored('a', 10)], 'a'],
    ['is a container image', [stored('a', 10), stored('b', 20, { artifactMediaType: 'application/vnd.cncf.helm.config.v1+json' })], 'a'],
  ])('%s', (_, images, name) => {
    expect(newestPush(images, ['release-*', 'v*'])).toEqual(name && { digest: `sha256:${name}`, tag: `release-${name}`, time: expect.any(Number) });
  });

  test('has the first tag that matches, and its time in seconds', () => {
    expect(newestPush([stored('a', 0, { imageTags: ['latest', 'v1', 'v2'], imagePushedAt: new Date(20_000) })], ['release-*', 'v*'])).toEqual({ digest: 'sha256:a', tag: 'v1', time: 20 });
    expect(newestPush([stored('a', 20)], ['release-*'])).toEqual({ digest: 'sha256:a', tag: 'release-a', time: 20 });
    expect(newestPush([stored('a', 20)], ['other'])).toBeUndefined();
  });
});
