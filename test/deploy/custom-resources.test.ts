import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import {
  App, aws_iam as iam, aws_lambda as lambda, CfnOutput, custom_resources as cr, CustomResource, CustomResourceProvider,
  CustomResourceProviderRuntime, Duration, Stack,
} from 'aws-cdk-lib';
import { ENVIRONMENT } from './environment';
import { scenarios } from './scenario';

// Users have these constructs in the same app, and this library could use them, so the offline AWS must support them.
const scenario = scenarios();

let code: string;

beforeAll(() => {
  code = mkdtempSync(join(tmpdir(), 'custom-resource-'));
  writeFileSync(join(code, 'index.js'), `exports.handler = async (event) => {
    if (event.ResourceProperties.Fail === 'true' && event.RequestType !== 'Delete') throw new Error('it is Monday');
    return { PhysicalResourceId: 'made', Data: { Said: event.RequestType + ' ' + event.ResourceProperties.Text } };
  };`);
});

afterAll(() => rmSync(code, { recursive: true, force: true }));

const stackIn = (app: App) => new Stack(app, 'Custom', { env: ENVIRONMENT });

/** A resource of `CustomResourceProvider`. */
function simple(text: string, fail = false) {
  return (app: App) => {
    const stack = stackIn(app);
    const serviceToken = CustomResourceProvider.getOrCreate(stack, 'Custom::Simple', { codeDirectory: code, runtime: CustomResourceProviderRuntime.NODEJS_20_X });
    const resource = new CustomResource(stack, 'Resource', { serviceToken, resourceType: 'Custom::Simple', properties: { Text: text, Fail: fail } });
    new CfnOutput(stack, 'Said', { value: resource.getAttString('Said') });
  };
}

scenario('a resource of CustomResourceProvider is created, updated, rolled back with the reason of the failure, and deleted', async (cloud) => {
  await cloud.deploy(simple('one'));
  expect(await cloud.outputs('Custom')).toEqual({ Said: 'Create one' });
  await cloud.deploy(simple('two'));
  expect(await cloud.outputs('Custom')).toEqual({ Said: 'Update two' });
  expect(await cloud.failToDeploy(simple('three', true))).toContain('it is Monday');
  expect(await cloud.stackStatus('Custom')).toBe('UPDATE_ROLLBACK_COMPLETE');
  await cloud.destroy(simple('two'));
  expect(await cloud.stackStatus('Custom')).toBeUndefined();
});

scenario('AwsCustomResource calls the API with its role', async (cloud) => {
  const build = (app: App) => {
    const stack = stackIn(app);
    const parameters = { Name: '/made/by/custom-resource', Value: 'x', Type: 'String' };
    const resource = new cr.AwsCustomResource(stack, 'Parameter', {
      onUpdate: { service: 'SSM', action: 'putParameter', parameters, physicalResourceId: cr.PhysicalResourceId.of('parameter') },
      onDelete: { service: 'SSM', action: 'deleteParameter', parameters: { Name: parameters.Name } },
      policy: cr.AwsCustomResourcePolicy.fromStatements([
        new iam.PolicyStatement({ actions: ['ssm:PutParameter', 'ssm:DeleteParameter'], resources: [stack.formatArn({ service: 'ssm', resource: 'parameter/made/*' })] }),
      ]),
      installLatestAwsSdk: false,
    });
    new CfnOutput(stack, 'Version', { value: resource.getResponseField('Version') });
  };
  await cloud.set({ enforce_iam: true });
  await cloud.deploy(build);
  expect(await cloud.outputs('Custom')).toEqual({ Version: '1' });
  await cloud.destroy(build);
  const calls = await cloud.control('log') as { operation: string; outcome: string; principal: string }[];
  expect(calls.filter(({ operation, principal }) => operation === 'DeleteParameter' && /AWS679f53fac0/.test(principal)).map(({ outcome }) => outcome)).toEqual(['ok']);
});

scenario('a resource of the Provider framework is created when isComplete returns true', async (cloud) => {
  const seconds = 4;
  const build = (app: App) => {
    const stack = stackIn(app);
    const inline = (id: string, body: string) => new lambda.Function(stack, id, {
      runtime: lambda.Runtime.NODEJS_20_X, handler: 'index.handler', code: lambda.Code.fromInline(`exports.handler = async (event) => (${body});`),
    });
    const provider = new cr.Provider(stack, 'Provider', {
      onEventHandler: inline('OnEvent', `{ PhysicalResourceId: 'made', Data: { Until: Date.now() + ${seconds * 1000} } }`),
      isCompleteHandler: inline('IsComplete', "{ IsComplete: event.RequestType === 'Delete' || Date.now() > Number(event.Data.Until) }"),
      queryInterval: Duration.seconds(1),
    });
    const resource = new CustomResource(stack, 'Resource', { serviceToken: provider.serviceToken, resourceType: 'Custom::Slow' });
    new CfnOutput(stack, 'Until', { value: resource.getAttString('Until') });
  };
  await cloud.deploy(build);
  const { Until } = await cloud.outputs('Custom');
  expect(Number(Until)).toBeLessThan(Date.now());
  const waits = (await cloud.events('Custom')).filter((event) => /^Resource CREATE_/.test(event));
  expect(waits.at(-1)).toContain('CREATE_COMPLETE');
  await cloud.destroy(build);
  expect(await cloud.stackStatus('Custom')).toBeUndefined();
});
