import { ImageVersionLookup } from '../../../../src/provider/handler/image-version-lookup';
import type { FoundVersion, Listing, Selector } from '../../../../src/provider/handler/image-version-lookup/model';
import type { CustomResourceEvent } from '../../../../src/provider/handler/lifecycle/event';
import { event } from '../event';
import { noAnswer, serviceError, World } from '../world';

const NOT_FOUND = () => serviceError('ResourceNotFound', 'Image with ARN arn:aws:sagemaker:eu-west-1:111111111111:image/torch does not exist');
const ATTRIBUTES = {
  Version: 3,
  ImageVersionArn: 'arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/3',
  ImageArn: 'arn:aws:sagemaker:eu-west-1:111111111111:image/torch',
  ContainerImage: '111111111111.dkr.ecr.eu-west-1.amazonaws.com/torch@sha256:1',
};

let world: World;
let calls: (Selector | string)[];
/** What the service does next; the last one is for ever. */
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
])('%j asks for exactly that and returns the attributes, on Create and on Update', async (properties, selector) => {
  for (const type of ['Create', 'Update'] as const) {
    calls = [];
    expect(await run(properties, type)).toEqual(ATTRIBUTES);
    expect(calls).toEqual([selector]);
  }
});

test('a deletion calls nothing, whatever the properties are', async () => {
  expect(await run({ Version: 'x' }, 'Delete')).toBeUndefined();
  expect(calls).toEqual([]);
});

test('the physical id is the image and how its version is selected', () => {
  const id = (properties: object) => lookup.physicalId(event('Create', { ImageName: 'torch', ...properties }));
  expect(id({ Version: '3', Refresh: '1' })).toBe('torch/version/3');
  expect(id({ Alias: 'stable', Refresh: '2' })).toBe('torch/alias/stable');
  expect(id({ Refresh: '3' })).toBe('torch/latest');
});

test('a version that is being created is waited for', async () => {
  described = [...Array(20).fill({ status: 'CREATING' }), {}];
  expect(await run()).toEqual(ATTRIBUTES);
});

test('a lookup of a version that stays in CREATING fails before Lambda stops it', async () => {
  described = [{ status: 'CREATING' }];
  expect(await run()).toMatchObject({
    untouched: true,
    message: "looking up version 3 of image 'torch' failed: it took too long; at last, the status of version 3 is CREATING; nothing was changed; "
      + 'see that its status is CREATED and deploy again',
  });
  expect(world.now()).toBeLessThan(14 * 60_000);
});

test.each(['CREATE_FAILED', 'DELETING', 'DELETE_FAILED'])('a version that is %s is a failure with the reason', async (status) => {
  described = [{ status, failureReason: 'no access to ECR' }];
  expect(await run({})).toMatchObject({
    untouched: true,
    message: `looking up the latest version of image 'torch' failed: the status of version 3 is ${status} (no access to ECR); nothing was changed; `
      + 'look up a version whose status is CREATED, or create one, and deploy again',
  });
});

describe('a version that does not exist', () => {
  beforeEach(() => { described = [NOT_FOUND()]; });

  test('by number fails with the versions that exist, and does not ask for aliases', async () => {
    expect(await run()).toMatchObject({
      untouched: true,
      message: "looking up version 3 of image 'torch' failed: it does not exist; the image has versions 2, 1; nothing was changed; use one of these versions",
    });
    expect(calls).toEqual([{ ImageName: 'torch', Version: 3 }, 'versions of torch']);
  });

  test('by alias fails with the versions and aliases that exist', async () => {
    versions = { names: ['9', '8 (CREATE_FAILED)'], more: true };
    expect(await run({ Alias: 'prod' })).toMatchObject({
      message: "looking up the version with alias 'prod' of image 'torch' failed: it does not exist; the image has versions 9, 8 (CREATE_FAILED) and more and aliases stable; "
        + 'nothing was changed; use one of these aliases or versions',
    });
  });

  test('by alias of an image without aliases says so', async () => {
    aliases = { names: [], more: false };
    expect((await run({ Alias: 'prod' })).message).toContain('the image has versions 2, 1 and no aliases; ');
  });

  test('of an image without versions says so', async () => {
    versions = { names: [], more: false };
    expect((await run({})).message)
      .toBe("looking up the latest version of image 'torch' failed: the image has no versions; nothing was changed; create a version and deploy again");
  });

  test('of an image that does not exist says that', async () => {
    versions = NOT_FOUND();
    expect((await run()).message)
      .toBe("looking up version 3 of image 'torch' failed: image 'torch' does not exist; nothing was changed; name an image that exists in this account and Region");
  });

  test('is recognized under the other name of the error', async () => {
    described = [serviceError('ValidationException', 'Image with ARN arn:aws:sagemaker:eu-west-1:111111111111:image/torch does not exist')];
    expect((await run()).message).toContain('the image has versions 2, 1');
  });

  test('is reported also if what exists may not be listed', async () => {
    versions = serviceError('AccessDeniedException', 'no sagemaker:ListImageVersions');
    expect((await run()).message).toMatch(
      /it does not exist \(ResourceNotFound: Image with ARN \S+ does not exist\), and what exists could not be listed \(AccessDeniedException: no sagemaker:ListImageVersions\)/);
    expect(world.now()).toBeLessThan(60_000);
  });

  test('is reported when the listing, which was throttled, works', async () => {
    const listed = versions;
    versions = serviceError('ThrottlingException');
    void world.sleep(20_000).then(() => { versions = listed; });
    expect((await run()).message).toContain('the image has versions 2, 1');
  });
});

test.each([serviceError('ThrottlingException'), serviceError('ServiceUnavailable'), noAnswer()])('%s is tried again', async (error) => {
  described = [error, error, error, {}];
  expect(await run()).toEqual(ATTRIBUTES);
});

test('a missing permission is an error only after the time that IAM needs', async () => {
  const denied = serviceError('AccessDeniedException', 'no sagemaker:DescribeImageVersion');
  described = [denied, denied, {}];
  expect(await run()).toEqual(ATTRIBUTES);
  described = [denied];
  expect((await run()).message).toMatch(/no sagemaker:DescribeImageVersion; nothing was changed; grant that action to the role of the function and deploy again$/);
  expect(world.now()).toBeLessThan(90_000);
});

test('a refused lookup fails at once', async () => {
  described = [serviceError('ValidationException', 'wrong alias')];
  expect((await run()).message).toContain('ValidationException: wrong alias; nothing was changed; correct what the service complains about');
  expect(calls).toHaveLength(1);
});

test.each<[object, string]>([
  [{ ImageName: '' }, 'ImageName must be a string, got ""'],
  [{ ImageName: undefined }, 'ImageName must be a string, got undefined'],
  [{ Version: '0' }, 'Version must be a whole number from 1, got "0"'],
  [{ Version: '1.5' }, 'Version must be a whole number from 1, got "1.5"'],
  [{ Version: '' }, 'Version must be a whole number from 1, got ""'],
  [{ Alias: '' }, 'Alias must be a string, got ""'],
  [{ Alias: ['x'] }, 'Alias must be a string, got ["x"]'],
  [{ Version: '1', Alias: 'stable' }, 'Version "1" and Alias "stable" cannot be used together'],
])('properties that are not valid (%j) fail before anything is called', async (properties, text) => {
  expect(await run(properties)).toMatchObject({ untouched: true, message: expect.stringContaining(text) });
  expect(calls).toEqual([]);
});
