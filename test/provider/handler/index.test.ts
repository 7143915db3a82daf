import { event } from './event';
import { call, FakeServer } from './http';
import type { handler as Handler } from '../../../src/provider/handler';

let server: FakeServer;
const environment = { ...process.env };

beforeEach(() => { jest.spyOn(console, 'log').mockImplementation(); });

afterEach(async () => {
  process.env = { ...environment };
  await server.stop();
});

/** Handles an event, and returns the SageMaker calls and the response. */
async function handled(one: ReturnType<typeof event>, body: object): Promise<{ calls: unknown[]; answer: any }> {
  server = await FakeServer.start(({ method }) => method === 'PUT' ? {} : { body });
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: server.url, AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token',
  });
  // The client reads the environment only once, when the module is loaded.
  jest.resetModules();
  const { handler } = jest.requireActual<{ handler: typeof Handler }>('../../../src/provider/handler');
  await handler({ ...one, ResponseURL: `${server.url}/answer` }, { getRemainingTimeInMillis: () => 900_000 });
  const answer = server.requests.pop()!;
  return { calls: server.requests.map(call), answer: JSON.parse(answer.body) };
}

test('the response to an image version lookup contains its attributes', async () => {
  const attributes = { Version: 3, ImageVersionArn: 'arn:version', ImageArn: 'arn:image', ContainerImage: 'uri' };
  const { calls, answer } = await handled(
    event('Create', { ImageName: 'torch', Alias: 'stable' }, { ResourceType: 'Custom::SageMakerImageVersionLookup' }),
    { ...attributes, ImageVersionStatus: 'CREATED' },
  );
  expect(calls).toEqual([['DescribeImageVersion', { ImageName: 'torch', Alias: 'stable' }]]);
  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'torch/alias/stable', Data: attributes });
});

test('deleting attachments to a domain that is being deleted succeeds', async () => {
  const { calls, answer } = await handled(
    event('Delete', { DomainId: 'd-1' }, { ResourceType: 'Custom::SageMakerStudioAttachments', PhysicalResourceId: 'd-1' }),
    { Status: 'Deleting', DefaultUserSettings: {} },
  );
  expect(calls).toEqual([['DescribeDomain', { DomainId: 'd-1' }]]);
  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'd-1' });
});
