import { attachmentEvent, ENTRY, messageOf, OTHERS, type Scene, scene, SETTINGS } from './scene';
import { FRESH } from '../../../../src/provider/handler/attachments/decide';
import type { Failure } from '../../../../src/provider/handler/lifecycle/failure';
import { LONGEST_CALL } from '../../../../src/provider/handler/service/longest-call';
import { noAnswer, serviceError } from '../world';

let world: Scene['world'];
let domain: Scene['domain'];
let attachments: Scene['attachments'];
let run: Scene['run'];

function start(...args: Parameters<typeof scene>): void {
  ({ world, domain, attachments, run } = scene(...args));
}

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation();
  start();
});

describe('attaching an image', () => {
  test('waits while the domain is busy', async () => {
    domain.status = 'Updating';
    void world.sleep(5 * 60_000).then(() => { domain.status = 'InService'; });
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
  });

  test('fails before Lambda stops it if the domain stays busy', async () => {
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

  test('waits for a permission that IAM has just been given', async () => {
    domain.onRead = () => { if (world.now() < 10_000) { throw serviceError('AccessDeniedException'); } };
    expect(await run('Create')).toBeUndefined();
  });

  test('waits for each permission as long as for any other', async () => {
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

  test('fails without the permission to write', async () => {
    domain.onWrite = () => { throw serviceError('AccessDeniedException', 'no sagemaker:UpdateDomain'); };
    expect(await messageOf(run('Create'))).toMatch(/no sagemaker:UpdateDomain; nothing was changed; grant that action to the role of the function/);
    expect(world.now()).toBeLessThan(60_000);
  });

  test('fails with the error of the service when the service refuses every write', async () => {
    domain.onWrite = () => { throw serviceError('ValidationException', "Image 'torch' is not active"); };
    expect(await messageOf(run('Create'))).toMatch(/ValidationException: Image 'torch' is not active; nothing was changed; correct what the service complains about/);
  });

  test('continues after refusals while others write', async () => {
    domain.onWrite = () => {
      if (world.now() < 60_000) {
        domain.putSettings({ Counter: world.now() });
        throw serviceError('ValidationException', 'the domain is being updated');
      }
    };
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
  });

  test('writes less and less often while somebody keeps removing the entry', async () => {
    start({ latency: () => 50 });
    const initial = domain.blocks;
    domain.onRead = () => {
      if (world.now() < 60_000 && domain.list().length > OTHERS.length) {
        domain.put(initial);
      }
    };
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
    expect(domain.writes.filter((blocks) => blocks !== initial).length).toBeLessThan(15);
  });

  test('fails with the reason of the failed update', async () => {
    domain.onWrite = () => {
      domain.status = 'Update_Failed';
      domain.failureReason = 'the execution role may not describe the image version';
    };
    const failure = await run('Create');
    expect(failure?.message).toMatch(/the update failed \(the execution role may not describe the image version\); the settings were written at least once/);
    expect((failure as Failure).untouched).toBe(false);
  });

  test('does not succeed before a late status shows', async () => {
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

  test('does not write a third time when the second update failed too, even if that shows late', async () => {
    domain.onWrite = () => {
      domain.status = 'InService';
      void world.sleep(1_500).then(() => { domain.status = 'Updating'; });
      void world.sleep(60_000).then(() => { domain.status = 'Update_Failed'; });
    };
    expect(await messageOf(run('Create'))).toMatch(/the update failed/);
    expect(domain.writes).toHaveLength(2);
  });

  test('writes an existing entry once more to find out whether its update failed', async () => {
    start({}, { DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [ENTRY] } } });
    domain.status = 'Update_Failed';
    domain.onWrite = () => { domain.status = 'InService'; };
    expect(await run('Create')).toBeUndefined();
    expect(domain.writes).toHaveLength(1);

    domain.onWrite = () => { domain.status = 'Update_Failed'; };
    domain.status = 'Update_Failed';
    expect(await messageOf(run('Create'))).toMatch(/the update failed/);
    expect(domain.writes).toHaveLength(2);
  });

  test('succeeds when the update of somebody else fails', async () => {
    let failing = true;
    domain.onRead = (count) => {
      if (failing && count === 3) {
        failing = false;
        domain.putSettings({ Counter: 1 });
        domain.status = 'Update_Failed';
      }
    };
    domain.onWrite = () => { domain.status = 'InService'; };
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
  });

  test('fails for a domain that could not be created, even if the entry is there', async () => {
    start({}, { DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [ENTRY] } } });
    domain.status = 'Failed';
    domain.failureReason = 'no subnet';
    expect(await messageOf(run('Create'))).toMatch(/its status is Failed \(no subnet\); the settings were written at least once/);
  });

  test('succeeds on a domain whose last update failed', async () => {
    domain.status = 'Update_Failed';
    domain.onWrite = () => { domain.status = 'InService'; };
    expect(await run('Create')).toBeUndefined();
  });

  test('does not repeat a write that took effect although its answer was lost', async () => {
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

  test('reports that it may have written when the answer to a write was lost', async () => {
    let written = false;
    domain.onRead = () => { if (written) { throw serviceError('AccessDeniedException'); } };
    domain.onWrite = () => { written = true; throw noAnswer(); };
    expect(await run('Create')).toMatchObject({ untouched: false, message: expect.stringContaining('the settings were written at least once') });
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
  ])('with slow %s ends before Lambda stops it, and reports whether it wrote', async (_, untouched, reading, writing) => {
    // Whatever it is doing when the time is over.
    for (let second = 0; second < 15; second++) {
      start({ latency: () => FRESH / 3 });
      const { read, write } = domain.studio;
      domain.studio.read = async (...args) => await reading?.() ?? read(...args);
      domain.studio.write = async (...args) => writing ? writing() : write(...args);
      const clock = world.clock(1 + second / 60);
      const failure = await world.run(attachments.run(attachmentEvent('Create'), clock));
      expect(failure).toMatchObject({ untouched, message: expect.stringMatching(/it took too long; at last, (TimeoutError|it has just been written)/) });
      expect(world.now()).toBeLessThanOrEqual(clock.deadline);
    }
  });

  test('waits for times that are half random, so that two writers that collided do not collide again', async () => {
    const pauses = async (random: number) => {
      start();
      domain.status = 'Updating';
      const slept: number[] = [];
      const sleep = (milliseconds: number) => {
        slept.push(milliseconds);
        return world.sleep(milliseconds);
      };
      await world.run(attachments.run(attachmentEvent('Create'), { ...world.clock(1), random: () => random, sleep }));
      return slept.slice(0, 5);
    };
    const [shortest, longest] = [await pauses(0), await pauses(1)];
    expect(shortest).toHaveLength(5);
    expect(longest).toEqual(shortest.map((pause) => 2 * pause));
  });

  test('writes again when somebody overwrites the list with what it was before', async () => {
    let stale = true;
    domain.onRead = (count) => {
      if (count === 3 && stale) {
        stale = false;
        domain.putSettings(SETTINGS);
      }
    };
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
  });

  test('does not write based on an answer that came late', async () => {
    let late = true;
    const { read } = domain.studio;
    domain.studio.read = async (...args) => {
      const reading = await read(...args);
      if (late) {
        late = false;
        await world.sleep(FRESH + 1);
        domain.putSettings({ JupyterLabAppSettings: { CustomImages: [...OTHERS, { ImageName: 'meanwhile', AppImageConfigName: 'x' }] } });
      }
      return reading;
    };
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, { ImageName: 'meanwhile', AppImageConfigName: 'x' }, ENTRY]);
  });

  test('finishes although somebody changes the domain all the time', async () => {
    domain.onRead = (count) => domain.putSettings({ Counter: count });
    expect(await run('Create')).toBeUndefined();
    expect(world.now()).toBeLessThan(60_000);
  });
});
