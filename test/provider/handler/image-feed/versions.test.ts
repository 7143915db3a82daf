import { Versions } from '../../../../src/provider/handler/image-feed/versions';
import type { Json } from '../../../../src/provider/handler/service/json';
import { serviceError } from '../world';

const arn = (number: number) => `arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/${number}`;
const described = (number: number, more: Json = {}): Json => ({ Version: number, ImageVersionStatus: 'CREATED', ImageVersionArn: arn(number), CreationTime: 10, ...more });
const listed = (number: number, status = 'CREATED') => ({ number, status, imageVersionArn: arn(number), created: 10 });

/** A service that describes these versions, and the numbers that were asked for. */
function versions(...responses: (Json | Error)[]): { all: Versions; asked: unknown[] } {
  const asked: unknown[] = [];
  const send = async (_: string, { Version }: Json) => {
    asked.push(Version);
    const response = responses.shift()!;
    if (response instanceof Error) {
      throw response;
    }
    return response;
  };
  return { all: new Versions({ send }, new Map()), asked };
}

test.each<[Json, object]>([
  [{}, { uris: [], notes: '' }],
  [{ BaseImage: 'a:1', ContainerImage: 'a@sha256:1', ReleaseNotes: 'Notes', FailureReason: 'no' }, { uris: ['a:1', 'a@sha256:1'], notes: 'Notes', failureReason: 'no' }],
  [{ BaseImage: 5, ContainerImage: null, ReleaseNotes: 7 }, { uris: [], notes: '' }],
])('a description with %j', async (more, expected) => {
  expect(await versions(described(3, more)).all.describe({ ImageName: 'torch' })).toEqual({ number: 3, status: 'CREATED', arn: arn(3), created: 10, ...expected });
});

test.each([{ Version: '3' }, { ImageVersionStatus: undefined }, { ImageVersionArn: null }])('a description with %j is an error', async (more) => {
  await expect(versions(described(3, more)).all.describe({ ImageName: 'torch' })).rejects.toThrow('the response has no Version, ImageVersionStatus or ImageVersionArn');
});

test('only a version that does not exist is not an error', async () => {
  expect(await versions(serviceError('ResourceNotFound')).all.describe({ ImageName: 'torch' })).toBeUndefined();
  await expect(versions(serviceError('AccessDeniedException', 'no')).all.describe({ ImageName: 'torch' })).rejects.toThrow('no');
});

test('the newest version with a container image is found, other than those that are being deleted or are gone', async () => {
  const { all, asked } = versions(serviceError('ResourceNotFound'), described(3, { BaseImage: 'other' }), described(2, { BaseImage: 'mine' }), described(2, { BaseImage: 'mine' }));
  const list = [listed(6, 'DELETING'), listed(5, 'DELETE_FAILED'), listed(4), listed(3), listed(2), listed(1)];
  expect(await all.find('torch', 'mine', list)).toMatchObject({ number: 2 });
  expect(asked).toEqual([4, 3, 2]);
  // What is known to have another one is not described again.
  expect(await all.find('torch', 'mine', list.slice(3))).toMatchObject({ number: 2 });
  expect(asked).toEqual([4, 3, 2, 2]);
  expect(await all.find('torch', 'none', [listed(3), listed(2)])).toBeUndefined();
});
