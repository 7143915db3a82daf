import { ImageVersionLookup } from '../../../../src/provider/handler/image-version-lookup';
import type { CustomResourceEvent } from '../../../../src/provider/handler/lifecycle/event';
import type { FoundVersion, Listing, VersionSelector as Selector } from '../../../../src/provider/handler/service/image-model';
import { event } from '../event';
import { noResponse, serviceError, World } from '../world';

const NOT_FOUND = () => serviceError('ResourceNotFound', 'Image with ARN arn:aws:sagemaker:eu-west-1:111111111111:image/torch does not exist');
const ATTRIBUTES = {
  Version: 3,
  ImageVersionArn: 'arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/3',
  ImageArn: 'arn:aws:sagemaker:eu-west-1:111111111111:image/torch',
  ContainerImage: '111111111111.dkr.ecr.eu-west-1.amazonaws.com/torch@sha256:1',
};

let world: World;
let calls: (Selector | string)[];
/** The next outcomes of the description. The last one repeats. */
let described: (Partial<FoundVersion> | Error)[];
let versions: Listing | Error;
let aliases: Listing | Error;

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation();
  world = new World();
  calls = [];
  described = [{}];
  versions = { names: ['2', '1'], more: false };
  aliases = { names: ['stable'], more: false };
});

const orThrow = <T>(value: T | Error): T => {
  if (value instanceof Error) {
    throw value;
  }
  return value;
};

const lookup = new ImageVersionLookup({
  describe: async (selector) => {
    calls.push(selector);
    const next = described.length > 1 ? described.shift()! : described[0];
    return { status: 'CREATED', attributes: ATTRIBUTES, ...orThrow(next) };
  },
  versions: async (image) => {
    calls.push(`versions of ${image}`);
    return orThrow(versions);
  },
  aliases: async (image) => {
    calls.push(`aliases of ${image}`);
    return orThrow(aliases);
  },
  allAliases: async () => { throw new Error('only for ranges'); },
});

async function run(properties: object = { Version: '3' }, type: CustomResourceEvent['RequestType'] = 'Create') {
  const [outcome] = await world.settle(lookup.run(event(type, { ImageName: 'torch', ...properties }), world.clock()));
  return outcome.status === 'fulfilled' ? outcome.value : outcome.reason;
}

test.each<[object, Selector]>([
  [{ Version: '3' }, { ImageName: 'torch', Version: 3 }],
  [{ Alias: 'stable' }, { ImageName: 'torch', Alias: 'stable' }],
  [{}, { ImageName: 'torch' }],
  [{ Refresh: 'now' }, { ImageName: 'torch' }],
])('%j selects the version and returns its attributes, on Create and on Update', async (properties, selector) => {
  for (const type of ['Create', 'Update'] as const) {
    calls = [];
    expect(await run(properties, type)).toEqual(ATTRIBUTES);
    expect(calls).toEqual([selector]);
  }
});

test('a deletion makes no calls, even if the properties are not valid', async () => {
  expect(await run({ Version: 'x' }, 'Delete')).toBeUndefined();
  expect(calls).toEqual([]);
});

test('the physical id contains the image and the selector', () => {
  const id = (properties: object) => lookup.physicalId(event('Create', { ImageName: 'torch', ...properties }));
  expect(id({ Version: '3', Refresh: '1' })).toBe('torch/version/3');
  expect(id({ Alias: 'stable', Refresh: '2' })).toBe('torch/alias/stable');
  expect(id({ AliasRange: '^2.4', Refresh: '3' })).toBe('torch/alias-range/^2.4');
  expect(id({ Refresh: '3' })).toBe('torch/latest');
});

test('a lookup waits for a version that is being created', async () => {
  described = [...Array(20).fill({ status: 'CREATING' }), {}];
  expect(await run()).toEqual(ATTRIBUTES);
});

test('a lookup of a version whose status remains CREATING fails before the Lambda timeout', async () => {
  described = [{ status: 'CREATING' }];
  expect(await run()).toMatchObject({
    untouched: true,
    message: "looking up version 3 of image 'torch' failed: timed out while waiting (the status of version 3 is CREATING); nothing was changed; "
      + 'make sure that the version status is CREATED and deploy again',
  });
  expect(world.now()).toBeLessThan(14 * 60_000);
});

test.each(['CREATE_FAILED', 'DELETING', 'DELETE_FAILED'])('a lookup of a version with status %s fails with the reason', async (status) => {
  described = [{ status, failureReason: 'no access to ECR' }];
  expect(await run({})).toMatchObject({
    untouched: true,
    message: `looking up the latest version of image 'torch' failed: the status of version 3 is ${status} (no access to ECR); nothing was changed; `
      + 'look up or create a version with status CREATED, and deploy again',
  });
});

test('a version that failed without a reason', async () => {
  described = [{ status: 'CREATE_FAILED' }];
  expect((await run()).message).toContain('the status of version 3 is CREATE_FAILED (SageMaker gave no reason)');
});

