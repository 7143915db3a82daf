import type { Behaviour } from './fake-target';
import { forJupyterLab, type Scene, scene } from './scene';

let log: jest.SpyInstance;

beforeEach(() => { log = jest.spyOn(console, 'log').mockImplementation(); });

/** An entry of another team for another app. Its configuration is gone, so that SageMaker no longer accepts it. */
const BROKEN = { ImageName: 'theirs', AppImageConfigName: 'gone', ImageVersionNumber: 1 };
const OURS = { ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber: 3 };
const settingsWith = (...ours: object[]) => ({
  ExecutionRole: 'arn:aws:iam::111111111111:role/execution',
  SecurityGroups: ['sg-1'],
  JupyterLabAppSettings: { LifecycleConfigArns: ['arn'], CustomImages: [{ ImageName: 'other', AppImageConfigName: 'x' }, ...ours] },
  CodeEditorAppSettings: { CustomImages: [BROKEN] },
});

const number = (ImageVersionNumber: string) => forJupyterLab({ ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber });
const naming = (properties: object) => ({ ...properties, PassExecutionRole: ['DefaultUserSettings'] });

/** Starts with a domain that does not accept the broken entry. */
function start(behaviour: Behaviour, ...ours: object[]): Scene {
  return scene({ accepts: (settings) => !JSON.stringify(settings).includes('"gone"'), ...behaviour }, { DefaultUserSettings: settingsWith(...ours) });
}

const sent = ({ domain }: Scene) => domain.writes.map(({ DefaultUserSettings: settings }) => Object.keys(settings!));

describe.each(['refusal', 'failed update'] as const)('beside a broken entry of another team (%s)', (rejection) => {
  describe.each([0, 60_000])('with updates of %d ms', (duration) => {
    const behaviour = { rejection, updating: () => duration };

    test('an image is attached, changed and detached by writes of its own app only', async () => {
      const one = start(behaviour);
      expect(await one.run('Create', number('3'))).toBeUndefined();
      expect(one.domain.blocks).toEqual({ DefaultUserSettings: settingsWith(OURS) });
      expect(await one.update(number('3'), number('4'))).toBeUndefined();
      expect(one.domain.blocks).toEqual({ DefaultUserSettings: settingsWith({ ...OURS, ImageVersionNumber: 4 }) });
      expect(await one.update(number('4'), number('3'))).toBeUndefined();
      expect(await one.run('Delete', number('3'))).toBeUndefined();
      expect(one.domain.blocks).toEqual({ DefaultUserSettings: settingsWith() });
      const accepted = sent(one).filter((names) => !names.includes('CodeEditorAppSettings'));
      expect(accepted).toEqual(Array(4).fill(['JupyterLabAppSettings']));
      // An update that fails costs a minute, so it is not repeated.
      expect(sent(one)).toHaveLength(rejection === 'refusal' ? 4 : 8);
    });

    // The role is named so that nothing can be lost, whatever SageMaker does with settings that are omitted.
    test.each([false, true])('nothing is omitted where the app names the execution role (SageMaker drops omitted settings: %s)', async (dropsOmitted) => {
      for (const request of ['Create', 'Update', 'Delete'] as const) {
        const one = start({ ...behaviour, dropsOmitted }, ...request === 'Create' ? [] : [OURS]);
        const before = structuredClone(one.domain.blocks);
        const failure = await (request === 'Update' ? one.update(naming(number('3')), naming(number('4'))) : one.run(request, naming(number('3'))));
        expect(failure?.message).toContain('AppImageConfig [gone] does not exist.');
        expect(failure?.message).toMatch(/; if the cause is a setting of somebody else, deploy without executionRole in the options of this target: the function then sends only the settings of the apps that the images are for$/);
        expect(one.domain.blocks).toEqual(before);
        sent(one).forEach((names) => expect(names).toEqual(Object.keys(settingsWith())));
      }
    });
  });

  test('the way that the message suggests works', async () => {
    const one = start({ rejection }, OURS);
    expect(await one.update(naming(number('3')), naming(number('4')))).toBeInstanceOf(Error);
    expect(await one.update(naming(number('3')), number('4'))).toBeUndefined();
    expect(one.domain.blocks).toEqual({ DefaultUserSettings: settingsWith({ ...OURS, ImageVersionNumber: 4 }) });
  });

  test('it fails with the reason if SageMaker checks settings that are not sent too', async () => {
    const one = start({ rejection, checks: 'whole blocks' });
    const failure = await one.run('Create', number('3'));
    expect(failure?.message).toContain('AppImageConfig [gone] does not exist.');
    expect(failure?.message).not.toContain('executionRole');
    expect(one.domain.blocks).toEqual({ DefaultUserSettings: settingsWith() });
  });

  test('the log shows the settings of each write', async () => {
    await start({ rejection }).run('Create', number('3'));
    const written = log.mock.calls.map(([line]) => JSON.parse(line)).filter(({ message }) => message === 'writing').map(({ settings }) => settings);
    expect(written[0]).toEqual(['DefaultUserSettings.SecurityGroups', 'DefaultUserSettings.JupyterLabAppSettings', 'DefaultUserSettings.CodeEditorAppSettings']);
    expect(written[written.length - 1]).toEqual(['DefaultUserSettings.JupyterLabAppSettings']);
  });
});

test('our own broken entry fails with its reason, and only the settings that were there remain', async () => {
  const one = scene({ rejection: 'failed update', accepts: (settings) => !JSON.stringify(settings).includes('"torch-jl"') }, { DefaultUserSettings: settingsWith() });
  expect((await one.run('Create', number('3')))?.message).toMatch(/the update failed \(AppImageConfig \[gone\] does not exist\.\); .*; fix the cause and deploy again \(the execution role needs [^;]+$/);
  expect(one.domain.blocks).toEqual({ DefaultUserSettings: settingsWith() });
  expect(await one.run('Delete', number('3'))).toBeUndefined();
});

test('settings that SageMaker drops although it keeps others are restored after a write of one app', async () => {
  let first = true;
  const one = scene({ dropsOmitted: true, rejection: 'failed update', accepts: () => !first || (first = false) }, { DefaultUserSettings: settingsWith() });
  expect(await one.run('Create', number('3'))).toBeUndefined();
  expect(one.domain.blocks).toEqual({ DefaultUserSettings: settingsWith(OURS) });
});

test('a failed status from before the last write is not taken for its result', async () => {
  const one = scene({}, { DefaultUserSettings: settingsWith() });
  one.domain.status = 'Update_Failed';
  // The status follows five seconds later, as it may where reads are served by a copy.
  one.domain.onWrite = () => {
    void one.world.sleep(5_000).then(() => { one.domain.status = 'Updating'; });
    void one.world.sleep(60_000).then(() => { one.domain.status = 'InService'; });
  };
  expect(await one.run('Create', number('3'))).toBeUndefined();
  expect(one.domain.writes).toHaveLength(1);
});
