import { Scene } from './scene';
import { changeOf } from '../../../../src/provider/handler/image-feed/places';
import { serviceError } from '../world';

const IMAGE = 'arn:aws:sagemaker:eu-west-1:111111111111:image/torch';
const versionArn = (number: number) => `arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/${number}`;
const OTHERS = [{ ImageName: 'theirs', AppImageConfigName: 'theirs', ImageVersionNumber: 7 }, { ImageName: 'torch', AppImageConfigName: 'theirs', ImageVersionNumber: 1 }];
const entry = (ImageVersionNumber?: number) => ({ ImageName: 'torch', AppImageConfigName: 'ours', ...ImageVersionNumber && { ImageVersionNumber } });

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation();
});

/** A feed with version 1, which a domain and a user profile follow. */
async function scene(behaviour: ConstructorParameters<typeof Scene>[0] = {}, seed = 1) {
  const it = new Scene({ updateTime: () => 5_000, ...behaviour }, seed);
  await it.react(it.push('a', 'release-1'));
  it.sageMaker.addDomain('d-1', { DefaultUserSettings: { ExecutionRole: 'role', JupyterLabAppSettings: { CustomImages: [OTHERS[0], entry(1), OTHERS[1]], Other: 'kept' } } });
  it.sageMaker.addUserProfile('d-1', 'jo', {
    JupyterLabAppSettings: {
      CustomImages: [entry(1)],
      DefaultResourceSpec: { InstanceType: 'ml.t3.medium', SageMakerImageArn: IMAGE, SageMakerImageVersionArn: versionArn(1) },
    },
  });
  it.properties = {
    ...it.properties,
    Places: [
      { DomainId: 'd-1', UserProfileName: 'jo', UserSettings: { JupyterLabAppSettings: { CustomImages: [entry()], DefaultResourceSpec: { SageMakerImageArn: IMAGE } } } },
      { DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [entry()] } } },
    ],
  };
  return it;
}

const listOf = (it: Scene) => (it.sageMaker.studio.body({ DomainId: 'd-1' }) as any).DefaultUserSettings.JupyterLabAppSettings;
const setList = (it: Scene, CustomImages: object[]) => it.sageMaker.studio.change({ DomainId: 'd-1' }, () =>
  ({ DefaultUserSettings: { JupyterLabAppSettings: { CustomImages } } }));
const profileOf = (it: Scene) => (it.sageMaker.studio.body({ DomainId: 'd-1', UserProfileName: 'jo' }) as any).UserSettings.JupyterLabAppSettings;

test('a push moves entries and default images, and nothing else', async () => {
  const it = await scene();
  expect(await it.react(it.push('b', 'release-2'))).toEqual([undefined]);
  expect(listOf(it)).toEqual({ CustomImages: [OTHERS[0], entry(2), OTHERS[1]], Other: 'kept' });
  expect(profileOf(it)).toEqual({
    CustomImages: [entry(2)], DefaultResourceSpec: { InstanceType: 'ml.t3.medium', SageMakerImageArn: IMAGE, SageMakerImageVersionArn: versionArn(2) },
  });
  expect(it.count('UpdateDomain')).toBe(1);
  expect(it.count('UpdateUserProfile')).toBe(1);
});

test('an event that arrives again, or late, writes nothing', async () => {
  const it = await scene();
  const older = it.push('late', 'release-2');
  await it.wait(10);
  const newer = it.push('b', 'release-3');
  await it.react(newer);
  await it.wait(60);
  expect(await it.react(newer)).toEqual([undefined]);
  expect(await it.react(older)).toEqual([undefined]);
  expect(listOf(it).CustomImages).toContainEqual(entry(2));
  expect(it.count('UpdateDomain')).toBe(1);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])('two pushes at the same time end with the later version everywhere (seed %d)', async (seed) => {
  const it = await scene({ latency: () => 150, takenAlias: seed % 2 ? 'move' : 'refuse' }, seed);
  await it.wait(10);
  const first = it.push('b', 'release-2');
  await it.wait(3);
  const second = it.push('c', 'release-3');
  expect(await it.react(first, second)).toEqual([undefined, undefined]);
  const number = it.holder!;
  expect((await it.versions())[number - 1]).toMatch(/ c$/);
  expect(listOf(it).CustomImages).toEqual([OTHERS[0], entry(number), OTHERS[1]]);
  expect(profileOf(it)).toMatchObject({ CustomImages: [entry(number)], DefaultResourceSpec: { SageMakerImageVersionArn: versionArn(number) } });
});

test('a run that ended before the targets were moved is completed by the next one', async () => {
  const it = await scene();
  const event = it.push('b', 'release-2');
  it.sageMaker.fault({ operation: 'UpdateDomain', error: 'kill' });
  const process = it.sageMaker.process();
  await it.world.settle(process.run(it.reaction(event, process)));
  expect(it.holder).toBe(2);
  expect(listOf(it).CustomImages).toContainEqual(entry(1));
  expect(await it.react(event)).toEqual([undefined]);
  expect(listOf(it).CustomImages).toEqual([OTHERS[0], entry(2), OTHERS[1]]);
});

test('an alias that moves while targets are moved is followed, even if the other run ends', async () => {
  const it = await scene();
  const first = it.push('b', 'release-2');
  await it.react({ ...first, Properties: { ...first.Properties, Places: [] } });
  const moveBack = async () => {
    while (it.count('UpdateDomain') === 0) {
      await it.world.sleep(100);
    }
    it.sageMaker.images.setAlias('torch', 'stable', 1);
  };
  await it.world.settle(it.reaction(first), moveBack());
  expect(it.holder).toBe(1);
  expect(listOf(it).CustomImages).toEqual([OTHERS[0], entry(1), OTHERS[1]]);
});