describe('a lookup of a version that does not exist', () => {
  beforeEach(() => { described = [NOT_FOUND()]; });

  test('fails with the existing versions, and does not list aliases', async () => {
    expect(await run()).toMatchObject({
      untouched: true,
      message: "looking up version 3 of image 'torch' failed: there is no such version; the image has versions 2, 1; nothing was changed; use one of these versions",
    });
    expect(calls).toEqual([{ ImageName: 'torch', Version: 3 }, 'versions of torch']);
  });

  test('by alias fails with the existing versions and aliases', async () => {
    versions = { names: ['9', '8 (CREATE_FAILED)'], more: true };
    expect(await run({ Alias: 'prod' })).toMatchObject({
      message: "looking up the version with alias 'prod' of image 'torch' failed: there is no such version; the image has versions 9, 8 (CREATE_FAILED), … and aliases stable; "
        + 'nothing was changed; use one of these aliases or versions',
    });
  });

  test('by alias reports that the image has no aliases', async () => {
    aliases = { names: [], more: false };
    expect((await run({ Alias: 'prod' })).message).toContain('the image has versions 2, 1 and no aliases; ');
  });

  test('reports that the image has no versions', async () => {
    versions = { names: [], more: false };
    expect((await run({})).message)
      .toBe("looking up the latest version of image 'torch' failed: the image has no versions; nothing was changed; create a version and deploy again");
  });

  test('reports that the image does not exist', async () => {
    versions = NOT_FOUND();
    expect((await run()).message)
      .toBe("looking up version 3 of image 'torch' failed: image 'torch' does not exist; nothing was changed; use an existing image in this account and Region");
  });

  test('recognizes the error by its other name', async () => {
    described = [serviceError('ValidationException', 'Image with ARN arn:aws:sagemaker:eu-west-1:111111111111:image/torch does not exist')];
    expect((await run()).message).toContain('the image has versions 2, 1');
  });

  test('fails with both errors if it may not list the existing versions', async () => {
    versions = serviceError('AccessDeniedException', 'no sagemaker:ListImageVersions');
    expect((await run()).message).toMatch(
      /there is no such version \(ResourceNotFound: Image with ARN \S+ does not exist\), and listing the existing versions failed \(AccessDeniedException: no sagemaker:ListImageVersions\)/);
    expect(world.now()).toBeLessThan(101_000);
  });

  test('fails with both errors if SageMaker refuses to list the existing versions', async () => {
    versions = serviceError('ValidationException', 'wrong name');
    expect((await run()).message).toContain('and listing the existing versions failed (ValidationException: wrong name)');
  });

  test('retries a throttled listing', async () => {
    const listed = versions;
    versions = serviceError('ThrottlingException');
    void world.sleep(20_000).then(() => { versions = listed; });
    expect((await run()).message).toContain('the image has versions 2, 1');
  });
});

test.each([serviceError('ThrottlingException'), serviceError('ServiceUnavailable'), noResponse()])('a lookup retries after %s', async (error) => {
  described = [error, error, error, {}];
  expect(await run()).toEqual(ATTRIBUTES);
});

test('a missing permission is an error only after the time that IAM may need', async () => {
  const denied = serviceError('AccessDeniedException', 'no sagemaker:DescribeImageVersion');
  described = [denied, denied, {}];
  expect(await run()).toEqual(ATTRIBUTES);
  const started = world.now();
  described = [denied];
  void world.sleep(85_000).then(() => { described = [{}]; });
  expect(await run()).toEqual(ATTRIBUTES);
  described = [denied];
  const again = world.now();
  expect((await run()).message).toMatch(/no sagemaker:DescribeImageVersion; nothing was changed; grant this action to the role of the Lambda function and deploy again$/);
  expect(again - started).toBeGreaterThan(85_000);
  expect(world.now() - again).toBeGreaterThan(90_000);
  expect(world.now() - again).toBeLessThan(101_000);
});

test('a rejected lookup fails immediately', async () => {
  described = [serviceError('ValidationException', 'wrong alias')];
  expect((await run()).message).toContain('ValidationException: wrong alias; nothing was changed; fix the cause of this error');
  expect(calls).toHaveLength(1);
});

test.each<[object, string]>([
  [{ ImageName: '' }, 'ImageName must be a non-empty string, got ""'],
  [{ ImageName: undefined }, 'ImageName must be a non-empty string, got undefined'],
  [{ Version: '0' }, 'Version must be a positive integer, got "0"'],
  [{ Version: '1.5' }, 'Version must be a positive integer, got "1.5"'],
  [{ Version: '' }, 'Version must be a positive integer, got ""'],
  [{ Alias: '' }, 'Alias must be a non-empty string, got ""'],
  [{ Alias: ['x'] }, 'Alias must be a non-empty string, got ["x"]'],
  [{ Version: '1', Alias: 'stable' }, 'Version "1" and Alias "stable" cannot be used together'],
  [{ Alias: 'stable', AliasRange: '^2' }, 'Alias "stable" and AliasRange "^2" cannot be used together'],
  [{ AliasRange: 'latest' }, 'AliasRange must be a range as for npm, such as ^2.4, got "latest"'],
  [{ AliasRange: ['^2'] }, 'AliasRange must be a range as for npm, such as ^2.4, got ["^2"]'],
])('invalid properties (%j) fail before any call', async (properties, problem) => {
  expect(await run(properties)).toMatchObject({ untouched: true, message: expect.stringContaining(problem) });
  expect(calls).toEqual([]);
});
