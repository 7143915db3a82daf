import { Service } from '../../../../src/provider/handler/service/client';
import { Images } from '../../../../src/provider/handler/service/images';
import { call, FakeServer, type Request, type Response } from '../http';

const ANSWER = {
  BaseImage: 'base',
  ContainerImage: '111111111111.dkr.ecr.eu-west-1.amazonaws.com/torch@sha256:1',
  CreationTime: 1700000000.123,
  ImageArn: 'arn:aws:sagemaker:eu-west-1:111111111111:image/torch',
  ImageVersionArn: 'arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/3',
  ImageVersionStatus: 'CREATED',
  Version: 3,
};

let server: FakeServer;
let images: Images;
const environment = { ...process.env };

async function start(answer: (request: Request) => Response): Promise<void> {
  server = await FakeServer.start(answer);
  Object.assign(process.env, server.environment);
  images = new Images(new Service());
}

afterEach(async () => {
  process.env = { ...environment };
  await server.stop();
});

test('a version is described by its selector', async () => {
  await start(() => ({ body: ANSWER }));
  const { BaseImage, CreationTime, ImageVersionStatus, ...attributes } = ANSWER;
  expect(await images.describe({ ImageName: 'torch', Version: 3 })).toEqual({ status: 'CREATED', failureReason: undefined, attributes });
  await images.describe({ ImageName: 'torch', Alias: 'stable' });
  await images.describe({ ImageName: 'torch' });
  expect(server.requests.map(call)).toEqual([
    ['DescribeImageVersion', { ImageName: 'torch', Version: 3 }],
    ['DescribeImageVersion', { ImageName: 'torch', Alias: 'stable' }],
    ['DescribeImageVersion', { ImageName: 'torch' }],
  ]);
});

test('a failed version has a reason, and may have no container image', async () => {
  const { ContainerImage, ...rest } = ANSWER;
  await start(() => ({ body: { ...rest, ImageVersionStatus: 'CREATE_FAILED', FailureReason: 'no access to ECR' } }));
  expect(await images.describe({ ImageName: 'torch' })).toMatchObject({ status: 'CREATE_FAILED', failureReason: 'no access to ECR' });
});

test.each(['ContainerImage', 'ImageArn', 'ImageVersionArn', 'ImageVersionStatus', 'Version'])('a response without %s is an error', async (name) => {
  await start(() => ({ body: { ...ANSWER, [name]: undefined } }));
  const error = await images.describe({ ImageName: 'torch' }).then(() => { throw new Error('no error'); }, (one) => one);
  expect(error).toMatchObject({ name: 'IncompleteResponse', message: `the response has no ${name}` });
  expect(error).not.toHaveProperty('$fault');
});

test.each([['ImageArn', 5], ['ImageVersionArn', ''], ['ContainerImage', ''], ['Version', '3']])('a response whose %s is %p is an error', async (name, value) => {
  await start(() => ({ body: { ...ANSWER, [name]: value } }));
  await expect(images.describe({ ImageName: 'torch' })).rejects.toThrow(`the response has no ${name}`);
});

test('items of a listing that are no maps are shown as they are', async () => {
  await start(() => ({ body: { ImageVersions: [null, 5] } }));
  expect(await images.versions('torch')).toEqual({ names: ['null', '5'], more: false });
});

/** Starts a server that returns these items in pages. */
async function startListing(field: string, items: unknown[], size: number): Promise<void> {
  await start((request) => {
    const from = Number(call(request)[1].NextToken ?? 0);
    return { body: { [field]: items.slice(from, from + size), ...from + size < items.length && { NextToken: String(from + size) } } };
  });
}

const version = (Version: number, ImageVersionStatus = 'CREATED') => ({ Version, ImageVersionStatus });

