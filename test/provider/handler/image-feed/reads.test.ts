import { PROPERTIES } from './scene';
import type { Feed } from '../../../../src/provider/handler/image-feed/model';
import { attributesOf } from '../../../../src/provider/handler/image-feed/reads';
import { serviceError, World } from '../world';

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation();
});

/** Reads the attributes of a feed. SageMaker answers with these errors, and then with version 3. */
async function read(Needed: boolean, errors: readonly string[]) {
  const world = new World();
  const left = [...errors];
  const [outcome] = await world.settle<unknown>(attributesOf({
    send: async () => {
      await world.sleep(100);
      const name = left.shift();
      if (name) {
        throw serviceError(name, 'no');
      }
      return { Version: 3, ImageVersionArn: 'version', ImageArn: 'image', ContainerImage: 'uri', ImageVersionStatus: 'CREATED' };
    },
  }, { ...PROPERTIES, Needed } as Feed, world.clock()));
  return { outcome: outcome.status === 'fulfilled' ? outcome.value : outcome.reason, left: left.length, seconds: world.now() / 1_000 };
}

const VERSION = { Version: 3, ImageVersionArn: 'version', ImageArn: 'image', ContainerImage: 'uri' };

test('a feed without a version returns no attributes, and does not wait if nothing needs them', async () => {
  const { outcome, left } = await read(false, ['ResourceNotFound', 'never']);
  expect(outcome).toEqual({});
  expect(left).toBe(1);
});

test('a deployment that needs the version waits while another run moves the alias', async () => {
  const { outcome, seconds } = await read(true, Array(8).fill('ResourceNotFound'));
  expect(outcome).toEqual(VERSION);
  expect(seconds).toBeLessThan(60);
});

test('a deployment that needs the version waits for about a minute at most', async () => {
  const { outcome, seconds } = await read(true, Array(1_000).fill('ResourceNotFound'));
  expect(outcome).toEqual({});
  expect(seconds).toBeGreaterThan(60);
  expect(seconds).toBeLessThan(90);
});

test.each([[true], [false]])('an error is not taken for a missing version (needed: %s)', async (needed) => {
  expect((await read(needed, ['ThrottlingException'])).outcome).toEqual(VERSION);
  expect((await read(needed, ['ValidationException'])).outcome).toMatchObject({ message: expect.stringContaining("reading the version with alias 'stable' of image 'torch' failed: ValidationException: no") });
});
