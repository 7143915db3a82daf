import { attachmentEvent, ENTRY, messageOf, OTHERS, type Scene, scene, SETTINGS } from './scene';
import type { Failure } from '../../../../src/provider/handler/lifecycle/failure';
import { noResponse, serviceError } from '../world';

/** How old a read may be when a write is based on it, and how long a call may take, in milliseconds. */
const FRESH = 2_500;
const LONGEST_CALL = 10_000;

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
  test('waits while the domain is being updated', async () => {
    domain.status = 'Updating';
    void world.sleep(5 * 60_000).then(() => { domain.status = 'InService'; });
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
  });

  test('fails before the Lambda timeout if the update of the domain does not end', async () => {
    domain.status = 'Updating';
    expect(await messageOf(run('Create'))).toMatch(/timed out while waiting \(the domain status is Updating\); nothing was changed; make sure that the domain is InService/);
    expect(world.now()).toBeLessThan(14 * 60_000);
  });

  test.each(['ThrottlingException', 'ResourceInUse', 'ConflictException', 'ServiceUnavailable'])('retries after %s', async (name) => {
    domain.onRead = (count) => { if (count % 3) { throw serviceError(name); } };
    domain.onWrite = () => { if (world.random() < 0.7) { throw serviceError(name); } };
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
  });

  test('waits until a new permission takes effect', async () => {
    domain.onRead = () => { if (world.now() < 85_000) { throw serviceError('AccessDeniedException'); } };
    expect(await run('Create')).toBeUndefined();
  });

  test('waits for each new permission with a separate time limit', async () => {
    domain.onRead = (count) => {
      if (count === 1) {
        domain.status = 'Updating';
        void world.sleep(100_000).then(() => { domain.status = 'InService'; });
        throw serviceError('AccessDeniedException', 'no sagemaker:DescribeDomain');
      }
    };
    domain.onWrite = () => { if (world.now() < 160_000) { throw serviceError('AccessDeniedException', 'no sagemaker:UpdateDomain'); } };
    expect(await run('Create')).toBeUndefined();
  });

  test('fails without the permission to write', async () => {
    domain.onWrite = () => { throw serviceError('AccessDeniedException', 'no sagemaker:UpdateDomain'); };
    expect(await messageOf(run('Create'))).toMatch(/no sagemaker:UpdateDomain; nothing was changed; grant this action to the role of the Lambda function/);
    expect(world.now()).toBeGreaterThan(90_000);
    expect(world.now()).toBeLessThan(105_000);
  });

  test('fails before the deadline if a permission is still missing then', async () => {
    domain.onWrite = () => { throw serviceError('AccessDeniedException', 'no sagemaker:UpdateDomain'); };
    const clock = world.clock(1);
    expect((await world.run(attachments.run(attachmentEvent('Create'), clock)))?.message)
      .toMatch(/timed out while waiting \(AccessDeniedException: no sagemaker:UpdateDomain\); nothing was changed/);
    expect(world.now()).toBeLessThan(clock.deadline);
  });

  test('fails with the error of SageMaker if it rejects every write', async () => {
    domain.onWrite = () => { throw serviceError('ValidationException', "Image 'torch' is not active"); };
    expect(await messageOf(run('Create'))).toMatch(/ValidationException: Image 'torch' is not active; nothing was changed; fix the cause of this error/);
  });

  test('continues after rejections while others write', async () => {
    domain.onWrite = () => {
      if (world.now() < 60_000) {
        domain.putSettings({ Counter: world.now() });
        throw serviceError('ValidationException', 'the domain is being updated');
      }
    };
    expect(await run('Create')).toBeUndefined();
    expect(domain.list()).toEqual([...OTHERS, ENTRY]);
  });

  test('writes with growing pauses while somebody keeps removing the entry', async () => {
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
    expect(failure?.message).toMatch(/the update failed \(the execution role may not describe the image version\); the settings were written at least once, and CloudFormation reverts this when it rolls back; fix the cause and deploy again \(the execution role needs .* on the images\)$/);
    expect((failure as Failure).untouched).toBe(false);
  });

  test('does not succeed before a delayed status appears', async () => {
    domain.onWrite = () => {
      // The next read already shows the new list, but not yet that the domain is being updated.
      void world.sleep(1_500).then(() => { domain.status = 'Updating'; });
      void world.sleep(60_000).then(() => {
        domain.status = 'Update_Failed';
        domain.failureReason = 'the execution role may not describe the image version';
      });
    };
    expect(await messageOf(run('Create'))).toMatch(/the update failed \(the execution role may not describe the image version\)/);
    // It writes once more, because the failed update might have been that of somebody else, and then only the settings of the app.
    const { ExecutionRole, ...sent } = SETTINGS;
    expect(domain.writes.map(({ DefaultUserSettings: settings }) => Object.keys(settings!)))
      .toEqual([Object.keys(sent), Object.keys(sent), ['JupyterLabAppSettings']]);
    expect(domain.writes.map(({ DefaultUserSettings: settings }: any) => settings.JupyterLabAppSettings.CustomImages))
      .toEqual(Array(3).fill([...OTHERS, ENTRY]));
  });

  test('does not write a fourth time if all updates failed, even if their status appears with a delay', async () => {
    domain.onWrite = () => {
      domain.status = 'InService';
      void world.sleep(1_500).then(() => { domain.status = 'Updating'; });
      void world.sleep(60_000).then(() => { domain.status = 'Update_Failed'; });
    };
    expect(await messageOf(run('Create'))).toMatch(/the update failed/);
    expect(domain.writes).toHaveLength(3);
  });

  test('writes an existing entry again to find out whether its update failed', async () => {
    start({}, { DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [ENTRY] } } });
    domain.status = 'Update_Failed';
    domain.onWrite = () => { domain.status = 'InService'; };
    expect(await run('Create')).toBeUndefined();
    const rewritten = { DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [ENTRY] } } };
    expect(domain.writes).toEqual([rewritten]);

    domain.onWrite = () => { domain.status = 'Update_Failed'; };
    domain.status = 'Update_Failed';
    expect(await messageOf(run('Create'))).toMatch(/the update failed/);
    expect(domain.writes).toEqual([rewritten, rewritten, rewritten]);
  });

  test('succeeds if an update by somebody else fails', async () => {
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

  test('fails if the creation of the domain failed, even if the entry is attached', async () => {
    start({}, { DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [ENTRY] } } });
    domain.status = 'Failed';
    domain.failureReason = 'no subnet';
    expect(await messageOf(run('Create'))).toMatch(/the domain status is Failed \(no subnet\); the settings were written at least once/);
  });

  test('succeeds if the previous update of the domain failed', async () => {
    domain.status = 'Update_Failed';
    domain.onWrite = () => { domain.status = 'InService'; };
    expect(await run('Create')).toBeUndefined();
  });

  test('does not repeat a write that took effect if its response was lost', async () => {
    let lost = false;
    const { write } = domain.studio;
    domain.studio.write = async (...args) => {
      await write(...args);
      if (!lost) {
        lost = true;
        throw noResponse();
      }
    };
    expect(await run('Create')).toBeUndefined();
    expect(domain.writes).toHaveLength(1);
  });

  test('reports that it may have written if the response to a write was lost', async () => {
    let written = false;
    domain.onRead = () => { if (written) { throw serviceError('AccessDeniedException'); } };
    domain.onWrite = () => { written = true; throw noResponse(); };
    expect(await run('Create')).toMatchObject({ untouched: false, message: expect.stringContaining('the settings were written at least once') });
  });

  const slow = async () => {
    await world.sleep(LONGEST_CALL);
    throw noResponse();
  };

  test.each([
    ['reads', true, slow, undefined],
    ['writes', false, undefined, slow],
    ['reads after a write', false, () => domain.writes.length > 0 ? slow() : undefined, undefined],
    ['writes that change nothing', false, undefined, () => world.sleep(LONGEST_CALL)],
  ])('ends before the Lambda timeout with slow %s, and reports whether it wrote', async (_, untouched, reading, writing) => {
    // Different timeouts interrupt it at different points.
    for (let second = 0; second < 15; second++) {
      start({ latency: () => FRESH / 3 });
      const { read, write } = domain.studio;
      domain.studio.read = async (...args) => await reading?.() ?? read(...args);
      domain.studio.write = async (...args) => writing ? writing() : write(...args);
      const clock = world.clock(1 + second / 60);
      const failure = await world.run(attachments.run(attachmentEvent('Create'), clock));
      expect(failure).toMatchObject({ untouched, message: expect.stringMatching(/timed out while waiting \((TimeoutError|the last write is not verified yet)/) });
      expect(world.now()).toBeLessThanOrEqual(clock.deadline);
    }
  });

  test('makes half of each pause random, so that two writers that collided do not collide again', async () => {
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

  test('writes again if somebody overwrites the list with its former content', async () => {
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

  test('does not write based on a late response', async () => {
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

  test('finishes even if somebody changes the domain all the time', async () => {
    domain.onRead = (count) => domain.putSettings({ Counter: count });
    expect(await run('Create')).toBeUndefined();
    expect(world.now()).toBeLessThan(60_000);
  });
});