test('versions of all pages are listed, newest first, with the status of those that cannot be used', async () => {
  await startListing('ImageVersions', [version(4, 'CREATING'), version(3), version(1)], 2);
  expect(await images.versions('torch')).toEqual({ names: ['4 (CREATING)', '3', '1'], more: false });
  const input = { ImageName: 'torch', SortBy: 'VERSION', SortOrder: 'DESCENDING', MaxResults: 100 };
  expect(server.requests.map(call)).toEqual([['ListImageVersions', input], ['ListImageVersions', { ...input, NextToken: '2' }]]);
});

test('aliases of all pages are listed', async () => {
  await startListing('SageMakerImageVersionAliases', ['a', 'b', 'c'], 2);
  expect(await images.aliases('torch')).toEqual({ names: ['a', 'b', 'c'], more: false });
  expect(server.requests.map(call)).toEqual([
    ['ListAliases', { ImageName: 'torch', MaxResults: 100 }], ['ListAliases', { ImageName: 'torch', MaxResults: 100, NextToken: '2' }],
  ]);
});

test.each([[20, 100, 20, false, 1], [21, 100, 20, true, 1], [500, 100, 20, true, 1], [30, 20, 20, true, 2], [30, 1, 5, true, 5]])(
  'of %d versions in pages of %d, %d are listed (more: %s) with %d calls', async (count, size, named, more, calls) => {
    await startListing('ImageVersions', [...Array(count).keys()].map((index) => version(count - index)), size);
    const listing = await images.versions('torch');
    expect(listing.names).toHaveLength(named);
    expect(listing.names[0]).toBe(String(count));
    expect(listing.more).toBe(more);
    expect(server.requests).toHaveLength(calls);
  });

test('the listings of an image without versions and aliases are empty', async () => {
  await start(() => ({ body: {} }));
  expect([await images.versions('torch'), await images.aliases('torch')]).toEqual([{ names: [], more: false }, { names: [], more: false }]);
});

test('all versions are listed, with what a message does not need', async () => {
  const versions = [3, 2, 1].map((number) => ({ ...version(number), ImageVersionArn: `arn:${number}`, CreationTime: 1700000000.5 + number }));
  versions[1] = { ...versions[1], ImageVersionStatus: 'CREATE_FAILED', FailureReason: 'no access' } as typeof versions[1];
  await startListing('ImageVersions', versions, 2);
  expect(await images.allVersions('torch')).toEqual([
    { number: 3, status: 'CREATED', imageVersionArn: 'arn:3', created: 1700000003.5, modified: 1700000003.5 },
    { number: 2, status: 'CREATE_FAILED', imageVersionArn: 'arn:2', created: 1700000002.5, modified: 1700000002.5, failureReason: 'no access' },
    { number: 1, status: 'CREATED', imageVersionArn: 'arn:1', created: 1700000001.5, modified: 1700000001.5 },
  ]);
  expect(server.requests).toHaveLength(2);
});

// A version that is missing in a list could be taken for one that does not exist.
test.each([{}, { Version: '3' }, { ImageVersionStatus: undefined }, { ImageVersionArn: 5 }, { CreationTime: 'yesterday' }, { CreationTime: null }])('a list with a version like %j is an error', async (change) => {
  await start(() => ({ body: { ImageVersions: [Object.keys(change).length > 0 ? { ...version(3), ImageVersionArn: 'arn:3', CreationTime: 1, ...change } : null] } }));
  await expect(images.allVersions('torch')).rejects.toMatchObject({ name: 'IncompleteResponse' });
});

test('all aliases of an image or of a version are listed, however many there are', async () => {
  const aliases = [...Array(700).keys()].map(String);
  await startListing('SageMakerImageVersionAliases', aliases, 100);
  expect(await images.allAliases('torch')).toEqual(aliases);
  expect(server.requests).toHaveLength(7);
  expect(await images.allAliases('torch', 3)).toHaveLength(700);
  expect(call(server.requests[7])).toEqual(['ListAliases', { ImageName: 'torch', Version: 3, MaxResults: 100 }]);
});
