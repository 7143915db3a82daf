import { Scene } from './scene';
import type { Service } from '../../../../src/provider/handler/service/client';
import { noResponse } from '../world';

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation();
});

/** A process whose writes of release notes take this long to arrive, in milliseconds. */
function slow(scene: Scene, delay: number): { readonly send: Service['send'] } {
  return {
    send: async (operation, input) => {
      if (operation === 'UpdateImageVersion' && 'ReleaseNotes' in input) {
        await scene.world.sleep(delay);
      }
      return scene.sageMaker.send(operation, input);
    },
  };
}

/** Version 1 of `b`, and version 2 of `a`, which was pushed later and has the alias, so that nothing has to be moved. */
async function released(behaviour: ConstructorParameters<typeof Scene>[0] = {}): Promise<Scene> {
  const scene = new Scene(behaviour);
  for (const name of ['b', 'a']) {
    await scene.react(scene.push(name, `release-${name}`));
    await scene.wait(60);
  }
  return scene;
}

const notesOf = async (scene: Scene, version: number) => (await scene.describe(version)).ReleaseNotes;

describe.each([['refuse'], ['move']] as const)('if SageMaker answers %s for an alias that is taken,', (takenAlias) => {
  // The run for the later push starts, reads, writes and verifies while the write of the other run is on its way.
  test.each([[50], [200], [500], [800], [1_000], [1_500], [2_000], [2_500], [2_900]])(
    'a write of an earlier push that arrives %d ms late does not replace the time of a later push', async (delay) => {
      const scene = await released({ takenAlias });
      const earlier = scene.push('a', 'release-2');
      await scene.wait(5);
      const between = scene.push('b', 'release-3');
      await scene.wait(5);
      const later = scene.push('a', 'release-4');
      const outcomes = await scene.world.settle(scene.reaction(earlier, slow(scene, delay)), scene.reaction(later));
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
      expect(await notesOf(scene, 2)).toBe(`(release-4 pushed ${later.Time})`);
      // It decides about the alias when the next event comes.
      expect(await scene.react(between)).toEqual([undefined]);
      expect(scene.holder).toBe(2);
    });
});

test('a write without a response is verified too', async () => {
  const scene = await released();
  const earlier = scene.push('a', 'release-2');
  await scene.wait(5);
  const later = scene.push('a', 'release-3');
  scene.sageMaker.fault({ operation: 'UpdateImageVersion', error: noResponse(), when: 'after' });
  expect((await scene.world.settle(scene.reaction(earlier, slow(scene, 2_000)), scene.reaction(later))).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  expect(await notesOf(scene, 2)).toBe(`(release-3 pushed ${later.Time})`);
});

test('a time that was written again is verified too', async () => {
  const scene = await released();
  const earlier = scene.push('a', 'release-2');
  await scene.wait(5);
  const later = scene.push('a', 'release-3');
  const outcomes = await scene.world.settle(
    scene.reaction(earlier, slow(scene, 1_000)), scene.reaction(earlier, slow(scene, 4_500)), scene.reaction(later),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
  expect(await notesOf(scene, 2)).toBe(`(release-3 pushed ${later.Time})`);
});

test('a version that is new, or has the time already, is not waited for', async () => {
  const scene = await released();
  const event = scene.push('a', 'release-2');
  await scene.react(event);
  const start = scene.world.now();
  await scene.react(event);
  expect(scene.world.now() - start).toBeLessThan(1_000);
});
