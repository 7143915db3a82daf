import { nextHolder } from '../../../../src/provider/handler/image-feed/order';

const at = (number: number, time: number) => ({ number, time });

test.each<[string, Parameters<typeof nextHolder>, number | undefined]>([
  ['is new', [at(2, 20), undefined, []], 2],
  ['is newer than that of the holder', [at(2, 20), at(1, 10), []], 2],
  ['is older than that of the holder', [at(2, 10), at(1, 20), []], undefined],
  ['is older than a version that somebody made by hand', [at(3, 10), at(2, 11), []], undefined],
  ['has the alias', [at(2, 20), at(2, 20), [at(1, 10)]], undefined],
  ['is older than one whose run moves the alias', [at(2, 20), at(1, 10), [at(3, 30)]], undefined],
  ['took the alias from a newer one', [at(2, 20), at(2, 20), [at(3, 30), at(4, 25)]], 3],
  ['is older than the newest one, and none has the alias', [at(2, 20), undefined, [at(3, 30)]], 3],
  ['is older than the holder, which is the newest', [at(2, 20), at(3, 30), [at(3, 30)]], undefined],
  ['moved the alias for a newer push, from one that is newer still', [at(2, 20), at(3, 30), [at(3, 30), at(4, 40)], 3], 4],
  ['is of the same second, and was made last', [at(3, 20), at(2, 20), [at(2, 20)]], 3],
  ['is of the same second, and was made first', [at(2, 20), at(3, 20), [at(3, 20)]], undefined],
])('a push that %s', (_, given, next) => {
  expect(nextHolder(...given)).toBe(next);
});
