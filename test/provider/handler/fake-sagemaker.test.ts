import { FakeSageMaker } from './fake-sagemaker';
import { noResponse, serviceError, World } from './world';
import type { Json } from '../../../src/provider/handler/service/json';

let world: World;
beforeEach(() => { world = new World(); });

/** Makes a call while time passes. */
async function call(service: Pick<FakeSageMaker, 'send'>, operation: string, input: Json): Promise<Json> {
  const [outcome] = await world.settle(service.send(operation, input));
  if (outcome.status === 'rejected') {
    throw outcome.reason;
  }
  return outcome.value;
}

const pass = (milliseconds: number) => world.settle(world.sleep(milliseconds));
const TORCH = { ImageName: 'torch' };

describe('versions', () => {
  test('are created one at a time, and the same token makes the same version', async () => {
    const fake = new FakeSageMaker(world, { versionTime: () => 1_000 }).addImage('torch');
    const input = { ...TORCH, BaseImage: 'repo:1', ClientToken: 'a', Aliases: ['latest'] };
    expect(await call(fake, 'CreateImageVersion', input)).toEqual({ ImageVersionArn: 'arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/1' });
    await expect(call(fake, 'CreateImageVersion', { ...input, ClientToken: 'b' })).rejects.toThrow('modified concurrently');
    expect(await call(fake, 'CreateImageVersion', input)).toMatchObject({ ImageVersionArn: expect.stringMatching(/torch\/1$/) });
    expect(await call(fake, 'DescribeImageVersion', TORCH)).toMatchObject({ Version: 1, ImageVersionStatus: 'CREATING' });
    await pass(1_000);
    expect(await call(fake, 'DescribeImageVersion', { ...TORCH, Alias: 'latest' })).toMatchObject({ Version: 1, ImageVersionStatus: 'CREATED', ContainerImage: 'repo@sha256:1' });
  });

  test('that fail have a reason', async () => {
    const fake = new FakeSageMaker(world, { failure: ({ BaseImage }) => BaseImage === 'bad' ? 'no access' : undefined }).addImage('torch');
    await call(fake, 'CreateImageVersion', { ...TORCH, BaseImage: 'bad' });
    expect(await call(fake, 'DescribeImageVersion', { ...TORCH, Version: 1 })).toMatchObject({ ImageVersionStatus: 'CREATE_FAILED', FailureReason: 'no access' });
  });

  test.each([[false, 4], [true, 3]])('that are deleted lose their aliases, and their number may be used again: %s', async (reusesNumbers, next) => {
    const fake = new FakeSageMaker(world, { versionTime: () => 1_000, reusesNumbers }).addImage('torch', 3, { prod: 3 });
    await call(fake, 'DeleteImageVersion', { ...TORCH, Version: 3 });
    await expect(call(fake, 'DeleteImageVersion', { ...TORCH, Version: 2 })).rejects.toThrow('is being deleted');
    await pass(1_000);
    expect([fake.images.statuses('torch'), fake.images.aliases('torch')]).toEqual([{ 1: 'CREATED', 2: 'CREATED' }, {}]);
    await call(fake, 'CreateImageVersion', { ...TORCH, BaseImage: 'repo:1' });
    expect(Object.keys(fake.images.statuses('torch'))).toContain(String(next));
  });

  test('are listed in pages', async () => {
    const fake = new FakeSageMaker(world, { pageSize: 2 }).addImage('torch', 5);
    const numbers = [];
    for (let token: unknown, isFirst = true; isFirst || token; isFirst = false) {
      const response = await call(fake, 'ListImageVersions', { ...TORCH, SortBy: 'VERSION', SortOrder: 'DESCENDING', ...token !== undefined && { NextToken: token } });
      numbers.push((response.ImageVersions as Json[]).map(({ Version }) => Version));
      token = response.NextToken;
    }
    expect(numbers).toEqual([[5, 4], [3, 2], [1]]);
  });
});

describe('aliases', () => {
  test.each(['refuse', 'move'] as const)('that another version has: %s', async (takenAlias) => {
    const fake = new FakeSageMaker(world, { takenAlias }).addImage('torch', 2, { prod: 1, other: 1 });
    const outcome = await call(fake, 'UpdateImageVersion', { ...TORCH, Version: 2, AliasesToAdd: ['prod'] }).catch(({ name }) => name);
    expect(outcome === 'ResourceInUse').toBe(takenAlias === 'refuse');
    expect(fake.images.aliases('torch')).toEqual({ prod: takenAlias === 'move' ? 2 : 1, other: 1 });
  });

  test('are only removed from the version that has them', async () => {
    const fake = new FakeSageMaker(world).addImage('torch', 2, { prod: 1 });
    await expect(call(fake, 'UpdateImageVersion', { ...TORCH, Version: 2, AliasesToDelete: ['prod'] })).rejects.toThrow('is not an alias of');
    await call(fake, 'UpdateImageVersion', { ...TORCH, Version: 1, AliasesToDelete: ['prod'], Processor: 'GPU' });
    expect(await call(fake, 'ListAliases', TORCH)).toEqual({ SageMakerImageVersionAliases: [] });
    expect(await call(fake, 'DescribeImageVersion', { ...TORCH, Version: 1 })).toMatchObject({ Processor: 'GPU' });
  });
});

