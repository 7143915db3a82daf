import { PROPERTIES, Scene } from './scene';
import type { RuleEvent } from '../../../../src/provider/kinds/rule-event';

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation();
});

/** The event of a push as the feed for candidates gets it. */
const candidate = (event: RuleEvent): RuleEvent => ({ ...event, Properties: { Places: [], ...CANDIDATES } });
const CANDIDATES = { ...PROPERTIES, Alias: 'staging', Tags: ['rc-*'] };

const labels = (scene: Scene) => scene.sageMaker.images.aliases('torch');

describe('two feeds of one image, with different tags and aliases,', () => {
  test('do not give their aliases to what was pushed for the other one', async () => {
    const scene = new Scene();
    const first = candidate(scene.push('a', 'rc-1'));
    await scene.react(first);
    await scene.wait(60);
    await scene.react(scene.push('b', 'release-1'));
    expect(labels(scene)).toEqual({ staging: 1, stable: 2 });
    // The event arrives again, when a version of the other feed is newer.
    expect(await scene.react(first)).toEqual([undefined]);
    expect(labels(scene)).toEqual({ staging: 1, stable: 2 });
  });

  test.each([1, 2, 3, 4, 5, 6])('agree on the versions of pushes at the same time (seed %d)', async (seed) => {
    const scene: Scene = new Scene({ latency: () => 20 + scene.world.random() * 200, takenAlias: seed % 2 ? 'refuse' : 'move' }, seed);
    await scene.react(scene.push('start', 'release-0'), candidate(scene.push('first', 'rc-0')));
    await scene.wait(60);
    const a = candidate(scene.push('a', 'rc-1'));
    await scene.wait(1);
    const b = scene.push('b', 'release-1');
    expect(await scene.react(...seed % 3 ? [a, b] : [b, a])).toEqual([undefined, undefined]);
    const versions = await scene.versions();
    expect([versions[labels(scene).staging - 1].slice(-1), versions[labels(scene).stable - 1].slice(-1)]).toEqual(['a', 'b']);
  });

  test('keep the time of each in the release notes of a container image that is promoted', async () => {
    const scene = new Scene();
    const a = scene.push('a', 'rc-1');
    await scene.react(candidate(a));
    await scene.wait(60);
    const b = scene.push('b', 'rc-2');
    await scene.wait(60);
    const promoted = scene.push('a', 'release-1');
    await scene.react(promoted);
    expect((await scene.describe(1)).ReleaseNotes).toBe(`(rc-1 pushed ${a.Time}) (release-1 pushed ${promoted.Time})`);
    expect(labels(scene)).toEqual({ staging: 1, stable: 1 });
    // The promotion says nothing about candidates, of which the second one is newer, although its event is late.
    await scene.react(candidate(b));
    expect(labels(scene)).toEqual({ staging: 2, stable: 1 });
    await scene.react(candidate(a));
    expect(labels(scene)).toEqual({ staging: 2, stable: 1 });
  });
});
