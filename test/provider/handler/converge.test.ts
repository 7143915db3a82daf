import { ENTRY, event } from './events';
import { messageOf, OTHERS, Scene, scene, SETTINGS } from './scene';
import { noAnswer, serviceError } from './world';
import { Failure } from '../../../src/provider/handler/events';
import { FRESH, LONGEST_CALL } from '../../../src/provider/handler/progress';

let world: Scene['world'];
let domain: Scene['domain'];
let attachment: Scene['attachment'];
let run: Scene['run'];

function start(...args: Parameters<typeof scene>): void {
  ({ world, domain, attachment, run } = scene(...args));
}

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation();
  start();
});

describe('attaching, when things go wrong,', () => {
  test('waits while the domain is busy', async () => {
    domain.status = 'Updating';
    void world.sleep(5 * 60_000).then(() => { domain.status = 'InService'; });
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
  });

  test('to a domain that stays busy ends in a failure before Lambda ends it', async () => {
    domain.status = 'Updating';
    expect(await messageOf(run('Create'))).toMatch(/it took too long; at last, its status is Updating; nothing was changed; see that it is InService/);
    expect(world.now()).toBeLessThan(14 * 60_000);
  });

  test.each(['ThrottlingException', 'ResourceInUse', 'ConflictException', 'ServiceUnavailable'])('tries again after %s', async (name) => {
    domain.onRead = (count) => { if (count % 3) { throw serviceError(name); } };
    domain.onWrite = () => { if (world.random() < 0.7) { throw serviceError(name); } };
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
  });

  test('waits for a permission to reach every corner of IAM', async () => {
    domain.onRead = () => { if (world.now() < 10_000) { throw serviceError('AccessDeniedException'); } };
    expect(await run('Create')).toBeUndefined();
  });

  test('waits as long for each permission, whatever was denied before', async () => {
    domain.onRead = (count) => {
      if (count === 1) {
        domain.status = 'Updating';
        void world.sleep(60_000).then(() => { domain.status = 'InService'; });
        throw serviceError('AccessDeniedException', 'no sagemaker:DescribeDomain');
      }
    };
    domain.onWrite = () => { if (world.now() < 80_000) { throw serviceError('AccessDeniedException', 'no sagemaker:UpdateDomain'); } };
    expect(await run('Create')).toBeUndefined();
  });

  test('fails without a permission', async () => {
    domain.onWrite = () => { throw serviceError('AccessDeniedException', 'no sagemaker:UpdateDomain'); };
    expect(await messageOf(run('Create'))).toMatch(/no sagemaker:UpdateDomain; nothing was changed; allow that to the role of the function/);
    expect(world.now()).toBeLessThan(60_000);
  });

  test('fails with what the service says when it refuses every time', async () => {
    domain.onWrite = () => { throw serviceError('ValidationException', "Image 'torch' is not active"); };
    expect(await messageOf(run('Create'))).toMatch(/ValidationException: Image 'torch' is not active; nothing was changed; correct what the service complains about/);
  });

  test('is not discouraged by refusals while others write', async () => {
    domain.onWrite = () => {
      if (world.now() < 60_000) {
        domain.put({ Counter: world.now() });
        throw serviceError('ValidationException', 'the domain is being updated');
      }
    };
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
  });

  test('writes ever less often while somebody takes the entry out again', async () => {
    start({ latency: () => 50 });
    const initial = domain.settings;
    domain.onRead = () => {
      if (world.now() < 60_000 && domain.list().length > OTHERS.length) {
        domain.put(initial);
      }
    };
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
    expect(domain.writes.filter((settings) => settings !== initial).length).toBeLessThan(15);
  });

  test('fails with the reason of a failed update', async () => {
    domain.onWrite = () => {
      domain.status = 'Update_Failed';
      domain.failureReason = 'the execution role may not describe the image version';
    };
    const failure = await run('Create');
    expect(failure?.message).toMatch(/the update failed \(the execution role may not describe the image version\); the list was written at least once/);
    expect((failure as Failure).untouched).toBe(false);
  });

  test('does not take a status that came late for a success', async () => {
    domain.onWrite = () => {
      // The next reading shows the list already, and not yet that the domain is being updated.
      void world.sleep(1_500).then(() => { domain.status = 'Updating'; });
      void world.sleep(60_000).then(() => {
        domain.status = 'Update_Failed';
        domain.failureReason = 'the execution role may not describe the image version';
      });
    };
    expect(await messageOf(run('Create'))).toMatch(/the update failed \(the execution role may not describe the image version\)/);
    // Once more, for it might have been the update of somebody else.
    expect(domain.writes).toHaveLength(2);
  });

  test('is not written a third time when the update failed again, however late that shows', async () => {
    domain.onWrite = () => {
      domain.status = 'InService';
      void world.sleep(1_500).then(() => { domain.status = 'Updating'; });
      void world.sleep(60_000).then(() => { domain.status = 'Update_Failed'; });
    };
    expect(await messageOf(run('Create'))).toMatch(/the update failed/);
    expect(domain.writes).toHaveLength(2);
  });

  test('of an entry that is there already finds out whether it was that one that failed', async () => {
    start({}, { JupyterLabAppSettings: { CustomImages: [ENTRY] } });
    domain.status = 'Update_Failed';
    domain.onWrite = () => { domain.status = 'InService'; };
    expect(await run('Create')).toBeUndefined();
    expect(domain.writes).toHaveLength(1);

    domain.onWrite = () => { domain.status = 'Update_Failed'; };
    domain.status = 'Update_Failed';
    expect(await messageOf(run('Create'))).toMatch(/the update failed/);
    expect(domain.writes).toHaveLength(2);
  });

  test('survives that an update of somebody else fails', async () => {
    let failing = true;
    domain.onRead = (count) => {
      if (failing && count === 3) {
        failing = false;
        domain.put({ Counter: 1 });
        domain.status = 'Update_Failed';
      }
    };
    domain.onWrite = () => { domain.status = 'InService'; };
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
  });

  test('to a domain that could not be created fails, also when the entry is there', async () => {
    start({}, { JupyterLabAppSettings: { CustomImages: [ENTRY] } });
    domain.status = 'Failed';
    domain.failureReason = 'no subnet';
    expect(await messageOf(run('Create'))).toMatch(/its status is Failed \(no subnet\); the list was written at least once/);
  });

  test('works on a domain whose last update failed', async () => {
    domain.status = 'Update_Failed';
    domain.onWrite = () => { domain.status = 'InService'; };
    expect(await run('Create')).toBeUndefined();
  });

  test('notices that a write arrived whose answer did not', async () => {
    let lost = false;
    const { write } = domain.studio;
    domain.studio.write = async (...args) => {
      await write(...args);
      if (!lost) {
        lost = true;
        throw noAnswer();
      }
    };
    expect(await run('Create')).toBeUndefined();
    expect(domain.writes).toHaveLength(1);
  });

  test('takes a write whose answer did not arrive for one that may have taken effect', async () => {
    let written = false;
    domain.onRead = () => { if (written) { throw serviceError('AccessDeniedException'); } };
    domain.onWrite = () => { written = true; throw noAnswer(); };
    expect(await run('Create')).toMatchObject({ untouched: false, message: expect.stringContaining('the list was written at least once') });
  });

  const slow = async () => {
    await world.sleep(LONGEST_CALL);
    throw noAnswer();
  };

  test.each([
    ['readings', true, slow, undefined],
    ['writes', false, undefined, slow],
    ['readings after a write', false, () => domain.writes.length > 0 ? slow() : undefined, undefined],
    ['writes that change nothing', false, undefined, () => world.sleep(LONGEST_CALL)],
  ])('whose %s take long ends before Lambda ends it, and knows whether it wrote', async (_, untouched, reading, writing) => {
    // Whatever it is doing when the time is over.
    for (let second = 0; second < 15; second++) {
      start({ latency: () => FRESH / 3 });
      const { read, write } = domain.studio;
      domain.studio.read = async (...args) => await reading?.() ?? read(...args);
      domain.studio.write = async (...args) => writing ? writing() : write(...args);
      const clock = world.clock(1 + second / 60);
      const failure = await world.run(attachment.run(event('Create'), clock));
      expect(failure).toMatchObject({ untouched, message: expect.stringMatching(/it took too long; at last, (TimeoutError|it has just been written)/) });
      expect(world.now()).toBeLessThanOrEqual(clock.deadline);
    }
  });

  test('waits for a time that is half random, so that those who met once do not meet again', async () => {
    const pauses = async (random: number) => {
      start();
      domain.status = 'Updating';
      const slept: number[] = [];
      const sleep = (milliseconds: number) => {
        slept.push(milliseconds);
        return world.sleep(milliseconds);
      };
      await world.run(attachment.run(event('Create'), { ...world.clock(1), random: () => random, sleep }));
      return slept.slice(0, 5);
    };
    const [shortest, longest] = [await pauses(0), await pauses(1)];
    expect(shortest).toHaveLength(5);
    expect(longest).toEqual(shortest.map((pause) => 2 * pause));
  });

  test('comes again when somebody overwrites the list with what it was before', async () => {
    let stale = true;
    domain.onRead = (count) => {
      if (count === 3 && stale) {
        stale = false;
        domain.put(SETTINGS as any);
      }
    };
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
  });

  test('writes nothing on the basis of an answer that came late', async () => {
    let late = true;
    const { read } = domain.studio;
    domain.studio.read = async (...args) => {
      const reading = await read(...args);
      if (late) {
        late = false;
        await world.sleep(FRESH + 1);
        domain.put({ JupyterLabAppSettings: { CustomImages: [...OTHERS, { ImageName: 'meanwhile', AppImageConfigName: 'x' }] } });
      }
      return reading;
    };
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, { ImageName: 'meanwhile', AppImageConfigName: 'x' }, ENTRY]);
  });

  test('does not wait for ever for a domain that somebody changes all the time', async () => {
    domain.onRead = (count) => domain.put({ Counter: count });
    expect(await run('Create')).toBeUndefined();
    expect(world.now()).toBeLessThan(60_000);
  });
});
