import { event } from './event';
import { call, FakeServer, type Response } from './http';
import type { handler as Handler } from '../../../src/provider/handler';

let server: FakeServer;
const environment = { ...process.env };

beforeEach(() => { jest.spyOn(console, 'log').mockImplementation(); });

afterEach(async () => {
  process.env = { ...environment };
  await server.stop();
});

/** Handles an event, and returns the SageMaker calls and the response. The last one of the answers of SageMaker repeats. */
async function handled(one: ReturnType<typeof event>, ...answers: Response[]): Promise<{ calls: unknown[]; answer: any }> {
  server = await FakeServer.start(({ method }) => method === 'PUT' ? {} : answers.length > 1 ? answers.shift() : answers[0]);
  Object.assign(process.env, server.environment);
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
    { body: { ...attributes, ImageVersionStatus: 'CREATED' } },
  );
  expect(calls).toEqual([['DescribeImageVersion', { ImageName: 'torch', Alias: 'stable' }]]);
  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'torch/alias/stable', Data: attributes });
});

const GONE = { status: 400, body: { __type: 'ResourceNotFound', message: 'Domain [arn:aws:sagemaker:eu-west-1:111111111111:domain/d-1] does not exist.' } };
const ATTACHED = { JupyterLabAppSettings: { CustomImages: [{ ImageName: 'torch', AppImageConfigName: 'lab', ImageVersionNumber: 3 }, { ImageName: 'torch', AppImageConfigName: 'theirs' }] } };
const PROPERTIES = { DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [{ ImageName: 'torch', AppImageConfigName: 'lab', ImageVersionNumber: '3' }] } } };

test('deleting attachments writes the remaining entries, and succeeds when the domain is gone', async () => {
  const { calls, answer } = await handled(
    event('Delete', PROPERTIES, { ResourceType: 'Custom::SageMakerStudioAttachments', PhysicalResourceId: 'd-1' }),
    { body: { Status: 'InService', DefaultUserSettings: ATTACHED } },
    { body: {} },
    { body: { Status: 'Deleting', DefaultUserSettings: ATTACHED } },
    GONE,
  );
  expect(calls).toEqual([
    ['DescribeDomain', { DomainId: 'd-1' }],
    ['UpdateDomain', { DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [{ ImageName: 'torch', AppImageConfigName: 'theirs' }] } } }],
    ['DescribeDomain', { DomainId: 'd-1' }],
    ['DescribeDomain', { DomainId: 'd-1' }],
  ]);
  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'd-1' });
}, 10_000);

test('a deletion that fails is answered with the reason', async () => {
  const { answer } = await handled(
    event('Delete', PROPERTIES, { ResourceType: 'Custom::SageMakerStudioAttachments', PhysicalResourceId: 'd-1' }),
    { status: 400, body: { __type: 'ValidationException', message: 'no' } },
  );
  expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'd-1', Reason: expect.stringContaining('ValidationException: no; nothing was changed') });
});
