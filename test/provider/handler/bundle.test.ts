import { event } from './event';
import { call, FakeServer } from './http';
import { BUNDLE, bundle } from '../../../scripts/bundle';

let server: FakeServer;
const environment = { ...process.env };

beforeAll(() => bundle());

afterEach(async () => {
  process.env = { ...environment };
  await server.stop();
});

// The bundle replaces modules of the SDK, which the other tests use.
test('the bundle calls SageMaker once, with a signature, and responds', async () => {
  jest.spyOn(console, 'log').mockImplementation();
  const attributes = { Version: 3, ImageVersionArn: 'arn:version', ImageArn: 'arn:image', ContainerImage: 'uri' };
  const answers = [{ status: 503, body: { __type: 'ServiceUnavailable', message: 'later' } }, { body: { ...attributes, ImageVersionStatus: 'CREATED' } }];
  server = await FakeServer.start(({ method }) => method === 'PUT' ? {} : answers.shift());
  Object.assign(process.env, server.environment);
  const { handler } = jest.requireActual(BUNDLE);
  const create = event('Create', { ImageName: 'torch', Alias: 'stable' }, { ResourceType: 'Custom::SageMakerImageVersionLookup', ResponseURL: `${server.url}/answer` });
  await handler(create, { getRemainingTimeInMillis: () => 900_000 });
  const response = server.requests.pop()!;
  expect(server.requests.map(call)).toEqual(Array(2).fill(['DescribeImageVersion', { ImageName: 'torch', Alias: 'stable' }]));
  expect(server.requests[1].headers).toMatchObject({
    'authorization': expect.stringMatching(/Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/sagemaker\/aws4_request/),
    'x-amz-security-token': 'token',
    'content-type': 'application/x-amz-json-1.1',
  });
  expect(JSON.parse(response.body)).toMatchObject({ Status: 'SUCCESS', Data: attributes });
});
