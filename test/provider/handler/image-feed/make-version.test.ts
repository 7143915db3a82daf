import { PROPERTIES, REPOSITORY } from './scene';
import { Calls } from '../../../../src/provider/handler/calls';
import { VersionMaker } from '../../../../src/provider/handler/image-feed/make-version';
import type { Feed } from '../../../../src/provider/handler/image-feed/model';
import { Records } from '../../../../src/provider/handler/image-feed/records';
import { Versions } from '../../../../src/provider/handler/image-feed/versions';
import { type Behaviour, FakeSageMaker } from '../fake-sagemaker';
import { serviceError, World } from '../world';

/** What is logged about labels. */
let logged: unknown[];
beforeEach(() => {
  logged = [];
  jest.spyOn(console, 'log').mockImplementation((line) => {
    const { doing, ...details } = JSON.parse(line);
    if (!doing) {
      logged.push(details);
    }
  });
});

const DIGEST = `sha256:${'a'.repeat(64)}`;

/** Makes a version of a push. Each read of the labels has the next of these results. */
async function make(labels: (Error | Record<string, unknown>)[], behaviour: Behaviour = {}) {
  const world = new World();
  const sageMaker = new FakeSageMaker(world, { versionTime: () => 30_000, ...behaviour }).addImage('torch');
  const reads: number[] = [];
  const maker = new VersionMaker(sageMaker, {
    labels: async () => {
      reads.push(Math.round(world.now() / 1_000));
      const next = labels[reads.length - 1];
      if (next instanceof Error) {
        throw next;
      }
      return next;
    },
  }, () => world.now() / 1_000);
  const clock = world.clock();
  const [outcome] = await world.settle<unknown>(maker.make({
    feed: { ...PROPERTIES, ReadLabels: true, Metadata: { Processor: 'CPU' }, Needed: false } as Feed,
    push: { digest: DIGEST, tag: 'release-1', time: 1_767_225_600 },
    follows: () => true,
    versions: new Versions(new Calls(sageMaker, clock, clock.deadline), new Map()),
    records: new Records(sageMaker, 'torch', clock.now),
    clock,
  }));
  const created = sageMaker.calls.filter(({ operation }) => operation === 'CreateImageVersion').map(({ input }) => input);
  return { outcome, created, reads };
}

const GPU = { 'cdk-sagemaker-images.processor': 'GPU' };

test('labels are read once', async () => {
  const { created, reads } = await make([GPU]);
  expect(reads).toHaveLength(1);
  expect(created).toEqual([{
    ImageName: 'torch',
    BaseImage: `${REPOSITORY}@${DIGEST}`,
    Processor: 'GPU',
    ReleaseNotes: '(release-1 pushed 2026-01-01T00:00:00Z)',
    ClientToken: expect.stringMatching(/^[0-9a-f]{36}$/),
  }]);
  expect(logged).toEqual([]);
});

test('labels that cannot be read are tried four times, with growing pauses, and then left out', async () => {
  const { created, reads } = await make(Array(9).fill(serviceError('ThrottlingException', 'busy')));
  expect(reads.map((second) => second - reads[0])).toEqual([0, 2, 6, 14]);
  expect(created).toMatchObject([{ Processor: 'CPU' }]);
  expect(logged).toEqual(Array(4).fill({ message: 'labels not read', digest: DIGEST, error: 'ThrottlingException: busy' }));
});

test('labels that can be read at last count', async () => {
  const { created, reads } = await make([serviceError('ThrottlingException', 'busy'), GPU]);
  expect(reads).toHaveLength(2);
  expect(created).toMatchObject([{ Processor: 'GPU' }]);
});

test('labels whose read is refused are not tried again', async () => {
  const { created, reads } = await make([serviceError('ValidationException', 'no'), GPU]);
  expect(reads).toHaveLength(1);
  expect(created).toMatchObject([{ Processor: 'CPU' }]);
});

test('labels that are not valid are logged', async () => {
  await make([{ 'cdk-sagemaker-images.processor': 'TPU' }]);
  expect(logged).toEqual([{ message: 'ignoring labels that SageMaker does not accept', digest: DIGEST, labels: ['cdk-sagemaker-images.processor=TPU'] }]);
});
