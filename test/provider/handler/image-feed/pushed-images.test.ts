import { PushedImages } from '../../../../src/provider/handler/image-feed/pushed-images';
import type { Json } from '../../../../src/provider/handler/service/json';

/** ECR with these responses, in their order, and a URL with this document. */
function ecr(responses: Json[], document: Json = {}) {
  const calls: unknown[] = [];
  const send = async (service: string, operation: string, input: Json) => {
    calls.push([service, operation, JSON.parse(JSON.stringify(input))]);
    return responses.shift()!;
  };
  const get = async (url: string) => {
    calls.push(url);
    return document;
  };
  return { images: new PushedImages({ send } as never, get), calls };
}

const manifest = (body: Json) => ({ images: [{ imageManifest: JSON.stringify(body) }] });
const acceptedMediaTypes = [
  'application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json',
];
const asked = (imageDigest: string) => ['ecr', 'BatchGetImage', { repositoryName: 'torch', imageIds: [{ imageDigest }], acceptedMediaTypes }];

test('all pages of tagged images are read', async () => {
  const { images, calls } = ecr([{ imageDetails: [{ imageDigest: 'a' }], nextToken: '2' }, { nextToken: '3' }, { imageDetails: [{ imageDigest: 'b' }] }]);
  expect(await images.images('torch')).toEqual([{ imageDigest: 'a' }, { imageDigest: 'b' }]);
  const first = { repositoryName: 'torch', filter: { tagStatus: 'TAGGED' }, maxResults: 1000 };
  expect(calls).toEqual([first, { ...first, nextToken: '2' }, { ...first, nextToken: '3' }].map((input) => ['ecr', 'DescribeImages', input]));
});

test('the labels of a container image are read', async () => {
  const { images, calls } = ecr([manifest({ config: { digest: 'config' } }), { downloadUrl: 'https://layer' }], { config: { Labels: { a: '1' } } });
  expect(await images.labels('torch', 'sha256:a')).toEqual({ a: '1' });
  expect(calls).toEqual([asked('sha256:a'), ['ecr', 'GetDownloadUrlForLayer', { repositoryName: 'torch', layerDigest: 'config' }], 'https://layer']);
});

test.each([{}, { config: {} }, { config: { Labels: null } }, { config: { Labels: ['a'] } }])('a configuration like %j has no labels', async (document) => {
  const { images } = ecr([manifest({ config: { digest: 'config' } }), { downloadUrl: 'https://layer' }], document);
  expect(await images.labels('torch', 'sha256:a')).toEqual({});
});

test.each<[string, Json[], string]>([
  ['linux/amd64', [{ digest: 'x' }, { digest: 'arm', platform: { os: 'linux', architecture: 'arm64' } }, { digest: 'windows', platform: { os: 'windows', architecture: 'amd64' } },
    { digest: 'mine', platform: { os: 'linux', architecture: 'amd64' } }], 'mine'],
  ['the first otherwise', [{ digest: 'arm', platform: { os: 'linux', architecture: 'arm64' } }, { digest: 'windows', platform: { os: 'windows', architecture: 'amd64' } }], 'arm'],
])('of an index, those of %s are read', async (_, manifests, digest) => {
  const { images, calls } = ecr([manifest({ manifests }), manifest({ config: { digest: 'config' } }), { downloadUrl: 'https://layer' }], { config: { Labels: { a: '1' } } });
  expect(await images.labels('torch', 'sha256:index')).toEqual({ a: '1' });
  expect(calls.slice(0, 2)).toEqual([asked('sha256:index'), asked(digest)]);
});