describe('Studio', () => {
  const lists = { JupyterLabAppSettings: { CustomImages: [1] } };

  test('an update keeps what it does not contain, and refuses another one meanwhile', async () => {
    const fake = new FakeSageMaker(world, { updateTime: () => 1_000 }).addDomain('d-1', { DefaultUserSettings: { Kept: 1, ...lists } });
    await call(fake, 'UpdateDomain', { DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [2] } } });
    expect(await call(fake, 'DescribeDomain', { DomainId: 'd-1' })).toMatchObject({ Status: 'Updating' });
    await expect(call(fake, 'UpdateDomain', { DomainId: 'd-1' })).rejects.toMatchObject({ name: 'ResourceInUse' });
    await pass(1_000);
    expect(await call(fake, 'DescribeDomain', { DomainId: 'd-1' })).toMatchObject({ Status: 'InService', DefaultUserSettings: { Kept: 1, JupyterLabAppSettings: { CustomImages: [2] } } });
  });

  test('a running app can make it refuse updates of what it is in', async () => {
    const fake = new FakeSageMaker(world, { updateWithApps: 'refuse' }).addDomain('d-1').addUserProfile('d-1', 'ann', lists).addUserProfile('d-1', 'bob').addSpace('d-1', 'lab');
    fake.studio.apps = [{ DomainId: 'd-1', UserProfileName: 'ann', AppType: 'JupyterLab', AppName: 'default' }];
    await expect(call(fake, 'UpdateDomain', { DomainId: 'd-1' })).rejects.toThrow('with InService App');
    await expect(call(fake, 'UpdateUserProfile', { DomainId: 'd-1', UserProfileName: 'ann' })).rejects.toThrow('with InService App');
    await call(fake, 'UpdateUserProfile', { DomainId: 'd-1', UserProfileName: 'bob' });
    expect(await call(fake, 'ListApps', { DomainIdEquals: 'd-1', UserProfileNameEquals: 'bob' })).toEqual({ Apps: [] });
    const { Apps: [app] } = await call(fake, 'ListApps', { DomainIdEquals: 'd-1' }) as { Apps: Json[] };
    await call(fake, 'DeleteApp', { DomainId: app.DomainId, UserProfileName: app.UserProfileName, AppType: app.AppType, AppName: app.AppName });
    await call(fake, 'UpdateDomain', { DomainId: 'd-1' });
    expect((await call(fake, 'ListUserProfiles', { DomainIdEquals: 'd-1' })).UserProfiles).toHaveLength(2);
    expect((await call(fake, 'ListSpaces', {})).Spaces).toEqual([expect.objectContaining({ DomainId: 'd-1', SpaceName: 'lab' })]);
    expect((await call(fake, 'ListDomains', {})).Domains).toHaveLength(1);
  });
});

describe('faults', () => {
  test('are errors before a call, and responses that are lost after it', async () => {
    const fake = new FakeSageMaker(world).addImage('torch', 1)
      .fault({ operation: 'UpdateImageVersion', error: serviceError('AccessDeniedException') })
      .fault({ operation: /^Update/, when: 'after', error: noResponse() });
    const update = (alias: string) => call(fake, 'UpdateImageVersion', { ...TORCH, Version: 1, AliasesToAdd: [alias] });
    await expect(update('a')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(update('b')).rejects.toMatchObject({ name: 'TimeoutError' });
    await update('c');
    expect(fake.images.aliases('torch')).toEqual({ b: 1, c: 1 });
    expect(fake.calls.map(({ error }) => error?.split(':')[0])).toEqual(['AccessDeniedException', undefined, undefined]);
  });

  test('end a process, which makes no more calls', async () => {
    const fake = new FakeSageMaker(world).addImage('torch', 1).fault({ operation: 'UpdateImageVersion', when: 'after', error: 'kill' });
    const process = fake.process();
    const work = async () => {
      await process.send('UpdateImageVersion', { ...TORCH, Version: 1, AliasesToAdd: ['a'] }).catch(() => undefined);
      await process.send('UpdateImageVersion', { ...TORCH, Version: 1, AliasesToAdd: ['b'] });
    };
    const [outcome] = await world.settle(process.run(work()));
    expect(outcome).toEqual({ status: 'fulfilled', value: 'killed' });
    expect(fake.images.aliases('torch')).toEqual({ a: 1 });
  });

  test('throttle calls in simulated time', async () => {
    const fake = new FakeSageMaker(world, { callsPerSecond: 2 }).addImage('torch', 1);
    await call(fake, 'DescribeImage', TORCH);
    await call(fake, 'DescribeImage', TORCH);
    await expect(call(fake, 'DescribeImage', TORCH)).rejects.toMatchObject({ name: 'ThrottlingException' });
    await pass(1_000);
    await call(fake, 'DescribeImage', TORCH);
  });
});