test('what was detached is not attached again, and targets that are gone are left out', async () => {
  const it = await scene();
  setList(it, OTHERS);
  it.sageMaker.studio.remove({ DomainId: 'd-1', UserProfileName: 'jo' });
  expect(await it.react(it.push('b', 'release-2'))).toEqual([undefined]);
  expect(listOf(it).CustomImages).toEqual(OTHERS);
  expect(it.count('UpdateDomain')).toBe(0);
});

test.each([
  ['an entry', { DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: OTHERS } } }, 'DescribeDomain', { DomainId: 'd-1' }],
  ['a default image', { UserSettings: { JupyterLabAppSettings: { CustomImages: [entry(1)], DefaultResourceSpec: {} } } }, 'DescribeUserProfile', { DomainId: 'd-1', UserProfileName: 'jo' }],
])('%s that is detached while it is moved is not attached again', async (_, settings, operation, key) => {
  const it = await scene({ latency: () => 150 });
  it.sageMaker.calls.length = 0;
  const detach = async () => {
    while (it.count(operation) === 0) {
      await it.world.sleep(10);
    }
    it.sageMaker.studio.change(key, () => settings);
  };
  const [outcome] = await it.world.settle(it.reaction(it.push('b', 'release-2')), detach());
  expect(outcome.status).toBe('fulfilled');
  const listed = it.sageMaker.studio.body(key) as any;
  expect(listed.UserSettings?.JupyterLabAppSettings ?? listOf(it)).toEqual(
    'UserSettings' in settings ? { CustomImages: [entry(2)], DefaultResourceSpec: {} } : { CustomImages: OTHERS },
  );
});

test('a target that refuses is an error, and the others are moved', async () => {
  const it = await scene();
  it.sageMaker.fault({ operation: 'UpdateUserProfile', error: serviceError('ValidationException', 'no'), times: 100 });
  expect(await it.react(it.push('b', 'release-2'))).toEqual([expect.objectContaining({ message: expect.stringContaining("user profile 'jo' of domain 'd-1'") })]);
  expect(listOf(it).CustomImages).toContainEqual(entry(2));
});

describe('the check at the end of a deployment', () => {
  test('moves what does not follow, for example after a rollback, and changes nothing otherwise', async () => {
    const it = await scene();
    await it.react(it.push('b', 'release-2'));
    expect(await it.deploy('Update')).toBeUndefined();
    expect(it.count('UpdateDomain')).toBe(1);
    setList(it, [entry(1)]);
    expect(await it.deploy('Update')).toBeUndefined();
    expect(listOf(it).CustomImages).toEqual([entry(2)]);
  });

  test('makes up for an event that got lost', async () => {
    const it = await scene();
    await it.wait(10);
    it.push('b', 'release-2');
    expect(await it.deploy('Create')).toBeUndefined();
    expect(it.holder).toBe(2);
    expect(listOf(it).CustomImages).toContainEqual(entry(2));
  });

  test('does not fail the deployment', async () => {
    const it = await scene();
    setList(it, [entry(9)]);
    it.sageMaker.fault({ operation: 'UpdateDomain', error: serviceError('ValidationException', 'no'), times: 100 });
    expect(await it.deploy('Update')).toBeUndefined();
    expect(it.reports).toEqual([expect.objectContaining({ FailedPushes: 1 })]);
  });
});

test('a domain that its stack does not create is left out', async () => {
  const it = await scene();
  it.properties = { ...it.properties, Places: [{ DomainId: '', DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [entry()] } } }] };
  expect(await it.react(it.push('b', 'release-2'))).toEqual([undefined]);
});

const followed = { number: 2, arn: versionArn(2) };
const place = { DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: { DefaultResourceSpec: { SageMakerImageArn: IMAGE } } } };
const blocks = (spec: object) => ({ DefaultUserSettings: { JupyterLabAppSettings: { DefaultResourceSpec: spec } } });

test.each<[string, object]>([
  ['of somebody else', { SageMakerImageArn: `${IMAGE}-other`, SageMakerImageVersionArn: versionArn(1) }],
  ['that was removed', {}],
  ['that is right', { SageMakerImageArn: IMAGE, SageMakerImageVersionArn: versionArn(2) }],
])('a default image %s stays', (_, spec) => {
  expect(changeOf(place, blocks(spec), followed)).toBeUndefined();
});

test.each<[string, unknown]>([
  ['an older version', versionArn(1)], ['no version', undefined], ['a version that was cleared', 'None'],
])('a default image with %s gets the version', (_, SageMakerImageVersionArn) => {
  expect(changeOf(place, blocks({ SageMakerImageArn: IMAGE, SageMakerImageVersionArn }), followed)).toStrictEqual({
    ...place,
    DefaultUserSettings: {
      JupyterLabAppSettings: { CustomImages: [], DefaultResourceSpec: { SageMakerImageArn: IMAGE, SageMakerImageVersionArn: versionArn(2) } },
    },
  });
});

test('an entry with the version is not in the change of others', () => {
  const other = { ImageName: 'torch', AppImageConfigName: 'behind' };
  const ours = { DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [entry(), other] } } };
  const studio = { DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [entry(2), { ...other, ImageVersionNumber: 1 }] } } };
  expect(changeOf(ours, studio, followed)).toStrictEqual({
    DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [{ ...other, ImageVersionNumber: 2 }] } },
  });
});
