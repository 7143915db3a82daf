import { kindOf } from '../../../../src/provider/handler/service/error-kinds';
import { RuntimeSdk } from '../../../../src/provider/handler/service/runtime-sdk';
import { FakeServer, type Response } from '../http';

let server: FakeServer;
let answer: Response;
const environment = { ...process.env };

beforeEach(async () => {
  server = await FakeServer.start(() => answer);
  Object.assign(process.env, server.environment);
});

afterEach(async () => {
  process.env = { ...environment };
  await server.stop();
});

test('an operation of Amazon ECR is called with the names of the API', async () => {
  answer = { body: { images: [{ imageId: { imageTag: 'main' } }] } };
  const input = { repositoryName: 'torch', imageIds: [{ imageTag: 'main' }] };
  expect(await new RuntimeSdk().send('ecr', 'BatchGetImage', input)).toMatchObject({ images: [{ imageId: { imageTag: 'main' } }] });
  const [{ headers, body }] = server.requests;
  expect(headers).toMatchObject({ 'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.BatchGetImage', 'authorization': expect.stringContaining('/eu-west-1/ecr/aws4_request') });
  expect(JSON.parse(body)).toEqual(input);
});

test.each([['sns', 'Publish', { TopicArn: 'arn:aws:sns:eu-west-1:111111111111:topic', Message: 'hello' }], ['iam', 'SimulatePrincipalPolicy', { PolicySourceArn: 'arn', ActionNames: ['a:b'] }]] as const)(
  'an operation of %s is called too', async (service, operation, input) => {
    answer = { status: 403, text: '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>' };
    const error = await new RuntimeSdk().send(service, operation, input).catch((one) => one);
    expect(kindOf(error)).toBe('denied');
    // There are no retries: the caller decides about them.
    expect(server.requests.map(({ body }) => new URLSearchParams(body).get('Action'))).toEqual([operation]);
  });
